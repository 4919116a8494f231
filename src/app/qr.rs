//! QR codes: for a terminal, and as SVG for a page or a sheet of paper.

use super::error::AppError;
use qrcode::QrCode;
use qrcode::render::{svg, unicode};

/// Pixels of the smallest square.
const MODULE_PX: u32 = 6;

fn code(text: &str) -> Result<QrCode, AppError> {
    QrCode::new(text).map_err(|cause| AppError::Input(cause.to_string()))
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
}
