//! The page of a lot: every verdict of its bar, in both languages, with and without a shop.

use crate::client::Client;
use crate::site::{Site, day, demo_script, now};
use crate::strict::complaints;
use shisu::app::config::Config;
use shisu::app::scenario::{Cast, Journey, demo_identity, script};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Bytes of HTML and CSS that a page has at most.
const PAGE_BYTES_MAX: usize = 40_000;

/// The page without what is the same in all of them: its style sheet and script.
fn own(page: &str) -> String {
    let mut rest = page.to_owned();
    for (from, to) in [("<style>", "</style>"), ("<script", "</script>")] {
        let (before, tail) = rest.split_once(from).unwrap();
        let (_, after) = tail.split_once(to).unwrap();
        rest = format!("{before}{from}…{to}{after}");
    }
    rest.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| format!("{line}\n"))
        .collect()
}

/// What the bar says, and why.
fn bar(page: &str) -> String {
    let (_, tail) = page.split_once("<section class=\"bar ").unwrap();
    let (bar, _) = tail.split_once("</section>").unwrap();
    let (class, _) = bar.split_once('"').unwrap();
    let text = |from: &str, to: &str| {
        let (_, tail) = bar.split_once(from).unwrap();
        tail.split_once(to).unwrap().0.to_owned()
    };
    let reason = text("</h1>", "</div>");
    let reason = reason
        .replace("<p>", "")
        .replace("</p>", "")
        .replace("<bdi>", "")
        .replace("</bdi>", "");
    format!(
        "{class:4} {} · {}",
        text("<h1 id=\"state\">", "</h1>"),
        reason.trim()
    )
}

/// Every lot of the demo, with the shop where somebody asks.
fn asked() -> Vec<(String, String, Option<String>)> {
    let cast = Cast::embedded().unwrap();
    let journeys = Journey::embedded().unwrap();
    let asked = journeys.iter().map(|journey| {
        let site = journey.at.as_ref().map(|name| {
            let site = cast.site(&journey.key, name).unwrap();
            site.id.to_string()
        });
        (journey.key.clone(), journey.lot.to_string(), site)
    });
    asked.collect()
}

#[track_caller]
fn checked(site: &Site, path: &str) -> String {
    let answer = site.page(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    let page = answer.text().to_owned();
    assert_eq!(complaints(&page), Vec::<String>::new(), "{path}");
    assert!(
        page.len() <= PAGE_BYTES_MAX,
        "{path} has {} bytes",
        page.len()
    );
    page
}

#[test]
fn every_lot_of_the_demo_has_its_page_in_both_languages() {
    let site = Site::demo();
    let mut bars = String::new();
    for (name, lot, at) in asked() {
        for lang in ["zh", "en"] {
            let upstream = checked(&site, &format!("/{lot}?lang={lang}"));
            bars.push_str(&format!("{name:10} {lang} {}\n", bar(&upstream)));
            let page = match &at {
                Some(at) => {
                    let page = checked(&site, &format!("/{lot}?at={at}&lang={lang}"));
                    bars.push_str(&format!("{name:10} {lang} {} (at)\n", bar(&page)));
                    page
                }
                None => upstream.clone(),
            };
            insta::assert_snapshot!(format!("{name}_{lang}"), own(&page));
            if name == "pork" {
                insta::assert_snapshot!(format!("{name}_upstream_{lang}"), own(&upstream));
            }
        }
    }
    insta::assert_snapshot!("bars", bars);
}

#[test]
fn a_lot_on_hold_says_so_upstream_and_at_the_shop() {
    // The recalled sausage on the day before its recall: the authority has stopped it.
    let mut journey: serde_json::Value =
        serde_json::from_str(include_str!("../../fixtures/scenarios/08-sausage.json")).unwrap();
    let steps = journey["steps"].as_array_mut().unwrap();
    let hold = steps
        .iter()
        .position(|step| step["type"] == "hold")
        .unwrap();
    steps.truncate(hold + 1);
    let held = Journey::parse("sausage", &journey.to_string()).unwrap();
    let (cast, mut journeys) = (Cast::embedded().unwrap(), Journey::embedded().unwrap());
    journeys.retain(|journey| journey.key != held.key);
    journeys.push(held);
    let told = script(&cast, &journeys, &demo_identity().unwrap(), day()).unwrap();
    let site = Site::of(&told, Config::default());
    let path = "/01/09520002000132/10/XC0902";
    let bars = [
        bar(&checked(&site, path)),
        bar(&checked(&site, &format!("{path}?at=JY13101180000322"))),
        bar(&checked(&site, &format!("{path}?lang=en"))),
    ];
    insta::assert_snapshot!("held", bars.join("\n"));
}

#[test]
fn a_lot_is_past_its_shelf_life_from_the_day_after_it() {
    let site = Site::demo();
    let path = "/01/09520002000033/10/Q0417-1?at=JY13101180000015";
    let before = site.page(path);
    // Four days are left; the page that was remembered must not outlive them.
    site.clock.set(now().plus(5 * 86_400));
    let after = site.page(path);
    assert!(before.text().contains("还剩 4 天"), "{}", before.text());
    insta::assert_snapshot!(
        "expired",
        [
            bar(after.text()),
            bar(site.page(&format!("{path}&lang=en")).text())
        ]
        .join("\n")
    );
    assert!(after.text().contains("已过 1 天"));
}

#[test]
fn the_days_that_are_left_change_at_midnight_in_china() {
    let site = Site::demo();
    let path = "/01/09520002000033/10/Q0417-1?at=JY13101180000015";
    let tag = site.page(path).header("etag").unwrap().to_owned();
    site.clock.set(now().plus(15 * 3_600 - 1));
    assert_eq!(site.page(path).header("etag"), Some(tag.as_str()));
    site.clock.set(now().plus(15 * 3_600));
    let next = site.page(path);
    assert!(next.text().contains("还剩 3 天"));
    assert_ne!(next.header("etag"), Some(tag.as_str()));
}

#[test]
fn what_a_query_claims_is_never_shown() {
    let site = Site::demo();
    let plain = checked(&site, "/01/09520002000033/10/Q0417-1");
    for claims in [
        "17=991231&15=991231&11=000101",
        "3103=000500&21=SERIAL9&name=EVIL",
        "at2=x&%61t=JY13101180000015&lang=xx",
        "q=%3Cscript%3E&&&===",
    ] {
        let path = format!("/01/09520002000033/10/Q0417-1?{claims}");
        assert_eq!(checked(&site, &path), plain, "{claims}");
    }
}

#[test]
fn an_item_of_which_nothing_is_recorded_alone_has_the_page_of_its_lot() {
    let site = Site::demo();
    let lot = "/01/09520002000033/10/Q0417-1";
    for (query, shop) in [("", None), ("?at=JY13101180000015", Some("甲超市一店"))] {
        let page = checked(&site, &format!("{lot}/21/{}{query}", "%3CB%3E7"));
        assert_eq!(bar(&page), bar(&checked(&site, &format!("{lot}{query}"))));
        assert!(page.contains("<code>&lt;B&gt;7</code> (没有单独的记录"));
        assert!(shop.is_none_or(|shop| page.contains(shop)));
    }
    let other = checked(&site, &format!("{lot}/21/8"));
    assert!(other.contains("<code>8</code>"), "not another item's page");
    assert_eq!(site.page("/01/09520002000033/10/NONE/21/8").status, 404);
}

/// Requests that one phone sends without waiting for answers: more than an address may at once.
const FLOOD: usize = 3_000;

/// Asks for a small file over and over, and says how long it took until all of it was answered.
fn flood(address: SocketAddr) -> Duration {
    let began = Instant::now();
    let mut stream = TcpStream::connect(address).unwrap();
    let mut writer = stream.try_clone().unwrap();
    let sender = std::thread::spawn(move || {
        let ask = "GET /static/page/icon.svg HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\n\r\n";
        for _ in 0..FLOOD {
            writer.write_all(ask.as_bytes()).unwrap();
        }
    });
    let (mut answers, mut buffer) = (Vec::new(), [0; 16_384]);
    let needle = b"HTTP/1.1 304";
    let mut answered = 0;
    while answered < FLOOD {
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "given up after {answered}");
        answers.extend_from_slice(&buffer[..read]);
        let seen = answers.windows(needle.len());
        answered += seen.filter(|part| part == needle).count();
        // What may be the first half of the next one is looked at again.
        answers.drain(..answers.len().saturating_sub(needle.len() - 1));
    }
    sender.join().unwrap();
    began.elapsed()
}

#[test]
fn two_hundred_phones_behind_one_address_are_served_while_one_that_floods_is_slowed() {
    let config = Config::default();
    let rates = config.rates.clone();
    let site = Site::shipped(&demo_script(), config);
    let path = "/01/09520002000033/10/Q0417-1?at=JY13101180000015";
    let address = site.address;
    let flooding = std::thread::spawn(move || flood(address));
    let phones: Vec<_> = (0..200)
        .map(|_| {
            std::thread::spawn(move || {
                let began = Instant::now();
                let mut phone = Client::to(address);
                let answer = phone.ask("GET", path, &[crate::site::HTML], b"");
                (answer.status, began.elapsed())
            })
        })
        .collect();
    for phone in phones {
        let (status, took) = phone.join().unwrap();
        assert_eq!(status, 200);
        assert!(took < Duration::from_secs(20), "{took:?}");
    }
    let beyond = FLOOD - usize::try_from(rates.address_burst).unwrap();
    let least = Duration::from_secs(u64::try_from(beyond).unwrap()) / rates.address_per_s;
    let took = flooding.join().unwrap();
    assert!(took >= least, "{took:?}, not {least:?}");
}
