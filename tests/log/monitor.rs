//! The monitor names what is wrong with a log, and nothing that is right.

use crate::common::world::{BEGINNING, signing_key};
use crate::in_another_order;
use crate::served::FileServer;
use crate::support::shisu;
use crate::watched::{Log, fault, good};
use shisu::app::monitor::Settings;
use shisu::app::publish::Publisher;
use shisu::core::log::{NoteSigner, Origin};
use shisu::core::time::UnixSeconds;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

#[test]
fn a_sound_log_is_read_to_its_last_leaf_and_followed() {
    let mut log = Log::new();
    let mut monitor = log.monitor();
    for more in [0, 1, 300, 0] {
        let size = if more > 0 {
            log.grow(more)
        } else {
            log.publish()
        };
        let report = monitor.round(None).unwrap();
        good(&report);
        assert_eq!((report.size, report.audited), (Some(size), size));
        assert_eq!(report.root, Some(log.fixture.head().root));
        assert_eq!(report.not_checked, ["freshness"]);
    }
}

#[test]
fn what_is_not_looked_at_is_said() {
    let log = Log::new();
    let place = log.public();
    let report = log
        .monitor_at(place.to_str().unwrap(), Settings::default())
        .round(None)
        .unwrap();
    good(&report);
    assert_eq!(report.not_checked, ["signature", "entries", "freshness"]);
}

#[test]
fn a_bit_flipped_in_any_published_file_is_found_at_first_sight_and_later() {
    let log = Log::new();
    let edge = log.partial("tile/0/002");
    let bundle = log.partial("tile/entries/002");
    let top = log.partial("tile/1/000");
    let cases = [
        ("tile/0/000", 77, "tile_altered", "tile/0/000"),
        ("tile/0/001", 8_191, "tile_altered", "tile/0/001"),
        (edge.as_str(), 5, "root_mismatch", "tile/0/002"),
        (top.as_str(), 40, "tile_altered", "tile/1/000"),
        ("tile/entries/000", 200, "entry_altered", "tile/entries/000"),
        ("tile/entries/001", 0, "tile_altered", "tile/entries/001"),
        (bundle.as_str(), 90, "entry_altered", "tile/entries/002"),
        ("checkpoint", 4, "checkpoint", ""),
    ];
    let mut follower = log.monitor();
    good(&follower.round(None).unwrap());
    for (file, at, code, named) in cases {
        log.alter(file, at);
        std::fs::remove_file(log.state()).unwrap();
        let first = log.monitor().round(None).unwrap();
        let later = follower.round(None).unwrap();
        if file == "checkpoint" {
            // In the origin: it is another log's now.
            fault(&first, "other_log", "");
            fault(&later, "other_log", "");
        } else {
            fault(&first, code, named);
            // Whoever has seen the leaves before knows the altered one even at the edge.
            let later_code = if code == "root_mismatch" {
                "tile_altered"
            } else {
                code
            };
            fault(&later, later_code, named);
        }
        log.alter(file, at);
        good(&follower.round(None).unwrap());
        std::fs::write(log.state(), "").unwrap();
    }
}

#[test]
fn a_missing_file_is_named() {
    let log = Log::new();
    let edge = log.partial("tile/0/002");
    let top = log.partial("tile/1/000");
    let mut follower = log.monitor();
    good(&follower.round(None).unwrap());
    for (file, code) in [
        ("tile/0/000", "tile_missing"),
        (edge.as_str(), "tile_missing"),
        (top.as_str(), "tile_missing"),
        ("tile/entries/001", "tile_missing"),
        ("checkpoint", "checkpoint_missing"),
    ] {
        let path = log.public().join(file);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let report = follower.round(None).unwrap();
        fault(
            &report,
            code,
            if code == "tile_missing" { file } else { "" },
        );
        let report = log.monitor().round(None).unwrap();
        fault(&report, code, "");
        std::fs::write(&path, bytes).unwrap();
        good(&follower.round(None).unwrap());
    }
}

#[test]
fn the_full_tile_stands_in_for_a_partial_one_that_is_gone() {
    let mut log = Log::new();
    let old = std::fs::read(log.public().join("checkpoint")).unwrap();
    log.grow(300);
    log.grow(1);
    assert!(!log.public().join("tile/0/002.p").exists());
    std::fs::write(log.public().join("checkpoint"), old).unwrap();
    good(&log.monitor().round(None).unwrap());
}

#[test]
fn a_log_that_goes_back_is_caught_and_both_checkpoints_are_kept() {
    let mut log = Log::new();
    let old = std::fs::read_to_string(log.public().join("checkpoint")).unwrap();
    let size = log.grow(40);
    good(&log.monitor().round(None).unwrap());
    let newest = std::fs::read_to_string(log.public().join("checkpoint")).unwrap();
    std::fs::write(log.public().join("checkpoint"), &old).unwrap();
    let mut monitor = log.monitor();
    for _ in 0..2 {
        let report = monitor.round(None).unwrap();
        fault(&report, "rollback", &size.to_string());
        let evidence = report.evidence.unwrap();
        assert_eq!((&evidence.seen, &evidence.found), (&newest, &old));
    }
    let kept = std::fs::read_to_string(log.dir.path().join("state.json.evidence")).unwrap();
    assert_eq!(kept.lines().count(), 1, "one pair is kept once");
    let line: serde_json::Value = serde_json::from_str(kept.trim()).unwrap();
    assert_eq!(
        (line["seen"].as_str(), line["found"].as_str()),
        (Some(&*newest), Some(&*old))
    );
}

/// Another history with the same beginning and the same keys, published elsewhere.
fn forked(log: &mut Log, more: usize) -> PathBuf {
    let backup = std::fs::read(log.fixture.database()).unwrap();
    let mut others = log.fixture.supply.clone();
    log.grow(20);
    good(&log.monitor().round(None).unwrap());
    std::fs::write(log.fixture.database(), backup).unwrap();
    for copy in log.fixture.head_copies() {
        drop(std::fs::remove_file(copy));
    }
    log.fixture.options.accept_missing_copy = true;
    log.fixture.admit(&in_another_order(others.next(more)));
    let elsewhere = log.dir.path().join("elsewhere");
    let mut publisher = Publisher::open(&log.fixture.options, &elsewhere, true).unwrap();
    publisher.publish().unwrap();
    elsewhere
}

#[test]
fn two_histories_under_one_key_are_a_fork_and_both_checkpoints_are_kept() {
    for more in [24, 300] {
        let mut log = Log::new();
        let elsewhere = forked(&mut log, more);
        let state = std::fs::read(log.state()).unwrap();
        let seen = std::fs::read_to_string(log.public().join("checkpoint")).unwrap();
        let found = std::fs::read_to_string(elsewhere.join("checkpoint")).unwrap();
        let report = log
            .monitor_at(elsewhere.to_str().unwrap(), log.settings())
            .round(None)
            .unwrap();
        fault(&report, "fork", "contradict");
        let evidence = report.evidence.unwrap();
        assert_eq!((&evidence.seen, &evidence.found), (&seen, &found));
        assert_eq!(
            std::fs::read(log.state()).unwrap(),
            state,
            "the first stays"
        );
        let kept = std::fs::read_to_string(log.dir.path().join("state.json.evidence")).unwrap();
        assert!(kept.contains("\"code\":\"fork\""), "{kept}");
        // The log it has seen before is as good as it was.
        good(&log.monitor().round(None).unwrap());
    }
}

#[test]
fn a_checkpoint_under_another_key_is_refused() {
    let log = Log::new();
    let signed_by = |name: &Origin, key| {
        let signer = NoteSigner::new(name.clone(), signing_key(key)).unwrap();
        let mut settings = log.settings();
        settings.key = Some(signer.verifier_key().clone());
        let place = log.public();
        let mut monitor = log.monitor_at(place.to_str().unwrap(), settings);
        monitor.round(None).unwrap()
    };
    fault(&signed_by(log.key().name(), "mallory"), "wrong_key", "");
    let other = Origin::new("other.example/log").unwrap();
    fault(&signed_by(&other, "log"), "other_log", "other.example/log");
    assert!(!log.state().exists(), "nothing bad is remembered");
}

#[test]
fn a_log_that_no_longer_grows_is_stale_when_somebody_said_how_soon() {
    let mut log = Log::new();
    let settings = Settings {
        max_age_s: Some(60),
        ..log.settings()
    };
    let place = log.public();
    let mut monitor = log.monitor_at(place.to_str().unwrap(), settings);
    good(&monitor.round(None).unwrap());
    let pass = |seconds: u64| {
        log.clock
            .set(UnixSeconds::new(BEGINNING + seconds).unwrap())
    };
    pass(60);
    good(&monitor.round(None).unwrap());
    pass(61);
    fault(&monitor.round(None).unwrap(), "stale", "61 s");
    log.grow(1);
    good(&monitor.round(None).unwrap());
}

#[test]
fn over_http_a_server_that_hangs_refuses_or_is_gone_is_told_apart() {
    let log = Log::new();
    let server = FileServer::start(&log.public());
    let mut monitor = log.monitor_at(&server.url, log.settings());
    good(&monitor.round(None).unwrap());
    server.refuses_entries.store(true, Ordering::SeqCst);
    fault(&monitor.round(None).unwrap(), "tile_refused", "403");
    server.refuses_entries.store(false, Ordering::SeqCst);
    server.is_hanging.store(true, Ordering::SeqCst);
    fault(&monitor.round(None).unwrap(), "server_gone", "");
    server.is_hanging.store(false, Ordering::SeqCst);
    good(&monitor.round(None).unwrap());
    log.alter("tile/0/001", 9);
    fault(&monitor.round(None).unwrap(), "tile_altered", "tile/0/001");
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let report = log.monitor_at(&url, log.settings()).round(None).unwrap();
    fault(&report, "server_gone", "");
}

#[test]
fn a_long_log_is_read_over_several_rounds() {
    let log = Log::new();
    let mut monitor = log.monitor();
    let first = monitor.round(Some(std::time::Duration::ZERO)).unwrap();
    good(&first);
    assert_eq!(first.audited, 0, "the edge was looked at, the rest was not");
    let report = monitor.round(None).unwrap();
    assert_eq!(Some(report.audited), report.size);
}

#[test]
fn the_command_says_it_by_its_exit_status_and_in_json() {
    let log = Log::new();
    let (place, key, state) = (log.public(), log.key().to_string(), log.state());
    let arguments = [
        "monitor",
        place.to_str().unwrap(),
        "--once",
        "--json",
        "--entries",
        "--key",
        &key,
        "--state",
        state.to_str().unwrap(),
    ];
    let ended = shisu(&arguments);
    assert_eq!(ended.status, Some(0), "{}", ended.errors);
    let report: serde_json::Value = serde_json::from_str(&ended.answer).unwrap();
    assert_eq!((&report["ok"], &report["code"]), (&true.into(), &().into()));
    log.alter("tile/0/000", 3);
    let ended = shisu(&arguments);
    assert_eq!(ended.status, Some(1));
    let report: serde_json::Value = serde_json::from_str(&ended.answer).unwrap();
    assert_eq!(report["code"], "tile_altered");
    assert_eq!(shisu(&["monitor"]).status, Some(2));
    assert_eq!(
        shisu(&["monitor", "x", "--key", "nonsense"]).status,
        Some(2)
    );
}

#[test]
fn a_monitor_that_runs_tells_of_a_change_and_ends_when_asked() {
    let log = Log::new();
    let out = log.dir.path().join("out");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_shisu"))
        .args([
            "monitor",
            "--json",
            "--entries",
            "--key",
            &log.key().to_string(),
        ])
        .arg(log.public())
        .stdout(std::fs::File::create(&out).unwrap())
        .spawn()
        .unwrap();
    wait_for(&out, "\"ok\":true");
    log.alter("tile/entries/000", 500);
    wait_for(&out, "\"code\":\"entry_altered\"");
    let asked = std::process::Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(asked.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

fn wait_for(path: &Path, words: &str) {
    let begun = std::time::Instant::now();
    while !std::fs::read_to_string(path).unwrap().contains(words) {
        assert!(begun.elapsed().as_secs() < 20, "no {words}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
