//! `shisu sign`

use super::{Outcome, output};
use crate::app::clock::Clock;
use crate::app::{AppError, keyfile};
use crate::core::record::author;
use crate::core::text::Bilingual;
use clap::Args;
use serde_json::{Value, json};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Bytes of claims read at most.
const CLAIMS_BYTES_MAX: u64 = 1_048_576;

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
以开放形式书写内容,密封哪些字段由记录类型决定;见 docs/RECORD-FORMAT.md。
Write the claims in the open form; the fields that the type seals are sealed here. See \
    docs/RECORD-FORMAT.md.";

/// `shisu sign`: claims in, a signed record out.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Sign {
    /// 密钥文件 / key file
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// 记录内容(JSON),- 为标准输入 / claims in JSON, - for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    claims: PathBuf,
    /// 本密钥的序号,优先于内容中的 / number in the key's feed; goes before that of the claims
    #[arg(long, value_name = "N")]
    seq: Option<u64>,
    /// 本密钥上一条有回执的记录 / this key's last record that has a receipt
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    prev: Option<String>,
}

impl Sign {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let key = keyfile::read(&self.key)?;
        let text = read(&self.claims)?;
        let mut claims: Value = serde_json::from_str(&text).map_err(|cause| {
            let (line, column) = (cause.line(), cause.column());
            let zh = format!("第 {line} 行第 {column} 列起不是合格的 JSON");
            AppError::content(&self.claims, Bilingual::new(zh, cause.to_string()))
        })?;
        if let Some(members) = claims.as_object_mut() {
            members
                .entry("iat")
                .or_insert_with(|| json!(Clock::System.now()));
            if let Some(seq) = self.seq {
                members.insert("seq".into(), json!(seq));
            }
            if let Some(prev) = self.prev {
                members.insert("prev".into(), json!(prev));
            }
        }
        let mut failed = None;
        let record = author::sign(claims, &key, &mut || {
            keyfile::salt().unwrap_or_else(|cause| {
                failed = Some(cause);
                [0; 16]
            })
        })?;
        if let Some(cause) = failed {
            return Err(cause);
        }
        output::note(&format!("id {}", record.id));
        output::line(&record.to_sd_jwt(|_| true));
        Ok(Outcome::Good)
    }
}

/// Reads a bounded text from a file or standard input.
fn read(path: &Path) -> Result<String, AppError> {
    let failed = |cause| AppError::file(path, cause);
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(CLAIMS_BYTES_MAX)
            .read_to_string(&mut text)
            .map_err(failed)?;
    } else {
        let file = std::fs::File::open(path).map_err(failed)?;
        file.take(CLAIMS_BYTES_MAX)
            .read_to_string(&mut text)
            .map_err(failed)?;
    }
    Ok(text)
}
