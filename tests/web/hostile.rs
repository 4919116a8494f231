//! Texts of parties that try to be more than text. Every field of every record of the demo that a
//! party writes freely says something hostile; no page, in no form, may do what it says.

use crate::site::{HTML, Site, day};
use crate::strict::complaints;
use serde_json::Value;
use shisu::app::config::Config;
use shisu::app::scenario::{Cast, Journey, Script, demo_identity, script};
use shisu::core::record::words::{Name, Text};

/// What is appended to a field: markup, quotes, a link, an entity, marks that nobody sees but that
/// records may hold, and what some template languages would read.
const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&lt;b&gt;javascript:alert(3)\u{ad}\u{2028}";

const FILES: [(&str, &str); 9] = [
    (
        "pork",
        include_str!("../../fixtures/scenarios/01-pork.json"),
    ),
    (
        "tomato",
        include_str!("../../fixtures/scenarios/02-tomato.json"),
    ),
    (
        "greens",
        include_str!("../../fixtures/scenarios/03-greens.json"),
    ),
    (
        "chicken",
        include_str!("../../fixtures/scenarios/04-chicken.json"),
    ),
    ("oil", include_str!("../../fixtures/scenarios/05-oil.json")),
    (
        "canteen",
        include_str!("../../fixtures/scenarios/06-canteen.json"),
    ),
    (
        "shrimp",
        include_str!("../../fixtures/scenarios/07-shrimp.json"),
    ),
    (
        "sausage",
        include_str!("../../fixtures/scenarios/08-sausage.json"),
    ),
    (
        "yoghurt",
        include_str!("../../fixtures/scenarios/09-yoghurt.json"),
    ),
];

/// Members that are no free text although they have Chinese in them, or have one although they
/// have none.
const NEVER: [&str; 4] = ["plate", "trailer", "member", "value"];
const ALWAYS: [&str; 6] = ["batch", "device", "limit", "cma", "dose", "exporter"];

/// Makes every free text under `value` hostile; how many there were.
fn poison(value: &mut Value, key: &str) -> usize {
    match value {
        Value::Object(members) => members
            .iter_mut()
            .map(|(key, value)| poison(value, key))
            .sum(),
        Value::Array(items) => items.iter_mut().map(|item| poison(item, key)).sum(),
        Value::String(text) => {
            let is_chinese = text.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
            if NEVER.contains(&key) || !(is_chinese || ALWAYS.contains(&key)) {
                return 0;
            }
            text.push_str(HOSTILE);
            text.push('尾');
            1
        }
        _ => 0,
    }
}

fn hostile_script() -> Script {
    let mut cast: Value =
        serde_json::from_str(include_str!("../../fixtures/scenarios/cast.json")).unwrap();
    let mut count = 0;
    for of in ["parties", "sites"] {
        count += poison(&mut cast[of], "");
    }
    let cast = Cast::parse("cast", &cast.to_string()).unwrap();
    let journeys = FILES.map(|(name, json)| {
        let mut journey: Value = serde_json::from_str(json).unwrap();
        for step in journey["steps"].as_array_mut().unwrap() {
            for member in ["body", "moves"] {
                if let Some(value) = step.get_mut(member) {
                    count += poison(value, "");
                }
            }
        }
        Journey::parse(name, &journey.to_string()).unwrap()
    });
    assert!(count > 250, "only {count} texts are hostile");
    script(&cast, &journeys, &demo_identity().unwrap(), day()).unwrap()
}

fn paths() -> Vec<String> {
    let cast = Cast::embedded().unwrap();
    let journeys = Journey::embedded().unwrap();
    let paths = journeys.iter().flat_map(|journey| {
        let lot = &journey.lot;
        let at = journey.at.as_ref().map(|name| {
            let site = cast.site(&journey.key, name).unwrap();
            format!("/{lot}?at={}&lang=en", site.id)
        });
        [Some(format!("/{lot}")), at].into_iter().flatten()
    });
    paths.collect()
}

#[test]
fn no_text_of_a_party_can_leave_its_place_in_a_page() {
    let site = Site::of(&hostile_script(), Config::default());
    let mut shown = 0;
    for path in paths() {
        let answer = site.page(&path);
        assert_eq!(answer.status, 200, "{path}");
        let page = answer.text();
        assert_eq!(complaints(page), Vec::<String>::new(), "{path}");
        shown += page
            .matches("&lt;script&gt;alert(1)&lt;/script&gt;")
            .count();
        for never in ["<script>alert", "<img", "\u{ad}", "\u{2028}"] {
            assert!(!page.contains(never), "{path}: {never:?}");
        }
        assert!(page.contains("⟨U+00AD⟩⟨U+2028⟩尾"), "{path}: not cut short");
    }
    assert!(shown > 150, "only {shown} of them were shown");
}

#[test]
fn no_text_of_a_party_can_leave_its_place_in_an_e_waybill() {
    let site = Site::of(&hostile_script(), Config::default());
    let mut shown = 0;
    for journey in Journey::embedded().unwrap() {
        let lot = &journey.lot;
        let trace = site.get(&format!("/v1/lots/{lot}/trace?direction=both"), &[]);
        let trace = trace.json();
        let steps = trace["trace"]["steps"].as_array().unwrap().iter();
        for sent in steps.filter(|step| step["kind"] == "dispatch") {
            let id = sent["id"].as_str().unwrap();
            for lang in ["zh", "en"] {
                let answer = site.page(&format!("/w/{id}?lang={lang}"));
                assert_eq!(answer.status, 200, "{id}");
                let page = answer.text();
                assert_eq!(complaints(page), Vec::<String>::new(), "{id}");
                let marks = page.matches("&lt;script&gt;alert(1)&lt;/script&gt;");
                shown += marks.count();
                for never in ["<script>alert", "<img", "\u{ad}", "\u{2028}"] {
                    assert!(!page.contains(never), "{id}: {never:?}");
                }
            }
        }
    }
    assert!(shown > 100, "only {shown} of them were shown");
}

#[test]
fn no_text_of_a_party_is_anything_but_text_in_the_other_forms() {
    let site = Site::of(&hostile_script(), Config::default());
    for path in paths() {
        for accept in ["application/json", "application/linkset+json"] {
            let answer = site.get(&path, &[("Accept", accept)]);
            assert_eq!(answer.header("content-type"), Some(accept), "{path}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            answer.json();
        }
    }
}

#[test]
fn what_would_steer_or_deceive_is_not_even_recorded() {
    let long = "长".repeat(10_000);
    for bad in [
        "猪\u{202e}肉",
        "猪\u{200b}肉",
        "猪\u{1b}[31m肉",
        "猪\u{9b}0m肉",
        "猪\n肉",
        "\u{feff}猪肉",
        "猪\u{2066}肉",
        "猪\0肉",
        " 猪肉",
        long.as_str(),
    ] {
        assert!(Name::new(bad).is_none(), "{bad:?}");
        assert!(Text::new(bad).is_none(), "{bad:?}");
    }
}

#[test]
fn a_query_and_its_headers_are_text_too() {
    let site = Site::demo();
    let evil = "%3Cscript%3Ealert(1)%3C/script%3E%22%27%E2%80%AE";
    for path in [
        format!("/report?lot={evil}&at={evil}"),
        format!("/find?code={evil}"),
        format!("/t/{evil}"),
        format!("/01/{evil}/10/{evil}"),
        format!("/01/09520002000033/10/Q0417-1?at={evil}"),
        format!("/report/{evil}"),
        format!("/?{evil}={evil}"),
    ] {
        for headers in [
            vec![HTML],
            vec![
                HTML,
                ("Cookie", "lang=\"><script>"),
                ("Referer", "javascript:alert(1)"),
            ],
            vec![HTML, ("Accept-Language", "\"><script>alert(1)</script>")],
            vec![
                HTML,
                ("Host", "\"><script>"),
                ("X-Forwarded-Host", "evil.example"),
            ],
        ] {
            let answer = site.get(&path, &headers);
            let page = answer.text();
            if answer
                .header("content-type")
                .is_some_and(|media| media.starts_with("text/html"))
            {
                assert_eq!(complaints(page), Vec::<String>::new(), "{path}");
            }
            assert!(!page.contains("evil.example"), "{path}");
        }
    }
}
