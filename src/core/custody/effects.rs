//! What an admitted record changes: values that the working state applies and the store writes.

use super::finding::Finding;
use super::keys::{EntryKey, MoveKey};
use super::state::{KeyFacts, PartyFacts, SiteFacts};
use crate::core::ids::{LotCode, PartyId, SiteId};
use crate::core::quantity::{Amount, Uom};
use crate::core::record::{Kid, Subject};
use crate::core::rules::paper::PaperKind;
use crate::core::rules::product::ProductClass;
use crate::core::time::{ChinaDate, UnixSeconds};

/// What a line does.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum MoveRole {
    /// Credit: a producer brought it in.
    Created,
    /// Credit: brought in from outside the ledger.
    Entered,
    /// Credit: output of a transformation.
    Made,
    /// Credit: accepted at a receipt.
    Received,
    /// Credit: taken back by the sender.
    TakenBack,
    /// Debit: sent; what is left of it is in transit.
    Sent,
    /// Debit: used in a transformation.
    Used,
    /// Debit: sold.
    Sold,
    /// Debit: disposed of.
    Disposed,
    /// Debit: missing at a stocktake.
    CountedOff,
    /// Debit of a dispute: lost.
    Lost,
    /// Debit of a dispute: destroyed.
    Destroyed,
}

impl MoveRole {
    /// Every role.
    pub const ALL: [Self; 12] = [
        Self::Created,
        Self::Entered,
        Self::Made,
        Self::Received,
        Self::TakenBack,
        Self::Sent,
        Self::Used,
        Self::Sold,
        Self::Disposed,
        Self::CountedOff,
        Self::Lost,
        Self::Destroyed,
    ];

    /// A small number that names the role in the database; credits are below 6.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Created => 1,
            Self::Entered => 2,
            Self::Made => 3,
            Self::Received => 4,
            Self::TakenBack => 5,
            Self::Sent => 6,
            Self::Used => 7,
            Self::Sold => 8,
            Self::Disposed => 9,
            Self::CountedOff => 10,
            Self::Lost => 11,
            Self::Destroyed => 12,
        }
    }

    /// The role with this database number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.number() == number)
    }

    /// Whether goods come in.
    #[must_use]
    pub const fn is_credit(self) -> bool {
        self.number() < 6
    }
}

/// A line as the ledger computes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveFacts {
    /// Its name.
    pub key: MoveKey,
    /// What it does.
    pub role: MoveRole,
    /// The lot, by its origin line.
    pub lot: MoveKey,
    /// Where, by the entry that first enrolled the site.
    pub site: EntryKey,
    /// Unit.
    pub uom: Uom,
    /// Quantity moved.
    pub amount: Amount,
    /// The line it answers.
    pub of: Option<MoveKey>,
    /// Credits: still held. `Sent`: still in transit. Others: zero.
    pub left: Amount,
    /// `Received`: short, damaged or refused, not yet settled.
    pub disputed: Amount,
}

/// A lot: (code, origin record). Its name is its origin line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotFacts {
    /// Its name.
    pub key: MoveKey,
    /// Its code.
    pub code: LotCode,
    /// Class of product.
    pub class: ProductClass,
    /// Party that brought it into being.
    pub party: PartyId,
    /// Date of harvest, slaughter or production.
    pub made_on: ChinaDate,
    /// Last day of shelf life.
    pub best_before: Option<ChinaDate>,
}

/// A shipment, named by its dispatch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShipmentFacts {
    /// The dispatch.
    pub key: EntryKey,
    /// Number of the e-waybill.
    pub waybill: String,
    /// Sending site.
    pub from: SiteId,
    /// Sending party.
    pub sender: PartyId,
    /// Site that is to receive.
    pub to: SiteId,
    /// Carrying party, when it is another.
    pub carrier: Option<PartyId>,
    /// Parties that carried before and handed on, the first one first, each once.
    pub carried_before: Vec<PartyId>,
    /// When the sender signed.
    pub sent_at: UnixSeconds,
}

/// A paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperFacts {
    /// The certify record.
    pub key: EntryKey,
    /// Which paper.
    pub kind: PaperKind,
    /// Its number.
    pub number: String,
    /// Last day, where it says one.
    pub valid_until: Option<ChinaDate>,
    /// What it concludes.
    pub passed: Option<bool>,
    /// The one site that may draw on its quantity.
    pub spender: Option<SiteId>,
    /// Unit of its quantity.
    pub uom: Option<Uom>,
    /// Quantity not yet drawn on; none for a paper without quantity.
    pub left: Option<Amount>,
    /// Lots it is about, by code; only their debits draw on it.
    pub lots: Vec<LotCode>,
}

/// Everything an admitted record changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effects {
    /// New lines.
    pub moves: Vec<MoveFacts>,
    /// What is left of earlier lines afterwards.
    pub left: Vec<(MoveKey, Amount)>,
    /// What is disputed of earlier lines afterwards.
    pub disputed: Vec<(MoveKey, Amount)>,
    /// New lots.
    pub lots: Vec<LotFacts>,
    /// Shipment opened, or handed on to another carrier.
    pub shipment: Option<ShipmentFacts>,
    /// New paper.
    pub paper: Option<PaperFacts>,
    /// What is left of papers afterwards.
    pub paper_left: Vec<(EntryKey, Amount)>,
    /// Party enrolled or changed.
    pub party: Option<PartyFacts>,
    /// Site enrolled or changed.
    pub site: Option<SiteFacts>,
    /// Keys granted: one, or the two with which a log begins.
    pub keys: Vec<KeyFacts>,
    /// Key revoked: which, and since when it is suspect.
    pub revoked: Option<(Kid, Option<UnixSeconds>)>,
    /// What the record is about.
    pub about: Vec<Subject>,
    /// Entries the record cites (`refs`, the dispatch of a leg, the hold of a release …).
    pub cites: Vec<EntryKey>,
    /// Findings.
    pub findings: Vec<Finding>,
}
