//! A label as SVG: outlines alone, so that it looks the same wherever it is printed, whatever
//! fonts are there. Its unit is the dot of the printer it was laid out for.

use super::font::Face;
use super::layout::Drawing;
use ab_glyph::{GlyphId, OutlineCurve, Point};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Draws a label. What it says is in its description, for whoever does not see it.
pub(super) fn svg(drawing: &Drawing, face: &Face) -> String {
    let measures = drawing.size.measures();
    let said: Vec<&str> = drawing.lines.iter().map(|line| &*line.text).collect();
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}mm\" height=\"{}mm\" viewBox=\"0 0 {} {}\" role=\"img\" \
         aria-label=\"{said}\">\n<desc>{said}</desc>\n",
        measures.width / 10,
        measures.height / 10,
        drawing.width,
        drawing.height,
        said = escaped(&said.join("\n")),
    );
    out.push_str("<path fill=\"#fff\" d=\"M0 0h");
    put(
        &mut out,
        format_args!("{}v{}H0z\"/>\n", drawing.width, drawing.height),
    );
    out.push_str("<path class=\"qr\" fill=\"#000\" d=\"");
    let side = drawing.square;
    for (column, row, long) in drawing.squares.runs() {
        let (x, y) = (drawing.qr_x + column * side, drawing.qr_y + row * side);
        let long = long * side;
        put(&mut out, format_args!("M{x} {y}h{long}v{side}h-{long}z"));
    }
    out.push_str("\"/>\n<defs>\n");
    let glyphs = drawing.lines.iter().flat_map(|line| &line.glyphs);
    let shapes: BTreeMap<u16, String> = glyphs
        .filter_map(|glyph| Some((glyph.id.0, shape(face, glyph.id)?)))
        .collect();
    for (id, shape) in &shapes {
        put(
            &mut out,
            format_args!("<path id=\"g{id}\" d=\"{shape}\"/>\n"),
        );
    }
    out.push_str("</defs>\n");
    for line in &drawing.lines {
        let scale = f32::from(line.em) / face.em_units();
        let base = line.y.saturating_add(line.em);
        put(
            &mut out,
            format_args!(
                "<g fill=\"#000\" transform=\"translate({} {base}) scale({scale:.5} -{scale:.5})\">",
                line.x
            ),
        );
        let mut pen = line.glyphs.first().map_or(0.0, |glyph| glyph.left);
        for glyph in &line.glyphs {
            if shapes.contains_key(&glyph.id.0) {
                put(
                    &mut out,
                    format_args!("<use href=\"#g{}\" x=\"{pen}\"/>", glyph.id.0),
                );
            }
            pen += glyph.advance;
        }
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

/// Writing to a string does not fail.
fn put(out: &mut String, what: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(what);
}

/// An outline as the data of a path, in units of the font; none for a space.
fn shape(face: &Face, id: GlyphId) -> Option<String> {
    let outline = face.outline(id)?;
    let mut data = String::new();
    let mut pen: Option<Point> = None;
    for curve in &outline.curves {
        let from = match curve {
            OutlineCurve::Line(a, _) | OutlineCurve::Quad(a, _, _) | OutlineCurve::Cubic(a, ..) => {
                a
            }
        };
        if pen != Some(*from) {
            put(&mut data, format_args!("M{} {}", from.x, from.y));
        }
        let to = match curve {
            OutlineCurve::Line(_, b) => {
                put(&mut data, format_args!("L{} {}", b.x, b.y));
                b
            }
            OutlineCurve::Quad(_, b, c) => {
                put(&mut data, format_args!("Q{} {} {} {}", b.x, b.y, c.x, c.y));
                c
            }
            OutlineCurve::Cubic(_, b, c, d) => {
                put(
                    &mut data,
                    format_args!("C{} {} {} {} {} {}", b.x, b.y, c.x, c.y, d.x, d.y),
                );
                d
            }
        };
        pen = Some(*to);
    }
    (!data.is_empty()).then_some(data)
}

/// Text as it may stand in SVG, between tags and in quotes. Control characters were refused
/// before.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_party_wrote_stays_text() {
        assert_eq!(
            escaped("<script>\"'&]]></desc>"),
            "&lt;script&gt;&quot;&#39;&amp;]]&gt;&lt;/desc&gt;"
        );
    }
}
