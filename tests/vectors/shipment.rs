//! Two shipments: pigs to the slaughterhouse, and meat in a cooled lorry to a canteen.

use crate::goods::{CUTS, HERD};
use crate::story::{Story, canteen, carrier, farm, line, slaughterhouse};
use serde_json::{Value, json};

/// A credit: the record and line that brought goods in.
pub struct Stock {
    /// The record.
    pub record: String,
    /// The line.
    pub line: u16,
}

/// The farm sends pigs in its own vehicle, and the slaughterhouse receives most of them.
pub fn tell_pigs(story: &mut Story, herd: &str) -> Stock {
    let body = json!({
        "waybill": "YD-2026-0017", "consignee": slaughterhouse().site, "transport": "own",
        "load_county": "330421", "unload_county": "330421", "places": null,
    });
    let moves = json!([line(1, "out", HERD, Some((herd, 1)), ("112", "HEA"))]);
    let dispatch = story.say(
        "dispatch_with_all_values_null",
        &farm(),
        "dispatch",
        json!({"moves": moves, "body": body}),
    );
    let body = json!({
        "dispatch": dispatch, "at": story.now(), "check": "accept_with_note",
        "reasons": [
            {"code": "paper_only_transcribed", "check": "accept_with_note", "paper": "animal_quarantine"},
            {"code": "differences", "check": "accept_with_note", "lines": [3]},
        ],
        "differences": [{"n": 3, "short": "1", "damaged": "0", "refused": "1", "reason": "quality"}],
        "note": "一头途中死亡，一头拒收。", "on_behalf_of": "NH-330421-0000174",
    });
    let moves = json!([line(3, "in", HERD, Some((&dispatch, 1)), ("110", "HEA"))]);
    let record = story.say(
        "receive_with_differences",
        &slaughterhouse(),
        "receive",
        json!({"moves": moves, "body": body}),
    );
    tell_settlement(story, &dispatch, &record);
    Stock { record, line: 3 }
}

fn tell_settlement(story: &mut Story, dispatch: &str, receipt: &str) {
    let body = json!({
        "dispatch": dispatch, "receipt": receipt,
        "lines": [{"n": 1, "outcome": "taken_back"}, {"n": 2, "outcome": "lost"}],
        "note": "已核对", "on_behalf_of": "NH-330421-0000174",
    });
    let moves = json!([
        line(1, "in", HERD, Some((dispatch, 1)), ("1", "HEA")),
        line(2, "out", HERD, Some((dispatch, 1)), ("1", "HEA")),
    ]);
    story.say(
        "settle",
        &farm(),
        "settle",
        json!({"moves": moves, "body": body}),
    );
}

fn full_dispatch() -> Value {
    let cleaning = json!({
        "method": "蒸汽清洗", "at": 1_795_226_400, "county": "330421", "certificate": "QX-17",
    });
    json!({
        "waybill": "YD-2026-0018", "consignee": canteen().site, "carrier": carrier().party,
        "transport": "carrier", "load_county": "330421", "unload_county": "310118",
        "departs_at": 1_795_240_000, "temp_min_c": "0", "temp_max_c": "4", "precool_c": "3.5",
        "cleaning": cleaning, "seals": ["F-0001", "F-0002"],
        "on_behalf_of": "NH-330421-0000174",
        "bulk": {
            "sheet": "LD-17", "kind": "soybean_oil", "permit": "ZY-17",
            "permit_valid_to": "2027-11-01", "container": "罐1", "mark_checked": true,
            "previous_cargoes": ["soybean_oil"], "cleaning": cleaning,
            "health_certificates": true, "sample_kept": true,
        },
        "vehicle": {"plate": "苏E8H3K9", "colour": "2"},
        "driver": {"name": "某司机", "phone": "000-00000000", "licence": "示例-5"},
        "places": {"load": "嘉善县示例路 18 号", "unload": "青浦区示例路 3 号后门"},
        "terms": "单价 23.80 元/千克,月结",
    })
}

/// A carrier brings meat to the canteen, changing the lorry on the way.
pub fn tell_cuts(story: &mut Story, cuts: &Stock) -> Stock {
    let moves = json!([
        line(
            1,
            "out",
            CUTS,
            Some((&cuts.record, cuts.line)),
            ("400.5", "KGM")
        ),
        line(
            2,
            "out",
            CUTS,
            Some((&cuts.record, cuts.line)),
            ("0.5", "KGM")
        ),
    ]);
    let dispatch = story.say(
        "dispatch_with_every_member",
        &slaughterhouse(),
        "dispatch",
        json!({"moves": moves, "refs": [cuts.record], "body": full_dispatch()}),
    );
    tell_legs(story, &dispatch);
    let body = json!({
        "dispatch": dispatch, "at": story.now(), "temp_c": "3.9", "seals_intact": true,
        "check": "accept", "differences": [],
    });
    let moves = json!([
        line(1, "in", CUTS, Some((&dispatch, 1)), ("400.5", "KGM")),
        line(2, "in", CUTS, Some((&dispatch, 2)), ("0.5", "KGM")),
    ]);
    let record = story.say(
        "receive",
        &canteen(),
        "receive",
        json!({"moves": moves, "body": body}),
    );
    Stock { record, line: 1 }
}

fn tell_legs(story: &mut Story, dispatch: &str) {
    let body = json!({
        "dispatch": dispatch, "at": story.now(), "seals_intact": true, "temp_c": "-0.5",
        "vehicle": {"plate": "苏E8H3K9", "colour": "2"}, "driver": {"name": "某司机"},
    });
    story.say("pick_up", &carrier(), "pick_up", json!({"body": body}));
    let at = story.now();
    let sensor = json!({
        "device": "TH-0017", "calibrated_until": "2027-03-31", "position": "return_air",
        "readings": [[at, "3.1"], [at + 300, "3.25", "85"], [at + 600, "-0.000001", null, true],
            [at + 900, "4", "85.5", false]],
    });
    let hash = "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg";
    let body = json!({
        "dispatch": dispatch, "sensors": [sensor, {"device": "未校准-2", "readings": []}],
        "track_commitment": {"hash": hash, "count": 2, "first": at, "last": at + 900},
        "track": "30.84,120.92 30.85,120.95",
    });
    story.say("observe_leg", &carrier(), "observe", json!({"body": body}));
    let body = json!({
        "zone": "预冷间",
        "sensors": [{"device": "TH-0018", "readings": [[at, "2"]]}],
    });
    story.say(
        "observe_zone",
        &slaughterhouse(),
        "observe",
        json!({"body": body}),
    );
    let body = json!({
        "dispatch": dispatch, "at": story.now(), "reason": "breakdown", "to": carrier().party,
        "seals": ["F-0003"], "temp_c": "4",
        "vehicle": {"plate": "浙A12345D", "colour": "93"}, "driver": {"name": "某司机二"},
        "note": "原车故障",
    });
    story.say("hand_on", &carrier(), "hand_on", json!({"body": body}));
    let body =
        json!({"dispatch": dispatch, "at": story.now(), "seals_intact": false, "temp_c": "4"});
    story.say("deliver", &carrier(), "deliver", json!({"body": body}));
}
