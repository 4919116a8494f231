//! Pictures and documents beside the ledger: what is kept, what is not, and who is given it.

use crate::client::Answer;
use crate::common::draft::certify;
use crate::court::Court;
use crate::place::{Place, on_both_databases};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use image::{DynamicImage, ImageFormat};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::io::Cursor;

on_both_databases! {
    a_picture_is_kept_byte_for_byte_and_shown_to_whom_the_table_says
    a_picture_for_everybody_is_on_the_page_of_its_certificate
}

/// A picture with something after its end, as cameras add it: none of it may change.
fn picture(shade: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut picture = DynamicImage::new_rgb8(8, 8).into_rgb8();
    picture.put_pixel(0, 0, image::Rgb([shade; 3]));
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    let mut bytes = bytes.into_inner();
    bytes.extend(b"<script>alert(1)</script>");
    bytes
}

fn hash(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

fn send_as(court: &Court, name: &str, address: &str, media: &str, bytes: &[u8]) -> Answer {
    let bearer = format!("Bearer {}", court.token(name));
    let headers = [("Authorization", &*bearer), ("Content-Type", media)];
    let path = format!("/v1/files/{address}");
    court.client().ask("PUT", &path, &headers, bytes)
}

fn blob(bytes: &[u8], class: &str) -> Value {
    json!({"hash": hash(bytes), "bytes": bytes.len(), "class": class})
}

fn a_picture_is_kept_byte_for_byte_and_shown_to_whom_the_table_says(place: Place) {
    let mut court = Court::new(place);
    let classes = ["record", "balance", "trade", "personal"];
    let pictures: Vec<Vec<u8>> = (1..=4).map(picture).collect();
    for bytes in &pictures {
        let sent = send_as(&court, "farm-admin", &hash(bytes), "image/png", bytes);
        assert_eq!(sent.status, 201, "{}", sent.text());
        assert_eq!(sent.json()["media"], "image/png");
        let again = send_as(&court, "shop-admin", &hash(bytes), "image/png", bytes);
        assert_eq!(again.status, 200, "sending it again is no harm");
    }
    let blobs: Vec<Value> = pictures
        .iter()
        .zip(classes)
        .map(|(bytes, class)| blob(bytes, class))
        .collect();
    let absent = b"%PDF-1.7 nobody sent it %%EOF";
    let blobs: Vec<Value> = blobs.into_iter().chain([blob(absent, "record")]).collect();
    // About no lot that the shop has: what it sees, it sees as a stranger.
    let draft = certify("farm_certificate", "issued", "HGZ-2", "t/LOT-1");
    let farm = court.host.town.world.parties["farm"].clone();
    let paper = draft.body("issuer_party", farm).set("blobs", json!(blobs));
    let paper = court.host.put("farm", &paper).record.id;
    let path = |bytes: &[u8]| format!("/v1/records/{paper}/files/{}", hash(bytes));

    is_shown_to_everybody(&court, &path(&pictures[0]), &pictures[0]);

    // By class: who is shown it; farm-admin wrote it, shop-admin holds the lot.
    let asked = |name: &str, bytes: &[u8]| {
        let answer = court.get_as(name, &format!("{}?purpose=check", path(bytes)));
        if answer.status == 200 {
            assert_eq!(answer.body, bytes);
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
        answer.status
    };
    for (class, name, status) in [
        (1, "shop-admin", 200),
        (1, "lab", 403),
        (2, "shop-admin", 200),
        (2, "lab", 403),
        (2, "officer", 200),
        (2, "elsewhere", 403),
        (3, "farm-admin", 200),
        (3, "shop-admin", 403),
        (3, "officer", 200),
        (3, "operator", 403),
    ] {
        assert_eq!(asked(name, &pictures[class]), status, "{name} {class}");
    }
    for bytes in &pictures[1..] {
        let public = court.ask(None, "GET", &path(bytes), "");
        assert_eq!(public.problem(401), "sign_in_required");
    }
    let silent = court.get_as("officer", &path(&pictures[3]));
    assert_eq!(silent.problem(400), "purpose_required");
    let journal = court.get_as("farm-admin", "/v1/access-journal").json();
    assert!(
        journal.to_string().contains("personal") && journal.to_string().contains("check"),
        "{journal}"
    );
    let missing = court.ask(None, "GET", &path(absent), "");
    assert_eq!(missing.problem(404), "file_not_here");
    let unnamed = court.ask(None, "GET", &path(b"other"), "");
    assert_eq!(unnamed.problem(404), "unknown_file");
    court.host.stop();
    court.host.town.check();
}

/// A picture for everybody, and what a browser may do with it.
fn is_shown_to_everybody(court: &Court, path: &str, bytes: &[u8]) {
    let public = court.ask(None, "GET", path, "");
    assert_eq!((public.status, &*public.body), (200, bytes));
    for (name, value) in [
        ("content-type", "image/png"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "public, max-age=600"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(public.header(name), Some(value));
    }
    let policy = public.header("content-security-policy").unwrap();
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"));
    let how = public.header("content-disposition").unwrap();
    assert_eq!(how, format!("inline; filename=\"{}.png\"", hash(bytes)));
    let tag = public.header("etag").unwrap();
    let had = [("If-None-Match", tag)];
    let again = court.client().ask("GET", path, &had, b"");
    assert_eq!((again.status, again.body.len()), (304, 0));
}

fn a_picture_for_everybody_is_on_the_page_of_its_certificate(place: Place) {
    let mut court = Court::new(place);
    let (here, absent) = (picture(9), picture(10));
    send_as(&court, "farm-admin", &hash(&here), "image/png", &here);
    let blobs = [blob(&here, "record"), blob(&absent, "record")];
    let draft = certify("farm_certificate", "issued", "HGZ-3", "t/LOT-1");
    let farm = court.host.town.world.parties["farm"].clone();
    let draft = draft.body("issuer_party", farm).set("blobs", json!(blobs));
    let paper = court.host.put("farm", &draft).record.id;
    let html = [("Accept", "text/html")];
    let page = court.client().ask("GET", "/t/LOT-1", &html, b"");
    let source = format!("src=\"/v1/records/{paper}/files/{}\"", hash(&here));
    assert!(page.text().contains(&source), "{}", page.text());
    assert_eq!(page.text().matches("照片不在本服务器").count(), 1);
}

#[test]
fn what_is_no_picture_or_too_large_or_another_is_not_kept() {
    let court = Court::new(Place::sqlite());
    let send =
        |bytes: &[u8], media: &str| send_as(&court, "shop-admin", &hash(bytes), media, bytes);
    let good = picture(1);
    for (bytes, media) in [
        (&b"<html><script>alert(1)</script>"[..], "image/png"),
        (b"GIF89a\x01\0\x01\0\0\0\0;", "image/png"),
        (b"", "image/png"),
        (b"%PDF-1.7 cut off", "application/pdf"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "image/svg+xml",
        ),
        (&good, "text/html"),
        (&good, "image/jpeg"),
        (&good[..40], "image/png"),
    ] {
        assert_eq!(send(bytes, media).problem(415), "file_kind", "{media}");
    }
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    assert_eq!(
        send(heic, "application/octet-stream").problem(415),
        "file_heic"
    );

    let other = send_as(&court, "shop-admin", &hash(b"other"), "image/png", &good);
    assert_eq!(other.problem(400), "file_hash");
    let named = send_as(&court, "shop-admin", "not-a-hash", "image/png", &good);
    assert_eq!(named.problem(400), "bad_identifier");

    // A picture of 40,000 pixels a side that is a few kilobytes as it comes.
    let mut bomb = picture(1);
    bomb[16..20].copy_from_slice(&40_000_u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&40_000_u32.to_be_bytes());
    let mut crc = flate2::Crc::new();
    crc.update(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    assert_eq!(send(&bomb, "image/png").problem(413), "file_pixels");

    // Said to be 50 MB, it is refused before it comes; the connection is closed behind it.
    let bearer = format!("Bearer {}", court.token("shop-admin"));
    let mut client = court.client();
    let head = format!(
        "PUT /v1/files/{} HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer}\r\n\
         Content-Type: image/png\r\nContent-Length: 50000000\r\n\r\n",
        hash(&good)
    );
    client.send(head.as_bytes());
    let refused = client.answer(true).unwrap();
    assert_eq!(refused.problem(413), "body_too_large");

    for name in ["operator", "peer"] {
        let sent = send_as(&court, name, &hash(&good), "image/png", &good);
        assert_eq!(
            sent.problem(403),
            "not_allowed",
            "{name} signs in for no party"
        );
    }
    let path = format!("/v1/files/{}", hash(&good));
    let kind = [("Content-Type", "image/png")];
    let public = court.client().ask("PUT", &path, &kind, &good);
    assert_eq!(public.problem(401), "sign_in_required");
}
