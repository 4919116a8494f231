use super::tests::{credit, facts, plan, rows, sign, told};
use super::*;
use crate::core::ids::{LotCode, PartyId};

const ENTERED: &str = "\
批次码|食品类别|名称|数量|生产日期|进货日期|供货者|供货者联系方式|查验|原产国
JH-1|叶菜|青菜|12.5公斤|2026-01-05|2026年1月6日|示例菜农|130****0000|供货者许可证、合格证，供货者许可证|
JH-2|冷冻进口肉|牛肉|20kg|2026-01-05|2026-01-06|示例进口商|||nz";

#[test]
fn a_row_of_goods_entered_becomes_a_record_with_its_supplier_and_what_was_checked() {
    let class = crate::core::rules::product::ProductClass::all()
        .find(|class| class.code() == "frozen_meat_imported");
    let table = ENTERED.replace("冷冻进口肉", class.unwrap().zh());
    let mut plan = plan(File::Enter, &table);
    assert_eq!(told(&plan), []);
    let drafts = sign(File::Enter, &mut plan, &facts(vec![]));
    assert_eq!(drafts.len(), 2);
    let claims = drafts[0].claims();
    let body = &claims["body"];
    assert_eq!(
        (&claims["type"], &body["received_on"]),
        (&"enter".into(), &"2026-01-06".into())
    );
    assert_eq!(body["supplier"]["name"], "示例菜农");
    assert_eq!(body["supplier"]["contact"], "130****0000");
    assert_eq!(
        body["checked"],
        serde_json::json!(["licence", "conformity"])
    );
    assert_eq!(claims["moves"][0]["lot"], "t/JH-1");
    let claims = drafts[1].claims();
    assert_eq!(claims["body"]["lots"][0]["country"], "NZ");
    assert!(claims["body"].get("checked").is_none());
    // The same supplier's same goods have one name in every file, other goods another.
    let again = super::read(File::Enter, &rows(&table), Epoch::Y1900).unwrap();
    assert_eq!(again.wishes[0].key, drafts[0].key);
    assert_ne!(drafts[0].key, drafts[1].key);
}

#[test]
fn each_fault_of_goods_entered_names_its_cell() {
    let good = "JH-1|叶菜|青菜|1公斤|2026-01-05|2026-01-06|示例菜农|1|合格证|NZ";
    for (place, cell, code) in [
        ("D", "1", "unit_missing"),
        ("F", "", "missing"),
        ("F", "6/1/26", "bad_date"),
        ("G", "", "missing"),
        ("H", "1.23E+12", "rounded_number"),
        ("I", "合格证、看过", "unknown_word"),
        ("J", "新西兰", "unclear_country"),
        // Once, whether the cell has to be filled in or not.
        ("A", "JH-1║JH-2", "several_values"),
        ("B", "叶菜║番茄", "several_values"),
        ("C", "青菜║番茄", "several_values"),
        ("D", "1公斤║2公斤", "several_values"),
        ("E", "2026-01-05║2026-01-06", "several_values"),
        ("F", "2026-01-06║2026-01-07", "several_values"),
        ("G", "示例菜农甲║示例菜农乙", "several_values"),
        ("J", "NZ║AU", "several_values"),
    ] {
        let at = usize::from(place.as_bytes()[0] - b'A');
        let mut cells: Vec<&str> = good.split('|').collect();
        cells[at] = cell;
        let table = format!("{}\n{}", ENTERED.lines().next().unwrap(), cells.join("|"));
        let mut plan = plan(File::Enter, &table);
        assert_eq!(told(&plan), [(format!("{place}2"), code)], "{cell}");
        assert_eq!(plan.wrong, 1, "{cell}");
        assert!(sign(File::Enter, &mut plan, &facts(vec![])).is_empty());
    }
    let twice = format!("{ENTERED}\n{}", ENTERED.lines().nth(1).unwrap());
    let doubled = plan(File::Enter, &twice.replace("冷冻进口肉", "叶菜"));
    assert_eq!(told(&doubled), [("A4".to_owned(), "duplicate_in_file")]);
    let mut known = facts(vec![]);
    known.lots.insert(LotCode::parse("t/JH-1").unwrap());
    let mut plan = plan(File::Enter, &ENTERED.replace("冷冻进口肉", "叶菜"));
    assert_eq!(sign(File::Enter, &mut plan, &known).len(), 1);
    assert_eq!(told(&plan), [("A2".to_owned(), "already_recorded")]);
}

const SMALLHOLDER: &str = "NH-330421-0000174";

/// Tables of which every row has a cell that says for whom.
const FOR_WHOM: [(File, &str); 4] = [
    (
        File::Lots,
        "代办对象|批次码|食品类别|名称|数量|生产日期\nWHOM|CQ-1|叶菜|青菜|1公斤|2026-01-05",
    ),
    (
        File::Enter,
        "代办对象|批次码|食品类别|名称|数量|生产日期|进货日期|供货者\nWHOM|JH-1|叶菜|青菜|1公斤|2026-01-05|2026-01-06|示例菜农",
    ),
    (
        File::Shipments,
        "On behalf of|运单号|收货场所|批次码|数量\nWHOM|YD-1|JY13101180000015|t/LOT-A|1公斤",
    ),
    (
        File::Sales,
        "农户代码|批次码|数量|销售日期\nWHOM|t/LOT-A|1公斤|2026-01-06",
    ),
];

fn for_whom(file: File, table: &str, cell: &str, signs_for: &[&str]) -> (Plan, Vec<Draft>) {
    let mut facts = facts(vec![credit(1, "t/LOT-A", 9)]);
    let known = signs_for.iter().map(|party| PartyId::parse(party).unwrap());
    facts.signs_for = known.collect();
    let mut plan = plan(file, &table.replace("WHOM", cell));
    let drafts = sign(file, &mut plan, &facts);
    (plan, drafts)
}

#[test]
fn a_row_may_say_for_whom_an_agent_signs_it() {
    for (file, table) in FOR_WHOM {
        let (plan, drafts) = for_whom(file, table, SMALLHOLDER, &[SMALLHOLDER]);
        assert_eq!(told(&plan), [], "{file:?}");
        assert_eq!(drafts[0].body["on_behalf_of"], SMALLHOLDER, "{file:?}");
        let (_, own) = for_whom(file, table, "", &[]);
        assert_eq!(own[0].body.get("on_behalf_of"), None, "{file:?}");
        assert_ne!(
            own[0].key, drafts[0].key,
            "for somebody else it is another record"
        );
        let without = table.lines().map(|line| line.split_once('|').unwrap().1);
        let without = without.collect::<Vec<_>>().join("\n");
        let (_, before) = for_whom(file, &without, "", &[]);
        assert_eq!(own[0].key, before[0].key, "an empty column changes no name");
    }
}

#[test]
fn a_cell_with_a_party_that_is_none_or_has_another_agent_is_named() {
    for (file, table) in FOR_WHOM {
        for (cell, signs_for, code) in [
            ("NH-330421-0000175", &[SMALLHOLDER][..], "id_check_digit"),
            (SMALLHOLDER, &[][..], "not_their_agent"),
        ] {
            let (plan, drafts) = for_whom(file, table, cell, signs_for);
            assert_eq!(told(&plan), [("A2".to_owned(), code)], "{file:?}");
            assert!(drafts.is_empty());
        }
    }
}

#[test]
fn one_waybill_is_for_one_party() {
    let (file, table) = FOR_WHOM[2];
    let two = format!("{table}\n|YD-1|JY13101180000015|t/LOT-A|1公斤");
    let (plan, _) = for_whom(file, &two, SMALLHOLDER, &[SMALLHOLDER]);
    assert_eq!(told(&plan), [("B3".to_owned(), "contradicts_row")]);
}
