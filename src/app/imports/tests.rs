use super::*;
use crate::core::imports::Epoch;
use crate::core::time::ChinaDate;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;

const CSV: &str = "批次码,食品类别,名称,数量(公斤),生产日期\r\nCQ-1,叶菜,青菜,12.5,2026年1月5日\r\nCQ-2,叶菜,青菜,\"1,000\",2026/1/6\r\n";

/// A workbook of one sheet; its cells as they stand in the XML.
fn workbook(cells: &str, is_1904: bool) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let properties = if is_1904 {
        "<workbookPr date1904=\"1\"/>"
    } else {
        ""
    };
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{properties}<sheets><sheet name=\"批次\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        // The second style is that of dates.
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{cells}</sheetData></worksheet>"),
        ),
    ];
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn text(at: &str, said: &str) -> String {
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{said}</t></is></c>")
}

const HEADINGS: [&str; 5] = ["批次码", "食品类别", "名称", "数量(公斤)", "生产日期"];

/// A row of headings, and a row of a lot with these cells for quantity and date.
fn sheet(lot: &str, quantity: &str, made_on: &str) -> String {
    let headings: String = ('A'..)
        .zip(HEADINGS)
        .map(|(column, said)| text(&format!("{column}1"), said))
        .collect();
    format!(
        "<row r=\"1\">{headings}</row><row r=\"2\">{lot}{}{}{quantity}{made_on}</row>",
        text("B2", "叶菜"),
        text("C2", "青菜"),
    )
}

fn told(plan: &Plan) -> Vec<(Option<String>, &'static str)> {
    plan.faults
        .iter()
        .map(|fault| (fault.address(), fault.what.code()))
        .collect()
}

fn lots(bytes: &[u8]) -> Plan {
    plan(File::Lots, bytes).unwrap()
}

fn first(plan: &Plan) -> (String, String) {
    match &plan.wishes[0].doing {
        crate::core::imports::Doing::Lot(lot) => (
            lot.line.amount.to_string(),
            lot.info["made_on"].as_str().unwrap().to_owned(),
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_table_reads_the_same_in_every_encoding() {
    let plain = lots(CSV.as_bytes());
    assert_eq!((plain.rows, told(&plain)), (2, vec![]));
    assert_eq!(first(&plain), ("12.5".into(), "2026-01-05".into()));
    let utf_16 = |big: bool| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(CSV.encode_utf16());
        units
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    };
    for bytes in [
        format!("\u{feff}{CSV}").into_bytes(),
        encoding_rs::GBK.encode(CSV).0.into_owned(),
        encoding_rs::GB18030.encode(CSV).0.into_owned(),
        utf_16(true),
        utf_16(false),
    ] {
        assert_eq!(lots(&bytes), plain);
    }
}

#[test]
fn a_workbook_gives_dates_quantities_and_cached_values() {
    // 46027 is 5 January 2026 counted from 1900; 44565 from 1904.
    for (days, is_1904) in [("46027", false), ("44565", true)] {
        for style in ["", " s=\"1\""] {
            let date = format!("<c r=\"E2\"{style}><v>{days}</v></c>");
            let sum = "<c r=\"D2\"><f>0.1+0.2</f><v>0.30000000000000004</v></c>";
            let bytes = workbook(&sheet(&text("A2", "CQ-1"), sum, &date), is_1904);
            let plan = lots(&bytes);
            assert_eq!(
                first(&plan),
                ("0.3".into(), "2026-01-05".into()),
                "{style} {is_1904}"
            );
            let is_serial = style.is_empty();
            assert_eq!(
                told(&plan).len(),
                usize::from(is_serial),
                "{:?}",
                told(&plan)
            );
        }
    }
    assert_eq!(sheet::epoch(CSV.as_bytes()), Epoch::Y1900);
    assert!(ChinaDate::parse("2026-01-05").is_some());
}

#[test]
fn a_number_that_lost_digits_and_a_failed_formula_name_their_cells() {
    let quantity = "<c r=\"D2\"><v>1</v></c>";
    let date = text("E2", "2026-01-05");
    for (lot, code) in [
        (
            "<c r=\"A2\"><v>1.23456789012345E+20</v></c>".to_owned(),
            "rounded_number",
        ),
        (
            "<c r=\"A2\"><v>12345.5</v></c>".to_owned(),
            "rounded_number",
        ),
        (text("A2", "6.9E+12"), "rounded_number"),
        (
            "<c r=\"A2\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>".to_owned(),
            "failed_formula",
        ),
    ] {
        let plan = lots(&workbook(&sheet(&lot, quantity, &date), false));
        assert_eq!(told(&plan), [(Some("A2".to_owned()), code)], "{lot}");
    }
    let broken = "<c r=\"D2\" t=\"e\"><v>#REF!</v></c>";
    let plan = lots(&workbook(&sheet(&text("A2", "CQ-1"), broken, &date), false));
    assert_eq!(told(&plan), [(Some("D2".to_owned()), "failed_formula")]);
}

#[test]
fn a_bomb_and_a_table_of_something_else_are_refused_whole() {
    let bomb = workbook(&" ".repeat(100 * 1024 * 1024), false);
    assert!(bomb.len() < 1024 * 1024);
    let code = |file: File, bytes: &[u8]| plan(file, bytes).unwrap_err().code().to_owned();
    assert_eq!(code(File::Lots, &bomb), "bad_register");
    assert_eq!(code(File::Sales, CSV.as_bytes()), "bad_table");
    assert_eq!(code(File::Lots, b"\xd0\xcf\x11\xe0"), "bad_register");
}

#[test]
fn a_template_opens_in_a_spreadsheet_and_is_a_table_of_its_kind() {
    for file in File::ALL {
        let empty = template(file);
        assert!(empty.starts_with('\u{feff}') && empty.ends_with("\r\n"));
        let plan = plan(file, empty.as_bytes()).unwrap();
        assert_eq!((plan.rows, told(&plan)), (0, vec![]));
        let examples: Vec<String> = file
            .columns()
            .map(|column| format!("\"{}\"", column.example()))
            .collect();
        let filled = format!("{empty}{}\r\n", examples.join(","));
        let plan = super::plan(file, filled.as_bytes()).unwrap();
        assert_eq!(
            (plan.wrong, plan.wishes.len()),
            (0, 1),
            "{file:?} {:?}",
            told(&plan)
        );
    }
}
