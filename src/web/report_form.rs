//! Reading the form of a report: as a browser sends it without scripts, with limits on bytes and time.

use crate::app::report::PHOTO_BYTES_MAX;
use crate::core::report::ReportError;
use actix_multipart::{Field, Multipart};
use actix_web::web::{Bytes, Payload};
use actix_web::{HttpRequest, rt::time::timeout};
use futures_core::Stream;
use std::pin::Pin;
use std::time::Duration;

/// Bytes of a text field at most: what is told in characters, each at most four bytes.
const TEXT_BYTES_MAX: usize = 8_192;

/// Fields of a form at most.
const FIELDS_MAX: usize = 12;

/// A form as it came.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub lot: String,
    pub at: String,
    pub told: String,
    pub bought_at: String,
    pub contact: String,
    pub photo: Option<Vec<u8>>,
}

/// Why a form is not read.
#[derive(Debug)]
pub(super) enum Unread {
    /// Something a person can do something about.
    Told(ReportError),
    /// It is no form, or it broke off.
    Broken,
    /// It did not arrive in time.
    Slow,
}

/// Reads a form.
pub(super) async fn read(
    request: &HttpRequest,
    payload: Payload,
    patience: Duration,
) -> Result<Sent, Unread> {
    let form = Multipart::new(request.headers(), payload);
    match timeout(patience, fields(form)).await {
        Ok(read) => read,
        Err(_elapsed) => Err(Unread::Slow),
    }
}

async fn fields(mut form: Multipart) -> Result<Sent, Unread> {
    let mut sent = Sent::default();
    let mut count = 0_usize;
    while let Some(field) = next(&mut form).await {
        let field = field.map_err(|_broken| Unread::Broken)?;
        count = count.saturating_add(1);
        if count > FIELDS_MAX {
            return Err(Unread::Broken);
        }
        let name = field.name().unwrap_or("").to_owned();
        if name == "photo" {
            let bytes = bytes_of(field, PHOTO_BYTES_MAX).await?;
            let bytes = bytes.ok_or(Unread::Told(ReportError::PhotoTooLarge))?;
            sent.photo = (!bytes.is_empty()).then_some(bytes);
            continue;
        }
        let bytes = bytes_of(field, TEXT_BYTES_MAX).await?;
        let max = crate::core::report::TOLD_CHARS_MAX;
        let bytes = bytes.ok_or(Unread::Told(ReportError::TooLong { max }))?;
        let text = String::from_utf8(bytes).map_err(|_bad| Unread::Broken)?;
        match name.as_str() {
            "lot" => sent.lot = text,
            "at" => sent.at = text,
            "told" => sent.told = text,
            "bought_at" => sent.bought_at = text,
            "contact" => sent.contact = text,
            _ => {}
        }
    }
    Ok(sent)
}

/// The bytes of a field; none if they are more than `max`.
async fn bytes_of(mut field: Field, max: usize) -> Result<Option<Vec<u8>>, Unread> {
    let mut bytes = Vec::new();
    while let Some(part) = next(&mut field).await {
        let part: Bytes = part.map_err(|_broken| Unread::Broken)?;
        if bytes.len().saturating_add(part.len()) > max {
            return Ok(None);
        }
        bytes.extend_from_slice(&part);
    }
    Ok(Some(bytes))
}

async fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    std::future::poll_fn(|task| Pin::new(&mut *stream).poll_next(task)).await
}
