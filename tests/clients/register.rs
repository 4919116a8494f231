//! Registers as they really come: written by other people's software, and with thousands of rows.

use crate::host::{Host, at_home, run, run_json, shisu};
use crate::place::Place;
use crate::proxy::{Fate, Proxy};
use serde_json::{Value, json};
use shisu::core::ids::{Division, SiteNo, SmallholderNo};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Rows of a large register, each with a party and a site.
const ROWS: u32 = 2_000;

/// Requests that enrolling them may take: 200 parties or sites a look, 1,000 records a submission,
/// and signing in.
const REQUESTS_MAX: usize = 40;

fn registrar(host: &Host) -> PathBuf {
    host.town.place.home().join("keys").join("registrar.jwk")
}

fn faults(said: &Value) -> Vec<(u64, &str, &str)> {
    let faults = said["preview"]["faults"].as_array().unwrap().iter();
    faults
        .map(|fault| {
            let word = |name: &str| fault[name].as_str().unwrap_or_default();
            (fault["row"].as_u64().unwrap(), word("column"), word("code"))
        })
        .collect()
}

/// The workbook that `tests/interop-python/workbook.py` writes.
fn workbook(path: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join(".venv/bin/python");
    assert!(
        python.is_file(),
        "openpyxl writes a register: run `scripts/setup test`, which brings it"
    );
    let written = Command::new(python)
        .arg(root.join("tests/interop-python/workbook.py"))
        .arg(path)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .status()
        .unwrap();
    assert!(written.success());
}

#[test]
fn a_workbook_of_other_software_is_read_and_its_faults_are_where_a_person_sees_them() {
    let host = Host::new(Place::sqlite());
    let register = host.path("register.xlsx");
    workbook(&register);
    let mut enrol = shisu();
    enrol.args(["enrol", "--json", "--preview"]).arg(&register);
    let looked = run(at_home(&host, &mut enrol));
    assert_eq!(looked.status.code(), Some(1));
    let looked: Value = serde_json::from_slice(&looked.stdout).unwrap();
    assert_eq!(
        faults(&looked),
        [
            (8, "party", "id_character"),
            (9, "party", "rounded_number"),
            (10, "valid_to", "bad_date"),
            (12, "party", "missing"),
            (13, "county", "unclear_county"),
            (13, "name", "missing"),
        ],
        "{looked}"
    );
    assert_eq!(looked["preview"]["rows"], 8, "empty rows are none");

    let mut enrol = shisu();
    enrol
        .args(["enrol", "--json", "--skip-faulty"])
        .arg(&register);
    enrol.arg("--key").arg(registrar(&host));
    let done = run_json(at_home(&host, &mut enrol));
    assert_eq!(
        done["done"],
        json!({"enrolled": 6, "refused": []}),
        "{done}"
    );
    let site = shisu::core::ids::SiteId::parse("S-330421-0070016").unwrap();
    assert!(host.town.place.entries().iter().any(|entry| {
        let payload = entry.jwt.split('.').nth(1).unwrap();
        base64_text(payload).contains(&site.to_string())
    }));
}

fn base64_text(text: &str) -> String {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text);
    String::from_utf8(bytes.unwrap()).unwrap()
}

/// A register of smallholders with a plot each.
fn large() -> String {
    let county = Division::parse("330421").unwrap();
    let rows = (1..=ROWS).map(|number| {
        let party = SmallholderNo::issue(county, number).unwrap();
        let site = SiteNo::issue(county, 10_000 + number).unwrap();
        format!("{party},示例农户{number},农户,330421,地块{number},种植基地,{site}\n")
    });
    let header = "统一社会信用代码,名称,类型,县区,场所名称,场所类型,场所编码\n";
    header.to_owned() + &rows.collect::<String>()
}

#[test]
fn two_thousand_rows_are_enrolled_on_a_server_in_few_requests() {
    let host = Host::new(Place::sqlite());
    let register = host.write("large.csv", large());
    let enrol = |proxy: &Proxy| {
        let mut enrol = shisu();
        enrol.args(["enrol", "--json", "--server", &proxy.url()]);
        enrol.arg(&register).arg("--key").arg(registrar(&host));
        run_json(&mut enrol)
    };
    let proxy = Proxy::before(host.address, &[Fate::Pass]);
    let done = enrol(&proxy);
    assert_eq!(
        done["done"],
        json!({"enrolled": 2 * ROWS, "refused": []}),
        "{}",
        done["preview"]
    );
    let requests = proxy.records_seen().len();
    assert!(requests <= REQUESTS_MAX, "{requests} requests");

    // What is enrolled is seen to be, in as few.
    let proxy = Proxy::before(host.address, &[Fate::Pass]);
    let again = enrol(&proxy);
    assert_eq!(
        (&again["preview"]["parties"], &again["preview"]["sites"]),
        (&json!(0), &json!(0))
    );
    let requests = proxy.records_seen().len();
    assert!(requests <= REQUESTS_MAX, "{requests} requests");
}
