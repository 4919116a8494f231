//! `/metrics`: figures for Prometheus.

use super::limits::address::client;
use super::problem::{Problem, ProblemBody};
use super::sight::Sight;
use crate::app::node::Node;
use crate::core::access::Data as Shown;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};

/// Media type of Prometheus' text.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Queue, batch sizes, latencies, refusals by code, size of the log. Only for addresses that the
/// configuration names, and for operators.
///
/// 运行指标,仅限配置中列出的地址和运行者。
#[utoipa::path(tag = "operation", responses(
    (status = 200, description = "The figures.", body = String, content_type = "application/openmetrics-text"),
    (status = 401, description = "The session has ended.", body = ProblemBody, content_type = "application/problem+json"),
    (status = 403, description = "Not from this address.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/metrics")]
pub async fn metrics(
    request: HttpRequest,
    node: Data<Node>,
    sight: Sight,
) -> Result<HttpResponse, Problem> {
    let from = client(&request, &node.config().trusted_proxies);
    let from_here = from.is_some_and(|address| node.config().metrics_from.contains(&address));
    if !from_here && sight.expect_all(Shown::Operation).is_err() {
        return Err(Problem::new(
            "not_allowed",
            "本地址不能查看运行指标",
            "figures are not shown to this address",
        ));
    }
    Ok(HttpResponse::Ok()
        .content_type(OPENMETRICS)
        .body(node.metrics_text()))
}
