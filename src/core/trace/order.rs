//! Causal order and depth of the records of a trace.

use super::graph::Graph;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

/// Records, by position, and which of them come directly after which.
#[derive(Debug, Default)]
pub(super) struct Causes {
    after: BTreeMap<usize, BTreeSet<usize>>,
    before: HashMap<usize, usize>,
}

impl Causes {
    /// The records of `lines` and the edges between them that both ends of which are in `lines`.
    pub(super) fn of(graph: &Graph<'_>, lines: &BTreeSet<usize>) -> Self {
        let mut causes = Self::default();
        for position in lines {
            let Some(line) = graph.line(*position) else {
                continue;
            };
            causes.after.entry(line.entry).or_default();
            for link in graph.up(*position) {
                let parent = graph.line(link.line).filter(|_| lines.contains(&link.line));
                let Some(parent) = parent.filter(|parent| parent.entry != line.entry) else {
                    continue;
                };
                if causes
                    .after
                    .entry(parent.entry)
                    .or_default()
                    .insert(line.entry)
                {
                    let count = causes.before.entry(line.entry).or_default();
                    *count = count.saturating_add(1);
                }
            }
        }
        causes
    }

    /// Causes before their consequences, and what is independent by time of admission and place.
    pub(super) fn in_order(&self, graph: &Graph<'_>) -> Vec<usize> {
        let rank = |place: usize| {
            let entry = graph.entry(place);
            Reverse((
                entry.map(|entry| entry.admitted_at),
                entry.map(|entry| entry.key),
                place,
            ))
        };
        let mut waits = self.before.clone();
        let free = self.after.keys().filter(|place| !waits.contains_key(place));
        let mut ready: BinaryHeap<_> = free.map(|place| rank(*place)).collect();
        let mut order = Vec::with_capacity(self.after.len());
        while let Some(Reverse((_, _, place))) = ready.pop() {
            order.push(place);
            for next in self.after.get(&place).into_iter().flatten() {
                let Some(count) = waits.get_mut(next) else {
                    continue;
                };
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.push(rank(*next));
                }
            }
        }
        order
    }

    /// How many steps each record lies away from the farthest record of `starts` that it leads
    /// to (`back`) or comes from: the longest way, so that a parent of a merged lot always lies
    /// deeper than everything made from it.
    pub(super) fn depths(
        &self,
        order: &[usize],
        starts: &BTreeSet<usize>,
        back: bool,
    ) -> HashMap<usize, u32> {
        let mut depths: HashMap<usize, u32> = starts.iter().map(|place| (*place, 0)).collect();
        let mut relax = |from: usize, to: usize| {
            let Some(depth) = depths.get(&from).map(|depth| depth.saturating_add(1)) else {
                return;
            };
            if !starts.contains(&to) {
                let known = depths.entry(to).or_default();
                *known = depth.max(*known);
            }
        };
        let next = |place: &usize| self.after.get(place).into_iter().flatten();
        if back {
            for place in order.iter().rev() {
                next(place).for_each(|child| relax(*child, *place));
            }
        } else {
            for place in order {
                next(place).for_each(|child| relax(*place, *child));
            }
        }
        depths
    }
}
