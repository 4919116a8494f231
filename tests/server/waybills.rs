//! The page of an e-waybill at a checkpoint: what it shows without signing in, and what it never does.

use crate::common::Draft;
use crate::common::draft::{dispatch, observe, recall, receive};
use crate::court::{Court, given_away};
use crate::host::{ndjson, post_lines};
use crate::place::{Place, on_both_databases};
use crate::squares::says;
use serde_json::json;

on_both_databases! {
    a_checkpoint_sees_goods_papers_seals_and_counties_and_no_more
    the_plate_is_shown_to_whoever_brings_the_paper_it_stands_on
    the_page_follows_the_shipment
    a_tank_shows_its_sheet_and_what_is_missing_of_it
    a_recorder_that_reports_all_the_way_hides_neither_what_was_warm_at_first_nor_the_receipt
    readings_of_other_times_are_none_of_the_journey_and_a_silent_recorder_is_named
    after_a_change_of_vehicle_only_the_newest_plate_is_the_one_that_was_signed
}

const HTML: [(&str, &str); 1] = [("Accept", "text/html")];

fn page(court: &Court, path: &str) -> String {
    let answer = court.client().ask("GET", path, &HTML, b"");
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(given_away(&answer).len(), 0, "{}", answer.text());
    answer.text().to_owned()
}

/// A shipment from the farm to the shop with everything that is closed.
fn sent(court: &mut Court) -> crate::town::Put {
    let lot = crate::common::draft::create("t/LOT-2", "12.345", "KGM", "leafy_vegetable");
    let made = court.host.put("farm", &lot);
    let world = &court.host.town.world;
    let (shop, carrier) = (
        world.sites["shop"].clone(),
        world.parties["carrier"].clone(),
    );
    let draft = dispatch(&shop, &[(&made.line(1), "7.891")])
        .body("transport", "carrier")
        .body("carrier", carrier)
        .body("temp_min_c", "0")
        .body("temp_max_c", "8")
        .body("seals", json!(["SEAL-0042"]))
        .body("terms", "SECRET-TERMS")
        .body(
            "places",
            json!({"load": "SECRET-PLACE", "unload": "示例路2号"}),
        )
        .body("vehicle", json!({"plate": "浙F12345", "colour": "2"}))
        .body("driver", json!({"name": "SECRET-DRIVER"}));
    court.host.put("farm", &draft)
}

fn a_checkpoint_sees_goods_papers_seals_and_counties_and_no_more(place: Place) {
    let mut court = Court::new(place);
    let id = sent(&mut court).record.id;
    let shown = page(&court, &format!("/w/{id}"));
    for wanted in [
        "运输中",
        "SEAL-0042",
        "t/LOT-2",
        "浙江省嘉兴市嘉善县",
        "0 … 8 °C",
        "缺承诺达标合格证",
        "车牌",
    ] {
        assert!(shown.contains(wanted), "{wanted}: {shown}");
    }
    for never in ["7.891", "12.345", "浙F12345", "KGM", "示例路2号"] {
        assert!(!shown.contains(never), "{never}: {shown}");
    }
    let english = page(&court, &format!("/w/{id}?lang=en"));
    assert!(english.contains("On the way") && english.contains("no commitment certificate"));
    for nothing in [
        "/w/none".to_owned(),
        format!("/w/{}", court.paper.record.id),
        format!("/w/{}", "A".repeat(43)),
        format!("/w/{}/qr.svg", "A".repeat(42)),
    ] {
        let answer = court.client().ask("GET", &nothing, &HTML, b"");
        assert_eq!(answer.status, 404, "{nothing}");
    }
}

fn the_plate_is_shown_to_whoever_brings_the_paper_it_stands_on(place: Place) {
    let mut court = Court::new(place);
    let sent = sent(&mut court);
    let id = sent.record.id;
    let of = |name: &str| {
        let mut slots = sent.record.slots.iter();
        let slot = slots.find(|slot| slot.field.name == name).unwrap();
        slot.opened.as_ref().unwrap().disclosure.to_string()
    };
    let (vehicle, driver) = (of("vehicle"), of("driver"));
    let path = format!("/w/{id}?v={vehicle}");
    let answer = court.client().ask("GET", &path, &HTML, b"");
    assert!(answer.text().contains("浙F12345"), "{}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(
        !page(&court, &format!("/w/{id}")).contains("浙F12345"),
        "it is not kept"
    );
    // Another sealed value, one that was made up, and none at all open nothing.
    for other in [driver.as_str(), "WyJhIiwidmVoaWNsZSIsbnVsbF0", "AAAA"] {
        let shown = page(&court, &format!("/w/{id}?v={other}"));
        assert!(shown.contains("与签名的记录不符"), "{shown}");
    }
    let hostile = page(&court, &format!("/w/{id}?v=%22%3E%3Cscript%3E"));
    assert!(!hostile.contains("script>\""), "{hostile}");

    let link = format!("https://zhejiang.shisu.example/w/{id}");
    let square = court
        .client()
        .ask("GET", &format!("/w/{id}/qr.svg"), &[], b"");
    assert_eq!(says(square.text()), link);
    let square = court
        .client()
        .ask("GET", &format!("/w/{id}/qr.svg?v={vehicle}"), &[], b"");
    assert_eq!(square.header("cache-control"), Some("no-store"));
    assert_eq!(says(square.text()), format!("{link}?v={vehicle}"));
}

fn the_page_follows_the_shipment(place: Place) {
    let mut court = Court::new(place);
    let sent = sent(&mut court);
    let id = sent.record.id;
    let path = format!("/w/{id}");
    let now = court.host.town.world.now;
    let picked = json!({"dispatch": id, "at": now, "seals_intact": false, "temp_c": "4.5"});
    court.host.put("carrier", &Draft::new("pick_up", picked));
    let shown = page(&court, &path);
    assert!(
        shown.contains("取货时破损或不符") && shown.contains("4.5 °C"),
        "{shown}"
    );

    // A minute ago is now; after a quarter of an hour without a word nobody knows any more.
    assert!(shown.contains("在要求范围内 · 最近读数 4.5 °C"), "{shown}");
    court.pass(15 * 60);
    assert!(page(&court, &path).contains("读数中断"));

    // Another vehicle, other seals: whoever looks at them compares with those.
    let reload = json!({
        "dispatch": id, "at": court.host.town.world.now, "reason": "breakdown", "seals": ["SEAL-0099"],
    });
    court.host.put("carrier", &Draft::new("hand_on", reload));
    let shown = page(&court, &path);
    assert!(
        shown.contains("<bdi>SEAL-0099</bdi><br>途中换封,发货时:<bdi>SEAL-0042</bdi>"),
        "{shown}"
    );
    let told = court.client().get(&format!("/v1/shipments/{id}")).json();
    assert_eq!(told["seals"], json!(["SEAL-0099"]));

    let now = court.host.town.world.now;
    let warm: Vec<(u64, &str)> = (0..40).map(|n| (now + n * 300, "21.5")).collect();
    court.pass(40 * 300);
    court.host.put("carrier", &observe(id, &warm));
    let shown = page(&court, &path);
    assert!(
        shown.contains("冷链")
            && shown.contains("超出范围")
            && shown.contains("超出要求范围 · 最近读数 21.5"),
        "{shown}"
    );

    court.host.put("regulator", &recall("t/LOT-2"));
    let shown = page(&court, &path);
    assert!(
        shown.contains("召回或封存的批次") && shown.contains("bar bad"),
        "{shown}"
    );

    court
        .host
        .put("shop", &receive(&[(&sent.line(1), "7.891")]));
    let shown = page(&court, &path);
    assert!(
        shown.contains("已签收") && !shown.contains("最近读数"),
        "{shown}"
    );
}

fn a_tank_shows_its_sheet_and_what_is_missing_of_it(place: Place) {
    let mut court = Court::new(place);
    let lot = crate::common::draft::create("t/OIL-1", "900", "KGM", "soybean_oil");
    let made = court.host.put("farm", &lot);
    let shop = court.host.town.world.sites["shop"].clone();
    let cleaned =
        json!({"method": "蒸汽清洗", "at": court.host.town.world.now, "certificate": "QX-1"});
    let sheet = |waybill: &str, sheet: serde_json::Value| {
        let draft = dispatch(&shop, &[(&made.line(1), "400")]).body("waybill", waybill);
        draft.body("bulk", sheet)
    };
    let whole = json!({
        "sheet": "LD-1", "kind": "edible_vegetable_oil", "permit": "ZY-1", "permit_valid_to": "2030-01-01",
        "container": "GT-<1>", "mark_checked": true, "previous_cargoes": ["vinegar", "没见过的油"],
        "cleaning": cleaned,
    });
    let sent = court.host.put("farm", &sheet("YD-T1", whole));
    let shown = page(&court, &format!("/w/{}", sent.record.id));
    for wanted in [
        "散装运输联单",
        "LD-1",
        "食用植物油",
        "ZY-1",
        "2030-01-01",
        "食醋",
        "没见过的油",
        "蒸汽清洗",
        "QX-1",
        "已查验",
    ] {
        assert!(shown.contains(wanted), "{wanted}: {shown}");
    }
    assert!(!shown.contains("GT-<1>"), "it is text: {shown}");
    let poor = json!({
        "sheet": "LD-2", "kind": "edible_vegetable_oil", "container": "GT-2", "mark_checked": false,
        "previous_cargoes": [],
    });
    let sent = court.host.put("farm", &sheet("YD-T2", poor));
    let shown = page(&court, &format!("/w/{}?lang=en", sent.record.id));
    let missing = shown
        .matches("<b class=\"warn\">none on record</b>")
        .count();
    assert_eq!(missing, 3, "{shown}");
    assert!(shown.contains("the mark for food only was not looked for"));
}

/// More records than were once looked at: two days of a recorder that reports every three minutes.
const REPORTS: usize = 1_010;

fn a_recorder_that_reports_all_the_way_hides_neither_what_was_warm_at_first_nor_the_receipt(
    place: Place,
) {
    let mut court = Court::new(place);
    let sent = sent(&mut court);
    let id = sent.record.id;
    let of_shipment = |court: &Court| court.client().get(&format!("/v1/shipments/{id}")).json();
    assert_eq!(of_shipment(&court)["course"], serde_json::Value::Null);

    let began = court.host.town.world.now;
    let mut reports = Vec::with_capacity(REPORTS);
    for n in 0..REPORTS {
        court.pass(180);
        let temp_c = if n == 3 { "11.5" } else { "4" };
        let report = observe(id, &[(court.host.town.world.now, temp_c)]);
        reports.push(court.host.town.sign("carrier", &report));
    }
    let answer = post_lines(&mut court.client(), &ndjson(&reports));
    assert_eq!(
        answer.text().matches("accepted").count(),
        REPORTS,
        "{}",
        answer.status
    );
    let shown = of_shipment(&court);
    let ended = began + 180 * u64::try_from(REPORTS).unwrap();
    assert_eq!(
        shown["course"],
        json!({
            "readings": REPORTS, "outside": 1, "gaps": 0, "min_c": "4", "max_c": "11.5",
            "first_at": began + 180, "last_at": ended, "last_c": "4", "cut": false,
        })
    );
    let all = page(&court, &format!("/w/{id}"));
    assert!(all.contains("在要求范围内 · 最近读数 4 °C"), "{all}");
    let way = format!("4 … 11.5 °C · 读数 {REPORTS} · 超出要求 1 · 断档 0");
    assert!(all.contains(&way), "{all}");

    court
        .host
        .put("shop", &receive(&[(&sent.line(1), "7.891")]));
    let shown = of_shipment(&court);
    let related = shown["related"].as_array().unwrap();
    assert!(related.iter().any(|one| one["kind"] == "receive"));
    assert_eq!(related.len(), 1_001, "the receipt and the newest readings");
    assert!(page(&court, &format!("/w/{id}")).contains("已签收"));
}

fn readings_of_other_times_are_none_of_the_journey_and_a_silent_recorder_is_named(place: Place) {
    let mut court = Court::new(place);
    let id = sent(&mut court).record.id;
    let path = format!("/w/{id}");
    // A recorder that was started in the office, and one whose clock is years ahead.
    let from = court.host.town.world.now;
    let picked = json!({"dispatch": id, "at": from, "temp_c": "3"});
    court.host.put("carrier", &Draft::new("pick_up", picked));
    court.host.put(
        "carrier",
        &observe(id, &[(from - 7_200, "22"), (4_070_908_800, "3")]),
    );
    let shown = page(&court, &path);
    assert!(
        shown.contains("3 … 3 °C · 读数 1 · 超出要求 0 · 断档 0"),
        "{shown}"
    );
    assert!(shown.contains("在要求范围内 · 最近读数 3 °C") && !shown.contains("2099"));
    let told = court.client().get(&format!("/v1/shipments/{id}")).json();
    assert_eq!(
        (&told["leg_from"], &told["leg_to"]),
        (&json!(from), &json!(null))
    );

    // The one in front falls silent after half an hour, the one in the rear reads on.
    court.pass(90 * 60);
    let every = |until: u64| {
        (0..=until)
            .map(|n| json!([from + n * 600, "3"]))
            .collect::<Vec<_>>()
    };
    let sensors = json!([{"device": "前<1>", "readings": every(3)}, {"device": "REAR", "readings": every(9)}]);
    let both = Draft::new("observe", json!({"dispatch": id, "sensors": sensors}));
    court.host.put("carrier", &both);
    let shown = page(&court, &path);
    assert!(shown.contains("在要求范围内 · 最近读数 3 °C"), "{shown}");
    let warning = shown
        .split("<b class=\"warn\"><bdi>前")
        .nth(1)
        .unwrap_or_default();
    assert!(
        warning.contains("起没有读数</b>") && !shown.contains("<bdi>REAR"),
        "{shown}"
    );
    assert!(!shown.contains("前<1>"), "it is text");
    assert!(page(&court, &format!("{path}?lang=en")).contains("no readings since "));
    // A program, and the driver's phone, are told the same.
    let told = court.client().get(&format!("/v1/shipments/{id}")).json();
    let last = json!({"standing": "in_range", "at": from + 5_400, "temp_c": "3"});
    assert_eq!(told["now"], last);
    let front = json!([{"sensor": "前<1>", "since": from + 1_800, "replaced_by": null}]);
    assert_eq!(told["fallen"], front);
}

fn after_a_change_of_vehicle_only_the_newest_plate_is_the_one_that_was_signed(place: Place) {
    let mut court = Court::new(place);
    let sent = sent(&mut court);
    let id = sent.record.id;
    let of = |put: &crate::town::Put| {
        let mut slots = put.record.slots.iter();
        let slot = slots.find(|slot| slot.field.name == "vehicle").unwrap();
        format!("/w/{id}?v={}", slot.opened.as_ref().unwrap().disclosure)
    };
    let now = court.host.town.world.now;
    let vehicle = |plate: &str| json!({"plate": plate, "colour": "2"});
    let (is_it, moved) = ("与签名的记录相符", "货物之后已换到另一辆车");

    let picked = Draft::new("pick_up", json!({"dispatch": id, "at": now}));
    let picked = court
        .host
        .put("carrier", &picked.body("vehicle", vehicle("浙F11111")));
    let shown = page(&court, &of(&sent));
    assert!(
        shown.contains("浙F12345") && shown.contains(is_it),
        "{shown}"
    );
    assert!(page(&court, &of(&picked)).contains(is_it));
    // Another driver goes on with the same vehicle.
    let reason = |reason: &str| json!({"dispatch": id, "at": now, "reason": reason});
    court
        .host
        .put("carrier", &Draft::new("hand_on", reason("driver_change")));
    assert!(page(&court, &of(&picked)).contains(is_it));

    let changed = Draft::new("hand_on", reason("breakdown"));
    let changed = court
        .host
        .put("carrier", &changed.body("vehicle", vehicle("浙F22222")));
    for old in [&sent, &picked] {
        let shown = page(&court, &of(old));
        assert!(shown.contains(moved) && !shown.contains(is_it), "{shown}");
    }
    let shown = page(&court, &of(&changed));
    assert!(shown.contains("浙F22222") && shown.contains(is_it) && !shown.contains(moved));
    // Into one that nobody named.
    court
        .host
        .put("carrier", &Draft::new("hand_on", reason("transfer")));
    assert!(page(&court, &of(&changed)).contains(moved));
}
