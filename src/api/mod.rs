//! The HTTP interface: thin handlers over the use cases, one file a subject. `configure` routes
//! them, and what is routed is what the OpenAPI document says.

pub mod answer;
pub mod around;
pub mod health;
pub mod limits;
pub mod log;
pub mod lots;
pub mod openapi;
pub mod problem;
pub mod schema;
pub mod sight;
pub mod submit;

use actix_web::HttpRequest;
use actix_web::web::{PathConfig, QueryConfig};
use problem::Problem;
use utoipa_actix_web::service_config::ServiceConfig;

/// Routes every operation.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .app_data(QueryConfig::default().error_handler(|error, _| {
            Problem::bad_request("查询参数有误", error.to_string()).into()
        }))
        .app_data(
            PathConfig::default().error_handler(|error, _| {
                Problem::bad_request("地址有误", error.to_string()).into()
            }),
        );
    config
        .service(submit::submit)
        .service(lots::by_query)
        .service(lots::verdict)
        .service(log::checkpoint)
        .service(log::tile)
        .service(health::healthz)
        .service(health::readyz);
}

/// What is not routed.
///
/// # Errors
/// Always.
pub async fn nothing_here(_request: HttpRequest) -> Result<&'static str, Problem> {
    Err(Problem::not_found("没有这个地址", "there is nothing here"))
}
