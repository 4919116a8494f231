//! What there is about a code, as a GS1 linkset (RFC 9264), for programs that follow links.

use super::lot::{Asked, asked_by_gtin, asked_by_own_code};
use super::respond::{Kept, dress};
use crate::app::node::Node;
use crate::core::ids::{LotCode, SiteId};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

/// Vocabulary of kinds of link.
const GS1: &str = "https://ref.gs1.org/voc/";

/// The linkset of a link with a GTIN.
pub(super) async fn by_gtin(
    request: HttpRequest,
    rest: Path<String>,
    node: Data<Node>,
) -> HttpResponse {
    answer(&request, &node, asked_by_gtin(&request, &rest))
}

/// The linkset of a code without a GTIN.
pub(super) async fn by_own_code(
    request: HttpRequest,
    code: Path<String>,
    node: Data<Node>,
) -> HttpResponse {
    answer(&request, &node, asked_by_own_code(&request, &code))
}

/// Links are made of the code alone: a code of which nothing is known has the same, and each of
/// them says so. They name the host that the configuration names; without one they lead to wherever
/// the linkset came from, since what a request says of hosts anybody may have made up.
fn answer(request: &HttpRequest, node: &Node, asked: Asked) -> HttpResponse {
    let Asked::Lot(lot, at) = asked else {
        return problem();
    };
    let host = node.config().link_host.as_ref();
    let base = host.map(|host| format!("https://{}", host.as_str()));
    let base = base.unwrap_or_default();
    let set = linkset(&base, &lot, at.as_ref());
    let mut response = HttpResponse::build(StatusCode::OK);
    dress(request, &mut response, &Kept::Not);
    response
        .content_type("application/linkset+json")
        .body(set.to_string())
}

fn linkset(base: &str, lot: &LotCode, at: Option<&SiteId>) -> Value {
    let query = at.map(|site| format!("?at={site}")).unwrap_or_default();
    let link = |path: String, media: &str, title: &str, lang: Option<&str>| {
        let mut link = json!({ "href": format!("{base}{path}"), "type": media, "title": title });
        if let (Some(lang), Some(link)) = (lang, link.as_object_mut()) {
            link.insert("hreflang".into(), json!([lang]));
        }
        link
    };
    let page = |lang: &str, title: &str| {
        let and = if query.is_empty() { '?' } else { '&' };
        let path = format!("/{lot}{query}{and}lang={lang}");
        link(path, "text/html", title, Some(lang))
    };
    let json_of = |what: &str, title: &str| {
        link(
            format!("/v1/lots/{lot}/{what}{query}"),
            "application/json",
            title,
            None,
        )
    };
    let default = link(
        format!("/{lot}{query}"),
        "text/html",
        "记录 / the record",
        None,
    );
    let member = |kind: &str| format!("{GS1}{kind}");
    json!({ "linkset": [{
        "anchor": format!("{base}/{lot}"),
        member("defaultLink"): [default],
        member("pip"): [page("zh", "产品与判定"), page("en", "Product and verdict")],
        member("traceability"): [json_of("trace", "追溯 / trace"), json_of("bundle", "证据包 / evidence bundle")],
        member("certificationInfo"): [json_of("verdict", "判定与证明 / verdict and papers")],
    }]})
}

fn problem() -> HttpResponse {
    let body = json!({
        "type": "/problems/bad_identifier", "title": "没有找到", "title_en": "Not found", "status": 404,
        "code": "bad_identifier",
    });
    HttpResponse::NotFound()
        .content_type("application/problem+json")
        .body(body.to_string())
}
