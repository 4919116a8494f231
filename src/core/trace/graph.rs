//! The graph of lines: citations between records, and inputs to outputs within a transformation.

use super::attach::Attachments;
use super::input::{TraceEntry, TraceInput};
use super::line::{Line, LotKey, begins_lot, role};
use crate::core::custody::{MoveRole, SiteFacts};
use crate::core::ids::LotCode;
use crate::core::record::body::LotInfo;
use crate::core::record::{Body, LineRef, RecordId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What an edge between two lines says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    /// A debit draws on a credit at the same site.
    Draws,
    /// A receipt line, or its settlement, answers the line it cites.
    Answers,
    /// An input of a transformation became its output.
    Becomes,
    /// A line adds to a lot whose origin it cites.
    AddsTo,
}

/// An edge as seen from one of its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Position of the line at the other end.
    pub line: usize,
    /// What the edge says.
    pub kind: EdgeKind,
}

/// Lines, their edges, and what else the records say about them.
#[derive(Debug)]
pub struct Graph<'a> {
    input: &'a TraceInput,
    by_id: HashMap<RecordId, usize>,
    lines: Vec<Line>,
    by_ref: HashMap<LineRef, usize>,
    of_entry: Vec<Vec<usize>>,
    up: Vec<Vec<Link>>,
    down: Vec<Vec<Link>>,
    dangling: Vec<(usize, LineRef)>,
    attached: Attachments,
}

impl<'a> Graph<'a> {
    /// Reads the lines of every record and connects them. Time and space grow with the number of
    /// lines and edges.
    #[must_use]
    pub fn build(input: &'a TraceInput) -> Self {
        let mut graph = Self {
            input,
            by_id: HashMap::with_capacity(input.entries.len()),
            lines: Vec::new(),
            by_ref: HashMap::new(),
            of_entry: vec![Vec::new(); input.entries.len()],
            up: Vec::new(),
            down: Vec::new(),
            dangling: Vec::new(),
            attached: Attachments::default(),
        };
        for (place, entry) in input.entries.iter().enumerate() {
            if graph.by_id.insert(entry.record.id, place).is_none() {
                graph.read_lines(place, entry);
            }
        }
        graph.up = vec![Vec::new(); graph.lines.len()];
        graph.down = vec![Vec::new(); graph.lines.len()];
        graph.find_origins();
        graph.connect();
        graph.attached = Attachments::read(input);
        graph
    }

    fn read_lines(&mut self, place: usize, entry: &TraceEntry) {
        let record = &entry.record;
        for line in record.claims.moves.iter() {
            let Some(role) = role(record, line) else {
                continue;
            };
            let at = LineRef(record.id, line.n);
            let position = self.lines.len();
            self.by_ref.insert(at, position);
            if let Some(of_entry) = self.of_entry.get_mut(place) {
                of_entry.push(position);
            }
            self.lines.push(Line {
                at,
                entry: place,
                role,
                lot: LotKey {
                    code: line.lot.clone(),
                    origin: at,
                },
                origin_known: begins_lot(role) && line.of.is_none(),
                site: record.claims.site,
                party: record.claims.iss,
                uom: line.uom,
                quantity: record.quantity(line.n),
                of: line.of,
            });
        }
    }

    /// Follows every line's citations to the line that brought its lot into being. Citations are
    /// hashes, so they cannot go in a circle; the walk is bounded all the same.
    fn find_origins(&mut self) {
        for start in 0..self.lines.len() {
            let mut path = Vec::new();
            let mut at = start;
            let (origin, known) = loop {
                let Some(line) = self.lines.get(at) else {
                    break (None, false);
                };
                if line.origin_known {
                    break (Some(line.lot.origin), true);
                }
                if path.len() > self.lines.len() {
                    break (None, false);
                }
                path.push(at);
                let Some(of) = line.of else {
                    break (Some(line.at), false);
                };
                match self.by_ref.get(&of) {
                    Some(next) => at = *next,
                    None => break (Some(of), false),
                }
            };
            for place in path {
                if let (Some(line), Some(origin)) = (self.lines.get_mut(place), origin) {
                    line.lot.origin = origin;
                    line.origin_known = known;
                }
            }
        }
    }

    fn connect(&mut self) {
        for child in 0..self.lines.len() {
            let Some(line) = self.lines.get(child) else {
                continue;
            };
            let Some(of) = line.of else {
                continue;
            };
            let kind = match line.role {
                MoveRole::Received | MoveRole::TakenBack | MoveRole::Lost | MoveRole::Destroyed => {
                    EdgeKind::Answers
                }
                role if begins_lot(role) => EdgeKind::AddsTo,
                _ => EdgeKind::Draws,
            };
            match self.by_ref.get(&of).copied() {
                Some(parent) => self.add_edge(parent, child, kind),
                None => self.dangling.push((child, of)),
            }
        }
        for place in 0..self.of_entry.len() {
            let of_role = |role: MoveRole| -> Vec<usize> {
                let lines = self.of_entry.get(place).map(Vec::as_slice);
                let has_role =
                    |line: &&usize| self.lines.get(**line).is_some_and(|line| line.role == role);
                let chosen = lines.unwrap_or_default().iter().filter(has_role);
                chosen.copied().collect()
            };
            let (used, made) = (of_role(MoveRole::Used), of_role(MoveRole::Made));
            for parent in &used {
                for child in &made {
                    self.add_edge(*parent, *child, EdgeKind::Becomes);
                }
            }
        }
    }

    fn add_edge(&mut self, parent: usize, child: usize, kind: EdgeKind) {
        if let Some(links) = self.up.get_mut(child) {
            links.push(Link { line: parent, kind });
        }
        if let Some(links) = self.down.get_mut(parent) {
            links.push(Link { line: child, kind });
        }
    }

    /// What the graph was built from.
    #[must_use]
    pub const fn input(&self) -> &'a TraceInput {
        self.input
    }

    /// Every line.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The line at this position.
    #[must_use]
    pub fn line(&self, position: usize) -> Option<&Line> {
        self.lines.get(position)
    }

    /// Position of the line with this name.
    #[must_use]
    pub fn position(&self, at: &LineRef) -> Option<usize> {
        self.by_ref.get(at).copied()
    }

    /// Positions of the lines of the entry at `place`.
    #[must_use]
    pub fn lines_of(&self, place: usize) -> &[usize] {
        self.of_entry.get(place).map_or(&[], Vec::as_slice)
    }

    /// What the line at this position came from.
    #[must_use]
    pub fn up(&self, position: usize) -> &[Link] {
        self.up.get(position).map_or(&[], Vec::as_slice)
    }

    /// What became of the line at this position.
    #[must_use]
    pub fn down(&self, position: usize) -> &[Link] {
        self.down.get(position).map_or(&[], Vec::as_slice)
    }

    /// Lines whose cited line is not at hand, with what they cite.
    #[must_use]
    pub fn dangling(&self) -> &[(usize, LineRef)] {
        &self.dangling
    }

    /// The entry at this position of the input.
    #[must_use]
    pub fn entry(&self, place: usize) -> Option<&'a TraceEntry> {
        self.input.entries.get(place)
    }

    /// The entry of this record.
    #[must_use]
    pub fn entry_of(&self, id: &RecordId) -> Option<&'a TraceEntry> {
        self.input.entries.get(self.place_of(id)?)
    }

    /// Position of this record's entry in the input.
    #[must_use]
    pub fn place_of(&self, id: &RecordId) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Papers, legs, inputs, holds and the like.
    #[must_use]
    pub const fn attached(&self) -> &Attachments {
        &self.attached
    }

    /// What the record that brought the lot into being says about it.
    #[must_use]
    pub fn lot_info(&self, origin: &LineRef) -> Option<&'a LotInfo> {
        let lots = match &self.entry_of(&origin.0)?.record.body {
            Body::Create(body) => &body.lots,
            Body::Enter(body) => &body.lots,
            Body::Transform(body) => &body.lots,
            _ => return None,
        };
        lots.iter().find(|info| info.n == origin.1)
    }

    /// The origins of a lot code, in the order in which they were admitted.
    #[must_use]
    pub fn origins(&self, code: &LotCode) -> Vec<LineRef> {
        let mut found: Vec<_> = self
            .lines
            .iter()
            .filter(|line| {
                line.origin_known && line.lot.origin == line.at && line.lot.code == *code
            })
            .map(|line| (self.entry(line.entry).map(|entry| entry.key), line.at))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, at)| at).collect()
    }

    /// The site of a line, if it is registered.
    #[must_use]
    pub fn site_of(&self, line: &Line) -> Option<&'a SiteFacts> {
        self.input.sites.get(line.site.as_ref()?)
    }
}
