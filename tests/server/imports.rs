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
    what_was_signed_before_is_left_out_of_the_stock_and_of_the_drafts
    goods_that_are_stopped_or_lack_a_paper_are_told_by_row_and_stop_nothing
    readings_are_looked_at_for_a_zone_or_a_leg
}

fn send(court: &Court, name: Option<&str>, (file, site): (&str, &str), bytes: &[u8]) -> Answer {
    let bearer = name.map(|name| format!("Bearer {}", court.token(name)));
    let mut headers = vec![("Content-Type", "text/csv")];
    if let Some(bearer) = &bearer {
        headers.push(("Authorization", bearer));
    }
    let site = court.host.town.world.sites.get(site).map_or(site, |id| id);
    let (file, more) = file.split_once('?').unwrap_or((file, ""));
    let path = format!("/v1/imports/{file}/preview?site={site}{more}");
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

fn what_was_signed_before_is_left_out_of_the_stock_and_of_the_drafts(place: Place) {
    let mut court = Court::new(place);
    let entered = crate::common::draft::enter("t/BOUGHT-1", "10", "KGM", "leafy_vegetable");
    court.host.put("shop", &entered);
    let sales = "批次码,数量,销售日期\nBOUGHT-1,6,2026-11-22\nBOUGHT-1,4,2026-11-22\n";
    let site = court.host.town.world.sites["shop"].clone();
    let looked = send(
        &court,
        Some("shop-admin"),
        ("sales", "shop"),
        sales.as_bytes(),
    )
    .json();
    assert_eq!((&looked["wrong"], &looked["rows"]), (&json!(0), &json!(2)));
    let keys: Vec<&str> = looked["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key.as_str().unwrap())
        .collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(looked["drafts"][0]["key"], keys[0]);
    // The first is sold: the file alone would now sell more than there is.
    let line = looked["drafts"][0]["moves"][0].clone();
    let draft = crate::common::draft::Draft::new("sell", looked["drafts"][0]["body"].clone());
    court.host.put("shop", &draft.moves(vec![line]));
    let told = send(
        &court,
        Some("shop-admin"),
        ("sales", "shop"),
        sales.as_bytes(),
    )
    .json();
    assert_eq!(told["faults"][0]["code"], "not_enough");
    let token = court.token("shop-admin");
    let again = |body: Value| {
        court.ask(
            Some(&token),
            "POST",
            &format!("/v1/imports/sales/preview?site={site}"),
            &body.to_string(),
        )
    };
    let file = base64(sales.as_bytes());
    let told = again(json!({"done": [keys[0]], "file": file})).json();
    assert_eq!(
        (&told["wrong"], &told["drafts"][0]["key"]),
        (&json!(0), &json!(keys[1]))
    );
    assert_eq!(told["drafts"].as_array().unwrap().len(), 1);
    assert_eq!(told["keys"], json!(keys));
    for bad in [
        json!({"done": [], "file": "not base64!"}),
        json!({"done": [], "file": file, "more": 1}),
        json!({"file": file}),
        json!({"done": vec!["0"; 5001], "file": file}),
        json!([]),
    ] {
        assert_eq!(again(bad).problem(400), "bad_json");
    }
    assert_eq!(
        again(json!({"done": [], "file": ""})).problem(400),
        "bad_table"
    );
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn readings_are_looked_at_for_a_zone_or_a_leg(place: Place) {
    let court = Court::new(place);
    let file = "时间,温度\n2026-11-22 08:00,3.5\n2026-11-23 08:00,3.6\n";
    let ask = |more: &str, name: &str, bytes: &[u8]| {
        send(
            &court,
            Some(name),
            (&format!("readings?{more}"), "shop"),
            bytes,
        )
    };
    let leg = court.sent.record.id;
    for more in [
        "&sensor=L-1&zone=1%E5%8F%B7%E5%BA%93".to_owned(),
        format!("&sensor=L-1&leg={leg}"),
        // As the code on the waybill says it.
        format!("&sensor=L-1&leg=https%3A%2F%2Ftrace.example.cn%2Fw%2F{leg}%3Fv%3D1"),
    ] {
        let told = ask(&more, "shop-admin", file.as_bytes()).json();
        assert_eq!(
            (&told["file"], &told["rows"], &told["wrong"]),
            (&json!("readings"), &json!(2), &json!(0))
        );
        let drafts = told["drafts"].as_array().unwrap();
        assert_eq!(drafts.len(), 2, "a day is a record");
        assert_eq!(drafts[0]["type"], "observe");
        assert_eq!(drafts[0]["body"]["sensors"][0]["device"], "L-1");
        assert_eq!(told["keys"].as_array().unwrap().len(), 2);
    }
    let warm = ask(
        "&sensor=L-1&zone=1",
        "shop-admin",
        "time,temp\n2026-11-22 08:00,warm\n".as_bytes(),
    )
    .json();
    assert_eq!(
        (&warm["faults"][0]["cell"], &warm["drafts"]),
        (&json!("B2"), &json!([]))
    );
    for more in [
        "",
        "&sensor=L-1",
        "&zone=1",
        "&sensor=L-1&leg=x",
        &format!("&sensor=L-1&zone=1&leg={leg}"),
        "&sensor=&zone=1",
    ] {
        assert_eq!(
            ask(more, "shop-admin", file.as_bytes()).problem(400),
            "bad_request",
            "{more}"
        );
    }
    let sensor = send(
        &court,
        Some("shop-admin"),
        ("sales?&sensor=L-1", "shop"),
        b"x",
    );
    assert_eq!(sensor.problem(400), "bad_request");
    assert_eq!(
        ask("&sensor=L-1&zone=1", "shop-admin", b"a,b\n1,2\n").problem(400),
        "bad_table"
    );
    // A device's key sees what the public sees; it reads its own file where it is.
    for name in ["logger", "farm-admin"] {
        assert_eq!(
            ask("&sensor=L-1&zone=1", name, file.as_bytes()).problem(403),
            "not_allowed"
        );
    }
    let empty = court.client().get("/v1/imports/readings/template.csv");
    assert!(empty.text().contains("时间,温度"));
}

fn goods_that_are_stopped_or_lack_a_paper_are_told_by_row_and_stop_nothing(place: Place) {
    use crate::common::draft::{create, enter, hold};
    let mut court = Court::new(place);
    for lot in ["FINE", "HELD"] {
        let entered = enter(&format!("t/{lot}"), "10", "KGM", "leafy_vegetable");
        court.host.put("shop", &entered);
    }
    court.host.put("regulator", &hold("t/HELD"));
    let bare = create("t/BARE", "10", "KGM", "leafy_vegetable");
    court.host.put("farm", &bare);
    let told = |name: &str, to: (&str, &str), file: &str| {
        let told = send(&court, Some(name), to, file.as_bytes()).json();
        assert_eq!(told["wrong"], 0, "{told}");
        assert_eq!(told["drafts"].as_array().unwrap().len(), 2, "{told}");
        let faults = told["faults"].as_array().unwrap().clone();
        assert!(faults.iter().all(|one| one["notice"] == true));
        let words = faults.iter().map(|one| {
            ["cell", "code"]
                .map(|name| one[name].as_str().unwrap().to_owned())
                .join(" ")
        });
        (words.collect::<Vec<String>>(), told)
    };
    let sales = "批次码,数量,单位,销售日期\nt/FINE,1,公斤,2026-11-22\nt/HELD,2,公斤,2026-11-22\n";
    let (stopped, said) = told("shop-admin", ("sales", "shop"), sales);
    assert_eq!(stopped, ["A3 goods_stopped"]);
    assert!(
        said["faults"][0]["why"]["zh"]
            .as_str()
            .unwrap()
            .contains("封存")
    );
    // The farm's certificate is about the other lot.
    let shop = &court.host.town.world.sites["shop"];
    let sent = format!(
        "运单号,收货场所,批次码,数量,单位\nA,{shop},t/LOT-1,1,公斤\nB,{shop},t/BARE,1,公斤\n"
    );
    let (lacking, said) = told("farm-admin", ("shipments", "farm"), &sent);
    assert_eq!(lacking, ["C3 paper_wrong"]);
    let why = said["faults"][0]["why"]["zh"].as_str().unwrap();
    assert!(why.starts_with("缺承诺达标合格证"), "{why}");
}
