//! What rows ask for and what the site holds, put together: records to sign.

use super::fault::{Fault, What};
use super::read::Plan;
use super::table::File;
use super::wish::{Doing, Line, Shipment, Wish};
use crate::core::ids::{Division, LotCode, PartyId, SiteId};
use crate::core::quantity::{Amount, Uom};
use crate::core::record::{Blob, LineRef};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Goods that a site holds and can take out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// The line that brought them.
    pub line: LineRef,
    /// The lot.
    pub lot: LotCode,
    /// What is left.
    pub left: Amount,
    /// Of which unit.
    pub uom: Uom,
}

/// What a ledger knows that a file is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The site that does it.
    pub site: SiteId,
    /// Counties of the site and of those to which goods go, as far as they are enrolled.
    pub counties: BTreeMap<SiteId, Division>,
    /// What the site holds, the oldest first.
    pub stock: Vec<Credit>,
    /// Those of the file's lots that some record brought into being.
    pub lots: BTreeSet<LotCode>,
    /// Those of the file's parties for whom the site's party signs: itself, and whoever named it as their
    /// agent.
    pub signs_for: BTreeSet<PartyId>,
    /// Numbers of waybills with which the site sent goods.
    pub waybills: BTreeSet<String>,
}

/// A record without who, when and number: what a key at its own place completes and signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// Names what is asked for: the same in every file that says the same.
    pub key: String,
    /// The rows that ask for it.
    pub rows: Vec<u32>,
    /// Type of the record.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The site.
    pub site: SiteId,
    /// The body in the open form.
    pub body: Map<String, Value>,
    /// The lines in the open form.
    pub moves: Vec<Value>,
    /// Pictures that it names: whoever signs adds them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blobs: Vec<Blob>,
}

impl Draft {
    /// The claims that it gives, for whoever signs to complete.
    #[must_use]
    pub fn claims(&self) -> Value {
        let mut claims = json!({ "type": self.kind, "site": self.site, "body": self.body });
        if let Some(members) = claims.as_object_mut() {
            if !self.moves.is_empty() {
                members.insert("moves".to_owned(), json!(self.moves));
            }
            if !self.blobs.is_empty() {
                members.insert("blobs".to_owned(), json!(self.blobs));
            }
        }
        claims
    }
}

/// Records for what a plan asks for and `done` does not have. Whatever cannot be is told in the plan;
/// if anything is wrong there are none.
pub fn drafts(file: File, plan: &mut Plan, facts: &Facts, done: &BTreeSet<String>) -> Vec<Draft> {
    let mut work = Work {
        file,
        facts,
        stock: facts.stock.clone(),
        faults: Vec::new(),
    };
    let open: Vec<Wish> = plan
        .wishes
        .iter()
        .filter(|wish| !done.contains(&wish.key))
        .cloned()
        .collect();
    let drafts: Vec<Draft> = open.iter().filter_map(|wish| work.draft(wish)).collect();
    for fault in work.faults {
        plan.tell(fault);
    }
    plan.sort();
    match plan.is_sound() {
        true => drafts,
        false => Vec::new(),
    }
}

struct Work<'a> {
    file: File,
    facts: &'a Facts,
    stock: Vec<Credit>,
    faults: Vec<Fault>,
}

impl Work<'_> {
    fn fault(&mut self, line: &Line, (field, place): (&str, Option<usize>), what: What) {
        self.faults.push(Fault {
            row: line.row,
            place,
            column: self.file.column(field),
            what,
        });
    }

    /// Whether the site's party signs for whoever the rows name.
    fn check_agency(&mut self, wish: &Wish) -> Option<()> {
        let first = wish.doing.lines().first()?;
        match first.for_whom {
            Some((party, at)) if !self.facts.signs_for.contains(&party) => {
                self.fault(first, ("on_behalf_of", at), What::NotTheirAgent);
                None
            }
            _ => Some(()),
        }
    }

    fn draft(&mut self, wish: &Wish) -> Option<Draft> {
        self.check_agency(wish)?;
        let (kind, mut body, moves) = match &wish.doing {
            Doing::Lot(lot) => {
                let mut body = Map::new();
                body.insert("how".to_owned(), json!(lot.how));
                if let Some(plot) = &lot.plot {
                    body.insert("plot".to_owned(), json!(plot));
                }
                let line = self.begin(&lot.line, &lot.info, &mut body)?;
                ("create", body, vec![line])
            }
            Doing::Entry(entry) => {
                let mut body = entry.body.clone();
                let line = self.begin(&entry.line, &entry.info, &mut body)?;
                ("enter", body, vec![line])
            }
            Doing::Shipment(one) => {
                let body = self.shipment(one)?;
                let taken: Vec<Option<Vec<Value>>> =
                    one.lines.iter().map(|line| self.take(line)).collect();
                let taken: Option<Vec<Vec<Value>>> = taken.into_iter().collect();
                ("dispatch", body, numbered(taken?.concat()))
            }
            Doing::Sale(sale) => {
                let taken = self.take(&sale.line)?;
                ("sell", sale.body.clone(), numbered(taken))
            }
        };
        if let Some(party) = wish.doing.for_whom() {
            body.insert("on_behalf_of".to_owned(), json!(party));
        }
        Some(Draft {
            key: wish.key.clone(),
            rows: wish.doing.rows(),
            kind,
            site: self.facts.site,
            body,
            moves,
            blobs: Vec::new(),
        })
    }

    /// The line of a lot that begins, and what it is in the body; none if some record began it before.
    fn begin(
        &mut self,
        line: &Line,
        info: &Map<String, Value>,
        body: &mut Map<String, Value>,
    ) -> Option<Value> {
        if self.facts.lots.contains(&line.lot) {
            self.fault(line, ("lot", line.lot_at), What::AlreadyRecorded);
            return None;
        }
        let mut info = info.clone();
        info.insert("n".to_owned(), json!(1));
        body.insert("lots".to_owned(), json!([info]));
        Some(json!({
            "n": 1, "op": "in", "lot": line.lot, "uom": line.uom?, "quantity": line.amount,
        }))
    }

    fn shipment(&mut self, one: &Shipment) -> Option<Map<String, Value>> {
        let first = one.lines.first()?;
        if self.facts.waybills.contains(one.waybill.as_str()) {
            self.fault(first, ("waybill", one.at.0), What::AlreadyRecorded);
            return None;
        }
        if one.consignee == self.facts.site {
            self.fault(first, ("consignee", one.at.1), What::OwnSite);
            return None;
        }
        let county = |site: &SiteId| self.facts.counties.get(site).copied();
        let (from, to) = (county(&self.facts.site), county(&one.consignee));
        let Some((from, to)) = from.zip(to) else {
            self.fault(first, ("consignee", one.at.1), What::UnknownSite);
            return None;
        };
        let mut body = one.body.clone();
        for (name, value) in [
            ("waybill", json!(one.waybill)),
            ("consignee", json!(one.consignee)),
            ("load_county", json!(from)),
            ("unload_county", json!(to)),
        ] {
            body.insert(name.to_owned(), value);
        }
        Some(body)
    }

    /// Takes a line out of what the site holds, the oldest first.
    fn take(&mut self, line: &Line) -> Option<Vec<Value>> {
        let held = self.stock.iter().filter(|credit| credit.lot == line.lot);
        let units: BTreeSet<Uom> = held.map(|credit| credit.uom).collect();
        let Some(first) = units.first().copied() else {
            self.fault(line, ("lot", line.lot_at), What::NotHeld);
            return None;
        };
        let fits = units
            .iter()
            .find_map(|uom| Some((*uom, into(line.amount, line.uom?, *uom)?)));
        let asked = match line.uom {
            None => Some((first, line.amount)),
            Some(_) => fits,
        };
        let Some((uom, mut wanted)) = asked else {
            self.fault(
                line,
                ("quantity", line.quantity_at),
                What::OtherUnit(first.code()),
            );
            return None;
        };
        let mut lines = Vec::new();
        let mut there = Amount::ZERO;
        let of_lot = self
            .stock
            .iter_mut()
            .filter(|credit| credit.lot == line.lot && credit.uom == uom);
        for credit in of_lot {
            there = there.checked_add(credit.left).unwrap_or(there);
            let taken = wanted.min(credit.left);
            if taken.is_zero() {
                continue;
            }
            credit.left = credit.left.checked_sub(taken).unwrap_or_default();
            wanted = wanted.checked_sub(taken).unwrap_or_default();
            lines.push(json!({
                "op": "out", "lot": line.lot, "of": credit.line, "uom": uom, "quantity": taken,
            }));
        }
        if !wanted.is_zero() {
            let left = format!("{there} {}", uom.zh());
            self.fault(line, ("quantity", line.quantity_at), What::NotEnough(left));
            return None;
        }
        Some(lines)
    }
}

/// The lines with their numbers.
fn numbered(lines: Vec<Value>) -> Vec<Value> {
    let number = |(n, mut line): (u16, Value)| {
        if let Some(members) = line.as_object_mut() {
            members.insert("n".to_owned(), json!(n));
        }
        line
    };
    (1..).zip(lines).map(number).collect()
}

/// The amount in another unit of the same dimension, if that is exact.
fn into(amount: Amount, from: Uom, to: Uom) -> Option<Amount> {
    if from == to {
        return Some(amount);
    }
    let measures = [from.dimension(), to.dimension()];
    let is_scaled = measures
        .iter()
        .all(|one| *one != crate::core::quantity::Dimension::Count);
    if !is_scaled || from.dimension() != to.dimension() {
        return None;
    }
    let scaled = i128::from(amount.micro()).checked_mul(i128::from(from.factor()))?;
    let by = i128::from(to.factor());
    let micro = i64::try_from(scaled.checked_div(by)?).ok()?;
    (scaled % by == 0)
        .then(|| Amount::from_micro(micro))
        .flatten()
}
