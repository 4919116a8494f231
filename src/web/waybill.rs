//! The page of an e-waybill at a checkpoint 道口, without signing in, and the square that leads to it.

use super::lang::Lang;
use super::lost::Lost;
use super::lot::lost_page;
use super::respond::{self, Kept};
use super::view::{Frame, LostPage, Words, render};
use crate::app::AppError;
use crate::app::memory::Formed;
use crate::app::node::Node;
use crate::app::qr;
use crate::app::read::course::Course;
use crate::app::read::leg::{Fallen, Leg, Standing};
use crate::app::read::waybill::{Named, OnPaper, Stage, Waybill, waybill};
use crate::core::record::RecordId;
use crate::core::record::limits::DISCLOSURE_BYTES_MAX;
use crate::core::rules::bulk_liquid;
use crate::core::rules::paper::PaperFinding;
use crate::core::text::Explain as _;
use crate::core::verdict::State;
use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Path, Query, block};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;
use std::sync::Arc;

/// Characters of a link beyond which its square could not be scanned from paper.
const LINK_CHARS_MAX: usize = 600;

/// What the paper in the cab brings.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Paper {
    /// The disclosure of the vehicle, base64url.
    v: Option<String>,
}

impl Paper {
    /// The disclosure, if it is spelled as one: nothing else is put into a page or a square.
    fn disclosure(&self) -> Option<&str> {
        let text = self.v.as_deref()?;
        let is_one = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        (text.len() <= DISCLOSURE_BYTES_MAX && text.chars().all(is_one)).then_some(text)
    }
}

#[derive(Template)]
#[template(path = "waybill.html")]
struct WaybillPage {
    frame: Frame,
    bill: Waybill,
    vehicle: Option<OnPaper>,
    paper: Option<String>,
    has_code: bool,
    as_of: String,
}

impl WaybillPage {
    fn of(node: &Node, lang: Lang, bill: Waybill, paper: Option<String>) -> Self {
        let vehicle = paper.as_deref().map(|paper| bill.vehicle(paper));
        // What is not what was signed is not passed on.
        let paper = paper.filter(|_| matches!(vehicle, Some(OnPaper::Signed(_))));
        let title = lang.t("食品运输电子联单", "Food transport e-waybill");
        let query = paper.as_ref().map(|text| format!("v={text}"));
        let path = format!("/w/{}", bill.id);
        Self {
            frame: Frame::new(
                lang,
                format!("{title} {}", bill.dispatch.waybill),
                &path,
                &query.unwrap_or_default(),
            ),
            vehicle,
            paper,
            has_code: node.config().link_host.is_some(),
            as_of: node.clock().now().china_minute(),
            bill,
        }
    }

    fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.frame.lang.t(zh, en)
    }

    fn of_words(&self, text: impl Words) -> String {
        self.frame.lang.of(text.both()).to_owned()
    }

    fn who(&self, (name, is_person): &Named) -> String {
        match is_person {
            false => super::view::short(name),
            true => format!("{} {name}", self.t("自然人,编号", "natural person, no.")),
        }
    }

    fn sent_from(&self) -> String {
        self.bill.dispatch.load_county.full_name()
    }

    fn sent_to(&self) -> String {
        self.bill.dispatch.unload_county.full_name()
    }

    fn is_stopped(&self) -> bool {
        self.bill
            .goods
            .iter()
            .any(|goods| matches!(goods.state, State::Recalled | State::Held))
    }

    fn stage_class(&self) -> &'static str {
        match (self.is_stopped(), self.bill.stage) {
            (true, _) => "bad",
            (false, Stage::OnTheWay) => "good",
            (false, Stage::Delivered(_) | Stage::Received(_)) => "none",
        }
    }

    fn icon(&self) -> &'static str {
        match (self.is_stopped(), self.bill.stage) {
            (true, _) => "M8 2h8l6 6v8l-6 6H8l-6-6V8zM8 8l8 8M16 8l-8 8",
            (false, Stage::OnTheWay) => "M2 6h11v10H2zM13 10h5l4 4v2h-9zM6 18.5v.1M17 18.5v.1",
            (false, _) => "M12 2a10 10 0 1 0 .01 0M7 12l4 4 6-8",
        }
    }

    fn stage_words(&self) -> String {
        match self.bill.stage {
            Stage::OnTheWay => self.t("运输中", "On the way").to_owned(),
            Stage::Delivered(at) => format!(
                "{} {}",
                self.t("承运方称已送达", "Delivered, the carrier says"),
                at.china_minute()
            ),
            Stage::Received(at) => format!(
                "{} {}",
                self.t("已签收,本单已用完", "Received: this waybill is done with"),
                at.china_minute()
            ),
        }
    }

    fn asked_temperature(&self) -> String {
        let body = &self.bill.dispatch;
        match (body.temp_min_c, body.temp_max_c) {
            (Some(min), Some(max)) => format!("{min} … {max} °C"),
            (Some(min), None) => format!("≥ {min} °C"),
            (None, Some(max)) => format!("≤ {max} °C"),
            (None, None) => self
                .t("发货方没有提出", "none asked for by the sender")
                .to_owned(),
        }
    }

    /// How the leg stands now; what was read last is a fact, that nothing was read is one, too.
    fn leg_words(&self, leg: &Leg) -> String {
        let words = match leg.standing {
            Standing::NoReadings => self.t("还没有温度读数", "no temperature was read yet"),
            Standing::InRange => self.t("在要求范围内", "within what is asked for"),
            Standing::NotAsked => self.t("没有温度要求", "no range is asked for"),
            Standing::Excursion => self.t("超出要求范围", "out of what is asked for"),
            Standing::Silent => self.t("读数中断", "no readings for a while"),
            Standing::Over => self.t("已送达", "delivered"),
        };
        match leg.last {
            None => words.to_owned(),
            Some((at, temp_c)) => format!(
                "{words} · {} {temp_c} °C ({})",
                self.t("最近读数", "last read"),
                at.china_minute()
            ),
        }
    }

    /// How warm it was all the way.
    fn course_words(&self, course: &Course) -> String {
        let Course { min_c, max_c, .. } = course;
        let counted = |zh, en, count: usize| format!(" · {} {count}", self.t(zh, en));
        let readings = counted("读数", "readings", course.readings);
        let outside = match self.bill.way.range.is_open() {
            true => String::new(),
            false => counted("超出要求", "out of range", course.outside),
        };
        let gaps = counted("断档", "gaps", course.gaps);
        let cut = match course.cut {
            true => self.t(" · 更早的没有计入", " · older ones are left out"),
            false => "",
        };
        format!("{min_c} … {max_c} °C{readings}{outside}{gaps}{cut}")
    }

    /// Which recorder fell silent, and since when.
    fn fallen_words(&self, one: &Fallen) -> String {
        let since = one.since.china_minute();
        let since = match self.frame.lang {
            Lang::Zh => format!("自 {since} 起没有读数"),
            Lang::En => format!("no readings since {since}"),
        };
        match &one.replaced_by {
            None => since,
            Some(next) => format!(
                "{since}{} {}",
                self.t(",后由另一个记录仪接替:", "; another one took over:"),
                super::view::short(next)
            ),
        }
    }

    /// What a tank carries or carried, by its name in the table or as the sender called it.
    fn cargo(&self, code: &str) -> String {
        let mut known = bulk_liquid::cargoes();
        let found = known.find(|(one, _)| *one == code);
        found.map_or_else(|| super::view::short(code), |(_, name)| self.of_words(name))
    }

    fn wrong_words(&self, wrong: &PaperFinding) -> String {
        let words = self.of_words(wrong.explain());
        match wrong.is_reference() {
            true => format!("{words}{}", self.t("(仅供参考)", " (for reference)")),
            false => words,
        }
    }

    fn paper_query(&self) -> String {
        self.paper
            .as_ref()
            .map(|text| format!("?v={text}"))
            .unwrap_or_default()
    }
}

const fn is_off(leg: &Leg) -> bool {
    matches!(leg.standing, Standing::Excursion | Standing::Silent)
}

const fn is_grave(state: &State) -> bool {
    matches!(
        state,
        State::Recalled | State::Held | State::Expired | State::Anomaly
    )
}

/// The page.
pub(super) async fn page(
    request: HttpRequest,
    path: Path<String>,
    paper: Option<Query<Paper>>,
    node: Data<Node>,
) -> HttpResponse {
    let lang = Lang::asked(&request);
    let paper = paper.map(Query::into_inner).unwrap_or_default();
    let paper = paper.disclosure().map(str::to_owned);
    let Some(id) = RecordId::parse(&path) else {
        return lost_page(&request, lang, None, Lost::NoWaybill);
    };
    let has_paper = paper.is_some();
    match look(&node, lang, id, paper).await {
        // Whoever brings a plate is shown it, and nobody keeps it.
        Ok(Some(page)) if has_paper => respond::unkept(&request, &page),
        Ok(Some(page)) => respond::formed(&request, lang, &page),
        Ok(None) => lost_page(&request, lang, None, Lost::NoWaybill),
        Err(error) => {
            let status = respond::fault(&error);
            let page = LostPage::of(lang, &request, None, Lost::Fault);
            respond::page(&request, status, &Kept::Not, render(&page))
        }
    }
}

async fn look(
    node: &Data<Node>,
    lang: Lang,
    id: RecordId,
    paper: Option<String>,
) -> Result<Option<Arc<Formed>>, AppError> {
    let name = format!("w.{}/{id}", lang.code());
    let size = node.look().await?;
    let kept = node.pages().get(&name, size, node.clock().now());
    if let (Some(page), None) = (kept, &paper) {
        return Ok(Some(page));
    }
    let (node, turn) = (node.clone(), node.turn().await?);
    let work = block(move || {
        let now = node.clock().now();
        let found = waybill(&node, &id);
        drop(turn);
        let Some(bill) = found? else {
            return Ok(None);
        };
        let is_kept = paper.is_none();
        let page = WaybillPage::of(&node, lang, bill, paper);
        let page = respond::form(&render(&page), Some(&page.as_of))?;
        let page = Arc::new(page);
        if is_kept {
            node.pages().put(name, Arc::clone(&page), size, now);
        }
        Ok(Some(page))
    });
    work.await.unwrap_or(Err(AppError::Overloaded))
}

/// The square that leads to the page, for the paper in the cab; with the plate if it is brought along.
pub(super) async fn code(
    request: HttpRequest,
    path: Path<String>,
    paper: Option<Query<Paper>>,
    node: Data<Node>,
) -> HttpResponse {
    let lang = Lang::asked(&request);
    let lost = || lost_page(&request, lang, None, Lost::NoWaybill);
    let (Some(id), Some(host)) = (RecordId::parse(&path), node.config().link_host.as_ref()) else {
        return lost();
    };
    let paper = paper.map(Query::into_inner).unwrap_or_default();
    let with = paper.disclosure().map(|text| format!("?v={text}"));
    let link = format!(
        "https://{}/w/{id}{}",
        host.as_str(),
        with.as_deref().unwrap_or("")
    );
    if link.len() > LINK_CHARS_MAX {
        return lost();
    }
    let kept = match with {
        None => "public, max-age=600",
        Some(_) => "no-store",
    };
    match qr::svg(&link) {
        Ok(svg) => HttpResponse::build(StatusCode::OK)
            .insert_header((CACHE_CONTROL, kept))
            .content_type("image/svg+xml")
            .body(svg),
        Err(_too_long) => lost(),
    }
}
