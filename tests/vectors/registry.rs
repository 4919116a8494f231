//! Records of the node and the registrar.

use crate::story::{Story, carrier, farm, node, registrar, slaughterhouse};
use crate::tools::{LOG, jwk, key};
use serde_json::json;
use shisu::core::ids::PartyId;
use shisu::core::log::{NoteSigner, Origin};
use shisu::core::record::{Jwk, PossessionProof};

/// Version of the rule tables in force, as beats name it.
const RULES: &str = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

fn proof(of: &str, party: &str) -> PossessionProof {
    let (log, party) = (Origin::new(LOG).unwrap(), PartyId::parse(party).unwrap());
    PossessionProof::sign(&key(of), &log, &party)
}

pub fn tell(story: &mut Story) {
    tell_beats(story);
    tell_parties(story);
    tell_sites(story);
    tell_keys(story);
}

fn tell_beats(story: &mut Story) {
    let log_key = NoteSigner::new(Origin::new(LOG).unwrap(), key("log")).unwrap();
    let genesis = json!({
        "node_key": jwk(&node().key()),
        "log_key": log_key.verifier_key().to_string(),
        "province": "330000",
        "registrar": registrar().party,
        "registrar_name": "示例省级登记机构",
        "registrar_key": jwk(&registrar().key()),
    });
    let body = json!({"at": story.now(), "rules": RULES, "genesis": genesis});
    story.say("beat_genesis", &node(), "beat", json!({"body": body}));
    let peers = json!([
        {"log": "shanghai.shisu.example/log", "size": 9_007_199_254_740_991_u64},
        {"log": "jiangsu.shisu.example/log", "size": 0},
    ]);
    let body = json!({"at": story.now(), "rules": RULES, "peers": peers});
    story.say("beat", &node(), "beat", json!({"body": body}));
}

fn tell_parties(story: &mut Story) {
    let body = json!({
        "party": farm().party,
        "kind": "coop",
        "name": "嘉善示例生猪养殖专业合作社",
        "county": "330421",
        "licences": [
            {"kind": "animal_epidemic_prevention", "number": "(浙嘉)动防合字第20260017号"},
            {"kind": "other", "number": "示例-1", "valid_to": "2028-12-31"},
        ],
        "gln": "9520001000010",
        "risk_grade": "A",
        "insurance_policy": "SZX-2026-000017",
        "person": {"name": "某甲", "phone": "00000000000", "licence": "示例-2"},
        "identity": "证件号示例 000000",
        "address": "嘉善县示例镇示例村1号",
    });
    story.say(
        "register_party",
        &registrar(),
        "register_party",
        json!({"body": body}),
    );
    let body = json!({
        "party": "NH-330421-0000174", "kind": "smallholder", "county": "330421",
        "agent": farm().party,
        "person": {"name": "某乙"},
    });
    story.say(
        "register_party_smallholder_with_null_values",
        &registrar(),
        "register_party",
        json!({"body": body}),
    );
}

fn tell_sites(story: &mut Story) {
    let body = json!({
        "site": slaughterhouse().site,
        "party": slaughterhouse().party,
        "kind": "slaughter_line",
        "name": "示例屠宰厂一号线",
        "county": "330421",
        "licence": {"kind": "slaughter", "number": "示例屠准字-1", "valid_to": "2031-06-30"},
        "filing": {"number": "浙储备-0017", "filed_on": "2026-03-01"},
        "zones": [
            {"zone": "预冷间", "temp_min_c": "-1", "temp_max_c": "4"},
            {"zone": "待宰圈"},
        ],
        "open": true,
        "safety_director": "分管质量的副总经理",
        "safety_officer": "品控部主管",
        "address": "嘉善县示例路 18 号",
    });
    story.say(
        "register_site",
        &registrar(),
        "register_site",
        json!({"body": body}),
    );
}

fn tell_keys(story: &mut Story) {
    let body = json!({
        "party": farm().party,
        "sites": [farm().site],
        "role": "admin",
        "jwk": jwk(&farm().key()),
        "from": 1_795_226_400,
        "until": 1_826_762_400,
        "proof": proof("farm", &farm().party),
        "person": {"name": "某甲", "phone": "00000000000"},
    });
    story.say("add_key", &registrar(), "add_key", json!({"body": body}));
    let body = json!({
        "party": carrier().party,
        "role": "driver",
        "jwk": jwk(&carrier().key()),
        "from": 1_795_226_400,
        "proof": proof("carrier", &carrier().party),
    });
    story.say(
        "add_key_for_every_site",
        &registrar(),
        "add_key",
        json!({"body": body}),
    );
    let body = json!({
        "key": Jwk::of(&key("lost phone")).kid(),
        "reason": "lost",
        "suspect_since": 1_795_140_000,
    });
    story.say(
        "revoke_key",
        &registrar(),
        "revoke_key",
        json!({"body": body}),
    );
}
