//! The desk of a site: all that its workbench shows, in one answer.

use super::answer::{Ask, answer};
use super::desk_held::{HeldBody, all_held, next, senders};
use super::keeping::{KeepingBody, SenderBody};
use super::problem::{Problem, ReadProblems};
use super::registry::{PlaceBody, unknown_site, word};
use super::schema::PublicKey;
use crate::app::read::desk::{Desk, Disputed, Goods, Moving, Unmatched, desk};
use crate::core::access::Data;
use crate::core::custody::{MoveFacts, MoveKey, PartyFacts, SiteFacts};
use crate::core::ids::SiteId;
use crate::core::record::Jwk;
use crate::core::time::ChinaDate;
use actix_web::web::Path;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What a site holds, what comes, what is on its way, and what has to be settled.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskBody {
    /// The site.
    pub site: EndBody,
    /// What it holds, the newest first.
    pub held: Vec<HeldBody>,
    /// Where older lines of what it holds are listed, if there are more than 500.
    pub held_next: Option<String>,
    /// Shipments that it is to receive, the newest first.
    pub incoming: Vec<MovingBody>,
    /// Shipments that it sent and that are not received, the newest first.
    pub outgoing: Vec<MovingBody>,
    /// Lines of receipts that this site has to settle.
    pub disputed: Vec<DisputedBody>,
    /// Receipts of this site whose dispatch never came, the oldest first.
    pub unmatched: Vec<UnmatchedBody>,
    /// The lots that are named here.
    pub goods: Vec<GoodsBody>,
    /// The parties that sent what is held.
    pub senders: Vec<SenderBody>,
    /// Zones, filing, self-checks and inputs.
    pub keeping: KeepingBody,
}

/// One half of a handover: a receipt that waits for its dispatch for more than a day. It is not in the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnmatchedBody {
    /// The receipt.
    pub record: String,
    /// The dispatch that it names, which nobody has submitted.
    pub dispatch: String,
    /// Since when it waits, in seconds since 1970.
    pub since: u64,
}

impl From<&Unmatched> for UnmatchedBody {
    fn from(one: &Unmatched) -> Self {
        Self {
            record: one.receipt.to_string(),
            dispatch: one.dispatch.to_string(),
            since: one.since.get(),
        }
    }
}

/// A site and the party whose it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndBody {
    /// Code of the site.
    #[schema(example = "JY13101180000015")]
    pub id: String,
    /// What happens there.
    #[schema(value_type = Option<String>, example = "shop")]
    pub kind: Option<serde_json::Value>,
    /// Its name.
    pub name: Option<String>,
    /// The party.
    pub party: Option<String>,
    /// Its legal name.
    pub party_name: Option<String>,
    /// The site's county.
    pub county: Option<PlaceBody>,
}

/// A shipment that is not closed.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovingBody {
    /// The record that dispatched it.
    pub id: String,
    /// Number of the e-waybill.
    pub waybill: String,
    /// The site at the other end.
    pub other: EndBody,
    /// Carrying party, when it is another.
    pub carrier: Option<String>,
    /// When the sender signed, in seconds since 1970.
    pub sent_at: u64,
    /// The dispatch as it was signed, with those disclosures that you may see (`jwt~disclosure~…~`).
    pub sd_jwt: String,
    /// The key that signed it (RFC 8037).
    #[schema(value_type = Option<PublicKey>)]
    pub jwk: Option<Jwk>,
    /// The lines that are not received yet.
    pub lines: Vec<DeskLineBody>,
}

/// A line of a record, and what is open of it: what is held, or what was sent and is not received yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskLineBody {
    /// Number of the line.
    pub line: u16,
    /// Place of its lot in `goods`.
    pub goods: usize,
    /// How much is left, an exact decimal, if you may see quantities.
    pub left: Option<String>,
    /// Unit (UN/ECE Recommendation 20).
    #[schema(example = "KGM")]
    pub uom: &'static str,
}

/// A line of a receipt that has to be settled.
#[derive(Debug, Serialize, ToSchema)]
pub struct DisputedBody {
    /// The receipt.
    pub record: String,
    /// Number of its line.
    pub line: u16,
    /// The record that dispatched the shipment.
    pub dispatch: String,
    /// Number of the e-waybill.
    pub waybill: String,
    /// Site that received.
    pub to: String,
    /// Place of the lot in `goods`.
    pub goods: usize,
    /// What has to be settled, an exact decimal, if you may see quantities.
    pub open: Option<String>,
    /// Unit (UN/ECE Recommendation 20).
    #[schema(example = "KGM")]
    pub uom: &'static str,
}

/// What a lot is.
#[derive(Debug, Serialize, ToSchema)]
pub struct GoodsBody {
    /// Its code.
    #[schema(example = "01/09520002000033/10/Q0417-1")]
    pub lot: String,
    /// Record that brought it into being.
    pub origin: String,
    /// Line of that record.
    pub origin_line: u16,
    /// Class of product.
    #[schema(example = "pork_cut")]
    pub class: &'static str,
    /// Name of the product.
    pub name: Option<String>,
    /// Size and kind of pack.
    pub spec: Option<String>,
    /// Batch number as printed.
    pub batch: Option<String>,
    /// Day of harvest, slaughter or production.
    pub made_on: String,
    /// Last day of shelf life.
    pub best_before: Option<String>,
    /// Highest storage temperature on the label, °C.
    pub temp_max_c: Option<String>,
    /// Party that brought it into being.
    pub party: String,
    /// Plot, pond or house that it is of, if its first record says so.
    pub plot: Option<String>,
}

impl From<&Goods> for GoodsBody {
    fn from(goods: &Goods) -> Self {
        let info = goods.info.as_ref();
        let temp = info.and_then(|info| info.temp_max_c);
        Self {
            lot: goods.facts.code.to_string(),
            origin: goods.origin.0.to_string(),
            origin_line: goods.origin.1,
            class: goods.facts.class.code(),
            name: info.map(|info| info.name.to_string()),
            spec: info
                .and_then(|info| info.spec.as_ref())
                .map(ToString::to_string),
            batch: info
                .and_then(|info| info.batch.as_ref())
                .map(ToString::to_string),
            made_on: goods.facts.made_on.to_string(),
            best_before: goods.facts.best_before.map(|day| day.to_string()),
            temp_max_c: temp.map(|temp| temp.to_string()),
            party: goods.facts.party.to_string(),
            plot: goods.plot.as_ref().map(ToString::to_string),
        }
    }
}

/// Where each lot stands in the list of goods, and whether quantities are shown.
pub(super) struct Places {
    goods: BTreeMap<MoveKey, usize>,
    shows_quantities: bool,
}

impl Places {
    pub(super) fn of(goods: &BTreeMap<MoveKey, Goods>, shows_quantities: bool) -> Self {
        let places = goods.keys().enumerate();
        Self {
            goods: places.map(|(at, key)| (*key, at)).collect(),
            shows_quantities,
        }
    }

    fn of_lot(&self, lot: MoveKey) -> usize {
        self.goods.get(&lot).copied().unwrap_or_default()
    }

    fn shown(&self, amount: impl ToString) -> Option<String> {
        self.shows_quantities.then(|| amount.to_string())
    }

    pub(super) fn line(&self, line: &MoveFacts) -> DeskLineBody {
        DeskLineBody {
            line: line.key.n(),
            goods: self.of_lot(line.lot),
            left: self.shown(line.left),
            uom: line.uom.code(),
        }
    }

    fn moving(&self, moving: &Moving, end: &SiteId) -> MovingBody {
        let (place, party) = &moving.other;
        MovingBody {
            id: moving.dispatch.id.to_string(),
            waybill: moving.facts.waybill.clone(),
            other: end_of(end, place.as_ref(), party.as_ref()),
            carrier: moving.facts.carrier.map(|carrier| carrier.to_string()),
            sent_at: moving.facts.sent_at.get(),
            // What may not be seen was never opened.
            sd_jwt: moving.dispatch.to_sd_jwt(|_| true),
            jwk: moving.signer,
            lines: moving.lines.iter().map(|line| self.line(line)).collect(),
        }
    }

    fn disputed(&self, one: &Disputed) -> DisputedBody {
        DisputedBody {
            record: one.line.0.to_string(),
            line: one.line.1,
            dispatch: one.dispatch.to_string(),
            waybill: one.shipment.waybill.clone(),
            to: one.shipment.to.to_string(),
            goods: self.of_lot(one.facts.lot),
            open: self.shown(one.facts.disputed),
            uom: one.facts.uom.code(),
        }
    }
}

fn end_of(id: &SiteId, site: Option<&SiteFacts>, party: Option<&PartyFacts>) -> EndBody {
    EndBody {
        id: id.to_string(),
        kind: site.map(|site| word(&site.kind)),
        name: site.map(|site| site.name.clone()),
        party: site.map(|site| site.party.to_string()),
        party_name: party.and_then(|party| party.name.clone()),
        county: site.map(|site| site.county.into()),
    }
}

impl DeskBody {
    fn of(desk: &Desk, today: ChinaDate) -> Self {
        let places = Places::of(&desk.goods, desk.shows_quantities);
        let incoming = desk.incoming.iter();
        let outgoing = desk.outgoing.iter();
        Self {
            site: end_of(&desk.site.id, Some(&desk.site), desk.party.as_ref()),
            held: all_held(&places, &desk.held),
            held_next: next(&desk.site.id, &desk.held),
            incoming: incoming
                .map(|one| places.moving(one, &one.facts.from))
                .collect(),
            outgoing: outgoing
                .map(|one| places.moving(one, &one.facts.to))
                .collect(),
            unmatched: desk.unmatched.iter().map(UnmatchedBody::from).collect(),
            disputed: desk
                .disputed
                .iter()
                .map(|one| places.disputed(one))
                .collect(),
            goods: desk.goods.values().map(GoodsBody::from).collect(),
            senders: senders(&desk.held),
            keeping: KeepingBody::of(&desk.keeping, today),
        }
    }
}

/// All that the workbench of a site shows. Needs a role: nothing is listed for the public.
///
/// 场所的工作台:库存、待收、在途、待处理的差异,一次取全,需登录。
#[utoipa::path(tag = "holdings", security(("token" = []), ("cookie" = [])),
    params(("id" = String, Path, min_length = 8, max_length = 40, description = "Code of the site / 场所编码", example = "A32050901")),
    responses(
        (status = 200, description = "The desk.", body = DeskBody),
        (status = 304, description = "As it was."),
        ReadProblems,
))]
#[get("/v1/sites/{id}/desk")]
pub async fn of_site(ask: Ask, path: Path<String>) -> Result<HttpResponse, Problem> {
    let sight = ask.sight().clone();
    // Before anything else, so that the public learns nothing of which sites there are.
    sight.expect_signed_in(Data::Stock)?;
    let site = SiteId::parse(&path)?;
    answer(ask, move |node| {
        let found = desk(node, &site, sight.audience())?;
        let today = node.clock().now().china_date();
        Ok(DeskBody::of(&found.ok_or_else(unknown_site)?, today))
    })
    .await
}
