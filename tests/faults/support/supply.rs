//! Signed records of many farms, each with its own key: lots are harvested and partly sold.

use crate::common::{Draft, Line, World, draft};
use serde_json::json;
use shisu::core::record::{Completeness, Record};
use shisu::core::time::UnixSeconds;

/// Farms that take turns.
const FARMS: usize = 6;

/// Signs records without end. Each farm's records follow one another, so they can be submitted
/// in the order in which they are signed and in no other.
#[derive(Clone)]
pub struct Supply {
    world: World,
    today: String,
    turn: usize,
    credits: Vec<Option<Line>>,
    made: u64,
}

impl Supply {
    /// Everybody's clocks show `now`.
    pub fn new(now: u64) -> Self {
        let mut world = World::default();
        world.now = now;
        // Gives node and registrar their names and keys; the ledger writes its own beginning.
        drop(world.genesis());
        Self {
            world,
            today: UnixSeconds::new(now).unwrap().china_date().to_string(),
            turn: 0,
            credits: vec![None; FARMS],
            made: 0,
        }
    }

    /// The registrar's number.
    pub fn registrar(&self) -> &str {
        &self.world.parties["registrar"]
    }

    /// Name of the log.
    pub fn log(&self) -> &str {
        &self.world.log
    }

    /// Enrols the farms.
    pub fn enrolments(&mut self) -> Vec<String> {
        let mut texts = Vec::new();
        for farm in 0..FARMS {
            let name = name(farm);
            let party = self.world.register_party(&name, "farm");
            texts.push(self.sign("registrar", &party).0);
            let site = self.world.register_site(&name, &name, "farm");
            texts.push(self.sign("registrar", &site).0);
            let key = self.world.add_key(&name, &name, Some(&name), "clerk");
            texts.push(self.sign("registrar", &key).0);
        }
        texts
    }

    /// The next `count` records.
    pub fn next(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.next_one()).collect()
    }

    fn next_one(&mut self) -> String {
        let farm = self.turn % FARMS;
        self.turn += 1;
        let name = name(farm);
        match self.credits[farm].take() {
            Some(credit) => {
                let sale = draft::sell(&[(&credit, "5")]).body("sold_on", json!(self.today));
                self.sign(&name, &sale).0
            }
            None => {
                self.made += 1;
                let lot = format!("01/09520001123467/10/F{farm}X{}", self.made);
                let info = json!([{
                    "n": 1, "class": "leafy_vegetable", "name": "示例青菜", "made_on": self.today,
                }]);
                let harvest =
                    draft::create(&lot, "100", "KGM", "leafy_vegetable").body("lots", info);
                let (text, record) = self.sign(&name, &harvest);
                self.credits[farm] = Some(Line {
                    record: record.id,
                    n: 1,
                    lot,
                    uom: "KGM".into(),
                });
                text
            }
        }
    }

    /// A sale of goods that nobody has.
    pub fn impossible(&mut self) -> String {
        let nothing = Line {
            record: self.world.authors["registrar"].prev.unwrap(),
            n: 1,
            lot: "01/09520001123467/10/NONE".into(),
            uom: "KGM".into(),
        };
        let sale = draft::sell(&[(&nothing, "5")]).body("sold_on", json!(self.today));
        self.world.clone().text(&name(0), &sale)
    }

    fn sign(&mut self, name: &str, draft: &Draft) -> (String, Record) {
        let text = self.world.text(name, draft);
        let record = Record::parse(&text, Completeness::Complete).unwrap();
        self.world.admitted(name, record.claims.seq, record.id);
        (text, record)
    }
}

fn name(farm: usize) -> String {
    format!("farm{farm}")
}
