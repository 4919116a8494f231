//! A summary of every journey, to be read by people and kept as a snapshot.

use super::book::{Book, scripted, today};
use super::replay::balances;
use shisu::app::scenario::{Journey, Script};
use shisu::core::record::{Direction, Record};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// One journey as a page of text: its steps in order, and where the quantities went.
fn page(book: &Book, journey: &Journey) -> String {
    let mut page = format!("{} / {}\n", journey.name.zh, journey.name.en);
    let expect = &journey.expect;
    let (at, at_site) = (journey.at.as_deref(), expect.at_site.as_deref());
    let findings = |codes: &[String]| {
        if codes.is_empty() {
            "no findings".to_owned()
        } else {
            codes.join(" ")
        }
    };
    let (lot, found) = (&journey.lot, findings(&expect.findings));
    writeln!(page, "{lot}: {} ({found})", expect.verdict).unwrap();
    let found = findings(&expect.findings_at_site);
    let (at, at_site) = (at.unwrap_or("-"), at_site.unwrap_or("-"));
    writeln!(page, "at {at}: {at_site} ({found})\n").unwrap();
    let mut lots = BTreeSet::new();
    for (event, record) in &book.records {
        if event.journey != journey.key {
            continue;
        }
        let moved = lines(record, &mut lots);
        let (at, kind) = (event.at.china_minute(), event.kind.code());
        writeln!(page, "{at} {kind:<12} {}{moved}", event.step).unwrap();
    }
    page.push('\n');
    let balances = balances(book);
    for lot in lots {
        let balance = &balances[&lot];
        writeln!(
            page,
            "{lot}: {} in = {} held + {} in transit + {} disputed + {} used + {} sold + {} disposed",
            balance.brought_in,
            balance.held,
            balance.in_transit,
            balance.disputed,
            balance.used,
            balance.sold,
            balance.disposed
        )
        .unwrap();
    }
    page
}

fn lines(record: &Record, lots: &mut BTreeSet<String>) -> String {
    let mut text = String::new();
    for line in record.claims.moves.iter() {
        lots.insert(line.lot.to_string());
        let sign = match line.op {
            Direction::In => '+',
            Direction::Out => '-',
        };
        let quantity = record.quantity(line.n).unwrap();
        write!(text, " {sign}{quantity} {} {}", line.uom, line.lot).unwrap();
    }
    text
}

#[test]
fn every_journey_can_be_read_on_one_page() {
    let script: Script = scripted(today());
    let book = Book::of(&script);
    for journey in Journey::embedded().unwrap() {
        insta::assert_snapshot!(journey.key.clone(), page(&book, &journey));
    }
}
