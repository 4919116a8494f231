//! Claims in the open form, with what most tests do not care about filled in.

use serde_json::{Map, Value, json};
use shisu::core::record::RecordId;

/// What an author is about to say.
#[derive(Debug, Clone)]
pub struct Draft(Map<String, Value>);

/// A line of an admitted record that others can cite.
#[derive(Debug, Clone)]
pub struct Line {
    /// The record.
    pub record: RecordId,
    /// Number of the line.
    pub n: u16,
    /// Its lot.
    pub lot: String,
    /// Its unit.
    pub uom: String,
}

impl Draft {
    /// A record of `kind` that says `body`.
    pub fn new(kind: &str, body: Value) -> Self {
        let mut claims = Map::new();
        claims.insert("type".into(), json!(kind));
        claims.insert("body".into(), body);
        Self(claims)
    }

    /// The claims as far as they are said.
    pub fn claims(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Says `member` in place of what is usual.
    pub fn set(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.0.insert(member.into(), value.into());
        self
    }

    /// Says `member` of the body.
    pub fn body(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.0["body"][member] = value.into();
        self
    }

    /// Says `member` of line `n`.
    pub fn line(mut self, n: u64, member: &str, value: impl Into<Value>) -> Self {
        let lines = self.0["moves"].as_array_mut().unwrap();
        let line = lines.iter_mut().find(|line| line["n"] == n).unwrap();
        line[member] = value.into();
        self
    }

    /// Adds lines.
    pub fn moves(mut self, lines: Vec<Value>) -> Self {
        let moves = self.0.entry("moves").or_insert_with(|| json!([]));
        moves.as_array_mut().unwrap().extend(lines);
        self
    }

    /// Relies on other records.
    pub fn refs(self, records: &[RecordId]) -> Self {
        self.set("refs", json!(records))
    }

    /// Is about lots.
    pub fn about(self, subjects: &[String]) -> Self {
        self.set("about", json!(subjects))
    }
}

/// A line that brings a new lot in.
pub fn bring(n: u16, lot: &str, quantity: &str, uom: &str) -> Value {
    json!({"n": n, "op": "in", "lot": lot, "uom": uom, "quantity": quantity})
}

/// A line with `op` that answers another.
pub fn answer(n: u16, op: &str, of: &Line, quantity: &str) -> Value {
    json!({
        "n": n, "op": op, "lot": of.lot, "of": (of.record, of.n), "uom": of.uom,
        "quantity": quantity,
    })
}

/// What a new lot on line `n` is.
pub fn lot_info(n: u16, class: &str) -> Value {
    json!({"n": n, "class": class, "name": "示例产品", "made_on": "2026-11-20"})
}

fn debits(lines: &[(&Line, &str)]) -> Vec<Value> {
    let numbered = (1..).zip(lines);
    numbered
        .map(|(n, (of, quantity))| answer(n, "out", of, quantity))
        .collect()
}

/// A harvest of one lot.
pub fn create(lot: &str, quantity: &str, uom: &str, class: &str) -> Draft {
    let body = json!({"how": "harvest", "lots": [lot_info(1, class)]});
    Draft::new("create", body).moves(vec![bring(1, lot, quantity, uom)])
}

/// A second harvest day of the lot that begins at `origin`.
pub fn add_to(origin: &Line, quantity: &str) -> Draft {
    Draft::new("create", json!({"how": "harvest"})).moves(vec![answer(1, "in", origin, quantity)])
}

/// Goods of a supplier who is not enrolled.
pub fn enter(lot: &str, quantity: &str, uom: &str, class: &str) -> Draft {
    let body = json!({"lots": [lot_info(1, class)], "received_on": "2026-11-22"});
    Draft::new("enter", body).moves(vec![bring(1, lot, quantity, uom)])
}

/// A shipment in the sender's own vehicle.
pub fn dispatch(consignee: &str, lines: &[(&Line, &str)]) -> Draft {
    let body = json!({
        "waybill": "YD-1", "consignee": consignee, "transport": "own",
        "load_county": "330421", "unload_county": "330421",
    });
    Draft::new("dispatch", body).moves(debits(lines))
}

/// A receipt of dispatch lines, with what was accepted of each.
pub fn receive(lines: &[(&Line, &str)]) -> Draft {
    let body = json!({
        "dispatch": lines[0].0.record, "at": super::world::BEGINNING, "check": "accept",
        "differences": [],
    });
    let numbered = (1..).zip(lines);
    let moves = numbered.map(|(n, (sent, accepted))| answer(n, "in", sent, accepted));
    Draft::new("receive", body).moves(moves.collect())
}

/// What differed on line `n` of a receipt.
pub fn difference(n: u16, short: &str, damaged: &str, refused: &str) -> Value {
    json!({"n": n, "short": short, "damaged": damaged, "refused": refused, "reason": "other"})
}

/// What became of `quantity` that was disputed on a line of a receipt of `dispatch`.
pub fn settle(dispatch: RecordId, received: &Line, quantity: &str, outcome: &str) -> Draft {
    let op = if outcome == "taken_back" { "in" } else { "out" };
    let body = json!({
        "dispatch": dispatch, "receipt": received.record,
        "lines": [{"n": 1, "outcome": outcome}],
    });
    Draft::new("settle", body).moves(vec![answer(1, op, received, quantity)])
}

/// What became of `quantity` of a dispatch line that nobody received.
pub fn settle_unreceived(sent: &Line, quantity: &str, outcome: &str) -> Draft {
    settle(sent.record, sent, quantity, outcome)
}

/// Makes one lot out of others: inputs are lines 1 and up, the output is line 100.
pub fn transform(operation: &str, inputs: &[(&Line, &str)], output: (&str, &str, &str)) -> Draft {
    let (lot, quantity, class) = output;
    let body = json!({"operation": operation, "lots": [lot_info(100, class)]});
    Draft::new("transform", body)
        .moves(debits(inputs))
        .moves(vec![bring(100, lot, quantity, "KGM")])
}

/// A day's sales to consumers.
pub fn sell(lines: &[(&Line, &str)]) -> Draft {
    let body = json!({"channel": "consumer", "sold_on": "2026-11-22"});
    Draft::new("sell", body).moves(debits(lines))
}

/// Goods destroyed.
pub fn dispose(lines: &[(&Line, &str)]) -> Draft {
    let body = json!({"method": "destroyed", "reason": "spoiled", "at": super::world::BEGINNING});
    Draft::new("dispose", body).moves(debits(lines))
}

/// A stocktake that takes out `missing` and says what was counted.
pub fn count(missing: &[(&Line, &str)], counted: &[(&Line, &str)]) -> Draft {
    let counted: Vec<Value> = counted
        .iter()
        .map(|(of, amount)| json!({"of": (of.record, of.n), "amount": amount}))
        .collect();
    let body = json!({"at": super::world::BEGINNING, "counted": counted});
    Draft::new("count", body).moves(debits(missing))
}

/// A paper with `number` about a lot.
pub fn certify(kind: &str, standing: &str, number: &str, lot: &str) -> Draft {
    let body = json!({
        "kind": kind, "standing": standing, "number": number, "issuer": "示例机构",
        "issued_in": "330000", "issued_on": "2026-11-20",
    });
    Draft::new("certify", body).about(&[format!("lot/{lot}")])
}

/// A picture kept beside the ledger.
pub fn picture() -> Value {
    json!({"hash": RecordId::from_bytes([7; 32]), "bytes": 1000, "class": "trade"})
}

/// Readings `[at, temp_c]` of one sensor on the leg of `dispatch`.
pub fn observe(dispatch: RecordId, readings: &[(u64, &str)]) -> Draft {
    let sensors = json!([{"device": "T-1", "readings": readings}]);
    Draft::new("observe", json!({"dispatch": dispatch, "sensors": sensors}))
}

/// A statement of `kind` about lots, with `body`.
pub fn about_lot(kind: &str, lot: &str, body: Value) -> Draft {
    Draft::new(kind, body).about(&[format!("lot/{lot}")])
}

/// Blocks a lot.
pub fn hold(lot: &str) -> Draft {
    about_lot("hold", lot, json!({"reason": "failed_test"}))
}

/// Calls a lot back.
pub fn recall(lot: &str) -> Draft {
    let body = json!({
        "number": "ZH-1", "level": "1", "policy": "recall_2015", "form": "voluntary",
        "known_at": super::world::BEGINNING, "product": "示例产品", "hazard": "示例危害",
        "advice": "请勿食用",
    });
    about_lot("recall", lot, body)
}
