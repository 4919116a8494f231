//! Evidence that is taken along and verified elsewhere.

use crate::program::{demo, shisu};
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

/// Takes the bundle of a lot of the demo into a folder of its own, with the demo's policy.
fn taken(lot: &str) -> (TempDir, String) {
    let (demo, folder) = (demo(), tempfile::tempdir().unwrap());
    let out = folder.path().join("lot.json");
    let arguments = [
        "bundle",
        lot,
        "--out",
        out.to_str().unwrap(),
        "--data-dir",
        "demo",
    ];
    let ended = shisu(demo.path(), &arguments).good();
    let policy = demo.path().join("demo").join("policy.txt");
    std::fs::copy(policy, folder.path().join("policy.txt")).unwrap();
    let page = ended.page(folder.path());
    (folder, page)
}

fn change(folder: &Path, change: impl FnOnce(&mut Value)) {
    let path = folder.join("lot.json");
    let mut bundle = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut bundle);
    std::fs::write(&path, bundle.to_string()).unwrap();
}

/// Another character in the middle of a record's signature.
fn flip(bundle: &mut Value, number: usize) {
    let text = bundle["records"][number]["sd_jwt"].as_str().unwrap();
    let (jwt, _) = text.split_once('~').unwrap();
    let (before, rest) = text.split_at(jwt.len() - 40);
    let other = if rest.starts_with('A') { "B" } else { "A" };
    bundle["records"][number]["sd_jwt"] = format!("{before}{other}{}", rest.split_at(1).1).into();
}

#[test]
fn a_bundle_is_written_and_holds_without_any_server() {
    let (folder, page) = taken("01/09520002000033/10/Q0417-1");
    insta::assert_snapshot!("bundle", page);
    let path = folder.path();
    let arguments = ["verify", "lot.json", "--policy", "policy.txt"];
    insta::assert_snapshot!("verify_with_policy", shisu(path, &arguments).page(path));
    insta::assert_snapshot!("verify", shisu(path, &arguments[..2]).page(path));
}

#[test]
fn verifying_speaks_to_machines() {
    let (folder, _) = taken("t/QP-QC-0305");
    let path = folder.path();
    let arguments = ["verify", "lot.json", "--json", "--policy", "policy.txt"];
    insta::assert_snapshot!(shisu(path, &arguments).page(path));
}

#[test]
fn a_damaged_bundle_does_not_hold() {
    let (folder, _) = taken("t/QP-QC-0305");
    let path = folder.path();
    change(path, |bundle| flip(bundle, 3));
    let ended = shisu(path, &["verify", "lot.json", "--policy", "policy.txt"]);
    assert_eq!(ended.status, 1);
    insta::assert_snapshot!("damaged", ended.page(path));
    let ended = shisu(path, &["verify", "lot.json", "--json"]);
    assert_eq!(ended.status, 1);
    assert_eq!(ended.answer, "", "an error is no answer");
    std::fs::write(path.join("lot.json"), "{\"format\":").unwrap();
    let ended = shisu(path, &["verify", "lot.json"]);
    assert_eq!(ended.status, 1);
    insta::assert_snapshot!("cut_off", ended.page(path));
}

#[test]
fn a_bundle_of_another_log_is_not_believed() {
    let (folder, _) = taken("t/QP-QC-0305");
    let path = folder.path();
    let own = crate::own_ledger::begin(path).good();
    drop(own);
    let ended = shisu(
        path,
        &["verify", "lot.json", "--policy", "ledger/policy.txt"],
    );
    assert_eq!(ended.status, 1);
    insta::assert_snapshot!("other_log", ended.page(path));
    let arguments = [
        "verify",
        "lot.json",
        "--json",
        "--policy",
        "ledger/policy.txt",
    ];
    let for_machines = shisu(path, &arguments);
    assert_eq!(for_machines.status, 1);
    assert_eq!(for_machines.json()["ok"], false);
    assert_eq!(
        for_machines.json()["first_error"]["code"],
        "bundle_not_trusted"
    );
    std::fs::write(path.join("policy.txt"), "believe everybody\n").unwrap();
    let ended = shisu(path, &["verify", "lot.json", "--policy", "policy.txt"]);
    assert_eq!(ended.status, 1);
    insta::assert_snapshot!("bad_policy", ended.page(path));
}

#[test]
fn a_bundle_of_nothing_is_refused() {
    let folder = demo();
    let path = folder.path();
    let arguments = [
        "bundle",
        "t/NOBODY-KNOWS",
        "--out",
        "none.json",
        "--data-dir",
        "demo",
    ];
    let ended = shisu(path, &arguments);
    assert_eq!(ended.status, 1);
    assert!(!path.join("none.json").exists());
    insta::assert_snapshot!(ended.page(path));
}
