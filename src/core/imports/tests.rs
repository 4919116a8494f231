use super::*;
use crate::core::enrol::Cell;
use crate::core::ids::{Division, LotCode, SiteId};
use crate::core::quantity::{Amount, Uom};
use crate::core::record::{LineRef, RecordId};
use crate::core::text::Explain as _;
use std::collections::{BTreeMap, BTreeSet};

const FARM: &str = "S-330421-0000174";
const SHOP: &str = "JY13101180000015";

/// Rows of a table, cells with `|` between; an empty cell is none.
pub(super) fn rows(table: &str) -> Vec<RowRead> {
    let row = |(number, line): (u32, &str)| RowRead {
        number,
        cells: (0..)
            .zip(line.split('|'))
            .filter(|(_, text)| !text.trim().is_empty())
            .map(|(place, text)| (place, Cell::Text(text.trim().to_owned())))
            .collect(),
    };
    (1..)
        .zip(table.lines())
        .map(row)
        .filter(|row| !row.cells.is_empty())
        .collect()
}

pub(super) fn plan(file: File, table: &str) -> Plan {
    super::read(file, &rows(table), Epoch::Y1900).unwrap()
}

pub(super) fn told(plan: &Plan) -> Vec<(String, &'static str)> {
    let told = plan.faults.iter();
    told.map(|fault| {
        (
            fault.address().unwrap_or_else(|| fault.row.to_string()),
            fault.what.code(),
        )
    })
    .collect()
}

pub(super) fn credit(byte: u8, lot: &str, left: u32) -> Credit {
    Credit {
        line: LineRef(RecordId::from_bytes([byte; 32]), 1),
        lot: LotCode::parse(lot).unwrap(),
        left: Amount::whole(left),
        uom: Uom::Kilogram,
    }
}

pub(super) fn facts(stock: Vec<Credit>) -> Facts {
    let county =
        |site: &str, code: &str| (SiteId::parse(site).unwrap(), Division::parse(code).unwrap());
    Facts {
        site: SiteId::parse(FARM).unwrap(),
        counties: BTreeMap::from([county(FARM, "330421"), county(SHOP, "310118")]),
        stock,
        lots: BTreeSet::new(),
        signs_for: BTreeSet::new(),
        waybills: BTreeSet::new(),
    }
}

pub(super) fn sign(file: File, plan: &mut Plan, facts: &Facts) -> Vec<Draft> {
    drafts(file, plan, facts, &BTreeSet::new())
}

const LOTS: &str = "\
批次码|食品类别|名称|数量|生产日期|产地|来源方式
CQ-1|叶菜|青菜|12.5公斤|2026年1月5日|330421|采收
t/CQ-2|tomato|番茄|２５斤|20260105|嘉善县|";

#[test]
fn a_row_of_lots_becomes_a_record_that_creates_one() {
    let mut plan = plan(File::Lots, LOTS);
    assert_eq!(told(&plan), []);
    let drafts = sign(File::Lots, &mut plan, &facts(vec![]));
    assert_eq!((plan.rows, drafts.len()), (2, 2));
    let claims = drafts[1].claims();
    assert_eq!(claims["type"], "create");
    assert_eq!(claims["body"]["how"], "harvest");
    assert_eq!(claims["moves"][0]["lot"], "t/CQ-2");
    assert_eq!(
        (&claims["moves"][0]["quantity"], &claims["moves"][0]["uom"]),
        (&"12.5".into(), &"KGM".into())
    );
    assert_eq!(claims["body"]["lots"][0]["origin"], "330421");
    assert_eq!(claims["body"]["lots"][0]["made_on"], "2026-01-05");
}

#[test]
fn headings_may_stand_under_a_title_in_two_rows_and_say_the_unit() {
    let table = "\
某某合作社一月批次表

批次码|食品类别|名称|数量||日期|我们的备注
|||数量（斤）|规格||
CQ-1|叶菜|青菜|30|散装|2026/1/5|好
合计|||30|||";
    let mut plan = plan(File::Lots, table);
    assert_eq!(
        told(&plan),
        [("G3".into(), "unknown_column"), ("A6".into(), "totals_row")]
    );
    let drafts = sign(File::Lots, &mut plan, &facts(vec![]));
    assert_eq!(drafts[0].moves[0]["quantity"], "15");
    assert_eq!(drafts[0].body["lots"][0]["spec"], "散装");
}

#[test]
fn each_fault_names_its_cell() {
    let good = "CQ-1|叶菜|青菜|1公斤|2026-01-05|330421|采收";
    for (place, cell, code) in [
        ("A", "cq-1", "id_character"),
        ("A", "01/09520002000034/10/A", "id_check_digit"),
        ("A", "1.23E+12", "rounded_number"),
        ("A", "CQ-1║CQ-2", "several_values"),
        ("A", "", "missing"),
        ("B", "云", "unknown_word"),
        ("C", "", "missing"),
        ("C", "看不见\u{200b}", "unprintable"),
        ("D", "1", "unit_missing"),
        ("D", "1║2", "several_values"),
        ("D", "一些", "bad_quantity"),
        ("E", "5/1/26", "bad_date"),
        ("F", "某县", "unclear_county"),
        ("G", "魔法", "unknown_word"),
    ] {
        let at = usize::from(place.as_bytes()[0] - b'A');
        let mut cells: Vec<&str> = good.split('|').collect();
        cells[at] = cell;
        let table = format!("{}\n{}", LOTS.lines().next().unwrap(), cells.join("|"));
        let mut plan = plan(File::Lots, &table);
        let found = told(&plan);
        assert_eq!(found.len(), 1, "{cell}: {found:?}");
        assert_eq!(found[0].0, format!("{place}2"), "{cell}");
        assert!(found[0].1.contains(code), "{cell}: {found:?}");
        let why = plan.faults[0].what.explain();
        assert!(!why.zh.is_ascii() && !why.en.is_empty());
        assert_eq!(
            sign(File::Lots, &mut plan, &facts(vec![])),
            [],
            "nothing of it is signed"
        );
    }
}

#[test]
fn what_is_twice_in_a_file_or_in_the_ledger_is_told() {
    let twice = format!("{LOTS}\nCQ-1|叶菜|青菜|1公斤|2026-01-06||");
    assert_eq!(
        told(&plan(File::Lots, &twice)),
        [("A4".into(), "duplicate_in_file")]
    );
    let mut plan = plan(File::Lots, LOTS);
    let mut known = facts(vec![]);
    known.lots.insert(LotCode::parse("t/CQ-1").unwrap());
    let drafts = sign(File::Lots, &mut plan, &known);
    assert_eq!(told(&plan), [("A2".into(), "already_recorded")]);
    assert_eq!(drafts.len(), 1, "the other one is new");
}

const SHIPMENTS: &str = "\
运单号|收货场所|批次码|数量|运输方式|车牌号|车牌颜色|最高温度(℃)
YD-1|JY13101180000015|CQ-1|30公斤|自运|浙F12345|黄|4
YD-1|JY13101180000015|CQ-2|20斤|自运|浙F12345|黄|4
YD-2|JY13101180000015|CQ-1|5|自运|浙F12345|黄|4";

#[test]
fn rows_with_one_waybill_are_one_dispatch_that_draws_on_the_oldest_goods_first() {
    let mut plan = plan(File::Shipments, SHIPMENTS);
    assert_eq!(told(&plan), []);
    let stock = vec![
        credit(1, "t/CQ-1", 20),
        credit(2, "t/CQ-1", 40),
        credit(3, "t/CQ-2", 50),
    ];
    let drafts = sign(File::Shipments, &mut plan, &facts(stock));
    assert_eq!(told(&plan), []);
    assert_eq!(
        drafts
            .iter()
            .map(|one| one.rows.clone())
            .collect::<Vec<_>>(),
        [vec![2, 3], vec![4]]
    );
    let first = &drafts[0];
    let quantities: Vec<&str> = first
        .moves
        .iter()
        .map(|line| line["quantity"].as_str().unwrap())
        .collect();
    assert_eq!(quantities, ["20", "10", "10"]);
    assert_eq!(first.moves[2]["n"], 3);
    assert_eq!(
        (&first.body["load_county"], &first.body["unload_county"]),
        (&"330421".into(), &"310118".into())
    );
    assert_eq!(first.body["vehicle"]["colour"], "2");
    assert_eq!(first.body["temp_max_c"], "4");
    assert_eq!(drafts[1].moves[0]["quantity"], "5");
}

#[test]
fn a_shipment_that_cannot_be_says_in_which_cell() {
    let told_of = |table: &str, stock: Vec<Credit>| {
        let mut plan = plan(File::Shipments, table);
        let drafts = sign(File::Shipments, &mut plan, &facts(stock));
        assert_eq!(drafts, []);
        told(&plan)
    };
    let enough = || vec![credit(1, "t/CQ-1", 100), credit(2, "t/CQ-2", 100)];
    let one = |code| vec![code];
    let cell = |address: &str, code| one((address.to_owned(), code));
    assert_eq!(
        told_of(SHIPMENTS, vec![credit(1, "t/CQ-1", 100)]),
        cell("C3", "not_held")
    );
    assert_eq!(
        told_of(
            SHIPMENTS,
            vec![credit(1, "t/CQ-1", 34), credit(2, "t/CQ-2", 10)]
        ),
        cell("D4", "not_enough")
    );
    assert_eq!(
        told_of(&SHIPMENTS.replace("CQ-2|20斤", "CQ-2|20升"), enough()),
        cell("D3", "other_unit")
    );
    let to_itself = SHIPMENTS.replacen(SHOP, FARM, 2);
    assert_eq!(told_of(&to_itself, enough()), cell("B2", "own_site"));
    let unknown = SHIPMENTS.replace(SHOP, "JY13101180000023");
    assert!(
        told_of(&unknown, enough())
            .iter()
            .all(|(_, code)| *code == "unknown_site" || code.starts_with("id_"))
    );
    let contradicts = SHIPMENTS.replacen("浙F12345", "浙F12346", 1);
    assert_eq!(
        told_of(&contradicts, enough()),
        cell("A3", "contradicts_row")
    );
    let carrier = SHIPMENTS.replace("自运", "承运");
    assert!(
        told_of(&carrier, enough())
            .iter()
            .all(|(_, code)| *code == "carrier_missing")
    );
}

const SALES: &str = "\
批次码|数量|销售日期|购货者|价格等
CQ-1|2斤|2026-01-06||
CQ-1|2斤|2026-01-06||
CQ-1|1.5公斤|46028|示例饭店|4.50 元/公斤";

#[test]
fn each_sale_is_a_record_even_if_two_say_the_same() {
    let mut plan = plan(File::Sales, SALES);
    assert_eq!(told(&plan), [("C4".into(), "serial_date")]);
    let keys: BTreeSet<&str> = plan.wishes.iter().map(|wish| &*wish.key).collect();
    assert_eq!(keys.len(), 3);
    let again = self::plan(File::Sales, &format!("{SALES}\nCQ-1|9斤|2026-01-07||"));
    assert!(
        again
            .wishes
            .iter()
            .zip(&plan.wishes)
            .all(|(one, other)| one.key == other.key),
        "rows put behind change no name"
    );
    let drafts = sign(
        File::Sales,
        &mut plan,
        &facts(vec![credit(1, "t/CQ-1", 10)]),
    );
    assert_eq!(drafts[0].body["channel"], "consumer");
    assert_eq!(drafts[2].body["channel"], "trade");
    assert_eq!(drafts[2].body["sold_on"], "2026-01-06");
    assert_eq!(drafts[2].body["buyer"]["name"], "示例饭店");
    assert_eq!(drafts[0].moves[0]["quantity"], "1");
}

#[test]
fn what_was_done_before_is_left_out_and_takes_nothing() {
    let mut plan = plan(File::Sales, SALES);
    let done = plan
        .wishes
        .iter()
        .take(2)
        .map(|wish| wish.key.clone())
        .collect();
    let known = facts(vec![credit(1, "t/CQ-1", 2)]);
    let drafts = drafts(File::Sales, &mut plan, &known, &done);
    assert_eq!(drafts.len(), 1);
}

#[test]
fn a_file_that_is_no_table_says_why() {
    let fails = |table: &str| super::read(File::Sales, &rows(table), Epoch::Y1900).unwrap_err();
    assert_eq!(fails("一|二|三"), NoTable::NoHeadings);
    assert!(
        matches!(fails("批次码|数量|购货者"), NoTable::NoColumn(column) if column.field() == "sold_on")
    );
    assert!(matches!(
        fails("批次码|数量|销售日期|重量"),
        NoTable::ColumnTwice(_)
    ));
    let many = format!(
        "批次码|数量|销售日期\n{}",
        "CQ-1|1|2026-01-06\n".repeat(5_001)
    );
    assert_eq!(fails(&many), NoTable::TooManyRows);
}

#[test]
fn cells_are_named_as_spreadsheets_name_them() {
    let address = |place| {
        Fault {
            row: 7,
            place: Some(place),
            column: None,
            what: What::Missing,
        }
        .address()
        .unwrap()
    };
    assert_eq!(
        [0, 2, 25, 26, 51, 52, 701].map(address),
        ["A7", "C7", "Z7", "AA7", "AZ7", "BA7", "ZZ7"]
    );
}

proptest::proptest! {
    #[test]
    fn no_table_makes_the_reader_panic(
        cells in proptest::collection::vec(proptest::collection::vec(".{0,12}", 0..8), 0..6),
    ) {
        let table: Vec<RowRead> = (1..).zip(cells).map(|(number, cells)| RowRead {
            number,
            cells: (0..).zip(cells).map(|(place, text)| (place, Cell::Text(text))).collect(),
        }).collect();
        for (file, heading) in [(File::Lots, LOTS), (File::Shipments, SHIPMENTS), (File::Sales, SALES)] {
            let mut all = rows(heading.lines().next().unwrap());
            all.extend(table.clone());
            if let Ok(mut plan) = super::read(file, &all, Epoch::Y1904) {
                let _ = sign(file, &mut plan, &facts(vec![credit(1, "t/CQ-1", 9)]));
            }
        }
    }
}
