use super::*;
use crate::core::record::{Body, Completeness, Record};
use crate::core::text::Explain as _;
use crate::core::time::ChinaDate;
use serde_json::{Value, json};

fn base() -> ChinaDate {
    ChinaDate::parse("2026-11-22").unwrap()
}

/// A journey of the embedded cast's pig farm with these steps.
fn journey(steps: Value) -> Result<Journey, ScenarioError> {
    let words = json!({ "zh": "试", "en": "test" });
    let expect = json!({ "verdict": "complete", "findings": [] });
    let file = json!({
        "name": words, "story": words, "lot": "t/TEST-1", "expect": expect, "steps": steps,
    });
    Journey::parse("99-test", &file.to_string())
}

fn play(steps: Value) -> Result<Script, ScenarioError> {
    let cast = Cast::embedded().unwrap();
    script(&cast, &[journey(steps)?], &demo_identity().unwrap(), base())
}

/// A use of feed, the simplest step there is, changed by `with`.
fn feed(with: Value) -> Value {
    let mut step = json!({
        "id": "feed", "by": "pig_coop", "at": "-1T07:00", "type": "use_input", "site": "pig_farm",
        "body": {
            "kind": "feed", "name": "饲料", "source": "示例饲料厂(虚构)", "usage": "饲喂",
            "dose": "每头2千克", "plot": "1号舍", "from": "{date:-1}", "until": "{date:-1}",
        },
    });
    merge(&mut step, with);
    step
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

fn code(result: Result<Script, ScenarioError>) -> &'static str {
    result.map_or_else(|error| error.code(), |_| "fine")
}

#[test]
fn what_is_wrong_with_a_step_is_named() {
    assert_eq!(code(play(json!([feed(json!({}))]))), "fine");
    let cases = [
        (json!({ "by": "nobody" }), "scenario_unknown_name"),
        (json!({ "site": "nowhere" }), "scenario_unknown_name"),
        (json!({ "refs": ["@feed"] }), "scenario_unknown_name"),
        (json!({ "refs": ["@pork:herd"] }), "scenario_unknown_name"),
        (json!({ "at": "0T08:01" }), "scenario_too_late"),
        (json!({ "submitted_at": "-2T07:00" }), "scenario_too_late"),
        (json!({ "at": "yesterday" }), "scenario_format"),
        (json!({ "colour": "red" }), "scenario_format"),
        (json!({ "type": "ponder" }), "scenario_format"),
        (
            json!({ "body": { "from": "{day:-1}" } }),
            "scenario_placeholder",
        ),
        (
            json!({ "body": { "from": "{date:soon}" } }),
            "scenario_placeholder",
        ),
        (
            json!({ "body": { "from": "{date:-1" } }),
            "scenario_placeholder",
        ),
        (
            json!({ "body": { "name": "{time:-1}" } }),
            "scenario_placeholder",
        ),
        (json!({ "body": { "dose": 2 } }), "scenario_record"),
        (json!({ "body": { "weather": "fine" } }), "scenario_record"),
    ];
    for (with, expected) in cases {
        assert_eq!(code(play(json!([feed(with.clone())]))), expected, "{with}");
    }
    let twice = json!([feed(json!({})), feed(json!({}))]);
    assert_eq!(code(play(twice)), "scenario_double_name");
}

#[test]
fn an_error_says_in_both_languages_where_it_is() {
    let error = play(json!([feed(json!({ "by": "nobody" }))])).unwrap_err();
    let words = error.explain();
    for text in [words.zh, words.en] {
        assert!(
            text.contains("test:feed") && text.contains("nobody"),
            "{text}"
        );
    }
}

#[test]
fn the_feed_of_a_key_follows_the_order_of_submission() {
    let offline = json!({
        "id": "offline", "at": "-1T06:00", "submitted_at": "0T07:00", "body": { "plot": "2号舍" },
    });
    let script = play(json!([feed(offline), feed(json!({}))])).unwrap();
    let (first, late) = (
        script.event("test", "feed"),
        script.event("test", "offline"),
    );
    let (first, late) = (first.unwrap(), late.unwrap());
    assert!(first.at < late.at);
    let parse = |event: &ScriptEvent| Record::parse(&event.sd_jwt, Completeness::Complete).unwrap();
    let (first, late) = (parse(first).claims, parse(late));
    assert_eq!((first.seq, late.claims.seq), (1, 2));
    assert_eq!(
        late.claims.prev,
        script.event("test", "feed").map(|event| event.id)
    );
    assert!(
        late.claims.iat < first.iat,
        "signed earlier, submitted later"
    );
}

#[test]
fn readings_at_an_even_pace_are_written_out_and_a_null_is_a_reading_that_is_missing() {
    let observe = json!([{
        "id": "zone", "by": "cold_store", "at": "-1T07:00", "type": "observe", "site": "cold_rooms",
        "body": {
            "zone": "冻品一库",
            "sensors": [{
                "device": "sensor",
                "readings": { "from": "-1T06:00", "every_s": 300, "temps": ["-20", null, "-19.5"] },
            }],
        },
    }]);
    let script = play(observe).unwrap();
    let event = script.event("test", "zone").unwrap();
    let record = Record::parse(&event.sd_jwt, Completeness::Complete).unwrap();
    let Body::Observe(body) = record.body else {
        panic!("no observe")
    };
    let six = DayTime::parse("-1T06:00").unwrap().on(base()).unwrap();
    let readings: Vec<_> = body.sensors[0]
        .readings
        .iter()
        .map(|reading| (reading.at.since(six), reading.temp_c.to_string()))
        .collect();
    assert_eq!(readings, [(0, "-20".to_owned()), (600, "-19.5".to_owned())]);
}

#[test]
fn consecutive_numbers_keep_their_width() {
    let ids = std::collections::HashMap::new();
    let cast = Cast::embedded().unwrap();
    let expander = super::expand::Expander {
        base: base(),
        cast: &cast,
        ids: &ids,
        journey: "test",
        place: "test:numbers",
    };
    let numbers = expander
        .value(&json!({ "first": "0098", "count": 3 }))
        .unwrap();
    assert_eq!(numbers, json!(["0098", "0099", "0100"]));
    let words = "{ymd:-1} {date:1} {site:slaughter_line} {party:retail_a}";
    let expanded = expander.value(&json!(words)).unwrap();
    assert_eq!(
        expanded,
        json!("20261121 2026-11-23 A32050901 91310118MA1J000224")
    );
    for bad in [
        json!({ "first": "x", "count": 3 }),
        json!({ "first": "1", "count": 1_001 }),
    ] {
        assert!(expander.value(&bad).is_err(), "{bad}");
    }
}

#[test]
fn a_cast_in_which_a_name_stands_for_nothing_is_refused() {
    let words = json!({ "zh": "虚构", "en": "invented" });
    let mut file = json!({
        "note": words, "registered_at": "-60T09:00",
        "parties": [{ "as": "farm", "id": "93330421MA2B00019Q", "kind": "coop" }],
        "sites": [{ "as": "field", "of": "farm", "id": "S-330421-0000174", "kind": "farm" }],
        "keys": [{ "as": "farm", "of": "farm", "role": "admin", "sites": ["field"] }],
    });
    Cast::parse("cast", &file.to_string()).unwrap();
    file["keys"][0]["sites"][0] = json!("meadow");
    let error = Cast::parse("cast", &file.to_string()).unwrap_err();
    assert_eq!(error.code(), "scenario_unknown_name");
    file["parties"][0]["id"] = json!("93330421MA2B00019R");
    let error = Cast::parse("cast", &file.to_string()).unwrap_err();
    assert_eq!(error.code(), "scenario_format", "a wrong check character");
}
