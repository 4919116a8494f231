//! A ledger in memory, in which everybody of a small chain is enrolled.

use super::draft::{self, Draft, Line};
use super::world::World;
use shisu::core::custody::{Admission, Effects, EntryKey, FindingCode, Refusal, Replay};
use shisu::core::log::Origin;
use shisu::core::record::{Completeness, Record, RecordId};
use shisu::core::text::Explain as _;

/// A log of records, and those who write it.
#[derive(Debug)]
pub struct Ledger {
    /// Who signs.
    pub world: World,
    /// What was admitted.
    pub replay: Replay,
    /// The admitted texts, in order.
    pub texts: Vec<String>,
}

/// A record that was admitted.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// The record.
    pub record: Record,
    /// Its place.
    pub entry: EntryKey,
    /// What it changed.
    pub effects: Effects,
    /// Its bytes.
    pub text: String,
}

/// What became of a submission.
pub enum Outcome {
    /// It is new.
    Admitted(Box<Admitted>),
    /// It was here already.
    Duplicate(EntryKey),
    /// It waits for this dispatch.
    Parked(RecordId),
    /// It was turned away.
    Refused(Refusal),
}

/// Who is enrolled in [`Ledger::with_chain`]: name, kind of party, kind of site.
const CHAIN: [(&str, &str, &str); 12] = [
    ("farm", "farm", "farm"),
    ("coop", "coop", "farm"),
    ("slaughter", "slaughterhouse", "slaughter_line"),
    ("plant", "processor", "plant"),
    ("store", "warehouse", "warehouse"),
    ("shop", "retailer", "shop"),
    ("canteen", "canteen", "kitchen"),
    ("carrier", "carrier", "depot"),
    ("lab", "lab", "laboratory"),
    ("regulator", "regulator", "office"),
    ("vet", "animal_health", "office"),
    ("customs", "customs", "port"),
];

impl Ledger {
    /// A log with its genesis beat.
    pub fn new() -> Self {
        let mut world = World::default();
        let origin = Origin::new(&world.log).unwrap();
        let genesis = world.genesis();
        let mut ledger = Self {
            world,
            replay: Replay::new(origin),
            texts: Vec::new(),
        };
        ledger.put("node", &genesis);
        ledger
    }

    /// A log in which a whole chain is enrolled, each with one site and a clerk of the same name.
    pub fn with_chain() -> Self {
        let mut ledger = Self::new();
        for (name, party, site) in CHAIN {
            ledger.enrol(name, party, site);
        }
        ledger
    }

    /// Enrols a party, its site and a clerk there, all under one name.
    pub fn enrol(&mut self, name: &str, party_kind: &str, site_kind: &str) {
        let party = self.world.register_party(name, party_kind);
        self.put("registrar", &party);
        let site = self.world.register_site(name, name, site_kind);
        self.put("registrar", &site);
        self.enrol_key(name, name, Some(name), "clerk");
    }

    /// Enrols a key of `party` under `name`.
    pub fn enrol_key(&mut self, name: &str, party: &str, site: Option<&str>, role: &str) {
        let draft = self.world.add_key(name, party, site, role);
        self.put("registrar", &draft);
    }

    /// Closes a site of the party with the same name.
    pub fn close(&mut self, name: &str, kind: &str) {
        let draft = self.world.reopen_site(name, name, kind, false);
        self.put("registrar", &draft);
    }

    /// The id of a site.
    pub fn site(&self, name: &str) -> String {
        self.world.sites[name].clone()
    }

    /// The id of a party.
    pub fn party(&self, name: &str) -> String {
        self.world.parties[name].clone()
    }

    /// Moves the time on and says so in a beat.
    pub fn pass(&mut self, seconds: u64) {
        self.world.now += seconds;
        let beat = self.world.beat();
        self.put("node", &beat);
    }

    /// Submits what `name` says.
    pub fn submit(&mut self, name: &str, draft: &Draft) -> Outcome {
        let text = self.world.text(name, draft);
        self.submit_text(name, &text)
    }

    /// Submits a text; if it is admitted, it continues the feed of `name`.
    pub fn submit_text(&mut self, name: &str, text: &str) -> Outcome {
        let (size, now) = (self.replay.size(), self.replay.now());
        let outcome = match self.try_submit(text) {
            Ok(outcome) => outcome,
            Err(refusal) => {
                assert_eq!(
                    (self.replay.size(), self.replay.now()),
                    (size, now),
                    "a refused record leaves no trace"
                );
                return Outcome::Refused(refusal);
            }
        };
        if let Outcome::Admitted(admitted) = &outcome {
            let seq = admitted.record.claims.seq;
            self.world.admitted(name, seq, admitted.record.id);
            self.texts.push(text.to_owned());
        }
        outcome
    }

    fn try_submit(&mut self, text: &str) -> Result<Outcome, Refusal> {
        let record = Record::parse(text, Completeness::Complete)?;
        self.replay.verify(&record)?;
        let (entry, admission) = self.replay.admit(&record)?;
        Ok(match admission {
            Admission::New(effects) => Outcome::Admitted(Box::new(Admitted {
                record,
                entry,
                effects: *effects,
                text: text.to_owned(),
            })),
            Admission::Duplicate(entry) => Outcome::Duplicate(entry),
            Admission::Parked { awaits } => Outcome::Parked(awaits),
        })
    }

    /// Submits what must be admitted.
    pub fn put(&mut self, name: &str, draft: &Draft) -> Admitted {
        self.submit(name, draft).admitted()
    }

    /// A harvest of `quantity` kg of leafy vegetables: the credit.
    pub fn harvest(&mut self, name: &str, lot: &str, quantity: &str) -> Line {
        let draft = draft::create(lot, quantity, "KGM", "leafy_vegetable");
        self.put(name, &draft).line(1)
    }

    /// Sends part of a credit: the line in transit.
    pub fn send(&mut self, from: &str, to: &str, credit: &Line, quantity: &str) -> Line {
        let draft = draft::dispatch(&self.site(to), &[(credit, quantity)]);
        self.put(from, &draft).line(1)
    }

    /// Sends part of a credit, which is received in full: the credit at the other end.
    pub fn move_on(&mut self, from: &str, to: &str, credit: &Line, quantity: &str) -> Line {
        let sent = self.send(from, to, credit, quantity);
        self.put(to, &draft::receive(&[(&sent, quantity)])).line(1)
    }
}

impl Admitted {
    /// Line `n`, to be cited.
    pub fn line(&self, n: u16) -> Line {
        let moves = &self.record.claims.moves;
        let line = moves.iter().find(|line| line.n == n).unwrap();
        Line {
            record: self.record.id,
            n,
            lot: line.lot.to_string(),
            uom: line.uom.code().to_owned(),
        }
    }

    /// The codes of the findings, with the entries they are about.
    pub fn findings(&self) -> Vec<(EntryKey, &'static str)> {
        let findings = self.effects.findings.iter();
        findings
            .map(|finding| (finding.entry, finding.code.code()))
            .collect()
    }

    /// The one finding with `code` about this entry.
    pub fn expect_finding(&self, code: &str) -> FindingCode {
        let mut found = self
            .effects
            .findings
            .iter()
            .filter(|finding| finding.entry == self.entry && finding.code.code() == code);
        match (found.next(), found.next()) {
            (Some(finding), None) => finding.code.clone(),
            _ => panic!("not one {code} in {:?}", self.effects.findings),
        }
    }
}

impl std::fmt::Debug for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Admitted(it) => write!(f, "admitted at {:?}: {:?}", it.entry, it.effects),
            Self::Duplicate(entry) => write!(f, "duplicate of {entry:?}"),
            Self::Parked(awaits) => write!(f, "parked until {awaits}"),
            Self::Refused(refusal) => write!(f, "refused with {}: {refusal}", refusal.code()),
        }
    }
}

impl Outcome {
    /// The admitted record.
    #[track_caller]
    pub fn admitted(self) -> Admitted {
        match self {
            Self::Admitted(admitted) => *admitted,
            other => panic!("not admitted: {other:?}"),
        }
    }

    /// The refusal, which must have `code`.
    #[track_caller]
    pub fn expect_refusal(self, code: &str) -> Refusal {
        match self {
            Self::Refused(refusal) => {
                assert_eq!(refusal.code(), code, "{refusal}");
                refusal
            }
            other => panic!("not refused with {code}: {other:?}"),
        }
    }

    /// The one finding with `code`.
    #[track_caller]
    pub fn expect_finding(self, code: &str) -> FindingCode {
        self.admitted().expect_finding(code)
    }

    /// The record must be here already, at `entry`.
    #[track_caller]
    pub fn expect_duplicate(self, entry: EntryKey) {
        match self {
            Self::Duplicate(found) => assert_eq!(found, entry),
            other => panic!("no duplicate: {other:?}"),
        }
    }

    /// The record must wait for `dispatch`.
    #[track_caller]
    pub fn expect_parked(self, dispatch: RecordId) {
        match self {
            Self::Parked(awaits) => assert_eq!(awaits, dispatch),
            other => panic!("not parked: {other:?}"),
        }
    }
}
