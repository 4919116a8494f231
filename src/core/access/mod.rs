//! Who may see what: the table role × class of data (`access.toml`), and the one function that
//! decides by it from who asks and what that has to do with them.

mod challenge;
mod denied;
mod viewer;

pub use challenge::{CHALLENGE_WAIT_S, Challenge, ChallengeError, SIGN_IN_DOMAIN};
pub use denied::Denied;
pub use viewer::{Concern, Place, Viewer};

use crate::core::ids::{Division, DivisionLevel};
use crate::core::record::body::{KeyRole, PartyKind};
use crate::core::record::sealed::Class;
use crate::core::text::Bilingual;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The table as it is written.
pub const TEXT: &str = include_str!("access.toml");

/// As whom somebody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Not signed in, or with a key that opens nothing.
    Public,
    /// An enrolled business.
    Party,
    /// A carrier, or a driver.
    Carrier,
    /// A laboratory.
    Laboratory,
    /// An authority of a county.
    CountyOfficer,
    /// An authority of a prefecture or province.
    ProvincialOfficer,
    /// The province's registrar.
    Registrar,
    /// The node of another province.
    PeerNode,
    /// Whoever runs the server.
    Operator,
}

/// A class of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Data {
    /// What stands in the clear in records, and verdicts.
    Record,
    /// Sealed values of the class balance.
    Balance,
    /// Sealed values of the class trade.
    Trade,
    /// Sealed values of the class personal.
    Personal,
    /// Entry tiles: the log as a whole.
    Tiles,
    /// Lists of what a site has and of what a party has.
    Stock,
    /// Notes of a site: what its devices share beside the ledger.
    Notes,
    /// The journal of who saw trade and personal values.
    Journal,
    /// Metrics and the queue.
    Operation,
}

/// How far a role sees a class of data. Each reach holds what the one before it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Nothing.
    None,
    /// What their own party signed, and registrations about it.
    Author,
    /// That, and what they are a side of.
    Own,
    /// That, and what happens in the county of their office.
    County,
    /// That, and what happens in the province of their office.
    Province,
    /// Everything.
    All,
}

/// What something has to do with whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Their party signed it.
    Author,
    /// It enrols their party or is about its keys.
    Subject,
    /// Their party sends the shipment.
    Sender,
    /// Their party is to receive the shipment.
    Consignee,
    /// Their party carries the shipment.
    Carrier,
    /// Their party holds or held a lot that the paper is about, or the premises are theirs.
    Holder,
    /// It happens in the county of their office.
    SameCounty,
    /// It happens in the province of their office.
    SameProvince,
    /// Nothing.
    Nothing,
}

impl Relation {
    /// The shortest reach that holds it.
    #[must_use]
    pub const fn needs(self) -> Reach {
        match self {
            Self::Author | Self::Subject => Reach::Author,
            Self::Sender | Self::Consignee | Self::Carrier | Self::Holder => Reach::Own,
            Self::SameCounty => Reach::County,
            Self::SameProvince => Reach::Province,
            Self::Nothing => Reach::All,
        }
    }
}

/// On what grounds something is shown: as whom, and what it has to do with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ground {
    /// As whom.
    pub role: Role,
    /// What it has to do with them.
    pub relation: Relation,
}

/// Defines a list of all variants and the words by which tables name them.
macro_rules! words {
    ($type:ident: $($variant:ident $word:literal),* $(,)?) => {
        impl $type {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable word for it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The one with this word.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
}

words!(Role: Public "public", Party "party", Carrier "carrier", Laboratory "laboratory",
    CountyOfficer "county_officer", ProvincialOfficer "provincial_officer", Registrar "registrar",
    PeerNode "peer_node", Operator "operator");
words!(Data: Record "record", Balance "balance", Trade "trade", Personal "personal",
    Tiles "tiles", Stock "stock", Notes "notes", Journal "journal", Operation "operation");
words!(Reach: None "none", Author "author", Own "own", County "county", Province "province",
    All "all");
words!(Relation: Author "author", Subject "subject", Sender "sender", Consignee "consignee",
    Carrier "carrier", Holder "holder", SameCounty "same_county", SameProvince "same_province",
    Nothing "nothing");

impl From<Class> for Data {
    fn from(class: Class) -> Self {
        match class {
            Class::Balance => Self::Balance,
            Class::Trade => Self::Trade,
            Class::Personal => Self::Personal,
        }
    }
}

/// What the table says of a class of data.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataRow {
    code: Data,
    zh: String,
    en: String,
    why_zh: String,
    why_en: String,
    /// The rule of law that asks for it, where one was read.
    #[serde(default)]
    pub source: Option<String>,
}

impl DataRow {
    /// Which.
    #[must_use]
    pub const fn data(&self) -> Data {
        self.code
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> Bilingual {
        Bilingual::new(&self.zh, &self.en)
    }

    /// Why it is shown to those to whom it is.
    #[must_use]
    pub fn why(&self) -> Bilingual {
        Bilingual::new(&self.why_zh, &self.why_en)
    }
}

/// What the table says of a role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRow {
    code: Role,
    zh: String,
    en: String,
    who_zh: String,
    who_en: String,
    /// Whether they must say what for before they see trade or personal values.
    pub states_purpose: bool,
    sees: BTreeMap<Data, Reach>,
}

impl RoleRow {
    /// Which.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.code
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> Bilingual {
        Bilingual::new(&self.zh, &self.en)
    }

    /// Who has it.
    #[must_use]
    pub fn who(&self) -> Bilingual {
        Bilingual::new(&self.who_zh, &self.who_en)
    }

    /// How far it sees.
    #[must_use]
    pub fn sees(&self, data: Data) -> Reach {
        self.sees.get(&data).copied().unwrap_or(Reach::None)
    }
}

/// The table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessTable {
    /// First day on which it holds.
    pub in_force_from: String,
    /// Classes of data.
    pub data: Vec<DataRow>,
    /// Roles.
    #[serde(rename = "role")]
    pub roles: Vec<RoleRow>,
}

static TABLE: LazyLock<AccessTable> = LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());

/// The table. A test reads it; one that could not be read would show nothing to anybody.
#[must_use]
pub fn table() -> &'static AccessTable {
    &TABLE
}

/// How far a role sees a class of data.
#[must_use]
pub fn reach(role: Role, data: Data) -> Reach {
    let row = TABLE.roles.iter().find(|row| row.code == role);
    row.map_or(Reach::None, |row| row.sees(data))
}

/// Whether a role must say what for before it sees trade or personal values.
#[must_use]
pub fn states_purpose(role: Role) -> bool {
    let row = TABLE.roles.iter().find(|row| row.code == role);
    row.is_none_or(|row| row.states_purpose)
}

/// Decides whether something is shown to somebody with these roles, to whom it has these
/// relations, and says on what grounds: the closest relation that is enough.
#[must_use]
pub fn decide(roles: &[Role], data: Data, relations: &[Relation]) -> Option<Ground> {
    let everybody = [Relation::Nothing];
    let related = relations.iter().chain(&everybody);
    let mut grounds: Vec<Ground> = related
        .flat_map(|relation| roles.iter().map(|role| (*role, *relation)))
        .filter(|(role, relation)| relation.needs() <= reach(*role, data))
        .map(|(role, relation)| Ground { role, relation })
        .collect();
    grounds.sort_by_key(|ground| (ground.relation, ground.role));
    grounds.first().copied()
}

/// As whom the holder of a key asks: what its party is, and what the key may do.
#[must_use]
pub const fn role_of(key: KeyRole, kind: PartyKind, county: Division) -> Role {
    match (key, kind) {
        // A logger on a wall and the node's own key open nothing.
        (KeyRole::Device | KeyRole::Node, _) => Role::Public,
        (KeyRole::Driver, _) => Role::Carrier,
        (_, PartyKind::Registrar) => Role::Registrar,
        (_, PartyKind::Lab) => Role::Laboratory,
        (_, PartyKind::Carrier) => Role::Carrier,
        (_, kind) if kind.is_authority() => match county.level() {
            DivisionLevel::County => Role::CountyOfficer,
            DivisionLevel::Prefecture | DivisionLevel::Province => Role::ProvincialOfficer,
        },
        _ => Role::Party,
    }
}

#[cfg(test)]
mod tests;
