//! `shisu trace`

use super::draw::{draw_tree, draw_verdict};
use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::trace::{Question, Tracer};
use crate::core::ids::{LotCode, SiteId};
use crate::core::text::Explain as _;
use crate::core::trace::Direction;
use crate::core::verdict::State;
use clap::{Args, ValueEnum};
use serde_json::json;

/// 追溯一个批次:来源、去向或两者,并给出判定 / traces a lot to its source, to where it went, or both, and judges
/// what the records say. The lot is written as on its label: 01/<GTIN>/10/<batch>, or t/<code>.
#[derive(Debug, Args)]
pub(super) struct Trace {
    #[command(flatten)]
    ledger: Where,
    /// 批次码 / lot code
    #[arg(value_name = "LOT")]
    lot: String,
    /// 扫码的场所:给出到该场所的确切路径 / site where it was scanned: the exact path to it
    #[arg(long, value_name = "SITE")]
    at: Option<String>,
    /// 方向 / direction
    #[arg(long, value_enum, default_value = "back")]
    direction: Way,
    /// 机器可读 / for machines
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Way {
    /// 溯源 to where it came from
    Back,
    /// 追踪 to where it went
    Forward,
    /// 双向 both
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
            output::json(
                &json!({ "verdict": answer.verdict, "trace": answer.trace, "tree": answer.tree }),
            )?;
        } else {
            draw_verdict(&answer.verdict);
            draw_tree(&answer.tree);
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
    LotCode::parse(text).map_err(|error| AppError::Input(format!("{text}: {}", error.explain())))
}

/// Reads a site's code.
pub(super) fn site_id(text: &str) -> Result<SiteId, AppError> {
    SiteId::parse(text).map_err(|error| AppError::Input(format!("{text}: {}", error.explain())))
}
