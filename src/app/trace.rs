//! Trace: collect the records that belong to a lot, then let the core draw the graph and judge.

use super::AppError;
use super::ledger::Options;
use super::sight::{Audience, Eyes, closed_in};
use crate::core::custody::{EntryKey, Finding, FindingCode, LogNo, MoveKey};
use crate::core::ids::{LotCode, PartyId, SiteId};
use crate::core::picture::{Picture, picture};
use crate::core::record::sealed::Class;
use crate::core::record::{Body, Kid, Record};
use crate::core::time::UnixSeconds;
use crate::core::trace::{
    Cut, Direction, Found, Graph, Limits, Subject, Trace, TraceEntry, TraceInput, TreeNode, trace,
    tree,
};
use crate::core::verdict::{Scope, Verdict, judge};
use crate::store::{CutReason, Reader, Store, StoreError, TraceDirection, TraceLimits};
use std::collections::{BTreeSet, HashMap};

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
}

impl Answer {
    /// Steps of the trace.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.trace.steps.len()
    }
}

/// What a page shows everybody of a lot.
#[derive(Debug)]
pub struct Shown {
    /// What the records say.
    pub verdict: Verdict,
    /// The same to look at.
    pub picture: Picture,
    /// Whether the lot is there, and at the site that was named.
    pub found: Found,
    /// When the newest record that belongs to it was admitted.
    pub newest: Option<UnixSeconds>,
    /// Records that belong to it.
    pub records: usize,
}

/// Answers questions about one ledger.
pub struct Tracer {
    store: Store,
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
            store,
            clock: options.clock.clone(),
        })
    }

    /// The ledger that is read.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Now, by the ledger's clock.
    #[must_use]
    pub fn now(&self) -> UnixSeconds {
        self.clock.now()
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
        let input = self
            .store
            .read(|reader| collect(reader, question, audience))?;
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
        Ok(answer)
    }

    /// What a page shows everybody of a lot.
    ///
    /// # Errors
    /// As [`Tracer::ask`].
    pub fn show(&self, question: &Question) -> Result<Shown, AppError> {
        let audience = Audience::Public;
        let input = self.store.read(|reader| {
            let mut input = collect(reader, question, &audience)?;
            name_place(reader, question, &mut input)?;
            Ok::<_, AppError>(input)
        })?;
        let graph = Graph::build(&input);
        let subject = Subject {
            lot: question.lot.clone(),
            origin: None,
            at: question.at,
        };
        let traced = trace(&graph, &subject, Direction::Back, &Limits::default());
        let verdict = judge(&traced, &graph, self.clock.now(), Scope::Public);
        Ok(Shown {
            picture: picture(&traced, &graph, &verdict),
            found: traced.found,
            newest: input.entries.iter().map(|entry| entry.admitted_at).max(),
            records: input.entries.len(),
            verdict,
        })
    }
}

/// Adds where somebody asks, which may be a place that the lot never came to.
fn name_place(
    reader: &mut Reader<'_>,
    question: &Question,
    input: &mut TraceInput,
) -> Result<(), StoreError> {
    let Some(at) = question.at.filter(|at| !input.sites.contains_key(at)) else {
        return Ok(());
    };
    if let Some(site) = reader.site(&at)? {
        if let Some(party) = reader.party(&site.party)? {
            input.parties.insert(party.id, party);
        }
        input.sites.insert(at, site);
    }
    Ok(())
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
    let verdict = judge(&upstream, &graph, now, scope);
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
    }
}

/// Collects every record that belongs to the answer.
pub(super) fn collect(
    reader: &mut Reader<'_>,
    question: &Question,
    audience: &Audience,
) -> Result<TraceInput, AppError> {
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
    let related = reader.related(&rows.entries, &lots, &sites, limits.entries_max)?;
    let mut wanted = rows.entries;
    wanted.extend(related.entries);
    let wanted: Vec<EntryKey> = wanted.into_iter().collect();
    let mut input = read_entries(reader, &wanted, audience)?;
    name_everybody(reader, &mut input)?;
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
fn name_everybody(reader: &mut Reader<'_>, input: &mut TraceInput) -> Result<(), StoreError> {
    let mut parties: BTreeSet<PartyId> = BTreeSet::new();
    let mut sites: BTreeSet<SiteId> = BTreeSet::new();
    let mut kids: BTreeSet<Kid> = BTreeSet::new();
    for entry in &input.entries {
        names_in(&entry.record, &mut parties, &mut sites);
        kids.insert(entry.record.kid);
    }
    for id in sites {
        if let Some(site) = reader.site(&id)? {
            parties.insert(site.party);
            input.sites.insert(id, site);
        }
    }
    for id in parties {
        if let Some(party) = reader.party(&id)? {
            input.parties.insert(id, party);
        }
    }
    for kid in kids {
        if let Some((key, _)) = reader.key(LogNo::HOME, &kid)? {
            input.keys.insert(kid, key);
        }
    }
    Ok(())
}

fn names_in(record: &Record, parties: &mut BTreeSet<PartyId>, sites: &mut BTreeSet<SiteId>) {
    parties.insert(record.claims.iss);
    sites.extend(record.claims.site);
    match &record.body {
        Body::Dispatch(body) => {
            sites.insert(body.consignee);
            parties.extend(body.carrier);
        }
        Body::HandOn(body) => parties.extend(body.to),
        Body::Create(body) => parties.extend(body.on_behalf_of),
        Body::Transform(body) => parties.extend(body.owner),
        Body::Certify(body) => parties.extend(body.issuer_party),
        _ => {}
    }
}
