//! The OpenAPI document: written from the handlers, served with a page to try it on.

use super::problem::Problem;
use super::sight::COOKIE_PLAIN;
use crate::app::examples::Examples;
use actix_web::dev::ResourceDef;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::Data;
use actix_web::{App, HttpResponse, get};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_actix_web::AppExt as _;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Where the document is.
const DOCUMENT: &str = "/openapi.json";

/// What the document says before the operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "食溯 Shisu",
        description = "食品追溯账本的网络接口:提交记录取得回执,按批次码追溯与判定。\n\nA food traceability ledger: submit records and get receipts, trace and judge lots by their code."
    ),
    tags(
        (name = "submit", description = "提交 / records go in, receipts come out"),
        (name = "records", description = "记录与回执 / records and their receipts"),
        (name = "lots", description = "批次 / lots: verdict, trace, bundle"),
        (name = "link", description = "扫码 / GS1 Digital Links"),
        (name = "registry", description = "主体与场所 / parties and sites"),
        (name = "holdings", description = "库存 / what a site has"),
        (name = "notes", description = "场所便笺 / what the devices of a site share"),
        (name = "shipments", description = "运输 / shipments"),
        (name = "certificates", description = "证明 / certificates"),
        (name = "joining", description = "加入 / invitations, devices, bulk enrolment"),
        (name = "session", description = "登录与留痕 / signing in, and who saw what"),
        (name = "log", description = "日志 / the log itself, to verify: C2SP tlog-tiles"),
        (name = "operation", description = "运行 / for operators"),
    ),
    modifiers(&SignedIn)
)]
struct Head;

/// The two ways to show who asks, which operations name that nobody may ask unknown.
struct SignedIn;

impl Modify for SignedIn {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "令牌,由 POST /v1/session 得到 / the token that POST /v1/session gives",
            ));
        let cookie = ApiKeyValue::with_description(
            COOKIE_PLAIN,
            "浏览器的登录;经 TLS 时名字前有 __Host- / a browser's session; over TLS its name begins with __Host-",
        );
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(token.build()));
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(cookie));
        components.add_security_scheme("cookie", cookie);
    }
}

/// The document, as it is served, and which methods each path has.
#[derive(Clone)]
pub struct Document {
    text: String,
    paths: Vec<(ResourceDef, String)>,
}

impl Document {
    /// The document of everything that [`configure`](super::configure) routes, with examples that
    /// work on the ledger at hand.
    ///
    /// # Errors
    /// If it cannot be written, which tests rule out.
    pub fn new(examples: &Examples) -> Result<Self, Problem> {
        let document = document();
        let paths = document.paths.paths.iter().map(|(path, item)| {
            let methods = [
                ("GET, HEAD", &item.get),
                ("POST", &item.post),
                ("PUT", &item.put),
                ("DELETE", &item.delete),
            ];
            let methods = methods.into_iter().filter(|(_, there)| there.is_some());
            let methods: Vec<&str> = methods.map(|(method, _)| method).collect();
            // A code has slashes, which the document has no way to say.
            let pattern = path
                .replace("{code}", "{code:.+}")
                .replace("{rest}", "{rest:.+}");
            (ResourceDef::new(pattern), methods.join(", "))
        });
        let paths = paths.collect();
        let text = document.to_pretty_json();
        let text = text.map_err(|_impossible| Problem::internal())?;
        let text = text
            .replace("{record}", &examples.record)
            .replace("{text}", &examples.text)
            .replace("{dispatch}", &examples.dispatch)
            .replace("{certificate}", &examples.certificate)
            .replace("{number}", &examples.number)
            .replace("{signer}", &examples.signer);
        Ok(Self { text, paths })
    }

    /// The methods that a path has, if there is such a path.
    #[must_use]
    pub fn methods(&self, path: &str) -> Option<&str> {
        let mut paths = self.paths.iter();
        let (_, methods) = paths.find(|(pattern, _)| pattern.is_match(path))?;
        Some(methods)
    }
}

/// The document, without a server; in place of examples that depend on the ledger it has their
/// names in braces.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let app = App::new()
        .into_utoipa_app()
        .openapi(Head::openapi())
        .configure(super::configure);
    app.split_for_parts().1
}

/// This document.
///
/// 本接口的 OpenAPI 3.1 文档。
#[utoipa::path(tag = "operation", responses(
    (status = 200, description = "The document.", body = Object, content_type = "application/json"),
))]
#[get("/openapi.json")]
pub async fn openapi_json(document: Data<Document>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(document.text.clone())
}

/// The page to try it on. It needs no network: its script and style come from here.
#[must_use]
pub fn docs() -> SwaggerUi {
    SwaggerUi::new("/docs/{_:.*}").config(
        Config::new([DOCUMENT])
            .validator_url("none")
            .try_it_out_enabled(true)
            .use_base_layout(),
    )
}

/// Leads to the page.
pub async fn to_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((LOCATION, "/docs/"))
        .finish()
}
