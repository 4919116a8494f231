//! A ledger of one's own: from its beginning to the first lot, as the README tells it.

use crate::program::{Ended, redacted, shisu, shisu_reading};
use serde_json::{Value, json};
use std::path::Path;

const LOG: &str = "zhejiang.example/log";
const REGISTRAR: &str = "11330000MB0R00013C";
const FARM: &str = "NH-330421-0000174";
const SITE: &str = "S-330421-0001015";

/// Begins a ledger in the folder `ledger`.
pub fn begin(folder: &Path) -> Ended {
    let mut arguments = vec!["init", "--data-dir", "ledger", "--log", LOG];
    arguments.extend(["--province", "330000", "--registrar", REGISTRAR]);
    arguments.extend(["--registrar-name", "示例登记机构"]);
    shisu(folder, &arguments)
}

/// Signs claims and gives the record as one line.
fn sign(folder: &Path, key: &str, seq: &str, claims: &Value) -> Ended {
    let arguments = ["sign", "--key", key, "--seq", seq];
    shisu_reading(folder, &arguments, &claims.to_string())
}

fn claims(kind: &str, author: &str, body: &Value) -> Value {
    json!({ "type": kind, "log": LOG, "iss": author, "body": body })
}

/// What enrols the farm, its site and its key, as lines.
fn enrolment(folder: &Path) -> String {
    let prove = ["key", "prove", "farm.jwk", "--log", LOG, "--party", FARM];
    let mut key = shisu(folder, &prove).good().json();
    key["role"] = json!("admin");
    key["from"] = json!(0);
    let party = json!({
        "party": FARM, "kind": "smallholder", "county": "330421", "person": { "name": "示例" },
    });
    let site = json!({
        "site": SITE, "party": FARM, "kind": "farm", "name": "示例大棚", "county": "330421",
        "open": true,
    });
    let bodies = [
        ("register_party", party),
        ("register_site", site),
        ("add_key", key),
    ];
    let mut lines = String::new();
    for (seq, (kind, body)) in (1..).zip(bodies) {
        let claims = claims(kind, REGISTRAR, &body);
        let signed = sign(
            folder,
            "ledger/keys/registrar.jwk",
            &format!("{seq}"),
            &claims,
        );
        lines.push_str(&signed.good().answer);
    }
    lines
}

fn harvest(folder: &Path, seq: &str) -> Ended {
    let mut claims = claims(
        "create",
        FARM,
        &json!({
            "how": "harvest",
            "lots": [{ "n": 1, "class": "tomato", "name": "番茄", "made_on": today() }],
        }),
    );
    claims["site"] = json!(SITE);
    claims["moves"] = json!([
        { "n": 1, "op": "in", "lot": "t/TOMATO-1", "uom": "KGM", "quantity": "120" },
    ]);
    sign(folder, "farm.jwk", seq, &claims).good()
}

/// Today in China.
fn today() -> String {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let now = shisu::core::time::UnixSeconds::new(now).unwrap();
    now.china_date().to_string()
}

/// Rows of a stream, with the receipts told by their length.
fn rows(ended: &Ended) -> Vec<Value> {
    let rows = ended
        .answer
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    rows.map(|mut row: Value| {
        if let Some(receipt) = row["receipt"].as_str() {
            assert!(receipt.starts_with("c2sp.org/tlog-proof@v1\n"), "{receipt}");
            row["receipt"] = json!("[receipt]");
        }
        row
    })
    .collect()
}

#[test]
fn a_ledger_is_begun_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    insta::assert_snapshot!("init", begin(path).page(path));
    let again = begin(path);
    assert_eq!(again.status, 1);
    insta::assert_snapshot!("init_again", again.page(path));
    let description = std::fs::read_to_string(path.join("ledger/ledger.json")).unwrap();
    insta::assert_snapshot!("ledger_json", redacted(&description, path));
    insta::assert_snapshot!(
        "check_of_a_new_ledger",
        shisu(path, &["check", "--data-dir", "ledger"]).page(path)
    );
}

#[test]
fn a_ledger_is_for_a_province() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let mut arguments = vec!["init", "--data-dir", "ledger", "--log", LOG];
    arguments.extend(["--province", "330421", "--registrar", REGISTRAR]);
    arguments.extend(["--registrar-name", "示例登记机构"]);
    let ended = shisu(path, &arguments);
    assert_eq!(ended.status, 2);
    assert!(!path.join("ledger").exists());
    insta::assert_snapshot!(ended.page(path));
}

#[test]
fn keys_are_made_shown_and_proven() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let made = shisu(path, &["key", "new", "--out", "farm.jwk"]);
    insta::assert_snapshot!("key_new", made.page(path));
    let shown = shisu(path, &["key", "show", "farm.jwk"]).good();
    assert_eq!(shown.answer, made.answer);
    let prove = ["key", "prove", "farm.jwk", "--log", LOG, "--party", FARM];
    insta::assert_snapshot!("key_prove", shisu(path, &prove).page(path));
    let again = shisu(path, &["key", "new", "--out", "farm.jwk"]);
    assert_eq!(again.status, 1);
    insta::assert_snapshot!("key_new_again", again.page(path));
    std::fs::write(path.join("other.jwk"), "{}").unwrap();
    let other = shisu(path, &["key", "show", "other.jwk"]);
    assert_eq!(other.status, 1);
    insta::assert_snapshot!("key_show_nothing", other.page(path));
}

#[test]
fn records_are_signed_submitted_and_traced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    begin(path).good();
    shisu(path, &["key", "new", "--out", "farm.jwk"]).good();
    let signed = harvest(path, "1");
    insta::assert_snapshot!("sign", signed.page(path));
    std::fs::write(path.join("harvest.txt"), &signed.answer).unwrap();

    let submit = ["submit", "harvest.txt", "--data-dir", "ledger"];
    let refused = shisu(path, &submit);
    assert_eq!(refused.status, 1);
    insta::assert_snapshot!("submit_refused", refused.page(path));

    let to_submit = ["submit", "--data-dir", "ledger"];
    let accepted = shisu_reading(path, &to_submit, &enrolment(path));
    insta::assert_snapshot!("submit_accepted", accepted.page(path));

    let with_receipts = [&submit[..], &["--receipts", "receipts", "--json"]].concat();
    insta::assert_snapshot!("submit_json", shisu(path, &with_receipts).page(path));
    let receipts = std::fs::read_dir(path.join("receipts")).unwrap();
    let names: Vec<_> = receipts.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["000000000006.tlog-proof"]);

    let again = shisu(path, &submit).good();
    insta::assert_snapshot!("submit_again", again.page(path));
    let arguments = ["trace", "t/TOMATO-1", "--data-dir", "ledger"];
    let page = shisu(path, &arguments).good().page(path);
    let (before, after) = page.split_once("[date] ").unwrap();
    // The minute of this test.
    let page = format!("{before}[date] [minute]{}", after.split_at(5).1);
    insta::assert_snapshot!("own_trace", page);
}

#[test]
fn a_stream_answers_every_line_with_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    begin(path).good();
    shisu(path, &["key", "new", "--out", "farm.jwk"]).good();
    let mut lines = enrolment(path);
    lines.push_str(&harvest(path, "1").answer);
    let stream = ["submit", "-", "--stream", "--data-dir", "ledger"];
    let accepted = shisu_reading(path, &stream, &lines).good();
    let outcomes: Vec<Value> = rows(&accepted);
    let told = |rows: &[Value], name: &str| -> Vec<Value> {
        rows.iter().map(|row| row[name].clone()).collect()
    };
    assert_eq!(told(&outcomes, "line"), [1, 2, 3, 4]);
    assert_eq!(told(&outcomes, "outcome"), ["accepted"; 4]);
    assert_eq!(told(&outcomes, "receipt"), ["[receipt]"; 4]);

    let mixed = format!("{}not a record\n\n", harvest(path, "1").answer);
    let ended = shisu_reading(path, &stream, &mixed);
    assert_eq!(ended.status, 1);
    let rows = rows(&ended);
    let page = serde_json::to_string_pretty(&rows).unwrap();
    insta::assert_snapshot!("stream_refused", redacted(&page, path));
}

#[test]
fn nothing_to_submit_and_nothing_to_sign_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    begin(path).good();
    let ended = shisu(path, &["submit", "--data-dir", "ledger"]);
    assert_eq!(ended.status, 1);
    insta::assert_snapshot!("submit_nothing", ended.page(path));
    let key = "ledger/keys/registrar.jwk";
    for (name, text) in [
        ("cut_off", "{\"type\": \"create\","),
        ("not_claims", "[]"),
        ("unknown_type", "{\"type\": \"promise\"}"),
    ] {
        let ended = shisu_reading(path, &["sign", "--key", key], text);
        assert_eq!(ended.status, 1);
        insta::assert_snapshot!(format!("sign_{name}"), ended.page(path));
    }
}

#[test]
fn migrating_a_ledger_of_the_newest_form_says_that_there_is_nothing_to_do() {
    let folder = tempfile::tempdir().unwrap();
    begin(folder.path()).good();
    let said = shisu(folder.path(), &["migrate", "--data-dir", "ledger"]).good();
    let mut lines = said.answer.lines();
    assert_eq!(lines.next(), Some("没有要做的迁移 / nothing to migrate"));
    assert!(
        lines.next().is_some_and(|line| line.contains(LOG)),
        "{}",
        said.answer
    );
    let said = shisu(
        folder.path(),
        &["migrate", "--data-dir", "ledger", "--json"],
    )
    .good();
    assert_eq!(said.json()["made"], json!([]));
    assert_eq!(said.json()["log"], json!(LOG));
    let nowhere = shisu(folder.path(), &["migrate", "--data-dir", "nowhere"]);
    assert_eq!(nowhere.status, 1);
    assert!(nowhere.errors.contains("[no_ledger]"), "{}", nowhere.errors);
}
