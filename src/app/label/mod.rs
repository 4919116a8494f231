//! Labels: the code that leads to a lot, with the words beside it, for paper. As SVG for a sheet
//! or a print shop, as PNG, and as ZPL for label printers.

mod bitmap;
mod error;
mod facts;
mod fit;
mod font;
mod layout;
mod png;
mod size;
mod svg;
mod words;
mod zpl;

#[cfg(test)]
mod tests;

pub use error::LabelError;
pub use size::{Dpi, EM_MIN, Size};

use super::AppError;
use super::ledger::Options;
use super::link_host::LinkHost;
use super::node::Node;
use super::sight::Audience;
use super::trace::Tracer;
use crate::core::ids::LotCode;
use crate::core::record::words::Name;
use crate::core::time::ChinaDate;
use crate::store::Reader;
use bitmap::Bitmap;
use font::Face;
use layout::{Drawing, lay_out};
use words::Words;
use zpl::Hex;

/// What a label says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The lot: what it is, where from, from when.
    Lot,
    /// Its commitment certificate 承诺达标合格证.
    Certificate,
}

/// What a label is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// SVG, in outlines.
    Svg,
    /// PNG, black and white.
    Png,
    /// ZPL II with shortened digits.
    Zpl,
    /// ZPL II with all digits, for printers that do not know the short form.
    ZplHex,
}

impl Format {
    /// The media type. None is registered for ZPL; this is what software that takes it uses.
    #[must_use]
    pub const fn media(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
            Self::Zpl | Self::ZplHex => "application/zpl",
        }
    }
}

/// Which label is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Of which lot.
    pub lot: LotCode,
    /// What it says.
    pub what: What,
    /// What it is for.
    pub size: Size,
    /// For which printer.
    pub dpi: Dpi,
    /// As what.
    pub format: Format,
    /// Where its code leads.
    pub host: LinkHost,
    /// 数量, where the ledger's is not to be printed.
    pub quantity: Option<Name>,
    /// 联系方式 of whoever promises, which the ledger keeps sealed.
    pub contact: Option<Name>,
}

/// Makes a label for whoever has the ledger at hand: the quantity that was certified is on it.
///
/// # Errors
/// [`LabelError`]; no such lot; what the database reports.
pub fn of_ledger(options: &Options, asked: &Asked) -> Result<Vec<u8>, AppError> {
    let tracer = Tracer::open(options)?;
    let today = options.clock.now().china_date();
    let store = tracer.store();
    store.read(|reader| label(reader, asked, &Audience::Full, today))
}

/// Makes a label for everybody: what is sealed is left open, to be written by hand.
///
/// # Errors
/// As [`of_ledger`].
pub fn of_node(node: &Node, asked: &Asked) -> Result<Vec<u8>, AppError> {
    let today = node.clock().now().china_date();
    node.read(|reader| label(reader, asked, &Audience::Public, today))
}

/// Makes a label from what `audience` may see.
fn label(
    reader: &mut Reader<'_>,
    asked: &Asked,
    audience: &Audience,
    today: ChinaDate,
) -> Result<Vec<u8>, AppError> {
    let facts = facts::lot(reader, &asked.lot)?;
    let words = match asked.what {
        What::Lot => words::of_lot(&facts, asked.size, &asked.host),
        What::Certificate => {
            let mut found = facts::certificate(reader, &asked.lot, audience, today)?;
            let given = |name: &Option<Name>| name.as_ref().map(ToString::to_string);
            found.quantity = given(&asked.quantity).or(found.quantity);
            found.contact = given(&asked.contact);
            words::of_certificate(&facts, &found, asked.size, &asked.host)?
        }
    };
    draw(&words, asked.size, asked.dpi, asked.format)
}

/// Draws words.
fn draw(words: &Words, size: Size, dpi: Dpi, format: Format) -> Result<Vec<u8>, AppError> {
    let face = Face::carried()?;
    let drawing: Drawing = lay_out(face, words, size, dpi)?;
    Ok(match format {
        Format::Svg => svg::svg(&drawing, face).into_bytes(),
        Format::Png => png::png(&Bitmap::of(&drawing, face), dpi)?,
        Format::Zpl => zpl::zpl(&Bitmap::of(&drawing, face), size, dpi, Hex::Short).into_bytes(),
        Format::ZplHex => zpl::zpl(&Bitmap::of(&drawing, face), size, dpi, Hex::Plain).into_bytes(),
    })
}
