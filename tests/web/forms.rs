//! Reports of problems: what a form may bring, and what becomes of it.

use crate::client::{Answer, Client};
use crate::site::{HTML, Site, demo_script};
use crate::strict::complaints;
use image::{DynamicImage, ImageFormat};
use shisu::app::config::Config;
use shisu::app::home::Home;
use shisu::app::ledger::Options;
use shisu::app::report::{ContactSecret, Desk, HOURLY_PER_SUBSCRIBER_MAX};
use shisu::app::trace::Tracer;
use shisu::core::report::{Report, ReportNo};
use std::io::Cursor;
use std::process::Command;
use std::time::{Duration, Instant};

const LOT: &str = "01/09520002000033/10/Q0417-1";
const FORM: &str = "multipart/form-data; boundary=edge";

/// A form as a browser sends it.
fn form(fields: &[(&str, &str)], photo: Option<&[u8]>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend(head.bytes().chain(value.bytes()).chain("\r\n".bytes()));
    }
    if let Some(photo) = photo {
        let head = "--edge\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"../../<x>.jpg\"\r\n\
                    Content-Type: image/jpeg\r\n\r\n";
        body.extend(head.bytes());
        body.extend(photo);
        body.extend(b"\r\n");
    }
    body.extend(b"--edge--\r\n");
    body
}

fn send(site: &Site, body: &[u8]) -> Answer {
    site.post("/report", &[HTML, ("Content-Type", FORM)], body)
}

fn desk(site: &Site) -> Desk {
    Desk::new(Tracer::open(&Options::of(Home::at(&site.data()))).unwrap())
}

/// The report that an answer leads to, and its photo.
#[track_caller]
fn kept(site: &Site, answer: &Answer) -> (Report, Option<Vec<u8>>) {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let place = answer.header("location").unwrap();
    let number = place.strip_prefix("/report/").unwrap();
    desk(site).get(&ReportNo::parse(number).unwrap()).unwrap()
}

/// What a form that is turned away says, in the words of the page.
#[track_caller]
fn alert(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(complaints(answer.text()), Vec::<String>::new());
    let (_, tail) = answer.text().split_once("role=\"alert\"><b>").unwrap();
    tail.split_once("</b>").unwrap().0.to_owned()
}

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height)
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

/// A JPEG with what a camera adds: where it was taken.
fn from_a_camera() -> Vec<u8> {
    let plain = picture(40, 30, ImageFormat::Jpeg);
    let exif = b"Exif\0\0MM\0*\0\0\0\x08GPSLatitude 31.1500 GPSLongitude 121.1200 Serial-4711";
    let mut tagged = plain.get(..2).unwrap().to_vec();
    tagged.extend([0xff, 0xe1]);
    tagged.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    tagged.extend(exif);
    tagged.extend(plain.get(2..).unwrap());
    tagged
}

#[test]
fn a_report_gets_a_number_a_clock_and_a_page_that_shows_neither_text_nor_contact() {
    let secret = ContactSecret::generate().unwrap();
    let mut config = Config::default();
    config.reports.contact_key = Some(secret.public().unwrap());
    let site = Site::of(&demo_script(), config);
    let fields = [
        ("lot", LOT),
        ("at", "JY13101180000015"),
        ("told", "味道不对\r\n有酸味"),
        ("bought_at", "甲超市"),
        ("contact", "130 0000 0000"),
    ];
    let answer = send(&site, &form(&fields, Some(&from_a_camera())));
    let (report, photo) = kept(&site, &answer);
    assert_eq!(report.told, "味道不对\n有酸味");
    let sealed = report.contact.as_ref().unwrap();
    let opened = secret.open(&report.number, sealed).unwrap();
    assert_eq!(opened, "130 0000 0000");
    // Seven working days after Saturday, 21 November 2026.
    assert_eq!(report.due_on.unwrap().to_string(), "2026-12-01");
    let photo = String::from_utf8_lossy(&photo.unwrap()).into_owned();
    for never in ["Exif", "GPS", "121.12", "4711"] {
        assert!(!photo.contains(never), "{never}");
    }
    let page = site.page(answer.header("location").unwrap());
    assert_eq!(page.status, 200);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(complaints(page.text()), Vec::<String>::new());
    assert!(page.text().contains("待处理") && page.text().contains("2026-12-01"));
    for never in ["味道", "130 0000", "甲超市"] {
        assert!(!page.text().contains(never), "{never}");
    }
}

#[test]
fn without_a_key_to_seal_it_to_no_contact_is_taken() {
    let site = Site::demo();
    let fields = [("lot", LOT), ("told", "x"), ("contact", "130 0000 0000")];
    let (report, _) = kept(&site, &send(&site, &form(&fields, None)));
    assert_eq!(report.contact, None);
    assert!(!site.page("/report").text().contains("name=\"contact\""));
}

#[test]
fn photos_that_are_none_are_told_from_each_other() {
    let site = Site::demo();
    let fields = [("lot", LOT), ("told", "x")];
    let mut bomb = picture(1, 1, ImageFormat::Png);
    bomb.splice(16..24, [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let crc = crc(bomb.get(12..29).unwrap());
    bomb.splice(29..33, crc.to_be_bytes());
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    for (what, photo, status, words) in [
        ("no picture", b"hello".to_vec(), 415, "照片无法读取"),
        (
            "an SVG",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
            415,
            "照片无法读取",
        ),
        ("a GIF", b"GIF89a\x01\0\x01\0".to_vec(), 415, "照片无法读取"),
        ("HEIC", heic, 415, "HEIC"),
        ("a bomb", bomb, 413, "照片过大"),
        ("11 MB", vec![0xff; 10_600_000], 413, "照片过大"),
    ] {
        let told = alert(&send(&site, &form(&fields, Some(&photo))), status);
        assert!(told.contains(words), "{what}: {told}");
    }
    assert_eq!(desk(&site).list(true).unwrap(), []);
    // What is a picture and a page at once is kept as a picture only.
    let mut both = picture(9, 9, ImageFormat::Png);
    both.extend(b"<html><script>alert(1)</script>");
    let (_, photo) = kept(&site, &send(&site, &form(&fields, Some(&both))));
    let photo = photo.unwrap();
    assert_eq!(image::guess_format(&photo).unwrap(), ImageFormat::Jpeg);
    assert!(!String::from_utf8_lossy(&photo).contains("script"));
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            let carry = if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
            (crc >> 1) ^ carry
        })
    })
}

#[test]
fn fifty_megabytes_are_turned_away_before_they_are_read() {
    let site = Site::demo();
    let mut client = Client::to(site.address);
    let size = 50 * 1024 * 1024;
    let mut head = Client::head("POST", "/report", &[HTML, ("Content-Type", FORM)]);
    head.push_str(&format!("Content-Length: {size}\r\n\r\n"));
    client.send(head.as_bytes());
    let began = Instant::now();
    let answer = client.answer(true).unwrap();
    assert!(alert(&answer, 413).contains("照片过大"));
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn fifty_megabytes_that_do_not_say_so_are_read_no_further_than_the_limit() {
    let site = Site::demo();
    let mut client = Client::to(site.address);
    let mut head = Client::head("POST", "/report", &[HTML, ("Content-Type", FORM)]);
    head.push_str("Transfer-Encoding: chunked\r\n\r\n");
    client.send(head.as_bytes());
    let mut begun = form(&[("lot", LOT), ("told", "x")], Some(b""));
    begun.truncate(begun.len() - b"\r\n--edge--\r\n".len());
    client.send(
        &[
            format!("{:x}\r\n", begun.len()).into_bytes(),
            begun,
            b"\r\n".to_vec(),
        ]
        .concat(),
    );
    let chunk = [
        b"100000\r\n".to_vec(),
        vec![0xff; 1 << 20],
        b"\r\n".to_vec(),
    ]
    .concat();
    for _ in 0..50 {
        if !client.send(&chunk) {
            break;
        }
    }
    client.send(b"0\r\n\r\n");
    let answer = client.answer(true).unwrap();
    assert!(alert(&answer, 413).contains("照片过大"));
}

#[test]
fn a_form_that_trickles_in_is_not_waited_for_for_ever() {
    let mut config = Config::default();
    config.limits.body_wait_ms = 400;
    let site = Site::of(&demo_script(), config);
    let mut client = Client::to(site.address);
    let mut head = Client::head("POST", "/report", &[HTML, ("Content-Type", FORM)]);
    head.push_str("Content-Length: 100000\r\n\r\n--edge\r\nContent-Disp");
    client.send(head.as_bytes());
    let answer = client.answer(true).unwrap();
    assert!(alert(&answer, 408).contains("传得太慢"));
}

#[test]
fn what_is_no_form_is_a_bad_request_and_never_a_fault() {
    let site = Site::demo();
    let whole = form(&[("lot", LOT), ("told", "x")], Some(b"y"));
    let cut = whole.get(..whole.len() / 2).unwrap().to_vec();
    let many: Vec<(String, String)> = (0..40).map(|n| (format!("f{n}"), String::new())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let many = form(&many, None);
    let not_text = [
        b"--edge\r\nContent-Disposition: form-data; name=\"told\"\r\n\r\n\xff\xfe\r\n--edge--\r\n"
            .to_vec(),
    ]
    .concat();
    for (media, body) in [
        ("application/json", b"{}".to_vec()),
        (
            "application/x-www-form-urlencoded",
            b"lot=x&told=y".to_vec(),
        ),
        ("multipart/form-data", whole.clone()),
        ("multipart/form-data; boundary=other", whole.clone()),
        (FORM, cut),
        (FORM, many),
        (FORM, not_text),
        (FORM, Vec::new()),
    ] {
        let answer = site.post("/report", &[HTML, ("Content-Type", media)], &body);
        assert!(
            (400..500).contains(&answer.status),
            "{media}: {}",
            answer.status
        );
        assert_eq!(complaints(answer.text()), Vec::<String>::new(), "{media}");
    }
    assert_eq!(desk(&site).list(true).unwrap(), []);
}

#[test]
fn texts_are_bounded_and_shown_again_as_texts() {
    let site = Site::demo();
    let evil = "\"><script>alert(1)</script>'\u{202e}&amp;";
    let fields = [
        ("lot", evil),
        ("at", evil),
        ("told", evil),
        ("bought_at", evil),
        ("contact", evil),
    ];
    let answer = send(&site, &form(&fields, None));
    assert!(alert(&answer, 422).contains("批次码"));
    assert!(answer.text().contains("&lt;script&gt;alert(1)"));
    for (told, bought_at) in [
        ("长".repeat(2_001), String::new()),
        ("x".to_owned(), "长".repeat(201)),
        ("长".repeat(10_000), String::new()),
        (" \n\t ".to_owned(), String::new()),
    ] {
        let fields = [
            ("lot", LOT),
            ("told", told.as_str()),
            ("bought_at", bought_at.as_str()),
        ];
        alert(&send(&site, &form(&fields, None)), 422);
    }
}

#[test]
fn what_is_reported_steers_no_terminal_of_the_operator() {
    let site = Site::demo();
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}evil\u{2066}\nJB20261121-FAKE";
    let fields = [("lot", LOT), ("told", evil), ("bought_at", evil)];
    let (report, _) = kept(&site, &send(&site, &form(&fields, None)));
    let data = site.data();
    let data = data.to_str().unwrap();
    let number = report.number.to_string();
    let commands: [&[&str]; 3] = [
        &["report", "list", "--data-dir", data],
        &["report", "list", "--data-dir", data, "--json"],
        &["report", "show", &number, "--data-dir", data],
    ];
    for command in commands {
        let ended = Command::new(env!("CARGO_BIN_EXE_shisu"))
            .args(command)
            .output()
            .unwrap();
        assert!(ended.status.success(), "{command:?}");
        let said = String::from_utf8(ended.stdout).unwrap();
        assert!(said.contains(&number), "{said}");
        let is_bad = |mark: char| shisu::core::text::is_deceptive(mark);
        assert!(!said.contains(is_bad), "{said:?}");
        assert!(!said.lines().any(|line| line.starts_with("JB20261121-FAKE")));
    }
}

#[test]
fn one_subscriber_who_floods_is_slowed_and_others_are_heard() {
    let config = Config {
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        ..Config::default()
    };
    let site = Site::of(&demo_script(), config);
    let body = form(&[("lot", LOT), ("told", "x")], None);
    let from = |address: &str| {
        let headers = [HTML, ("Content-Type", FORM), ("X-Forwarded-For", address)];
        site.post("/report", &headers, &body)
    };
    for _ in 0..HOURLY_PER_SUBSCRIBER_MAX {
        assert_eq!(from("192.0.2.1").status, 303);
    }
    let answer = from("192.0.2.1");
    assert!(alert(&answer, 429).contains("12315"));
    assert_eq!(from("192.0.2.2").status, 303);
    site.clock.set(crate::site::now().plus(3_600));
    assert_eq!(from("192.0.2.1").status, 303);
}
