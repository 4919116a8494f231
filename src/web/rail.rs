//! The lines of the metro map beside one stop, as SVG. Each stop draws its own piece, so that the
//! line fits the text beside it however high that is.

use crate::core::picture::{LANES_MAX, Rail, Stop, StopKind};
use std::fmt::Write as _;

/// Distance of lanes, if there are few.
const LANE_PX: usize = 14;

/// Distance of lanes, if there are many.
const NARROW_PX: usize = 9;

/// Lanes that are few.
const FEW: usize = 4;

/// Where the first lane runs.
const FIRST_PX: usize = 9;

/// Where a stop lies below the upper end of its piece.
const STOP_PX: usize = 17;

/// Lower than any stop is high; what is beyond the piece is not shown.
const LOW_PX: usize = 4_000;

/// Lanes that a strip needs.
pub(super) fn lanes(stops: &[Stop]) -> usize {
    let used = stops.iter().flat_map(|stop| {
        let passing = stop.rail.through.iter().chain(&stop.rail.above);
        passing.map(|(lane, _)| *lane).chain([stop.rail.lane])
    });
    used.max().unwrap_or(0).saturating_add(1).min(LANES_MAX)
}

/// The piece beside a stop.
pub(super) fn piece(stop: &Stop, lanes: usize) -> String {
    let Rail {
        lane,
        above,
        through,
        below,
        below_missing,
    } = &stop.rail;
    let lane_px = if lanes > FEW { NARROW_PX } else { LANE_PX };
    let x = |lane: usize| lane.saturating_mul(lane_px).saturating_add(FIRST_PX);
    let own = x(*lane);
    let mut solid = String::new();
    let mut dashed = String::new();
    let mut path = |missing: bool, d: std::fmt::Arguments<'_>| {
        let to = if missing { &mut dashed } else { &mut solid };
        _ = to.write_fmt(d);
    };
    for (from, missing) in through {
        path(*missing, format_args!("M{0} 0V{LOW_PX}", x(*from)));
    }
    for (from, missing) in above {
        let from = x(*from);
        if from == own {
            path(*missing, format_args!("M{own} 0V{STOP_PX}"));
        } else {
            path(
                *missing,
                format_args!("M{from} 0Q{from} {STOP_PX} {own} {STOP_PX}"),
            );
        }
    }
    if *below {
        path(*below_missing, format_args!("M{own} {STOP_PX}V{LOW_PX}"));
    }
    let mut svg = String::from("<svg class=rail aria-hidden=true>");
    for (class, d) in [("", solid), (" class=miss", dashed)] {
        if !d.is_empty() {
            _ = write!(svg, "<path{class} d=\"{d}\"/>");
        }
    }
    let mark = match stop.kind {
        StopKind::Work => format!("<circle cx={own} cy={STOP_PX} r=6 />"),
        StopKind::Arrival => format!("<circle class=end cx={own} cy={STOP_PX} r=6 />"),
        StopKind::Road => {
            let left = own.saturating_sub(5);
            format!("<path class=road d=\"M{left} 12h10l-5 11z\"/>")
        }
        StopKind::Missing => format!("<circle class=miss cx={own} cy={STOP_PX} r=6 />"),
    };
    svg + &mark + "</svg>"
}
