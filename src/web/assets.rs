//! Files that pages load: they are part of the program, and are loaded only when they are used.

use actix_web::http::header::{CACHE_CONTROL, ETAG};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::LazyLock;

/// A file.
struct Asset {
    bytes: &'static [u8],
    media: &'static str,
    tag: String,
}

/// Every file with its path under `/static/`, as `build.rs` found them.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The one library of the verifier, which is installed and not committed.
const LIBRARY: &str = "vendor/noble-ed25519.js";

static ASSETS: LazyLock<HashMap<&'static str, Asset>> = LazyLock::new(|| {
    let assets = FILES.iter().filter_map(|(path, bytes)| {
        let (_, extension) = path.rsplit_once('.')?;
        let media = match extension {
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            "webmanifest" => "application/manifest+json",
            _ => return None,
        };
        let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(bytes)));
        Some((*path, Asset { bytes, media, tag }))
    });
    assets.collect()
});

/// Whether this build can check in the browser: the library was there when it was made.
#[must_use]
pub fn can_verify() -> bool {
    ASSETS.contains_key(LIBRARY)
}

/// A file. Its tag is a hash of it; a newer program may have another, so it is asked for again.
pub async fn asset(request: HttpRequest, path: Path<String>) -> HttpResponse {
    let Some(asset) = ASSETS.get(path.as_str()) else {
        return HttpResponse::NotFound()
            .content_type("text/plain; charset=utf-8")
            .body("404");
    };
    let same = super::respond::has(&request, &asset.tag);
    let mut response = match same {
        true => HttpResponse::NotModified(),
        false => HttpResponse::Ok(),
    };
    response
        .insert_header((ETAG, asset.tag.as_str()))
        .insert_header((CACHE_CONTROL, "public, max-age=600"));
    match same {
        true => response.finish(),
        false => response.content_type(asset.media).body(asset.bytes),
    }
}
