//! The OpenAPI document: written from the handlers, served with a page to try it on.

use actix_web::App;
use utoipa::OpenApi;
use utoipa_actix_web::AppExt as _;

/// What the document says before the operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "食溯 Shisu",
        description = "A food traceability ledger. 食品追溯账本的网络接口:提交记录取得回执,按批次码追溯与判定。"
    ),
    tags(
        (name = "submit", description = "提交 / records go in, receipts come out"),
        (name = "lots", description = "批次 / lots: trace, verdict, bundle"),
        (name = "log", description = "日志 / the log itself, to verify: C2SP tlog-tiles"),
        (name = "operation", description = "运行 / for operators"),
    )
)]
struct Head;

/// The document, without a server.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let app = App::new()
        .into_utoipa_app()
        .openapi(Head::openapi())
        .configure(super::configure);
    app.split_for_parts().1
}
