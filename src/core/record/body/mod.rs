//! What each type of record says beside its moves. One struct per type, every member known by
//! name: a member that is not in the struct is refused, so a new meaning needs a new type or `v`.

mod goods;
mod node;
mod paper;
mod party;
mod receipt;
mod shipment;
mod statement;

pub use goods::*;
pub use node::*;
pub use paper::*;
pub use party::*;
pub use receipt::*;
pub use shipment::*;
pub use statement::*;

use crate::core::ids::PartyId;

use super::hashes::Digest;
use super::objects;
use super::sealed::{self, SealedField};

macro_rules! record_types {
    ($($variant:ident $code:literal $number:literal $zh:literal [$($field:ident),*] $doc:literal;)*) => {
        /// The type of a record.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum RecordType {
            $(#[doc = $doc] #[serde(rename = $code)] $variant,)*
        }

        impl RecordType {
            /// Every type, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code written in records.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// The word on Chinese surfaces.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),* }
            }

            /// A small number that names the type in the database.
            #[must_use]
            pub const fn number(self) -> i16 {
                match self { $(Self::$variant => $number),* }
            }

            /// The sealed fields of the body, in the order of their digests.
            #[must_use]
            pub fn sealed_fields(self) -> &'static [&'static SealedField] {
                match self { $(Self::$variant => {
                    static FIELDS: &[&SealedField] = &[$(&sealed::$field),*];
                    FIELDS
                }),* }
            }
        }

        /// The body of a record.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Body {
            $(#[doc = $doc] $variant(Box<$variant>),)*
        }

        impl Body {
            /// Reads the body of a record of `kind` from its JSON.
            ///
            /// # Errors
            /// Whatever is irregular, missing or unknown.
            pub fn parse(kind: RecordType, json: &str) -> Result<Self, serde_json::Error> {
                match kind {
                    $(RecordType::$variant => objects::read(json.as_bytes()).map(|b| Self::$variant(Box::new(b))),)*
                }
            }

            /// The type this is the body of.
            #[must_use]
            pub const fn record_type(&self) -> RecordType {
                match self { $(Self::$variant(_) => RecordType::$variant),* }
            }

            /// The digests of the sealed fields.
            #[must_use]
            pub fn digests(&self) -> &[Digest] {
                match self { $(Self::$variant(body) => &body.sd),* }
            }
        }
    };
}

record_types! {
    Beat "beat" 1 "节拍" [] "What the node knew when it admitted what follows.";
    RegisterParty "register_party" 2 "主体登记" [PERSON_NAME, IDENTITY, ADDRESS] "Enrols a business or a smallholder.";
    RegisterSite "register_site" 3 "场所登记" [ADDRESS] "Enrols premises.";
    AddKey "add_key" 4 "授予密钥" [PERSON_NAME] "Says which key may sign for whom, where, as what.";
    RevokeKey "revoke_key" 5 "吊销密钥" [] "Ends a key's standing.";
    Create "create" 6 "生产" [NOTE] "Brings in a new lot: harvest, catch, farrowing group, production.";
    Enter "enter" 7 "录入进货" [SUPPLIER, NOTE] "Brings in goods from a supplier who is not enrolled, or from abroad.";
    UseInput "use_input" 8 "投入品使用" [NOTE] "Pesticide, veterinary drug or feed used.";
    Certify "certify" 9 "证明" [CERTIFIED, PERSON_NAME, VEHICLE, PLACES] "A paper, issued, confirmed or transcribed.";
    Dispatch "dispatch" 10 "发货" [VEHICLE, DRIVER, PLACES, TERMS] "Takes goods out and opens a shipment with its e-waybill.";
    PickUp "pick_up" 11 "提货" [VEHICLE, DRIVER] "The carrier takes the goods.";
    Observe "observe" 12 "监测" [TRACK] "Readings and the track of a leg or a zone.";
    HandOn "hand_on" 13 "换车" [VEHICLE, DRIVER, NOTE] "Another vehicle or carrier takes over.";
    Deliver "deliver" 14 "送达" [NOTE] "The carrier hands the goods over.";
    Receive "receive" 15 "收货" [DIFFERENCES, NOTE] "Closes dispatch lines and brings accepted goods in.";
    Settle "settle" 16 "差异处理" [NOTE] "Answers what was short, damaged or refused.";
    Transform "transform" 17 "加工" [NOTE] "Slaughter, cut, mix, pack, split, relabel, cook, process.";
    Sell "sell" 18 "销售" [BUYER, TERMS] "Final debit to a buyer.";
    Dispose "dispose" 19 "处置" [PERSON_NAME, PLACES] "Condemned and destroyed goods.";
    Count "count" 20 "盘点" [COUNTED] "A stocktake.";
    Inspect "inspect" 21 "检查" [NOTE] "The result of an inspection.";
    Hold "hold" 22 "封存" [NOTE] "Blocks lots and everything made from them.";
    Release "release" 23 "解封" [NOTE] "Ends a hold.";
    Recall "recall" 24 "召回" [NOTE] "Calls lots back from every shelf.";
    CloseRecall "close_recall" 25 "结束召回" [NOTE] "Ends a recall.";
    Correct "correct" 26 "更正" [NOTE] "Points at an earlier record; never moves goods.";
}

impl Body {
    /// The party for whom an agent signed, where the record says so.
    #[must_use]
    pub const fn on_behalf_of(&self) -> Option<PartyId> {
        match self {
            Self::Create(body) => body.on_behalf_of,
            Self::Enter(body) => body.on_behalf_of,
            Self::UseInput(body) => body.on_behalf_of,
            Self::Dispatch(body) => body.on_behalf_of,
            Self::Sell(body) => body.on_behalf_of,
            Self::Dispose(body) => body.on_behalf_of,
            Self::Transform(body) => body.on_behalf_of,
            Self::Receive(body) => body.on_behalf_of,
            Self::Settle(body) => body.on_behalf_of,
            Self::Count(body) => body.on_behalf_of,
            Self::Inspect(body) => body.on_behalf_of,
            Self::Recall(body) => body.on_behalf_of,
            Self::CloseRecall(body) => body.on_behalf_of,
            Self::Correct(body) => body.on_behalf_of,
            _ => None,
        }
    }
}

impl RecordType {
    /// The type with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// The type with this database number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.number() == number)
    }
}

impl std::fmt::Display for RecordType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_type_seals_is_no_member_in_the_clear() {
        // RFC 9901 section 7.1: a disclosed name that already stands there makes the whole invalid.
        for kind in RecordType::ALL {
            for field in kind.sealed_fields() {
                let in_clear = format!(r#"{{"{}":null}}"#, field.name);
                let refused = Body::parse(*kind, &in_clear).unwrap_err().to_string();
                let unknown = format!("unknown field `{}`", field.name);
                assert!(refused.starts_with(&unknown), "{kind}: {refused}");
            }
        }
    }

    #[test]
    fn integers_of_peers_stay_exact_in_every_reader() {
        let beat = |size: u64| {
            let peers = format!(r#"[{{"log":"a.example/log","size":{size}}}]"#);
            Body::parse(
                RecordType::Beat,
                &format!(r#"{{"at":1,"rules":"r","peers":{peers}}}"#),
            )
        };
        assert!(beat(crate::core::time::INTEGER_MAX).is_ok());
        assert!(beat(crate::core::time::INTEGER_MAX + 1).is_err());
    }
}
