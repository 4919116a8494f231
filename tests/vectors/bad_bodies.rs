//! Bodies that speak of lines which no record has, and a paper with the particulars of another.

use crate::bad_claims::{self, SOME_ID};
use crate::records::Bad;
use crate::tools::salts;
use serde_json::{Value, json};
use shisu::core::record::author;

/// A record of `kind` whose body says `body`, with `value` at `pointer` of the sealed payload, said anew or added.
fn other(name: &str, kind: &str, body: Value, pointer: &str, value: Value) -> Bad {
    let mut claims = bad_claims::claims();
    claims["type"] = json!(kind);
    claims["body"] = body;
    let (mut payload, disclosures) = author::seal(claims, &mut salts("bad")).unwrap();
    let (object, member) = pointer.rsplit_once('/').unwrap();
    payload.pointer_mut(object).unwrap()[member] = value;
    let payload = payload.to_string();
    bad_claims::bad(
        name,
        "malformed",
        bad_claims::signed(payload.as_bytes(), &disclosures),
    )
}

/// All of them.
pub fn all() -> Vec<Bad> {
    let lot = json!({"n": 1, "class": "tomato", "name": "示例产品", "made_on": "2026-11-20"});
    let enter = json!({"lots": [lot], "received_on": "2026-11-22"});
    let settle = json!({
        "dispatch": SOME_ID, "receipt": SOME_ID, "lines": [{"n": 1, "outcome": "lost"}],
    });
    let paper = json!({
        "kind": "customs", "standing": "issued", "number": "NO-1", "issuer": "示例海关",
        "issued_in": "310000", "issued_on": "2026-11-20",
        "detail": {"customs": {"port": "示例口岸"}},
    });
    let transform =
        json!({"operation": "pack", "lots": [lot], "on_behalf_of": "NH-330421-0000174"});
    let pick_up = json!({"dispatch": SOME_ID, "at": 1_795_226_400, "seals_intact": true});
    vec![
        other(
            "on_behalf_of_nobody_by_number",
            "transform",
            transform,
            "/body/on_behalf_of",
            json!("NH-330421-0000175"),
        ),
        other(
            "on_behalf_of_where_nobody_is_signed_for",
            "pick_up",
            pick_up,
            "/body/on_behalf_of",
            json!("NH-330421-0000174"),
        ),
        other(
            "lot_of_line_0",
            "enter",
            enter.clone(),
            "/body/lots/0/n",
            json!(0),
        ),
        other(
            "lot_of_line_1000",
            "enter",
            enter,
            "/body/lots/0/n",
            json!(1000),
        ),
        other(
            "outcome_of_line_0",
            "settle",
            settle.clone(),
            "/body/lines/0/n",
            json!(0),
        ),
        other(
            "outcome_of_line_1000",
            "settle",
            settle,
            "/body/lines/0/n",
            json!(1000),
        ),
        other(
            "paper_with_the_detail_of_another_kind",
            "certify",
            paper,
            "/body/kind",
            json!("test_report"),
        ),
    ]
}
