//! Codes in photos: what the server reads for a phone that could not, and what it refuses.

use crate::client::Answer;
use crate::court::Court;
use crate::place::{Place, on_both_databases};
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use serde_json::json;
use std::io::Cursor;

on_both_databases! {
    a_photo_is_read_for_whoever_is_signed_in_and_for_nobody_else
    what_is_no_photo_or_beyond_a_limit_is_refused_with_what_to_do
}

const PATH: &str = "/v1/codes/decode";

fn qr(text: &str) -> GrayImage {
    let code = qrcode::QrCode::new(text.as_bytes()).unwrap();
    let (side, module) = (u32::try_from(code.width()).unwrap(), 5);
    let dark = code.to_colors();
    GrayImage::from_fn((side + 8) * module, (side + 8) * module, |x, y| {
        let at = |one: u32| (one / module).checked_sub(4).filter(|one| *one < side);
        let is_dark = at(x).zip(at(y)).is_some_and(|(x, y)| {
            dark[usize::try_from(y * side + x).unwrap()] == qrcode::Color::Dark
        });
        Luma([if is_dark { 20 } else { 200 }])
    })
}

fn file(picture: GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::ImageLuma8(picture).to_rgb8();
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn send(court: &Court, name: Option<&str>, media: &str, bytes: &[u8]) -> Answer {
    let bearer = name.map(|name| format!("Bearer {}", court.token(name)));
    let mut headers = vec![("Content-Type", media)];
    if let Some(bearer) = &bearer {
        headers.push(("Authorization", bearer));
    }
    court.client().ask("POST", PATH, &headers, bytes)
}

fn a_photo_is_read_for_whoever_is_signed_in_and_for_nobody_else(place: Place) {
    let court = Court::new(place);
    let link = "https://shisu.example/t/LOT-1";
    let photo = file(image::imageops::rotate90(&qr(link)), ImageFormat::Jpeg);
    for media in ["image/jpeg", "application/octet-stream"] {
        let read = send(&court, Some("shop-admin"), media, &photo);
        assert_eq!(read.status, 200, "{}", read.text());
        let expected = json!({"codes": [{"text": link, "format": "qr_code"}]});
        assert_eq!(read.json(), expected);
        assert_eq!(read.header("cache-control"), Some("no-store"));
    }
    assert_eq!(
        send(&court, None, "image/jpeg", &photo).problem(401),
        "sign_in_required"
    );
    let nothing = file(GrayImage::new(300, 200), ImageFormat::WebP);
    let read = send(&court, Some("lab"), "image/webp", &nothing);
    assert_eq!((read.status, read.json()), (200, json!({"codes": []})));
}

fn what_is_no_photo_or_beyond_a_limit_is_refused_with_what_to_do(place: Place) {
    let court = Court::new(place);
    let as_shop = |media: &str, bytes: &[u8]| send(&court, Some("shop-admin"), media, bytes);
    assert_eq!(as_shop("image/jpeg", b"rubbish").problem(415), "file_kind");
    assert_eq!(as_shop("application/json", b"{}").problem(415), "file_kind");
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    assert_eq!(
        as_shop("application/octet-stream", heic).problem(415),
        "file_heic"
    );

    // A photo of 40 MB is refused by what it announces, with words that help.
    let huge = vec![0_u8; 40 * 1024 * 1024];
    let refused = as_shop("image/jpeg", &huge);
    assert_eq!(refused.problem(413), "body_too_large");
    let detail = &refused.json()["detail"];
    assert!(detail["zh"].as_str().unwrap().contains("裁剪"), "{detail}");
    assert!(
        detail["en"].as_str().unwrap().contains("fewer pixels"),
        "{detail}"
    );

    let mut bomb = file(GrayImage::new(1, 1), ImageFormat::Png);
    bomb[16..20].copy_from_slice(&30_000_u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&30_000_u32.to_be_bytes());
    let crc = crc(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(as_shop("image/png", &bomb).problem(413), "file_pixels");

    // And the server reads on.
    let photo = file(qr("t/LOT-1"), ImageFormat::Png);
    assert_eq!(
        as_shop("image/png", &photo).json()["codes"][0]["text"],
        "t/LOT-1"
    );
}

/// The checksum of a chunk of a PNG.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            let carry = if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
            (crc >> 1) ^ carry
        })
    })
}
