//! How pages are answered: what a browser may load and do with them, and when it need not ask again.

use super::lang::Lang;
use crate::app::AppError;
use crate::app::node::Node;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, HeaderMap, HeaderName, IF_NONE_MATCH,
    REFERRER_POLICY, VARY,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

/// The one style sheet. It stands in every page, so that a page is one request.
pub(super) const CSS: &str = include_str!("../../static/page/page.css");

/// The one script that stands in a page: it loads the others when a button is pressed.
pub(super) const SCRIPT: &str = include_str!("../../static/page/begin.js");

/// Seconds for which a page is said to be the same if the log is.
const SAME_FOR_S: u64 = 60;

/// Bytes of a tag, before base64url.
const TAG_BYTES: usize = 16;

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

/// What tells pages of one version of the program from those of another.
static VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{}{}", env!("CARGO_PKG_VERSION"), digest(CSS)));

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

/// The tag of a page, while the log has `size` entries. A weak one: compression and the second
/// of judging differ between pages that mean the same.
pub(super) fn tag(node: &Node, size: u64, lang: Lang, what: &str) -> String {
    let minute = node.clock().now().get() / SAME_FOR_S;
    let mut hasher = Sha256::new();
    hasher.update(size.to_be_bytes());
    hasher.update(minute.to_be_bytes());
    hasher.update(format!("{}\n{}\n{what}", *VERSION, lang.code()));
    let digest = hasher.finalize();
    let short = digest.get(..TAG_BYTES).unwrap_or_default();
    format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(short))
}

/// Whether whoever asks has the page with this tag.
pub(super) fn has(request: &HttpRequest, tag: &str) -> bool {
    is_had(request.headers(), tag)
}

/// As [`has`], by the headers alone.
pub(super) fn is_had(headers: &HeaderMap, tag: &str) -> bool {
    let have = headers.get_all(IF_NONE_MATCH);
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
    response
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .insert_header((REFERRER_POLICY, "same-origin"))
        .insert_header((PERMISSIONS, "camera=(), geolocation=(), microphone=()"));
    response.content_type("text/html; charset=utf-8").body(body)
}

/// Says that the page has not changed.
pub(super) fn same(request: &HttpRequest, tag: String) -> HttpResponse {
    let mut response = HttpResponse::NotModified();
    dress(request, &mut response, &Kept::Tagged(tag));
    response.finish()
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
        .insert_header((VARY, "Accept, Cookie"));
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
