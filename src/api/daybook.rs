//! What came in and was sold, day by day: what a shop's till and a canteen's purchase ledger are made of.

use super::answer::{Ask, answer};
use super::desk::GoodsBody;
use super::page::{after_entry, entry_cursor};
use super::problem::{Problem, ReadProblems};
use super::registry::unknown_site;
use crate::app::read::daybook::{
    DAYS_MAX, Daybook, DaybookRow, Days, Other, Told, Wanted, daybook,
};
use crate::core::access::Data;
use crate::core::custody::MoveKey;
use crate::core::ids::SiteId;
use crate::core::record::RecordType;
use crate::core::time::ChinaDate;
use actix_web::web::{Path, Query};
use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DaysQuery {
    /// The first day. / 起始日
    #[param(value_type = String, format = Date, example = "2026-11-01")]
    pub from: ChinaDate,
    /// The last day, at most 31 days with the first. / 截止日
    #[param(value_type = String, format = Date, example = "2026-11-30")]
    pub to: ChinaDate,
    /// Whether every line by which goods came in or left is told, with whose they are: a warehouse's book. / 出入库
    #[param(example = false)]
    pub stock: Option<bool>,
    /// Where a page begins: what `next` of the page before says. / 游标
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

/// What came in and was sold.
#[derive(Debug, Serialize, ToSchema)]
pub struct DaybookBody {
    /// Lines, in the order in which they were recorded.
    pub rows: Vec<DaybookRowBody>,
    /// What others did to goods of the site, with the first page.
    pub others: Vec<DoneByOthersBody>,
    /// Whether the pages tell everything: false if more keys or shipments were there than are looked at.
    pub complete: bool,
    /// The lots that are named here.
    pub goods: Vec<GoodsBody>,
    /// The next page, if there may be one; a page may be short, even empty, and not be the last.
    pub next: Option<String>,
}

/// What somebody else did: a carrier, whoever received what the site sent, an authority.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoneByOthersBody {
    /// The record.
    pub record: String,
    /// Type of the record: `pick_up`, `hand_on`, `deliver`, `receive`, `inspect`, `hold` or `release`.
    #[schema(example = "deliver")]
    pub kind: &'static str,
    /// The day on which it was done.
    #[schema(example = "2026-11-22")]
    pub day: String,
    /// Whether it is told in the book of the day on which it was recorded, since it came too late for that of its own.
    pub late: bool,
    /// When it was signed, as its author says, in seconds since 1970.
    pub said_at: u64,
    /// The party that signed it.
    pub party: Option<String>,
    /// Its legal name.
    pub party_name: Option<String>,
    /// Number of the e-waybill, if it is about a shipment.
    pub waybill: Option<String>,
    /// Whether an inspection passed.
    pub passed: Option<bool>,
    /// Party for whom an agent signed; null if it was signed for the author's own.
    pub on_behalf_of: Option<String>,
}

impl From<&Other> for DoneByOthersBody {
    fn from(other: &Other) -> Self {
        let party = other.party.as_ref();
        Self {
            record: other.record.to_string(),
            kind: other.kind.code(),
            day: other.day.to_string(),
            late: other.late,
            said_at: other.said_at.get(),
            party: party.map(|party| party.id.to_string()),
            party_name: party.and_then(|party| party.name.clone()),
            waybill: other.waybill.clone(),
            passed: other.passed,
            on_behalf_of: other.on_behalf_of.map(|party| party.to_string()),
        }
    }
}

/// A line.
#[derive(Debug, Serialize, ToSchema)]
pub struct DaybookRowBody {
    /// The record.
    pub record: String,
    /// `receive`, `enter` or `sell`; with `stock` also `create`, `transform`, `dispatch`, `settle`, `dispose` and `count`.
    #[schema(example = "receive")]
    pub kind: &'static str,
    /// Whether goods came in or left: `in` or `out`.
    #[schema(example = "in")]
    pub way: &'static str,
    /// Number of the line there.
    pub line: u16,
    /// The day on which goods came or left, as far as the record says it, else that on which it was signed.
    #[schema(example = "2026-11-22")]
    pub day: String,
    /// Whether it is told in the book of the day on which it was recorded 补记: signed more than a week after its own
    /// day, recorded more than seven weeks after it, or dated more than a day ahead. The book of its own day does not have it.
    pub late: bool,
    /// When it was signed, as its author says, in seconds since 1970.
    pub said_at: u64,
    /// Place of its lot in `goods`.
    pub goods: usize,
    /// How much, an exact decimal, if you may see quantities.
    pub quantity: Option<String>,
    /// Unit (UN/ECE Recommendation 20).
    #[schema(example = "KGM")]
    pub uom: &'static str,
    /// Number of the e-waybill, of a shipment.
    pub waybill: Option<String>,
    /// The site that received goods came from.
    pub from: Option<String>,
    /// Its name.
    pub from_name: Option<String>,
    /// Legal name of the party whose it is.
    pub from_party: Option<String>,
    /// The site to which goods were sent.
    pub to: Option<String>,
    /// Its name.
    pub to_name: Option<String>,
    /// With `stock`: whose the goods are or were, by the line that brought them in: the party for whom an agent took them
    /// in, else the one that sent them; null if it is not known.
    pub owner: Option<String>,
    /// Its legal name.
    pub owner_name: Option<String>,
    /// Party for whom an agent signed; null if it was signed for the author's own.
    pub on_behalf_of: Option<String>,
}

fn row(row: &DaybookRow, places: &BTreeMap<MoveKey, usize>) -> DaybookRowBody {
    let shipment = row.shipment.as_ref();
    let came = shipment.filter(|_| row.kind == RecordType::Receive);
    let went = shipment.filter(|_| row.kind == RecordType::Dispatch);
    let from = came.and_then(|shipment| shipment.from.as_ref());
    let party = came.and_then(|shipment| shipment.party.as_ref());
    let to = went.and_then(|shipment| shipment.to.as_ref());
    let owner = row.owner.as_ref();
    DaybookRowBody {
        record: row.record.to_string(),
        kind: row.kind.code(),
        way: match row.facts.role.is_credit() {
            true => "in",
            false => "out",
        },
        line: row.line.n(),
        day: row.day.to_string(),
        late: row.late,
        said_at: row.said_at.get(),
        goods: places.get(&row.facts.lot).copied().unwrap_or_default(),
        quantity: row.quantity.map(|quantity| quantity.to_string()),
        uom: row.facts.uom.code(),
        waybill: shipment.map(|shipment| shipment.waybill.clone()),
        from: from.map(|site| site.id.to_string()),
        from_name: from.map(|site| site.name.clone()),
        from_party: party.and_then(|party| party.name.clone()),
        to: to.map(|site| site.id.to_string()),
        to_name: to.map(|site| site.name.clone()),
        owner: owner.map(|party| party.id.to_string()),
        owner_name: owner.and_then(|party| party.name.clone()),
        on_behalf_of: row.on_behalf_of.map(|party| party.to_string()),
    }
}

impl DaybookBody {
    fn of(book: &Daybook, site: &SiteId, (days, told): (Days, Told)) -> Self {
        let places = book.goods.keys().enumerate();
        let places = places.map(|(at, key)| (*key, at)).collect();
        Self {
            rows: book.rows.iter().map(|one| row(one, &places)).collect(),
            others: book.others.iter().map(DoneByOthersBody::from).collect(),
            complete: book.complete,
            next: book.next.map(|next| {
                let (from, to, cursor) = (days.first, days.last, entry_cursor(next));
                let stock = match told {
                    Told::Trade => "",
                    Told::Stock => "&stock=true",
                };
                format!("/v1/sites/{site}/daybook?from={from}&to={to}{stock}&cursor={cursor}")
            }),
            goods: book.goods.values().map(GoodsBody::from).collect(),
        }
    }
}

/// What came in and was sold at a site between two days, whichever device signed it, page by page; with the first page
/// what others did to its goods. What came too late for the book of its day is in that of the day on which it was
/// recorded, marked. With `stock` every line by which goods came in (as accepted, when they were received) or left (as
/// sent), with whose they are. Needs a role: nothing is listed for the public.
///
/// 场所的台账:两日之间的进货和销售,逐行,分页;首页另列承运、收货方和监管部门的相关记录;迟到的记录列在入账之日(补记)。stock=true 时列出全部出入库及货主。需登录。
#[utoipa::path(tag = "holdings", security(("token" = []), ("cookie" = [])),
    params(("id" = String, Path, min_length = 8, max_length = 40, description = "Code of the site / 场所编码", example = "A32050901"), DaysQuery),
    responses(
        (status = 200, description = "Line by line.", body = DaybookBody),
        (status = 304, description = "As it was."),
        ReadProblems,
))]
#[get("/v1/sites/{id}/daybook")]
pub async fn of_site(
    ask: Ask,
    path: Path<String>,
    query: Query<DaysQuery>,
) -> Result<HttpResponse, Problem> {
    let sight = ask.sight().clone();
    // Before anything else, so that the public learns nothing of which sites there are.
    sight.expect_signed_in(Data::Stock)?;
    let site = SiteId::parse(&path)?;
    let days = Days {
        first: query.from,
        last: query.to,
    };
    if !days.is_fit() {
        return Err(Problem::bad_request(
            format!("起止日应为先后两日,合计不超过 {DAYS_MAX} 天"),
            format!("from one day to the same or a later one, {DAYS_MAX} days at most"),
        ));
    }
    let told = match query.stock {
        Some(true) => Told::Stock,
        _ => Told::Trade,
    };
    let wanted = Wanted {
        days,
        told,
        after: after_entry(query.cursor.as_deref())?,
    };
    answer(ask, move |node| {
        let found = daybook(node, &site, sight.audience(), wanted)?;
        let book = found.ok_or_else(unknown_site)?;
        Ok(DaybookBody::of(&book, &site, (days, told)))
    })
    .await
}
