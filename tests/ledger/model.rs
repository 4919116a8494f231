//! The ledger as the simplest program that could be right: everything in memory, one record after
//! the other, no cache, no batch, no database. It writes the very same log, to the byte.

use crate::common::World;
use crate::common::world::signing_key;
use crate::town::verifier;
use serde_json::{Value, json};
use shisu::app::ledger::Outcome;
use shisu::core::custody::{
    Admission, Context, Effects, EntryKey, LogNo, Refusal, Working, admit, verify_possession,
};
use shisu::core::log::{Hash, Origin, TreeEdge};
use shisu::core::record::{Body, Completeness, Jwk, Record, RecordId, RecordType, author};
use shisu::core::rules;
use shisu::core::text::Explain as _;
use shisu::core::time::UnixSeconds;

/// What becomes of a submitted record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Accepted(u64),
    Duplicate(u64),
    Parked(RecordId),
    Refused(&'static str),
}

impl Said {
    /// The same of what a ledger says.
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Accepted(receipt) => Self::Accepted(receipt.index()),
            Outcome::Duplicate(receipt) => Self::Duplicate(receipt.index()),
            Outcome::Parked { awaits } => Self::Parked(*awaits),
            Outcome::Refused(refusal) => Self::Refused(refusal.code()),
            Outcome::Withheld => unreachable!("nothing here is submitted as a whole"),
        }
    }
}

/// Ledgers that append to one log at most.
pub const LEDGERS: usize = 2;

/// A log in memory.
pub struct Model {
    /// Everything that is known.
    pub state: Working,
    /// Id of every entry, in order.
    pub ids: Vec<RecordId>,
    /// What every entry changed, in order.
    pub effects: Vec<Effects>,
    /// The records, in order.
    pub records: Vec<Record>,
    tree: TreeEdge,
    context: Context,
    /// For each ledger that appends: whether the last beat it knows of brought its rules. Nothing
    /// of one that has not appended since it was opened.
    has_beaten: [Option<bool>; LEDGERS],
    /// The ledger that appends now.
    turn: usize,
    registrar: String,
    last_beat: (Option<RecordId>, UnixSeconds),
    parked: Vec<(UnixSeconds, Record, RecordId)>,
}

impl Model {
    /// The log that `begin` begins for `world`.
    pub fn begin(world: &World) -> Self {
        let now = UnixSeconds::new(world.now).unwrap();
        let registrar = world.parties["registrar"].clone();
        let mut model = Self {
            state: Working::new(usize::MAX),
            ids: Vec::new(),
            effects: Vec::new(),
            records: Vec::new(),
            tree: TreeEdge::new(),
            context: Context {
                log: Origin::new(&world.log).unwrap(),
                now,
            },
            has_beaten: [None; LEDGERS],
            turn: 0,
            registrar: registrar.clone(),
            last_beat: (None, UnixSeconds::default()),
            parked: Vec::new(),
        };
        let genesis = json!({
            "node_key": Jwk::of(&signing_key("node")),
            "log_key": verifier(world).to_string(),
            "province": "330000",
            "registrar": registrar,
            "registrar_name": "浙江省示例登记中心",
            "registrar_key": Jwk::of(&signing_key("registrar")),
        });
        model.beat(Some(genesis));
        model.has_beaten = [None; LEDGERS];
        model
    }

    /// Root of the log's tree.
    pub fn root(&self) -> Hash {
        self.tree.root()
    }

    /// Entries in the log.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// Another process goes on: its first record has a beat of its own before it.
    pub fn reopened(&mut self) {
        self.has_beaten[self.turn] = None;
    }

    /// Another of the ledgers appends from here on.
    pub fn take_turn(&mut self, turn: usize) {
        self.turn = turn;
    }

    /// What becomes of a batch that is submitted when the node's clock shows `now`.
    pub fn submit(&mut self, now: u64, texts: &[String]) -> Vec<Said> {
        self.context.now = UnixSeconds::new(now).unwrap().max(self.last_beat.1);
        let mut dispatched = Vec::new();
        let said = texts
            .iter()
            .map(|text| {
                self.decide(text, &mut dispatched)
                    .unwrap_or_else(|refusal| Said::Refused(refusal.code()))
            })
            .collect();
        let mut waiting: Vec<_> = Vec::new();
        self.parked.retain(|(at, record, awaits)| {
            let is_due = dispatched.contains(awaits);
            if is_due {
                waiting.push((*at, *record.id.as_bytes(), record.to_sd_jwt(|_| true)));
            }
            !is_due
        });
        waiting.sort();
        for (_, _, text) in waiting {
            // Whoever is refused now hears so when they ask again.
            let _ = self.decide(&text, &mut dispatched);
        }
        if !texts.is_empty() {
            self.has_beaten[self.turn].get_or_insert(false);
        }
        said
    }

    fn decide(&mut self, text: &str, dispatched: &mut Vec<RecordId>) -> Result<Said, Refusal> {
        let record = Record::parse(text, Completeness::Complete)?;
        verify_possession(&record)?;
        let key = self.state.keys.get(&record.kid);
        let key = key.ok_or(Refusal::UnknownKey)?.jwk.verifying_key()?;
        record.verify(&key)?;
        let is_beat_due =
            self.context.now > self.last_beat.1 || self.has_beaten[self.turn] != Some(true);
        let at = entry(self.size() + u64::from(is_beat_due));
        Ok(match admit(&self.state, &record, at, &self.context)? {
            Admission::New(effects) => {
                if is_beat_due {
                    self.beat(None);
                }
                if record.kind() == RecordType::Dispatch {
                    dispatched.push(record.id);
                }
                self.place(&record, at, *effects);
                Said::Accepted(at.index())
            }
            Admission::Duplicate(entry) => Said::Duplicate(entry.index()),
            Admission::Parked { awaits } => {
                if !self
                    .parked
                    .iter()
                    .any(|(_, known, _)| known.id == record.id)
                {
                    self.parked.push((self.context.now, record, awaits));
                }
                Said::Parked(awaits)
            }
        })
    }

    fn beat(&mut self, genesis: Option<Value>) {
        let now = self.context.now;
        let mut body = json!({ "at": now, "rules": rules::version() });
        if let Some(genesis) = genesis {
            body["genesis"] = genesis;
        }
        let claims = json!({
            "type": "beat", "log": self.context.log, "iss": self.registrar, "iat": now,
            "seq": self.size(), "prev": self.last_beat.0, "body": body,
        });
        let salt = &mut || unreachable!("a beat seals nothing");
        let record = author::sign(claims, &signing_key("node"), salt).unwrap();
        assert!(matches!(record.body, Body::Beat(_)));
        let at = entry(self.size());
        let admission = admit(&self.state, &record, at, &self.context).unwrap();
        let Admission::New(effects) = admission else {
            panic!("{admission:?}")
        };
        self.last_beat = (Some(record.id), now);
        // Whoever has appended before follows this beat; whoever has not knows of none.
        for has_beaten in self.has_beaten.iter_mut().flatten() {
            *has_beaten = true;
        }
        self.has_beaten[self.turn] = Some(true);
        self.place(&record, at, *effects);
    }

    fn place(&mut self, record: &Record, at: EntryKey, effects: Effects) {
        self.state.apply(record, at, &effects);
        self.tree.append(record.leaf);
        self.ids.push(record.id);
        self.effects.push(effects);
        self.records.push(record.clone());
    }
}

/// The name of an entry of the log.
pub fn entry(index: u64) -> EntryKey {
    EntryKey::new(LogNo::HOME, index).unwrap()
}
