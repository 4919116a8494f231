//! Readers of what labels are written as. Of the code that writes they know nothing but a bitmap.

use crate::app::label::bitmap::Bitmap;
use std::collections::BTreeMap;

/// A picture in shades of grey, 255 white.
#[derive(PartialEq, Eq)]
pub struct Grey {
    width: usize,
    height: usize,
    dots: Vec<u8>,
}

impl Grey {
    fn white(width: usize, height: usize) -> Self {
        let dots = vec![255; width * height];
        Self {
            width,
            height,
            dots,
        }
    }

    fn at(&self, x: usize, y: usize) -> u8 {
        self.dots[y * self.width + x]
    }

    fn blacken(&mut self, x: usize, y: usize) {
        assert!(x < self.width && y < self.height, "{x} {y}");
        self.dots[y * self.width + x] = 0;
    }

    pub fn is_white(&self, x: u16, y: u16) -> bool {
        self.at(x.into(), y.into()) == 255
    }

    /// Bits to dots; rows begin with a whole byte.
    fn from_bits(width: usize, height: usize, bits: &[u8], black: bool) -> Self {
        let mut grey = Self::white(width, height);
        for y in 0..height {
            for x in 0..width {
                let byte = bits[y * width.div_ceil(8) + x / 8];
                if (byte >> (7 - x % 8) & 1 == 1) == black {
                    grey.blacken(x, y);
                }
            }
        }
        grey
    }

    pub fn of(picture: &Bitmap) -> Self {
        let bits: Vec<u8> = picture.rows().flatten().copied().collect();
        Self::from_bits(picture.width().into(), picture.height().into(), &bits, true)
    }

    /// As a scanner of 200 dpi sees it: the mean of 8 × 8 places in each of its dots.
    pub fn at_200_dpi(&self, dpi: u16) -> Self {
        let dpi = usize::from(dpi);
        let mut small = Self::white(self.width * 200 / dpi, self.height * 200 / dpi);
        for y in 0..small.height {
            for x in 0..small.width {
                let place = |at: usize, sub: usize| (at * 8 + sub) * dpi / 1_600;
                let sum: u32 = (0..64)
                    .map(|sub| u32::from(self.at(place(x, sub % 8), place(y, sub / 8))))
                    .sum();
                small.dots[y * small.width + x] = u8::try_from(sum / 64).unwrap();
            }
        }
        small
    }

    /// Twice as large, with the means of neighbours between: no more is seen than before, but rqrr
    /// looks for edges between whole dots and finds them badly in a code of four dots a square.
    pub fn doubled(&self) -> Self {
        let mut out = Self::white(self.width * 2, self.height * 2);
        for y in 0..out.height - 2 {
            for x in 0..out.width - 2 {
                let (left, top) = (x / 2, y / 2);
                let (right, below) = (left + x % 2, top + y % 2);
                let four = [(left, top), (right, top), (left, below), (right, below)];
                let sum: u32 = four.iter().map(|(x, y)| u32::from(self.at(*x, *y))).sum();
                out.dots[y * out.width + x] = u8::try_from(sum / 4).unwrap();
            }
        }
        out
    }

    /// Each dot mixed with its eight neighbours.
    pub fn blurred(&self) -> Self {
        let mut out = Self::white(self.width, self.height);
        for y in 1..self.height - 1 {
            for x in 1..self.width - 1 {
                let around = (0..9).map(|n| u32::from(self.at(x + n % 3 - 1, y + n / 3 - 1)));
                out.dots[y * self.width + x] = u8::try_from(around.sum::<u32>() / 9).unwrap();
            }
        }
        out
    }
}

/// What the one QR code in a picture says, as rqrr reads it.
pub fn decoded(grey: &Grey) -> String {
    let see = |x: usize, y: usize| grey.at(x, y);
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(grey.width, grey.height, see);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one code");
    let (meta, text) = grids[0].decode().unwrap();
    // rqrr numbers the levels as they are written in a code: M is 0.
    assert_eq!(meta.ecc_level, 0, "error correction M");
    text
}

/// A PNG of one bit a dot, and its dots per inch.
pub fn from_png(file: &[u8]) -> (Grey, u16) {
    let decoder = png::Decoder::new(std::io::Cursor::new(file));
    let mut reader = decoder.read_info().unwrap();
    let info = reader.info();
    assert_eq!(
        (info.color_type, info.bit_depth),
        (png::ColorType::Grayscale, png::BitDepth::One)
    );
    let dims = info.pixel_dims.unwrap();
    assert_eq!((dims.unit, dims.xppu), (png::Unit::Meter, dims.yppu));
    let dpi = u16::try_from((u64::from(dims.xppu) * 254 + 5_000) / 10_000).unwrap();
    let (width, height) = (
        info.width.try_into().unwrap(),
        info.height.try_into().unwrap(),
    );
    let mut bits = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut bits).unwrap();
    (Grey::from_bits(width, height, &bits, false), dpi)
}

/// What a printer makes of ZPL II: commands begin with a caret, two letters name them.
pub fn from_zpl(text: &str) -> Grey {
    let text = text.trim().replace(['\n', '\r'], "");
    assert!(text.starts_with("^XA") && text.ends_with("^XZ"));
    let commands: Vec<(String, String)> = text
        .split('^')
        .skip(1)
        .map(|command| {
            let (name, rest) = command.split_at(2);
            (name.to_owned(), rest.to_owned())
        })
        .collect();
    let told = |wanted: &str| -> usize {
        let found = commands.iter().find(|(name, _)| name == wanted);
        found.unwrap().1.parse().unwrap()
    };
    let mut grey = Grey::white(told("PW"), told("LL"));
    let mut origin = (0, 0);
    for (name, rest) in &commands {
        match name.as_str() {
            "FO" => {
                let (x, y) = rest.split_once(',').unwrap();
                origin = (x.parse().unwrap(), y.parse().unwrap());
            }
            "GF" => field(&mut grey, origin, rest),
            "XA" | "FX" | "FS" | "PW" | "LL" | "LH" | "PQ" | "XZ" => {}
            other => panic!("{other}"),
        }
    }
    grey
}

/// A graphic field: `A,bytes,bytes,bytes of a row,data`.
fn field(grey: &mut Grey, (left, top): (usize, usize), rest: &str) {
    let parts: Vec<&str> = rest.splitn(5, ',').collect();
    let number = |at: usize| -> usize { parts[at].parse().unwrap() };
    assert_eq!((parts[0], number(1)), ("A", number(2)));
    let (bytes, row) = (number(2), number(3));
    assert!((1..=99_999).contains(&bytes) && bytes.is_multiple_of(row));
    let rows = unpacked(parts[4], row * 2);
    assert_eq!(rows.len(), bytes / row, "as many rows as the counts say");
    for (y, digits) in rows.iter().enumerate() {
        for (at, digit) in digits.chars().enumerate() {
            let nibble = digit.to_digit(16).unwrap();
            for bit in 0..4 {
                if nibble >> (3 - bit) & 1 == 1 {
                    grey.blacken(left + at * 4 + bit, top + y);
                }
            }
        }
    }
}

/// Rows of so many digits.
fn unpacked(data: &str, digits: usize) -> Vec<String> {
    let counts: BTreeMap<char, usize> = ('G'..='Y')
        .zip(1..)
        .chain(('g'..='z').zip((1..).map(|n| n * 20)))
        .collect();
    let mut rows: Vec<String> = Vec::new();
    let mut row = String::new();
    let mut times = 0;
    for c in data.chars() {
        match c {
            ',' | '!' => {
                assert_eq!(times, 0);
                let fill = if c == ',' { '0' } else { 'F' };
                row.extend(std::iter::repeat_n(fill, digits - row.len()));
            }
            ':' => {
                assert!(row.is_empty() && times == 0);
                row = rows.last().unwrap().clone();
            }
            c if counts.contains_key(&c) => times += counts[&c],
            digit => {
                row.extend(std::iter::repeat_n(digit, times.max(1)));
                times = 0;
            }
        }
        assert!(row.len() <= digits, "a row is too long");
        if row.len() == digits {
            rows.push(std::mem::take(&mut row));
        }
    }
    assert!(row.is_empty() && times == 0, "a row is cut off");
    rows
}

/// The QR code of an SVG: its path of rectangles, in the units of the view box.
pub fn from_svg(text: &str) -> Grey {
    let between = |before: &str, after: &str| {
        let (_, rest) = text.split_once(before).unwrap();
        rest.split_once(after).unwrap().0.to_owned()
    };
    let numbers = |text: &str| -> Vec<usize> {
        let parts = text.split(|c: char| !c.is_ascii_digit());
        parts.filter_map(|part| part.parse().ok()).collect()
    };
    let whole = numbers(&between("viewBox=\"", "\""));
    let mut grey = Grey::white(whole[2], whole[3]);
    for one in between("class=\"qr\" fill=\"#000\" d=\"", "\"").split_terminator('z') {
        let [x, y, width, height, back] = numbers(one)[..] else {
            panic!("{one}");
        };
        assert_eq!(one, format!("M{x} {y}h{width}v{height}h-{back}"));
        for y in y..y + height {
            for x in x..x + width {
                grey.blacken(x, y);
            }
        }
    }
    grey
}
