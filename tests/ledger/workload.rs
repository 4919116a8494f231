//! Random batches: honest trade, mistakes, retries and attacks, as the model sees fit.

use crate::common::draft::{
    answer, certify, count, create, difference, dispatch, dispose, hold, recall, receive, sell,
    settle, transform,
};
use crate::common::{Draft, Line, World};
use crate::model::{Model, Said};
use crate::town::{CHAIN, enrolment, line_of, parse, sign, world};
use shisu::core::custody::{MoveFacts, MoveRole};
use shisu::core::record::RecordId;

/// What somebody does: which kind of thing, to what, with whom.
pub type Choice = (u8, u8, u8);

/// Batches, each with the seconds that passed before it and whether the ledger was reopened.
pub type Plan = Vec<(u64, bool, Vec<Choice>)>;

/// A batch and what becomes of it.
#[derive(Debug)]
pub struct Batch {
    /// What the node's clock shows.
    pub now: u64,
    /// Whether the ledger is closed and opened before.
    pub is_reopened: bool,
    /// The ledger that appends it.
    pub turn: usize,
    /// The records.
    pub texts: Vec<String>,
    /// What the model says of them.
    pub said: Vec<Said>,
}

/// A workload and the log that comes of it.
pub struct Workload {
    /// The batches.
    pub batches: Vec<Batch>,
    /// The log.
    pub model: Model,
}

/// Turns a plan into signed records.
pub fn workload(plan: &Plan) -> Workload {
    workload_in_turns(plan, &[0])
}

/// The same for several ledgers over one log; their turns, over and over.
pub fn workload_in_turns(plan: &Plan, turns: &[usize]) -> Workload {
    let mut world = world();
    let mut writer = Writer {
        model: Model::begin(&world),
        texts: Vec::new(),
        later: Vec::new(),
        serial: 0,
        turn: 0,
        world: World::default(),
    };
    let texts = enrolment(&mut world);
    writer.world = world;
    let mut batches = vec![writer.submit(false, texts)];
    assert!(
        batches[0]
            .said
            .iter()
            .all(|said| matches!(said, Said::Accepted(_)))
    );
    for ((seconds, is_reopened, choices), turn) in plan.iter().zip(turns.iter().cycle()) {
        writer.world.now += seconds;
        writer.turn = *turn;
        let mut texts = std::mem::take(&mut writer.later);
        for choice in choices {
            writer.act(*choice, &mut texts);
        }
        batches.push(writer.submit(*is_reopened, texts));
    }
    Workload {
        batches,
        model: writer.model,
    }
}

struct Writer {
    world: World,
    model: Model,
    /// Everything submitted so far.
    texts: Vec<String>,
    /// What arrives with the next batch only.
    later: Vec<String>,
    serial: u32,
    turn: usize,
}

/// Element `n` of a list, going round; none of an empty one.
fn pick<T: Clone>(list: &[T], n: u8) -> Option<T> {
    let at = usize::from(n).checked_rem(list.len())?;
    list.get(at).cloned()
}

impl Writer {
    fn submit(&mut self, is_reopened: bool, texts: Vec<String>) -> Batch {
        self.model.take_turn(self.turn);
        if is_reopened {
            self.model.reopened();
        }
        let now = self.world.now;
        let said = self.model.submit(now, &texts);
        self.texts.extend(texts.iter().cloned());
        // Everybody hears what became of their records and goes on from there.
        for author in self.world.authors.values_mut() {
            let kid = shisu::core::record::Jwk::of(&author.key).kid();
            if let Some(feed) = self.model.state.feeds.get(&kid) {
                (author.seq, author.prev) = (feed.seq_max, Some(feed.last));
            }
        }
        Batch {
            now,
            is_reopened,
            turn: self.turn,
            texts,
            said,
        }
    }

    fn sign(&mut self, name: &str, draft: &Draft) -> String {
        sign(&mut self.world, name, draft)
    }

    /// Lines that answer to `which`, oldest first, each with the name of its site.
    fn lines(&self, which: impl Fn(&MoveFacts) -> bool) -> Vec<(String, MoveFacts)> {
        let state = &self.model.state;
        let name_of = |line: &MoveFacts| {
            let mut sites = self.world.sites.iter();
            let found = sites.find(|(_, id)| {
                let id = shisu::core::ids::SiteId::parse(id).unwrap();
                state
                    .sites
                    .get(&id)
                    .is_some_and(|site| site.entry == line.site)
            });
            found.unwrap().0.clone()
        };
        let lines = state.moves.iter().filter(|(_, line)| which(line));
        let mut lines: Vec<_> = lines
            .map(|(_, line)| (name_of(line), line.clone()))
            .collect();
        lines.sort_by_key(|(_, line)| line.key);
        lines
    }

    fn cite(&self, facts: &MoveFacts) -> Line {
        let entry = usize::try_from(facts.key.entry().index()).unwrap();
        Line {
            record: self.model.ids[entry],
            n: facts.key.n(),
            lot: self
                .model
                .state
                .lots
                .get(&facts.lot)
                .unwrap()
                .code
                .to_string(),
            uom: facts.uom.code().to_owned(),
        }
    }

    fn credit(&self, n: u8) -> Option<(String, Line, String)> {
        let credits = self.lines(|line| line.role.is_credit() && !line.left.is_zero());
        let (site, line) = pick(&credits, n)?;
        let amount = if n.is_multiple_of(3) {
            line.left.to_string()
        } else {
            "1".into()
        };
        Some((site, self.cite(&line), amount))
    }

    fn act(&mut self, (kind, a, b): Choice, texts: &mut Vec<String>) {
        let names: Vec<&str> = CHAIN.iter().map(|(name, ..)| *name).collect();
        let name = names[usize::from(a) % names.len()];
        self.serial += 1;
        let done = match kind % 24 {
            0..=3 => Some(self.harvest(name, b)),
            4..=6 => self.send(a, b),
            7..=9 => self.receive(a, b),
            10 => self.settle(a, b),
            11 | 12 => self.transform(a, b),
            13 => self.take_out(a, b),
            14 => self.certify(a, b),
            15 => Some(self.sign("regulator", &hold(&format!("t/LOT-{}", b % 6)))),
            16 => Some(self.sign(name, &recall(&format!("t/LOT-{}", b % 6)))),
            17 => pick(&self.texts, a.wrapping_mul(31).wrapping_add(b)),
            18 => self.too_early(a, b),
            19 => Some(self.new_key(name, texts)),
            20 => self.revoke(),
            21 => self.twice(name, texts),
            22 => self.out_of_order(name, texts),
            _ => Some(self.nonsense(name, a, b)),
        };
        texts.extend(done);
    }

    fn harvest(&mut self, name: &str, b: u8) -> String {
        let lot = format!("t/LOT-{}", b % 6);
        let uom = if b.is_multiple_of(7) { "GRM" } else { "KGM" };
        self.sign(name, &create(&lot, "9", uom, "leafy_vegetable"))
    }

    fn papers(&self) -> Vec<RecordId> {
        let mut papers: Vec<_> = self
            .model
            .state
            .papers
            .iter()
            .map(|(key, _)| *key)
            .collect();
        papers.sort();
        let index = |key: shisu::core::custody::EntryKey| usize::try_from(key.index()).unwrap();
        papers
            .into_iter()
            .map(|key| self.model.ids[index(key)])
            .collect()
    }

    fn send(&mut self, a: u8, b: u8) -> Option<String> {
        let (site, credit, amount) = self.credit(a)?;
        let to = self.world.sites[CHAIN[usize::from(b) % CHAIN.len()].0].clone();
        let mut draft = dispatch(&to, &[(&credit, &amount)]);
        if let Some(paper) = pick(&self.papers(), b).filter(|_| b.is_multiple_of(2)) {
            draft = draft.refs(&[paper]);
        }
        Some(self.sign(&site, &draft))
    }

    fn receive(&mut self, a: u8, b: u8) -> Option<String> {
        let sent =
            self.lines(|line| line.role == MoveRole::Sent && (b == 0 || !line.left.is_zero()));
        let (_, facts) = pick(&sent, a)?;
        let shipment = self.model.state.shipments.get(&facts.key.entry())?.to;
        let mut sites = self.world.sites.iter();
        let to = sites
            .find(|(_, id)| **id == shipment.to_string())?
            .0
            .clone();
        let line = self.cite(&facts);
        let whole = facts.amount.to_string();
        let draft = match b % 4 {
            0 => receive(&[(&line, "0")]).body(
                "differences",
                serde_json::json!([difference(1, "0", &whole, "0")]),
            ),
            1 => receive(&[(&line, "1")]),
            _ => receive(&[(&line, &whole)]),
        };
        Some(self.sign(&to, &draft))
    }

    fn settle(&mut self, a: u8, b: u8) -> Option<String> {
        let disputed = self.lines(|line| !line.disputed.is_zero());
        let (_, facts) = pick(&disputed, a)?;
        let sent = facts.of?.entry();
        let dispatch = self.model.ids[usize::try_from(sent.index()).unwrap()];
        let from = self.model.state.shipments.get(&sent)?.from.to_string();
        let mut sites = self.world.sites.iter();
        let from = sites.find(|(_, id)| **id == from)?.0.clone();
        let outcome = ["taken_back", "lost", "disposed"][usize::from(b) % 3];
        let line = self.cite(&facts);
        Some(self.sign(&from, &settle(dispatch, &line, "1", outcome)))
    }

    fn transform(&mut self, a: u8, b: u8) -> Option<String> {
        let (site, credit, amount) = self.credit(a)?;
        let lot = format!("t/MADE-{}", b % 4);
        let output = (lot.as_str(), amount.as_str(), "leafy_vegetable");
        Some(self.sign(&site, &transform("pack", &[(&credit, &amount)], output)))
    }

    fn take_out(&mut self, a: u8, b: u8) -> Option<String> {
        let (site, credit, amount) = self.credit(a)?;
        let draft = match b % 4 {
            0 => dispose(&[(&credit, &amount)]),
            1 => count(&[(&credit, "1")], &[(&credit, &amount)]),
            _ => sell(&[(&credit, &amount)]),
        };
        let draft = match pick(&self.papers(), a) {
            Some(paper) if b % 4 > 1 => draft.refs(&[paper]),
            _ => draft,
        };
        Some(self.sign(&site, &draft))
    }

    fn certify(&mut self, a: u8, b: u8) -> Option<String> {
        let name = ["farm", "coop"][usize::from(a) % 2];
        let number = format!("NO-{}", self.serial);
        let draft = certify(
            "farm_certificate",
            "issued",
            &number,
            &format!("t/LOT-{}", b % 6),
        )
        .body("issuer_party", self.world.parties[name].clone())
        .body("certified", "5")
        .body("uom", "KGM")
        .body("spender", self.world.sites[name].clone());
        Some(self.sign(name, &draft))
    }

    /// A receipt that arrives before its dispatch.
    fn too_early(&mut self, a: u8, b: u8) -> Option<String> {
        let sent = self.send(a, b & !1)?;
        let record = parse(&sent);
        let line = line_of(&record, 1);
        let shisu::core::record::Body::Dispatch(body) = &record.body else {
            return None;
        };
        let to = body.consignee.to_string();
        let mut sites = self.world.sites.iter();
        let to = sites.find(|(_, id)| **id == to)?.0.clone();
        let amount = record.quantity(1)?.to_string();
        let received = self.sign(&to, &receive(&[(&line, &amount)]));
        self.later.push(sent);
        Some(received)
    }

    /// A new key, which signs at once and may come before its grant.
    fn new_key(&mut self, name: &str, texts: &mut Vec<String>) -> String {
        let device = format!("{name}-{}", self.serial);
        let grant = self.world.add_key(&device, name, Some(name), "clerk");
        let grant = self.sign("registrar", &grant);
        let made = self.harvest(&device, 1);
        if self.serial.is_multiple_of(3) {
            texts.push(made.clone());
        }
        texts.push(grant);
        made
    }

    /// The registrar revokes a device's key. Whoever runs the chain keeps theirs.
    fn revoke(&mut self) -> Option<String> {
        let mut devices = self.world.authors.keys().filter(|name| name.contains('-'));
        let device = devices.next()?.clone();
        let body = serde_json::json!({"key": self.world.jwk(&device).kid(), "reason": "lost"});
        Some(self.sign("registrar", &Draft::new("revoke_key", body)))
    }

    /// Two different records under one number.
    fn twice(&mut self, name: &str, texts: &mut Vec<String>) -> Option<String> {
        let other = create("t/FORK-1", "1", "KGM", "leafy_vegetable");
        texts.push(self.world.text(name, &other));
        Some(self.harvest(name, 2))
    }

    /// Two records that arrive in the wrong order, of which the first may not name the other.
    fn out_of_order(&mut self, name: &str, texts: &mut Vec<String>) -> Option<String> {
        let first = self.harvest(name, 3);
        let second = self.harvest(name, 4);
        texts.push(second);
        Some(first)
    }

    fn nonsense(&mut self, name: &str, a: u8, b: u8) -> String {
        let nowhere = Line {
            record: RecordId::from_bytes([a; 32]),
            n: 1,
            lot: "t/LOT-1".into(),
            uom: "KGM".into(),
        };
        let draft = match b % 4 {
            0 => return format!("nonsense {a}"),
            1 => sell(&[(&nowhere, "1")]),
            2 => receive(&[(&nowhere, "1")]),
            _ => Draft::new(
                "sell",
                serde_json::json!({"channel": "consumer", "sold_on": "2026-11-22"}),
            )
            .moves(vec![answer(1, "out", &nowhere, "0")]),
        };
        self.world.text(name, &draft)
    }
}
