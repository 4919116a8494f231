//! The public list of recalls, and the search of a buyer who kept only the receipt.

use super::lang::Lang;
use super::lost::Lost;
use super::respond::{self, Kept};
use super::view::{Frame, LostPage, Words, render};
use crate::app::AppError;
use crate::app::memory::Formed;
use crate::app::node::Node;
use crate::app::read::recalls::{Bought, Listed, recalls};
use crate::core::ids::SiteId;
use crate::core::record::body::{RecallForm, RecallLevel};
use crate::core::text::{Bilingual, Explain as _};
use crate::core::time::ChinaDate;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query, block};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;
use std::sync::Arc;

/// What somebody looks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Receipt {
    #[serde(default)]
    shop: String,
    #[serde(default)]
    day: String,
}

#[derive(Template)]
#[template(path = "recalls.html")]
struct RecallsPage {
    frame: Frame,
    recalls: Vec<Listed>,
    shop: String,
    day: String,
    asked: bool,
    wrong: Option<Bilingual>,
}

impl RecallsPage {
    fn of(lang: Lang, recalls: Vec<Listed>, receipt: &Receipt, asked: bool) -> Self {
        Self {
            frame: Frame::new(lang, lang.t("召回", "Recalls").to_owned(), "/recalls", ""),
            recalls,
            shop: receipt.shop.chars().take(60).collect(),
            day: receipt.day.chars().take(10).collect(),
            asked,
            wrong: None,
        }
    }

    fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.frame.lang.t(zh, en)
    }

    fn of_words(&self, text: impl Words) -> String {
        self.frame.lang.of(text.both()).to_owned()
    }
}

fn level(one: &Listed) -> Bilingual {
    let (zh, en) = match one.recall.level {
        RecallLevel::One => ("一级", "level 1"),
        RecallLevel::Two => ("二级", "level 2"),
        RecallLevel::Three => ("三级", "level 3"),
    };
    let (form_zh, form_en) = match one.recall.form {
        RecallForm::Voluntary => ("主动召回", "voluntary"),
        RecallForm::Ordered => ("责令召回", "ordered"),
    };
    Bilingual::new(format!("{zh},{form_zh}"), format!("{en}, {form_en}"))
}

/// Whether the receipt can be looked for; none if nothing was asked.
fn bought(receipt: &Receipt) -> Result<Option<Bought>, Bilingual> {
    let (shop, day) = (receipt.shop.trim(), receipt.day.trim());
    if day.is_empty() {
        return Ok(None);
    }
    let site = SiteId::parse(shop).map_err(|error| error.explain())?;
    let on = ChinaDate::parse(day);
    let on = on.ok_or_else(|| {
        Bilingual::new(
            "请写明日期,例如 2026-11-21",
            "Please give the day, such as 2026-11-21",
        )
    })?;
    Ok(Some(Bought { site, on }))
}

/// The list.
pub(super) async fn list(
    request: HttpRequest,
    node: Data<Node>,
    receipt: Option<Query<Receipt>>,
) -> HttpResponse {
    let receipt = receipt.map(Query::into_inner).unwrap_or_default();
    let lang = Lang::asked(&request);
    match answer(&node, lang, receipt).await {
        Ok(Answered::List(page)) => respond::formed(&request, lang, &page),
        Ok(Answered::Wrong(page)) => {
            let (page, status) = (*page, StatusCode::UNPROCESSABLE_ENTITY);
            respond::page(&request, status, &Kept::Not, render(&page))
        }
        Err(error) => {
            let status = respond::fault(&error);
            let page = LostPage::of(lang, &request, None, Lost::Fault);
            respond::page(&request, status, &Kept::Not, render(&page))
        }
    }
}

/// What came of asking.
enum Answered {
    List(Arc<Formed>),
    Wrong(Box<RecallsPage>),
}

async fn answer(node: &Data<Node>, lang: Lang, receipt: Receipt) -> Result<Answered, AppError> {
    let wrong = |wrong: Bilingual, receipt: &Receipt| {
        let page = RecallsPage::of(lang, Vec::new(), receipt, false);
        Ok(Answered::Wrong(Box::new(RecallsPage {
            wrong: Some(wrong),
            ..page
        })))
    };
    let asked = match bought(&receipt) {
        Ok(asked) => asked,
        Err(words) => return wrong(words, &receipt),
    };
    // There are as many searches as there are buyers; the list is one.
    let is_plain = asked.is_none() && receipt.shop.is_empty();
    let name = format!("recalls.{}", lang.code());
    let size = node.look().await?;
    let kept = node.pages().get(&name, size, node.clock().now());
    if let (Some(page), true) = (kept, is_plain) {
        return Ok(Answered::List(page));
    }
    let (now, is_asked) = (node.clock().now(), asked.is_some());
    let Some(found) = look(node, asked).await? else {
        let words = Bilingual::new(
            "没有登记这个门店编号,请核对",
            "There is no shop with this code; check it",
        );
        return wrong(words, &receipt);
    };
    let page = RecallsPage::of(lang, found, &receipt, is_asked);
    let page = Arc::new(respond::form(&render(&page), None)?);
    if is_plain {
        node.pages().put(name, Arc::clone(&page), size, now);
    }
    Ok(Answered::List(page))
}

async fn look(node: &Data<Node>, asked: Option<Bought>) -> Result<Option<Vec<Listed>>, AppError> {
    let (node, turn) = (node.clone(), node.turn().await?);
    let work = block(move || {
        let found = recalls(&node, asked.as_ref());
        drop(turn);
        found
    });
    work.await.unwrap_or(Err(AppError::Overloaded))
}
