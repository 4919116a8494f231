//! Disks that are full or fail, also while the node recovers from the last failure.

use crate::support::fiu::{EIO, ENOSPC, failing};
use crate::support::fixture::{code, system_now};
use crate::support::{Fixture, Receipts, Stream, own_process};
use shisu::app::clock::Clock;
use shisu::app::home::Home;
use shisu::app::ledger::{Ledger, Options, Outcome};
use std::path::Path;
use std::process::Command;

/// What a program may say when the disk gives out under it.
const DISK_CODES: [&str; 6] = [
    "[database_full]",
    "[io_error]",
    "[stopped]",
    "[unavailable]",
    "[file]",
    "[corrupt]",
];

/// Submits what is waiting while system calls fail. True if the program refused to go on.
fn submit_failing(
    fixture: &mut Fixture,
    waiting: &mut Vec<String>,
    receipts: &mut Receipts,
    fault: (&str, u32, f64),
) -> (usize, bool) {
    let missing = 200_usize.saturating_sub(waiting.len());
    waiting.extend(fixture.supply.next(missing));
    let (call, errno, probability) = fault;
    let environment = failing(call, errno, probability);
    let texts = std::mem::take(waiting);
    let (ended, told) = Stream::start(fixture.home(), texts, &environment).finish();
    let count = told.count();
    receipts.keep_all(told.receipts());
    *waiting = told.untold();
    if ended.is_good() {
        assert!(waiting.is_empty(), "{call}: it stopped and did not say why");
        return (count, false);
    }
    assert_eq!(ended.status, Some(1), "{call}: {}", ended.errors);
    assert!(
        DISK_CODES.iter().any(|code| ended.errors.contains(code)),
        "{call}: {}",
        ended.errors
    );
    (count, true)
}

/// Everything works again: what is waiting is admitted, and nothing was lost.
fn recover(fixture: &Fixture, waiting: Vec<String>, receipts: &mut Receipts) {
    let (ended, told) = Stream::start(fixture.home(), waiting, &[]).finish();
    assert!(ended.is_good(), "{}", ended.errors);
    receipts.keep_all(told.receipts());
    assert!(told.untold().is_empty());
    receipts.assert_kept(fixture);
    fixture.assert_sound();
}

#[test]
fn no_receipt_is_lost_when_syncs_fail() {
    let mut fixture = Fixture::new();
    let (mut waiting, mut receipts) = (Vec::new(), Receipts::default());
    let (mut rounds, mut refused) = (0, 0);
    // Chance decides which syncs fail: some have to, and some records have to get through.
    while rounds < 8 || (rounds < 80 && (refused == 0 || receipts.count() == 0)) {
        let fault = ("posix/io/sync/fdatasync", EIO, 0.3);
        let (_, stopped) = submit_failing(&mut fixture, &mut waiting, &mut receipts, fault);
        (rounds, refused) = (rounds + 1, refused + u32::from(stopped));
    }
    assert!(refused > 0, "syncs did not fail: {refused} of {rounds}");
    assert!(receipts.count() > 0, "none of {rounds} got a receipt");
    recover(&fixture, waiting, &mut receipts);
}

#[test]
fn no_receipt_is_lost_when_reads_and_writes_fail() {
    let mut fixture = Fixture::new();
    let (mut waiting, mut receipts) = (Vec::new(), Receipts::default());
    let mut refused = 0;
    for fault in [
        ("posix/io/rw/pwrite", EIO, 0.01),
        ("posix/io/rw/pwrite", ENOSPC, 0.01),
        ("posix/io/rw/pread", EIO, 0.05),
        ("posix/io/rw/write", ENOSPC, 0.01),
        ("posix/io/rw/ftruncate", EIO, 0.5),
        ("posix/io/dir/rename", ENOSPC, 0.1),
        ("posix/io/dir/unlink", EIO, 0.5),
        ("posix/io/sync/fdatasync", EIO, 0.5),
    ] {
        let (count, stopped) = submit_failing(&mut fixture, &mut waiting, &mut receipts, fault);
        refused += u32::from(stopped);
        eprintln!("{fault:?}: {count} receipts, stopped: {stopped}");
    }
    assert!(refused >= 2, "calls did not fail: {refused} of 8");
    recover(&fixture, waiting, &mut receipts);
}

#[test]
fn a_second_fault_while_recovering_gives_no_receipt_and_loses_none() {
    let mut fixture = Fixture::new();
    let (mut waiting, mut receipts) = (Vec::new(), Receipts::default());
    for _ in 0..2 {
        let first = ("posix/io/sync/fdatasync", EIO, 0.3);
        submit_failing(&mut fixture, &mut waiting, &mut receipts, first);
        for second in [
            ("posix/io/sync/fdatasync", EIO, 1.0),
            ("posix/io/sync/fdatasync", EIO, 1.0),
            ("posix/io/rw/pwrite", ENOSPC, 1.0),
            ("posix/io/dir/rename", EIO, 1.0),
            ("posix/io/sync/fdatasync", EIO, 1.0),
            ("posix/io/rw/pread", EIO, 0.5),
        ] {
            let (count, refused) =
                submit_failing(&mut fixture, &mut waiting, &mut receipts, second);
            if second.2 == 1.0 {
                assert!(refused && count == 0, "{second:?}: {count} receipts");
            }
        }
    }
    recover(&fixture, waiting, &mut receipts);
}

const STOPS: &str = "disk::after_a_failed_sync_a_node_gives_no_receipt_until_it_is_started_anew";

#[test]
fn after_a_failed_sync_a_node_gives_no_receipt_until_it_is_started_anew() {
    if let Some(home) = own_process::inside() {
        return submit_until_it_stops(Path::new(&home));
    }
    let mut fixture = Fixture::new();
    let texts = fixture.supply.next(300);
    std::fs::write(fixture.home().join("texts"), texts.join("\n")).unwrap();
    let environment = failing("posix/io/sync/fdatasync", EIO, 0.1);
    own_process::again(STOPS, &fixture.home_text(), &[], &environment);
    let told = std::fs::read_to_string(fixture.home().join("told")).unwrap();
    let told: usize = told.parse().unwrap();
    assert!(told < texts.len());
    let ledger = fixture.open();
    for outcome in ledger.submit(&texts[..told]).unwrap() {
        assert_eq!(outcome.code(), "duplicate");
    }
    for outcome in ledger.submit(&texts[told..]).unwrap() {
        assert!(
            ["accepted", "duplicate"].contains(&outcome.code()),
            "{outcome:?}"
        );
    }
    ledger.close();
    fixture.assert_sound();
}

/// In a process in which some syncs fail and most do not.
fn submit_until_it_stops(home: &Path) {
    let texts = std::fs::read_to_string(home.join("texts")).unwrap();
    let texts: Vec<String> = texts.lines().map(str::to_owned).collect();
    let ledger = Ledger::open(&Options::of(Home::at(home))).unwrap();
    let submit = |text: &String| ledger.submit(std::slice::from_ref(text));
    let mut told = 0;
    while told < texts.len() {
        match submit(&texts[told]) {
            Ok(outcomes) => assert!(matches!(outcomes[0], Outcome::Accepted(_)), "{outcomes:?}"),
            Err(_) => break,
        }
        told += 1;
    }
    std::fs::write(home.join("told"), told.to_string()).unwrap();
    // The sync that failed was the database's, or that of the second copy of the head.
    let reason = ledger.stopped().unwrap();
    let is_of_the_disk = ["disk I/O error", "os error 5"]
        .iter()
        .any(|words| reason.contains(words));
    assert!(is_of_the_disk, "{reason}");
    for text in texts.iter().chain(&texts) {
        // Whoever was queued when it happened hears of the fault itself.
        assert!(["stopped", "io_error"].contains(&code(submit(text))));
    }
}

const FULL: &str = "disk::a_full_disk_stops_records_and_spoils_nothing";

#[test]
fn a_full_disk_stops_records_and_spoils_nothing() {
    let Some(folder) = own_process::inside() else {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().to_str().unwrap();
        return own_process::again(FULL, folder, &own_process::MOUNTS, &[]);
    };
    let disk = Path::new(&folder);
    mount_small_disk(disk);
    let ballast = disk.join("ballast");
    std::fs::write(&ballast, vec![0; 17 << 20]).unwrap();
    let mut fixture = Fixture::at(disk, Clock::System, system_now());
    let mut receipts = fixture.grow(20);
    let mut waiting = fixture.supply.next(3_000);
    for attempt in 0..3 {
        let (ended, told) = Stream::start(fixture.home(), waiting, &[]).finish();
        let said_full = ["[database_full]", "[file]", "[io_error]", "[stopped]"]
            .iter()
            .any(|code| ended.errors.contains(code));
        assert!(ended.status == Some(1) && said_full, "{}", ended.errors);
        if attempt == 0 {
            let is_full = ["full", "No space left"]
                .iter()
                .any(|words| ended.errors.contains(words));
            assert!(is_full, "{}", ended.errors);
            assert!(told.count() > 0, "the disk was full from the beginning");
        }
        receipts.keep_all(told.receipts());
        waiting = told.untold();
    }
    assert!(waiting.len() > 1_000, "the disk was not small");
    std::fs::remove_file(&ballast).unwrap();
    receipts.assert_kept(&fixture);
    fixture.assert_sound();
    waiting.truncate(100);
    recover(&fixture, waiting, &mut receipts);
}

/// Mounts a disk of 20 MiB, in this process's own namespace.
fn mount_small_disk(at: &Path) {
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=20m", "tmpfs"])
        .arg(at)
        .output()
        .unwrap();
    assert!(
        mounted.status.success(),
        "a full disk is tested on a small one, which must be mounted: run the tests as root or \
         permit user namespaces ({})",
        String::from_utf8_lossy(&mounted.stderr)
    );
}
