//! What always holds, whatever happens: a simple model of custody beside the real one, and replay.

use crate::common::draft::{
    add_to, count, create, difference, dispatch, dispose, receive, sell, settle, transform,
};
use crate::common::{Admitted, Draft, Ledger, Line, Outcome};
use proptest::prelude::*;
use serde_json::json;
use shisu::core::custody::{Effects, MoveFacts, MoveKey, MoveRole, Replay};
use shisu::core::log::Origin;
use shisu::core::quantity::Amount;
use shisu::core::record::{Completeness, Record, RecordId};
use shisu::core::text::Explain as _;
use std::collections::BTreeMap;

const SITES: [&str; 4] = ["farm", "plant", "shop", "canteen"];

/// Something that is tried: what, with which of the goods there are, and how much of them.
#[derive(Debug, Clone, Copy)]
struct Try {
    what: u8,
    which: usize,
    other: usize,
    /// Thousandths of what there is; more than 1000 must be refused.
    permille: i64,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = (0..10_u8, any::<u16>(), any::<u16>(), 1..1100_i64);
    let one = one.prop_map(|(what, which, other, permille)| Try {
        what,
        which: usize::from(which),
        other: usize::from(other),
        permille,
    });
    prop::collection::vec(one, 1..40)
}

/// Goods at a site, or on their way, or disputed, in thousandths.
#[derive(Debug, Clone)]
struct Goods {
    line: Line,
    key: MoveKey,
    site: &'static str,
    left: i64,
}

#[derive(Debug, Clone)]
struct Shipped {
    goods: Goods,
    from: &'static str,
}

#[derive(Debug, Clone)]
struct Dispute {
    dispatch: RecordId,
    goods: Goods,
    from: &'static str,
}

/// The model: three lists, and nothing is ever looked up in the ledger.
#[derive(Debug, Default)]
struct Model {
    held: Vec<Goods>,
    shipped: Vec<Shipped>,
    disputes: Vec<Dispute>,
    lots: usize,
    own: Vec<Goods>,
}

fn text(thousandths: i64) -> String {
    Amount::from_micro(thousandths * 1000).unwrap().to_string()
}

fn pick<T>(list: &mut [T], which: usize) -> Option<&mut T> {
    match list.len() {
        0 => None,
        length => list.get_mut(which % length),
    }
}

fn goods(admitted: &Admitted, n: u16, site: &'static str, left: i64) -> Goods {
    Goods {
        line: admitted.line(n),
        key: admitted.entry.line(n),
        site,
        left,
    }
}

struct Run {
    ledger: Ledger,
    model: Model,
    effects: Vec<Effects>,
}

impl Run {
    fn new() -> Self {
        Self {
            ledger: Ledger::with_chain(),
            model: Model::default(),
            effects: Vec::new(),
        }
    }

    /// Submits what must be admitted if `fits`, and else refused because too much is asked.
    fn submit(&mut self, name: &str, draft: &Draft, fits: bool) -> Option<Admitted> {
        match (self.ledger.submit(name, draft), fits) {
            (Outcome::Admitted(admitted), true) => {
                self.effects.push(admitted.effects.clone());
                Some(*admitted)
            }
            (Outcome::Refused(refusal), false) => {
                assert_eq!(refusal.code(), "credit_exceeded");
                None
            }
            (outcome, _) => panic!("fits: {fits}, {draft:?}: {outcome:?}"),
        }
    }

    fn attempt(&mut self, it: Try) {
        match it.what {
            0 => self.create(it),
            1 | 2 => self.dispatch(it),
            3 | 4 => self.receive(it),
            5 => self.settle(it),
            6 => self.transform(it),
            7 => self.add(it),
            _ => self.end(it),
        }
    }

    fn create(&mut self, it: Try) {
        let site = SITES[it.which % SITES.len()];
        let left = it.permille * 1000;
        self.model.lots += 1;
        let lot = format!("t/LOT-{}", self.model.lots);
        let draft = create(&lot, &text(left), "KGM", "leafy_vegetable");
        if let Some(admitted) = self.submit(site, &draft, true) {
            let new = goods(&admitted, 1, site, left);
            self.model.own.push(new.clone());
            self.model.held.push(new);
        }
    }

    fn add(&mut self, it: Try) {
        let Some(origin) = pick(&mut self.model.own, it.which).cloned() else {
            return;
        };
        let draft = add_to(&origin.line, &text(it.permille));
        if let Some(admitted) = self.submit(origin.site, &draft, true) {
            let added = goods(&admitted, 1, origin.site, it.permille);
            self.model.held.push(added);
        }
    }

    /// Takes some of the goods that are held: which, how much, and whether there is so much.
    fn take(&mut self, it: Try) -> Option<(usize, Goods, i64, bool)> {
        let at = it.which.checked_rem(self.model.held.len())?;
        let held = self.model.held[at].clone();
        let amount = held.left * it.permille / 1000;
        (amount > 0).then(|| (at, held.clone(), amount, amount <= held.left))
    }

    /// Sends goods, in one line or split over two.
    fn dispatch(&mut self, it: Try) {
        let Some((at, held, amount, fits)) = self.take(it) else {
            return;
        };
        let to = SITES[it.other % SITES.len()];
        if to == held.site {
            return;
        }
        let parts = match amount / 3 {
            0 => vec![amount],
            _ if it.other.is_multiple_of(2) => vec![amount],
            third => vec![third, amount - third],
        };
        let texts: Vec<String> = parts.iter().map(|part| text(*part)).collect();
        let lines: Vec<_> = texts.iter().map(|it| (&held.line, it.as_str())).collect();
        let draft = dispatch(&self.ledger.site(to), &lines);
        let Some(admitted) = self.submit(held.site, &draft, fits) else {
            return;
        };
        self.model.held[at].left -= amount;
        for (n, part) in (1..).zip(parts) {
            self.model.shipped.push(Shipped {
                goods: goods(&admitted, n, to, part),
                from: held.site,
            });
        }
    }

    /// Receives one line, all of it or with differences.
    fn receive(&mut self, it: Try) {
        if self.model.shipped.is_empty() {
            return;
        }
        let at = it.which % self.model.shipped.len();
        let Shipped { goods: sent, from } = self.model.shipped.remove(at);
        let accepted = sent.left * it.permille.min(1000) / 1000;
        let missing = sent.left - accepted;
        let short = missing / 2;
        let differences = match missing {
            0 => json!([]),
            _ => json!([difference(1, &text(short), "0", &text(missing - short))]),
        };
        let draft = receive(&[(&sent.line, &text(accepted))]).body("differences", differences);
        let Some(admitted) = self.submit(sent.site, &draft, true) else {
            return;
        };
        let received = goods(&admitted, 1, sent.site, accepted);
        if missing > 0 {
            self.model.disputes.push(Dispute {
                dispatch: sent.line.record,
                goods: Goods {
                    left: missing,
                    ..received.clone()
                },
                from,
            });
        }
        self.model.held.push(received);
        let again = self.ledger.submit(sent.site, &draft);
        again.expect_refusal("line_closed");
    }

    fn settle(&mut self, it: Try) {
        let Some(dispute) = pick(&mut self.model.disputes, it.which) else {
            return;
        };
        let amount = dispute.goods.left * it.permille / 1000;
        let fits = amount <= dispute.goods.left;
        if amount == 0 {
            return;
        }
        let outcome = ["taken_back", "lost", "disposed"][it.other % 3];
        let draft = settle(
            dispute.dispatch,
            &dispute.goods.line,
            &text(amount),
            outcome,
        );
        let from = dispute.from;
        if fits {
            dispute.goods.left -= amount;
        }
        let Some(admitted) = self.submit(from, &draft, fits) else {
            return;
        };
        if outcome == "taken_back" {
            self.model.held.push(goods(&admitted, 1, from, amount));
        }
    }

    fn transform(&mut self, it: Try) {
        let Some((at, held, amount, fits)) = self.take(it) else {
            return;
        };
        self.model.lots += 1;
        let lot = format!("t/LOT-{}", self.model.lots);
        let (input, output) = (text(amount), text((amount + 1) / 2));
        let draft = transform(
            "cut",
            &[(&held.line, &input)],
            (&lot, &output, "leafy_vegetable"),
        );
        let Some(admitted) = self.submit(held.site, &draft, fits) else {
            return;
        };
        self.model.held[at].left -= amount;
        let made = goods(&admitted, 100, held.site, (amount + 1) / 2);
        self.model.held.push(made);
    }

    fn end(&mut self, it: Try) {
        let Some((at, held, amount, fits)) = self.take(it) else {
            return;
        };
        let quantity = text(amount);
        let lines = [(&held.line, quantity.as_str())];
        let draft = match it.other % 3 {
            0 => sell(&lines),
            1 => dispose(&lines),
            _ => count(&lines, &[]),
        };
        if self.submit(held.site, &draft, fits).is_some() {
            self.model.held[at].left -= amount;
        }
    }

    /// What the ledger knows of every line that was ever written.
    fn facts(&self, replay: &Replay) -> BTreeMap<MoveKey, MoveFacts> {
        let moves = self.effects.iter().flat_map(|effects| &effects.moves);
        moves
            .map(|line| {
                (
                    line.key,
                    replay.state().moves.get(&line.key).unwrap().clone(),
                )
            })
            .collect()
    }

    /// The ledger agrees with the model, line by line.
    fn agrees(&self) {
        let facts = self.facts(&self.ledger.replay);
        let same = |found: Amount, expected: i64| assert_eq!(found.micro(), expected * 1000);
        for goods in &self.model.held {
            same(facts[&goods.key].left, goods.left);
        }
        for shipped in &self.model.shipped {
            same(facts[&shipped.goods.key].left, shipped.goods.left);
        }
        for dispute in &self.model.disputes {
            same(facts[&dispute.goods.key].disputed, dispute.goods.left);
        }
        let held = facts.values().filter(|line| line.role.is_credit()).count();
        assert_eq!(held, self.model.held.len());
    }

    /// For every lot: brought in = held + in transit + disputed + used + sold + disposed.
    fn conserves(&self) {
        let mut sums: BTreeMap<MoveKey, i64> = BTreeMap::new();
        for line in self.facts(&self.ledger.replay).values() {
            let brought_in = match line.role {
                MoveRole::Created | MoveRole::Entered | MoveRole::Made => line.amount.micro(),
                _ => 0,
            };
            let gone = match line.role {
                MoveRole::Used | MoveRole::Sold | MoveRole::Disposed => line.amount.micro(),
                MoveRole::CountedOff | MoveRole::Lost | MoveRole::Destroyed => line.amount.micro(),
                _ => 0,
            };
            assert!(line.left <= line.amount && line.left.micro() >= 0);
            let there = line.left.micro() + line.disputed.micro();
            *sums.entry(line.lot).or_default() += brought_in - there - gone;
        }
        assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
    }

    /// Replaying the same bytes gives the same effects and the same facts.
    fn replays(&self) {
        let origin = Origin::new(&self.ledger.world.log).unwrap();
        let mut replay = Replay::new(origin);
        let mut effects = Vec::new();
        for text in &self.ledger.texts {
            let record = Record::parse(text, Completeness::Complete).unwrap();
            let (_, new) = replay.push(&record).unwrap();
            effects.push(*new.unwrap());
        }
        let custody = &effects[effects.len() - self.effects.len()..];
        assert_eq!(custody, self.effects);
        let facts = format!("{:?}", self.facts(&self.ledger.replay));
        assert_eq!(format!("{:?}", self.facts(&replay)), facts);
        assert_eq!(replay.size(), self.ledger.replay.size());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn quantity_is_conserved_whatever_the_sites_do(tries in tries()) {
        let mut run = Run::new();
        for it in tries {
            run.attempt(it);
            run.agrees();
        }
        run.conserves();
        run.replays();
    }
}
