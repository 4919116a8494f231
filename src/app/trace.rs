//! Trace: collect the records that belong to a lot, then let the core draw the graph and judge.

use super::AppError;
use super::ledger::Options;
use super::memory::Basis;
use super::sight::{Audience, Eyes, closed_in};
use crate::core::custody::{EntryKey, Finding, FindingCode, LogNo, MoveKey};
use crate::core::ids::{LotCode, PartyId, SiteId};
use crate::core::record::sealed::Class;
use crate::core::record::{Body, Kid, Record};
use crate::core::time::UnixSeconds;
use crate::core::trace::{
    Cut, Direction, Graph, Limits, Rests, Subject, Trace, TraceEntry, TraceInput, TreeNode, trace,
    tree,
};
use crate::core::verdict::{Judged, Scope, Verdict, judge_until};
use crate::store::{CutReason, Reader, Store, StoreError, TraceDirection, TraceLimits};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// Which lot.
    pub lot: LotCode,
    /// At which site; without one, upstream of the lot's origin.
    pub at: Option<SiteId>,
    /// Which way.
    pub direction: Direction,
}

/// What is answered.
#[derive(Debug)]
pub struct Answer {
    /// The part of the graph that was reached.
    pub trace: Trace,
    /// The same to draw: where the lot came from, or where it went if only that was asked.
    pub tree: TreeNode,
    /// Where it went, if both ways were asked.
    pub onward: Option<TreeNode>,
    /// What the records say.
    pub verdict: Verdict,
    /// Whether every quantity is open to whoever asked.
    pub shows_quantities: bool,
    /// What it rests on. That is all there is, unless some quantities are open and some are closed
    /// to whoever asked: then it rests on who they are, too.
    pub basis: Basis,
}

impl Answer {
    /// Steps of the trace.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.trace.steps.len()
    }
}

/// Answers questions about one ledger.
pub struct Tracer {
    store: Arc<Store>,
    clock: super::clock::Clock,
}

impl Tracer {
    /// Opens the ledger for reading.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open(options: &Options) -> Result<Self, AppError> {
        let (store, _) = super::check::open(options)?;
        Ok(Self {
            store: Arc::new(store),
            clock: options.clock.clone(),
        })
    }

    /// The ledger that is read.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Now, by the ledger's clock.
    #[must_use]
    pub fn now(&self) -> UnixSeconds {
        self.clock.now()
    }

    /// The same, to share.
    pub(super) fn shared(&self) -> Arc<Store> {
        Arc::clone(&self.store)
    }

    /// Traces and judges, with all quantities.
    ///
    /// # Errors
    /// What the database reports. A code without records is answered, not refused.
    pub fn ask(&self, question: &Question) -> Result<Answer, AppError> {
        self.ask_as(question, &Audience::Full)
    }

    /// Traces and judges with what `audience` may see, and nothing else.
    ///
    /// # Errors
    /// As [`Tracer::ask`].
    pub fn ask_as(&self, question: &Question, audience: &Audience) -> Result<Answer, AppError> {
        let (input, size, rests) = self.store.read(|reader| {
            let size = reader.head(LogNo::HOME)?.map_or(0, |head| head.size);
            let mut rests = Rests::default();
            let input = collect_resting(reader, question, audience, &mut rests)?;
            Ok::<_, AppError>((input, size, rests))
        })?;
        let is_open = |entry: &TraceEntry| !closed_in(&entry.record).contains(&Class::Balance);
        let shows_quantities = input.entries.iter().all(is_open);
        // One that is closed to whoever asks is not missing, so then quantities are not judged.
        let scope = match audience {
            Audience::Full => Scope::Full,
            Audience::Viewer(_) if shows_quantities => Scope::Full,
            Audience::Public | Audience::Viewer(_) => Scope::Public,
        };
        let mut answer = answer(&input, question, self.clock.now(), scope);
        answer.shows_quantities = shows_quantities;
        answer.basis.size = size;
        answer.basis.topics = rests.topics().collect();
        Ok(answer)
    }
}

/// Draws and judges what was collected.
fn answer(input: &TraceInput, question: &Question, now: UnixSeconds, scope: Scope) -> Answer {
    let subject = Subject {
        lot: question.lot.clone(),
        origin: None,
        at: question.at,
    };
    let graph = Graph::build(input);
    let limits = Limits::default();
    let traced = trace(&graph, &subject, question.direction, &limits);
    // A verdict looks at what led to the subject, whichever way was asked.
    let upstream = match question.direction {
        Direction::Forward => trace(&graph, &subject, Direction::Back, &limits),
        Direction::Back | Direction::Both => traced.clone(),
    };
    let Judged { verdict, until } = judge_until(&upstream, &graph, now, scope);
    // A tree grows one way.
    let onward = (question.direction == Direction::Both).then(|| {
        tree(
            &trace(&graph, &subject, Direction::Forward, &limits),
            &graph,
        )
    });
    let tree = tree(&traced, &graph);
    Answer {
        trace: traced,
        tree,
        onward,
        verdict,
        shows_quantities: scope == Scope::Full,
        basis: Basis {
            judged_at: now,
            until,
            ..Basis::default()
        },
    }
}

/// Collects every record that belongs to the answer.
pub(super) fn collect(
    reader: &mut Reader<'_>,
    question: &Question,
    audience: &Audience,
) -> Result<TraceInput, AppError> {
    collect_resting(reader, question, audience, &mut Rests::default())
}

/// As [`collect`], and notes what the answer rests on: every query here has its counterpart there.
pub(super) fn collect_resting(
    reader: &mut Reader<'_>,
    question: &Question,
    audience: &Audience,
    rests: &mut Rests,
) -> Result<TraceInput, AppError> {
    rests.on_lot(&question.lot, question.direction);
    rests.on_moves_of(&question.lot);
    let lots = reader.lots_by_code(&question.lot)?;
    if lots.is_empty() {
        return Ok(TraceInput::default());
    }
    let keys: Vec<MoveKey> = lots.iter().map(|lot| lot.key).collect();
    let direction = match question.direction {
        Direction::Back => TraceDirection::Back,
        // The verdict needs what led to the lot, too.
        Direction::Forward | Direction::Both => TraceDirection::Both,
    };
    let limits = TraceLimits::default();
    let rows = reader.trace_lots(&keys, direction, limits)?;
    let lot_keys: BTreeSet<MoveKey> = rows.moves.iter().map(|line| line.lot).collect();
    let lots = reader.lots(&lot_keys.into_iter().collect::<Vec<_>>())?;
    let places: BTreeSet<EntryKey> = rows.moves.iter().map(|line| line.site).collect();
    let sites = reader.sites_enrolled_by(&places.into_iter().collect::<Vec<_>>())?;
    let sites: Vec<SiteId> = sites.iter().map(|site| site.id).collect();
    for lot in &lots {
        rests.on_lot(&lot.code, question.direction);
    }
    sites.iter().for_each(|site| rests.on_site(site));
    let related = reader.related(&rows.entries, &lots, &sites, limits.entries_max)?;
    let mut wanted = rows.entries;
    wanted.extend(related.entries);
    let wanted: Vec<EntryKey> = wanted.into_iter().collect();
    let mut input = read_entries(reader, &wanted, audience)?;
    rests.on_records(&input);
    name_everybody(reader, &mut input, rests)?;
    input.cut = rows.cut.or(related.cut).map(|reason| cut(reason, limits));
    Ok(input)
}

fn cut(reason: CutReason, limits: TraceLimits) -> Cut {
    let lines = u32::try_from(limits.lines_max).unwrap_or(u32::MAX);
    match reason {
        CutReason::Depth => Cut::Depth {
            max: limits.depth_max,
        },
        CutReason::Entries | CutReason::Lines => Cut::Lines { max: lines },
    }
}

/// Reads entries with the sealed values `audience` may see, their findings and the time they were
/// admitted.
pub(super) fn read_entries(
    reader: &mut Reader<'_>,
    keys: &[EntryKey],
    audience: &Audience,
) -> Result<TraceInput, AppError> {
    let beats = reader.beats_at(LogNo::HOME, keys)?;
    let mut findings: HashMap<EntryKey, Vec<Finding>> = HashMap::new();
    for finding in reader.findings(keys)? {
        findings.entry(finding.entry).or_default().push(finding);
    }
    let mut eyes = Eyes::of(audience);
    let mut entries = Vec::with_capacity(keys.len());
    for stored in reader.entries_at(keys)? {
        let damaged = |reason: String| AppError::Damaged {
            index: stored.key.index(),
            reason,
        };
        let (record, is_open) = eyes.quantities(reader, &stored)?;
        let told = |code: FindingCode| match is_open {
            true => code,
            false => code.withheld(),
        };
        let beat = beats
            .get(&stored.key)
            .ok_or_else(|| damaged("no beat".into()))?;
        let found = findings.remove(&stored.key).unwrap_or_default();
        entries.push(TraceEntry {
            key: stored.key,
            admitted_at: beat.at,
            record,
            findings: found
                .into_iter()
                .map(|finding| told(finding.code))
                .collect(),
        });
    }
    Ok(TraceInput {
        entries,
        ..TraceInput::default()
    })
}

/// Loads the registrations of everybody named in the entries.
fn name_everybody(
    reader: &mut Reader<'_>,
    input: &mut TraceInput,
    rests: &mut Rests,
) -> Result<(), StoreError> {
    let mut parties: BTreeSet<PartyId> = BTreeSet::new();
    let mut sites: BTreeSet<SiteId> = BTreeSet::new();
    let mut kids: BTreeSet<Kid> = BTreeSet::new();
    for entry in &input.entries {
        names_in(&entry.record, &mut parties, &mut sites);
        kids.insert(entry.record.kid);
    }
    for id in sites {
        rests.on_registered_site(&id);
        if let Some(site) = reader.site(&id)? {
            parties.insert(site.party);
            input.sites.insert(id, site);
        }
    }
    for id in parties {
        rests.on_party(&id);
        if let Some(party) = reader.party(&id)? {
            input.parties.insert(id, party);
        }
    }
    for kid in kids {
        rests.on_key(&kid);
        if let Some((key, _)) = reader.key(LogNo::HOME, &kid)? {
            input.keys.insert(kid, key);
        }
    }
    Ok(())
}

fn names_in(record: &Record, parties: &mut BTreeSet<PartyId>, sites: &mut BTreeSet<SiteId>) {
    parties.insert(record.claims.iss);
    sites.extend(record.claims.site);
    parties.extend(record.body.on_behalf_of());
    match &record.body {
        Body::Dispatch(body) => {
            sites.insert(body.consignee);
            parties.extend(body.carrier);
        }
        Body::HandOn(body) => parties.extend(body.to),
        Body::Transform(body) => parties.extend(body.owner),
        Body::Certify(body) => parties.extend(body.issuer_party),
        _ => {}
    }
}
