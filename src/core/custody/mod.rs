//! Custody: what a record does to who holds what. The heart is one pure function, [`admit()`](admit()):
//! state of the feeds, credits and registrations touched + a verified record gives effects and
//! findings, or a refusal with a reason code.

pub mod admit;
mod effects;
mod finding;
mod follow;
mod keys;
mod needs;
mod refusal;
mod replay;
mod state;
mod table;

pub use admit::{Admission, Context, admit, subjects};
pub use effects::{Effects, LotFacts, MoveFacts, MoveRole, PaperFacts, ShipmentFacts};
pub use finding::{Finding, FindingCode, Gravity};
pub use keys::{EntryKey, LogNo, MoveKey};
pub use needs::{Needs, cited, points_further};
pub use refusal::Refusal;
pub use replay::{Replay, verify_possession};
pub use state::{EntryFacts, Feed, KeyFacts, PaperNumber, PartyFacts, SiteFacts, Working};
pub use table::Table;
