//! `shisu bundle`

use super::trace::{lot_code, site_id};
use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::bundle::{Audience, bundle};
use crate::app::trace::Question;
use crate::core::trace::Direction;
use clap::Args;
use std::path::PathBuf;

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
证据包含有离线核验所需的一切。数量默认不公开;交易和个人信息从不写入。
A bundle holds everything that is needed to check the verdict offline. Quantities stay \
    closed unless asked for; trade and personal values are never in it.";

/// `shisu bundle`: the evidence about a lot.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Bundle {
    #[command(flatten)]
    ledger: Where,
    /// 批次码 / lot code
    #[arg(value_name = "LOT")]
    lot: String,
    /// 写入文件 / file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// 扫码的场所 / site where it was scanned
    #[arg(long, value_name = "SITE")]
    at: Option<String>,
    /// 公开数量(仅供交易方和监管)/ open the quantities, for those who trade and authorities
    #[arg(long)]
    quantities: bool,
}

impl Bundle {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let question = Question {
            lot: lot_code(&self.lot)?,
            at: self.at.as_deref().map(site_id).transpose()?,
            direction: Direction::Back,
        };
        let audience = if self.quantities {
            Audience::Full
        } else {
            Audience::Public
        };
        let bundle = bundle(&self.ledger.options()?, &question, &audience)?;
        let text = format!("{}\n", bundle.to_json());
        std::fs::write(&self.out, &text).map_err(|cause| AppError::file(&self.out, cause))?;
        output::line(&format!(
            "证据包已写入 / bundle written: {}({} 条记录 / records, {} 字节 / bytes)",
            self.out.display(),
            bundle.records.len(),
            text.len()
        ));
        Ok(Outcome::Good)
    }
}
