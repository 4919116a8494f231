//! A log in memory that is written as a node writes one: its genesis, a beat whenever the time
//! changed, and what is submitted.

use serde_json::{Value, json};
use shisu::app::scenario::{
    Cast, Journey, NodeIdentity, Script, ScriptEvent, demo_identity, script,
};
use shisu::core::custody::{Admission, EntryKey, Finding, MoveFacts, Replay};
use shisu::core::record::{Body, Completeness, Jwk, Record, RecordId, author};
use shisu::core::time::{ChinaDate, UnixSeconds};
use std::collections::BTreeMap;

/// The last day of the stories in most tests.
pub fn today() -> ChinaDate {
    ChinaDate::parse("2026-11-22").unwrap()
}

/// The script of the repository's journeys.
pub fn scripted(base: ChinaDate) -> Script {
    let (cast, journeys) = (Cast::embedded().unwrap(), Journey::embedded().unwrap());
    script(&cast, &journeys, &demo_identity().unwrap(), base).unwrap_or_else(|e| panic!("{e}"))
}

/// A log, and what came of writing it.
pub struct Book {
    node: NodeIdentity,
    replay: Replay,
    feed: (u64, Option<RecordId>),
    /// Journey and step by entry.
    pub steps: BTreeMap<EntryKey, (String, String)>,
    /// Everything found at admission.
    pub findings: Vec<Finding>,
    /// Every line moved.
    pub lines: Vec<MoveFacts>,
    /// Every record but the beats.
    pub records: Vec<(ScriptEvent, Record)>,
}

impl Book {
    /// A log that begins at `at`.
    pub fn begin(node: NodeIdentity, at: UnixSeconds) -> Self {
        let mut book = Self {
            replay: Replay::new(node.origin.clone()),
            node,
            feed: (0, None),
            steps: BTreeMap::new(),
            findings: Vec::new(),
            lines: Vec::new(),
            records: Vec::new(),
        };
        let genesis = json!({
            "node_key": Jwk::of(&book.node.node_key),
            "log_key": "the verifier key of the log",
            "province": book.node.province,
            "registrar": book.node.registrar,
            "registrar_name": book.node.registrar_name,
            "registrar_key": Jwk::of(&book.node.registrar_key),
        });
        book.beat(
            json!({ "at": at, "rules": "rules", "genesis": genesis }),
            at,
        );
        book
    }

    /// Writes a whole script; the first refusal fails the test and names its step.
    pub fn of(script: &Script) -> Self {
        let first = script.events.first().unwrap().at;
        let mut book = Self::begin(demo_identity().unwrap(), first);
        for event in &script.events {
            if let Err(refusal) = book.submit(event) {
                panic!("{}:{} was refused: {refusal}", event.journey, event.step);
            }
        }
        book
    }

    /// Everything the log knows.
    pub fn replay(&self) -> &Replay {
        &self.replay
    }

    fn beat(&mut self, body: Value, at: UnixSeconds) {
        self.feed.0 += 1;
        let claims = json!({
            "type": "beat", "log": self.node.origin, "iss": self.node.registrar,
            "iat": at, "seq": self.feed.0, "prev": self.feed.1, "body": body,
        });
        let record = author::sign(claims, &self.node.node_key, &mut || [7; 16]).unwrap();
        self.feed.1 = Some(record.id);
        self.replay.push(&record).unwrap();
    }

    /// Submits one event with the node's clock set to its time.
    pub fn submit(&mut self, event: &ScriptEvent) -> Result<(), String> {
        if event.at > self.replay.now() {
            self.beat(json!({ "at": event.at, "rules": "rules" }), event.at);
        }
        let record =
            Record::parse(&event.sd_jwt, Completeness::Complete).map_err(|e| e.to_string())?;
        assert_eq!(record.id, event.id);
        assert!(!matches!(record.body, Body::Beat(_)));
        self.replay.verify(&record).map_err(|e| e.to_string())?;
        let (at, admission) = self.replay.admit(&record).map_err(|e| e.to_string())?;
        let Admission::New(effects) = admission else {
            return Err(format!("{admission:?}"));
        };
        self.steps
            .insert(at, (event.journey.clone(), event.step.clone()));
        self.findings.extend(effects.findings.iter().cloned());
        self.lines.extend(effects.moves.iter().cloned());
        self.records.push((event.clone(), record));
        Ok(())
    }
}
