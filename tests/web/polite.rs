//! What is around a page: caches, compression, the policy on scripts, languages.

use crate::client::Answer;
use crate::site::{HTML, Site};
use flate2::read::GzDecoder;
use std::io::Read as _;

const PORK: &str = "/01/09520002000033/10/Q0417-1?at=JY13101180000015";

fn unpacked(answer: &Answer) -> String {
    let mut text = String::new();
    GzDecoder::new(answer.body.as_slice())
        .read_to_string(&mut text)
        .unwrap();
    text
}

fn language(answer: &Answer) -> &str {
    let (_, tail) = answer.text().split_once("<html lang=\"").unwrap();
    tail.split_once('"').unwrap().0
}

#[test]
fn whoever_has_the_page_is_not_sent_it_again() {
    let site = Site::demo();
    let first = site.page(PORK);
    let tag = first.header("etag").unwrap();
    assert!(tag.starts_with("W/\""), "{tag}");
    assert_eq!(first.header("cache-control"), Some("no-cache"));
    for have in [tag.to_owned(), format!("\"other\", {tag}"), "*".to_owned()] {
        let again = site.get(PORK, &[HTML, ("If-None-Match", &have)]);
        assert_eq!(again.status, 304, "{have}");
        assert!(again.body.is_empty());
        assert_eq!(again.header("etag"), Some(tag));
    }
    let other = site.get(PORK, &[HTML, ("If-None-Match", tag), ("Cookie", "lang=en")]);
    assert_eq!(other.status, 200, "another language is another page");
    // A minute later it is judged anew by nobody, and still says the same.
    site.clock.set(crate::site::now().plus(60));
    let later = site.get(PORK, &[HTML, ("If-None-Match", tag)]);
    assert_eq!(later.status, 304);
}

#[test]
fn whoever_has_the_page_of_a_shop_or_the_recalls_is_not_sent_it_again() {
    let site = Site::demo();
    for path in [
        "/s/JY13101180000322",
        "/recalls",
        "/recalls?shop=JY13101180000322&day=2026-11-21",
    ] {
        let first = site.page(path);
        let tag = first.header("etag").unwrap();
        for _ in 0..2 {
            let again = site.get(path, &[HTML, ("If-None-Match", tag)]);
            assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        }
        let other = site.get(path, &[HTML, ("If-None-Match", tag), ("Cookie", "lang=en")]);
        assert_eq!(other.status, 200, "another language is another page");
        let packed = site.get(path, &[HTML, ("Accept-Encoding", "gzip")]);
        assert_eq!(unpacked(&packed), first.text());
        // Half a minute later it is made anew, and still says the same.
        site.clock.set(crate::site::now().plus(60));
        assert_eq!(site.get(path, &[HTML, ("If-None-Match", tag)]).status, 304);
    }
    let wrong = site.page("/recalls?shop=JY13101180099992&day=2026-11-21");
    assert_eq!((wrong.status, wrong.header("etag")), (422, None));
}

#[test]
fn a_page_is_compressed_for_whoever_takes_that_and_says_the_same() {
    let site = Site::demo();
    let plain = site.page(PORK);
    assert_eq!(plain.header("content-encoding"), None);
    for takes in ["gzip", "gzip, deflate, br, zstd", "br;q=0.5,GZIP;q=0.1"] {
        let packed = site.get(PORK, &[HTML, ("Accept-Encoding", takes)]);
        assert_eq!(packed.header("content-encoding"), Some("gzip"), "{takes}");
        assert!(packed.body.len() * 2 < plain.body.len());
        assert_eq!(unpacked(&packed), plain.text());
    }
    for takes in ["gzip;q=0", "identity"] {
        let answer = site.get(PORK, &[HTML, ("Accept-Encoding", takes)]);
        assert_eq!(answer.header("content-encoding"), None, "{takes}");
        assert_eq!(answer.text(), plain.text());
    }
    let vary = plain.header("vary").unwrap().to_ascii_lowercase();
    for name in ["accept", "accept-encoding", "accept-language", "cookie"] {
        assert!(vary.split(", ").any(|one| one == name), "{vary}");
    }
}

#[test]
fn a_page_may_load_nothing_from_elsewhere_and_nothing_may_frame_it() {
    let site = Site::demo();
    for path in [PORK, "/", "/report", "/t/NOBODY-KNOWS-THIS"] {
        let answer = site.page(path);
        let policy = answer.header("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "connect-src 'self'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        for never in ["unsafe", "http", "*", "data:"] {
            assert!(!policy.contains(never), "{path}: {policy}");
        }
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
        let head = answer.text().split_once("</head>").unwrap().0;
        assert!(!head.contains("stylesheet") && !head.contains("<script"));
    }
}

#[test]
fn a_language_that_is_chosen_sticks_and_a_browser_may_prefer_one() {
    let site = Site::demo();
    assert_eq!(language(&site.page(PORK)), "zh-Hans");
    let english = ("Accept-Language", "en-GB,en;q=0.9,zh;q=0.1");
    assert_eq!(language(&site.get(PORK, &[HTML, english])), "en");
    let french = ("Accept-Language", "fr-FR,fr;q=0.9");
    assert_eq!(language(&site.get(PORK, &[HTML, french])), "zh-Hans");

    let chosen = site.page(&format!("{PORK}&lang=en"));
    assert_eq!(language(&chosen), "en");
    assert_eq!(chosen.header("cache-control"), Some("private, no-cache"));
    let cookie = chosen.header("set-cookie").unwrap();
    assert!(cookie.starts_with("lang=en; "), "{cookie}");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
        assert!(cookie.contains(part), "{cookie}");
    }
    for path in [
        PORK,
        "/",
        "/report",
        "/t/NOBODY-KNOWS-THIS",
        "/t/JS-TOM-0611",
    ] {
        let page = site.get(path, &[HTML, ("Cookie", "lang=en")]);
        assert_eq!(language(&page), "en", "{path}");
        let page = site.get(path, &[HTML, english, ("Cookie", "lang=zh")]);
        assert_eq!(
            language(&page),
            "zh-Hans",
            "what is chosen beats the browser"
        );
    }
    let odd = site.get(PORK, &[HTML, ("Cookie", "lang=<script>; lang=xx")]);
    assert_eq!(language(&odd), "zh-Hans");
}

#[test]
fn what_is_at_an_address_depends_on_what_is_asked_for() {
    let site = Site::demo();
    let json = site.get(PORK, &[("Accept", "application/json")]);
    assert_eq!(json.header("content-type"), Some("application/json"));
    let nothing = site.get(PORK, &[]);
    assert_eq!(nothing.header("content-type"), Some("application/json"));
    let links = site.get(PORK, &[("Accept", "application/linkset+json")]);
    assert_eq!(
        links.header("content-type"),
        Some("application/linkset+json")
    );
    insta::assert_json_snapshot!("linkset", links.json());
    let asked = site.page("/01/09520002000033/10/Q0417-1?linkType=linkset");
    assert_eq!(
        asked.header("content-type"),
        Some("application/linkset+json")
    );
}

#[test]
fn what_a_page_loads_is_asked_for_again_by_its_tag() {
    let site = Site::demo();
    let icon = site.page("/static/page/icon.svg");
    assert_eq!(icon.status, 200);
    let tag = icon.header("etag").unwrap();
    let again = site.get("/static/page/icon.svg", &[("If-None-Match", tag)]);
    assert_eq!(again.status, 304);
    for path in [
        "/static/page/page.css",
        "/static/../Cargo.toml",
        "/static/%2e%2e/Cargo.toml",
        "/static/",
    ] {
        assert_eq!(site.page(path).status, 404, "{path}");
    }
}
