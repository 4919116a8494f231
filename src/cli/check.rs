//! `shisu check`

use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::check::check;
use clap::Args;

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
重新核验签名、序列、引用、结余、哈希树和派生数据,指出第一处错误。
Re-verifies signatures, feeds, citations, balances, the tree and the projections, and names \
    the first thing that is wrong.";

/// `shisu check`: everything again from the bytes.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Check {
    #[command(flatten)]
    ledger: Where,
    /// 机器可读 / for machines
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let bar = output::progress_unknown("check");
        let checked = check(&self.ledger.options()?, &|done| bar.set_position(done));
        bar.finish_and_clear();
        let checked = checked?;
        if self.json {
            output::json(&checked)?;
            return Ok(Outcome::Good);
        }
        output::line(&format!("账本完好 / the ledger is sound: {}", checked.log));
        let mut table = output::table(&["核验 / checked", "结果 / found"]);
        table.add_row(["记录 / records", &checked.entries.to_string()]);
        table.add_row(["根哈希 / root", &checked.root.to_base64()]);
        table.add_row(["派生数据行 / projection rows", &checked.rows.to_string()]);
        table.add_row([
            "部分密封值不在 / partly closed",
            &checked.partly_closed.to_string(),
        ]);
        if checked.other_rules > 0 {
            table.add_row([
                "按其他规则判定,其发现未核对 / judged by other rules, findings not compared",
                &checked.other_rules.to_string(),
            ]);
        }
        let signed = checked
            .signed_head
            .map_or_else(|| "无 / none".to_owned(), |size| size.to_string());
        table.add_row(["已签日志头 / signed head", &signed]);
        output::line(&table.to_string());
        Ok(Outcome::Good)
    }
}
