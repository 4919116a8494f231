//! Databases that go away and come back under a running server.

use crate::client::{Client, PATIENCE};
use crate::common::draft::create;
use crate::host::{Host, post};
use crate::place::Place;
use crate::town::parse;
use std::time::{Duration, Instant};

/// Within what time health must show a fault that stops appends.
const RED_WITHIN: Duration = Duration::from_secs(5);

fn until(what: &str, patience: Duration, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + patience;
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_postgres_that_goes_away_turns_health_red_and_comes_back_by_itself() {
    let mut host = Host::new(Place::postgres());
    let draft = create("t/LOT-1", "10", "KGM", "leafy_vegetable");
    let text = host.town.sign("farm", &draft);
    assert_eq!(host.submit(&text).status, 201);
    host.town.place.allow_connections(false);
    host.town.place.cut_connections();
    let path = format!("/v1/records/{}", parse(&text).id);
    until("health turns red", RED_WITHIN, || {
        host.client().get("/healthz").status == 503
    });
    assert_eq!(host.client().get("/healthz").problem(503), "stopped");
    let draft = create("t/LOT-2", "10", "KGM", "leafy_vegetable");
    let later = host.town.sign("farm", &draft);
    assert_eq!(host.submit(&later).status, 503);
    assert_eq!(host.client().get(&path).status, 503);
    assert_eq!(host.client().get("/readyz").status, 503);
    host.town.place.allow_connections(true);
    until("reading works again", PATIENCE, || {
        host.client().get(&path).status == 200
    });
    until("appending works again", PATIENCE, || {
        matches!(host.submit(&later).status, 200 | 201)
    });
    until("health is green again", PATIENCE, || {
        host.client().get("/healthz").status == 200
    });
    host.town.check();
}

#[test]
fn a_database_that_was_rolled_back_turns_health_red_for_good() {
    let mut host = Host::new(Place::sqlite());
    let draft = create("t/LOT-1", "10", "KGM", "leafy_vegetable");
    let text = host.town.sign("farm", &draft);
    assert_eq!(host.submit(&text).status, 201);
    let place = &host.town.place;
    place.sql("DROP TRIGGER head_grows");
    place.sql("UPDATE head SET size = size - 1");
    until("health turns red", RED_WITHIN, || {
        host.client().get("/healthz").status == 503
    });
    assert!(host.submit(&text).status >= 500);
    assert_eq!(host.client().get("/healthz").status, 503);
    assert_eq!(host.client().get("/t/LOT-1").status, 200, "reading goes on");
}

/// A trigger that runs at commit lets the test break the connection there: before it has ended,
/// nobody can know what became of the commit.
#[test]
fn a_commit_whose_outcome_is_unknown_is_no_answer_and_the_retry_tells() {
    let mut host = Host::new(Place::postgres());
    host.town.place.sql(
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER dawdles AFTER UPDATE ON head DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW WHEN (OLD.size <> NEW.size) EXECUTE FUNCTION dawdle();",
    );
    let draft = create("t/LOT-1", "10", "KGM", "leafy_vegetable");
    let text = host.town.sign("farm", &draft);
    let (address, sent) = (host.address, text.clone());
    let asked = std::thread::spawn(move || post(&mut Client::to(address), &sent));
    let place = &host.town.place;
    place.wait_for_connection("query = 'COMMIT' AND wait_event = 'PgSleep'");
    place.cut_connections();
    let answer = asked.join().unwrap();
    assert_eq!(answer.problem(503), "commit_unknown");
    place.sql("DROP TRIGGER dawdles ON head");
    until("submitting again tells", PATIENCE, || {
        matches!(host.submit(&text).status, 200 | 201)
    });
    let id = parse(&text).id;
    let entries = host.town.place.entries();
    assert_eq!(entries.iter().filter(|entry| entry.id == id).count(), 1);
    until("health is green again", PATIENCE, || {
        host.client().get("/healthz").status == 200
    });
    host.town.check();
}
