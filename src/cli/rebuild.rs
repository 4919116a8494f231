//! `shisu rebuild`

use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::rebuild::rebuild;
use clap::Args;

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
丢弃并重建全部派生数据,在一个事务里完成;日志本身不变。
Drops every projection and makes it again, in one transaction; the log is untouched.";

/// `shisu rebuild`: projections made anew.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Rebuild {
    #[command(flatten)]
    ledger: Where,
    /// 机器可读 / for machines
    #[arg(long)]
    json: bool,
}

impl Rebuild {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let bar = output::progress_unknown("rebuild");
        let rebuilt = rebuild(&self.ledger.options()?, &|done| bar.set_position(done));
        bar.finish_and_clear();
        let rebuilt = rebuilt?;
        if self.json {
            output::json(&rebuilt)?;
        } else {
            output::line(&format!(
                "已由 {0} 条记录重建 / rebuilt from {0} records",
                rebuilt.entries
            ));
        }
        Ok(Outcome::Good)
    }
}
