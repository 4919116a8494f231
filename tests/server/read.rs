//! Reading over the network: what the public sees, and that it is what the ledger says.

use crate::common::draft::{certify, create, hold, sell};
use crate::host::Host;
use crate::place::{Place, on_both_databases};
use crate::town::line_of;
use shisu::app::bundle::{Audience, bundle};
use shisu::app::trace::{Question, Tracer};
use shisu::core::bundle::{Bundle, verify};
use shisu::core::ids::LotCode;
use shisu::core::log::Policy;
use shisu::core::record::sealed::Class;
use shisu::core::time::UnixSeconds;
use shisu::core::trace::Direction;

on_both_databases! {
    a_lot_is_found_by_its_code
    a_verdict_is_the_one_of_the_ledger_for_the_public
    a_trace_goes_both_ways_and_shows_no_quantities
    a_bundle_verifies_without_the_server
    a_record_is_shown_without_what_it_seals
    parties_and_sites_are_shown_as_enrolled
    a_shipment_shows_what_was_recorded_about_it
    a_certificate_is_found_by_record_and_number
    nothing_is_listed_for_the_public
    an_answer_that_has_not_changed_is_not_sent_again
    a_hold_is_in_the_next_answer
    a_link_leads_to_the_lot_however_it_is_written
}

/// A harvest that was sent, received and sold in part.
struct Trade {
    host: Host,
    made: crate::town::Put,
    sent: String,
    received: String,
}

fn trade(place: Place) -> Trade {
    let mut host = Host::new(place);
    let made = host.put(
        "farm",
        &create("t/LOT-1", "12.345", "KGM", "leafy_vegetable"),
    );
    let (sent, received) = host.town.signed_shipment("shop", &made.line(1), "7.891");
    assert_eq!(host.submit(&sent).status, 201);
    assert_eq!(host.submit(&received).status, 201);
    let credit = line_of(&crate::town::parse(&received), 1);
    host.put("shop", &sell(&[(&credit, "1.357")]));
    Trade {
        host,
        made,
        sent,
        received,
    }
}

fn quantities_in(text: &str) -> bool {
    ["12.345", "7.891", "1.357", "4.454", "6.534"]
        .iter()
        .any(|amount| text.contains(amount))
}

fn question(direction: Direction) -> Question {
    Question {
        lot: LotCode::parse("t/LOT-1").unwrap(),
        at: None,
        direction,
    }
}

fn a_lot_is_found_by_its_code(place: Place) {
    let trade = trade(place);
    for path in [
        "/v1/lots?code=t/LOT-1",
        "/v1/lots?code=t%2FLOT-1",
        "/v1/lots/t/LOT-1",
        "/v1/lots/t%2FLOT-1",
    ] {
        let body = trade.host.client().get(path).json();
        assert_eq!(body["code"], "t/LOT-1", "{path}");
        let origins = body["origins"].as_array().unwrap();
        assert_eq!(origins.len(), 1);
        assert_eq!(origins[0]["record"], trade.made.record.id.to_string());
        assert_eq!(origins[0]["line"], 1);
        assert_eq!(origins[0]["class"], "leafy_vegetable");
    }
}

fn a_verdict_is_the_one_of_the_ledger_for_the_public(place: Place) {
    let trade = trade(place);
    let answer = trade.host.client().get("/v1/lots/t/LOT-1/verdict");
    let tracer = Tracer::open(&trade.host.town.place.options()).unwrap();
    let asked = tracer
        .ask_as(&question(Direction::Back), &Audience::Public)
        .unwrap();
    assert_eq!(answer.json(), serde_json::to_value(&asked.verdict).unwrap());
    assert_eq!(answer.json()["scope"], "public");
    let options = trade.host.town.place.options();
    let public = bundle(&options, &question(Direction::Back), &Audience::Public).unwrap();
    let (mut ours, mut theirs) = (answer.json(), public.verdict.clone());
    // The moment of judging is another one on a clock that goes on.
    for verdict in [&mut ours, &mut theirs] {
        verdict["judged_at"] = serde_json::Value::Null;
    }
    assert_eq!(
        ours, theirs,
        "the same as in evidence with everything closed"
    );
}

fn a_trace_goes_both_ways_and_shows_no_quantities(place: Place) {
    let trade = trade(place);
    let steps = |direction: &str| {
        let path = format!("/v1/lots/t/LOT-1/trace?direction={direction}");
        let answer = trade.host.client().get(&path);
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(!quantities_in(answer.text()), "{}", answer.text());
        let body = answer.json();
        assert_eq!(body["trace"]["direction"], direction);
        body["trace"]["steps"].as_array().unwrap().len()
    };
    assert_eq!((steps("back"), steps("forward"), steps("both")), (1, 4, 4));
    let site = &trade.host.town.world.sites["shop"];
    let path = format!("/v1/lots/t/LOT-1/trace?at={site}");
    let body = trade.host.client().get(&path).json();
    assert_eq!(body["trace"]["subject"]["at"], site.as_str());
    assert_eq!(body["trace"]["steps"].as_array().unwrap().len(), 3);
}

fn a_bundle_verifies_without_the_server(place: Place) {
    let trade = trade(place);
    let answer = trade.host.client().get("/v1/lots/t/LOT-1/bundle");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert!(!quantities_in(answer.text()));
    let bundle = Bundle::parse(answer.text()).unwrap();
    assert!(!bundle.records.is_empty());
    for record in &bundle.records {
        let (_, disclosures) = record.sd_jwt.split_once('~').unwrap();
        assert_eq!(disclosures, "", "everything sealed is closed");
    }
    let verifier = crate::town::verifier(&trade.host.town.world);
    let policy = Policy::parse(&format!("log {verifier}\nquorum none\n")).unwrap();
    let now = UnixSeconds::new(trade.host.town.world.now).unwrap();
    let report = verify(&bundle, Some(&policy), now);
    assert!(report.ok, "{report:?}");
    let claimed = trade.host.client().get("/v1/lots/t/LOT-1/verdict").json();
    assert_eq!(bundle.verdict["state"], claimed["state"]);
}

fn a_record_is_shown_without_what_it_seals(place: Place) {
    let trade = trade(place);
    let path = format!("/v1/records/{}", trade.made.record.id);
    let answer = trade.host.client().get(&path);
    let body = answer.json();
    assert_eq!(body["kind"], "create");
    assert_eq!(body["index"], trade.made.receipt.index());
    let jwt = trade.made.record.jwt();
    assert_eq!(body["sd_jwt"], format!("{jwt}~"));
    let accept = [("Accept", "application/sd-jwt")];
    let answer = trade.host.client().ask("GET", &path, &accept, b"");
    assert_eq!(answer.header("content-type"), Some("application/sd-jwt"));
    assert_eq!(answer.text(), format!("{jwt}~"));
    assert!(
        trade.made.record.disclosures(Class::Balance).unwrap().len() > 10,
        "there was something to seal"
    );
}

fn parties_and_sites_are_shown_as_enrolled(place: Place) {
    let host = Host::new(place);
    let (party, site) = (
        &host.town.world.parties["shop"],
        &host.town.world.sites["shop"],
    );
    let body = host.client().get(&format!("/v1/parties/{party}")).json();
    assert_eq!(
        (body["id"].as_str(), body["kind"].as_str()),
        (Some(&**party), Some("retailer"))
    );
    assert_eq!(body["county"]["code"].as_str().unwrap().len(), 6);
    let body = host.client().get(&format!("/v1/sites/{site}")).json();
    assert_eq!(
        (body["id"].as_str(), body["party"].as_str()),
        (Some(&**site), Some(&**party))
    );
    assert_eq!(
        (body["kind"].as_str(), body["open"].as_bool()),
        (Some("shop"), Some(true))
    );
}

fn a_shipment_shows_what_was_recorded_about_it(place: Place) {
    let trade = trade(place);
    let id = crate::town::parse(&trade.sent).id;
    let answer = trade.host.client().get(&format!("/v1/shipments/{id}"));
    let body = answer.json();
    assert_eq!(body["id"], id.to_string());
    assert_eq!(body["to"], trade.host.town.world.sites["shop"].as_str());
    assert_eq!(body["lines"][0]["lot"], "t/LOT-1");
    assert_eq!(body["lines"][0]["quantity"], serde_json::Value::Null);
    let received = crate::town::parse(&trade.received).id.to_string();
    let related = body["related"].as_array().unwrap();
    assert!(
        related
            .iter()
            .any(|one| one["id"] == received && one["kind"] == "receive"),
        "{body}"
    );
    let made = trade.made.record.id;
    assert_eq!(
        trade
            .host
            .client()
            .get(&format!("/v1/shipments/{made}"))
            .status,
        404
    );
}

fn a_certificate_is_found_by_record_and_number(place: Place) {
    let mut host = Host::new(place);
    host.put("farm", &create("t/LOT-1", "10", "KGM", "leafy_vegetable"));
    let draft = certify("farm_certificate", "issued", "HGZ-0001", "t/LOT-1");
    let draft = draft.body("issuer_party", host.town.world.parties["farm"].clone());
    let paper = host.put("farm", &draft).record.id.to_string();
    let one = host
        .client()
        .get(&format!("/v1/certificates/{paper}"))
        .json();
    assert_eq!(one["number"], "HGZ-0001");
    assert_eq!(one["kind"], "farm_certificate");
    assert_eq!(one["standing"], "issued");
    assert_eq!(one["left"], serde_json::Value::Null);
    let all = host.client().get("/v1/certificates?number=HGZ-0001").json();
    assert_eq!(all["certificates"], serde_json::json!([one]));
}

fn nothing_is_listed_for_the_public(place: Place) {
    let trade = trade(place);
    let site = &trade.host.town.world.sites["shop"];
    let answer = trade
        .host
        .client()
        .get(&format!("/v1/holdings?site={site}"));
    assert_eq!(answer.problem(401), "sign_in_required");
}

fn an_answer_that_has_not_changed_is_not_sent_again(place: Place) {
    let mut trade = trade(place);
    for path in [
        "/v1/lots/t/LOT-1/verdict",
        "/v1/lots/t/LOT-1/trace",
        "/v1/lots/t/LOT-1",
        "/t/LOT-1",
    ] {
        let mut client = trade.host.client();
        let tag = client.get(path).header("etag").unwrap().to_owned();
        let have = [("If-None-Match", &*tag)];
        let answer = client.ask("GET", path, &have, b"");
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{path}");
        assert_eq!(answer.header("etag"), Some(&*tag));
        trade
            .host
            .put("farm", &create("t/OTHER", "1", "KGM", "leafy_vegetable"));
        let answer = client.ask("GET", path, &have, b"");
        let is_judged = path.ends_with("verdict") || path.ends_with("trace");
        match is_judged {
            true => assert_eq!(answer.status, 304, "{path}: others trade"),
            false => assert_eq!(answer.status, 200, "{path}: the log has grown"),
        }
    }
}

fn a_hold_is_in_the_next_answer(place: Place) {
    let mut trade = trade(place);
    let path = "/v1/lots/t/LOT-1/verdict";
    let mut client = trade.host.client();
    let tag = client.get(path).header("etag").unwrap().to_owned();
    assert_ne!(client.get(path).json()["state"], "held");
    trade.host.put("regulator", &hold("t/LOT-1"));
    let answer = client.ask("GET", path, &[("If-None-Match", &*tag)], b"");
    assert_eq!(
        (answer.status, &answer.json()["state"]),
        (200, &"held".into())
    );
    assert_ne!(answer.header("etag"), Some(&*tag));
}

fn a_link_leads_to_the_lot_however_it_is_written(place: Place) {
    let mut host = Host::new(place);
    let code = "01/09520002000033/10/A%2FB-1";
    host.put("farm", &create(code, "10", "KGM", "leafy_vegetable"));
    for path in [
        "/01/09520002000033/10/A%2FB-1",
        "/01/09520002000033/10/A%2fB-1",
        "/01/09520002000033/10/A%2FB-1?17=261231",
    ] {
        let answer = host.client().get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let body = answer.json();
        assert_eq!(body["lot"], code);
        assert_ne!(body["verdict"]["state"], "unknown");
        for name in ["lots", "verdict", "trace", "bundle"] {
            let link = body["links"][name].as_str().unwrap();
            assert_eq!(host.client().get(link).status, 200, "{link}");
        }
    }
    let site = &host.town.world.sites["farm"];
    let body = host
        .client()
        .get(&format!("/01/09520002000033/10/A%2FB-1?at={site}"))
        .json();
    assert_eq!(body["verdict"]["subject"]["at"], site.as_str());
}
