//! The register of all rule tables: their common version and where each rule comes from.

use super::basis::Basis;
use super::{bulk_liquid, clocks, cold_chain, paper, product, production, workday, yields};
use crate::core::time::ChinaDate;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// The embedded tables by name. Their order is part of the version, so new ones go at the end.
const FILES: [(&str, &str); 8] = [
    ("products.toml", product::TEXT),
    ("papers.toml", paper::TEXT),
    ("cold_profiles.toml", cold_chain::TEXT),
    ("yields.toml", yields::TEXT),
    ("workdays.tsv", workday::TEXT),
    ("bulk_liquid.toml", bulk_liquid::TEXT),
    ("clocks.toml", clocks::TEXT),
    ("production.toml", production::TEXT),
];

static VERSION: LazyLock<String> = LazyLock::new(|| hash(&FILES));

/// One rule and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleSource {
    /// Name of the table.
    pub file: &'static str,
    /// Name of the rule.
    pub id: String,
    /// What it says.
    pub value: String,
    /// Statute, standard, notice or `project default`; absent for figures without a source.
    pub source: Option<String>,
    /// A usual figure that accuses nobody.
    pub reference: bool,
    /// First day on which it holds.
    pub in_force_from: Option<ChinaDate>,
    /// Last day on which it holds.
    pub in_force_to: Option<ChinaDate>,
}

/// The embedded tables, name and text, in the order in which the version takes them.
pub fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.into_iter()
}

/// Names the rules in force: SHA-256, in hexadecimal, over each table's name and text, each
/// preceded by its length in bytes (eight bytes, big-endian).
#[must_use]
pub fn version() -> &'static str {
    &VERSION
}

fn hash(files: &[(&str, &str)]) -> String {
    let mut hasher = Sha256::new();
    for part in files.iter().flat_map(|(name, text)| [name, text]) {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        hasher.update(length.to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let digest = hasher.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every rule with its source, in the order of the tables.
#[must_use]
pub fn sources() -> Vec<RuleSource> {
    let mut rows = Vec::new();
    rows.extend(
        paper::rules().map(|rule| row("papers.toml", &rule.id, rule.zh.clone(), &rule.basis)),
    );
    rows.extend(paper::validity_rules().map(validity_row));
    rows.extend(cold_chain::profiles().map(profile_row));
    rows.extend(cold_chain::interval_rules().map(|rule| {
        let value = format!("{} s", rule.max_interval_s);
        row("cold_profiles.toml", &rule.id, value, &rule.basis)
    }));
    rows.extend(
        cold_chain::defaults()
            .map(|(id, value, basis)| row("cold_profiles.toml", id, value, basis)),
    );
    rows.extend(yields::yield_rules().map(yield_row));
    rows.extend(workday_row());
    rows.extend(bulk_liquid::catalogue().map(|notice| {
        let value = format!("{} / {}", notice.zh, notice.en);
        row("bulk_liquid.toml", &notice.id, value, &notice.basis)
    }));
    rows.extend(clocks::clocks().map(|clock| {
        let value = format!("{} {}", clock.value, clock.unit.code());
        row("clocks.toml", &clock.id, value, &clock.basis)
    }));
    rows.extend(clocks::recall_policies().map(recall_row));
    rows.extend(clocks::near_expiry_rules().map(|rule| {
        let value = format!("{} d", rule.near_days);
        row("clocks.toml", &rule.id, value, &rule.basis)
    }));
    rows.extend(production_rows());
    rows
}

fn production_rows() -> impl Iterator<Item = RuleSource> {
    let file = "production.toml";
    let longer = production::shelf_life_rules().map(move |rule| {
        let value = format!("≤ {} d", rule.longer_days_max);
        row(file, &rule.id, value, &rule.basis)
    });
    let producers = production::producer_rules().map(move |rule| {
        let value = format!("{:?}", rule.kinds);
        row(file, &rule.id, value, &rule.basis)
    });
    longer.chain(producers)
}

fn row(file: &'static str, id: &str, value: String, basis: &Basis) -> RuleSource {
    RuleSource {
        file,
        id: id.to_owned(),
        value,
        source: basis.source.clone(),
        reference: basis.reference,
        in_force_from: basis.in_force_from,
        in_force_to: basis.in_force_to,
    }
}

fn validity_row(rule: &paper::ValidityRule) -> RuleSource {
    let value = format!(
        "{} d{}",
        rule.valid_days,
        if rule.same_province_only {
            ", 仅限省内"
        } else {
            ""
        }
    );
    row("papers.toml", &rule.id, value, &rule.basis)
}

fn profile_row(profile: &cold_chain::ProfileRow) -> RuleSource {
    let range = |min: Option<_>, max: Option<_>| {
        let end = |end: Option<crate::core::quantity::SignedDecimal>| {
            end.map_or_else(String::new, |end| end.to_string())
        };
        format!("{}…{} °C", end(min), end(max))
    };
    let limits = range(profile.min_c, profile.max_c);
    let usual = range(profile.reference_min_c, profile.reference_max_c);
    let value = match (profile.basis.reference, usual == range(None, None)) {
        (true, _) => format!("参考 {usual}"),
        (false, true) => limits,
        (false, false) => format!("{limits}; 参考(无来源) {usual}"),
    };
    row("cold_profiles.toml", &profile.id, value, &profile.basis)
}

fn yield_row(rule: &yields::YieldRule) -> RuleSource {
    let end = |end: Option<crate::core::quantity::Amount>| {
        end.map_or_else(String::new, |end| end.to_string())
    };
    let value = format!(
        "{}…{} {}/{}",
        end(rule.low),
        end(rule.high),
        rule.uom_out,
        rule.uom_in
    );
    row("yields.toml", &rule.id, value, &rule.basis)
}

fn workday_row() -> Option<RuleSource> {
    let (first, last) = workday::years()?;
    Some(RuleSource {
        file: "workdays.tsv",
        id: "workdays".to_owned(),
        value: format!("{first}–{last}"),
        source: Some(workday::SOURCE.to_owned()),
        reference: false,
        in_force_from: ChinaDate::from_ymd(first, 1, 1),
        in_force_to: ChinaDate::from_ymd(last, 12, 31),
    })
}

fn recall_row(policy: &clocks::RecallPolicy) -> RuleSource {
    let list =
        |of: &dyn Fn(clocks::RecallLevel) -> String| clocks::RecallLevel::ALL.map(of).join("/");
    let start = list(&|level| policy.start_h(level).to_string());
    let finish = list(&|level| {
        let days = policy.finish_workdays(level);
        days.map_or_else(|| "?".to_owned(), |days| days.to_string())
    });
    let value = format!("start {start} h; finish {finish} workdays");
    row("clocks.toml", &policy.id, value, &policy.basis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_has_a_source_or_is_for_reference_and_its_dates_are_in_order() {
        let rows = sources();
        assert!(rows.len() > 80);
        let ids: BTreeSet<_> = rows.iter().map(|row| &row.id).collect();
        assert_eq!(ids.len(), rows.len(), "an id stands once in all tables");
        for row in &rows {
            let sourced = row
                .source
                .as_deref()
                .is_some_and(|source| !source.is_empty());
            assert!(sourced || row.reference, "{} has no source", row.id);
            if let (Some(from), Some(to)) = (row.in_force_from, row.in_force_to) {
                assert!(from <= to, "{}", row.id);
            }
            assert!(!row.value.is_empty());
        }
    }

    #[test]
    fn every_table_but_the_products_is_among_the_sources() {
        let rows = sources();
        for (name, text) in files() {
            assert!(!text.is_empty() && !text.contains('\r'), "{name}");
            let listed = rows.iter().any(|row| row.file == name);
            assert_eq!(listed, name != "products.toml", "{name}");
        }
    }

    #[test]
    fn the_version_is_a_hash_that_changes_with_any_name_or_text() {
        assert_eq!(version().len(), 64);
        assert_eq!(version(), hash(&FILES));
        let base = hash(&[("a", "bc")]);
        for other in [
            &[("ab", "c")][..],
            &[("a", "bd")],
            &[("a", "bc"), ("", "")],
            &[],
        ] {
            assert_ne!(hash(other), base);
        }
    }

    #[test]
    fn the_tables_never_claim_what_is_unverified() {
        for row in sources() {
            let source = row.source.unwrap_or_default();
            assert!(!source.contains("memory"), "{}", row.id);
        }
    }
}
