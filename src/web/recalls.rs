//! The public list of recalls, and the search of a buyer who kept only the receipt.

use super::lang::Lang;
use super::lost::Lost;
use super::respond::{self, Kept};
use super::view::{Frame, Words, render};
use crate::app::AppError;
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
    let (asked, mut wrong) = match bought(&receipt) {
        Ok(asked) => (asked, None),
        Err(wrong) => (None, Some(wrong)),
    };
    let is_asked = asked.is_some();
    let mut found = Vec::new();
    if wrong.is_none() {
        match look(&node, asked).await {
            Ok(Some(recalls)) => found = recalls,
            Ok(None) => {
                wrong = Some(Bilingual::new(
                    "没有登记这个门店编号,请核对",
                    "There is no shop with this code; check it",
                ));
            }
            Err(error) => {
                respond::fault(&error);
                wrong = Some(Lost::Fault.headline());
            }
        }
    }
    let status = match wrong {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = RecallsPage {
        frame: Frame::new(lang, lang.t("召回", "Recalls").to_owned(), "/recalls", ""),
        recalls: found,
        shop: receipt.shop.chars().take(60).collect(),
        day: receipt.day.chars().take(10).collect(),
        asked: is_asked,
        wrong,
    };
    respond::page(&request, status, &Kept::Not, render(&page))
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
