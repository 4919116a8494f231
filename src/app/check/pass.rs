//! One pass over the log: while the next chunks are verified on all cores, those before them are
//! replayed in order; afterwards tree, tiles, head, projections and names are compared.

use super::Checked;
use super::other_rules::OtherRules;
use super::prepare::Prepared;
use crate::app::AppError;
use crate::core::custody::{Admission, EntryKey, LogNo, Replay};
use crate::core::log::{Hash, Origin, SignedCheckpoint, Tile, TreeEdge, VerifierKey};
use crate::core::record::{Body, Record};
use crate::core::text::Explain as _;
use crate::store::{Expected, Head, NamesSum, Projection, Reader, Store};

/// What a pass has found so far.
pub(super) struct Pass {
    log: Origin,
    replay: Replay,
    tree: TreeEdge,
    /// Full tiles in the order in which they became full.
    tiles: Vec<Tile>,
    expected: Expected,
    names: NamesSum,
    partly_closed: u64,
    other_rules: OtherRules,
    log_key: Option<VerifierKey>,
    signed: Option<SignedCheckpoint>,
}

impl Pass {
    pub(super) fn new(log: Origin, signed: Option<SignedCheckpoint>) -> Self {
        Self {
            replay: Replay::new(log.clone()),
            log,
            tree: TreeEdge::new(),
            tiles: Vec::new(),
            expected: Expected::default(),
            names: NamesSum::default(),
            partly_closed: 0,
            other_rules: OtherRules::default(),
            log_key: None,
            signed,
        }
    }

    pub(super) const fn replayed(&self) -> u64 {
        self.replay.size()
    }

    /// Replays the next chunk.
    pub(super) fn replay(&mut self, chunk: Vec<Prepared>) -> Result<(), AppError> {
        for entry in chunk {
            let index = entry.key.index();
            let damaged = |reason: String| AppError::Damaged { index, reason };
            let record = entry.record.map_err(damaged)?;
            self.partly_closed = self
                .partly_closed
                .saturating_add(u64::from(entry.is_partly_closed));
            self.other_rules.read(index, &record);
            let (at, admission) = self.replay.admit(&record).map_err(|refusal| {
                let other = self.other_rules.explain(index, &refusal);
                other.unwrap_or_else(|| damaged(format!("{}: {refusal}", refusal.code())))
            })?;
            let Admission::New(effects) = admission else {
                return Err(damaged("the record is in the log twice".into()));
            };
            if at != entry.key {
                return Err(damaged("the entry is at another place".into()));
            }
            self.learn_log_key(&record);
            self.expected.take(&effects, at);
            self.names.add(at, &record);
            self.tree.append(record.leaf);
            self.compare_signed(index)?;
        }
        self.tiles.extend(self.tree.drain_tiles());
        self.tree.begin_batch();
        Ok(())
    }

    fn learn_log_key(&mut self, record: &Record) {
        if let Body::Beat(beat) = &record.body
            && let Some(genesis) = &beat.genesis
        {
            self.log_key = VerifierKey::parse(genesis.log_key.as_str()).ok();
        }
    }

    /// Compares the root with the signed head when the replay has come to its size.
    fn compare_signed(&self, index: u64) -> Result<(), AppError> {
        let Some(signed) = &self.signed else {
            return Ok(());
        };
        let size = signed.checkpoint().size();
        if size != index.saturating_add(1) {
            return Ok(());
        }
        let key = self
            .log_key
            .as_ref()
            .ok_or(AppError::Fork { signed: size })?;
        signed.verify(key)?;
        if self.tree.root() == *signed.checkpoint().root() {
            Ok(())
        } else {
            Err(AppError::Fork { signed: size })
        }
    }

    /// Compares head, tiles and projections with what the log gives.
    pub(super) fn compare(mut self, store: &Store, head: &Head) -> Result<Checked, AppError> {
        let signed_head = self
            .signed
            .as_ref()
            .map(|signed| signed.checkpoint().size());
        if let Some(signed) = signed_head.filter(|signed| *signed > head.size) {
            return Err(AppError::BehindSignedHead {
                found: head.size,
                signed,
            });
        }
        let root: Hash = self.tree.root();
        if head.root != root || head.beat_at != self.replay.now() || head.size != self.replay.size()
        {
            return Err(AppError::Contradicts {
                what: "head".into(),
            });
        }
        let expected = std::mem::take(&mut self.expected);
        let compare = |projections: &[Projection]| {
            store.read(|reader| {
                compare_projections(
                    reader,
                    projections,
                    &expected,
                    &self.replay,
                    &self.other_rules,
                )
            })
        };
        // Lines are as many as all others together, so two share the work.
        let (lines, others): (Vec<Projection>, Vec<Projection>) = Projection::ALL
            .iter()
            .partition(|one| **one == Projection::Movement);
        let (lines, others) = std::thread::scope(|scope| {
            let lines = scope.spawn(|| compare(&lines));
            let others = store
                .read(|reader| -> Result<(), AppError> {
                    compare_tiles(reader, &self.tiles)?;
                    compare_names(reader, &self.names)
                })
                .and_then(|()| compare(&others));
            let lines = lines
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (lines, others)
        });
        let rows = others?.saturating_add(lines?);
        Ok(Checked {
            log: self.log.to_string(),
            entries: self.replay.size(),
            root,
            partly_closed: self.partly_closed,
            other_rules: self.other_rules.count(),
            rows,
            signed_head,
        })
    }
}

/// Compares the names of entries, where they are kept apart from them.
fn compare_names(reader: &mut Reader<'_>, wanted: &NamesSum) -> Result<(), AppError> {
    match reader.names_sum()? {
        Some(found) if found != *wanted => Err(AppError::Contradicts {
            what: format!("entry_name: found {found}, the log gives {wanted}"),
        }),
        _ => Ok(()),
    }
}

fn compare_tiles(reader: &mut Reader<'_>, tiles: &[Tile]) -> Result<(), AppError> {
    let mut stored = reader.full_tiles(LogNo::HOME)?;
    stored.sort_unstable_by_key(|tile| (tile.level, tile.index));
    let mut wanted: Vec<&Tile> = tiles.iter().collect();
    wanted.sort_unstable_by_key(|tile| (tile.level, tile.index));
    let differs = stored.len() != wanted.len() || stored.iter().zip(&wanted).any(|(a, b)| a != *b);
    if !differs {
        return Ok(());
    }
    let first = stored
        .iter()
        .zip(&wanted)
        .find(|(a, b)| a != *b)
        .map(|(_, b)| (b.level, b.index));
    Err(AppError::Contradicts {
        what: format!("tile {first:?}"),
    })
}

/// Whether a row of findings tells what other rules found.
fn found_by(row: &str, other_rules: &OtherRules) -> bool {
    if other_rules.count() == 0 {
        return false;
    }
    let row: Option<serde_json::Value> = serde_json::from_str(row).ok();
    let found_at = row.as_ref().and_then(|row| row.get("found_at")?.as_i64());
    found_at.is_some_and(|at| other_rules.judged(EntryKey::from_i64(at).index()))
}

/// Compares every row of every projection with the one the log gives, in the order of keys.
fn compare_projections(
    reader: &mut Reader<'_>,
    projections: &[Projection],
    expected: &Expected,
    replay: &Replay,
    other_rules: &OtherRules,
) -> Result<u64, AppError> {
    let mut count = 0_u64;
    for projection in projections.iter().copied() {
        // What other rules found is neither right nor wrong by these.
        let is_judged =
            |row: &str| projection != Projection::Finding || !found_by(row, other_rules);
        let wanted = expected.rows(projection, replay.state())?;
        let mut wanted = wanted.filter(|row| row.as_ref().map_or(true, |row| is_judged(row)));
        let mut wrong: Option<String> = None;
        reader.dump(projection, |found| {
            if !is_judged(found) {
                return;
            }
            count = count.saturating_add(1);
            if wrong.is_none() {
                match wanted.next() {
                    Some(Ok(row)) if row == found => {}
                    Some(Ok(row)) => wrong = Some(format!("found {found}, the log gives {row}")),
                    Some(Err(error)) => wrong = Some(error.to_string()),
                    None => wrong = Some(format!("found {found}, the log gives nothing")),
                }
            }
        })?;
        let mut missing = || wanted.next().transpose().ok().flatten();
        let missing = wrong.is_none().then(&mut missing).flatten();
        if let Some(difference) =
            wrong.or_else(|| missing.map(|row| format!("not found, the log gives {row}")))
        {
            return Err(AppError::Contradicts {
                what: format!("{}: {difference}", projection.table()),
            });
        }
    }
    Ok(count)
}
