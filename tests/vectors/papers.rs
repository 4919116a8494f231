//! Papers of every kind that has particulars.

use crate::goods::HERD;
use crate::story::{Author, Story, canteen, farm, regulator, slaughterhouse};
use serde_json::{Value, json};

fn paper(story: &mut Story, name: &str, by: &Author, body: Value) {
    let about = json!([format!("lot/{HERD}")]);
    let mut claims = json!({"about": about, "body": body});
    if claims["body"]["standing"] == "transcribed" {
        let picture = "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg";
        claims["blobs"] = json!([{"hash": picture, "bytes": 120_000, "class": "trade"}]);
    }
    story.say(name, by, "certify", claims);
}

pub fn tell(story: &mut Story) {
    tell_quarantine(story);
    tell_other_papers(story);
    tell_tests(story);
}

fn tell_quarantine(story: &mut Story) {
    let detail = json!({"quarantine": {
        "form": "animal_b", "template": 2026, "subject": "猪", "purpose": "slaughter",
        "origin": "330421", "destination": "330421", "valid_days": 1, "disinfection": "过氧乙酸",
        "ear_tags": ["133042100000017", "133042100000018"], "mark_number": "0000017",
    }});
    let body = json!({
        "kind": "animal_quarantine", "standing": "issued", "number": "3300000017",
        "issuer": "示例动物卫生监督所", "issuer_party": regulator().party,
        "issued_in": "330000", "issued_on": "2026-11-20", "valid_until": "2026-11-21",
        "passed": true, "uom": "HEA", "spender": farm().site, "detail": detail,
        "certified": "128",
        "person": {"name": "某兽医", "licence": "示例-4"},
        "vehicle": {"plate": "浙FA123挂", "colour": "2", "trailer": "浙FB123挂"},
        "places": {"load": "嘉善县示例村", "unload": "嘉善县示例路 18 号"},
    });
    paper(story, "certify_quarantine_issued", &regulator(), body);
}

fn tell_other_papers(story: &mut Story) {
    let detail =
        json!({"farm_certificate": {"form": "producer", "basis": ["control", "self_test"]}});
    let body = json!({
        "kind": "farm_certificate", "standing": "issued", "number": "CN-2026-17",
        "issuer": "嘉善示例生猪养殖专业合作社", "issued_in": "330000",
        "issued_on": "2026-11-20", "detail": detail,
    });
    paper(
        story,
        "certify_farm_certificate_with_null_values",
        &farm(),
        body,
    );
    let detail = json!({"meat_inspection": {
        "slaughter_code": "A33040001", "slaughtered_on": "2026-11-21",
        "sow_or_late_castrate": true, "items": ["旋毛虫", "淋巴结"],
    }});
    let body = json!({
        "kind": "meat_inspection", "standing": "transcribed", "number": "RP-17",
        "issuer": "示例屠宰厂", "issued_in": "330000", "issued_on": "2026-11-21",
        "detail": detail, "certified": "0",
    });
    paper(
        story,
        "certify_meat_inspection_transcribed",
        &canteen(),
        body,
    );
    let detail = json!({"customs": {"port": "上海洋山", "foreign_batch": "NZ-0501"}});
    let body = json!({
        "kind": "customs", "standing": "confirmed", "number": "310100026000017",
        "issuer": "示例海关", "issued_in": "310000", "issued_on": "2026-11-02",
        "confirmed": {"source": "示例单一窗口", "at": 1_795_226_400}, "detail": detail,
    });
    paper(story, "certify_customs_confirmed", &slaughterhouse(), body);
    let detail = json!({"bulk_permit": {"container": "沪A12345挂 罐1"}});
    let body = json!({
        "kind": "bulk_liquid_permit", "standing": "transcribed", "number": "ZY-17",
        "issuer": "示例市监局", "issued_in": "320000", "issued_on": "2026-11-02",
        "detail": detail,
    });
    paper(story, "certify_bulk_permit", &slaughterhouse(), body);
}

fn tell_tests(story: &mut Story) {
    let detail = json!({"test": {
        "sample_number": "XBJ-17", "basis": "GB 2763", "cma": "230000000017",
        "inhibition_rate_pct": "12.5",
        "items": [{"name": "克伦特罗", "result": "未检出", "limit": "不得检出", "passed": true}],
        "remark": "仅对来样负责。",
    }});
    let body = json!({
        "kind": "rapid_test", "standing": "issued", "number": "KJ-17", "issuer": "示例快检室",
        "issued_in": "310000", "issued_on": "2026-11-21", "passed": false, "detail": detail,
    });
    paper(story, "certify_test", &canteen(), body);
}
