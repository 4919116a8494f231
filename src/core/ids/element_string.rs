//! Element strings: application identifiers with values one after another, printed with
//! brackets or as they come out of a scanner.

use super::ai::{ApplicationIdentifier, application_identifier};
use super::digital_link::Element;
use super::link_error::LinkError;
use super::resolve::SCANNED_BYTES_MAX;

/// FNC1 as scanners transmit it between elements of variable length.
pub(super) const GROUP_SEPARATOR: char = '\u{1d}';

/// Symbology identifiers of GS1-128, GS1 DataBar, GS1 Data Matrix and GS1 QR (ISO/IEC 15424).
const SYMBOLOGIES: [&str; 4] = ["]C1", "]e0", "]d2", "]Q3"];

/// Digits an application identifier may have.
const AI_LENGTHS: [usize; 3] = [2, 3, 4];

/// Whether a text says itself that it is an element string.
pub(super) fn is_marked(text: &str) -> bool {
    text.starts_with('(')
        || text.contains(GROUP_SEPARATOR)
        || SYMBOLOGIES.iter().any(|mark| text.starts_with(mark))
}

/// Reads the elements in the order in which they stand.
pub(super) fn read(text: &str) -> Result<Vec<Element>, LinkError> {
    if text.len() > SCANNED_BYTES_MAX {
        return Err(LinkError::TooLong { bytes: text.len() });
    }
    if text.starts_with('(') {
        return read_bracketed(text);
    }
    let marked = SYMBOLOGIES.iter().find_map(|mark| text.strip_prefix(mark));
    let body = marked.unwrap_or(text);
    read_plain(body.strip_prefix(GROUP_SEPARATOR).unwrap_or(body))
}

/// Reads `(01)…(10)…`. A value may itself contain brackets: an opening bracket begins an
/// element only where a known identifier and a closing bracket follow.
fn read_bracketed(text: &str) -> Result<Vec<Element>, LinkError> {
    let mut elements = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (ai, after) = bracketed_ai(rest).ok_or_else(|| unknown_or_unpaired(text, rest))?;
        let end = after
            .match_indices('(')
            .map(|(place, _)| place)
            .find(|place| after.get(*place..).and_then(bracketed_ai).is_some())
            .unwrap_or(after.len());
        let (value, next) = after.split_at_checked(end).ok_or(LinkError::Brackets)?;
        elements.push((ai, value.into()));
        rest = next;
    }
    Ok(elements)
}

/// The identifier in the brackets a text begins with, and what follows them.
fn bracketed_ai(text: &str) -> Option<(&'static ApplicationIdentifier, &str)> {
    let (ai, after) = text.strip_prefix('(')?.split_once(')')?;
    Some((application_identifier(ai)?, after))
}

/// What is wrong where no bracketed identifier stands.
fn unknown_or_unpaired(text: &str, rest: &str) -> LinkError {
    let inner = rest
        .strip_prefix('(')
        .and_then(|inner| inner.split_once(')'));
    match inner {
        Some((ai, _)) if ai.bytes().all(|byte| byte.is_ascii_digit()) => LinkError::UnknownAi {
            position: text.len().saturating_sub(rest.len()).saturating_add(1),
        },
        _ => LinkError::Brackets,
    }
}

/// Reads elements without brackets: those of predefined length need no separator after them.
fn read_plain(text: &str) -> Result<Vec<Element>, LinkError> {
    let mut elements = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (ai, after) = plain_ai(rest).ok_or_else(|| LinkError::UnknownAi {
            position: text.len().saturating_sub(rest.len()).saturating_add(1),
        })?;
        let end = after.find(GROUP_SEPARATOR).unwrap_or(after.len());
        let end = ai.fixed_len().map_or(end, |fixed| fixed.min(end));
        let (value, next) = after.split_at_checked(end).ok_or(LinkError::Encoding)?;
        elements.push((ai, value.into()));
        rest = next.strip_prefix(GROUP_SEPARATOR).unwrap_or(next);
    }
    Ok(elements)
}

/// The identifier a text begins with; no identifier is the beginning of another.
fn plain_ai(text: &str) -> Option<(&'static ApplicationIdentifier, &str)> {
    AI_LENGTHS.into_iter().find_map(|length| {
        let (ai, after) = text.split_at_checked(length)?;
        Some((application_identifier(ai)?, after))
    })
}
