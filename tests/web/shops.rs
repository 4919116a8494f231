//! Pages of shops, and the public list of recalls.

use crate::site::{HTML, Site, demo_script, now};
use crate::squares::says;
use crate::strict::{complaints, words};
use shisu::app::config::Config;
use shisu::app::link_host::LinkHost;

#[track_caller]
fn page(site: &Site, path: &str, status: u16) -> String {
    let answer = site.page(path);
    assert_eq!(answer.status, status, "{path}: {}", answer.text());
    assert_eq!(complaints(answer.text()), Vec::<String>::new(), "{path}");
    assert!(answer.body.len() <= 40_000, "{path}");
    answer.text().to_owned()
}

#[test]
fn a_shop_has_a_page_with_a_colour_by_a_rule_that_is_published() {
    let site = Site::demo();
    for (name, code) in [("green", "JY13101180000015"), ("red", "JY13101180000322")] {
        for lang in ["zh", "en"] {
            let shown = words(&page(&site, &format!("/s/{code}?lang={lang}"), 200));
            insta::assert_snapshot!(format!("shop_{name}_{lang}"), shown);
        }
    }
}

#[test]
fn the_square_at_the_door_leads_to_the_page_of_the_shop() {
    let config = Config {
        link_host: Some(LinkHost::parse("zhejiang.shisu.example").unwrap()),
        ..Config::default()
    };
    let site = Site::of(&demo_script(), config);
    let code = "JY13101180000015";
    assert!(page(&site, &format!("/s/{code}"), 200).contains("/qr.svg"));
    let square = site.page(&format!("/s/{code}/qr.svg"));
    assert_eq!(square.header("content-type"), Some("image/svg+xml"));
    let link = format!("https://zhejiang.shisu.example/s/{code}");
    assert_eq!(says(square.text()), link);
}

#[test]
fn an_e_waybill_has_a_page_in_both_languages_for_a_checkpoint() {
    let site = Site::demo();
    let lot = "/v1/lots/01/09520002000033/10/Q0417-1";
    let trace = site
        .get(&format!("{lot}/trace?at=JY13101180000015"), &[])
        .json();
    let steps = trace["trace"]["steps"].as_array().unwrap().iter();
    let mut sent = steps.filter(|step| step["kind"] == "dispatch");
    let id = sent.next_back().unwrap()["id"].as_str().unwrap();
    for lang in ["zh", "en"] {
        let shown = words(&page(&site, &format!("/w/{id}?lang={lang}"), 200));
        insta::assert_snapshot!(format!("waybill_{lang}"), shown);
    }
    let first = site.page(&format!("/w/{id}"));
    let tag = first.header("etag").unwrap();
    let again = site.get(&format!("/w/{id}"), &[HTML, ("If-None-Match", tag)]);
    assert_eq!(again.status, 304);
}

#[test]
fn what_came_long_ago_gives_no_colour() {
    let site = Site::demo();
    let soon = page(&site, "/s/JY13101180000015", 200);
    assert!(soon.contains("绿"));
    // The node's clock may not be a month ahead of its last beat when it opens; it may be later.
    site.clock.set(now().plus(100 * 86_400));
    let late = page(&site, "/s/JY13101180000015", 200);
    assert!(late.contains("灰:近来没有记录</p>"), "{late}");
}

#[test]
fn premises_that_nobody_enrolled_have_no_page() {
    let site = Site::demo();
    for path in [
        "/s/JY13101180099992",
        "/s/JY13101180000016",
        "/s/%3Cscript%3E",
        "/s/JY13101180000015/qr.svg",
    ] {
        page(&site, path, 404);
    }
}

#[test]
fn a_shop_says_neither_how_much_came_nor_from_whom() {
    let site = Site::demo();
    let shown = words(&page(&site, "/s/JY13101180000015", 200));
    for never in ["吴江示例肉类", "公斤", "KGM", "Q0417-1"] {
        assert!(!shown.contains(never), "{never}: {shown}");
    }
}

#[test]
fn recalls_are_listed_open_ones_first() {
    let site = Site::demo();
    for lang in ["zh", "en"] {
        let shown = words(&page(&site, &format!("/recalls?lang={lang}"), 200));
        insta::assert_snapshot!(format!("recalls_{lang}"), shown);
    }
}

#[test]
fn a_buyer_who_kept_the_receipt_finds_recalls_by_shop_and_day() {
    let site = Site::demo();
    let asked = |shop: &str, day: &str, status: u16| {
        page(&site, &format!("/recalls?shop={shop}&day={day}"), status)
    };
    let found = asked("JY13101180000322", "2026-11-21", 200);
    assert!(found.contains("XC0902") && !found.contains("SN1110"));
    let before = asked("JY13101180000322", "2026-08-01", 200);
    assert!(!before.contains("XC0902"), "it had not come yet");
    let other = asked("JY13101180000015", "2026-11-21", 200);
    assert!(other.contains("没有召回的食品") && !other.contains("XC0902"));
    for (shop, day) in [
        ("JY13101180000016", "2026-11-21"),
        ("JY13101180099992", "2026-11-21"),
        ("JY13101180000322", "yesterday"),
        ("%3Cscript%3E", "2026-11-21"),
        ("", "2026-11-21"),
    ] {
        asked(shop, day, 422);
    }
}
