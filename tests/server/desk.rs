//! A site's desk: what it holds, what comes and goes, what has to be settled, and for whom.

use crate::common::Draft;
use crate::common::draft::{Line, bring, create, difference, dispatch, lot_info, receive, settle};
use crate::court::Court;
use crate::place::{Place, on_both_databases};
use crate::town::{Put, parse};
use serde_json::{Value, json};
use shisu::core::record::limits::LIST_MAX;
use shisu::core::time::UnixSeconds;

on_both_databases! {
    a_desk_shows_a_shipment_at_both_ends_until_it_is_received
    what_came_otherwise_than_it_was_sent_is_on_the_senders_desk_until_it_is_settled
    a_desk_says_what_its_zones_read_when_it_was_checked_and_which_inputs_still_matter
    what_lies_in_a_store_is_told_with_who_sent_it
    a_receipt_whose_dispatch_never_comes_is_on_the_desk_of_its_site_until_it_does
    a_site_that_holds_more_than_a_page_lists_all_of_it_the_newest_first
    of_a_shipment_that_was_received_in_part_the_open_lines_are_listed
    a_desk_is_for_those_whom_the_table_names
    whose_key_it_is_everybody_may_ask
}

fn desk(court: &Court, name: &str, site: &str) -> Value {
    let site = &court.host.town.world.sites[site];
    let answer = court.get_as(name, &format!("/v1/sites/{site}/desk"));
    assert_eq!(answer.status, 200, "{name}: {}", answer.text());
    answer.json()
}

/// Ten kilograms of a lot, sent to the shop.
fn send(court: &mut Court, lot: &str) -> Put {
    let made = create(lot, "10", "KGM", "leafy_vegetable");
    let made = court.host.put("farm", &made);
    let shop = court.host.town.world.sites["shop"].clone();
    let sent = dispatch(&shop, &[(&made.line(1), "10")]);
    court.host.put("farm", &sent)
}

fn a_receipt_whose_dispatch_never_comes_is_on_the_desk_of_its_site_until_it_does(place: Place) {
    let mut court = Court::new(place);
    let made = create("t/HALF-1", "10", "KGM", "leafy_vegetable");
    let credit = court.host.put("farm", &made).line(1);
    let (sent, received) = court.host.town.signed_shipment("shop", &credit, "4");
    assert_eq!(court.host.submit(&received).status, 202);
    let since = court.host.town.world.now;
    court.host.town.pass(86_399);
    let here = desk(&court, "shop-admin", "shop");
    assert_eq!(here["unmatched"], json!([]), "it may still be on its way");
    court.host.town.pass(1);
    let here = desk(&court, "shop-admin", "shop");
    let told = json!([{
        "record": parse(&received).id, "dispatch": parse(&sent).id, "since": since,
    }]);
    assert_eq!(here["unmatched"], told);
    let there = desk(&court, "farm-admin", "farm");
    assert_eq!(there["unmatched"], json!([]), "it was not signed there");
    // It comes after all.
    assert_eq!(court.host.submit(&sent).status, 201);
    let here = desk(&court, "shop-admin", "shop");
    assert_eq!(here["unmatched"], json!([]));
    let held = here["held"].as_array().unwrap();
    assert!(held.iter().any(|one| one["left"] == "4"), "{here}");
}

/// Harvests of so many lots, each record with as many as it may have; the lines, by number.
fn harvest_of(court: &mut Court, name: &str, lots: u16) -> Vec<Line> {
    let all: Vec<u16> = (1..=lots).collect();
    let mut lines = Vec::new();
    for some in all.chunks(LIST_MAX) {
        let infos: Vec<Value> = some
            .iter()
            .map(|n| lot_info(*n, "leafy_vegetable"))
            .collect();
        let brought = some
            .iter()
            .map(|n| bring(*n, &format!("t/{name}-{n}"), "10", "KGM"));
        let draft = Draft::new("create", json!({"how": "harvest", "lots": infos}));
        let made = court.host.put("farm", &draft.moves(brought.collect()));
        lines.extend(some.iter().map(|n| made.line(*n)));
    }
    lines
}

fn a_site_that_holds_more_than_a_page_lists_all_of_it_the_newest_first(place: Place) {
    let mut court = Court::new(place);
    let old = harvest_of(&mut court, "OLD", 300);
    let new = harvest_of(&mut court, "NEW", 300);
    let shop = court.host.town.world.sites["shop"].clone();
    // What is in transit is no holding: it takes nobody's place in the list.
    let sent = dispatch(&shop, &[(&old[6], "10"), (&new[6], "4")]);
    court.host.put("farm", &sent);

    let here = desk(&court, "farm-admin", "farm");
    let mut pages = vec![(here["held"].clone(), here["goods"].clone())];
    let mut next = here["held_next"].clone();
    while let Some(path) = next.as_str() {
        let page = court.get_as("farm-admin", path).json();
        pages.push((page["held"].clone(), page["goods"].clone()));
        next = page["next"].clone();
    }
    assert_eq!(pages[0].0.as_array().unwrap().len(), 500);
    let lots = |(held, goods): &(Value, Value)| {
        let held = held.as_array().unwrap().iter();
        let lot = |one: &Value| {
            let at = usize::try_from(one["goods"].as_u64().unwrap()).unwrap();
            let lot = goods[at]["lot"].as_str().unwrap().to_owned();
            (lot, one["left"].as_str().unwrap().to_owned())
        };
        held.map(lot).collect::<Vec<_>>()
    };
    let held: Vec<(String, String)> = pages.iter().flat_map(lots).collect();
    let harvested = |name: &'static str| (1..=300).rev().map(move |n| format!("t/{name}-{n}"));
    let wanted: Vec<String> = harvested("NEW")
        .chain(harvested("OLD").filter(|lot| lot != "t/OLD-7"))
        .chain(["t/LOT-1".to_owned()])
        .collect();
    let named: Vec<String> = held.iter().map(|(lot, _)| lot.clone()).collect();
    assert_eq!(named, wanted);
    assert!(held.contains(&("t/NEW-7".into(), "6".into())));
    let farm = &court.host.town.world.sites["farm"];
    let wrong = court.get_as("farm-admin", &format!("/v1/sites/{farm}/desk/held?after=x"));
    assert_eq!(wrong.status, 400, "{}", wrong.text());
}

fn of_a_shipment_that_was_received_in_part_the_open_lines_are_listed(place: Place) {
    let mut court = Court::new(place);
    let made = harvest_of(&mut court, "PART", 3);
    let shop = court.host.town.world.sites["shop"].clone();
    let sent = dispatch(
        &shop,
        &[(&made[0], "10"), (&made[1], "10"), (&made[2], "10")],
    );
    let sent = court.host.put("farm", &sent);
    court.host.put("shop", &receive(&[(&sent.line(2), "10")]));
    for (name, site, way) in [
        ("shop-admin", "shop", "incoming"),
        ("farm-admin", "farm", "outgoing"),
    ] {
        let shown = desk(&court, name, site);
        let lines = shown[way][0]["lines"].as_array().unwrap().iter();
        let open: Vec<u64> = lines.map(|one| one["line"].as_u64().unwrap()).collect();
        assert_eq!(open, [1, 3], "{way}: {shown}");
    }
}

fn a_desk_shows_a_shipment_at_both_ends_until_it_is_received(place: Place) {
    let mut court = Court::new(place);
    let sent = send(&mut court, "t/DESK-1");
    let (here, there) = (
        desk(&court, "shop-admin", "shop"),
        desk(&court, "farm-admin", "farm"),
    );
    let incoming = &here["incoming"][0];
    assert_eq!(incoming["id"], sent.record.id.to_string());
    assert_eq!(there["outgoing"][0]["id"], incoming["id"]);
    assert_eq!(
        incoming["other"]["id"],
        court.host.town.world.sites["farm"].as_str()
    );
    assert_eq!(incoming["lines"][0]["left"], "10");
    let goods =
        &here["goods"][usize::try_from(incoming["lines"][0]["goods"].as_u64().unwrap()).unwrap()];
    assert_eq!(goods["lot"], "t/DESK-1");
    assert!(goods["name"].is_string(), "{goods}");
    // The dispatch can be checked and received with this answer alone.
    let text = incoming["sd_jwt"].as_str().unwrap();
    assert!(text.starts_with(sent.record.jwt()), "{text}");
    assert!(
        text.len() > sent.record.jwt().len() + 1,
        "the quantity is open"
    );
    let signer = court.get_as("shop-admin", &format!("/v1/keys/{}/owner", sent.record.kid));
    assert_eq!(signer.json()["jwk"], incoming["jwk"]);

    let received = court.host.put("shop", &receive(&[(&sent.line(1), "10")]));
    let (here, there) = (
        desk(&court, "shop-admin", "shop"),
        desk(&court, "farm-admin", "farm"),
    );
    assert_eq!(here["incoming"], json!([]));
    assert_eq!(there["outgoing"], json!([]));
    let mut held = here["held"].as_array().unwrap().iter();
    let held = held.find(|one| one["record"] == received.record.id.to_string());
    assert_eq!(held.unwrap()["left"], "10");
}

fn what_came_otherwise_than_it_was_sent_is_on_the_senders_desk_until_it_is_settled(place: Place) {
    let mut court = Court::new(place);
    let sent = send(&mut court, "t/DESK-2");
    let receipt = receive(&[(&sent.line(1), "7.5")])
        .body("check", "accept_with_note")
        .body("differences", json!([difference(1, "2.5", "0", "0")]));
    let received = court.host.put("shop", &receipt);
    let there = desk(&court, "farm-admin", "farm");
    let disputed = &there["disputed"][0];
    assert_eq!(disputed["record"], received.record.id.to_string());
    assert_eq!(disputed["dispatch"], sent.record.id.to_string());
    assert_eq!(
        (&disputed["open"], &disputed["uom"]),
        (&json!("2.5"), &json!("KGM"))
    );
    assert_eq!(desk(&court, "shop-admin", "shop")["disputed"], json!([]));

    let settled = settle(sent.record.id, &received.line(1), "2.5", "lost");
    court.host.put("farm", &settled);
    assert_eq!(desk(&court, "farm-admin", "farm")["disputed"], json!([]));
}

/// Three inputs: one whose interval is over, one whose runs, and one of which nobody knows it.
fn use_inputs(court: &mut Court, before: &str) {
    for (name, plot, days) in [
        ("over", "1号棚", Some(3)),
        ("runs", "1号棚", Some(30)),
        ("unknown", "2号棚", None),
    ] {
        let mut body = json!({
            "kind": "pesticide", "name": name, "source": "示例农资店", "usage": "喷雾", "dose": "10 mL",
            "plot": plot, "from": before, "until": before,
        });
        if let Some(days) = days {
            body["interval_days"] = json!(days);
        }
        court.host.put("farm", &Draft::new("use_input", body));
    }
}

fn a_desk_says_what_its_zones_read_when_it_was_checked_and_which_inputs_still_matter(place: Place) {
    let mut court = Court::new(place);
    let now = court.host.town.world.now;
    let today = UnixSeconds::new(now).unwrap().china_date();
    let before = today.minus_days(10).unwrap().to_string();
    assert_eq!(
        desk(&court, "farm-admin", "farm")["keeping"]["filing"],
        json!(null)
    );
    let site = court.host.town.world.sites["farm"].clone();
    let enrolled = court
        .host
        .town
        .world
        .reopen_site("farm", "farm", "farm", true);
    let enrolled = enrolled
        .body(
            "filing",
            json!({"number": "示例备案1号", "filed_on": before}),
        )
        .body(
            "zones",
            json!([{"zone": "冷藏1", "temp_min_c": "0", "temp_max_c": "4"}]),
        );
    court.host.put("registrar", &enrolled);
    for (zone, at, temp) in [
        ("冷藏1", now - 60, "3.5"),
        ("冷藏1", now - 30, "4.1"),
        ("门口", now, "12"),
    ] {
        let sensors = json!([{"device": "T-1", "readings": [[at, temp]]}]);
        let read = Draft::new("observe", json!({"zone": zone, "sensors": sensors}));
        court.host.put("farm", &read);
    }
    let checked = json!({"mode": "self_check", "at": now - 5, "passed": false});
    let checked = Draft::new("inspect", checked).about(&[format!("site/{site}")]);
    court.host.put("farm", &checked);
    use_inputs(&mut court, &before);
    let made = create("t/KEEP-1", "10", "KGM", "leafy_vegetable").body("plot", "1号棚");
    court.host.put("farm", &made);
    let told = desk(&court, "farm-admin", "farm");
    let keeping = &told["keeping"];
    assert_eq!(keeping["filing"]["number"], "示例备案1号");
    assert_eq!(keeping["zones"][0]["temp_max_c"], "4");
    assert_eq!(keeping["zones"][0]["temp_c"], "4.1");
    assert_eq!(
        keeping["zones"][1],
        json!({
            "zone": "门口", "temp_min_c": null, "temp_max_c": null, "read_at": now, "temp_c": "12",
        })
    );
    assert_eq!(
        keeping["self_check"],
        json!({"at": now - 5, "passed": false})
    );
    assert_eq!(keeping["self_check_reference"], true);
    let inputs = keeping["inputs"].as_array().unwrap().iter();
    let names: Vec<&str> = inputs.map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["unknown", "runs"]);
    let mut goods = told["goods"].as_array().unwrap().iter();
    let lot = goods.find(|one| one["lot"] == "t/KEEP-1").unwrap();
    assert_eq!(lot["plot"], "1号棚");
}

fn what_lies_in_a_store_is_told_with_who_sent_it(place: Place) {
    let mut court = Court::new(place);
    let sent = send(&mut court, "t/DESK-3");
    court.host.put("shop", &receive(&[(&sent.line(1), "10")]));
    court
        .host
        .put("shop", &create("t/DESK-4", "1", "KGM", "leafy_vegetable"));
    let here = desk(&court, "shop-admin", "shop");
    let farm = &court.host.town.world.parties["farm"];
    let mut held = here["held"].as_array().unwrap().iter();
    assert!(held.any(|one| one["sender"] == farm.as_str()), "{here}");
    let mut held = here["held"].as_array().unwrap().iter();
    assert!(
        held.any(|one| one["sender"].is_null()),
        "what it made itself nobody sent: {here}"
    );
    assert_eq!(here["senders"][0]["party"], farm.as_str());
    assert!(here["senders"][0]["name"].is_string(), "{here}");
}

fn a_desk_is_for_those_whom_the_table_names(place: Place) {
    let court = Court::new(place);
    let site = &court.host.town.world.sites["shop"];
    let path = format!("/v1/sites/{site}/desk");
    assert_eq!(court.ask(None, "GET", &path, "").status, 401);
    for (name, status) in [
        ("shop-admin", 200),
        ("officer", 200),
        ("farm-admin", 403),
        ("driver", 403),
        ("carrier", 403),
    ] {
        assert_eq!(court.get_as(name, &path).status, status, "{name}");
    }
    for (path, status) in [
        ("/v1/sites/JY13101180000999/desk", 400),
        ("/v1/sites/nothing/desk", 400),
    ] {
        assert_eq!(court.get_as("province", path).status, status, "{path}");
    }
}

fn whose_key_it_is_everybody_may_ask(place: Place) {
    let court = Court::new(place);
    let kid = court.kid("shop-admin");
    let answer = court.ask(None, "GET", &format!("/v1/keys/{kid}/owner"), "");
    let owner = answer.json();
    assert_eq!(
        owner["party"],
        court.host.town.world.parties["shop"].as_str()
    );
    assert_eq!(
        (&owner["role"], &owner["revoked"]),
        (&json!("admin"), &json!(false))
    );
    for unknown in ["A".repeat(43), "nothing".to_owned()] {
        let path = format!("/v1/keys/{unknown}/owner");
        assert_eq!(court.ask(None, "GET", &path, "").status, 404, "{unknown}");
    }
}
