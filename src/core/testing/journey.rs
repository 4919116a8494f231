//! A journey that many tests begin with: pigs of a farm are slaughtered, the pork goes by
//! refrigerated truck to a shop in another province. Every paper is there.

use super::{HOUR, Ledger, line};
use crate::core::record::RecordId;
use serde_json::{Value, json};

pub const PIGS: &str = "t/PIG-2026-1120";
pub const CARCASS: &str = "t/CARCASS-1120";
pub const CUTS: &str = "t/CUTS-1120";

/// The records of the journey.
pub struct Journey {
    pub ledger: Ledger,
    pub herd: RecordId,
    pub farm_dispatch: RecordId,
    pub slaughter_receipt: RecordId,
    pub slaughter: RecordId,
    pub quarantine: RecordId,
    pub cutting: RecordId,
    pub dispatch: RecordId,
    pub receipt: RecordId,
}

/// What a test changes in the journey.
pub struct Changes {
    /// Papers that are made: of farm_certificate, animal_quarantine, product_quarantine,
    /// meat_inspection.
    pub papers: &'static [&'static str],
    /// Standing of the papers.
    pub standing: &'static str,
    /// Temperatures on the way to the shop, one each ten minutes; none for no readings.
    pub temps_c: Option<Vec<String>>,
    /// Last day of calibration of the sensor.
    pub calibrated_until: Option<&'static str>,
    /// What was short at the shop, of 60 kg.
    pub short_kg: u32,
    /// Shelf life of the cuts.
    pub best_before: Option<&'static str>,
    /// Last use of a drug at the farm and days to wait.
    pub drug: Option<(&'static str, Option<u16>)>,
    /// Highest temperature on the label of the cuts, °C.
    pub label_max_c: Option<&'static str>,
}

impl Default for Changes {
    fn default() -> Self {
        Self {
            papers: &[
                "farm_certificate",
                "animal_quarantine",
                "product_quarantine",
                "meat_inspection",
            ],
            standing: "issued",
            temps_c: Some(vec!["2.5".into(); 25]),
            calibrated_until: Some("2027-06-30"),
            short_kg: 0,
            best_before: Some("2026-11-27"),
            drug: None,
            label_max_c: Some("4"),
        }
    }
}

pub fn info(n: u16, class: &str, name: &str, extra: Value) -> Value {
    let mut info = json!({"n": n, "class": class, "name": name, "made_on": "2026-11-20"});
    info.as_object_mut()
        .unwrap()
        .extend(extra.as_object().unwrap().clone());
    info
}

fn paper(changes: &Changes, ledger: &Ledger, kind: &str, by: &str, about: &Value) -> Option<Value> {
    if !changes.papers.contains(&kind) {
        return None;
    }
    let mut claims = json!({"about": about, "body": {
        "kind": kind, "standing": changes.standing, "number": format!("{kind}-001"),
        "issuer": "某单位", "issuer_party": ledger.party(by), "issued_in": "330000",
        "issued_on": "2026-11-20",
    }});
    if changes.standing == "transcribed" {
        claims["blobs"] =
            json!([{"hash": RecordId::from_bytes([9; 32]), "bytes": 9, "class": "trade"}]);
    }
    Some(claims)
}

/// The journey as it should be.
pub fn pork() -> Journey {
    Journey::with(&Changes::default())
}

impl Journey {
    /// The journey with changes.
    pub fn with(changes: &Changes) -> Self {
        let mut ledger = Ledger::new();
        ledger.enrol("farm", "farm", "farm", "330421");
        ledger.enrol("vet", "animal_health", "office", "330421");
        ledger.enrol("slaughter", "slaughterhouse", "slaughter_line", "330421");
        ledger.enrol("carrier", "carrier", "depot", "330421");
        ledger.enrol("shop", "retailer", "shop", "310118");
        ledger.enrol("regulator", "regulator", "office", "310118");
        let (herd, farm_dispatch, slaughter_receipt) = raise(&mut ledger, changes);
        ledger.wait(HOUR);
        let slaughter = ledger.say("slaughter", "transform", json!({
            "moves": [line(1, "out", PIGS, Some((slaughter_receipt, 1)), "100"),
                      line(2, "in", CARCASS, None, "75")],
            "body": {"operation": "slaughter", "lots": [info(2, "pork_carcass", "猪胴体", json!({}))]},
        }));
        let about = json!([format!("lot/{CARCASS}")]);
        let mut certify = |kind: &str, by: &str| {
            let claims = paper(changes, &ledger, kind, by, &about)?;
            let author = if changes.standing == "transcribed" {
                "slaughter"
            } else {
                by
            };
            Some(ledger.say(author, "certify", claims))
        };
        let quarantine = certify("product_quarantine", "vet").unwrap_or(slaughter);
        certify("meat_inspection", "slaughter");
        let extra = json!({"best_before": changes.best_before, "temp_max_c": changes.label_max_c});
        let cutting = ledger.say(
            "slaughter",
            "transform",
            json!({
                "moves": [line(1, "out", CARCASS, Some((slaughter, 2)), "70"),
                          line(2, "in", CUTS, None, "65")],
                "body": {"operation": "cut", "lots": [info(2, "pork_cut", "冷鲜猪肉", extra)]},
            }),
        );
        let (dispatch, receipt) = deliver(&mut ledger, changes, cutting);
        Self {
            ledger,
            herd,
            farm_dispatch,
            slaughter_receipt,
            slaughter,
            quarantine,
            cutting,
            dispatch,
            receipt,
        }
    }
}

fn raise(ledger: &mut Ledger, changes: &Changes) -> (RecordId, RecordId, RecordId) {
    if let Some((until, days)) = changes.drug {
        ledger.say(
            "farm",
            "use_input",
            json!({"body": {
                "kind": "veterinary_drug", "name": "某兽药", "source": "某店", "usage": "拌料",
                "dose": "5 g/kg", "plot": "3号舍", "from": "2026-10-01", "until": until,
                "interval_days": days,
            }}),
        );
    }
    let herd = ledger.say("farm", "create", json!({
        "moves": [line(1, "in", PIGS, None, "100")],
        "body": {"how": "herd", "plot": "3号舍", "lots": [info(1, "live_pig", "生猪", json!({"origin": "330421"}))]},
    }));
    let about = json!([format!("lot/{PIGS}")]);
    let transcribed = changes.standing == "transcribed";
    for (kind, by) in [("farm_certificate", "farm"), ("animal_quarantine", "vet")] {
        if let Some(claims) = paper(changes, ledger, kind, by, &about) {
            ledger.say(if transcribed { "farm" } else { by }, "certify", claims);
        }
    }
    let consignee = ledger.site("slaughter");
    let dispatch = ledger.say(
        "farm",
        "dispatch",
        json!({
            "moves": [line(1, "out", PIGS, Some((herd, 1)), "100")],
            "body": {"waybill": "W1", "consignee": consignee, "transport": "own",
                     "load_county": "330421", "unload_county": "330421"},
        }),
    );
    ledger.wait(HOUR);
    let at = ledger.now();
    let receipt = ledger.say(
        "slaughter",
        "receive",
        json!({
            "moves": [line(1, "in", PIGS, Some((dispatch, 1)), "100")],
            "body": {"dispatch": dispatch, "at": at, "check": "accept", "differences": []},
        }),
    );
    (herd, dispatch, receipt)
}

fn deliver(ledger: &mut Ledger, changes: &Changes, cutting: RecordId) -> (RecordId, RecordId) {
    let (consignee, carrier) = (ledger.site("shop"), ledger.party("carrier"));
    let dispatch = ledger.say("slaughter", "dispatch", json!({
        "moves": [line(1, "out", CUTS, Some((cutting, 2)), "60")],
        "body": {"waybill": "W2", "consignee": consignee, "carrier": carrier, "transport": "carrier",
                 "load_county": "330421", "unload_county": "310118"},
    }));
    let loaded = ledger.now();
    ledger.say(
        "carrier",
        "pick_up",
        json!({
            "body": {"dispatch": dispatch, "at": loaded, "seals_intact": true},
        }),
    );
    ledger.wait(4 * HOUR);
    if let Some(temps) = &changes.temps_c {
        let rows: Vec<Value> = (0..)
            .zip(temps)
            .map(|(i, temp)| json!([loaded + i * 600, temp]))
            .collect();
        let mut sensor = json!({"device": "T-1", "readings": rows});
        if let Some(until) = changes.calibrated_until {
            sensor["calibrated_until"] = json!(until);
        }
        ledger.say(
            "carrier",
            "observe",
            json!({"body": {"dispatch": dispatch, "sensors": [sensor]}}),
        );
    }
    let at = ledger.now();
    ledger.say(
        "carrier",
        "deliver",
        json!({
            "body": {"dispatch": dispatch, "at": at, "seals_intact": true},
        }),
    );
    let accepted = (60 - changes.short_kg).to_string();
    let differences = if changes.short_kg == 0 {
        json!([])
    } else {
        json!([{"n": 1, "short": changes.short_kg.to_string(), "damaged": "0", "refused": "0", "reason": "short"}])
    };
    let receipt = ledger.say(
        "shop",
        "receive",
        json!({
            "moves": [line(1, "in", CUTS, Some((dispatch, 1)), &accepted)],
            "body": {"dispatch": dispatch, "at": at, "check": "accept", "differences": differences},
        }),
    );
    (dispatch, receipt)
}
