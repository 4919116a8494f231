//! Whether the server is well, and whether it should be sent requests.

use super::problem::{Problem, ProblemBody};
use crate::app::node::Node;
use actix_web::web::{Data, block};
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthBody {
    /// `ok`.
    #[schema(example = "ok")]
    pub status: &'static str,
    /// Name of the log.
    #[schema(example = "zhejiang.shisu.example")]
    pub log: String,
    /// Entries of the log under the last head that was signed here.
    #[schema(example = 43)]
    pub size: u64,
}

/// Red when something stops appends.
///
/// 存活检查:写入停止后五秒内变红。
#[utoipa::path(tag = "operation", responses(
    (status = 200, description = "Appends work.", body = HealthBody),
    (status = 503, description = "Appends have stopped.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/healthz")]
pub async fn healthz(node: Data<Node>) -> Result<HttpResponse, Problem> {
    match node.fault() {
        None => Ok(well(&node)),
        Some(code) => {
            tracing::warn!(code, "health: appends do not work");
            Err(Problem::new(
                "stopped",
                format!("写入已停止({code})"),
                format!("appends do not work ({code})"),
            ))
        }
    }
}

/// Red when no request should be sent here: the database cannot be read, or the server is
/// stopping.
///
/// 就绪检查。
#[utoipa::path(tag = "operation", responses(
    (status = 200, description = "Requests may come.", body = HealthBody),
    (status = 503, description = "Send requests elsewhere.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/readyz")]
pub async fn readyz(node: Data<Node>) -> Result<HttpResponse, Problem> {
    let asked = node.clone();
    let size = block(move || asked.size()).await;
    match size {
        Ok(Ok(_)) => Ok(well(&node)),
        _ => Err(Problem::new(
            "not_ready",
            "数据库暂时不可读",
            "the database cannot be read for the moment",
        )),
    }
}

fn well(node: &Node) -> HttpResponse {
    let head = node.ledger().head();
    HttpResponse::Ok().json(HealthBody {
        status: "ok",
        log: node.origin().to_string(),
        size: head.map_or(0, |head| head.checkpoint().size()),
    })
}
