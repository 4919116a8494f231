//! Calls that are not understood end with status 2.

use crate::program::{demo, shisu};

/// What is called, and what the snapshot is named.
const CALLS: [(&str, &str); 11] = [
    ("nothing", ""),
    ("unknown_command", "believe"),
    ("missing_argument", "trace"),
    ("missing_option", "bundle t/LOT-1"),
    ("missing_value", "trace t/LOT-1 --at"),
    ("unknown_option", "trace t/LOT-1 --everything"),
    ("unknown_direction", "trace t/LOT-1 --direction up"),
    ("options_that_exclude_each_other", "submit --json --stream"),
    ("not_a_lot", "trace Q0417"),
    ("not_a_site", "trace t/LOT-1 --at JY13101180000016"),
    (
        "not_a_party",
        "key prove demo/keys/node.jwk --log a.example/log --party 11330000MB0R00013D",
    ),
];

#[test]
fn a_call_that_is_not_understood_is_told_why_in_both_languages() {
    let folder = demo();
    for (name, call) in CALLS {
        let arguments: Vec<&str> = call.split_whitespace().collect();
        let ended = shisu(folder.path(), &arguments);
        assert_eq!(ended.status, 2, "{call}");
        assert_eq!(ended.answer, "", "{call}");
        insta::assert_snapshot!(format!("usage_{name}"), ended.page(folder.path()));
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let ended = shisu(folder.path(), &["verify", "nothing.json"]);
    assert_eq!(ended.status, 1);
    insta::assert_snapshot!(ended.page(folder.path()));
}
