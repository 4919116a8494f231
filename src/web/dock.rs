//! The pages with which businesses do their part. What a page does is done by its scripts, on the device,
//! since it has to work without a network; the server gives the frame of it, and files of one version.

use super::assets::{DOCK_MAIN, DOCK_VERSION, Reached, reached, versioned};
use super::lang::Lang;
use super::respond::{self, Kept};
use super::view::render;
use crate::app::node::Node;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, VARY,
};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;
use std::sync::LazyLock;

/// What a page of the workbench may load and do: scripts, styles and the decoder of this server, and nothing
/// else. The decoder is WebAssembly and runs in a worker.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
     style-src 'self'; connect-src 'self'; img-src 'self' blob:; media-src 'self' blob:; manifest-src 'self'; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// The camera is for scanning; nothing else of a device is asked for.
const ALLOWED: &str = "camera=(self), geolocation=(), microphone=()";

/// Features of browsers.
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");

/// What a service worker may answer for beyond its own folder.
const WORKER_SCOPE: HeaderName = HeaderName::from_static("service-worker-allowed");

/// The style sheet.
const STYLE: &str = "dock/dock.css";

/// What a service worker does, before it knows of which version.
const WORKER: &str = include_str!("../../static/dock/worker/worker.js");

/// The same without the lines that are comments: nobody reads them on a phone.
static WORKER_CODE: LazyLock<String> = LazyLock::new(|| {
    let is_comment = |line: &&str| line.starts_with("//") || line.starts_with("/**");
    let lines: Vec<&str> = WORKER.lines().filter(|line| !is_comment(line)).collect();
    lines.join("\n")
});

#[derive(Template)]
#[template(path = "dock.html")]
struct DockPage {
    lang: Lang,
    title: &'static str,
    other: &'static str,
    version: &'static str,
    main: &'static str,
    loaded: Vec<&'static str>,
    links: Option<String>,
}

impl DockPage {
    const fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.t(zh, en)
    }
}

/// The workbench.
pub async fn workbench(request: HttpRequest, node: Data<Node>) -> HttpResponse {
    page(&request, &node, ("工作台", "Workbench"), "/workbench")
}

/// Where a device that was invited joins.
pub async fn join(request: HttpRequest, node: Data<Node>) -> HttpResponse {
    page(&request, &node, ("加入", "Join"), "/join")
}

fn page(
    request: &HttpRequest,
    node: &Node,
    (zh, en): (&'static str, &'static str),
    path: &str,
) -> HttpResponse {
    let lang = Lang::asked(request);
    let other = match (path, lang) {
        ("/join", Lang::Zh) => "/join?lang=en",
        ("/join", Lang::En) => "/join?lang=zh",
        (_, Lang::Zh) => "/workbench?lang=en",
        (_, Lang::En) => "/workbench?lang=zh",
    };
    let page = DockPage {
        lang,
        title: lang.t(zh, en),
        other,
        version: &DOCK_VERSION,
        main: *DOCK_MAIN,
        // Told at once, so that they are asked for together and not one after the other.
        loaded: reached(*DOCK_MAIN, Reached::WithThePage),
        // What a device prints outlives the address by which it reached this server.
        links: node
            .config()
            .link_host
            .as_ref()
            .map(|host| format!("https://{}", host.as_str())),
    };
    let links = page.links.as_deref().unwrap_or_default();
    let tag = format!("W/\"{}.{}.{links}\"", *DOCK_VERSION, lang.code());
    if respond::has(request, &tag) {
        let mut response = HttpResponse::NotModified();
        respond::dress(request, &mut response, &Kept::Tagged(tag));
        return response.finish();
    }
    let mut response = HttpResponse::Ok();
    respond::dress(request, &mut response, &Kept::Tagged(tag));
    response
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((REFERRER_POLICY, "same-origin"))
        .insert_header((PERMISSIONS, ALLOWED))
        .content_type("text/html; charset=utf-8")
        .body(render(&page))
}

/// The service worker, which keeps this version for when there is no network.
pub async fn worker() -> HttpResponse {
    let mut files = reached(*DOCK_MAIN, Reached::Ever);
    files.push(STYLE);
    let told = json!({ "version": *DOCK_VERSION, "files": files });
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((WORKER_SCOPE, "/workbench"))
        .content_type("text/javascript; charset=utf-8")
        .body(format!("const TOLD = {told};\n{}", *WORKER_CODE))
}

/// What a device needs to know to install the workbench.
pub async fn manifest(request: HttpRequest) -> HttpResponse {
    let lang = Lang::asked(&request);
    let manifest = json!({
        "id": "/workbench",
        "name": lang.t("食溯工作台", "Shisu workbench"),
        "short_name": lang.t("食溯", "Shisu"),
        "start_url": "/workbench",
        "scope": "/workbench",
        "display": "standalone",
        "lang": lang.tag(),
        "background_color": "#ffffff",
        "theme_color": "#14532d",
        "icons": [
            {"src": "/static/page/icon.svg", "sizes": "any", "type": "image/svg+xml"},
            {"src": "/static/page/icon-180.png", "sizes": "180x180", "type": "image/png"},
            {"src": "/static/page/icon-512.png", "sizes": "512x512", "type": "image/png"},
        ],
    });
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((VARY, "Accept-Language, Cookie"))
        .content_type("application/manifest+json")
        .body(manifest.to_string())
}

/// A file of a version.
pub async fn file(request: HttpRequest, path: Path<(String, String)>) -> HttpResponse {
    let (version, path) = path.into_inner();
    versioned(&request, &version, &path)
}
