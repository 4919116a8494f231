//! Sales, ends, counts, and what authorities say.

use crate::goods::CUTS;
use crate::shipment::Stock;
use crate::story::{Author, Story, canteen, line, node, regulator, slaughterhouse};
use serde_json::{Value, json};

fn say(story: &mut Story, name: &str, by: &Author, claims: Value) -> String {
    story.say(name, by, name, claims)
}

pub fn tell(story: &mut Story, stock: &Stock) {
    tell_ends(story, stock);
    tell_inspection(story, stock);
    tell_recall(story, stock);
}

fn tell_ends(story: &mut Story, stock: &Stock) {
    let of = Some((stock.record.as_str(), stock.line));
    let body = json!({
        "channel": "trade", "sold_on": "2026-11-22", "terms": "现金 238.00 元",
        "on_behalf_of": "NH-330421-0000174",
        "buyer": {
            "name": "示例小吃店", "address": "青浦区示例街5号", "contact": "000-00000001",
            "licence": "JY23304210000022",
        },
    });
    let moves = json!([line(1, "out", CUTS, of, ("10", "KGM"))]);
    say(
        story,
        "sell",
        &canteen(),
        json!({"moves": moves, "body": body}),
    );
    let moves = json!([line(1, "out", CUTS, of, ("300", "KGM"))]);
    let body = json!({"channel": "diner", "sold_on": "2026-11-22"});
    story.say(
        "sell_with_all_values_null",
        &canteen(),
        "sell",
        json!({"moves": moves, "body": body}),
    );
    let body = json!({
        "method": "rendered", "reason": "expired", "at": story.now(),
        "on_behalf_of": "NH-330421-0000174",
        "person": {"name": "某见证人"}, "places": {"load": "食堂后厨", "unload": "示例处理厂"},
    });
    let moves = json!([line(1, "out", CUTS, of, ("0.5", "KGM"))]);
    say(
        story,
        "dispose",
        &canteen(),
        json!({"moves": moves, "body": body}),
    );
    let body = json!({
        "at": story.now(), "counted": [{"of": [stock.record, 1], "amount": "90"},
            {"of": [stock.record, 2], "amount": "0"}],
        "on_behalf_of": "NH-330421-0000174",
    });
    let moves = json!([line(500, "out", CUTS, of, ("0.000001", "KGM"))]);
    say(
        story,
        "count",
        &canteen(),
        json!({"moves": moves, "body": body}),
    );
}

fn tell_inspection(story: &mut Story, stock: &Stock) {
    let subjects = json!([
        format!("lot/{CUTS}"),
        format!("lot@{}/{CUTS}", stock.record),
        format!("site/{}", canteen().site.unwrap()),
        format!("record/{}", stock.record),
    ]);
    let body = json!({
        "mode": "unannounced", "at": story.now(), "passed": false,
        "items": ["留样", "温度记录"], "note": "留样不足 125 克", "on_behalf_of": "NH-330421-0000174",
    });
    say(
        story,
        "inspect",
        &regulator(),
        json!({"about": subjects, "body": body}),
    );
    let body =
        json!({"reason": "failed_test", "document": "(沪青)市监封〔2026〕17号", "note": "待复检"});
    let hold = say(
        story,
        "hold",
        &regulator(),
        json!({"about": subjects, "body": body}),
    );
    let body = json!({"hold": hold, "note": null});
    say(
        story,
        "release",
        &regulator(),
        json!({"about": subjects, "body": body}),
    );
}

fn tell_recall(story: &mut Story, stock: &Stock) {
    let subjects = json!([format!("lot/{CUTS}")]);
    let body = json!({
        "number": "ZH-2026-17", "level": "1", "policy": "recall-2015", "form": "ordered",
        "known_at": story.now() - 3600, "product": "冷鲜五花肉", "hazard": "检出示例物质。",
        "regions": ["330000", "310118"], "advice": "请停止食用并退回购买处。", "note": "内部备注",
        "on_behalf_of": "NH-330421-0000174",
    });
    let recall = say(
        story,
        "recall",
        &slaughterhouse(),
        json!({"about": subjects, "body": body}),
    );
    let body = json!({
        "recall": recall, "summary": "召回 310.5 千克,处置完毕。",
        "on_behalf_of": "NH-330421-0000174",
    });
    say(
        story,
        "close_recall",
        &slaughterhouse(),
        json!({"body": body}),
    );
    let body = json!({
        "record": stock.record, "reason": "typing",
        "members": [{"member": "/body/temp_c", "value": "3.8"}], "note": "手误",
        "on_behalf_of": "NH-330421-0000174",
    });
    say(story, "correct", &canteen(), json!({"body": body}));
    let body = json!({"at": story.now(), "rules": "r", "peers": []});
    story.say(
        "beat_with_an_empty_list",
        &node(),
        "beat",
        json!({"body": body}),
    );
}
