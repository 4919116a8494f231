//! `shisu key`

use super::trace::{log_name, party_id};
use super::{Outcome, output};
use crate::app::{AppError, keyfile};
use crate::core::record::{Jwk, PossessionProof};
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
密钥留在签名者手里,私钥从不外传。
Keys stay with whoever signs: a private key never travels.";

/// `shisu key`: keys on disk.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Key {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// 生成密钥文件 / make a key file that only you can read
    New {
        /// 密钥文件 / key file
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// 显示公钥和指纹 / show public key and thumbprint
    Show {
        /// 密钥文件 / key file
        #[arg(value_name = "FILE")]
        key: PathBuf,
    },
    /// 为登记密钥制作持有证明 / prove possession, for the registrar's add_key record
    Prove {
        /// 密钥文件 / key file
        #[arg(value_name = "FILE")]
        key: PathBuf,
        /// 日志名称 / name of the log
        #[arg(long, value_name = "NAME")]
        log: String,
        /// 主体代码 / party for whom the key will sign
        #[arg(long, value_name = "PARTY")]
        party: String,
    },
}

impl Key {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        match self.command {
            KeyCommand::New { out } => {
                let key = keyfile::generate()?;
                keyfile::write(&out, &key)?;
                show(&Jwk::of(&key))?;
            }
            KeyCommand::Show { key } => show(&Jwk::of(&keyfile::read(&key)?))?,
            KeyCommand::Prove { key, log, party } => {
                let key = keyfile::read(&key)?;
                let log = log_name(&log)?;
                let party = party_id(&party)?;
                let proof = PossessionProof::sign(&key, &log, &party);
                output::json(&json!({ "jwk": Jwk::of(&key), "party": party, "proof": proof }))?;
            }
        }
        Ok(Outcome::Good)
    }
}

fn show(jwk: &Jwk) -> Result<(), AppError> {
    output::json(&json!({ "kid": jwk.kid(), "jwk": jwk }))
}
