//! A line across the bars of a linear code: the mean of several rows, so that noise becomes less, looked at
//! between the pixels, sharpened, and told apart into dark and light by what is dark and light around.

use super::bars::{ONE, Stretch};
use image::{GrayImage, Luma};
use rxing::common::BitArray;

/// Points of a line for each pixel.
const POINTS_PX: i64 = 2;

/// Bits of a line for each point.
const BITS: i32 = 2;

/// How a line is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    /// Rows of which it is the mean.
    pub(super) rows: i64,
    /// Points to each side that a value is compared with, and how many times the difference is added.
    pub(super) sharpen: (usize, i32),
}

/// The values of a line across a stretch, so many pixels below its middle; each 256 times as large.
pub(super) fn values(grey: &GrayImage, stretch: &Stretch, below_px: i64, rows: i64) -> Vec<i32> {
    let (cos, sin) = stretch.across;
    let points = stretch.width_px * POINTS_PX;
    let from_px = below_px - rows / 2;
    let value = |at: i64| {
        let right = at * ONE / POINTS_PX - stretch.width_px * ONE / 2;
        let sum: i64 = (from_px..from_px + rows)
            .map(|down| {
                let x = stretch.middle.0 + right * cos / ONE - down * sin;
                let y = stretch.middle.1 + right * sin / ONE + down * cos;
                between(grey, x, y)
            })
            .sum();
        i32::try_from(sum / rows.max(1)).unwrap_or(0)
    };
    (0..points).map(value).collect()
}

/// The value at a place, 256 times as large; beyond the picture that of its edge.
fn between(grey: &GrayImage, x: i64, y: i64) -> i64 {
    let (left, top) = (x.div_euclid(ONE), y.div_euclid(ONE));
    let (right, down) = (x.rem_euclid(ONE) >> 8, y.rem_euclid(ONE) >> 8);
    let at = |x: i64, y: i64| {
        let x = u32::try_from(x)
            .unwrap_or(0)
            .min(grey.width().saturating_sub(1));
        let y = u32::try_from(y)
            .unwrap_or(0)
            .min(grey.height().saturating_sub(1));
        grey.get_pixel_checked(x, y)
            .map_or(255, |Luma([value])| i64::from(*value))
    };
    let row = |y: i64| at(left, y) * (256 - right) + at(left + 1, y) * right;
    (row(top) * (256 - down) + row(top + 1) * down) >> 8
}

/// What of a line is dark.
pub(super) fn bits(values: &[i32], (reach, times): (usize, i32)) -> BitArray {
    let sharp: Vec<i32> = match times {
        0 => values.to_vec(),
        _ => {
            let around = mean(&mean(values, reach), reach);
            let pairs = values.iter().zip(around);
            pairs
                .map(|(value, around)| value + times * (value - around))
                .collect()
        }
    };
    let limits = limits(&sharp);
    let over: Vec<i32> = sharp
        .iter()
        .zip(limits)
        .map(|(value, limit)| value - limit)
        .collect();
    let mut bits = BitArray::with_size(0);
    for pair in over.windows(2) {
        let [here, next] = pair else { continue };
        for part in 0..BITS {
            bits.appendBit(here * (BITS - part) + next * part < 0);
        }
    }
    bits
}

/// The mean of each value and those around it.
fn mean(values: &[i32], reach: usize) -> Vec<i32> {
    let sums: Vec<i64> = std::iter::once(0)
        .chain(values.iter().scan(0_i64, |sum, value| {
            *sum += i64::from(*value);
            Some(*sum)
        }))
        .collect();
    let mean = |at: usize| {
        let (from, to) = (at.saturating_sub(reach), (at + reach + 1).min(values.len()));
        let sum = sums
            .get(to)
            .zip(sums.get(from))
            .map_or(0, |(to, from)| to - from);
        let count = i64::try_from(to - from).unwrap_or(1).max(1);
        i32::try_from(sum / count).unwrap_or(0)
    };
    (0..values.len()).map(mean).collect()
}

/// Below what each value is dark: halfway between the darkest and the lightest around it, where those differ.
fn limits(values: &[i32]) -> Vec<i32> {
    let part = (values.len() / 12).max(16);
    let ends: Vec<(i32, i32)> = values.chunks(part).map(ends).collect();
    let all = ends.iter().fold((i32::MAX, i32::MIN), wider);
    let limit = |at: usize| {
        let near = ends
            .iter()
            .skip(at.saturating_sub(1))
            .take(if at == 0 { 2 } else { 3 });
        let (dark, light) = near.fold((i32::MAX, i32::MIN), wider);
        match (light - dark) * 3 >= all.1 - all.0 {
            true => i32::midpoint(dark, light),
            false => i32::midpoint(all.0, all.1),
        }
    };
    (0..values.len()).map(|at| at / part).map(limit).collect()
}

fn ends(values: &[i32]) -> (i32, i32) {
    values
        .iter()
        .fold((i32::MAX, i32::MIN), |(dark, light), value| {
            (dark.min(*value), light.max(*value))
        })
}

fn wider((dark, light): (i32, i32), other: &(i32, i32)) -> (i32, i32) {
    (dark.min(other.0), light.max(other.1))
}
