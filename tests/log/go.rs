//! Go's own library reads the log: golang.org/x/mod/sumdb from the system's packages, without a
//! network. The program is tests/interop-go/main.go.

use crate::common::world::BEGINNING;
use crate::support::Fixture;
use shisu::app::publish::Publisher;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Records of the log that is read: several full tiles and one that is not.
const RECORDS: usize = 2_200;

/// Where Debian puts the source of Go libraries.
const GO_PATH: &str = "/usr/share/gocode";

/// Builds the program; Go finds everything on this machine or nothing at all.
fn build(dir: &Path) -> PathBuf {
    let program = dir.join("interop");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop-go/main.go");
    let built = Command::new("go")
        .args(["build", "-o"])
        .args([&program, &source])
        .env("GO111MODULE", "off")
        .env("GOPATH", GO_PATH)
        .env("GOPROXY", "off")
        .env("GOCACHE", dir.join("cache"))
        .output()
        .expect("Go reads our log: run `scripts/setup test`, which brings Go and golang.org/x/mod");
    assert!(built.status.success(), "{}", words(&built));
    program
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn go_reads_our_checkpoints_tiles_entries_proofs_and_receipts() {
    let (mut fixture, _clock) = Fixture::with_clock(BEGINNING);
    let dir = tempfile::tempdir().unwrap();
    let [public, receipts] = ["public", "receipts"].map(|name| dir.path().join(name));
    std::fs::create_dir(&receipts).unwrap();
    let mut count = 0;
    for _ in 0..4 {
        let texts = fixture.supply.next(RECORDS / 4);
        let ledger = fixture.open();
        for outcome in ledger.submit(&texts).unwrap().iter().step_by(11) {
            let receipt = outcome.receipt().unwrap();
            let path = receipts.join(format!("{}.tlog-proof", receipt.index()));
            std::fs::write(path, receipt.to_string()).unwrap();
            count += 1;
        }
        ledger.close();
    }
    let mut publisher = Publisher::open(&fixture.options, &public, true).unwrap();
    let size = publisher.publish().unwrap().size;
    let vkey = fixture.options.home.identity().unwrap().verifier().unwrap();
    let program = build(dir.path());
    let run = |vkey: &str| {
        let mut command = Command::new(&program);
        command.arg("-dir").arg(&public).args(["-vkey", vkey]);
        command.arg("-receipts").arg(&receipts).output().unwrap()
    };
    let good = run(&vkey.to_string());
    assert!(good.status.success(), "{}", words(&good));
    let checked: serde_json::Value = serde_json::from_slice(&good.stdout).unwrap();
    assert_eq!(checked["size"], size);
    assert_eq!(checked["entries"], size);
    assert_eq!(checked["records"], size.div_ceil(7));
    assert_eq!(
        checked["trees"],
        (1..=size)
            .filter(|n| n.is_multiple_of(97) || *n == size)
            .count()
    );
    assert_eq!(checked["receipts"], count);
    assert!(checked["tiles"].as_u64().unwrap() > 0);
    // It does look: another key, and a bit of a tile, are told.
    let other = vkey.to_string().replacen("+", "x+", 1);
    assert!(!run(&other).status.success());
    let tile = public.join("tile/0/003");
    let mut bytes = std::fs::read(&tile).unwrap();
    bytes[4_000] ^= 1;
    std::fs::write(&tile, bytes).unwrap();
    let bad = run(&vkey.to_string());
    assert_eq!(bad.status.code(), Some(1));
    // The library itself notices it or, up to 0.7, leaves one tile unauthenticated; then the
    // comparison with the entries does.
    let said = words(&bad);
    let is_told = said.contains("inconsistent tile") || said.contains("is not the leaf");
    assert!(is_told, "{said}");
}
