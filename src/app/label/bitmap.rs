//! A label as dots, black or white: what a thermal printer prints.

use super::fit::{Line, line_height};
use super::font::Face;
use super::layout::Drawing;
use ab_glyph::{OutlineCurve, Point};
use ab_glyph_rasterizer::Rasterizer;

/// How much of a dot a stroke has to cover for it to be black. Less than half: thin strokes of
/// small characters fall between two dots, and a broken stroke is harder to read than a thick one.
const COVERED_MIN: f32 = 0.42;

/// Dots left and right of a line in which nothing is drawn: the rasteriser does not check that what
/// is rounded stays in its row.
const RIM: u16 = 2;

/// A picture of black and white dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    width: u16,
    height: u16,
    /// Row by row, each from a whole byte on; the highest bit is the leftmost dot; 1 is black.
    bytes: Vec<u8>,
}

impl Bitmap {
    fn white(width: u16, height: u16) -> Self {
        let bytes = usize::from(width.div_ceil(8)) * usize::from(height);
        Self {
            width,
            height,
            bytes: vec![0; bytes],
        }
    }

    /// A label.
    pub(super) fn of(drawing: &Drawing, face: &Face) -> Self {
        let mut picture = Self::white(drawing.width, drawing.height);
        let side = drawing.square;
        for (column, row, long) in drawing.squares.runs() {
            let (left, top) = (drawing.qr_x + column * side, drawing.qr_y + row * side);
            for y in top..top.saturating_add(side) {
                for x in left..left.saturating_add(long * side) {
                    picture.blacken(x, y);
                }
            }
        }
        for line in &drawing.lines {
            picture.write(line, face);
        }
        picture
    }

    /// Dots of a row.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// Rows.
    #[must_use]
    pub const fn height(&self) -> u16 {
        self.height
    }

    /// Bytes of a row.
    #[must_use]
    pub const fn row_bytes(&self) -> u16 {
        self.width.div_ceil(8)
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.chunks(usize::from(self.row_bytes().max(1)))
    }

    fn blacken(&mut self, x: u16, y: u16) {
        if x >= self.width || y >= self.height {
            return;
        }
        let at = usize::from(y) * usize::from(self.row_bytes()) + usize::from(x / 8);
        if let Some(byte) = self.bytes.get_mut(at) {
            *byte |= 0x80 >> (x % 8);
        }
    }

    fn write(&mut self, line: &Line, face: &Face) {
        let width = self.width.saturating_sub(line.x).saturating_add(2 * RIM);
        let height = line_height(line.em);
        let mut raster = Rasterizer::new(usize::from(width), usize::from(height));
        let scale = f32::from(line.em) / face.em_units();
        let mut pen = line.glyphs.first().map_or(0.0, |glyph| glyph.left);
        for glyph in &line.glyphs {
            let outline = face.outline(glyph.id);
            for curve in outline.iter().flat_map(|outline| &outline.curves) {
                let at = |point: &Point| {
                    let x = f32::from(RIM) + (pen + point.x) * scale;
                    let x = x.clamp(0.0, f32::from(width - RIM));
                    ab_glyph_rasterizer::point(x, f32::from(line.em) - point.y * scale)
                };
                match curve {
                    OutlineCurve::Line(a, b) => raster.draw_line(at(a), at(b)),
                    OutlineCurve::Quad(a, b, c) => raster.draw_quad(at(a), at(b), at(c)),
                    OutlineCurve::Cubic(a, b, c, d) => {
                        raster.draw_cubic(at(a), at(b), at(c), at(d));
                    }
                }
            }
            pen += glyph.advance;
        }
        raster.for_each_pixel_2d(|x, y, covered| {
            if covered < COVERED_MIN {
                return;
            }
            let (x, y) = (u16::try_from(x), u16::try_from(y));
            if let (Ok(x), Ok(y)) = (x, y)
                && let Some(x) = line.x.saturating_add(x).checked_sub(RIM)
            {
                self.blacken(x, line.y.saturating_add(y));
            }
        });
    }
}
