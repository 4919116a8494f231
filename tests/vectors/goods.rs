//! Records that bring goods in and make them into others.

use crate::shipment::Stock;
use crate::story::{Story, farm, line, slaughterhouse};
use serde_json::json;

/// The herd that leaves the farm.
pub const HERD: &str = "t/JX-2026-117";
/// The carcasses, a lot with a GTIN.
pub const CARCASSES: &str = "01/09520001123450/10/ZT20261121";
/// The cuts, whose batch number has characters that are percent-encoded.
pub const CUTS: &str = "01/09520001123467/22/2A/10/ABC%26%2B123/21/1%2F2";

/// The farm raises pigs; returns the record that is the herd's origin.
pub fn tell_farm(story: &mut Story) -> String {
    let body = json!({
        "kind": "veterinary_drug", "name": "示例疫苗", "source": "示例兽药经营部",
        "code": "202611190123412345678901", "usage": "肌肉注射", "dose": "2 毫升/头",
        "plot": "3号舍", "from": "2026-08-01", "until": "2026-08-02", "interval_days": 28,
        "on_behalf_of": "NH-330421-0000174",
        "note": "按说明书使用",
    });
    story.say("use_input", &farm(), "use_input", json!({"body": body}));
    let lot = json!({
        "n": 1, "class": "live_pig", "name": "生猪", "variety": "嘉兴黑猪杂交", "spec": "约 110 千克/头",
        "brand": "示例牌", "batch": "2026-117", "aliases": ["117", "三号舍出栏"],
        "standard": "GB/T 17824", "licence": "示例-3", "made_on": "2026-11-20",
        "best_before": "2026-12-20", "origin": "330421",
    });
    let body = json!({
        "how": "herd", "lots": [lot], "plot": "3号舍",
        "health_record": "出栏前观察15天,未见异常。",
        "on_behalf_of": "NH-330421-0000174", "note": "🐖 第一批 \"出栏\" \\ 备注",
    });
    let moves = json!([line(1, "in", HERD, None, ("120", "HEA"))]);
    let herd = story.say(
        "create",
        &farm(),
        "create",
        json!({"moves": moves, "body": body}),
    );
    let moves = json!([line(1, "in", HERD, Some((&herd, 1)), ("8", "HEA"))]);
    story.say(
        "create_more_of_a_lot_by_its_origin",
        &farm(),
        "create",
        json!({"moves": moves, "body": {"how": "herd"}}),
    );
    tell_entries(story);
    herd
}

fn tell_entries(story: &mut Story) {
    let lot = json!({
        "n": 999, "class": "frozen_meat_imported", "name": "冷冻牛肉", "made_on": "2026-05-01",
        "best_before": "2028-05-01", "country": "NZ", "temp_min_c": "-30", "temp_max_c": "-18",
    });
    let import = json!({
        "port": "上海洋山", "customs_number": "222920261000000017",
        "exporter": "Example Meats Ltd", "entered_on": "2026-11-01",
    });
    let body = json!({
        "lots": [lot], "received_on": "2026-11-19",
        "checked": ["licence", "conformity", "voucher", "chinese_label", "customs"],
        "import": import,
        "supplier": {
            "name": "示例进口商行", "address": "上海市示例路2号", "contact": "某丙 000-0000",
            "licence": "JY13301080111719",
        },
        "on_behalf_of": "NH-330421-0000174", "note": null,
    });
    let moves = json!([line(999, "in", "t/NZ-BEEF-0501", None, ("0.000001", "TNE"))]);
    story.say(
        "enter",
        &slaughterhouse(),
        "enter",
        json!({"moves": moves, "body": body, "blobs": [
            {"hash": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", "bytes": 20_971_520, "class": "trade"},
            {"hash": "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg", "bytes": 4, "class": "personal"},
            {"hash": "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0", "bytes": 3, "class": "record"},
        ]}),
    );
    let label = json!({
        "brand": "示例散装白酒", "ingredients": "水、高粱", "abv_pct": "52.5", "flow": "浙江省内",
    });
    let lot = json!({
        "n": 1, "class": "baijiu", "name": "散装白酒", "made_on": "2026-10-01",
        "origin": "330421", "bulk_label": label,
    });
    let moves = json!([line(1, "in", "t/BJ-2026", None, ("1000000000000", "MLT"))]);
    story.say(
        "enter_with_null_values",
        &slaughterhouse(),
        "enter",
        json!({"moves": moves, "body": {"lots": [lot], "received_on": "2026-11-19"}}),
    );
}

/// The slaughterhouse makes carcasses and then cuts; returns the record and line of the cuts.
pub fn tell_plant(story: &mut Story, pigs: &Stock) -> Stock {
    let lot = json!({
        "n": 2, "class": "pork_carcass", "name": "猪白条", "made_on": "2026-11-21",
        "origin": "330421",
    });
    let moves = json!([
        line(
            1,
            "out",
            HERD,
            Some((&pigs.record, pigs.line)),
            ("110", "HEA")
        ),
        line(2, "in", CARCASSES, None, ("8030.25", "KGM")),
    ]);
    let body = json!({
        "operation": "slaughter", "lots": [lot], "owner": farm().party, "note": "代宰",
        "on_behalf_of": "NH-330421-0000174",
    });
    let carcasses = story.say(
        "transform_slaughter",
        &slaughterhouse(),
        "transform",
        json!({"moves": moves, "body": body}),
    );
    let lot = json!({
        "n": 7, "class": "pork_cut", "name": "冷鲜五花肉", "spec": "5千克/箱", "made_on": "2026-11-21",
        "best_before": "2026-11-28", "temp_min_c": "0", "temp_max_c": "4", "origin": "330421",
        "licence": "SC10433042100018",
    });
    let moves = json!([
        line(
            1,
            "out",
            CARCASSES,
            Some((&carcasses, 2)),
            ("8030.25", "KGM")
        ),
        line(7, "in", CUTS, None, ("7999.123456", "KGM")),
    ]);
    let body = json!({"operation": "cut", "lots": [lot], "replaces": CARCASSES});
    let record = story.say(
        "transform_with_all_values_null",
        &slaughterhouse(),
        "transform",
        json!({"moves": moves, "body": body}),
    );
    Stock { record, line: 7 }
}
