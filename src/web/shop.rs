//! The page of a shop or company, and the square that leads to it.

use super::lang::Lang;
use super::lost::Lost;
use super::lot::lost_page;
use super::respond::{self, Kept};
use super::view::{Frame, LostPage, Words, render};
use crate::app::AppError;
use crate::app::memory::Formed;
use crate::app::node::Node;
use crate::app::qr;
use crate::app::read::shop::{Shop, shop};
use crate::core::ids::SiteId;
use crate::core::premises::Colour;
use crate::core::record::body::{LicenceKind, RiskGrade};
use crate::core::text::Bilingual;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Path, block};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "shop.html")]
struct ShopPage {
    frame: Frame,
    shop: Shop,
    has_code: bool,
}

impl ShopPage {
    fn of(node: &Node, lang: Lang, shop: Shop) -> Self {
        let path = format!("/s/{}", shop.site.id);
        Self {
            frame: Frame::new(lang, shop.site.name.clone(), &path, ""),
            has_code: node.config().link_host.is_some(),
            shop,
        }
    }

    fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.frame.lang.t(zh, en)
    }

    fn of_words(&self, text: impl Words) -> String {
        self.frame.lang.of(text.both()).to_owned()
    }

    const fn colour_class(&self) -> &'static str {
        match self.shop.colour {
            Colour::Red => "bad",
            Colour::Yellow => "gap",
            Colour::Green => "good",
            Colour::Grey => "none",
        }
    }

    /// A different outline for every colour, in 24 × 24.
    const fn icon(&self) -> &'static str {
        match self.shop.colour {
            Colour::Red => "M8 2h8l6 6v8l-6 6H8l-6-6V8zM8 8l8 8M16 8l-8 8",
            Colour::Yellow => "M12 3 2 21h20zM12 9v6M12 18v.5",
            Colour::Green => "M12 2a10 10 0 1 0 .01 0M7 12l4 4 6-8",
            Colour::Grey => "M12 2a10 10 0 1 0 .01 0M7 12h10",
        }
    }
}

fn grade_word(grade: &RiskGrade) -> &'static str {
    match grade {
        RiskGrade::A => "A",
        RiskGrade::B => "B",
        RiskGrade::C => "C",
        RiskGrade::D => "D",
    }
}

fn licence_word(kind: &LicenceKind) -> Bilingual {
    let (zh, en) = match kind {
        LicenceKind::FoodProduction => ("食品生产许可证", "food production licence"),
        LicenceKind::FoodOperation => ("食品经营许可证", "food operation licence"),
        LicenceKind::PrepackagedFiling => (
            "仅销售预包装食品备案",
            "filing as seller of prepackaged food",
        ),
        LicenceKind::Slaughter => ("生猪定点屠宰证", "slaughter licence"),
        LicenceKind::AnimalEpidemicPrevention => (
            "动物防疫条件合格证",
            "animal epidemic prevention certificate",
        ),
        LicenceKind::RoadTransport => ("道路运输经营许可证", "road transport licence"),
        LicenceKind::StorageFiling => ("仓储备案", "filing as storage"),
        LicenceKind::Cma => ("检验检测机构资质认定", "CMA"),
        LicenceKind::Other => ("其他", "other"),
    };
    Bilingual::new(zh, en)
}

/// The page.
pub(super) async fn page(
    request: HttpRequest,
    path: Path<String>,
    node: Data<Node>,
) -> HttpResponse {
    let lang = Lang::asked(&request);
    let id = match SiteId::parse(&path) {
        Ok(id) => id,
        Err(error) => return lost_page(&request, lang, None, Lost::place(&error)),
    };
    match look(&node, lang, id).await {
        Ok(Some(page)) => respond::formed(&request, lang, &page),
        Ok(None) => lost_page(&request, lang, None, Lost::NoPlace),
        Err(error) => {
            let status = respond::fault(&error);
            let page = LostPage::of(lang, &request, None, Lost::Fault);
            respond::page(&request, status, &Kept::Not, render(&page))
        }
    }
}

/// The page as it was made before, if it still is the page, or a new one.
async fn look(node: &Data<Node>, lang: Lang, id: SiteId) -> Result<Option<Arc<Formed>>, AppError> {
    let name = format!("s.{}/{id}", lang.code());
    let size = node.look().await?;
    if let Some(page) = node.pages().get(&name, size, node.clock().now()) {
        return Ok(Some(page));
    }
    let (node, turn) = (node.clone(), node.turn().await?);
    let work = block(move || {
        let now = node.clock().now();
        let made = shop(&node, &id).and_then(|found| {
            let formed =
                found.map(|shop| respond::form(&render(&ShopPage::of(&node, lang, shop)), None));
            formed.transpose()
        });
        drop(turn);
        let page = made?.map(Arc::new);
        if let Some(page) = &page {
            node.pages().put(name, Arc::clone(page), size, now);
        }
        Ok(page)
    });
    work.await.unwrap_or(Err(AppError::Overloaded))
}

/// The square that leads to the page, for a sheet of paper at the door.
pub(super) async fn code(
    request: HttpRequest,
    path: Path<String>,
    node: Data<Node>,
) -> HttpResponse {
    let lang = Lang::asked(&request);
    let (Ok(id), Some(host)) = (SiteId::parse(&path), node.config().link_host.as_ref()) else {
        return lost_page(&request, lang, None, Lost::NoPlace);
    };
    match qr::svg(&format!("https://{}/s/{id}", host.as_str())) {
        Ok(svg) => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "public, max-age=600"))
            .content_type("image/svg+xml")
            .body(svg),
        Err(_too_long) => lost_page(&request, lang, None, Lost::NoPlace),
    }
}
