//! What may help somebody whose code is not here.

use crate::app::AppError;
use crate::app::node::Node;
use crate::core::ids::LotCode;

/// Characters of a GTIN that products of one business have in common: the indicator, and seven
/// digits, the shortest prefix that GS1 gives.
const PREFIX_CHARS: usize = 8;

/// Codes that are looked through for the same batch number.
const LOOKED_AT_MAX: u32 = 1_000;

/// What is near a code that is not here. No other code is named: nothing is guessed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Near {
    /// The same batch number stands under another product of the same business.
    pub other_product: bool,
    /// There are other batches of the same product.
    pub other_batch: bool,
}

/// Looks for what may have been meant by a code that is not here.
///
/// # Errors
/// What the database reports.
pub fn near(node: &Node, code: &LotCode) -> Result<Near, AppError> {
    let (Some(gtin), Some(batch)) = (code.gtin(), code.batch()) else {
        return Ok(Near::default());
    };
    let gtin = gtin.to_string();
    let prefix: String = gtin.chars().take(PREFIX_CHARS).collect();
    let begins = format!("01/{prefix}");
    let codes = node.read(|reader| reader.lot_codes_that_begin(&begins, LOOKED_AT_MAX))?;
    let mut near = Near::default();
    for other in codes.iter().filter_map(|code| LotCode::parse(code).ok()) {
        let same_product = other.gtin().is_some_and(|other| other.to_string() == gtin);
        near.other_batch |= same_product;
        near.other_product |= !same_product && other.batch().is_some_and(|other| other == batch);
    }
    Ok(near)
}
