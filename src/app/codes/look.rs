//! The ways in which a picture is looked at, one after the other.

use super::bars::{Stretch, stretches};
use super::line::{Look, bits, values};
use super::read::{Lines, squares};
use super::shades::{inverted, larger, sharper, smaller};
use super::{CODES_MAX, Code};
use image::GrayImage;
use image::imageops::blur;
use std::time::Instant;

/// Pixels of the longer side that most ways look at.
const FIRST_PX: u32 = 1_600;

/// Pixels of the longer side at which bars are found that fill a large picture.
const NEAR_PX: u32 = 800;

/// Pixels of the longer side of what is made twice as large.
const ENLARGED_PX: u32 = 1_200;

/// Ways without anything new after which what was found is all.
const QUIET_WAYS: usize = 4;

/// Lines of a stretch of bars that are looked at, at most.
const LINES_MAX: i64 = 40;

/// A way to look at a picture.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// For bars, with all pixels it has: it takes little time.
    Bars,
    /// For square codes.
    Squares(Shade),
    /// For square codes, with all pixels it has.
    Whole,
    /// For all codes, white on black.
    Inverted,
}

/// What is done to a picture before square codes are looked for.
#[derive(Debug, Clone, Copy)]
struct Shade {
    size: Size,
    /// How far it is softened against noise, in pixels.
    soft_px: f32,
    /// How far it is sharpened, in pixels, and how many times.
    sharp: (f32, u32),
}

/// How large a picture is looked at.
#[derive(Debug, Clone, Copy)]
enum Size {
    Half,
    Same,
    Twice,
}

/// The cheap ones first, and among them those by which most are read.
const WAYS: [Way; 12] = [
    Way::Bars,
    squares_of(Size::Same, 1.0, (0.0, 0)),
    squares_of(Size::Half, 0.0, (0.0, 0)),
    squares_of(Size::Same, 0.0, (0.0, 0)),
    squares_of(Size::Same, 0.0, (3.0, 1)),
    squares_of(Size::Same, 1.0, (3.0, 2)),
    squares_of(Size::Twice, 0.0, (0.0, 0)),
    squares_of(Size::Same, 0.0, (2.0, 3)),
    squares_of(Size::Twice, 0.0, (4.0, 1)),
    squares_of(Size::Twice, 1.0, (0.0, 0)),
    Way::Whole,
    Way::Inverted,
];

const fn squares_of(size: Size, soft_px: f32, sharp: (f32, u32)) -> Way {
    Way::Squares(Shade {
        size,
        soft_px,
        sharp,
    })
}

/// How lines are looked at, the mildest first.
const LOOKS: [Look; 4] = [
    look_at(3, 0, 0),
    look_at(8, 0, 0),
    look_at(3, 6, 2),
    look_at(12, 6, 2),
];

const fn look_at(rows: i64, reach: usize, times: i32) -> Look {
    Look {
        rows,
        sharpen: (reach, times),
    }
}

/// The codes of a picture.
pub(super) fn look(grey: &GrayImage, until: Instant) -> Vec<Code> {
    let first = smaller(grey, FIRST_PX);
    let mut found: Vec<Code> = Vec::new();
    let mut quiet = 0;
    for way in WAYS {
        if Instant::now() >= until || (quiet >= QUIET_WAYS && !found.is_empty()) {
            break;
        }
        let before = found.len();
        for code in look_once(way, grey, &first, until) {
            if found.len() < CODES_MAX && !found.contains(&code) {
                found.push(code);
            }
        }
        quiet = if found.len() > before { 0 } else { quiet + 1 };
    }
    found
}

fn look_once(way: Way, grey: &GrayImage, first: &GrayImage, until: Instant) -> Vec<Code> {
    match way {
        Way::Bars => near_or_far(grey, until),
        Way::Squares(shade) => squares(&shaded(first, shade)),
        Way::Inverted => {
            let inverted = inverted(first.clone());
            let mut found = squares(&inverted);
            found.extend(bars(&inverted, until));
            found
        }
        Way::Whole if grey.dimensions() == first.dimensions() => Vec::new(),
        Way::Whole => squares(grey),
    }
}

fn shaded(grey: &GrayImage, shade: Shade) -> GrayImage {
    let sized = match shade.size {
        Size::Half => smaller(grey, grey.width().max(grey.height()) / 2),
        Size::Same => grey.clone(),
        Size::Twice => larger(&smaller(grey, ENLARGED_PX)),
    };
    let soft = match shade.soft_px > 0.0 {
        true => blur(&sized, shade.soft_px),
        false => sized,
    };
    let (sigma, times) = shade.sharp;
    sharper(soft, sigma, times)
}

/// The linear codes of a picture; where there are none, those whose bars are wider than what is looked
/// at at once.
fn near_or_far(grey: &GrayImage, until: Instant) -> Vec<Code> {
    let found = bars(grey, until);
    match found.is_empty() && grey.width().max(grey.height()) > FIRST_PX {
        true => bars(&smaller(grey, NEAR_PX), until),
        false => found,
    }
}

/// The linear codes of a picture.
fn bars(grey: &GrayImage, until: Instant) -> Vec<Code> {
    let mut lines = Lines::new();
    let stretches = stretches(grey);
    let found = stretches.iter().flat_map(|stretch| {
        let mut looks = LOOKS
            .into_iter()
            .map(|how| across(grey, stretch, how, &mut lines, until));
        looks.find(|found| !found.is_empty()).unwrap_or_default()
    });
    found.collect()
}

/// The codes of a stretch that enough of its lines agree on.
fn across(
    grey: &GrayImage,
    stretch: &Stretch,
    how: Look,
    lines: &mut Lines,
    until: Instant,
) -> Vec<Code> {
    let mut seen: Vec<(Code, usize)> = Vec::new();
    let half_px = stretch.height_px / 2;
    let step_px = how.rows.max(stretch.height_px / LINES_MAX);
    let mut below_px = -half_px;
    while below_px <= half_px && Instant::now() < until {
        let line = values(grey, stretch, below_px, how.rows);
        for code in lines.read(&bits(&line, how.sharpen)) {
            match seen.iter_mut().find(|(known, _)| *known == code) {
                Some((_, times)) => *times += 1,
                None => seen.push((code, 1)),
            }
        }
        below_px += step_px;
    }
    let most = seen.iter().map(|(_, times)| *times).max().unwrap_or(0);
    let sure = seen
        .into_iter()
        .filter(|(code, times)| *times >= needed(code.format).max(most / 5));
    sure.map(|(code, _)| code).collect()
}

/// Lines in which a code has to be seen: one check digit is right by chance in every tenth number that
/// stands nowhere, and the fewer bars there are, the more often others look like them.
fn needed(format: &str) -> usize {
    match format {
        "code_128" | "ean_13" => 3,
        _ => 6,
    }
}
