use super::sheet::{CELL_CHARS_MAX, COLUMNS_MAX, FILE_BYTES_MAX, ROWS_MAX, read};
use super::*;
use crate::core::enrol::Cell;
use encoding_rs::GB18030;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;

const REGISTER: &str = include_str!("../../../fixtures/registers/example.csv");

/// A workbook with this sheet, as small as one can be.
fn workbook(sheet: &str) -> Vec<u8> {
    let parts = [
        (
            "[Content_Types].xml",
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="登记表" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The example as a sheet of a workbook.
fn sheet_of(csv: &str) -> String {
    let mut sheet = String::from(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#,
    );
    for (row, line) in (1..).zip(csv.lines()) {
        sheet.push_str(&format!(r#"<row r="{row}">"#));
        for (column, text) in ('A'..).zip(line.split(',')) {
            if text == "330421" {
                sheet.push_str(&format!(r#"<c r="{column}{row}"><v>{text}</v></c>"#));
            } else if !text.is_empty() {
                sheet.push_str(&format!(
                    r#"<c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c>"#
                ));
            }
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    sheet
}

fn fails(bytes: &[u8]) -> RegisterError {
    match plan(bytes) {
        Err(AppError::Register(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_register_reads_the_same_in_every_form_excel_gives_it() {
    let plain = plan(REGISTER.as_bytes()).unwrap();
    assert!(plain.is_sound(), "{:?}", plain.faults);
    assert_eq!(
        (plain.rows, plain.parties.len(), plain.sites.len()),
        (5, 4, 5)
    );
    let tabs = REGISTER.replace(',', "\t");
    let utf16: Vec<u8> = [0xFEFF]
        .into_iter()
        .chain(tabs.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let with_mark = format!(
        "\u{feff}{}",
        REGISTER.replace(',', ";").replace('\n', "\r\n")
    );
    for bytes in [
        GB18030.encode(REGISTER).0.into_owned(),
        utf16,
        with_mark.into_bytes(),
        workbook(&sheet_of(REGISTER)),
    ] {
        assert_eq!(plan(&bytes).unwrap(), plain);
    }
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_does() {
    let text = "a,b\n\n\n\"two\nlines\",c\nd,e\n";
    let numbers: Vec<u32> = read(text.as_bytes())
        .unwrap()
        .iter()
        .map(|row| row.number)
        .collect();
    assert_eq!(numbers, [1, 4, 5]);
}

#[test]
fn a_code_that_a_spreadsheet_rounded_is_a_fault_and_not_a_code() {
    let sheet = sheet_of(REGISTER);
    let rounded = sheet.replace(
        r#"t="inlineStr"><is><t>91330421MA771001X9</t></is>"#,
        "><v>9.1330421001770997E17</v>",
    );
    assert_ne!(sheet, rounded);
    let plan = plan(&workbook(&rounded)).unwrap();
    let report = report(&plan);
    let first = &report.faults[0];
    assert_eq!(
        (first.row, first.column, first.code),
        (3, Some("party"), "rounded_number")
    );
}

#[test]
fn what_is_no_register_is_said_to_be_none() {
    assert_eq!(fails(b""), RegisterError::NoHeader);
    assert_eq!(
        fails("天地玄黄\n宇宙洪荒\n".as_bytes()),
        RegisterError::NoHeader
    );
    assert_eq!(
        fails(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1]),
        RegisterError::OldExcel
    );
    assert!(matches!(
        fails(b"PK\x03\x04 not a zip"),
        RegisterError::Unreadable(_)
    ));
    assert!(matches!(fails(b"a\0b"), RegisterError::Unreadable(_)));
    assert!(matches!(
        fails(&[0xFF, 0xFF, 0xFF]),
        RegisterError::Unreadable(_)
    ));
    let no_county = REGISTER.replace("县区", "备注");
    assert_eq!(
        fails(no_county.as_bytes()),
        RegisterError::NoColumn(Column::County)
    );
    let twice = REGISTER.replace("联系电话", "名称");
    assert_eq!(
        fails(twice.as_bytes()),
        RegisterError::ColumnTwice(Column::Name)
    );
}

#[test]
fn a_bomb_is_put_down_before_it_goes_off() {
    // A few hundred kilobytes of file, a hundred megabytes of sheet.
    let bomb = workbook(&" ".repeat(100 * 1024 * 1024));
    assert!(bomb.len() < 1024 * 1024);
    assert!(matches!(
        fails(&bomb),
        RegisterError::UnpacksTooLarge { .. }
    ));
    // Two cells at opposite corners of the largest sheet there can be.
    let corners = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"#;
    assert_eq!(
        fails(&workbook(corners)),
        RegisterError::TooManyRows { max: ROWS_MAX }
    );
}

#[test]
fn rows_columns_cells_and_files_have_limits() {
    let many = "x\n".repeat(usize::try_from(ROWS_MAX).unwrap() + 1);
    assert_eq!(
        fails(many.as_bytes()),
        RegisterError::TooManyRows { max: ROWS_MAX }
    );
    let wide = format!("x{},y\n", ",".repeat(COLUMNS_MAX));
    assert!(matches!(
        fails(wide.as_bytes()),
        RegisterError::TooManyColumns { row: 1, .. }
    ));
    let long = format!("{}\n", "字".repeat(CELL_CHARS_MAX * 2));
    assert!(matches!(
        fails(long.as_bytes()),
        RegisterError::CellTooLong { row: 1, .. }
    ));
    let large = vec![b'x'; FILE_BYTES_MAX + 1];
    assert_eq!(
        fails(&large),
        RegisterError::FileTooLarge {
            max: FILE_BYTES_MAX
        }
    );
}

#[test]
fn cells_that_are_read_are_exact_or_not_at_all() {
    let cells = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>330421</v></c><c r="B1"><v>0.5</v></c><c r="C1" t="e"><v>#N/A</v></c><c r="D1" t="inlineStr"><is><t>  字 </t></is></c></row></sheetData></worksheet>"#;
    let rows = read(&workbook(cells)).unwrap();
    let text = |text: &str| Cell::Text(text.to_owned());
    let expected = [
        (0, text("330421")),
        (1, Cell::Number("0.5".to_owned())),
        (2, Cell::Failed),
        (3, text("字")),
    ];
    assert_eq!(rows[0].cells, expected);
}

proptest::proptest! {
    #[test]
    fn no_file_makes_the_reader_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        let _ = plan(&bytes);
        let mut framed = b"PK\x03\x04".to_vec();
        framed.extend(&bytes);
        let _ = plan(&framed);
    }
}
