//! `shisu trace`

use super::draw::{draw_tree, draw_verdict};
use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::trace::{Question, Tracer};
use crate::core::ids::{LotCode, PartyId, SiteId};
use crate::core::log::Origin;
use crate::core::text::{Bilingual, Explain as _};
use crate::core::trace::Direction;
use crate::core::verdict::State;
use clap::{Args, ValueEnum};
use serde_json::json;

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
批次码照标签写:01/<GTIN>/10/<批号>,或自编码 t/<码>。查无此码时退出码为 1。
The lot is written as on its label: 01/<GTIN>/10/<batch>, or t/<code>. Exit status 1 if \
    there is none.";

/// `shisu trace`: a lot's records, drawn and judged.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Trace {
    #[command(flatten)]
    ledger: Where,
    /// 批次码 / lot code
    #[arg(value_name = "LOT")]
    lot: String,
    /// 扫码的场所:给出到该场所的确切路径 / site where it was scanned: the exact path to it
    #[arg(long, value_name = "SITE")]
    at: Option<String>,
    /// 方向:back 溯源,forward 追踪,both 双向 / where to: where it came from, where it went, or both
    #[arg(long, value_enum, default_value = "back")]
    direction: Way,
    /// 机器可读 / for machines
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Way {
    // What they mean is said at the option: help for each would spread the whole page.
    Back,
    Forward,
    Both,
}

impl Trace {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let question = Question {
            lot: lot_code(&self.lot)?,
            at: self.at.as_deref().map(site_id).transpose()?,
            direction: match self.direction {
                Way::Back => Direction::Back,
                Way::Forward => Direction::Forward,
                Way::Both => Direction::Both,
            },
        };
        let answer = Tracer::open(&self.ledger.options()?)?.ask(&question)?;
        if self.json {
            let mut told =
                json!({ "verdict": answer.verdict, "trace": answer.trace, "tree": answer.tree });
            if let (Some(members), Some(onward)) = (told.as_object_mut(), &answer.onward) {
                members.insert("onward".to_owned(), json!(onward));
            }
            output::json(&told)?;
        } else {
            draw_verdict(&answer.verdict);
            if let Some(onward) = &answer.onward {
                output::line("来源 / where it came from:");
                draw_tree(&answer.tree);
                output::line("去向 / where it went:");
                draw_tree(onward);
            } else {
                draw_tree(&answer.tree);
            }
        }
        Ok(if answer.verdict.state == State::Unknown {
            Outcome::Bad
        } else {
            Outcome::Good
        })
    }
}

/// Reads a lot code as it is written in records.
pub(super) fn lot_code(text: &str) -> Result<LotCode, AppError> {
    LotCode::parse(text).map_err(|error| AppError::argument(text, error.explain()))
}

/// Reads a site's code.
pub(super) fn site_id(text: &str) -> Result<SiteId, AppError> {
    SiteId::parse(text).map_err(|error| AppError::argument(text, error.explain()))
}

/// Reads a party's code.
pub(super) fn party_id(text: &str) -> Result<PartyId, AppError> {
    PartyId::parse(text).map_err(|error| AppError::argument(text, error.explain()))
}

/// Reads the name of a log.
pub(super) fn log_name(text: &str) -> Result<Origin, AppError> {
    Origin::new(text).map_err(|error| {
        let why = Bilingual::new("不是合格的日志名称", error.to_string());
        AppError::argument(text, why)
    })
}
