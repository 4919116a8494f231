use super::*;

type Change<'a> = &'a dyn Fn(&mut Value);

fn without(bundle: &mut Value, place: usize) {
    bundle["records"].as_array_mut().unwrap().remove(place);
}

#[test]
fn a_forger_who_fixes_the_digest_is_found_out_by_what_is_claimed() {
    let journey = Journey::with(&Changes {
        short_kg: 1,
        ..Changes::default()
    });
    let bundle = bundle_of(&journey, Scope::Public, public);
    let when = now(&journey.ledger);
    let changes: [(&str, Change<'_>, &str); 9] = [
        ("nothing", &|_| {}, "ok"),
        (
            "state",
            &|v| v["verdict"]["state"] = json!("complete"),
            "bundle_verdict",
        ),
        (
            "findings",
            &|v| v["verdict"]["findings"] = json!([]),
            "bundle_verdict",
        ),
        (
            "made before",
            &|v| v["made_at"] = json!(when.get() - 1),
            "bundle_made_at",
        ),
        (
            "made later",
            &|v| v["made_at"] = json!(when.get() + 1),
            "bundle_verdict",
        ),
        (
            "made tomorrow",
            &|v| v["made_at"] = json!(when.get() + 86_400),
            "bundle_made_at",
        ),
        ("rules", &|v| v["rules"] = json!("other"), "bundle_rules"),
        (
            "log",
            &|v| v["log"] = json!("jiangsu.example/log"),
            "bundle_other_log",
        ),
        (
            "lot",
            &|v| v["subject"]["lot"] = json!("t/PIG-2026-1120"),
            "bundle_verdict",
        ),
    ];
    for (what, change, expected) in changes {
        let report = verify(&forged(&bundle, change), Some(&policy()), when);
        assert_eq!(code(&report), expected, "{what}");
    }
}

#[test]
fn a_forger_who_fixes_the_digest_is_found_out_by_the_records() {
    let journey = Journey::with(&Changes {
        short_kg: 1,
        ..Changes::default()
    });
    let bundle = bundle_of(&journey, Scope::Public, public);
    let receipt = at(&bundle, journey.receipt);
    let when = now(&journey.ledger);
    let changes: [(&str, Change<'_>, &str); 6] = [
        (
            "node's findings",
            &|v| v["records"][receipt]["findings"] = json!([]),
            "bundle_verdict",
        ),
        (
            "index",
            &|v| v["records"][receipt]["index"] = json!(1),
            "bundle_order",
        ),
        (
            "proof",
            &|v| v["records"][receipt]["proof"] = json!([]),
            "bundle_not_included",
        ),
        ("no genesis", &|v| without(v, 0), "bundle_genesis"),
        ("no receipt", &|v| without(v, receipt), "bundle_verdict"),
        (
            "cut",
            &|v| v["cut"] = json!({"reason": "depth", "max": 1}),
            "bundle_verdict",
        ),
    ];
    for (what, change, expected) in changes {
        let report = verify(&forged(&bundle, change), Some(&policy()), when);
        assert_eq!(code(&report), expected, "{what}");
    }
}

#[test]
fn any_flipped_byte_is_noticed() {
    let journey = Journey::with(&Changes {
        temps_c: None,
        ..Changes::default()
    });
    let text = bundle_of(&journey, Scope::Full, everything).to_json();
    for place in (0..text.len()).step_by(97) {
        for mask in [1_u8, 0x20] {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= mask;
            let Ok(damaged) = String::from_utf8(bytes) else {
                continue;
            };
            let Ok(bundle) = Bundle::parse(&damaged) else {
                continue;
            };
            panic!(
                "byte {place} of {}: {:?}",
                damaged,
                verify(&bundle, None, now(&journey.ledger)).ok
            );
        }
    }
}

#[test]
fn any_flipped_byte_of_a_record_or_proof_is_noticed_also_when_the_digest_is_made_to_fit() {
    let journey = Journey::with(&Changes {
        temps_c: None,
        ..Changes::default()
    });
    let bundle = bundle_of(&journey, Scope::Full, everything);
    let when = now(&journey.ledger);
    for (number, record) in bundle.records.iter().enumerate().step_by(5) {
        for place in (0..record.sd_jwt.len()).step_by(211) {
            let mut bytes = record.sd_jwt.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let text = String::from_utf8(bytes).unwrap();
            let changed = forged(&bundle, |v| v["records"][number]["sd_jwt"] = json!(text));
            assert!(
                !verify(&changed, None, when).ok,
                "record {number} byte {place}"
            );
        }
        for step in 0..record.proof.len() {
            let mut hash = record.proof[step];
            hash.0[7] ^= 1;
            let changed = forged(&bundle, |v| {
                v["records"][number]["proof"][step] = json!(hash)
            });
            assert_eq!(code(&verify(&changed, None, when)), "bundle_not_included");
        }
    }
}
