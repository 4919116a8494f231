//! Imports over the network: a preview for whoever may list what a site has, and drafts that can be
//! completed and signed as they are.

use crate::client::Answer;
use crate::court::Court;
use crate::place::{Place, on_both_databases};
use serde_json::{Value, json};
use shisu::core::record::author;

on_both_databases! {
    a_preview_names_cells_or_gives_drafts_that_the_ledger_takes
    nobody_looks_at_a_file_for_anothers_site
}

fn send(court: &Court, name: Option<&str>, (file, site): (&str, &str), bytes: &[u8]) -> Answer {
    let bearer = name.map(|name| format!("Bearer {}", court.token(name)));
    let mut headers = vec![("Content-Type", "text/csv")];
    if let Some(bearer) = &bearer {
        headers.push(("Authorization", bearer));
    }
    let site = court.host.town.world.sites.get(site).map_or(site, |id| id);
    let path = format!("/v1/imports/{file}/preview?site={site}");
    court.client().ask("POST", &path, &headers, bytes)
}

const LOTS: &str = "批次码,食品类别,名称,数量,生产日期\nIMP-1,叶菜,青菜,12.5公斤,2026年1月5日\n";

fn a_preview_names_cells_or_gives_drafts_that_the_ledger_takes(place: Place) {
    let mut court = Court::new(place);
    let broken = LOTS.replace("12.5公斤", "一些");
    let told = send(
        &court,
        Some("farm-admin"),
        ("lots", "farm"),
        broken.as_bytes(),
    )
    .json();
    assert_eq!((&told["wrong"], &told["drafts"]), (&json!(1), &json!([])));
    let fault = &told["faults"][0];
    assert_eq!(
        (&fault["cell"], &fault["column"], &fault["code"]),
        (&json!("D2"), &json!("quantity"), &json!("bad_quantity"))
    );
    assert_eq!(fault["heading"]["zh"], "数量");

    let gbk = encoding_rs::GBK.encode(LOTS).0;
    let answer = send(&court, Some("farm-admin"), ("lots", "farm"), &gbk);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let told = answer.json();
    assert_eq!(
        (&told["rows"], &told["wrong"]),
        (&json!(1), &json!(0)),
        "{told}"
    );
    let draft = &told["drafts"][0];
    assert_eq!(
        (&draft["type"], &draft["rows"]),
        (&json!("create"), &json!([2]))
    );
    is_taken(&mut court, draft);
    // What is recorded by now is left out of the next preview.
    let told = send(&court, Some("farm-admin"), ("lots", "farm"), &gbk).json();
    assert_eq!(told["faults"][0]["code"], "already_recorded");
    assert_eq!(told["drafts"], json!([]));
}

/// Completes a draft as a client does, signs it, and submits it.
fn is_taken(court: &mut Court, draft: &Value) {
    let world = &court.host.town.world;
    let key = crate::common::world::signing_key("farm-admin");
    let kid = court.kid("farm-admin");
    let feed = court
        .get_as("farm-admin", &format!("/v1/keys/{kid}"))
        .json();
    let mut claims = json!({
        "log": world.log, "iss": world.parties["farm"], "iat": world.now,
        "seq": feed["seq"].as_u64().unwrap() + 1, "prev": feed["last"],
    });
    for member in ["type", "site", "body", "moves"] {
        claims[member] = draft[member].clone();
    }
    let mut salts = 0_u8;
    let record = author::sign(claims, &key, &mut || {
        salts += 1;
        std::array::from_fn(|at| {
            salts
                .wrapping_mul(31)
                .wrapping_add(u8::try_from(at).unwrap() * 7)
        })
    });
    let text = record.unwrap().to_sd_jwt(|_| true);
    let headers = [("Content-Type", "application/sd-jwt")];
    let answer = court
        .client()
        .ask("POST", "/v1/records", &headers, text.as_bytes());
    assert!(matches!(answer.status, 200 | 201), "{}", answer.text());
}

fn nobody_looks_at_a_file_for_anothers_site(place: Place) {
    let court = Court::new(place);
    let ask = |name, to| send(&court, name, to, LOTS.as_bytes());
    assert_eq!(ask(None, ("lots", "farm")).problem(401), "sign_in_required");
    assert_eq!(
        ask(Some("shop-admin"), ("lots", "farm")).problem(403),
        "not_allowed"
    );
    assert_eq!(
        ask(Some("farm-admin"), ("herds", "farm")).problem(404),
        "not_found"
    );
    assert_eq!(
        ask(Some("farm-admin"), ("lots", "S-1")).problem(400),
        "bad_identifier"
    );
    assert_eq!(
        ask(Some("farm-admin"), ("sales", "farm")).problem(400),
        "bad_table"
    );
    let empty = court.client().get("/v1/imports/sales/template.csv");
    assert_eq!(
        empty.header("content-type"),
        Some("text/csv; charset=utf-8")
    );
    assert!(empty.text().starts_with('\u{feff}') && empty.text().contains("销售日期"));
}
