//! QR codes: for a terminal, as SVG for a page or a sheet of paper, and as squares for whoever
//! draws them, such as labels.

use super::error::AppError;
use qrcode::render::{svg, unicode};
use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode};

/// Pixels of the smallest square.
const MODULE_PX: u32 = 6;

/// How much may be damaged: M, 15 %. GS1's tools use it for links unless told otherwise; L would
/// save little, and Q and H make squares smaller on the same paper, which costs more than it gives.
const CORRECTION: EcLevel = EcLevel::M;

/// Squares that are left white around a code (ISO/IEC 18004).
pub const QUIET_SQUARES: u16 = 4;

/// A code as squares, without the white around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Squares {
    side: u16,
    dark: Vec<bool>,
}

impl Squares {
    /// The code of a text.
    ///
    /// # Errors
    /// A text that is too long for a QR code.
    pub fn of(text: &str) -> Result<Self, QrError> {
        let code = encode(text)?;
        Ok(Self {
            side: u16::try_from(code.width()).unwrap_or(u16::MAX),
            dark: code
                .into_colors()
                .into_iter()
                .map(|colour| colour == Color::Dark)
                .collect(),
        })
    }

    /// Squares of a side.
    #[must_use]
    pub const fn side(&self) -> u16 {
        self.side
    }

    /// Dark squares that stand together in a row: column, row, how many.
    pub fn runs(&self) -> impl Iterator<Item = (u16, u16, u16)> {
        let rows = self.dark.chunks(usize::from(self.side.max(1)));
        (0_u16..).zip(rows).flat_map(|(row, squares)| {
            let mut column = 0_u16;
            squares.chunk_by(|a, b| a == b).filter_map(move |run| {
                let (from, long) = (column, u16::try_from(run.len()).unwrap_or(u16::MAX));
                column = column.saturating_add(long);
                run.first()
                    .is_some_and(|dark| *dark)
                    .then_some((from, row, long))
            })
        })
    }
}

fn encode(text: &str) -> Result<QrCode, QrError> {
    QrCode::with_error_correction_level(text, CORRECTION)
}

fn code(text: &str) -> Result<QrCode, AppError> {
    encode(text).map_err(|cause| AppError::Input(cause.to_string()))
}

/// For a terminal, two rows of squares in a line, with a quiet zone around.
///
/// # Errors
/// A text that is too long for a QR code.
pub fn terminal(text: &str) -> Result<String, AppError> {
    let render = |code: QrCode| code.render::<unicode::Dense1x2>().quiet_zone(true).build();
    code(text).map(render)
}

/// As an SVG document.
///
/// # Errors
/// A text that is too long for a QR code.
pub fn svg(text: &str) -> Result<String, AppError> {
    let render = |code: QrCode| {
        code.render::<svg::Color<'_>>()
            .module_dimensions(MODULE_PX, MODULE_PX)
            .quiet_zone(true)
            .build()
    };
    code(text).map(render)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_becomes_a_picture_and_a_book_does_not() {
        let link = "https://shisu.example/join#7H4K-9M2P-X3QD-T8WZ";
        assert!(svg(link).unwrap().contains("<svg"));
        assert!(terminal(link).unwrap().lines().count() > 10);
        assert!(svg(&"x".repeat(5_000)).is_err());
    }

    #[test]
    fn the_runs_of_a_code_are_its_dark_squares() {
        let link = "https://shisu.example/t/JS-PIG-0417";
        let squares = Squares::of(link).unwrap();
        let code = encode(link).unwrap();
        let dark = code
            .to_colors()
            .iter()
            .filter(|c| **c == Color::Dark)
            .count();
        let long: usize = squares.runs().map(|(_, _, long)| usize::from(long)).sum();
        assert_eq!((usize::from(squares.side()), long), (code.width(), dark));
        let (column, row, long) = squares.runs().next().unwrap();
        assert_eq!((column, row, long), (0, 0, 7), "the first finder pattern");
        assert!(Squares::of(&"x".repeat(5_000)).is_err());
    }
}
