//! A ledger that is checked and rebuilt, sound and damaged.

use crate::program::{demo, demo_to_change, shisu};
use std::path::Path;

#[test]
fn a_sound_ledger_is_said_to_be_sound() {
    let folder = demo();
    let path = folder.path();
    insta::assert_snapshot!(
        "sound",
        shisu(path, &["check", "--data-dir", "demo"]).page(path)
    );
    let arguments = ["check", "--json", "--data-dir", "demo"];
    insta::assert_snapshot!("sound_json", shisu(path, &arguments).page(path));
}

#[test]
fn a_ledger_is_rebuilt_and_the_same() {
    let folder = demo_to_change();
    let path = folder.path();
    let check = ["check", "--json", "--data-dir", "demo"];
    let before = shisu(path, &check).good();
    insta::assert_snapshot!(
        "rebuilt",
        shisu(path, &["rebuild", "--data-dir", "demo"]).page(path)
    );
    let arguments = ["rebuild", "--json", "--data-dir", "demo"];
    insta::assert_snapshot!("rebuilt_json", shisu(path, &arguments).page(path));
    assert_eq!(shisu(path, &check).good().answer, before.answer);
}

/// Changes one character of a signature in the file of the database.
fn damage(folder: &Path) -> usize {
    let lot = "01/09520002000033/10/Q0417-1";
    let out = folder.join("lot.json");
    let arguments = [
        "bundle",
        lot,
        "--out",
        out.to_str().unwrap(),
        "--data-dir",
        "demo",
    ];
    shisu(folder, &arguments).good();
    let bundle: serde_json::Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    let database = folder.join("demo").join("ledger.sqlite");
    let mut bytes = std::fs::read(&database).unwrap();
    for (index, record) in bundle["records"].as_array().unwrap().iter().enumerate() {
        let (jwt, _) = record["sd_jwt"].as_str().unwrap().split_once('~').unwrap();
        let signature = &jwt.as_bytes()[jwt.len() - 60..jwt.len() - 20];
        // A record at the end of a page goes on elsewhere.
        let mut found = bytes.windows(signature.len()).enumerate();
        let place = found.find(|(_, window)| *window == signature);
        if let Some((place, _)) = place {
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            std::fs::write(&database, &bytes).unwrap();
            return index;
        }
    }
    panic!("no record was found in the file");
}

#[test]
fn a_damaged_byte_is_found_and_named() {
    let folder = demo_to_change();
    let path = folder.path();
    assert_eq!(damage(path), 0, "the first record of the log");
    let ended = shisu(path, &["check", "--data-dir", "demo"]);
    assert_eq!(ended.status, 1);
    insta::assert_snapshot!("damaged", ended.page(path));
    let ended = shisu(path, &["check", "--json", "--data-dir", "demo"]);
    assert_eq!(ended.status, 1);
    assert_eq!(ended.answer, "", "an error is no answer");
    let ended = shisu(path, &["rebuild", "--data-dir", "demo"]);
    assert_eq!(ended.status, 1);
    insta::assert_snapshot!("damaged_rebuild", ended.page(path));
}
