//! Who may see what, and what is written down about it.

use crate::court::{Court, given_away};
use crate::place::{Place, on_both_databases};
use serde_json::Value;
use std::collections::BTreeSet;

on_both_databases! {
    sealed_values_are_refused_to_the_wrong_role
    a_look_at_a_sealed_value_is_written_down_before_it_is_shown
    nothing_is_shown_that_cannot_be_written_down
    the_journal_is_only_ever_added_to
    authorities_say_what_for
    a_party_that_held_the_lot_sees_its_papers
    a_party_sees_its_own_side_of_a_trace
    an_answer_for_one_is_not_kept_for_another
}

fn sealed_values_are_refused_to_the_wrong_role(place: Place) {
    let court = Court::new(place);
    let path = |wish: &str| {
        format!(
            "/v1/records/{}?open={wish}&purpose=check",
            court.sent.record.id
        )
    };
    let public = court.ask(None, "GET", &path("trade"), "");
    assert_eq!(public.problem(401), "sign_in_required");
    for (name, wish) in [
        ("canteen-admin", "balance"),
        ("canteen-admin", "trade"),
        ("shop-admin", "personal"),
        ("carrier", "personal"),
        ("driver", "personal"),
        ("logger", "balance"),
        ("lab", "trade"),
        ("registrar", "balance"),
        ("peer", "trade"),
        ("operator", "balance"),
        ("jiangsu", "trade"),
        ("shop-admin", "trade,personal"),
    ] {
        let answer = court.get_as(name, &path(wish));
        assert_eq!(answer.problem(403), "not_allowed", "{name} {wish}");
        assert!(given_away(&answer).is_empty(), "{name} {wish}");
    }
    assert_eq!(court.get_as("driver", &path("trade")).status, 200);
    assert_eq!(
        court.get_as("farm", &path("balance,trade,personal")).status,
        200
    );
    // An office elsewhere in the province sees quantities, and no more.
    assert_eq!(court.get_as("elsewhere", &path("balance")).status, 200);
    assert_eq!(
        court.get_as("elsewhere", &path("trade")).problem(403),
        "not_allowed"
    );
    let unread = court.get_as("shop-admin", &path("prices"));
    assert_eq!(unread.problem(400), "bad_request");
    let states = court.get_as(
        "shop-admin",
        &format!("/v1/records/{}", court.sent.record.id),
    );
    assert_eq!(
        states.json()["sealed"],
        serde_json::json!(["trade", "personal"])
    );
    assert_eq!(states.json()["on_request"], serde_json::json!(["trade"]));
}

fn journal_of(court: &Court, name: &str) -> Vec<Value> {
    let answer = court.get_as(name, "/v1/access-journal");
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["accesses"].as_array().unwrap().clone()
}

fn a_look_at_a_sealed_value_is_written_down_before_it_is_shown(place: Place) {
    let court = Court::new(place);
    let id = court.sent.record.id.to_string();
    let path = format!("/v1/records/{id}?open=trade");
    let seen = court.get_as("shop-admin", &path);
    assert_eq!(seen.header("cache-control"), Some("no-store"));
    assert_eq!(seen.header("etag"), None);
    court.get_as(
        "officer",
        &format!("/v1/records/{id}?open=trade,personal&purpose=Case+7"),
    );
    // What is open without asking, what is refused, and what holds no such values leave no trace.
    court.get_as("shop-admin", &format!("/v1/records/{id}"));
    court.get_as("canteen-admin", &path);
    court.get_as(
        "shop-admin",
        &format!("/v1/records/{}?open=trade", court.received.record.id),
    );
    let journal = journal_of(&court, "farm-admin");
    let parts = |access: &Value| {
        let word = |name: &str| access[name].as_str().unwrap_or("").to_owned();
        [
            word("role"),
            word("relation"),
            word("class"),
            word("purpose"),
        ]
    };
    let told: Vec<[String; 4]> = journal.iter().map(parts).collect();
    assert_eq!(
        told,
        [
            ["county_officer", "same_county", "personal", "Case 7"],
            ["county_officer", "same_county", "trade", "Case 7"],
            ["party", "consignee", "trade", ""],
        ]
    );
    for access in &journal {
        assert_eq!(access["record"], id.as_str());
        assert_eq!(
            access["owner"],
            court.host.town.world.parties["farm"].as_str()
        );
        assert_eq!(access["at"], court.host.town.world.now);
    }
    assert_eq!(
        journal[2]["party"],
        court.host.town.world.parties["shop"].as_str()
    );
    assert_eq!(
        journal_of(&court, "operator").len(),
        3,
        "the operator sees all"
    );
    assert!(
        journal_of(&court, "shop-admin").is_empty(),
        "not the shop's values"
    );
    let by_site = court.get_as("farm", "/v1/access-journal");
    assert_eq!(by_site.problem(403), "not_allowed", "a key for one site");
    let page = court
        .get_as("farm-admin", "/v1/access-journal?limit=2")
        .json();
    let next = court
        .get_as("farm-admin", page["next"].as_str().unwrap())
        .json();
    assert_eq!(next["accesses"], serde_json::json!([journal[2]]));
    assert_eq!(next["next"], Value::Null);
}

fn nothing_is_shown_that_cannot_be_written_down(place: Place) {
    let court = Court::new(place);
    let path = format!("/v1/records/{}?open=trade", court.sent.record.id);
    let token = court.token("shop-admin");
    court.host.town.place.sql("DROP TABLE access_note");
    let answer = court.ask(Some(&token), "GET", &path, "");
    assert!(answer.status >= 500, "{}", answer.status);
    assert!(given_away(&answer).is_empty());
    let plain = format!("/v1/records/{}", court.sent.record.id);
    assert_eq!(court.ask(Some(&token), "GET", &plain, "").status, 200);
}

fn the_journal_is_only_ever_added_to(place: Place) {
    let court = Court::new(place);
    court.get_as(
        "shop-admin",
        &format!("/v1/records/{}?open=trade", court.sent.record.id),
    );
    let place = &court.host.town.place;
    for sql in [
        "UPDATE access_note SET purpose = 'nothing'",
        "DELETE FROM access_note",
    ] {
        let run = std::panic::AssertUnwindSafe(|| place.sql(sql));
        assert!(std::panic::catch_unwind(run).is_err(), "{sql}");
    }
    assert_eq!(journal_of(&court, "operator").len(), 1);
}

fn authorities_say_what_for(place: Place) {
    let court = Court::new(place);
    let path = format!("/v1/records/{}?open=trade", court.sent.record.id);
    for name in ["officer", "province"] {
        let refused = court.get_as(name, &path);
        assert_eq!(refused.problem(400), "purpose_required");
        assert!(given_away(&refused).is_empty());
        let told = court.get_as(name, &format!("{path}&purpose=Case"));
        assert!(given_away(&told).contains("trade"));
    }
    assert_eq!(
        court.get_as("shop-admin", &path).status,
        200,
        "a side of it need not"
    );
    let long = format!("{path}&purpose={}", "a".repeat(1_000));
    assert_eq!(court.get_as("officer", &long).problem(400), "bad_request");
}

fn a_party_that_held_the_lot_sees_its_papers(place: Place) {
    let court = Court::new(place);
    let path = format!("/v1/records/{}?open=trade", court.paper.record.id);
    let shown = court.get_as("shop-admin", &path);
    assert_eq!(given_away(&shown), BTreeSet::from(["paper's trade"]));
    assert_eq!(
        court.get_as("canteen-admin", &path).problem(403),
        "not_allowed"
    );
    let farm = court.get_as("farm", &format!("{path},personal"));
    let all = BTreeSet::from(["paper's personal", "paper's trade"]);
    assert_eq!(given_away(&farm), all);
    let registered = court.host.town.world.parties["shop"].clone();
    let party = court
        .ask(None, "GET", &format!("/v1/parties/{registered}"), "")
        .json();
    let path = format!(
        "/v1/records/{}?open=personal",
        party["record"].as_str().unwrap()
    );
    assert_eq!(
        court.get_as("shop-admin", &path).status,
        200,
        "about itself"
    );
    assert_eq!(court.get_as("registrar", &path).status, 200, "who wrote it");
    assert_eq!(
        court.get_as("farm-admin", &path).problem(403),
        "not_allowed"
    );
    let whose: Vec<Value> = journal_of(&court, "shop-admin");
    assert_eq!(
        whose.len(),
        2,
        "the shop sees who saw what it was enrolled with"
    );
}

fn a_party_sees_its_own_side_of_a_trace(place: Place) {
    let court = Court::new(place);
    let trace = |name| {
        court
            .get_as(name, "/v1/lots/t/LOT-1/trace?direction=both")
            .json()
    };
    let shop = trace("shop-admin");
    assert_eq!(
        shop["verdict"]["scope"], "public",
        "some quantities are closed to it"
    );
    assert_eq!(shop["sealed"], serde_json::json!(["balance"]));
    let province = trace("province");
    assert_eq!(province["verdict"]["scope"], "full");
    assert_eq!(province["sealed"], serde_json::json!([]));
    let farm = trace("farm-admin");
    assert_eq!(farm["sealed"], serde_json::json!([]), "a side of all of it");
}

fn an_answer_for_one_is_not_kept_for_another(place: Place) {
    let court = Court::new(place);
    let path = "/v1/lots/t/LOT-1/trace";
    let public = court.ask(None, "GET", path, "");
    assert_eq!(public.header("cache-control"), Some("no-cache"));
    let token = court.token("province");
    let officer = court.ask(Some(&token), "GET", path, "");
    assert_eq!(officer.header("cache-control"), Some("private, no-cache"));
    for answer in [&public, &officer] {
        assert_eq!(
            answer
                .header("vary")
                .unwrap()
                .matches("Authorization, Cookie")
                .count(),
            1
        );
    }
    let tag = public.header("etag").unwrap();
    let bearer = format!("Bearer {token}");
    let have = [("If-None-Match", tag), ("Authorization", &*bearer)];
    let again = court.client().ask("GET", path, &have, b"");
    assert_eq!(again.status, 200, "the tag of the public is another one");
}
