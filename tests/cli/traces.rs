//! Asking where a lot came from and where it went.

use crate::program::{demo, shisu};

const PORK: &str = "01/09520002000033/10/Q0417-1";
const PIGS: &str = "t/JS-PIG-0417";

#[test]
fn a_trace_goes_back_from_the_shop_to_the_farm() {
    let folder = demo();
    let path = folder.path();
    let arguments = [
        "trace",
        PORK,
        "--at",
        "JY13101180000015",
        "--data-dir",
        "demo",
    ];
    insta::assert_snapshot!(shisu(path, &arguments).page(path));
}

#[test]
fn a_trace_goes_forward_from_the_farm_to_the_shops() {
    let folder = demo();
    let path = folder.path();
    let arguments = [
        "trace",
        PIGS,
        "--direction",
        "forward",
        "--data-dir",
        "demo",
    ];
    insta::assert_snapshot!(shisu(path, &arguments).page(path));
}

#[test]
fn a_trace_goes_both_ways() {
    let folder = demo();
    let path = folder.path();
    let arguments = ["trace", PORK, "--direction", "both", "--data-dir", "demo"];
    insta::assert_snapshot!(shisu(path, &arguments).page(path));
}

#[test]
fn a_trace_speaks_to_machines() {
    let folder = demo();
    let path = folder.path();
    let lot = "t/QP-QC-0305";
    let arguments = [
        "trace",
        lot,
        "--at",
        "JY13101180000314",
        "--json",
        "--data-dir",
        "demo",
    ];
    insta::assert_snapshot!(shisu(path, &arguments).page(path));
    for direction in ["back", "forward", "both"] {
        let arguments = [
            "trace",
            PORK,
            "--direction",
            direction,
            "--json",
            "--data-dir",
            "demo",
        ];
        let answer = shisu(path, &arguments).good().json();
        assert_eq!(answer["trace"]["direction"], direction);
        assert_eq!(answer["verdict"]["state"], "complete");
        assert_eq!(answer["onward"].is_object(), direction == "both");
        assert_eq!(
            answer["tree"]["goods"].as_array().map(Vec::is_empty),
            Some(false)
        );
    }
}

#[test]
fn a_code_that_nobody_recorded_is_answered_with_status_one() {
    let folder = demo();
    let path = folder.path();
    let ended = shisu(path, &["trace", "t/NOBODY-KNOWS", "--data-dir", "demo"]);
    assert_eq!(ended.status, 1);
    insta::assert_snapshot!(ended.page(path));
}

#[test]
fn a_folder_without_a_ledger_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for command in [
        &["trace", PORK][..],
        &["bundle", PORK, "--out", "x.json"],
        &["check"],
        &["rebuild"],
        &["submit"],
    ] {
        let arguments = [command, &["--data-dir", "nowhere"]].concat();
        let ended = shisu(path, &arguments);
        assert_eq!(ended.status, 1, "{command:?}");
        assert!(!path.join("nowhere").exists(), "{command:?} makes nothing");
        insta::assert_snapshot!(format!("nowhere_{}", command[0]), ended.page(path));
    }
}
