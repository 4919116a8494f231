//! `shisu migrate`

use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::migrate::migrate;
use clap::Args;

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
先停止使用账本的全部进程(serve、publish --watch),并复制账本目录。每一步迁移要么完整做成,要么不做;日志不变;
已是最新则什么也不做。之后运行 shisu check。
Stop every process that has the ledger open (serve, publish --watch) and copy its folder first. Each \
    migration is made whole or not at all; the log is not touched; a ledger of the newest form is left as it \
    is. Then run shisu check.";

/// `shisu migrate`: tables of an earlier version made those of this one.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Migrate {
    #[command(flatten)]
    ledger: Where,
    /// 机器可读 / for machines
    #[arg(long)]
    json: bool,
}

impl Migrate {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let is_for_people = !self.json;
        let migrated = migrate(&self.ledger.options()?, &|found| {
            if is_for_people && found.pending.is_empty() {
                output::line("没有要做的迁移 / nothing to migrate");
            } else if is_for_people {
                output::line("将要做的迁移 / migrations to make:");
                for name in &found.pending {
                    output::line(&format!("  {name}"));
                }
            }
        })?;
        if self.json {
            output::json(&migrated)?;
            return Ok(Outcome::Good);
        }
        let newest = migrated.done.last().map_or("–", String::as_str);
        output::line(&format!(
            "账本已是最新 / the ledger is of the newest form: {}, {} 条 / entries, {newest}",
            migrated.log, migrated.entries
        ));
        Ok(Outcome::Good)
    }
}
