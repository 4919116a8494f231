//! Pages for people: what somebody sees who scans a code. Made on the server from templates in
//! `templates/`, whole without JavaScript, and of nothing but what everybody may see.

mod accept;
pub mod assets;
mod chart;
mod code;
mod dock;
pub mod escape;
mod lang;
mod linkset;
mod lost;
mod lot;
mod marks;
mod rail;
mod recalls;
mod report;
mod report_form;
mod respond;
mod shop;
mod view;
mod waybill;

use accept::{Form, form_of};
use actix_web::guard::{Guard, GuardContext};
use actix_web::http::header::ACCEPT;
use actix_web::web::{ServiceConfig, get, post, resource};

/// Routes every page. What a page does not want is left to whoever is routed after it: a Digital
/// Link that is asked for as JSON is an operation of the interface.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(
            resource("/01/{rest:.*}")
                .guard(IsFor(Form::Page))
                .route(get().to(lot::by_gtin)),
        )
        .service(
            resource("/t/{code:.*}")
                .guard(IsFor(Form::Page))
                .route(get().to(lot::by_own_code)),
        )
        .service(
            resource("/01/{rest:.*}")
                .guard(IsFor(Form::Linkset))
                .route(get().to(linkset::by_gtin)),
        )
        .service(
            resource("/t/{code:.*}")
                .guard(IsFor(Form::Linkset))
                .route(get().to(linkset::by_own_code)),
        )
        .service(resource("/").route(get().to(code::home)))
        .service(resource("/find").route(get().to(code::find)))
        .service(
            resource("/report")
                .route(get().to(report::form))
                .route(post().to(report::send)),
        )
        .service(resource("/recalls").route(get().to(recalls::list)))
        .service(resource("/s/{site}").route(get().to(shop::page)))
        .service(resource("/s/{site}/qr.svg").route(get().to(shop::code)))
        .service(resource("/w/{id}").route(get().to(waybill::page)))
        .service(resource("/w/{id}/qr.svg").route(get().to(waybill::code)))
        .service(resource("/report/{number}").route(get().to(report::state)))
        .service(resource("/workbench").route(get().to(dock::workbench)))
        .service(resource("/join").route(get().to(dock::join)))
        .service(resource("/workbench/worker.js").route(get().to(dock::worker)))
        .service(resource("/workbench/app.webmanifest").route(get().to(dock::manifest)))
        .service(resource("/workbench/{version}/{path:.*}").route(get().to(dock::file)))
        .service(resource("/static/{path:.*}").route(get().to(assets::asset)));
}

/// Lets only requests through that want this form.
struct IsFor(Form);

impl Guard for IsFor {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        let head = context.head();
        let accept = head.headers().get_all(ACCEPT);
        let accept = accept.filter_map(|value| value.to_str().ok());
        form_of(accept, head.uri.query().unwrap_or("")) == self.0
    }
}
