use super::*;
use crate::core::custody::{EntryKey, PartyFacts, SiteFacts};
use crate::core::ids::{PartyId, SiteId};
use crate::core::text::Explain as _;
use proptest::prelude::*;
use std::convert::Infallible;

const REGISTER: &str = include_str!("../../../fixtures/registers/example.csv");

/// The rows of the example, by their numbers in the file; it quotes nothing.
fn rows() -> Vec<(u32, Cells)> {
    let mut lines = (1_u32..).zip(REGISTER.lines());
    let (_, header) = lines.nth(1).unwrap();
    let columns: Vec<Column> = header
        .split(',')
        .map(|name| Column::of_header(name).unwrap())
        .collect();
    let cells = |line: &str| {
        let cells = columns.iter().zip(line.split(','));
        let full = cells.filter(|(_, text)| !text.is_empty());
        full.map(|(column, text)| (*column, Cell::Text(text.into())))
            .collect()
    };
    lines
        .filter(|(_, line)| !line.is_empty())
        .map(|(row, line)| (row, cells(line)))
        .collect()
}

fn good() -> Cells {
    rows().remove(0).1
}

fn with(column: Column, text: &str) -> Cells {
    let mut cells = good();
    cells.insert(column, Cell::Text(text.into()));
    cells
}

fn codes(read: &Read) -> Vec<(Option<Column>, &'static str)> {
    let faults = read.faults.iter().filter(|fault| !fault.what.is_notice());
    faults
        .map(|fault| (fault.column, fault.what.code()))
        .collect()
}

fn plan_of(rows: &[(u32, Cells)]) -> Plan {
    let mut plan = Plan::default();
    rows.iter()
        .for_each(|(row, cells)| plan.add(read_row(*row, cells)));
    plan
}

fn told(plan: &Plan) -> Vec<(u32, &'static str)> {
    plan.faults
        .iter()
        .map(|fault| (fault.row, fault.what.code()))
        .collect()
}

#[test]
fn headers_are_known_in_both_languages_whatever_is_around_them() {
    for (text, column) in [
        ("统一社会信用代码*", Column::Party),
        (" Unified Social Credit Code ", Column::Party),
        ("许可证号", Column::Licence),
        ("site_name", Column::SiteName),
        ("Site Name", Column::SiteName),
        ("县(市、区)", Column::County),
        ("县\u{ff08}市、区\u{ff09}", Column::County),
    ] {
        assert_eq!(Column::of_header(text), Some(column), "{text}");
    }
    assert_eq!(Column::of_header("备注"), None);
    for column in Column::ALL {
        assert_eq!(Column::of_header(column.zh()), Some(*column));
        assert_eq!(Column::of_header(column.code()), Some(*column));
    }
}

#[test]
fn the_example_enrols_four_parties_with_five_sites() {
    let plan = plan_of(&rows());
    assert!(plan.is_sound(), "{:?}", plan.faults);
    assert_eq!((plan.rows, plan.parties.len(), plan.sites.len()), (5, 4, 5));
    let sites: Vec<&str> = plan.sites.iter().map(|site| site.site.as_str()).collect();
    assert_eq!(sites[0], "SC10133042100010");
    assert!(plan.sites[0].licence.is_none(), "its code is its licence");
    // The county was named with everything above it.
    assert_eq!(plan.parties[2].county.as_str(), "310115");
}

#[test]
fn a_natural_persons_name_and_phone_are_sealed_and_a_business_is_named_in_the_clear() {
    let plan = plan_of(&rows());
    let person = plan.parties[3].body();
    assert!(person.get("name").is_none());
    assert_eq!(person["person"]["name"], "示例农户甲");
    assert_eq!(person["person"]["phone"], "130****0000");
    let business = plan.parties[0].body();
    assert_eq!(business["name"], "嘉善示例食品有限公司");
    assert!(business["person"].is_null());
    let mut cells = rows().remove(4).1;
    cells.insert(Column::SiteName, Cell::Text("示例农户甲的地".into()));
    assert_eq!(
        codes(&read_row(8, &cells)),
        [(Some(Column::SiteName), "personal_name_public")]
    );
}

#[test]
fn each_fault_names_its_column() {
    let cases = [
        (Column::Party, "91330421MA771001X8", "id_check_digit"),
        (Column::Kind, "神仙", "unknown_word"),
        (Column::SiteKind, "云端", "unknown_word"),
        (Column::County, "某县", "unclear_county"),
        (Column::County, "999999", "id_not_listed"),
        (Column::Licence, "SC10133042100011", "id_check_digit"),
        (Column::ValidTo, "2030年底", "bad_date"),
        (Column::SiteCode, "S-330421-0070017", "id_check_digit"),
        (Column::Name, "看不见\u{200b}的字", "unprintable"),
    ];
    for (column, text, code) in cases {
        let read = read_row(3, &with(column, text));
        let found = codes(&read);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].0, Some(column));
        assert!(
            found[0].1.contains(code) || found[0].1 == code,
            "{text}: {found:?}"
        );
        assert!(read.party.is_none() && read.site.is_none());
        let why = read.faults[0].what.explain();
        assert!(!why.zh.is_empty() && !why.en.is_empty());
    }
    let long = read_row(3, &with(Column::Name, &"字".repeat(121)));
    assert_eq!(codes(&long), [(Some(Column::Name), "too_long")]);
    let mut rounded = good();
    rounded.insert(Column::Party, Cell::Rounded);
    assert_eq!(
        codes(&read_row(3, &rounded)),
        [(Some(Column::Party), "rounded_number")]
    );
    for column in Column::REQUIRED {
        let mut cells = good();
        cells.remove(&column);
        assert_eq!(codes(&read_row(3, &cells)), [(Some(column), "missing")]);
    }
}

#[test]
fn premises_without_a_licence_need_a_code() {
    let mut cells = good();
    cells.remove(&Column::Licence);
    assert_eq!(
        codes(&read_row(3, &cells)),
        [(Some(Column::SiteCode), "site_code_missing")]
    );
    cells.insert(Column::SiteCode, Cell::Text("S-330421-0070016".into()));
    assert_eq!(codes(&read_row(3, &cells)), []);
}

#[test]
fn a_smallholder_has_a_number_and_nobody_else() {
    let read = read_row(3, &with(Column::Kind, "农户"));
    assert_eq!(codes(&read), [(Some(Column::Kind), "kind_of_party")]);
}

#[test]
fn what_is_doubled_or_contradicts_itself_names_the_earlier_row() {
    let mut rows = rows();
    rows.push((9, rows[0].1.clone()));
    let mut other = rows[0].1.clone();
    other.insert(Column::Name, Cell::Text("另一个名称".into()));
    other.insert(Column::SiteCode, Cell::Text("S-330421-0070024".into()));
    rows.push((10, other));
    let plan = plan_of(&rows);
    assert_eq!(
        told(&plan),
        [(9, "duplicate_in_file"), (10, "contradicts_row")]
    );
    assert_eq!(plan.faults[0].what, What::DuplicateInFile { row: 3 });
    assert_eq!(plan.faults[1].what, What::Contradicts { row: 3 });
}

struct Ledger(Vec<PartyEntry>, Vec<SiteEntry>);

impl Known for Ledger {
    type Error = Infallible;

    fn parties(&self, ids: &[PartyId]) -> Result<Vec<PartyFacts>, Infallible> {
        let found = self.0.iter().filter(|entry| ids.contains(&entry.party));
        let is_person = |id: &PartyId| matches!(id, PartyId::Smallholder(_));
        let facts = found.map(|entry| PartyFacts {
            id: entry.party,
            entry: EntryKey::from_i64(0),
            said: EntryKey::from_i64(0),
            kind: entry.kind,
            name: (!is_person(&entry.party)).then(|| entry.name.to_string()),
            county: entry.county,
            agent: None,
        });
        Ok(facts.collect())
    }

    fn sites(&self, ids: &[SiteId]) -> Result<Vec<SiteFacts>, Infallible> {
        let found = self.1.iter().filter(|entry| ids.contains(&entry.site));
        let facts = found.map(|entry| SiteFacts {
            id: entry.site,
            entry: EntryKey::from_i64(0),
            said: EntryKey::from_i64(0),
            party: entry.party,
            kind: entry.kind,
            name: entry.name.to_string(),
            county: entry.county,
            open: true,
            filed: false,
        });
        Ok(facts.collect())
    }
}

#[test]
fn what_is_enrolled_already_is_left_out_and_what_changed_is_said_anew() {
    let mut plan = plan_of(&rows());
    let mut known = Ledger(plan.parties.clone(), plan.sites.clone());
    known.0[0].name = known.0[1].name.clone();
    known.1[1].party = known.0[0].party;
    let _never: Result<(), Infallible> = plan.compare(&known);
    assert_eq!(plan.parties.len(), 1, "the one whose name changed");
    assert_eq!(plan.sites.len(), 0);
    assert_eq!(plan.wrong, 1, "a site of somebody else's");
    let told = told(&plan);
    assert!(told.contains(&(3, "changed")), "{told:?}");
    assert!(told.contains(&(4, "site_of_other_party")));
    assert_eq!(
        told.iter()
            .filter(|(_, code)| *code == "already_enrolled")
            .count(),
        7
    );
}

#[test]
fn no_more_faults_are_told_than_anybody_reads() {
    let mut cells = good();
    cells.remove(&Column::Party);
    let rows: Vec<(u32, Cells)> = (1..=1_500).map(|row| (row, cells.clone())).collect();
    let plan = plan_of(&rows);
    assert_eq!((plan.faults.len(), plan.wrong), (FAULTS_MAX, 1_500));
}

proptest! {
    #[test]
    fn no_cell_makes_the_reader_panic(at in 0..Column::ALL.len(), text in ".{0,200}") {
        let read = read_row(1, &with(Column::ALL[at], &text));
        prop_assert!(read.faults.len() < 20);
    }
}
