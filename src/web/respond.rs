//! How pages are answered: what a browser may load and do with them, and when it need not ask again.

use super::lang::Lang;
use crate::app::AppError;
use crate::app::memory::Formed;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ETAG, HeaderMap,
    HeaderName, IF_NONE_MATCH, REFERRER_POLICY, VARY,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use std::io::{Read as _, Write as _};
use std::sync::LazyLock;

/// The one style sheet. It stands in every page, so that a page is one request.
pub(super) const CSS: &str = include_str!("../../static/page/page.css");

/// The one script that stands in a page: it loads the others when a button is pressed.
pub(super) const SCRIPT: &str = include_str!("../../static/page/begin.js");

/// How hard a page is packed, of 9: what is kept is read often.
const PACKED: u32 = 6;

/// Features of browsers that pages have no use for.
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");

/// What a page may load: nothing from elsewhere, and no style or script that is not ours.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'self' 'sha256-{}'; connect-src 'self'; \
         img-src 'self' blob:; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        digest(CSS),
        digest(SCRIPT)
    )
});

fn digest(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}

/// How a page may be kept.
pub(super) enum Kept {
    /// By everybody who asks again whether it is still the same.
    Tagged(String),
    /// By nobody.
    Not,
}

/// Packs a page up as it is sent to whoever takes gzip, which every browser does.
pub(super) fn pack(page: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::new(PACKED));
    packer.write_all(page)?;
    packer.finish()
}

/// A page with a hash of all that it says, but for when it was made.
pub(super) fn form(page: &str, made: Option<&str>) -> Result<Formed, AppError> {
    let mut hasher = Sha256::new();
    match made {
        Some(made) => page.split(made).for_each(|part| hasher.update(part)),
        None => hasher.update(page),
    }
    let mut meaning = [0; 16];
    for (to, from) in meaning.iter_mut().zip(hasher.finalize()) {
        *to = from;
    }
    let body = pack(page.as_bytes()).map_err(|cause| AppError::Input(cause.to_string()))?;
    Ok(Formed { body, meaning })
}

/// Undoes [`pack`], for whoever takes no gzip.
fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut page = Vec::new();
    // What was packed here can be unpacked, and is as long as a page is.
    if let Err(cause) = GzDecoder::new(packed).read_to_end(&mut page) {
        tracing::error!(%cause, "a page that was kept is broken");
    }
    page
}

/// A page that was packed. Its tag is a weak one, made of what it means: compression and the
/// moment of judging differ between pages that mean the same.
pub(super) fn formed(request: &HttpRequest, lang: Lang, page: &Formed) -> HttpResponse {
    let meaning = URL_SAFE_NO_PAD.encode(page.meaning);
    let tag = format!("W/\"{meaning}.{}\"", lang.code());
    if has(request, &tag) {
        let mut response = HttpResponse::NotModified();
        dress(request, &mut response, &Kept::Tagged(tag));
        return response.finish();
    }
    let mut response = HttpResponse::Ok();
    dress(request, &mut response, &Kept::Tagged(tag));
    guard(&mut response);
    if takes(request.headers(), "gzip") {
        response.insert_header((CONTENT_ENCODING, "gzip"));
        return response.body(page.body.clone());
    }
    response.body(unpacked(&page.body))
}

/// A page that was packed, and that nobody keeps.
pub(super) fn unkept(request: &HttpRequest, page: &Formed) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    dress(request, &mut response, &Kept::Not);
    guard(&mut response);
    response.body(unpacked(&page.body))
}

/// Whether whoever asks takes an encoding; a weight of nothing says no.
pub(super) fn takes(headers: &HeaderMap, encoding: &str) -> bool {
    let takes = headers.get_all(ACCEPT_ENCODING);
    let takes = takes.filter_map(|value| value.to_str().ok());
    takes.flat_map(|value| value.split(',')).any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, ""));
        let weight = weight.trim().trim_start_matches("q=");
        let is_nothing = weight.starts_with('0') && !weight.contains(|c| matches!(c, '1'..='9'));
        name.trim().eq_ignore_ascii_case(encoding) && !is_nothing
    })
}

/// Whether whoever asks has the page with this tag.
pub(super) fn has(request: &HttpRequest, tag: &str) -> bool {
    let have = request.headers().get_all(IF_NONE_MATCH);
    let have = have.filter_map(|value| value.to_str().ok());
    have.flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|one| one == "*" || one == tag)
}

/// A page.
pub(super) fn page(
    request: &HttpRequest,
    status: StatusCode,
    kept: &Kept,
    body: String,
) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    dress(request, &mut response, kept);
    guard(&mut response);
    response.body(body)
}

/// What a browser may do with a page.
fn guard(response: &mut HttpResponseBuilder) {
    response
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .insert_header((REFERRER_POLICY, "same-origin"))
        .insert_header((PERMISSIONS, "camera=(), geolocation=(), microphone=()"))
        .content_type("text/html; charset=utf-8");
}

/// What every answer with a page says. A choice of language is made to stick.
pub(super) fn dress(request: &HttpRequest, response: &mut HttpResponseBuilder, kept: &Kept) {
    let chosen = Lang::chosen(request);
    if let Some(lang) = chosen {
        response.cookie(lang.cookie(request));
    }
    let cached = match (kept, chosen) {
        (Kept::Not, _) => "no-store",
        (Kept::Tagged(_), Some(_)) => "private, no-cache",
        (Kept::Tagged(_), None) => "no-cache",
    };
    if let Kept::Tagged(tag) = kept {
        response.insert_header((ETAG, tag.as_str()));
    }
    response
        .insert_header((CACHE_CONTROL, cached))
        .insert_header((VARY, "Accept, Accept-Encoding, Accept-Language, Cookie"));
}

/// What a person is told about a fault of the server, and the status of it.
pub(super) fn fault(error: &AppError) -> StatusCode {
    tracing::error!(cause = %error, "a page could not be made");
    match error {
        AppError::Store(_) | AppError::Stopped { .. } | AppError::Overloaded => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
