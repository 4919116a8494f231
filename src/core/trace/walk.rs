//! Walking the graph: back to where a lot came from, forward to where it went.

use super::graph::{EdgeKind, Graph};
use super::input::Cut;
use super::line::LotKey;
use super::order::Causes;
use super::steps::{Direction, Edge, Found, Limits, Side, Step, Subject, Trace, TracedLot};
use crate::core::custody::MoveRole;
use crate::core::ids::{LotCode, SiteId};
use crate::core::record::{Body, LineRef, RecordId, RecordType};
use std::collections::{BTreeSet, HashMap, VecDeque};

/// Traces `subject` in the graph.
#[must_use]
pub fn trace(graph: &Graph<'_>, subject: &Subject, direction: Direction, limits: &Limits) -> Trace {
    let (starts, found) = starts(graph, subject);
    let mut cut = graph.input().cut;
    let seek = |wanted: Direction| direction == wanted || direction == Direction::Both;
    let mut go = |back: bool, wanted: bool| {
        let reach = if wanted {
            reach(graph, &starts, back, limits)
        } else {
            Reach::default()
        };
        cut = cut.or(reach.cut);
        reach.lines
    };
    let back = go(true, seek(Direction::Back));
    let forward = go(false, seek(Direction::Forward));
    let missing = graph
        .dangling()
        .iter()
        .find(|(line, _)| back.contains(line));
    cut = cut.or(missing.map(|(_, line)| Cut::NotIncluded { line: *line }));
    let all: BTreeSet<usize> = starts
        .iter()
        .chain(&back)
        .chain(&forward)
        .copied()
        .collect();
    Trace {
        subject: subject.clone(),
        direction,
        found,
        starts: starts
            .iter()
            .filter_map(|place| graph.line(*place).map(|line| line.at))
            .collect(),
        steps: steps(graph, &starts, &back, &forward, &all),
        edges: edges(graph, &all),
        lots: lots(graph, &starts, &back),
        cut,
    }
}

/// The lines with which a trace begins.
fn starts(graph: &Graph<'_>, subject: &Subject) -> (BTreeSet<usize>, Found) {
    let is_of_lot = |origin: LineRef, code: &LotCode| {
        *code == subject.lot && subject.origin.is_none_or(|wanted| wanted == origin.0)
    };
    let of_lot = || {
        let lines = graph.lines().iter().enumerate();
        lines.filter(|(_, line)| is_of_lot(line.lot.origin, &line.lot.code))
    };
    let began: BTreeSet<usize> = of_lot()
        .filter(|(_, line)| super::line::begins_lot(line.role))
        .map(|(place, _)| place)
        .collect();
    let Some(site) = subject.at else {
        let found = if began.is_empty() {
            Found::Nowhere
        } else {
            Found::Here
        };
        return (began, found);
    };
    let here: BTreeSet<usize> = of_lot()
        .filter(|(_, line)| line.role.is_credit() && line.site == Some(site))
        .map(|(place, _)| place)
        .collect();
    if !here.is_empty() {
        return (here, Found::Here);
    }
    let coming: BTreeSet<usize> = of_lot()
        .filter(|(place, line)| is_sent_to(graph, *place, line.entry, &site))
        .map(|(place, _)| place)
        .collect();
    if !coming.is_empty() {
        return (coming, Found::InTransit);
    }
    let found = if began.is_empty() {
        Found::Nowhere
    } else {
        Found::NotAtSite
    };
    (began, found)
}

fn is_sent_to(graph: &Graph<'_>, line: usize, entry: usize, site: &SiteId) -> bool {
    let body = graph.entry(entry).map(|entry| &entry.record.body);
    let answered = graph.down(line).iter().any(|link| {
        let role = graph.line(link.line).map(|line| line.role);
        role == Some(MoveRole::Received)
    });
    matches!(body, Some(Body::Dispatch(body)) if body.consignee == *site) && !answered
}

#[derive(Default)]
struct Reach {
    lines: BTreeSet<usize>,
    cut: Option<Cut>,
}

/// Every line that `starts` came from or led to. Going from an input to an output of the same
/// record is no step.
fn reach(graph: &Graph<'_>, starts: &BTreeSet<usize>, back: bool, limits: &Limits) -> Reach {
    let mut reached = Reach {
        lines: starts.clone(),
        cut: None,
    };
    let mut queue: VecDeque<(usize, u32)> = starts.iter().map(|place| (*place, 0)).collect();
    let lines_max = usize::try_from(limits.lines_max).unwrap_or(usize::MAX);
    while let Some((place, depth)) = queue.pop_front() {
        let links = if back {
            graph.up(place)
        } else {
            graph.down(place)
        };
        for link in links {
            if reached.lines.contains(&link.line) {
                continue;
            }
            let within = link.kind == EdgeKind::Becomes;
            if !within && depth >= limits.depth_max {
                let max = limits.depth_max;
                reached.cut = reached.cut.or(Some(Cut::Depth { max }));
                continue;
            }
            if reached.lines.len() >= lines_max {
                let max = limits.lines_max;
                reached.cut = Some(Cut::Lines { max });
                return reached;
            }
            reached.lines.insert(link.line);
            if within {
                queue.push_front((link.line, depth));
            } else {
                queue.push_back((link.line, depth.saturating_add(1)));
            }
        }
    }
    reached
}

fn steps(
    graph: &Graph<'_>,
    starts: &BTreeSet<usize>,
    back: &BTreeSet<usize>,
    forward: &BTreeSet<usize>,
    all: &BTreeSet<usize>,
) -> Vec<Step> {
    let entries = |lines: &BTreeSet<usize>| -> BTreeSet<usize> {
        let lines = lines.iter().filter_map(|place| graph.line(*place));
        lines.map(|line| line.entry).collect()
    };
    let start_entries = entries(starts);
    let back_causes = Causes::of(graph, back);
    let back_depths = back_causes.depths(&back_causes.in_order(graph), &start_entries, true);
    let forward_causes = Causes::of(graph, forward);
    let forward_depths =
        forward_causes.depths(&forward_causes.in_order(graph), &start_entries, false);
    let mut lines_of: HashMap<usize, Vec<LineRef>> = HashMap::new();
    for line in all.iter().filter_map(|place| graph.line(*place)) {
        lines_of.entry(line.entry).or_default().push(line.at);
    }
    let back_entries = entries(back);
    let place_step = |place: usize| {
        let record = &graph.entry(place)?.record;
        let (side, depths) = if start_entries.contains(&place) {
            (Side::Start, &back_depths)
        } else if back_entries.contains(&place) {
            (Side::Back, &back_depths)
        } else {
            (Side::Forward, &forward_depths)
        };
        Some(Step {
            id: record.id,
            place,
            kind: record.kind(),
            side,
            depth: depths.get(&place).copied().unwrap_or(0),
            lines: lines_of.get(&place).cloned().unwrap_or_default(),
            legs: legs(graph, record.id, record.kind()),
        })
    };
    let order = Causes::of(graph, all).in_order(graph);
    order.into_iter().filter_map(place_step).collect()
}

/// The legs of a dispatch, in the order in which they were admitted.
fn legs(graph: &Graph<'_>, id: RecordId, kind: RecordType) -> Vec<RecordId> {
    use RecordType as T;
    if kind != T::Dispatch {
        return Vec::new();
    }
    let mut legs: Vec<_> = graph
        .attached()
        .naming(&id)
        .iter()
        .filter_map(|place| graph.entry(*place))
        .filter(|entry| {
            let kind = entry.record.kind();
            matches!(kind, T::PickUp | T::Observe | T::HandOn | T::Deliver)
        })
        .map(|entry| (entry.admitted_at, entry.key, entry.record.id))
        .collect();
    legs.sort_unstable();
    legs.into_iter().map(|(_, _, id)| id).collect()
}

fn edges(graph: &Graph<'_>, all: &BTreeSet<usize>) -> Vec<Edge> {
    let mut edges = Vec::new();
    for place in all {
        let Some(child) = graph.line(*place) else {
            continue;
        };
        for link in graph
            .up(*place)
            .iter()
            .filter(|link| all.contains(&link.line))
        {
            let Some(parent) = graph.line(link.line) else {
                continue;
            };
            let carries = if link.kind == EdgeKind::Becomes {
                parent
            } else {
                child
            };
            edges.push(Edge {
                from: parent.at,
                to: child.at,
                kind: link.kind,
                quantity: carries.quantity,
                uom: carries.uom,
            });
        }
    }
    edges
}

fn lots(graph: &Graph<'_>, starts: &BTreeSet<usize>, back: &BTreeSet<usize>) -> Vec<TracedLot> {
    let keys = |lines: &BTreeSet<usize>| -> BTreeSet<LotKey> {
        let lines = lines.iter().filter_map(|place| graph.line(*place));
        lines.map(|line| line.lot.clone()).collect()
    };
    let own = keys(starts);
    let traced = |lot: LotKey, ancestor: bool| TracedLot { lot, ancestor };
    let ancestors = keys(back).into_iter().filter(|lot| !own.contains(lot));
    let ancestors: Vec<_> = ancestors.map(|lot| traced(lot, true)).collect();
    own.into_iter()
        .map(|lot| traced(lot, false))
        .chain(ancestors)
        .collect()
}
