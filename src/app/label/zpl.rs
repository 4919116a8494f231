//! A label for printers that speak ZPL II: the whole of it as a picture (`^GFA`), since what their
//! own fonts have of Chinese differs from printer to printer.

use super::bitmap::Bitmap;
use super::size::{Dpi, Size};
use std::fmt::Write as _;

/// Bytes of one `^GF` at most: its counts go from 1 to 99999, and what is beyond is cut to that
/// (ZPL II programming guide, `^GF`). A picture with more goes in several, one below the other.
const FIELD_BYTES_MAX: u32 = 99_999;

/// How the hexadecimal digits are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hex {
    /// All of them.
    Plain,
    /// Shortened as ZPL II allows: counts before a digit, `,` and `!` for the rest of a row, `:`
    /// for the row before once more.
    Short,
}

/// Writes a label.
pub(super) fn zpl(picture: &Bitmap, size: Size, dpi: Dpi, hex: Hex) -> String {
    let (width, height, row) = (picture.width(), picture.height(), picture.row_bytes());
    let mut out = format!(
        "^XA\n^FXshisu {} {dpi} dpi^FS\n^PW{width}\n^LL{height}\n^LH0,0\n",
        size.code()
    );
    let rows: Vec<&[u8]> = picture.rows().collect();
    let together = usize::try_from(FIELD_BYTES_MAX / u32::from(row.max(1))).unwrap_or(1);
    let mut top = 0;
    for band in rows.chunks(together.max(1)) {
        let bytes = band.len() * usize::from(row);
        let _ = write!(out, "^FO0,{top}^GFA,{bytes},{bytes},{row},");
        let mut before: Option<&[u8]> = None;
        for one in band {
            match hex {
                Hex::Plain => out.push_str(&digits(one)),
                Hex::Short if before == Some(*one) => out.push(':'),
                Hex::Short => shorten(&mut out, &digits(one)),
            }
            before = Some(*one);
        }
        out.push_str("^FS\n");
        top += band.len();
    }
    out.push_str("^PQ1\n^XZ\n");
    out
}

fn digits(row: &[u8]) -> String {
    row.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02X}");
        out
    })
}

/// One row in short form.
fn shorten(out: &mut String, row: &str) {
    let ends = [('0', ','), ('F', '!')];
    let end = ends.into_iter().find(|(digit, _)| row.ends_with(*digit));
    let (begins, mark) = match end {
        Some((digit, mark)) => (row.trim_end_matches(digit), Some(mark)),
        None => (row, None),
    };
    for run in begins.as_bytes().chunk_by(|a, b| a == b) {
        let Some(digit) = run.first() else { continue };
        count(out, run.len());
        out.push(char::from(*digit));
    }
    out.extend(mark);
}

/// How often the next digit comes: `z` is 400 times, `g` to `y` 20 to 380, `G` to `Y` 1 to 19.
fn count(out: &mut String, times: usize) {
    if times < 2 {
        return;
    }
    out.extend(std::iter::repeat_n('z', times / 400));
    let (twenties, ones) = (times % 400 / 20, times % 20);
    out.extend(letter('g', twenties));
    out.extend(letter('G', ones));
}

/// The letter that stands `place` places into those that begin with `first`; none for the place 0.
fn letter(first: char, place: usize) -> Option<char> {
    let place = place.checked_sub(1)?;
    (first..).nth(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortened(row: &str) -> String {
        let mut out = String::new();
        shorten(&mut out, row);
        out
    }

    #[test]
    fn rows_are_shortened_as_the_guide_says() {
        assert_eq!(shortened("00000000"), ",");
        assert_eq!(shortened("FFFFFFFF"), "!");
        assert_eq!(shortened("FF000000"), "HF,");
        assert_eq!(shortened("0000FFFF"), "J0!");
        assert_eq!(shortened(&format!("{}B", "6".repeat(39))), "gY6B");
        assert_eq!(shortened(&format!("{}B", "6".repeat(40))), "h6B");
        assert_eq!(shortened(&format!("{}B", "6".repeat(821))), "zzgG6B");
    }
}
