//! The HTTP interface: thin handlers over the use cases, one file a subject. `configure` routes
//! them, and what is routed is what the OpenAPI document says.

pub mod answer;
pub mod around;
pub mod arrival;
pub mod attached;
pub mod certificates;
pub mod codes;
pub mod daybook;
pub mod departure;
pub mod desk;
pub mod desk_held;
pub mod enrolment;
pub mod health;
pub mod holdings;
pub mod imported;
pub mod imports;
pub mod invitations;
pub mod inviter;
pub mod joined;
pub mod journal;
pub mod json;
mod keeping;
pub mod labels;
pub mod limits;
pub mod link;
pub mod lists;
pub mod log;
pub mod lots;
pub mod metrics;
pub mod noted;
pub mod notes;
pub mod openapi;
pub mod page;
pub mod problem;
pub mod problems;
pub mod records;
pub mod registry;
pub mod schema;
pub mod session;
pub mod shipments;
pub mod sight;
pub mod submit;
pub mod trace;

use actix_web::HttpRequest;
use actix_web::web::{Data, PathConfig, QueryConfig};
use openapi::Document;
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
        .service(log::which)
        .service(log::checkpoint)
        .service(log::tile)
        .service(trace::trace)
        .service(trace::bundle)
        .service(labels::label)
        // After those that end in a word of ours: a code is whatever is left.
        .service(lots::by_path)
        .service(records::receipt_of)
        .service(attached::send)
        .service(attached::get_file)
        .service(records::by_id)
        .service(registry::party_by_id)
        .service(registry::site_by_id)
        .service(registry::look_up)
        .service(holdings::of_site)
        .service(desk::of_site)
        .service(desk_held::held_there)
        .service(daybook::of_site)
        .service(notes::list)
        .service(notes::put_one)
        .service(notes::delete_one)
        .service(lists::shipments_of_site)
        .service(lists::sites_of_party)
        .service(shipments::by_id)
        .service(departure::before)
        .service(arrival::at_the_door)
        .service(codes::decode)
        .service(certificates::by_number)
        .service(certificates::by_id)
        .service(session::challenge)
        .service(session::sign_in)
        .service(session::whoami)
        .service(session::sign_out)
        .service(journal::journal)
        .service(link::by_gtin)
        .service(link::by_own_code)
        .service(invitations::invite)
        .service(invitations::pending)
        .service(invitations::revoke)
        .service(invitations::look)
        .service(invitations::accept)
        .service(enrolment::preview)
        .service(imports::preview)
        .service(imports::template_of)
        .service(imported::of_keys)
        .service(joined::devices)
        .service(joined::owner)
        .service(joined::feed)
        .service(health::healthz)
        .service(health::readyz)
        .service(metrics::metrics)
        .service(problems::list)
        .service(problems::by_code)
        .service(openapi::openapi_json);
}

/// What is not routed: another method of a path that is, or nothing.
///
/// # Errors
/// Always.
pub async fn nothing_here(
    request: HttpRequest,
    document: Data<Document>,
) -> Result<&'static str, Problem> {
    match document.methods(request.path()) {
        Some(methods) => {
            let zh = format!("此地址只支持 {methods}");
            let en = format!("this path has {methods}");
            let problem = Problem::new("method_not_allowed", zh, en);
            Err(problem.allowing(methods.to_owned()))
        }
        None => Err(Problem::not_found("没有这个地址", "there is nothing here")),
    }
}
