//! Reporting a problem: a form that works without scripts, a number, and a page that says where
//! the report stands. What was told is not shown again: the number may be seen by others.

use super::lang::Lang;
use super::lost::Lost;
use super::lot::lost_page;
use super::report_form::{Sent, Unread, read};
use super::respond::{self, Kept};
use super::view::{Frame, Words, render};
use crate::app::AppError;
use crate::app::caller::Caller;
use crate::app::node::Node;
use crate::app::report::{PHOTO_BYTES_MAX, Told, look, take};
use crate::core::ids::{LotCode, SiteId};
use crate::core::report::{LINE_CHARS_MAX, Report, ReportError, ReportNo, TOLD_CHARS_MAX};
use crate::core::text::{Bilingual, Explain as _};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LENGTH, LOCATION};
use actix_web::web::{Data, Path, Payload, Query, block};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Bytes beside the photo that a form may have.
const REST_BYTES_MAX: usize = 256 * 1024;

/// Forms that are read at the same time; each may hold a photo in memory.
const AT_ONCE_MAX: usize = 8;

static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);

/// What the form is about.
#[derive(Debug, Default, Deserialize)]
pub(super) struct About {
    #[serde(default)]
    lot: String,
    #[serde(default)]
    at: String,
}

#[derive(Template)]
#[template(path = "report.html")]
struct FormPage {
    frame: Frame,
    sent: Sent,
    wrong: Option<Bilingual>,
    takes_contact: bool,
    told_max: usize,
    line_max: usize,
}

#[derive(Template)]
#[template(path = "reported.html")]
struct StatePage {
    frame: Frame,
    report: Report,
    is_late: bool,
}

impl FormPage {
    fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.frame.lang.t(zh, en)
    }

    fn of_words(&self, text: impl Words) -> String {
        self.frame.lang.of(text.both()).to_owned()
    }
}

impl StatePage {
    fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.frame.lang.t(zh, en)
    }

    fn of_words(&self, text: impl Words) -> String {
        self.frame.lang.of(text.both()).to_owned()
    }
}

/// The empty form.
pub(super) async fn form(
    request: HttpRequest,
    node: Data<Node>,
    about: Option<Query<About>>,
) -> HttpResponse {
    let about = about.map(Query::into_inner).unwrap_or_default();
    let sent = Sent {
        lot: about.lot,
        at: about.at,
        ..Sent::default()
    };
    form_page(&request, &node, StatusCode::OK, sent, None)
}

fn form_page(
    request: &HttpRequest,
    node: &Node,
    status: StatusCode,
    sent: Sent,
    wrong: Option<Bilingual>,
) -> HttpResponse {
    let lang = Lang::asked(request);
    // Only what can stand in a link as it is: a code that is none is not carried on.
    let mut query = Vec::new();
    if let Ok(lot) = LotCode::parse(&sent.lot) {
        query.push(format!("lot={lot}"));
    }
    if let Ok(site) = SiteId::parse(&sent.at) {
        query.push(format!("at={site}"));
    }
    let title = lang.t("举报问题", "Report a problem").to_owned();
    let page = FormPage {
        frame: Frame::new(lang, title, "/report", &query.join("&")),
        sent,
        wrong,
        takes_contact: node.config().reports.contact_key.is_some(),
        told_max: TOLD_CHARS_MAX,
        line_max: LINE_CHARS_MAX,
    };
    respond::page(request, status, &Kept::Not, render(&page))
}

/// One of the forms that are read at the same time, until it is dropped.
struct Turn;

impl Turn {
    fn take() -> Option<Self> {
        let before = UNDER_WAY.fetch_add(1, Ordering::Relaxed);
        let turn = Self;
        (before < AT_ONCE_MAX).then_some(turn)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        UNDER_WAY.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A form that is not taken as it is.
struct Turned {
    status: StatusCode,
    sent: Sent,
    wrong: Bilingual,
}

impl Turned {
    fn of(error: ReportError, sent: Sent) -> Self {
        Self {
            status: status_of(error),
            sent,
            wrong: error.explain(),
        }
    }

    fn empty(status: StatusCode, zh: &str, en: &str) -> Self {
        Self {
            status,
            sent: Sent::default(),
            wrong: Bilingual::new(zh, en),
        }
    }
}

impl From<Unread> for Turned {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Told(error) => Self::of(error, Sent::default()),
            Unread::Broken => Self::empty(
                StatusCode::BAD_REQUEST,
                "表单没有完整传到,请重试",
                "The form did not arrive whole; try again",
            ),
            Unread::Slow => Self::empty(
                StatusCode::REQUEST_TIMEOUT,
                "传得太慢,请重试或不附照片",
                "Too slow; try again, or without the photo",
            ),
        }
    }
}

/// Takes a report and leads to its page.
pub(super) async fn send(request: HttpRequest, payload: Payload, node: Data<Node>) -> HttpResponse {
    match received(&request, payload, &node).await {
        Ok(number) => HttpResponse::SeeOther()
            .insert_header((LOCATION, format!("/report/{number}")))
            .insert_header((CACHE_CONTROL, "no-store"))
            .finish(),
        Err(turned) => form_page(
            &request,
            &node,
            turned.status,
            turned.sent,
            Some(turned.wrong),
        ),
    }
}

async fn received(
    request: &HttpRequest,
    payload: Payload,
    node: &Data<Node>,
) -> Result<ReportNo, Turned> {
    let announced = request.headers().get(CONTENT_LENGTH);
    let announced = announced.and_then(|bytes| bytes.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|bytes| bytes > PHOTO_BYTES_MAX.saturating_add(REST_BYTES_MAX)) {
        return Err(Turned::of(ReportError::PhotoTooLarge, Sent::default()));
    }
    let caller = request.extensions().get::<Caller>().copied();
    if caller.is_some_and(|caller| !node.reporters().take(caller, node.clock().now())) {
        return Err(Turned::of(ReportError::TooManyFromHere, Sent::default()));
    }
    let Some(_turn) = Turn::take() else {
        return Err(Turned::of(ReportError::TooMany, Sent::default()));
    };
    let patience = Duration::from_millis(node.config().limits.body_wait_ms);
    let mut sent = read(request, payload, patience).await?;
    let Ok(lot) = LotCode::parse(sent.lot.trim()) else {
        let words = (
            "请填写包装上的批次码",
            "Please give the lot code on the package",
        );
        let turned = Turned::empty(StatusCode::UNPROCESSABLE_ENTITY, words.0, words.1);
        return Err(Turned { sent, ..turned });
    };
    let told = Told {
        lot,
        site: SiteId::parse(&sent.at).ok(),
        told: sent.told.clone(),
        bought_at: sent.bought_at.clone(),
        contact: sent.contact.clone(),
        photo: sent.photo.take(),
    };
    let desk = node.clone();
    let taken = block(move || take(&desk, told)).await;
    taken
        .unwrap_or(Err(AppError::Overloaded))
        .map_err(|error| match error {
            AppError::Report(error) => Turned::of(error, sent),
            other => Turned {
                status: respond::fault(&other),
                sent,
                wrong: Lost::Fault.headline(),
            },
        })
}

const fn status_of(error: ReportError) -> StatusCode {
    match error {
        ReportError::PhotoTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ReportError::TooManyFromHere => StatusCode::TOO_MANY_REQUESTS,
        ReportError::NotAPhoto | ReportError::HeicPhoto => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ReportError::TooMany => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// Where a report stands.
pub(super) async fn state(
    request: HttpRequest,
    path: Path<String>,
    node: Data<Node>,
) -> HttpResponse {
    let lang = Lang::asked(&request);
    let unknown = || lost_page(&request, lang, None, Lost::NoReport);
    let Ok(number) = ReportNo::parse(&path) else {
        return unknown();
    };
    let (desk, asked) = (node.clone(), number.clone());
    let found = block(move || look(&desk, &asked)).await;
    match found.unwrap_or(Err(AppError::Overloaded)) {
        Ok(report) => {
            let title = format!("{} {number}", lang.t("举报", "Report"));
            let page = StatePage {
                frame: Frame::new(lang, title, &format!("/report/{number}"), ""),
                is_late: report.is_late(node.clock().now().china_date()),
                report,
            };
            respond::page(&request, StatusCode::OK, &Kept::Not, render(&page))
        }
        Err(AppError::Report(_)) => unknown(),
        Err(error) => {
            let status = respond::fault(&error);
            respond::page(&request, status, &Kept::Not, String::new())
        }
    }
}
