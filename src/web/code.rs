//! The front door: a code can be typed, as it stands under the square on a package.

use super::lang::Lang;
use super::lost::Lost;
use super::lot::lost_page;
use super::respond::{Kept, page};
use super::view::{HomePage, render};
use crate::app::node::Node;
use crate::core::ids::{DigitalLink, LotCode};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

/// Bytes of a code that is typed at most.
const CODE_BYTES_MAX: usize = 2_048;

/// What somebody typed.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    code: String,
}

/// The page where a code can be typed.
pub(super) async fn home(request: HttpRequest, node: Data<Node>) -> HttpResponse {
    let body = render(&HomePage::of(Lang::asked(&request), &node));
    page(&request, StatusCode::OK, &Kept::Not, body)
}

/// Leads to the page of a code that was typed: a lot code, a whole link, or `(01)…(10)…` as it is
/// printed.
pub(super) async fn find(request: HttpRequest, typed: Option<Query<Typed>>) -> HttpResponse {
    let typed = typed
        .map(|typed| typed.into_inner().code)
        .unwrap_or_default();
    let code: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let lost = match read(&code) {
        Ok(lot) => {
            return HttpResponse::SeeOther()
                .insert_header((LOCATION, format!("/{lot}")))
                .insert_header((CACHE_CONTROL, "no-store"))
                .finish();
        }
        Err(lost) => lost,
    };
    lost_page(&request, Lang::asked(&request), None, lost)
}

fn read(code: &str) -> Result<LotCode, Lost> {
    if code.is_empty() || code.len() > CODE_BYTES_MAX {
        return Err(Lost::NoBatch);
    }
    let link = if code.starts_with("http://") || code.starts_with("https://") {
        // A code of our own is no GS1 key, so the path is what names it.
        let path = code.splitn(4, '/').nth(3).unwrap_or("");
        if let Ok(lot) = LotCode::parse(path.split('?').next().unwrap_or("")) {
            return Ok(lot);
        }
        DigitalLink::parse(code)
    } else if code.starts_with('(') {
        DigitalLink::parse_element_string(code)
    } else {
        return LotCode::parse(code.trim_start_matches('/')).map_err(|error| Lost::code(&error));
    };
    let link = link.map_err(|error| Lost::link(&error, code))?;
    link.lot_code().ok_or(Lost::NoBatch)
}
