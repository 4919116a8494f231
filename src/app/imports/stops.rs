//! What stops goods that a file sends or sells, and papers that their way asks for and that are not there: from the
//! same reads as before a dispatch, of a database here or of a server.

use super::facts::not_understood;
use crate::app::AppError;
use crate::app::node::Node;
use crate::app::office::Office;
use crate::app::read::arrival::{LOTS_MAX, LotPapers, leaving};
use crate::app::remote::{Remote, Sent};
use crate::app::sight::Audience;
use crate::core::ids::{LotCode, SiteId};
use crate::core::imports::{Found, Leaving, What};
use crate::core::text::{Bilingual, Explain as _};
use crate::core::time::UnixSeconds;
use crate::store::Reader;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a node finds, for whoever asks.
///
/// # Errors
/// What the database reports.
pub fn found_by_node(
    node: &Node,
    audience: &Audience,
    site: &SiteId,
    lots: &[Leaving],
) -> Result<Found, AppError> {
    let now = node.clock().now();
    node.read(|reader| found(reader, (site, now, audience), lots))
}

/// What the ledger of this machine finds.
///
/// # Errors
/// What the database reports.
pub fn found_by_office(
    office: &Office,
    site: &SiteId,
    lots: &[Leaving],
) -> Result<Found, AppError> {
    let now = office.now();
    office.read(|reader| found(reader, (site, now, &Audience::Full), lots))
}

fn found(
    reader: &mut Reader<'_>,
    (site, now, audience): (&SiteId, UnixSeconds, &Audience),
    lots: &[Leaving],
) -> Result<Found, AppError> {
    let mut found = Found::new();
    let Some(from) = reader.site(site)? else {
        return Ok(found);
    };
    for (to, lots) in by_place(lots) {
        let there = match &to {
            Some(to) => reader.site(to)?,
            None => Some(from.clone()),
        };
        // That nobody enrolled the place is told as what is wrong with the row.
        let Some(there) = there else {
            found.extend(
                lots.into_iter()
                    .map(|lot| (Leaving { lot, to }, Vec::new())),
            );
            continue;
        };
        for some in lots.chunks(LOTS_MAX) {
            for one in leaving(reader, audience, (&from, &there, now), some)? {
                let whats = whats(&one, to.is_some());
                found.insert(Leaving { lot: one.lot, to }, whats);
            }
        }
    }
    Ok(found)
}

/// What is told of a lot; papers only of what is sent, and none that rest on a figure without a source.
fn whats(one: &LotPapers, is_sent: bool) -> Vec<What> {
    let stops = one
        .stops
        .iter()
        .map(|stop| What::Stopped(stop.text.clone()));
    let papers = one.papers.iter().filter(|_| is_sent);
    let wrong = papers
        .flat_map(|papers| &papers.findings)
        .filter(|finding| !finding.is_reference())
        .map(|finding| What::PaperWrong(finding.explain()));
    stops.chain(wrong).collect()
}

/// As a server says it to whoever is signed in.
///
/// # Errors
/// What the server says, and an answer that cannot be understood.
pub fn found_by_remote(
    remote: &Remote,
    site: &SiteId,
    lots: &[Leaving],
) -> Result<Found, AppError> {
    let mut found = Found::new();
    for (to, lots) in by_place(lots) {
        for some in lots.chunks(LOTS_MAX) {
            let asked = json!({ "from": site, "to": to.unwrap_or(*site), "lots": some });
            let asked = asked.to_string();
            let sent = Sent::Post("application/json", asked.as_bytes());
            let said = remote.json("/v1/dispatch-check", sent)?;
            for lot in list(&said, "lots") {
                let code = lot.get("lot").and_then(Value::as_str);
                let code = code.and_then(|code| LotCode::parse(code).ok());
                let code = code.ok_or_else(|| not_understood("lots"))?;
                found.insert(Leaving { lot: code, to }, whats_said(lot, to.is_some())?);
            }
        }
    }
    Ok(found)
}

/// The same of a lot as a server tells it.
fn whats_said(lot: &Value, is_sent: bool) -> Result<Vec<What>, AppError> {
    let why = |one: &Value| {
        let why = one.get("why").cloned().unwrap_or_default();
        serde_json::from_value::<Bilingual>(why).map_err(|_odd| not_understood("why"))
    };
    let mut whats = Vec::new();
    for stop in list(lot, "stops") {
        whats.push(What::Stopped(why(stop)?));
    }
    let has_source = |one: &&Value| one.get("reference") == Some(&json!(false));
    for wrong in list(lot, "wrong").filter(|_| is_sent).filter(has_source) {
        whats.push(What::PaperWrong(why(wrong)?));
    }
    Ok(whats)
}

fn list<'v>(said: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    let list = said.get(name).and_then(Value::as_array);
    list.into_iter().flatten()
}

fn by_place(lots: &[Leaving]) -> BTreeMap<Option<SiteId>, Vec<LotCode>> {
    let mut places: BTreeMap<Option<SiteId>, Vec<LotCode>> = BTreeMap::new();
    for one in lots {
        places.entry(one.to).or_default().push(one.lot.clone());
    }
    places
}
