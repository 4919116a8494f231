//! A ledger in a place, in which everybody of a small chain is enrolled.

use crate::common::draft::{create, dispatch, receive};
use crate::common::world::{BEGINNING, signing_key};
use crate::common::{Draft, Line, World};
use crate::place::Place;
use shisu::app::check::{Checked, check};
use shisu::app::init::{Beginning, Keys, init};
use shisu::app::ledger::{Ledger, Outcome};
use shisu::core::ids::{Division, PartyId};
use shisu::core::log::{NoteSigner, Origin, Receipt, VerifierKey};
use shisu::core::record::words::Name;
use shisu::core::record::{Completeness, Record};

/// Who is enrolled: name, kind of party, kind of site.
pub const CHAIN: [(&str, &str, &str); 6] = [
    ("farm", "farm", "farm"),
    ("coop", "coop", "farm"),
    ("plant", "processor", "plant"),
    ("shop", "retailer", "shop"),
    ("canteen", "canteen", "kitchen"),
    ("regulator", "regulator", "office"),
];

/// Registers the chain: who signs, and what.
pub fn enrolment(world: &mut World) -> Vec<String> {
    let mut texts = Vec::new();
    for (name, party, site) in CHAIN {
        let draft = world.register_party(name, party);
        texts.push(sign(world, "registrar", &draft));
        let draft = world.register_site(name, name, site);
        texts.push(sign(world, "registrar", &draft));
        let draft = world.add_key(name, name, Some(name), "clerk");
        texts.push(sign(world, "registrar", &draft));
    }
    texts
}

/// Signs, and goes on as if the record were admitted.
pub fn sign(world: &mut World, name: &str, draft: &Draft) -> String {
    let text = world.text(name, draft);
    let record = parse(&text);
    world.admitted(name, record.claims.seq, record.id);
    text
}

/// Reads a record with everything it seals.
pub fn parse(text: &str) -> Record {
    Record::parse(text, Completeness::Complete).unwrap()
}

/// A world whose node has the keys with which [`begin`] begins a ledger.
pub fn world() -> World {
    let mut world = World::default();
    world.genesis();
    world
}

/// Begins the ledger of `world` in `place`.
pub fn begin(place: &Place, world: &World) {
    place.set_clock(world.now);
    let beginning = Beginning {
        origin: Origin::new(&world.log).unwrap(),
        province: Division::parse("330000").unwrap(),
        registrar: PartyId::parse(&world.parties["registrar"]).unwrap(),
        registrar_name: Name::new("浙江省示例登记中心").unwrap(),
    };
    let keys = Keys {
        log: signing_key("log"),
        node: signing_key("node"),
        registrar: signing_key("registrar"),
    };
    init(&place.options(), &beginning, &keys).unwrap();
}

/// The key with which the heads of `world`'s log are signed.
pub fn verifier(world: &World) -> VerifierKey {
    let origin = Origin::new(&world.log).unwrap();
    let signer = NoteSigner::new(origin, signing_key("log")).unwrap();
    signer.verifier_key().clone()
}

/// An open ledger and those who write it.
pub struct Town {
    /// Where it is.
    pub place: Place,
    /// Who signs.
    pub world: World,
    ledger: Option<Ledger>,
}

/// A record and the proof that it is in the log.
#[derive(Debug, Clone)]
pub struct Put {
    /// The record.
    pub record: Record,
    /// Its bytes.
    pub text: String,
    /// The proof.
    pub receipt: Receipt,
}

impl Put {
    /// Line `n`, to be cited.
    pub fn line(&self, n: u16) -> Line {
        line_of(&self.record, n)
    }
}

/// Line `n` of a record, to be cited.
pub fn line_of(record: &Record, n: u16) -> Line {
    let mut lines = record.claims.moves.iter();
    let line = lines.find(|line| line.n == n).unwrap();
    Line {
        record: record.id,
        n,
        lot: line.lot.to_string(),
        uom: line.uom.code().to_owned(),
    }
}

impl Town {
    /// A new ledger with the chain enrolled.
    pub fn new(place: Place) -> Self {
        Self::new_at(place, BEGINNING)
    }

    /// A new ledger with the chain enrolled at a time, for those who go by the system's clock.
    pub fn new_at(place: Place, now: u64) -> Self {
        let mut world = world();
        world.now = now;
        let mut town = Self::over(place, world);
        let texts = enrolment(&mut town.world);
        for (text, outcome) in texts.iter().zip(town.submit(&texts)) {
            town.proven(text, &outcome);
        }
        town
    }

    /// A new ledger with nothing but its beginning.
    fn over(place: Place, world: World) -> Self {
        begin(&place, &world);
        let ledger = Some(Ledger::open(&place.options()).unwrap());
        Self {
            place,
            world,
            ledger,
        }
    }

    /// The open ledger.
    pub fn ledger(&self) -> &Ledger {
        self.ledger.as_ref().unwrap()
    }

    /// Closes the ledger.
    pub fn close(&mut self) {
        if let Some(ledger) = self.ledger.take() {
            ledger.close();
        }
    }

    /// Opens it again.
    pub fn reopen(&mut self) {
        self.close();
        self.ledger = Some(Ledger::open(&self.place.options()).unwrap());
    }

    /// Lets time pass, for authors and the node alike.
    pub fn pass(&mut self, seconds: u64) {
        self.world.now += seconds;
        self.place.set_clock(self.world.now);
    }

    /// Signs, and goes on as if the record were admitted.
    pub fn sign(&mut self, name: &str, draft: &Draft) -> String {
        sign(&mut self.world, name, draft)
    }

    /// Submits a batch.
    pub fn submit(&self, texts: &[String]) -> Vec<Outcome> {
        let outcomes = self.ledger().submit(texts).unwrap();
        assert_eq!(outcomes.len(), texts.len());
        outcomes
    }

    /// Submits one record.
    pub fn submit_one(&self, text: &str) -> Outcome {
        self.submit(&[text.to_owned()]).remove(0)
    }

    /// Submits what must be accepted as new.
    pub fn put(&mut self, name: &str, draft: &Draft) -> Put {
        let text = self.sign(name, draft);
        let outcome = self.submit_one(&text);
        assert_eq!(outcome.code(), "accepted", "{outcome:?}");
        let receipt = self.proven(&text, &outcome);
        Put {
            record: parse(&text),
            text,
            receipt,
        }
    }

    /// The receipt of an outcome, which must prove that these bytes are in the log.
    pub fn proven(&self, text: &str, outcome: &Outcome) -> Receipt {
        let Some(receipt) = outcome.receipt() else {
            panic!("no receipt: {outcome:?}")
        };
        prove(&self.world, text, receipt);
        receipt.clone()
    }

    /// A harvest: the credit.
    pub fn harvest(&mut self, name: &str, lot: &str, quantity: &str) -> Line {
        self.put(name, &create(lot, quantity, "KGM", "leafy_vegetable"))
            .line(1)
    }

    /// Signs, but does not submit, a shipment and its receipt.
    pub fn signed_shipment(&mut self, to: &str, credit: &Line, quantity: &str) -> (String, String) {
        let consignee = self.world.sites[to].clone();
        let sent = self.sign("farm", &dispatch(&consignee, &[(credit, quantity)]));
        let line = line_of(&parse(&sent), 1);
        let received = self.sign(to, &receive(&[(&line, quantity)]));
        (sent, received)
    }

    /// Checks the whole ledger.
    pub fn check(&self) -> Checked {
        check(&self.place.options(), &|_| {}).unwrap()
    }
}

/// A receipt, also as it travels, must prove that these bytes are in the log of `world`.
pub fn prove(world: &World, text: &str, receipt: &Receipt) {
    let leaf = parse(text).leaf;
    let log = verifier(world);
    let travelled = Receipt::parse(&receipt.to_string()).unwrap();
    assert_eq!(&travelled, receipt);
    travelled.verify_signed_by(&leaf, &log).unwrap();
}
