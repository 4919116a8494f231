//! Bulk enrolment as a registrar does it: a preview, then the records, here or on a server.

use crate::host::{Host, at_home, both, run, run_json, shisu};
use crate::place::{Place, on_both_databases};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use shisu::app::keyfile;
use shisu::app::remote::backoff::Patience;
use shisu::app::remote::{Address, Remote, Sent};
use std::path::{Path, PathBuf};
use std::process::Command;

on_both_databases! {
    a_register_is_looked_at_enrolled_and_not_enrolled_twice
    the_same_over_the_network
}

const REGISTER: &str = include_str!("../../fixtures/registers/example.csv");

fn registrar(host: &Host) -> PathBuf {
    host.town.place.home().join("keys").join("registrar.jwk")
}

fn enrol(host: &Host, register: &Path, words: &[&str]) -> Command {
    let mut command = shisu();
    command.args(["enrol", "--json"]).args(words).arg(register);
    at_home(host, &mut command);
    command.arg("--key").arg(registrar(host));
    command
}

fn faults(done: &Value) -> Vec<(u64, &str, &str)> {
    let faults = done["preview"]["faults"].as_array().unwrap().iter();
    faults
        .map(|fault| {
            let word = |name: &str| fault[name].as_str().unwrap_or_default();
            (fault["row"].as_u64().unwrap(), word("column"), word("code"))
        })
        .collect()
}

fn a_register_is_looked_at_enrolled_and_not_enrolled_twice(place: Place) {
    enrols(Host::new(place));
}

fn the_same_over_the_network(place: Place) {
    let mut host = Host::new(place);
    host.is_away = true;
    enrols(host);
}

fn enrols(host: Host) {
    let register = host.write("register.csv", encoding_rs::GB18030.encode(REGISTER).0);
    let before = host.size();
    let looked = run_json(&mut enrol(&host, &register, &["--preview"]));
    assert_eq!(
        (&looked["preview"]["parties"], &looked["preview"]["sites"]),
        (&json!(4), &json!(5))
    );
    assert_eq!(looked["done"], Value::Null);
    assert_eq!(host.size(), before, "a preview enrols nobody");

    let done = run_json(&mut enrol(&host, &register, &[]));
    assert_eq!(
        done["done"],
        json!({"enrolled": 9, "refused": []}),
        "{done}"
    );
    let again = run_json(&mut enrol(&host, &register, &[]));
    assert_eq!(
        (&again["preview"]["parties"], &again["preview"]["sites"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(faults(&again).len(), 9);
    assert!(
        faults(&again)
            .iter()
            .all(|(_, _, code)| *code == "already_enrolled")
    );

    // What anybody reads has no person's name in it, and no address.
    for entry in host.town.place.entries() {
        let payload = entry.jwt.split('.').nth(1).unwrap();
        let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
        for sealed in ["示例农户甲", "示例路", "130****0000"] {
            assert!(!payload.contains(sealed), "{payload}");
        }
    }
    // A party of the register is invited like every other.
    let mut invite = shisu();
    invite.args([
        "invite",
        "new",
        "--json",
        "--role",
        "admin",
        "--party",
        "91330421MA771001X9",
    ]);
    at_home(&host, &mut invite)
        .arg("--key")
        .arg(registrar(&host));
    assert!(run_json(&mut invite)["code"].is_string());
}

#[test]
fn faults_are_told_by_row_and_column_and_nothing_is_enrolled_unless_asked() {
    let host = Host::new(Place::sqlite());
    let wrong = REGISTER
        .replace("91330421MA77100289", "91330421MA77100280")
        .replace("零售商,上海市浦东新区", "零售商,上海");
    let register = host.write("register.csv", wrong);
    let before = host.size();
    let looked = run(&mut enrol(&host, &register, &[]));
    assert_eq!(looked.status.code(), Some(1));
    let looked: Value = serde_json::from_slice(&looked.stdout).unwrap();
    assert_eq!(
        faults(&looked),
        [
            (4, "party", "id_check_digit"),
            (5, "county", "unclear_county")
        ]
    );
    let why = &looked["preview"]["faults"][0]["why"];
    assert!(why["zh"].is_string() && why["en"].is_string());
    assert_eq!(host.size(), before);

    let table = run(shisu().arg("enrol").arg("--preview").arg(&register).args([
        "--data-dir",
        host.town.place.home().to_str().unwrap(),
        "--database-url",
        &host.town.place.url,
    ]));
    assert!(
        both(&table).contains("统一社会信用代码"),
        "{}",
        both(&table)
    );

    let done = run_json(&mut enrol(&host, &register, &["--skip-faulty"]));
    // One party and two of its sites less, as far as their own rows are sound.
    assert_eq!(done["done"]["refused"], json!([]));
    assert_eq!(done["done"]["enrolled"], 6, "{done}");
}

#[test]
fn records_can_be_written_out_and_submitted_later() {
    let host = Host::new(Place::sqlite());
    let register = host.write("register.csv", REGISTER);
    let out = host.path("records.ndjson");
    let before = host.size();
    run_json(&mut enrol(
        &host,
        &register,
        &["--out", out.to_str().unwrap()],
    ));
    assert_eq!(host.size(), before);
    let mut submit = shisu();
    submit
        .args(["submit", "--json", "--server", &host.url()])
        .arg(&out);
    let rows = run_json(&mut submit);
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 9);
    assert!(
        rows.iter().all(|row| row["outcome"] == "accepted"),
        "{rows:?}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&out).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "people's names are in it");
    }
}

#[test]
fn the_preview_of_a_server_is_for_the_registrar() {
    let host = Host::new(Place::sqlite());
    let address = Address {
        url: host.url(),
        ..Address::default()
    };
    let mut remote = Remote::at(&address, Patience::default()).unwrap();
    let wrong = REGISTER.replace("嘉善县,SC", "乌有县,SC");
    let preview = |remote: &Remote, kind: &str| {
        let sent = Sent::Post(kind, wrong.as_bytes());
        remote.once("/v1/enrolment/preview", sent).unwrap()
    };
    assert_eq!(preview(&remote, "text/csv").status, 401);
    // A clerk of some party is signed in, and still no registrar.
    remote
        .sign_in(&host.town.world.authors["farm"].key)
        .unwrap();
    assert_eq!(preview(&remote, "text/csv").status, 403);
    remote
        .sign_in(&keyfile::read(&registrar(&host)).unwrap())
        .unwrap();
    assert_eq!(preview(&remote, "image/png").status, 415);
    let reply = preview(&remote, "text/csv; charset=utf-8");
    assert_eq!(reply.status, 200);
    let said: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!((&said["wrong"], &said["parties"]), (&json!(1), &json!(3)));
    let fault = &said["faults"][0];
    assert_eq!(
        (&fault["row"], &fault["column"]),
        (&json!(3), &json!("county"))
    );
    assert_eq!(fault["column_zh"], "县区");
    let nonsense = Sent::Post("text/csv", b"nothing,of,use");
    assert_eq!(
        remote
            .once("/v1/enrolment/preview", nonsense)
            .unwrap()
            .status,
        400
    );
}
