//! `shisu verify`

use super::draw::draw_verdict;
use super::{Outcome, output};
use crate::app::AppError;
use crate::app::clock::Clock;
use crate::core::bundle::{BUNDLE_BYTES_MAX, Bundle, Report, verify};
use crate::core::log::Policy;
use crate::core::text::Explain as _;
use clap::Args;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// 离线核验证据包,不问任何服务器 / verifies an evidence bundle without asking any server: signatures, keys,
/// citations, inclusion in the log, the signed head, and the verdict recomputed. Says what it
/// could not check.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// 证据包 / bundle
    #[arg(value_name = "FILE")]
    bundle: PathBuf,
    /// 信任策略(C2SP tlog-policy),须来自别处 / whom to believe (C2SP tlog-policy); must come from elsewhere
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// 机器可读 / for machines
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let text = read(&self.bundle)?;
        let policy = match &self.policy {
            Some(path) => Some(
                Policy::parse(&read(path)?)
                    .map_err(|error| AppError::Input(format!("{}: {error}", path.display())))?,
            ),
            None => None,
        };
        let bundle = match Bundle::parse(&text) {
            Ok(bundle) => bundle,
            Err(error) => {
                output::fail(error.code(), &error.explain());
                return Ok(Outcome::Bad);
            }
        };
        let report = verify(&bundle, policy.as_ref(), Clock::System.now());
        if self.json {
            output::json(&report)?;
        } else {
            show(&report);
        }
        Ok(if report.ok {
            Outcome::Good
        } else {
            Outcome::Bad
        })
    }
}

fn show(report: &Report) {
    if let Some(fault) = &report.first_error {
        output::line("✖ 证据不成立 / the evidence does not hold");
        let place = fault
            .index
            .map_or_else(String::new, |index| format!(" @{index}"));
        output::line(&format!(
            "  [{}{place}] {} / {}",
            fault.code, fault.text.zh, fault.text.en
        ));
    } else {
        output::line("✔ 证据成立 / the evidence holds");
    }
    if let Some(verdict) = &report.verdict {
        draw_verdict(verdict);
    }
    let checked = serde_json::to_value(report.checked).unwrap_or_default();
    let mut table = output::table(&["已核验 / checked", ""]);
    for (name, value) in checked.as_object().into_iter().flatten() {
        table.add_row([name.clone(), value.to_string()]);
    }
    output::line(&table.to_string());
    output::line("相信的密钥 / keys believed:");
    for key in &report.trusted_keys {
        output::line(&format!(
            "  {}",
            serde_json::to_string(key).unwrap_or_default()
        ));
    }
    output::line("未能核验 / not checked:");
    for what in &report.not_checked {
        output::line(&format!("  - {} / {}", what.zh, what.en));
    }
}

fn read(path: &Path) -> Result<String, AppError> {
    let failed = |cause| AppError::file(path, cause);
    let limit = u64::try_from(BUNDLE_BYTES_MAX)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    let mut text = String::new();
    std::fs::File::open(path)
        .map_err(failed)?
        .take(limit)
        .read_to_string(&mut text)
        .map_err(failed)?;
    Ok(text)
}
