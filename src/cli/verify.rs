//! `shisu verify`

use super::draw::draw_verdict;
use super::{Outcome, output};
use crate::app::AppError;
use crate::app::clock::Clock;
use crate::core::bundle::{BUNDLE_BYTES_MAX, Bundle, Report, TrustedKey, verify};
use crate::core::log::Policy;
use crate::core::record::body::KeyRole;
use crate::core::text::Explain as _;
use clap::Args;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
不问任何服务器:核验签名、密钥、引用、入账证明和已签日志头,重算判定,并说明哪些未能核验。
Asks no server: signatures, keys, citations, inclusion in the log, the signed head, and the \
    verdict recomputed. Says what it could not check.";

/// `shisu verify`: a bundle against itself and a policy.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
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
                    .map_err(|error| AppError::content(path, error.explain()))?,
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
    let mut table = output::table(&["已核验 / checked", "数目 / number"]);
    let checked = &report.checked;
    for (what, number) in [
        ("记录 / records", checked.records),
        ("入账证明 / proofs of inclusion", checked.inclusions),
        ("签名 / signatures", checked.signatures),
        ("完整重放 / admitted in full", checked.admitted_in_full),
        (
            "引用但不在包中 / cited, not included",
            checked.citations_not_included,
        ),
        ("见证签名 / cosignatures", checked.cosignatures),
    ] {
        table.add_row([what.to_owned(), number.to_string()]);
    }
    output::line(&table.to_string());
    if !report.trusted_keys.is_empty() {
        show_keys(&report.trusted_keys);
    }
    if !report.not_checked.is_empty() {
        output::line("未能核验 / not checked:");
    }
    for what in &report.not_checked {
        output::line(&format!("  - {} / {}", what.zh, what.en));
    }
}

fn show_keys(keys: &[TrustedKey]) {
    let mut table = output::table(&[
        "相信的密钥 / keys believed",
        "主体 / party",
        "角色 / role",
        "登记于 / registered at",
    ]);
    let mut keys: Vec<&TrustedKey> = keys.iter().collect();
    keys.sort_by_key(|key| {
        (
            key.registered_at,
            key.party.to_string(),
            key.kid.to_string(),
        )
    });
    for key in keys {
        let role = match key.role {
            KeyRole::Admin => "管理 / admin",
            KeyRole::Clerk => "经办 / clerk",
            KeyRole::Driver => "司机 / driver",
            KeyRole::Device => "设备 / device",
            KeyRole::Node => "节点 / node",
        };
        let revoked = if key.revoked {
            "(已吊销 / revoked)"
        } else {
            ""
        };
        table.add_row([
            format!("{}{revoked}", key.kid),
            key.party.to_string(),
            role.to_owned(),
            key.registered_at.to_string(),
        ]);
    }
    output::line(&table.to_string());
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
