//! `shisu demo`

use super::draw::{draw_tree, draw_verdict};
use super::{Outcome, output};
use crate::app::demo::{Told, load, tell};
use crate::app::{AppError, qr};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
企业和场所都是虚构的,密钥是公开的:不要把这个账本和这些密钥用于别处。目录中已有演示账本时不再载入。
Organisations and places are invented and the keys are public: never use this ledger or the \
    keys for anything else. A demo that is in the folder already is left as it is.";

/// `shisu demo`: nine invented journeys.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Demo {
    /// 账本目录 / folder of the ledger
    #[arg(
        long,
        value_name = "DIR",
        env = "SHISU_DATA_DIR",
        default_value = "shisu-demo"
    )]
    data_dir: PathBuf,
    /// 只载入,不判定 / only load the journeys
    #[arg(long)]
    load_only: bool,
    /// 机器可读 / for machines: the journeys with name, lot, link, verdict
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let bar = output::progress(0, "demo");
        let loaded = load(&self.data_dir, &|done, total| {
            bar.set_length(u64::try_from(total).unwrap_or(0));
            bar.set_position(u64::try_from(done).unwrap_or(0));
        });
        bar.finish_and_clear();
        let loaded = loaded?;
        if self.load_only {
            if self.json {
                output::json(&loaded)?;
            } else {
                let dir = self.data_dir.display();
                output::line(&if loaded.was_there {
                    format!("演示账本已在,未改动 / the demo is there and was left as it is: {dir}")
                } else {
                    format!(
                        "已载入 {0} 条记录 / loaded {0} records: {dir}",
                        loaded.records
                    )
                });
            }
            return Ok(Outcome::Good);
        }
        let told = tell(&self.data_dir)?;
        if self.json {
            let journeys: Vec<Value> = told.iter().map(machine).collect();
            output::json(&json!({ "journeys": journeys }))?;
            return Ok(Outcome::Good);
        }
        for journey in &told {
            show(journey)?;
        }
        hints(&self.data_dir, &told);
        Ok(Outcome::Good)
    }
}

fn machine(told: &Told) -> Value {
    json!({
        "name": told.name,
        "lot": told.lot,
        "link": told.link,
        "verdict": told.verdict.state,
        "headline": told.verdict.headline,
        "findings": told.verdict.findings,
        "at": told.at_site.as_ref().map(|(site, verdict)| json!({
            "site": site, "verdict": verdict.state, "headline": verdict.headline, "findings": verdict.findings,
        })),
    })
}

fn show(told: &Told) -> Result<(), AppError> {
    output::line(&format!("━━ {} / {}", told.name.zh, told.name.en));
    output::line(&format!("   {}", told.story.zh));
    output::line(&format!("   {}", told.story.en));
    output::line(&format!("   批次 / lot: {}", told.lot));
    draw_verdict(&told.verdict);
    if let Some((site, verdict)) = &told.at_site {
        output::line(&format!("在 {site} 扫码 / scanned at {site}:"));
        draw_verdict(verdict);
    }
    draw_tree(&told.tree);
    output::line(&told.link);
    output::line(&qr::terminal(&told.link)?);
    Ok(())
}

fn hints(dir: &std::path::Path, told: &[Told]) {
    let Some(first) = told.first() else {
        return;
    };
    let (dir, lot) = (dir.display(), &first.lot);
    output::line("接下来 / next:");
    output::line(&format!(
        "  shisu trace --data-dir {dir} --direction both {lot}"
    ));
    output::line(&format!(
        "  shisu bundle --data-dir {dir} {lot} --out lot.json"
    ));
    output::line(&format!(
        "  shisu verify lot.json --policy {dir}/policy.txt"
    ));
    output::line(&format!("  shisu check --data-dir {dir}"));
}
