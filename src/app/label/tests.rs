//! Labels, read back by other people's code and by readers that know the formats alone.

mod readers;

use super::words::tests::{certificate, facts, host};
use super::words::{Words, of_certificate, of_lot};
use super::*;
use crate::app::label::size::MODULE_MIN_UM;
use crate::app::qr::QUIET_SQUARES;
use readers::{Grey, decoded, from_png, from_svg, from_zpl};

const PORK: &str = "01/09520002000033/10/Q0417-1";
const TOMATOES: &str = "t/JS-TOM-0611";

fn whatever() -> Vec<Words> {
    let pork = facts(PORK, "冷鲜猪肉");
    let long = facts(
        "01/09520001123450/10/AB-1234567890-XYZ%2F1",
        "有机认证高山散养土鸡蛋礼盒装(三十枚)",
    );
    let tomatoes = facts(TOMATOES, "番茄");
    let mut all = vec![
        of_lot(&pork, Size::Pack, &host()),
        of_lot(&long, Size::Pack, &host()),
    ];
    for size in Size::ALL {
        all.push(of_certificate(&tomatoes, &certificate(), size, &host()).unwrap());
    }
    all
}

fn drawn(words: &Words, size: Size, dpi: Dpi) -> Drawing {
    lay_out(Face::carried().unwrap(), words, size, dpi).unwrap()
}

fn picture(words: &Words, size: Size, dpi: Dpi) -> Bitmap {
    Bitmap::of(&drawn(words, size, dpi), Face::carried().unwrap())
}

/// Every label that fits: words of a larger label need not fit on a smaller one.
fn every_label(mut see: impl FnMut(&Words, Size, Dpi)) {
    let mut seen = 0;
    for words in whatever() {
        for size in Size::ALL {
            for dpi in Dpi::ALL {
                match lay_out(Face::carried().unwrap(), &words, size, dpi) {
                    Ok(_) => see(&words, size, dpi),
                    Err(LabelError::TooMuchText { size, .. }) => assert_eq!(size, Size::Pack),
                    Err(other) => panic!("{other}"),
                }
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 45);
}

#[test]
fn every_label_is_read_by_another_reader_from_every_format() {
    every_label(|words, size, dpi| {
        let made = |format: Format| draw(words, size, dpi, format).unwrap();
        let (png, read_dpi) = from_png(&made(Format::Png));
        assert_eq!(read_dpi, dpi.get());
        let zpl = from_zpl(&String::from_utf8(made(Format::Zpl)).unwrap());
        let hex = from_zpl(&String::from_utf8(made(Format::ZplHex)).unwrap());
        let svg = from_svg(&String::from_utf8(made(Format::Svg)).unwrap());
        assert_eq!(decoded(&png), words.link, "png {size:?} {dpi}");
        assert_eq!(decoded(&svg), words.link, "svg {size:?} {dpi}");
        assert!(zpl == png, "ZPL and PNG are the same picture");
        assert!(hex == zpl, "both ways to write ZPL are the same picture");
    });
}

#[test]
fn every_label_is_read_at_200_dpi_and_slightly_blurred() {
    every_label(|words, size, dpi| {
        let (png, _) = from_png(&draw(words, size, dpi, Format::Png).unwrap());
        let small = png.at_200_dpi(dpi.get());
        assert_eq!(decoded(&small), words.link, "{size:?} {dpi}");
        let blurred = small.blurred().doubled();
        assert_eq!(decoded(&blurred), words.link, "blurred {size:?} {dpi}");
    });
}

#[test]
fn quiet_zone_and_margin_are_white_and_squares_are_large_enough() {
    every_label(|words, size, dpi| {
        let drawing = drawn(words, size, dpi);
        let whole = Grey::of(&picture(words, size, dpi));
        let quiet = drawing.square * QUIET_SQUARES;
        let side = drawing.square * drawing.squares.side();
        let (left, top) = (drawing.qr_x - quiet, drawing.qr_y - quiet);
        let is_quiet = |x: u16, y: u16| {
            let inside = |at: u16, from: u16| (from..from + side).contains(&at);
            !(inside(x, drawing.qr_x) && inside(y, drawing.qr_y))
        };
        for y in top..top + side + 2 * quiet {
            for x in left..left + side + 2 * quiet {
                assert!(
                    !is_quiet(x, y) || whole.is_white(x, y),
                    "{size:?} {dpi}: {x} {y}"
                );
            }
        }
        let margin = dpi.dots(size.measures().margin);
        for y in 0..drawing.height {
            for x in 0..drawing.width {
                let inside = (margin..drawing.width - margin).contains(&x)
                    && (margin..drawing.height - margin).contains(&y);
                assert!(inside || whole.is_white(x, y), "{size:?} {dpi}: {x} {y}");
            }
        }
        assert!(drawing.square >= dpi.dots_up(MODULE_MIN_UM));
        let em_min = dpi.dots_up(u32::from(EM_MIN) * 100);
        assert!(drawing.lines.iter().all(|line| line.em >= em_min));
    });
}

#[test]
fn words_that_do_not_fit_are_refused_and_not_cut() {
    let endless = facts(TOMATOES, &"有机认证高山散养土鸡蛋礼盒装".repeat(8));
    let words = of_lot(&endless, Size::Pack, &host());
    let refused = lay_out(Face::carried().unwrap(), &words, Size::Pack, Dpi::D203);
    let refused = refused.map(|_| ()).unwrap_err();
    let (size, em_min) = (Size::Pack, 20);
    assert_eq!(refused, LabelError::TooMuchText { size, em_min });
    assert!(lay_out(Face::carried().unwrap(), &words, Size::Carton, Dpi::D203).is_ok());
}

#[test]
fn a_code_whose_squares_would_be_too_small_is_refused() {
    let batch = "%2B".repeat(20);
    let lot = format!("01/09520002000033/22/{batch}/10/{batch}/21/{batch}");
    let words = of_lot(&facts(&lot, "番茄"), Size::Pack, &host());
    let refused = lay_out(Face::carried().unwrap(), &words, Size::Pack, Dpi::D203);
    match refused.map(|_| ()).unwrap_err() {
        LabelError::QrTooLarge { needs, has, .. } => assert!(needs > has, "{needs} {has}"),
        other => panic!("{other}"),
    }
    let (png, _) = from_png(&draw(&words, Size::Carton, Dpi::D203, Format::Png).unwrap());
    assert_eq!(decoded(&png), words.link);
}

#[test]
fn a_name_with_markup_or_with_characters_nobody_can_print() {
    let words = |name: &str| of_lot(&facts(TOMATOES, name), Size::Pack, &host());
    let made = |name: &str| draw(&words(name), Size::Pack, Dpi::D203, Format::Svg);
    let svg = String::from_utf8(made("<script>a&b</script>").unwrap()).unwrap();
    assert!(!svg.contains("<script"), "{svg}");
    assert!(svg.contains("&lt;script&gt;a&amp;b&lt;/script&gt;"));
    for (name, code) in [
        ("番\u{202e}茄", "label_unfit_character"),
        ("番\u{7}茄", "label_unfit_character"),
        ("番茄\u{1f345}", "label_not_in_font"),
    ] {
        use crate::core::text::Explain as _;
        assert_eq!(made(name).unwrap_err().code(), code, "{name:?}");
    }
}

#[test]
fn pictures_too_large_for_one_zpl_field_go_in_several() {
    let words = of_lot(&facts(PORK, "冷鲜猪肉"), Size::Carton, &host());
    let zpl = draw(&words, Size::Carton, Dpi::D600, Format::Zpl).unwrap();
    let zpl = String::from_utf8(zpl).unwrap();
    assert_eq!(zpl.matches("^GFA,").count(), 5);
    assert!(zpl.is_ascii());
    let (png, _) = from_png(&draw(&words, Size::Carton, Dpi::D600, Format::Png).unwrap());
    assert!(from_zpl(&zpl) == png);
}

#[test]
fn a_label_as_svg() {
    let words = of_lot(&facts(TOMATOES, "番茄"), Size::Pack, &host());
    let svg = draw(&words, Size::Pack, Dpi::D203, Format::Svg).unwrap();
    // Shapes of characters are the font's.
    let shapes = |line: &&str| !line.starts_with("<path id=");
    let svg = String::from_utf8(svg).unwrap();
    let kept: Vec<&str> = svg.lines().filter(shapes).collect();
    insta::assert_snapshot!("pack_svg", kept.join("\n"));
}

#[test]
fn a_certificate_as_words() {
    let words = &whatever();
    insta::assert_debug_snapshot!("words", words);
}
