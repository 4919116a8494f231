//! Imports as a business does them: a file of lots, one of dispatches and one of sales, on a ledger of
//! this machine and over the network, once and again.

use crate::common::world::signing_key;
use crate::host::{Host, at_home, both, run, run_json, shisu};
use crate::place::{Place, on_both_databases};
use crate::town::parse;
use serde_json::{Value, json};
use shisu::app::keyfile;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use zip::write::SimpleFileOptions;

on_both_databases! {
    lots_dispatches_and_sales_are_imported_and_not_imported_twice
    the_same_over_the_network
    a_file_with_a_fault_records_nothing_and_names_the_cell
}

const COUNT: usize = 200;

pub fn key(host: &Host, name: &str) -> PathBuf {
    let path = host.path(&format!("{name}.jwk"));
    if !path.exists() {
        keyfile::write(&path, &signing_key(name)).unwrap();
    }
    path
}

pub fn import(host: &Host, name: &str, kind: &str, file: &Path) -> Command {
    let mut command = shisu();
    command.args(["import", kind, "--json"]);
    at_home(host, &mut command);
    command.args(["--site", &host.town.world.sites[name], "--key"]);
    command.arg(key(host, name)).arg(file);
    command
}

pub fn lots() -> String {
    let row = |n: usize| format!("IM-{n:03},叶菜,青菜,１２．５公斤,2026年1月5日,330421,采收\r\n");
    let rows: String = (1..=COUNT).map(row).collect();
    format!(
        "某某合作社一月批次表,,,,,,\r\n批次码*,食品类别,品名,产量,采收日期,产地,来源方式\r\n{rows}合计,,,2500公斤,,,\r\n"
    )
}

/// A workbook with these rows; all cells are texts.
fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    let cell = |(column, text): (char, &String)| {
        format!("<c r=\"{column}ROW\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let row = |(number, cells): (usize, &Vec<String>)| {
        let cells: String = ('A'..).zip(cells).map(cell).collect();
        format!(
            "<row r=\"{number}\">{}</row>",
            cells.replace("ROW", &number.to_string())
        )
    };
    let rows: String = (1..).zip(rows).map(row).collect();
    let parts = [
        ("[Content_Types].xml", r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#.to_owned()),
        ("_rels/.rels", r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#.to_owned()),
        ("xl/workbook.xml", r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>"#.to_owned()),
        ("xl/_rels/workbook.xml.rels", r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#.to_owned()),
        ("xl/worksheets/sheet1.xml", format!(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#)),
    ];
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Ten waybills of ten lots each, of which 10 kg go.
fn shipments(host: &Host) -> Vec<u8> {
    let shop = &host.town.world.sites["shop"];
    let mut rows = vec![
        [
            "运单号",
            "收货场所",
            "批次码",
            "数量",
            "单位",
            "运输方式",
            "车牌号",
            "车牌颜色",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for n in 1..=100_usize {
        let waybill = format!("YD-{:02}", (n - 1) / 10);
        let lot = format!("IM-{n:03}");
        rows.push(
            [&*waybill, shop, &lot, "20", "斤", "自运", "浙F12345", "黄"]
                .map(str::to_owned)
                .to_vec(),
        );
    }
    workbook(&rows)
}

fn sales() -> String {
    let row = |n: usize| format!("IM-{n:03}\t2.5\t2026/1/6\t示例饭店\n");
    let rows: String = (101..=150).map(row).collect();
    format!("lot\tquantity\tsold_on\tbuyer\n{rows}")
}

pub fn done(recorded: usize, already: usize) -> Value {
    json!({ "recorded": recorded, "already": already, "refused": [] })
}

fn lots_dispatches_and_sales_are_imported_and_not_imported_twice(place: Place) {
    imports(Host::new(place));
}

fn the_same_over_the_network(place: Place) {
    let mut host = Host::new(place);
    host.is_away = true;
    imports(host);
}

fn imports(host: Host) {
    let lots = host.write("lots.csv", encoding_rs::GBK.encode(&lots()).0);
    let before = host.size();
    let looked = run_json(import(&host, "farm", "lots", &lots).arg("--preview"));
    assert_eq!(
        (&looked["preview"]["rows"], &looked["preview"]["records"]),
        (&json!(COUNT), &json!(COUNT))
    );
    assert_eq!((host.size(), &looked["done"]), (before, &Value::Null));
    assert!(
        !host.path("lots.csv.imported").exists(),
        "a preview leaves nothing behind"
    );
    assert_eq!(looked["preview"]["faults"][0]["code"], "totals_row");

    assert_eq!(
        run_json(&mut import(&host, "farm", "lots", &lots))["done"],
        done(COUNT, 0)
    );
    let shipments = host.write("shipments.xlsx", shipments(&host));
    // What their way asks for and is not there is told by row, and stops nothing.
    let looked = run_json(import(&host, "farm", "shipments", &shipments).arg("--preview"));
    let told = &looked["preview"]["faults"][0];
    assert_eq!(
        (&told["cell"], &told["code"], &told["notice"]),
        (&json!("C2"), &json!("paper_wrong"), &json!(true))
    );
    assert_eq!(looked["preview"]["records"], 10);
    assert_eq!(
        run_json(&mut import(&host, "farm", "shipments", &shipments))["done"],
        done(10, 0)
    );
    let sales = host.write("sales.csv", sales());
    assert_eq!(
        run_json(&mut import(&host, "farm", "sales", &sales))["done"],
        done(50, 0)
    );

    let after = host.size();
    let files = [
        ("lots", &lots, COUNT),
        ("shipments", &shipments, 10),
        ("sales", &sales, 50),
    ];
    for (kind, file, count) in files {
        let again = run_json(&mut import(&host, "farm", kind, file));
        assert_eq!(again["done"], done(0, count), "{kind}");
    }
    assert_eq!(host.size(), after, "importing again changes nothing");
    is_traced(&host);
    readings_of_a_leg_and_a_zone_are_recorded_once(&host);
    is_known_without_its_state(&host, &files);
    is_known_to_whoever_is_later(&host);
    goes_on_after_an_interruption(&host, &sales);
}

fn is_traced(host: &Host) {
    for (lot, seen) in [("t/IM-007", "dispatch"), ("t/IM-120", "sell")] {
        let mut command = shisu();
        command.args(["trace", lot, "--direction", "forward", "--json"]);
        let traced = run(command
            .args(["--database-url", &host.town.place.url])
            .arg("--data-dir")
            .arg(host.town.place.home()));
        let told = both(&traced);
        assert!(told.contains(seen), "{lot}: {told}");
    }
}

/// Of a logger's file each day is a record; the day that follows is another.
fn readings_of_a_leg_and_a_zone_are_recorded_once(host: &Host) {
    let kept = std::fs::read_to_string(host.path("shipments.xlsx.imported")).unwrap();
    let signed: Value = serde_json::from_str(kept.lines().nth(1).unwrap()).unwrap();
    let dispatch = parse(signed["record"].as_str().unwrap()).id.to_string();
    let day = "序号,记录时间,温度(℃)\n1,2026-01-06 08:00,3.5\n2,2026-01-06 08:05,３．６\n";
    let link = format!("https://trace.example.cn/w/{dispatch}?v=abc");
    for about in [["--leg", &link], ["--zone", "1号库"]] {
        let logger = host.write("logger.csv", encoding_rs::GBK.encode(day).0);
        let state = host.path(about[0]);
        let imported = || {
            let mut command = import(host, "farm", "readings", &logger);
            command.args(about).args(["--sensor", "L-1"]);
            run_json(command.arg("--state").arg(&state))["done"].clone()
        };
        assert_eq!(imported(), done(1, 0));
        assert_eq!(imported(), done(0, 1));
        host.write("logger.csv", format!("{day}3,2026/1/7 0:00,3.4\n"));
        assert_eq!(imported(), done(1, 1));
    }
    let broken = host.write("warm.csv", "time,temp\n2026-01-06 08:00,warm\n");
    let mut command = import(host, "farm", "readings", &broken);
    let answer = run(command.args(["--zone", "1", "--sensor", "L-1"]));
    let told: Value = serde_json::from_slice(&answer.stdout).unwrap();
    let fault = &told["preview"]["faults"][0];
    assert_eq!(
        (&fault["cell"], &fault["code"]),
        (&json!("B2"), &json!("bad_temperature"))
    );
}

/// Whoever lost what was kept beside the file, or never had it, signs nothing twice: the ledger knows the rows.
fn is_known_without_its_state(host: &Host, files: &[(&str, &PathBuf, usize)]) {
    let before = host.size();
    for (kind, file, count) in files {
        let state = host.path("lost");
        let mut command = import(host, "farm", kind, file);
        let again = run_json(command.arg("--state").arg(&state));
        assert_eq!(again["done"], done(0, *count), "{kind}");
        let recorded = again["preview"]["recorded"].as_array().unwrap();
        assert_eq!(recorded.len(), *count, "{kind}");
        std::fs::remove_file(state).unwrap();
    }
    assert_eq!(host.size(), before);
}

/// Two machines that look at the same moment: what the first records the second is told of when it submits.
fn is_known_to_whoever_is_later(host: &Host) {
    let file = host.write("late.csv", "lot,quantity,sold_on\nIM-199,1,2026-01-06\n");
    let logger = host.write("late-log.csv", "time,temp\n2026-02-06 08:00,3\n");
    let readings = |state: &str| {
        let mut command = import(host, "farm", "readings", &logger);
        command.args(["--zone", "1号库", "--sensor", "L-9", "--state"]);
        run_json(command.arg(host.path(state)))["done"].clone()
    };
    assert_eq!(readings("first"), done(1, 0));
    let before = host.size();
    // A logger's key lists nothing, so nobody asks before it submits.
    assert_eq!(readings("second"), done(0, 1));
    assert_eq!(readings("second"), done(0, 1), "and it is noted");
    assert_eq!(host.size(), before);
    let sales = |name: &str| {
        let mut command = import(host, "farm", "sales", &file);
        run_json(command.arg("--state").arg(host.path(name)))["done"].clone()
    };
    assert_eq!(sales("one"), done(1, 0));
    assert_eq!(sales("two"), done(0, 1));
}

/// What was signed and not answered is sent again as it is; rows put behind are new.
fn goes_on_after_an_interruption(host: &Host, sales: &Path) {
    let state = host.path("sales.csv.imported");
    let kept = std::fs::read_to_string(&state).unwrap();
    let signed: Vec<&str> = kept
        .lines()
        .filter(|line| !line.contains("\"outcome\""))
        .collect();
    assert_eq!(signed.len(), 51, "what it is for, and fifty records");
    // As if the program had ended between signing and hearing, in the middle of a line.
    std::fs::write(&state, format!("{}\n{{\"key\":\"cut", signed.join("\n"))).unwrap();
    let before = host.size();
    let text = std::fs::read_to_string(sales).unwrap();
    let longer = format!("{text}IM-120\t2.5\t2026/1/6\t示例饭店\n");
    std::fs::write(sales, longer).unwrap();
    let again = run_json(&mut import(host, "farm", "sales", sales));
    assert_eq!(
        again["done"],
        done(51, 0),
        "fifty are known to the ledger, one is new"
    );
    // The record, and perhaps a beat of whoever appended it.
    let more = host.size() - before;
    assert!((1..=2).contains(&more), "{more}");
}

fn a_file_with_a_fault_records_nothing_and_names_the_cell(place: Place) {
    let host = Host::new(place);
    let before = host.size();
    let cell = |done: &Value| {
        let fault = &done["preview"]["faults"][0];
        (fault["cell"].clone(), fault["code"].clone())
    };
    let refused = |file: &Path, kind: &str| {
        let answer = run(&mut import(&host, "farm", kind, file));
        assert_eq!(answer.status.code(), Some(1), "{}", both(&answer));
        serde_json::from_slice::<Value>(&answer.stdout).unwrap()
    };
    let broken = lots().replacen("2026年1月5日", "05/01/26", 1);
    let file = host.write("broken.csv", &broken);
    assert_eq!(
        cell(&refused(&file, "lots")),
        (json!("E3"), json!("bad_date"))
    );
    // What only the ledger knows is found before anything is signed.
    let sold = host.write("sold.csv", "lot,quantity,sold_on\nIM-1,1,2026-01-06\n");
    assert_eq!(
        cell(&refused(&sold, "sales")),
        (json!("A2"), json!("not_held"))
    );
    assert_eq!(host.size(), before);
    // For people, a table.
    let mut command = import(&host, "farm", "lots", &file);
    let args: Vec<_> = command
        .get_args()
        .filter(|word| *word != "--json")
        .map(ToOwned::to_owned)
        .collect();
    command = shisu();
    let told = both(&run(command.args(args)));
    assert!(
        told.contains("E3") && told.contains("生产日期") && told.contains("bad_date"),
        "{told}"
    );
    let template = both(&run(shisu().args(["import", "lots", "--template"])));
    assert!(template.contains("批次码,食品类别,名称"), "{template}");
}
