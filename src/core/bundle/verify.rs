//! Checking a bundle, from the head of the log down to the verdict.

use super::error::ReportError;
use super::format::{Bundle, as_value};
use super::replay::{Replayed, replay};
use super::report::{Checked, Fault, Report, TrustedKey};
use crate::core::log::{Policy, SignedCheckpoint, VerifierKey, verify_inclusion};
use crate::core::record::{Body, Record, RecordId};
use crate::core::rules::{self, clocks};
use crate::core::text::Bilingual;
use crate::core::time::UnixSeconds;
use crate::core::trace::{BalanceFault, Graph, balance_faults};
use crate::core::verdict::Scope;
use serde::Deserialize;

/// Most records that a report names as not included.
const NOT_INCLUDED_MAX: usize = 1_000;

/// What is wrong, and with which record.
type Wrong = (Option<u64>, ReportError);

/// Checks everything in `bundle` that can be checked without asking anybody. Whom to believe
/// about the head of the log comes from `policy`, never from the bundle; without one, the head is
/// believed if the key named in the log's first record signed it, and the report says so.
#[must_use]
pub fn verify(bundle: &Bundle, policy: Option<&Policy>, now: UnixSeconds) -> Report {
    let mut report = Report {
        ok: false,
        checked: Checked::default(),
        trusted_keys: Vec::new(),
        verdict: None,
        not_included: Vec::new(),
        not_checked: Vec::new(),
        first_error: None,
    };
    match check(bundle, policy, now, &mut report) {
        Ok(()) => report.ok = true,
        Err((index, error)) => report.first_error = Some(Fault::new(index, error)),
    }
    report
}

fn check(
    bundle: &Bundle,
    policy: Option<&Policy>,
    now: UnixSeconds,
    report: &mut Report,
) -> Result<(), Wrong> {
    let head = SignedCheckpoint::parse(&bundle.checkpoint)
        .map_err(|error| (None, ReportError::Checkpoint(error)))?;
    if head.checkpoint().origin().as_str() != bundle.log {
        return Err((None, ReportError::OtherLog));
    }
    let records = bundle.read_records()?;
    report.checked.records = records.len();
    check_head(&head, &records, policy, report).map_err(|error| (None, error))?;
    for (entry, record) in bundle.records.iter().zip(&records) {
        let (size, root) = (head.checkpoint().size(), head.checkpoint().root());
        verify_inclusion(&record.leaf, entry.index, size, &entry.proof, root)
            .map_err(|error| (Some(entry.index), ReportError::NotIncluded(error)))?;
    }
    report.checked.inclusions = records.len();
    let replayed = replay(bundle, records, true)?;
    report.checked.signatures = bundle.records.len();
    report.checked.admitted_in_full = replayed.in_full;
    report.trusted_keys = trusted_keys(&replayed);
    list_absent(&replayed, report);
    check_verdict(bundle, &replayed, now, report).map_err(|error| (None, error))?;
    say_what_was_not_checked(report);
    Ok(())
}

/// The head must be signed by the key that the log's first record names, and be one that the
/// policy accepts.
fn check_head(
    head: &SignedCheckpoint,
    records: &[Record],
    policy: Option<&Policy>,
    report: &mut Report,
) -> Result<(), ReportError> {
    let genesis = match records.first().map(|record| &record.body) {
        Some(Body::Beat(beat)) => beat.genesis.as_ref().ok_or(ReportError::Genesis)?,
        _ => return Err(ReportError::Genesis),
    };
    let key = VerifierKey::parse(genesis.log_key.as_str());
    let key = key.ok().ok_or(ReportError::Genesis)?;
    head.verify(&key).map_err(ReportError::Checkpoint)?;
    match policy {
        Some(policy) => {
            let endorsement = policy.accept(head).map_err(ReportError::NotTrusted)?;
            if endorsement.log.key != key {
                return Err(ReportError::LogKey);
            }
            report.checked.cosignatures = endorsement.cosignatures.len();
            if endorsement.cosignatures.is_empty() {
                report.not_checked.push(Bilingual::new(
                    "见证：信任策略不要求见证，也没有见证人签名",
                    "witnesses: the trust policy asks for none, and none cosigned",
                ));
            }
        }
        None => report.not_checked.push(Bilingual::new(
            "日志公钥取自证据包本身，没有信任策略，也没有核对见证人",
            "the log's key comes from the bundle itself: there is no trust policy, and no witness was checked",
        )),
    }
    Ok(())
}

fn trusted_keys(replayed: &Replayed) -> Vec<TrustedKey> {
    let keys = replayed.keys.iter().filter_map(|(kid, granted_by)| {
        let key = replayed.input.keys.get(kid)?;
        Some(TrustedKey {
            kid: *kid,
            party: key.party,
            role: key.role,
            registered_at: key.entry.index(),
            granted_by: *granted_by,
            revoked: key.revoked.is_some(),
        })
    });
    keys.collect()
}

fn list_absent(replayed: &Replayed, report: &mut Report) {
    let mut absent: Vec<RecordId> = replayed.absent.iter().copied().collect();
    absent.sort_unstable();
    report.checked.citations_not_included = absent.len();
    if !absent.is_empty() {
        report.not_checked.push(Bilingual::new(
            format!("{} 条被引用的记录不在证据包中", absent.len()),
            format!(
                "{} records that are cited are not in the bundle",
                absent.len()
            ),
        ));
    }
    absent.truncate(NOT_INCLUDED_MAX);
    report.not_included = absent;
    if replayed.partly.contains("nothing_moved") || replayed.partly.contains("contradiction") {
        report.not_checked.push(Bilingual::new(
            "数量平衡：数量未公开",
            "balances: quantities are closed",
        ));
    }
}

/// The two members of a claimed verdict that say how it was made.
#[derive(Deserialize)]
struct Claimed {
    scope: Scope,
    rules: String,
    state: String,
}

fn check_verdict(
    bundle: &Bundle,
    replayed: &Replayed,
    now: UnixSeconds,
    report: &mut Report,
) -> Result<(), ReportError> {
    let input = &replayed.input;
    if let Some(fault) = balance_faults(&Graph::build(input)).first() {
        return Err(ReportError::Balance { id: place(fault) });
    }
    let last = input.entries.last().map(|entry| entry.admitted_at);
    let latest = now.plus(clocks::future_skew_s());
    if last.is_some_and(|last| bundle.made_at < last) || bundle.made_at > latest {
        return Err(ReportError::MadeAt);
    }
    let claimed =
        Claimed::deserialize(&bundle.verdict).map_err(|error| ReportError::Malformed {
            cause: error.to_string(),
        })?;
    report.verdict = Some(bundle.judge(input, claimed.scope, now));
    if claimed.rules != bundle.rules {
        return Err(ReportError::Rules);
    }
    if bundle.rules != rules::version() {
        report.not_checked.push(Bilingual::new(
            "声称的结论依据另一版本的规则，未与重新得出的结论比较",
            "the claimed verdict was made under other rules, so it was not compared with the recomputed one",
        ));
        return Ok(());
    }
    let found = bundle.judge(input, claimed.scope, bundle.made_at);
    let value = as_value(&found);
    if value == bundle.verdict {
        return Ok(());
    }
    let state = value.get("state").and_then(serde_json::Value::as_str);
    Err(ReportError::Verdict {
        claimed: claimed.state,
        found: state.unwrap_or_default().to_owned(),
    })
}

const fn place(fault: &BalanceFault) -> RecordId {
    match fault {
        BalanceFault::Overdrawn { credit: line }
        | BalanceFault::AcceptedTooMuch { receipt: line }
        | BalanceFault::ReceivedTwice { sent: line }
        | BalanceFault::Mismatch { line } => line.0,
    }
}

/// What no bundle can show.
fn say_what_was_not_checked(report: &mut Report) {
    for (zh, en) in [
        (
            "较新的记录：不诚实的服务器可能没有给出后来的召回、封存、吊销或时间节拍",
            "newer records: a dishonest server may have withheld later recalls, holds, revocations or beats",
        ),
        (
            "节点收录时的发现：没有签名，以节点所记为准",
            "findings that the node made at admission: nobody signed them",
        ),
        (
            "照片和文件本身：只有其哈希",
            "pictures and documents themselves: only their hashes are here",
        ),
    ] {
        report.not_checked.push(Bilingual::new(zh, en));
    }
}
