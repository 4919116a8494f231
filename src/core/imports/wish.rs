//! What rows ask for, before it is known what the site holds.

use super::cell::half_width;
use super::fault::What;
use super::row::Reader;
use crate::core::ids::{LotCode, PartyId, Plate, PlateColour, SiteId};
use crate::core::quantity::{Amount, Uom};
use crate::core::record::body::Country;
use crate::core::record::limits::{NAME_CHARS_MAX, TEXT_CHARS_MAX};
use crate::core::record::words::{Name, Text};
use crate::core::rules::product::ProductClass;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// A lot and how much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Row of the file.
    pub row: u32,
    /// Place of the lot's column.
    pub lot_at: Option<usize>,
    /// Place of the quantity's column.
    pub quantity_at: Option<usize>,
    /// The lot.
    pub lot: LotCode,
    /// How much.
    pub amount: Amount,
    /// Of which unit; none if the file does not say so.
    pub uom: Option<Uom>,
    /// The party for whom it is signed, and the place of that column.
    pub for_whom: Option<(PartyId, Option<usize>)>,
}

/// A lot that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// What it brings in.
    pub line: Line,
    /// How, as records write it.
    pub how: &'static str,
    /// Plot, pond or line.
    pub plot: Option<Name>,
    /// What the lot is, as records write it.
    pub info: Map<String, Value>,
}

/// Goods that come in from a supplier who is not enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What they are.
    pub line: Line,
    /// What the lot is, as records write it.
    pub info: Map<String, Value>,
    /// What else the record says.
    pub body: Map<String, Value>,
}

/// Goods that leave with one waybill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipment {
    /// Number of the waybill.
    pub waybill: Name,
    /// Where they go.
    pub consignee: SiteId,
    /// What else the record says.
    pub body: Map<String, Value>,
    /// Places of the columns of the waybill and the consignee.
    pub at: (Option<usize>, Option<usize>),
    /// The lines.
    pub lines: Vec<Line>,
}

/// Goods that are sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// What.
    pub line: Line,
    /// What else the record says.
    pub body: Map<String, Value>,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doing {
    /// A lot begins.
    Lot(Lot),
    /// Goods come in.
    Entry(Entry),
    /// Goods leave.
    Shipment(Shipment),
    /// Goods are sold.
    Sale(Sale),
}

/// Something that becomes one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Names what is asked for: the same in every file that says the same, and another for each time a
    /// file says it.
    pub key: String,
    /// What.
    pub doing: Doing,
}

impl Doing {
    /// The rows that ask for it.
    #[must_use]
    pub fn rows(&self) -> Vec<u32> {
        self.lines().iter().map(|line| line.row).collect()
    }

    /// Its lines.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        match self {
            Self::Lot(lot) => std::slice::from_ref(&lot.line),
            Self::Entry(entry) => std::slice::from_ref(&entry.line),
            Self::Shipment(shipment) => &shipment.lines,
            Self::Sale(sale) => std::slice::from_ref(&sale.line),
        }
    }

    /// The party for whom it is signed by an agent.
    #[must_use]
    pub fn for_whom(&self) -> Option<PartyId> {
        let first = self.lines().first()?;
        first.for_whom.map(|(party, _)| party)
    }

    /// A name for the `time`th time that a file asks for this.
    pub(super) fn key(&self, time: usize) -> String {
        let line = |line: &Line| json!([line.lot, line.amount, line.uom]).to_string();
        let mut lines: Vec<String> = self.lines().iter().map(line).collect();
        // A table that was sorted anew says the same.
        lines.sort_unstable();
        let said = match self {
            Self::Lot(lot) => json!(["lot", lot.how, lot.plot, lot.info]),
            Self::Entry(entry) => json!(["enter", entry.body, entry.info]),
            Self::Shipment(one) => json!(["shipment", one.waybill, one.consignee, one.body]),
            Self::Sale(sale) => json!(["sale", sale.body]),
        };
        // What is signed for the party itself has the name that it had before others could be named.
        let said = match self.for_whom() {
            Some(party) => json!([said, party]),
            None => said,
        };
        let text = json!([said, lines, time]).to_string();
        let hash = Sha256::digest(text.as_bytes());
        hash.iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// Members that were said.
fn said<const N: usize>(members: [(&str, Option<Value>); N]) -> Map<String, Value> {
    let named = |(name, value): (&str, Option<Value>)| Some((name.to_owned(), value?));
    members.into_iter().filter_map(named).collect()
}

fn some<T: serde::Serialize>(value: Option<T>) -> Option<Value> {
    value.map(|value| json!(value))
}

impl Reader<'_> {
    fn name(&mut self, field: &str) -> Option<Value> {
        some(self.words::<NAME_CHARS_MAX>(field))
    }

    /// Reads a lot.
    pub fn lot(&mut self) -> Option<Lot> {
        let line = self.new_line();
        let info = self.info();
        let how = self.choice("how");
        let plot = self.words::<NAME_CHARS_MAX>("plot");
        Some(Lot {
            line: line?,
            how: how.unwrap_or("harvest"),
            plot,
            info,
        })
    }

    /// A line that begins a lot, whose unit has to be said.
    fn new_line(&mut self) -> Option<Line> {
        let line = self.line();
        if line.as_ref().is_some_and(|line| line.uom.is_none()) {
            self.fault("quantity", What::UnitMissing);
        }
        line
    }

    /// What a new lot is.
    fn info(&mut self) -> Map<String, Value> {
        self.needed("class");
        let class = self.class();
        self.needed("name");
        self.needed("made_on");
        let country = self.read("country", |text| {
            let letters = half_width(text).to_uppercase();
            Country::parse(&letters).ok_or(What::UnclearCountry)
        });
        said([
            ("class", some(class)),
            ("name", self.name("name")),
            ("variety", self.name("variety")),
            ("spec", self.name("spec")),
            ("brand", self.name("brand")),
            ("batch", self.name("batch")),
            ("standard", self.name("standard")),
            ("licence", self.name("licence")),
            ("made_on", some(self.date("made_on"))),
            ("best_before", some(self.date("best_before"))),
            ("origin", some(self.county("origin"))),
            ("country", some(country)),
            ("temp_min_c", some(self.degrees("temp_min_c"))),
            ("temp_max_c", some(self.degrees("temp_max_c"))),
        ])
    }

    /// Reads goods of a supplier who is not enrolled.
    pub fn entry(&mut self) -> Option<Entry> {
        let line = self.new_line();
        let info = self.info();
        self.needed("received_on");
        let received_on = self.date("received_on");
        self.needed("supplier");
        let supplier = said([
            ("name", self.name("supplier")),
            ("address", self.name("supplier_address")),
            ("contact", self.name("supplier_contact")),
            ("licence", self.name("supplier_licence")),
        ]);
        let body = said([
            ("received_on", some(received_on)),
            (
                "checked",
                some(self.choices("checked").filter(|all| !all.is_empty())),
            ),
            ("supplier", Some(Value::Object(supplier))),
        ]);
        Some(Entry {
            line: line?,
            info,
            body,
        })
    }

    /// A class by its code or name.
    fn class(&mut self) -> Option<ProductClass> {
        self.read("class", |text| {
            let named = |class: &ProductClass| {
                [class.code(), class.zh(), class.en()]
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(text))
            };
            ProductClass::all().find(named).ok_or_else(|| {
                let known: Vec<&str> = ProductClass::all().map(ProductClass::zh).collect();
                What::UnknownWord(known.join("、"))
            })
        })
    }

    /// Reads a line of a shipment, with all that its row says of the shipment.
    pub fn shipment(&mut self) -> Option<Shipment> {
        let line = self.line();
        self.needed("waybill");
        let waybill = self.words::<NAME_CHARS_MAX>("waybill");
        self.needed("consignee");
        let consignee = self.id("consignee", SiteId::parse);
        let transport = self.choice("transport").unwrap_or("own");
        let carrier = self.id("carrier", PartyId::parse);
        if transport == "carrier" && self.place_is_empty("carrier") {
            self.fault("carrier", What::CarrierMissing);
        }
        let body = said([
            ("transport", Some(json!(transport))),
            ("carrier", some(carrier)),
            ("temp_min_c", some(self.degrees("temp_min_c"))),
            ("temp_max_c", some(self.degrees("temp_max_c"))),
            ("seals", self.seals()),
            ("vehicle", self.vehicle()),
            ("driver", self.driver()),
        ]);
        Some(Shipment {
            waybill: waybill?,
            consignee: consignee?,
            body,
            at: (self.place("waybill"), self.place("consignee")),
            lines: vec![line?],
        })
    }

    fn place_is_empty(&self, field: &str) -> bool {
        let place = self.place(field);
        !self.row.cells.iter().any(|(at, _)| Some(*at) == place)
    }

    fn seals(&mut self) -> Option<Value> {
        let text = self.text("seals")?;
        let seals: Option<Vec<Name>> = text
            .split([',', '，', '、', ';', '；', ' '])
            .filter(|seal| !seal.is_empty())
            .map(Name::new)
            .collect();
        if seals.is_none() {
            self.fault(
                "seals",
                What::TooLong {
                    max: NAME_CHARS_MAX,
                },
            );
        }
        some(seals)
    }

    fn vehicle(&mut self) -> Option<Value> {
        let plate = self.id("plate", Plate::parse)?;
        if self.place_is_empty("colour") {
            self.fault("colour", What::ColourMissing);
        }
        let colour = self.choice("colour")?;
        let colour = PlateColour::parse(colour).ok()?;
        Some(json!({ "plate": plate, "colour": colour }))
    }

    fn driver(&mut self) -> Option<Value> {
        let name = self.name("driver")?;
        Some(Value::Object(said([
            ("name", Some(name)),
            ("phone", self.name("phone")),
        ])))
    }

    /// Reads a sale.
    pub fn sale(&mut self) -> Option<Sale> {
        let line = self.line();
        self.needed("sold_on");
        let sold_on = self.date("sold_on");
        let buyer = self.name("buyer").map(|name| {
            Value::Object(said([
                ("name", Some(name)),
                ("address", self.name("address")),
                ("contact", self.name("contact")),
            ]))
        });
        let otherwise = if buyer.is_some() { "trade" } else { "consumer" };
        let channel = self.choice("channel").unwrap_or(otherwise);
        let terms: Option<Text> = self.words::<TEXT_CHARS_MAX>("terms");
        let body = said([
            ("channel", Some(json!(channel))),
            ("sold_on", some(sold_on)),
            ("buyer", buyer),
            ("terms", some(terms)),
        ]);
        Some(Sale { line: line?, body })
    }
}
