//! What is done to a picture before square codes are looked for: made smaller, larger, sharper and softer.

use image::GrayImage;
use image::imageops::{FilterType, invert, resize, unsharpen};

/// The picture with no side longer than this.
pub(super) fn smaller(grey: &GrayImage, longest: u32) -> GrayImage {
    let (width, height) = grey.dimensions();
    let now = width.max(height);
    if now <= longest {
        return grey.clone();
    }
    let side = |side: u32| (side.saturating_mul(longest) / now).max(1);
    resize(grey, side(width), side(height), FilterType::Triangle)
}

/// Edges that a blur took away, so many times.
pub(super) fn sharper(grey: GrayImage, sigma: f32, times: u32) -> GrayImage {
    (0..times).fold(grey, |picture, _| unsharpen(&picture, sigma, 0))
}

/// White for black.
pub(super) fn inverted(mut grey: GrayImage) -> GrayImage {
    invert(&mut grey);
    grey
}

/// Twice as wide and high, each value between those beside it: in whole numbers, which takes a tenth of
/// the time of a filter for any size.
pub(super) fn larger(grey: &GrayImage) -> GrayImage {
    let width = usize::try_from(grey.width()).unwrap_or(1).max(1);
    let lines: Vec<Vec<u16>> = grey.as_raw().chunks_exact(width).map(wider).collect();
    let (above, below) = (
        lines.first().into_iter().chain(&lines),
        lines.iter().skip(1).chain(lines.last()),
    );
    let mut values = Vec::with_capacity(grey.len().saturating_mul(4));
    for ((above, line), below) in above.zip(&lines).zip(below) {
        for other in [above, below] {
            let pairs = line.iter().zip(other);
            values.extend(
                pairs.map(|(near, far)| u8::try_from((near * 3 + far + 8) / 16).unwrap_or(u8::MAX)),
            );
        }
    }
    let (width, height) = (
        grey.width().saturating_mul(2),
        grey.height().saturating_mul(2),
    );
    GrayImage::from_raw(width, height, values).unwrap_or_default()
}

/// Twice as many values, four times as large.
fn wider(line: &[u8]) -> Vec<u16> {
    let (before, after) = (
        line.first().into_iter().chain(line),
        line.iter().skip(1).chain(line.last()),
    );
    let three = before.zip(line).zip(after);
    let pairs = three.flat_map(|((before, here), after)| {
        let here = u16::from(*here) * 3;
        [here + u16::from(*before), here + u16::from(*after)]
    });
    pairs.collect()
}
