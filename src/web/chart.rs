//! Temperatures on the way as SVG: the allowed band, the lowest and highest of every stretch of
//! time, and gaps shaded. Coordinates are whole numbers; nothing is rounded away that is out of range.

use super::escape::escaped;
use super::lang::Lang;
use crate::core::picture::Chart;
use crate::core::quantity::SignedDecimal;
use crate::core::time::UnixSeconds;
use std::fmt::Write as _;

const WIDTH: i64 = 320;
const HEIGHT: i64 = 120;
const LEFT: i64 = 38;
const TOP: i64 = 8;
const BOTTOM: i64 = 22;

/// Height that a label needs.
const LABEL_PX: u64 = 12;

/// Degrees that are drawn beyond the extremes, in millionths.
const MARGIN_MICRO: i64 = 1_000_000;

/// The scale of a chart.
struct Scale {
    from: UnixSeconds,
    span_s: i64,
    low_micro: i64,
    span_micro: i64,
}

impl Scale {
    fn of(chart: &Chart) -> Self {
        let buckets = || chart.lines.iter().flat_map(|line| &line.buckets);
        let measured = buckets().flat_map(|bucket| [bucket.min_c, bucket.max_c]);
        let range = chart.limits.and(chart.reference);
        let all = measured.chain(range.min_c).chain(range.max_c);
        let all: Vec<i64> = all.map(SignedDecimal::micro).collect();
        let low = all
            .iter()
            .min()
            .copied()
            .unwrap_or(0)
            .saturating_sub(MARGIN_MICRO);
        let high = all
            .iter()
            .max()
            .copied()
            .unwrap_or(0)
            .saturating_add(MARGIN_MICRO);
        Self {
            from: chart.from,
            span_s: i64::try_from(chart.to.since(chart.from))
                .unwrap_or(i64::MAX)
                .max(1),
            low_micro: low,
            span_micro: high.saturating_sub(low).max(1),
        }
    }

    fn x(&self, at: UnixSeconds) -> i64 {
        let since = i64::try_from(at.since(self.from))
            .unwrap_or(0)
            .min(self.span_s);
        let room = WIDTH.saturating_sub(LEFT);
        LEFT.saturating_add(part(since, self.span_s, room))
    }

    fn y(&self, temp_micro: i64) -> i64 {
        let above = temp_micro
            .saturating_sub(self.low_micro)
            .clamp(0, self.span_micro);
        let room = HEIGHT.saturating_sub(TOP).saturating_sub(BOTTOM);
        TOP.saturating_add(room)
            .saturating_sub(part(above, self.span_micro, room))
    }

    const fn high_micro(&self) -> i64 {
        self.low_micro.saturating_add(self.span_micro)
    }
}

/// `value` of `whole`, as that part of `room`.
fn part(value: i64, whole: i64, room: i64) -> i64 {
    let product = i128::from(value).saturating_mul(i128::from(room));
    let part = product.checked_div(i128::from(whole)).unwrap_or(0);
    i64::try_from(part).unwrap_or(0)
}

/// The chart, whose words are `title`.
pub(super) fn svg(chart: &Chart, lang: Lang, title: &str) -> String {
    let scale = Scale::of(chart);
    let title = escaped(title);
    let mut svg = format!(
        "<svg class=chart viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=img aria-label=\"{title}\">"
    );
    band(&mut svg, chart, &scale);
    for gap in &chart.report.gaps {
        let (from, to) = (scale.x(gap.from), scale.x(gap.to));
        let (width, height) = (to.saturating_sub(from).max(2), plot_height());
        _ = write!(
            svg,
            "<rect class=gap x={from} y={TOP} width={width} height={height} />"
        );
    }
    for line in &chart.lines {
        let mut upper = String::new();
        let mut lower: Vec<(i64, i64)> = Vec::new();
        for bucket in &line.buckets {
            let (from, to) = (scale.x(bucket.from), scale.x(bucket.to));
            let (min, max) = (scale.y(bucket.min_c.micro()), scale.y(bucket.max_c.micro()));
            _ = write!(upper, "{from} {max} ");
            lower.push((from, min));
            if to > from {
                _ = write!(upper, "{to} {max} ");
                lower.push((to, min));
            }
        }
        for (x, y) in lower.iter().rev() {
            _ = write!(upper, "{x} {y} ");
        }
        _ = write!(svg, "<polygon points=\"{}\"/>", upper.trim_end());
    }
    axes(&mut svg, chart, &scale, lang);
    svg + "</svg>"
}

const fn plot_height() -> i64 {
    HEIGHT.saturating_sub(TOP).saturating_sub(BOTTOM)
}

/// The allowed temperatures; those for reference are hatched by the style sheet.
fn band(svg: &mut String, chart: &Chart, scale: &Scale) {
    let is_reference = chart.limits.is_open();
    let range = if is_reference {
        chart.reference
    } else {
        chart.limits
    };
    let high = range.max_c.map_or(scale.high_micro(), SignedDecimal::micro);
    let low = range.min_c.map_or(scale.low_micro, SignedDecimal::micro);
    let (top, bottom) = (scale.y(high), scale.y(low));
    let class = if is_reference { "ref" } else { "band" };
    let (width, height) = (
        WIDTH.saturating_sub(LEFT),
        bottom.saturating_sub(top).max(0),
    );
    _ = write!(
        svg,
        "<rect class={class} x={LEFT} y={top} width={width} height={height} />"
    );
}

fn axes(svg: &mut String, chart: &Chart, scale: &Scale, lang: Lang) {
    let mut label = |temp: SignedDecimal, class: &str| {
        let y = scale.y(temp.micro()).saturating_add(4);
        let x = LEFT.saturating_sub(4);
        _ = write!(
            svg,
            "<text class=\"{class}\" x={x} y={y} text-anchor=end>{temp}°</text>"
        );
    };
    let range = chart.limits.and(chart.reference);
    let bounds: Vec<SignedDecimal> = range.min_c.into_iter().chain(range.max_c).collect();
    for bound in &bounds {
        label(*bound, "lim");
    }
    // What would stand upon another label stands in the table only.
    let mut taken: Vec<i64> = bounds.iter().map(|bound| scale.y(bound.micro())).collect();
    for extreme in chart.report.max_c.iter().chain(&chart.report.min_c) {
        let y = scale.y(extreme.micro());
        if taken.iter().all(|other| other.abs_diff(y) >= LABEL_PX) {
            label(*extreme, "");
            taken.push(y);
        }
    }
    let y = HEIGHT.saturating_sub(6);
    _ = write!(
        svg,
        "<text x={LEFT} y={y}>{}</text><text x={WIDTH} y={y} text-anchor=end>{}</text>",
        chart.from.china_minute(),
        chart.to.china_minute()
    );
    if chart.lines.is_empty() {
        let (x, y) = (LEFT.saturating_add(90), HEIGHT / 2);
        _ = write!(
            svg,
            "<text x={x} y={y}>{}</text>",
            lang.t("没有读数", "no readings")
        );
    }
}
