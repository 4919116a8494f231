//! The page of a lot: what somebody sees who scans a code.

use super::lang::Lang;
use super::lost::Lost;
use super::respond::{self, Kept};
use super::view::{LostPage, LotPage, render};
use crate::app::AppError;
use crate::app::memory::Formed;
use crate::app::node::Node;
use crate::app::read::judged::{page_afresh, remembered};
use crate::app::read::page::{Near, near};
use crate::app::sight::Audience;
use crate::app::trace::Question;
use crate::core::ids::{DigitalLink, LotCode, SiteId};
use crate::core::trace::{Direction, Found};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, block};
use actix_web::{HttpRequest, HttpResponse};
use std::sync::Arc;

/// Host that is put before a path so that it reads as a link; it does not matter which.
const ANY_HOST: &str = "https://id.gs1.org";

/// What somebody asks for.
pub(super) enum Asked {
    /// A lot, perhaps where it was scanned.
    Lot(LotCode, Option<SiteId>),
    /// Something that is no lot code.
    Lost(Lost),
}

/// The page of a link with a GTIN.
pub(super) async fn by_gtin(
    request: HttpRequest,
    rest: Path<String>,
    node: Data<Node>,
) -> HttpResponse {
    let asked = asked_by_gtin(&request, &rest);
    answer(request, node, asked).await
}

/// The page of a code without a GTIN.
pub(super) async fn by_own_code(
    request: HttpRequest,
    code: Path<String>,
    node: Data<Node>,
) -> HttpResponse {
    let asked = asked_by_own_code(&request, &code);
    answer(request, node, asked).await
}

/// Reads a link with a GTIN. What is encoded in it belongs to the code; some programs encode its
/// slashes too, and then it is read once more.
pub(super) fn asked_by_gtin(request: &HttpRequest, decoded: &str) -> Asked {
    // What stands in the query is no part of the code, and is never shown as a fact.
    let path = request.uri().path();
    let link = DigitalLink::parse(&format!("{ANY_HOST}{path}")).or_else(|error| {
        DigitalLink::parse(&format!("{ANY_HOST}/01/{decoded}")).map_err(|_neither| error)
    });
    match link {
        Ok(link) => match link.lot_code() {
            Some(lot) => with_place(request, lot),
            None => Asked::Lost(Lost::NoBatch),
        },
        Err(error) => Asked::Lost(Lost::link(&error, decoded)),
    }
}

/// Reads a code without a GTIN.
pub(super) fn asked_by_own_code(request: &HttpRequest, code: &str) -> Asked {
    match LotCode::own(code) {
        Ok(lot) => with_place(request, lot),
        Err(error) => Asked::Lost(Lost::code(&error)),
    }
}

fn with_place(request: &HttpRequest, lot: LotCode) -> Asked {
    let mut members = request.query_string().split('&');
    match members.find_map(|member| member.strip_prefix("at=")) {
        None => Asked::Lot(lot, None),
        Some(text) => match SiteId::parse(text) {
            Ok(site) => Asked::Lot(lot, Some(site)),
            Err(error) => Asked::Lost(Lost::place(&error)),
        },
    }
}

/// What came of looking.
enum Done {
    Page(Arc<Formed>),
    Lost(Near),
}

async fn answer(request: HttpRequest, node: Data<Node>, asked: Asked) -> HttpResponse {
    let lang = Lang::asked(&request);
    let (lot, at) = match asked {
        Asked::Lot(lot, at) => (lot, at),
        Asked::Lost(lost) => return lost_page(&request, lang, None, lost),
    };
    let question = Question {
        lot,
        at,
        direction: Direction::Back,
    };
    match look(&node, lang, &question).await {
        Ok(Done::Page(formed)) => respond::formed(&request, lang, &formed),
        Ok(Done::Lost(near)) => {
            let lost = Lost::Unknown(near);
            lost_page(&request, lang, Some(&question.lot), lost)
        }
        Err(error) => {
            let status = respond::fault(&error);
            let page = LostPage::of(lang, &request, None, Lost::Fault);
            respond::page(&request, status, &Kept::Not, render(&page))
        }
    }
}

/// The page as it was made before, if it still is the page, or a new one.
async fn look(node: &Data<Node>, lang: Lang, question: &Question) -> Result<Done, AppError> {
    let form = lang.t("page.zh", "page.en");
    if let Some(formed) = remembered(node, question, &Audience::Public, form).await? {
        return Ok(Done::Page(formed));
    }
    let (node, turn, asked) = (node.clone(), node.turn().await?, question.clone());
    let work = block(move || {
        let done = make(&node, lang, form, &asked);
        drop(turn);
        done
    });
    work.await.unwrap_or_else(|_gone| Err(stopped()))
}

/// Makes the page. An item of which nothing is recorded by itself has the page of its lot.
fn make(
    node: &Node,
    lang: Lang,
    form: &'static str,
    question: &Question,
) -> Result<Done, AppError> {
    let write = |shown| packed(&LotPage::of(node, lang, question, shown));
    if let Some(formed) = page_afresh(node, question, form, write)? {
        return Ok(Done::Page(formed));
    }
    if let Some(lot) = question.lot.without_serial() {
        let of_lot = Question {
            lot,
            ..question.clone()
        };
        let item = question.lot.serial().map(|serial| serial.to_string());
        // Not remembered: there are as many items as there are packages.
        let shown = node.tracer().show(&of_lot)?;
        if shown.found != Found::Nowhere {
            let page = LotPage::of(node, lang, &of_lot, shown).with_item(item);
            return Ok(Done::Page(Arc::new(packed(&page)?)));
        }
    }
    Ok(Done::Lost(near(node, &question.lot)?))
}

/// The page as nearly everybody wants it, which is also a quarter of what it takes to keep.
fn packed(page: &LotPage) -> Result<Formed, AppError> {
    // When it was judged is no part of what it says.
    respond::form(&render(page), Some(&page.as_of()))
}

fn stopped() -> AppError {
    AppError::Stopped {
        reason: "the work was given up".into(),
    }
}

/// A page that says what is wrong with a code and what to do.
pub(super) fn lost_page(
    request: &HttpRequest,
    lang: Lang,
    lot: Option<&LotCode>,
    lost: Lost,
) -> HttpResponse {
    let page = LostPage::of(lang, request, lot, lost);
    respond::page(request, StatusCode::NOT_FOUND, &Kept::Not, render(&page))
}
