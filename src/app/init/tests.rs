//! A call that is interrupted, at every step, and made again.

use super::*;
use crate::app::check::check;
use crate::app::clock::{Clock, SetClock};
use crate::core::custody::LogNo;
use crate::core::text::Explain as _;
use crate::core::time::UnixSeconds;
use std::path::Path;

const STEPS: [Step; 5] = [
    Step::Drafted,
    Step::Database,
    Step::Keys,
    Step::Described,
    Step::Signed,
];

fn beginning(log: &str) -> Beginning {
    Beginning {
        origin: Origin::new(log).unwrap(),
        province: Division::parse("330000").unwrap(),
        registrar: PartyId::parse("11330000MB0R00013C").unwrap(),
        registrar_name: Name::new("示例登记机构").unwrap(),
    }
}

fn options(dir: &Path) -> Options {
    let clock = SetClock::at(UnixSeconds::new(1_800_000_000).unwrap());
    Options {
        clock: Clock::Set(clock),
        ..Options::of(Home::at(&dir.join("ledger")))
    }
}

/// Begins with fresh keys, as the program does, and ends after `last`.
fn begin_until(options: &Options, last: Step) {
    let ended = begin(
        options,
        &beginning("a.example/log"),
        &Keys::generate().unwrap(),
        &mut |step| match step == last {
            true => Err(AppError::Input("interrupted".into())),
            false => Ok(()),
        },
    );
    assert_eq!(ended.unwrap_err().code(), "input", "after {last:?}");
}

fn begin_again(options: &Options) -> Result<(), AppError> {
    init(
        options,
        &beginning("a.example/log"),
        &Keys::generate().unwrap(),
    )
}

fn assert_whole(options: &Options, when: &str) {
    let home = &options.home;
    assert!(!home.draft().exists(), "{when}");
    let identity = home.identity().unwrap();
    let registrar = keyfile::read(&home.registrar_key()).unwrap();
    assert_eq!(
        identity.description.registrar_key,
        Jwk::of(&registrar),
        "{when}"
    );
    assert_eq!(
        std::fs::read_to_string(home.policy()).unwrap(),
        identity.policy().unwrap(),
        "{when}"
    );
    let ledger = Ledger::open(options).unwrap();
    ledger.tick().unwrap();
    ledger.close();
    assert!(check(options, &|_| {}).unwrap().signed_head.is_some());
    let again = begin_again(options).unwrap_err();
    assert_eq!(again.code(), "ledger_exists", "{when}");
}

#[test]
fn a_beginning_that_was_interrupted_after_any_step_is_finished_by_the_same_call() {
    for step in STEPS {
        let dir = tempfile::tempdir().unwrap();
        let options = options(dir.path());
        begin_until(&options, step);
        begin_again(&options).unwrap_or_else(|error| panic!("after {step:?}: {error}"));
        assert_whole(&options, &format!("after {step:?}"));
    }
}

#[test]
fn a_beginning_may_be_interrupted_as_often_as_there_are_steps() {
    let dir = tempfile::tempdir().unwrap();
    let options = options(dir.path());
    for step in STEPS {
        begin_until(&options, step);
    }
    begin_again(&options).unwrap();
    assert_whole(&options, "after all");
}

#[test]
fn files_that_were_cut_off_are_written_again() {
    let dir = tempfile::tempdir().unwrap();
    let cut_draft = options(&dir.path().join("draft"));
    std::fs::create_dir_all(cut_draft.home.dir()).unwrap();
    std::fs::write(cut_draft.home.draft(), "{\"layout\": 1, \"inst").unwrap();
    begin_again(&cut_draft).unwrap();
    assert_whole(&cut_draft, "a draft that was cut off");

    let cut_keys = options(&dir.path().join("keys"));
    begin_until(&cut_keys, Step::Keys);
    std::fs::write(cut_keys.home.registrar_key(), "{").unwrap();
    std::fs::write(cut_keys.home.policy(), "").unwrap();
    begin_again(&cut_keys).unwrap();
    assert_whole(&cut_keys, "keys that were cut off");

    let no_tables = options(&dir.path().join("tables"));
    begin_until(&no_tables, Step::Drafted);
    std::fs::write(no_tables.home.dir().join("ledger.sqlite"), "").unwrap();
    begin_again(&no_tables).unwrap();
    assert_whole(&no_tables, "a database without tables");

    let no_identity = options(&dir.path().join("identity"));
    begin_until(&no_identity, Step::Drafted);
    std::fs::write(no_identity.home.dir().join("ledger.sqlite"), "").unwrap();
    Store::make_tables(&no_identity.database()).unwrap();
    begin_again(&no_identity).unwrap();
    assert_whole(&no_identity, "a database without identity");
}

#[test]
fn a_half_made_ledger_is_not_taken_for_another() {
    let dir = tempfile::tempdir().unwrap();
    for step in STEPS {
        let options = options(&dir.path().join(format!("{step:?}")));
        begin_until(&options, step);
        let other = init(
            &options,
            &beginning("b.example/log"),
            &Keys::generate().unwrap(),
        );
        assert_eq!(other.unwrap_err().code(), "half_begun", "after {step:?}");
        begin_again(&options).unwrap();
    }
}

#[test]
fn the_database_of_somebody_else_is_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let theirs = options(&dir.path().join("theirs"));
    begin_again(&theirs).unwrap();
    let head = |options: &Options| {
        let store = Store::open(&options.database(), None).unwrap();
        let head: Result<_, StoreError> = store.read(|reader| reader.head(LogNo::HOME));
        (store.instance().clone(), head.unwrap())
    };
    let before = head(&theirs);
    let mut ours = options(&dir.path().join("ours"));
    begin_until(&ours, Step::Drafted);
    ours.database = Some(theirs.database());
    let refused = begin_again(&ours).unwrap_err();
    assert_eq!(refused.code(), "foreign_database");
    assert!(!ours.home.is_ledger());
    let fresh = Options {
        database: Some(theirs.database()),
        ..options(&dir.path().join("fresh"))
    };
    let refused = begin_again(&fresh).unwrap_err();
    assert_eq!(refused.code(), "already_initialised");
    assert!(!fresh.home.draft().exists(), "nothing was begun");
    assert_eq!(head(&theirs), before);
}

#[test]
fn keys_that_lie_in_the_folder_are_never_replaced_by_a_new_ledger() {
    let dir = tempfile::tempdir().unwrap();
    let options = options(dir.path());
    let path = options.home.registrar_key();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let key = keyfile::generate().unwrap();
    keyfile::write(&path, &key).unwrap();
    assert_eq!(begin_again(&options).unwrap_err().code(), "file");
    assert_eq!(keyfile::read(&path).unwrap().to_bytes(), key.to_bytes());
    assert!(!options.home.is_ledger());
}
