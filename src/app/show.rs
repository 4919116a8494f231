//! What a page shows everybody of a lot: the verdict, and the way of the lot to look at.

use super::AppError;
use super::memory::Basis;
use super::sight::Audience;
use super::trace::{Question, Tracer, collect_resting};
use crate::core::custody::LogNo;
use crate::core::picture::{Picture, picture};
use crate::core::record::BlobHash;
use crate::core::time::UnixSeconds;
use crate::core::trace::{Direction, Found, Graph, Limits, Rests, Subject, TraceInput, trace};
use crate::core::verdict::{Judged, Scope, Verdict, judge_until};
use crate::store::{Reader, StoreError};
use std::collections::BTreeMap;

/// What a page shows.
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
    /// Pictures and documents of its papers that are here and for everybody, with their media types.
    pub files: BTreeMap<BlobHash, String>,
    /// What it rests on.
    pub basis: Basis,
}

impl Tracer {
    /// What a page shows everybody of a lot.
    ///
    /// # Errors
    /// As [`Tracer::ask`].
    pub fn show(&self, question: &Question) -> Result<Shown, AppError> {
        let (input, size, rests) = self.store().read(|reader| {
            let size = reader.head(LogNo::HOME)?.map_or(0, |head| head.size);
            let mut rests = Rests::default();
            let mut input = collect_resting(reader, question, &Audience::Public, &mut rests)?;
            name_place(reader, question, &mut input, &mut rests)?;
            Ok::<_, AppError>((input, size, rests))
        })?;
        let now = self.now();
        let graph = Graph::build(&input);
        let subject = Subject {
            lot: question.lot.clone(),
            origin: None,
            at: question.at,
        };
        let traced = trace(&graph, &subject, Direction::Back, &Limits::default());
        let Judged { verdict, until } = judge_until(&traced, &graph, now, Scope::Public);
        // The days that are left are shown, and change at midnight.
        let tomorrow = now.china_date().plus_days(1).map(|day| day.begins());
        let picture = picture(&traced, &graph, &verdict);
        Ok(Shown {
            files: self.files(&verdict, &picture)?,
            picture,
            found: traced.found,
            newest: input.entries.iter().map(|entry| entry.admitted_at).max(),
            records: input.entries.len(),
            verdict,
            basis: Basis {
                size,
                topics: rests.topics().collect(),
                judged_at: now,
                until: until.into_iter().chain(tomorrow).min(),
            },
        })
    }
}

impl Tracer {
    /// Which public files of papers are here. One that is sent later is shown when the page is made
    /// anew: a file is no record.
    fn files(
        &self,
        verdict: &Verdict,
        picture: &Picture,
    ) -> Result<BTreeMap<BlobHash, String>, StoreError> {
        let told = verdict.papers.iter();
        let told = told.filter_map(|paper| picture.evidence.get(&paper.id));
        let named: Vec<BlobHash> = told.flat_map(|told| told.files.iter().copied()).collect();
        match named.is_empty() {
            true => Ok(BTreeMap::new()),
            false => self.store().read(|reader| reader.attached_here(&named)),
        }
    }
}

/// Adds where somebody asks, which may be a place that the lot never came to.
fn name_place(
    reader: &mut Reader<'_>,
    question: &Question,
    input: &mut TraceInput,
    rests: &mut Rests,
) -> Result<(), StoreError> {
    let Some(at) = question.at.filter(|at| !input.sites.contains_key(at)) else {
        return Ok(());
    };
    rests.on_registered_site(&at);
    if let Some(site) = reader.site(&at)? {
        rests.on_party(&site.party);
        if let Some(party) = reader.party(&site.party)? {
            input.parties.insert(party.id, party);
        }
        input.sites.insert(at, site);
    }
    Ok(())
}
