//! Where everything stands: the QR code on the left with its quiet zone, the words beside it, the
//! code for people beneath. In whole dots of the printer, for every kind of output alike.

use super::error::LabelError;
use super::fit::{Line, Room, Sizes, fit, line_height};
use super::font::Face;
use super::size::{Dpi, EM_MIN, MODULE_MAX_UM, MODULE_MIN_UM, Size};
use super::words::Words;
use crate::app::qr::{QUIET_SQUARES, Squares};

/// A label with everything in its place. All lengths are dots.
#[derive(Debug, Clone)]
pub(super) struct Drawing {
    pub size: Size,
    pub width: u16,
    pub height: u16,
    pub squares: Squares,
    /// A side of a square of the code.
    pub square: u16,
    /// Where the first square is, inside the quiet zone.
    pub qr_x: u16,
    pub qr_y: u16,
    pub lines: Vec<Line>,
}

/// Puts words and code on a label.
///
/// # Errors
/// Whatever does not fit, or a character that cannot be printed.
pub(super) fn lay_out(
    face: &Face,
    words: &Words,
    size: Size,
    dpi: Dpi,
) -> Result<Drawing, LabelError> {
    let measures = size.measures();
    let dots = |tenths: u16| dpi.dots(tenths);
    let (width, height, margin) = (
        dots(measures.width),
        dots(measures.height),
        dots(measures.margin),
    );
    let too_much = || LabelError::TooMuchText {
        size,
        em_min: EM_MIN,
    };
    let least = dpi.dots_up(u32::from(EM_MIN) * 100);
    let sizes = |most: u16| Sizes {
        most: dots(most),
        least,
    };
    let inner = Room {
        x: margin,
        y: margin,
        width: width.saturating_sub(2 * margin),
        height: height.saturating_sub(2 * margin),
    };
    // The code for people first: the QR code has what is left above it.
    let code = fit(
        face,
        std::slice::from_ref(&words.code),
        inner,
        sizes(measures.text),
    )?;
    let code = code.ok_or_else(too_much)?;
    let code_height: u16 = code.iter().map(|line| line_height(line.em)).sum();
    let above = inner.height.saturating_sub(code_height);
    let squares = Squares::of(&words.link).map_err(|_too_long| LabelError::LinkTooLong)?;
    let square = square_of(&squares, dots(measures.qr_max).min(above), size, dpi)?;
    let qr = square * (squares.side() + 2 * QUIET_SQUARES);
    let beside = Room {
        x: margin.saturating_add(qr),
        width: inner.width.saturating_sub(qr),
        height: above,
        ..inner
    };
    let heading = fit(
        face,
        std::slice::from_ref(&words.heading),
        beside,
        sizes(measures.heading),
    )?;
    let mut lines = heading.ok_or_else(too_much)?;
    let used: u16 = lines.iter().map(|line| line_height(line.em)).sum();
    let below = Room {
        y: beside.y.saturating_add(used),
        height: beside.height.saturating_sub(used),
        ..beside
    };
    lines.extend(fit(face, &words.lines, below, sizes(measures.text))?.ok_or_else(too_much)?);
    lines.extend(code.into_iter().map(|line| Line {
        y: line.y.saturating_add(above),
        ..line
    }));
    Ok(Drawing {
        size,
        width,
        height,
        square,
        qr_x: margin + square * QUIET_SQUARES,
        qr_y: margin + square * QUIET_SQUARES,
        squares,
        lines,
    })
}

/// The largest square of whole dots with which a code and its quiet zone fit.
fn square_of(squares: &Squares, room: u16, size: Size, dpi: Dpi) -> Result<u16, LabelError> {
    let across = squares.side() + 2 * QUIET_SQUARES;
    let least = dpi.dots_up(MODULE_MIN_UM);
    // One less than what is too large is not.
    let most = dpi.dots_up(MODULE_MAX_UM + 1).saturating_sub(1);
    let square = (room / across).min(most);
    if square < least {
        return Err(LabelError::QrTooLarge {
            size,
            dpi,
            needs: dpi.tenths_up(u32::from(least) * u32::from(across)),
            has: dpi.tenths_up(u32::from(room)),
        });
    }
    Ok(square)
}
