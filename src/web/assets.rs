//! Files that pages load: they are part of the program, and are loaded only when they are used.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, ETAG, VARY};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

/// A file.
struct Asset {
    bytes: &'static [u8],
    /// The same packed, for files that were packed when the program was built.
    packed: Option<Packed>,
    media: &'static str,
    tag: String,
}

/// A file as Brotli and as gzip.
type Packed = (&'static [u8], &'static [u8]);

/// Every file with its path under `/static/` and what it was packed into, as `build.rs` found them.
const FILES: &[(&str, &[u8], Option<Packed>)] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The one library of the verifier, which is installed and not committed.
const LIBRARY: &str = "vendor/noble-ed25519.js";

static ASSETS: LazyLock<HashMap<&'static str, Asset>> = LazyLock::new(|| {
    let assets = FILES.iter().filter_map(|(path, bytes, packed)| {
        let (_, extension) = path.rsplit_once('.')?;
        let media = match extension {
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "json" => "application/json",
            "css" => "text/css; charset=utf-8",
            "wasm" => "application/wasm",
            "webmanifest" => "application/manifest+json",
            _ => return None,
        };
        let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(bytes)));
        let asset = Asset {
            bytes,
            packed: *packed,
            media,
            tag,
        };
        Some((*path, asset))
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
    give(&request, asset, "public, max-age=600")
}

fn give(request: &HttpRequest, asset: &Asset, kept: &'static str) -> HttpResponse {
    let same = super::respond::has(request, &asset.tag);
    let mut response = match same {
        true => HttpResponse::NotModified(),
        false => HttpResponse::Ok(),
    };
    response
        .insert_header((ETAG, asset.tag.as_str()))
        .insert_header((CACHE_CONTROL, kept));
    if same {
        return response.finish();
    }
    response.content_type(asset.media);
    let takes = |encoding| super::respond::takes(request.headers(), encoding);
    let (encoding, body) = match asset.packed {
        Some((brotli, _)) if takes("br") => ("br", brotli),
        Some((_, gzip)) if takes("gzip") => ("gzip", gzip),
        // What was not packed before, the server packs as it is sent.
        _ => return response.body(asset.bytes),
    };
    response.insert_header((CONTENT_ENCODING, encoding));
    response.insert_header((VARY, "accept-encoding"));
    response.body(body)
}

/// Folders of the workbench, as far as a page of it may load them.
const DOCK: [&str; 5] = ["bundle/", "dock/", "workbench/", "verify/", "vendor/"];

/// The file with which the workbench begins: of the few that its sources were made into, or, where they were
/// not, the source.
pub(super) static DOCK_MAIN: LazyLock<&'static str> = LazyLock::new(|| {
    let made = ASSETS.get_key_value("bundle/main.js");
    made.map_or("dock/main.js", |(path, _)| *path)
});

/// Which files a page comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// Those that it cannot begin without.
    WithThePage,
    /// Those that it ever loads.
    Ever,
}

/// A file and those that it imports, those that they import, and so on, in the order of their names.
pub(super) fn reached(main: &'static str, how: Reached) -> Vec<&'static str> {
    let ways: &[&str] = match how {
        Reached::WithThePage => &["from\"", "import\""],
        Reached::Ever => &["from\"", "import\"", "import(\"", "new URL(\""],
    };
    let mut found = BTreeSet::new();
    let mut waiting = vec![main];
    while let Some(path) = waiting.pop() {
        let Some((path, asset)) = ASSETS.get_key_value(path) else {
            continue;
        };
        if !found.insert(*path) || !path.ends_with(".js") {
            continue;
        }
        let script = std::str::from_utf8(asset.bytes).unwrap_or("");
        let script = script
            .replace("from \"", "from\"")
            .replace("import \"", "import\"");
        for named in ways.iter().flat_map(|way| script.split(way).skip(1)) {
            let relative = named.split('"').next().unwrap_or("");
            if let Some(next) = beside(path, relative) {
                waiting.push(next);
            }
        }
    }
    found.into_iter().collect()
}

/// The file that a script names relative to itself.
fn beside(path: &str, relative: &str) -> Option<&'static str> {
    let (folder, _) = path.rsplit_once('/')?;
    let named = match relative.strip_prefix("./") {
        Some(name) => format!("{folder}/{name}"),
        None => relative.strip_prefix("../")?.to_owned(),
    };
    ASSETS.get_key_value(named.as_str()).map(|(path, _)| *path)
}

/// The files of the workbench, in the order of their names.
fn dock_files() -> impl Iterator<Item = &'static str> {
    let files = FILES.iter().map(|(path, ..)| *path);
    files.filter(|path| DOCK.iter().any(|folder| path.starts_with(folder)))
}

/// Names all files of the workbench together: a page and what it loads are always of one version.
pub(super) static DOCK_VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = Sha256::new();
    for path in dock_files() {
        let tag = ASSETS.get(path).map_or("", |asset| asset.tag.as_str());
        hasher.update(format!("{path} {tag}\n"));
    }
    let digest = URL_SAFE_NO_PAD.encode(hasher.finalize());
    digest.chars().take(VERSION_CHARS).collect()
});

/// Characters of a version.
const VERSION_CHARS: usize = 16;

/// A file of the workbench, of this version: it never changes. Of another version there is none here.
pub(super) fn versioned(request: &HttpRequest, version: &str, path: &str) -> HttpResponse {
    let is_ours = version == *DOCK_VERSION && DOCK.iter().any(|folder| path.starts_with(folder));
    match ASSETS.get(path).filter(|_| is_ours) {
        Some(asset) => give(request, asset, "public, max-age=31536000, immutable"),
        None => HttpResponse::NotFound()
            .insert_header((CACHE_CONTROL, "no-store"))
            .content_type("text/plain; charset=utf-8")
            .body("404"),
    }
}
