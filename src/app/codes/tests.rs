use super::*;
use image::{DynamicImage, ImageFormat, Luma};
use std::collections::HashSet;
use std::io::Cursor;

/// Widths of bars and gaps of the digits 0 to 9 in EAN-13, set A (ISO/IEC 15420).
const EAN: [&str; 10] = [
    "3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112",
];

/// Which digits of the left half are of set B, by the first digit.
const EAN_SETS: [&str; 10] = [
    "AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB", "ABBAAB", "ABBBAA", "ABABAB", "ABABBA",
    "ABBABA",
];

/// Widths of the characters of Code 128 (ISO/IEC 15417) that are needed: pairs of digits 00 to 99 in
/// set C would be a table of a hundred, so these are those of the code below.
const CODE_128: [(u32, &str); 13] = [
    (62, "431111"),
    (1, "222122"),
    (2, "222221"),
    (9, "221213"),
    (10, "221312"),
    (52, "213311"),
    (0, "212222"),
    (3, "121223"),
    (33, "111323"),
    (100, "114131"),
    (102, "411131"),
    (105, "211232"),
    (17, "123221"),
];

/// A line of bars and gaps, one after the other, on white.
fn bars(widths: &str, module: u32, height: u32) -> GrayImage {
    let widths: Vec<u32> = widths.chars().map(|c| c.to_digit(10).unwrap()).collect();
    let quiet = 12;
    let modules: u32 = widths.iter().sum::<u32>() + 2 * quiet;
    let mut picture = GrayImage::from_pixel(modules * module, height + 60, Luma([255]));
    let mut x = quiet * module;
    for (at, width) in widths.iter().enumerate() {
        if at % 2 == 0 {
            for (x, y) in
                (x..x + width * module).flat_map(|x| (30..30 + height).map(move |y| (x, y)))
            {
                picture.put_pixel(x, y, Luma([0]));
            }
        }
        x += width * module;
    }
    picture
}

fn ean_13(digits: &str, module: u32) -> GrayImage {
    let digits: Vec<usize> = digits.bytes().map(|b| usize::from(b - b'0')).collect();
    let mut widths = "111".to_owned();
    for (digit, set) in digits[1..7].iter().zip(EAN_SETS[digits[0]].chars()) {
        match set {
            'A' => widths.push_str(EAN[*digit]),
            _ => widths.extend(EAN[*digit].chars().rev()),
        }
    }
    widths.push_str("11111");
    digits[7..]
        .iter()
        .for_each(|digit| widths.push_str(EAN[*digit]));
    widths.push_str("111");
    bars(&widths, module, 160)
}

/// Start C, FNC1, `01 09 52 00 02 00 00 33`, `10` and these pairs of digits, checked and ended.
fn gs1_128(lot: &[u32]) -> GrayImage {
    let values = [102, 1, 9, 52, 0, 2, 0, 0, 33, 10]
        .iter()
        .chain(lot)
        .copied();
    let sum = values
        .clone()
        .zip(1..)
        .fold(105, |sum, (value, at)| sum + value * at);
    let widths = |value: u32| {
        let found = CODE_128.iter().find(|(known, _)| *known == value);
        found
            .unwrap_or_else(|| panic!("{value} is not in the table"))
            .1
    };
    let all = std::iter::once(105).chain(values).chain([sum % 103]);
    let line: String = all.map(widths).collect();
    bars(&format!("{line}2331112"), 2, 140)
}

fn qr(text: &str) -> GrayImage {
    let code = qrcode::QrCode::new(text.as_bytes()).unwrap();
    let module = 6;
    let side = u32::try_from(code.width()).unwrap();
    let dark = code.to_colors();
    GrayImage::from_fn((side + 8) * module, (side + 8) * module, |x, y| {
        let at = |one: u32| (one / module).checked_sub(4).filter(|one| *one < side);
        let is_dark = at(x).zip(at(y)).is_some_and(|(x, y)| {
            dark[usize::try_from(y * side + x).unwrap()] == qrcode::Color::Dark
        });
        Luma([if is_dark { 0 } else { 255 }])
    })
}

/// Pictures beside each other.
fn beside(pictures: &[GrayImage]) -> GrayImage {
    let width = pictures.iter().map(GrayImage::width).sum();
    let height = pictures.iter().map(GrayImage::height).max().unwrap();
    let mut all = GrayImage::from_pixel(width, height, Luma([255]));
    let mut left = 0;
    for picture in pictures {
        image::imageops::overlay(&mut all, picture, left, 0);
        left += i64::from(picture.width());
    }
    all
}

fn file(picture: GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::ImageLuma8(picture).to_rgb8();
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// What is read by whoever has time: a build for tests is slow.
fn read(picture: GrayImage) -> Vec<(String, &'static str)> {
    let photo = file(picture, ImageFormat::Jpeg);
    let codes = decode_within(&photo, Duration::from_mins(5)).unwrap();
    codes
        .into_iter()
        .map(|code| (code.text, code.format))
        .collect()
}

const LINK: &str = "https://shisu.example/01/09520002000033/10/Q0417-1";
const EAN_NUMBER: &str = "9520002000033";

fn one(text: &str, format: &'static str) -> Vec<(String, &'static str)> {
    vec![(text.to_owned(), format)]
}

#[test]
fn the_codes_of_labels_are_read_from_every_kind_of_picture() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let codes = decode(&file(qr(LINK), format)).unwrap();
        assert_eq!(codes.len(), 1);
        assert_eq!((&*codes[0].text, codes[0].format), (LINK, "qr_code"));
    }
    assert_eq!(read(ean_13(EAN_NUMBER, 3)), one(EAN_NUMBER, "ean_13"));
    let lot = gs1_128(&[3]);
    assert_eq!(read(lot), one("]C101095200020000331003", "code_128"));
}

#[test]
fn a_check_character_that_looks_like_a_separator_is_none() {
    // Its value is 102, as that of FNC1.
    let lot = gs1_128(&[1, 3, 2]);
    assert_eq!(read(lot), one("]C1010952000200003310010302", "code_128"));
}

/// The picture turned about its middle, on white; cosine and sine in parts of 65,536.
fn turned(grey: &GrayImage, (cos, sin): (i64, i64)) -> GrayImage {
    let (width, height) = (i64::from(grey.width()), i64::from(grey.height()));
    let across = |one: i64, other: i64| ((one * cos.abs() + other * sin.abs()) >> 16) + 1;
    let side = across(width, height).max(across(height, width));
    let side_px = u32::try_from(side).unwrap();
    GrayImage::from_fn(side_px, side_px, |x, y| {
        let (right, down) = (2 * i64::from(x) - side, 2 * i64::from(y) - side);
        let from_x = ((right * cos + down * sin) >> 17) + width / 2;
        let from_y = ((down * cos - right * sin) >> 17) + height / 2;
        let from = u32::try_from(from_x).ok().zip(u32::try_from(from_y).ok());
        let found = from.and_then(|(x, y)| grey.get_pixel_checked(x, y));
        found.copied().unwrap_or(Luma([255]))
    })
}

/// Cosine and sine of 10°, 30°, 45°, 60° and -30°.
const SLANTS: [(i64, i64); 5] = [
    (64_540, 11_380),
    (56_756, 32_768),
    (46_341, 46_341),
    (32_768, 56_756),
    (56_756, -32_768),
];

#[test]
fn codes_are_read_upside_down_upright_and_aslant() {
    use image::imageops::{rotate90, rotate180, rotate270};
    let lot = "]C101095200020000331003";
    for (picture, text) in [
        (qr(LINK), LINK),
        (ean_13(EAN_NUMBER, 3), EAN_NUMBER),
        (gs1_128(&[3]), lot),
    ] {
        for way in [rotate90, rotate180, rotate270] {
            assert_eq!(read(way(&picture))[0].0, text);
        }
        for slant in SLANTS {
            let found = read(turned(&picture, slant));
            assert_eq!(found.first().map(|code| &*code.0), Some(text), "{slant:?}");
        }
    }
}

#[test]
fn a_linear_code_is_read_from_near_and_from_afar() {
    let near = ean_13(EAN_NUMBER, 18);
    let mut afar = GrayImage::from_pixel(1_800, 700, Luma([90]));
    image::imageops::overlay(&mut afar, &ean_13(EAN_NUMBER, 2), 1_300, 300);
    for picture in [near, afar] {
        assert_eq!(read(picture), one(EAN_NUMBER, "ean_13"));
    }
}

#[test]
fn a_dark_noisy_and_blurred_linear_code_is_read() {
    // A third of the contrast, bars blurred over half their width, and noise of a tenth of what is left.
    let mut picture = image::imageops::blur(&ean_13(EAN_NUMBER, 4), 2.0);
    let mut state = 20_261_123_u32;
    picture.iter_mut().for_each(|value| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *value = 20 + *value / 4 + u8::try_from(state >> 24).unwrap() / 14;
    });
    assert_eq!(read(picture), one(EAN_NUMBER, "ean_13"));
}

#[test]
fn dark_pale_inverted_and_blurred_codes_are_read() {
    let shaded = |dark: u8, range: u8| {
        let mut picture = qr(LINK);
        picture
            .iter_mut()
            .for_each(|value| *value = dark + *value / 255 * range);
        picture
    };
    assert_eq!(read(shaded(4, 24)), one(LINK, "qr_code"), "dark");
    assert_eq!(read(shaded(210, 30)), one(LINK, "qr_code"), "pale");
    let mut inverted = qr(LINK);
    image::imageops::invert(&mut inverted);
    assert_eq!(read(inverted), one(LINK, "qr_code"));
    let blurred = image::imageops::blur(&qr(LINK), 2.5);
    assert_eq!(read(blurred), one(LINK, "qr_code"));
}

#[test]
fn several_codes_of_one_photo_are_all_told() {
    let links: Vec<String> = (1..=4).map(|n| format!("{LINK}{n}")).collect();
    let mut pictures: Vec<GrayImage> = links.iter().map(|link| qr(link)).collect();
    pictures.push(ean_13(EAN_NUMBER, 3));
    let found: HashSet<String> = read(beside(&pictures))
        .into_iter()
        .map(|code| code.0)
        .collect();
    for link in &links {
        assert!(found.contains(link), "{link}: {found:?}");
    }
    assert!(found.contains(EAN_NUMBER), "{found:?}");
}

#[test]
fn a_photo_without_a_code_has_none_and_takes_bounded_time() {
    let began = Instant::now();
    // Stripes and dots that begin like codes everywhere.
    let noise = GrayImage::from_fn(2_400, 1_800, |x, y| {
        Luma([if (x / 3 + y / 7 * 5) % 3 == 0 || (x * y) % 11 < 4 {
            0
        } else {
            255
        }])
    });
    assert_eq!(decode(&file(noise, ImageFormat::Png)), Ok(vec![]));
    assert!(began.elapsed() < PATIENCE * 10, "{:?}", began.elapsed());
    assert_eq!(
        decode(&file(GrayImage::new(1, 1), ImageFormat::Png)),
        Ok(vec![])
    );
}

#[test]
fn what_is_no_photo_is_told_apart_from_a_photo_without_codes() {
    assert_eq!(decode(b"%PDF-1.7"), Err(PhotoFault::Kind));
    assert_eq!(decode(b""), Err(PhotoFault::Kind));
    assert_eq!(
        decode(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        Err(PhotoFault::Heic)
    );
    assert_eq!(
        decode(&vec![0; PHOTO_BYTES_MAX + 1]),
        Err(PhotoFault::TooLarge)
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(40))]
    #[test]
    fn no_picture_is_a_fault_of_the_decoder(
        width in 1_u32..90, height in 1_u32..90,
        seed in proptest::collection::vec(proptest::num::u8::ANY, 1..64),
    ) {
        let mut values = seed.iter().cycle();
        let picture = GrayImage::from_fn(width, height, |_, _| Luma([*values.next().unwrap()]));
        proptest::prop_assert!(decode(&file(picture, ImageFormat::Png)).is_ok());
    }
}
