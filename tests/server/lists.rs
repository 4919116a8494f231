//! What a site sends and receives, and which sites a party has: page by page, and for whom.

use crate::common::draft::{create, dispatch, receive};
use crate::court::Court;
use crate::place::{Place, on_both_databases};
use crate::town::Put;
use serde_json::Value;
use std::collections::BTreeSet;

on_both_databases! {
    a_shipment_is_listed_where_it_comes_from_and_where_it_goes
    a_shipment_is_in_transit_until_all_of_it_is_answered
    pages_of_shipments_together_are_the_list
    shipments_are_listed_for_those_whom_the_table_names
    a_party_lists_its_sites_and_an_office_those_of_its_county
    pages_of_sites_together_are_the_list
    lists_refuse_what_they_do_not_understand
}

fn list(court: &Court, name: &str, path: &str) -> Value {
    let answer = court.get_as(name, path);
    assert_eq!(answer.status, 200, "{path} as {name}: {}", answer.text());
    answer.json()
}

fn shipments(court: &Court, site: &str, rest: &str) -> Vec<(String, String)> {
    let site = &court.host.town.world.sites[site];
    let body = list(
        court,
        "province",
        &format!("/v1/shipments?site={site}&{rest}"),
    );
    assert_eq!(body["site"], site.as_str());
    let shipments = body["shipments"].as_array().unwrap().iter();
    let word = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    shipments
        .map(|one| (word(one, "id"), word(one, "state")))
        .collect()
}

/// Two lots for the shop in one shipment.
fn send(court: &mut Court, lot: &str) -> Put {
    let made = [1, 2].map(|n| {
        let draft = create(&format!("t/{lot}-{n}"), "5", "KGM", "leafy_vegetable");
        court.host.put("farm", &draft).line(1)
    });
    let shop = court.host.town.world.sites["shop"].clone();
    let [one, other] = &made;
    court
        .host
        .put("farm", &dispatch(&shop, &[(one, "5"), (other, "5")]))
}

fn a_shipment_is_listed_where_it_comes_from_and_where_it_goes(place: Place) {
    let court = Court::new(place);
    let id = court.sent.record.id.to_string();
    let closed = vec![(id.clone(), "closed".to_owned())];
    assert_eq!(shipments(&court, "shop", "direction=incoming"), closed);
    assert_eq!(shipments(&court, "farm", "direction=outgoing"), closed);
    assert_eq!(shipments(&court, "shop", "direction=outgoing"), []);
    assert_eq!(shipments(&court, "farm", "direction=incoming"), []);
    assert_eq!(shipments(&court, "canteen", "direction=incoming"), []);
    let site = &court.host.town.world.sites["shop"];
    let path = format!("/v1/shipments?site={site}&direction=incoming");
    let listed = list(&court, "shop-admin", &path)["shipments"][0].clone();
    let shown = list(&court, "shop-admin", &format!("/v1/shipments/{id}"));
    for member in [
        "id", "waybill", "sender", "from", "to", "carrier", "sent_at",
    ] {
        assert_eq!(listed[member], shown[member], "{member}");
    }
}

fn a_shipment_is_in_transit_until_all_of_it_is_answered(place: Place) {
    let mut court = Court::new(place);
    let sent = send(&mut court, "LOT-2");
    let id = sent.record.id.to_string();
    let of = |state: &str| (id.clone(), state.to_owned());
    let before = (court.sent.record.id.to_string(), "closed".to_owned());
    let states = |court: &Court| {
        ["in_transit", "closed"].map(|state| {
            let rest = format!("direction=incoming&state={state}");
            let there = shipments(court, "shop", &rest);
            let rest = format!("direction=outgoing&state={state}");
            assert_eq!(shipments(court, "farm", &rest), there);
            there
        })
    };
    assert_eq!(
        states(&court),
        [vec![of("in_transit")], vec![before.clone()]]
    );
    let all = vec![of("in_transit"), before.clone()];
    assert_eq!(
        shipments(&court, "shop", "direction=incoming"),
        all,
        "the newest first"
    );
    court.host.put("shop", &receive(&[(&sent.line(1), "5")]));
    assert_eq!(
        states(&court)[0],
        [of("in_transit")],
        "half of it is on its way"
    );
    court.host.put("shop", &receive(&[(&sent.line(2), "5")]));
    assert_eq!(states(&court), [vec![], vec![of("closed"), before]]);
}

/// All pages, and how many there were.
fn pages(court: &Court, name: &str, first: &str, member: &str) -> (Vec<String>, usize) {
    let (mut all, mut path, mut count) = (Vec::new(), first.to_owned(), 0);
    loop {
        let body = list(court, name, &path);
        let found = body[member].as_array().unwrap();
        all.extend(
            found
                .iter()
                .map(|one| one["id"].as_str().unwrap().to_owned()),
        );
        count += 1;
        match body["next"].as_str() {
            Some(next) => next.clone_into(&mut path),
            None => return (all, count),
        }
    }
}

fn pages_of_shipments_together_are_the_list(place: Place) {
    let mut court = Court::new(place);
    let mut expected = vec![court.sent.record.id.to_string()];
    for n in 2..7 {
        let sent = send(&mut court, &format!("LOT-{n}"));
        if n % 2 == 0 {
            let lines = [sent.line(1), sent.line(2)];
            let [one, other] = &lines;
            court
                .host
                .put("shop", &receive(&[(one, "5"), (other, "5")]));
        }
        expected.insert(0, sent.record.id.to_string());
    }
    let site = court.host.town.world.sites["shop"].clone();
    let path = format!("/v1/shipments?site={site}&direction=incoming&limit=4");
    assert_eq!(
        pages(&court, "shop", &path, "shipments"),
        (expected.clone(), 2)
    );
    let open: Vec<String> = [1, 3].map(|at| expected[at].clone()).into();
    let path = format!("{path}&state=in_transit");
    assert_eq!(pages(&court, "shop", &path, "shipments"), (open, 1));
    let path = format!("/v1/shipments?site={site}&direction=incoming&limit=2");
    let first = list(&court, "shop", &path);
    send(&mut court, "LOT-9");
    let second = list(&court, "shop", first["next"].as_str().unwrap());
    let ids = |body: &Value| body["shipments"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        ids(&second),
        expected[2],
        "what came meanwhile moves nothing"
    );
}

fn shipments_are_listed_for_those_whom_the_table_names(place: Place) {
    let court = Court::new(place);
    let sites = court.host.town.world.sites.clone();
    let path = |site: &str| format!("/v1/shipments?site={}&direction=outgoing", sites[site]);
    for name in ["farm", "farm-admin", "officer", "province"] {
        assert_eq!(
            list(&court, name, &path("farm"))["shipments"][0]["state"],
            "closed"
        );
    }
    for (name, site) in [
        ("shop-admin", "farm"),
        ("farm", "shop"),
        ("carrier", "farm"),
        ("driver", "farm"),
        ("lab", "farm"),
        ("registrar", "farm"),
        ("elsewhere", "farm"),
        ("jiangsu", "farm"),
        ("peer", "farm"),
        ("operator", "farm"),
    ] {
        let refused = court.get_as(name, &path(site));
        assert_eq!(refused.problem(403), "not_allowed", "{name} {site}");
    }
    let public = court.ask(None, "GET", &path("farm"), "");
    assert_eq!(public.problem(401), "sign_in_required");
    let nobody = court.ask(None, "GET", "/v1/shipments?site=x&direction=incoming", "");
    assert_eq!(
        nobody.problem(401),
        "sign_in_required",
        "not even whether there is one"
    );
}

/// Enrols more sites for the shop; their codes, with that of the first.
fn more_sites(court: &mut Court, count: usize) -> BTreeSet<String> {
    let mut codes = BTreeSet::from([court.host.town.world.sites["shop"].clone()]);
    for n in 0..count {
        let name = format!("shop-{n}");
        let draft = court.host.town.world.register_site(&name, "shop", "shop");
        court.host.put("registrar", &draft);
        codes.insert(court.host.town.world.sites[&name].clone());
    }
    codes
}

fn a_party_lists_its_sites_and_an_office_those_of_its_county(place: Place) {
    let mut court = Court::new(place);
    let codes = more_sites(&mut court, 2);
    let far = court.host.town.world.register_site("far", "shop", "shop");
    court.host.put("registrar", &far.body("county", "330102"));
    let far = court.host.town.world.sites["far"].clone();
    let party = court.host.town.world.parties["shop"].clone();
    let path = format!("/v1/parties/{party}/sites");
    let ids = |name: &str| -> BTreeSet<String> {
        let (ids, _) = pages(&court, name, &path, "sites");
        ids.into_iter().collect()
    };
    let mut all = codes.clone();
    all.insert(far.clone());
    for name in ["shop-admin", "province"] {
        assert_eq!(ids(name), all, "{name}");
    }
    assert_eq!(ids("officer"), codes, "the office of the county");
    assert_eq!(
        ids("elsewhere"),
        BTreeSet::from([far]),
        "that of the other one"
    );
    let own = court.host.town.world.sites["shop"].clone();
    assert_eq!(
        ids("shop"),
        BTreeSet::from([own.clone()]),
        "a key for one site"
    );
    for name in [
        "farm-admin",
        "carrier",
        "lab",
        "registrar",
        "jiangsu",
        "peer",
        "operator",
    ] {
        assert_eq!(
            court.get_as(name, &path).problem(403),
            "not_allowed",
            "{name}"
        );
    }
    assert_eq!(
        court.ask(None, "GET", &path, "").problem(401),
        "sign_in_required"
    );
    let listed = list(&court, "shop", &path)["sites"][0].clone();
    let shown = list(&court, "shop", &format!("/v1/sites/{own}"));
    for member in ["id", "kind", "name", "county", "open"] {
        assert_eq!(listed[member], shown[member], "{member}");
    }
    let none = format!(
        "/v1/parties/{}/sites",
        court.host.town.world.parties["carrier"]
    );
    assert_eq!(
        list(&court, "officer", &none)["sites"],
        serde_json::json!([]),
        "it has none"
    );
    assert_eq!(court.get_as("shop", &none).problem(403), "not_allowed");
}

fn pages_of_sites_together_are_the_list(place: Place) {
    let mut court = Court::new(place);
    let codes = more_sites(&mut court, 4);
    let party = court.host.town.world.parties["shop"].clone();
    let path = format!("/v1/parties/{party}/sites?limit=2");
    let expected: Vec<String> = codes.into_iter().collect();
    assert_eq!(pages(&court, "shop-admin", &path, "sites"), (expected, 3));
}

fn lists_refuse_what_they_do_not_understand(place: Place) {
    let court = Court::new(place);
    let site = &court.host.town.world.sites["shop"];
    let party = &court.host.town.world.parties["shop"];
    for (path, status, code) in [
        (format!("/v1/shipments?site={site}"), 400, "bad_request"),
        (
            format!("/v1/shipments?site={site}&direction=up"),
            400,
            "bad_request",
        ),
        (
            format!("/v1/shipments?site={site}&direction=incoming&state=lost"),
            400,
            "bad_request",
        ),
        (
            format!("/v1/shipments?site={site}&direction=incoming&after=!"),
            400,
            "bad_cursor",
        ),
        (
            format!("/v1/shipments?site={site}&direction=incoming&limit=501"),
            400,
            "bad_request",
        ),
        (
            "/v1/shipments?site=x&direction=incoming".to_owned(),
            400,
            "bad_identifier",
        ),
        (
            "/v1/shipments?site=S-330421-9999990&direction=incoming".to_owned(),
            0,
            "",
        ),
        (
            format!("/v1/parties/{party}/sites?after=AAAA"),
            400,
            "bad_cursor",
        ),
        (
            format!("/v1/parties/{party}/sites?site=x"),
            400,
            "bad_request",
        ),
        ("/v1/parties/x/sites".to_owned(), 400, "bad_identifier"),
    ] {
        let answer = court.get_as("province", &path);
        if status > 0 {
            assert_eq!(answer.problem(status), code, "{path}");
        } else {
            assert!(
                matches!(answer.status, 400 | 404),
                "{path}: {}",
                answer.text()
            );
        }
    }
}
