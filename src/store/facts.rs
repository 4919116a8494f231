//! Rows to facts and back.

use super::convert::{
    Result, amount, corrupt, date, division, json_of, of_json, of_word, party_id, record_id,
    signed, site_id, small, time, unsigned, uom, word_of,
};
use super::rows::{
    DisclosureRow, EntryRow, FeedRow, FindingRow, KeyRow, LotRow, MovementRow, PaperRow, PartyRow,
    ShipmentRow, SiteRow,
};
use super::write::NewEntry;
use crate::core::custody::{
    EntryKey, Feed, Finding, KeyFacts, LogNo, LotFacts, MoveFacts, MoveKey, MoveRole, PaperFacts,
    PartyFacts, ShipmentFacts, SiteFacts,
};
use crate::core::ids::{LotCode, SiteId};
use crate::core::quantity::Amount;
use crate::core::record::sealed::Class;
use crate::core::record::{Jwk, Kid};
use crate::core::rules::paper::PaperKind;
use crate::core::rules::product::ProductClass;
use crate::core::time::{ChinaDate, UnixSeconds};
use std::borrow::Cow;

pub(super) fn log_number(log: LogNo) -> i64 {
    log.number().into()
}

/// The row of an entry.
pub(super) fn entry_row(entry: &NewEntry<'_>) -> Result<EntryRow> {
    let record = entry.record;
    Ok(EntryRow {
        key: entry.key.get(),
        log: log_number(entry.key.log()),
        kind: record.kind().number().into(),
        id_prefix: record.id.prefix(),
        kid_prefix: record.kid.prefix(),
        kid_entry: entry.kid_entry.map_or(0, EntryKey::get),
        seq: signed(record.claims.seq)?,
        id: record.id.as_bytes().to_vec(),
        jwt: record.jwt().to_owned(),
    })
}

/// The row of its sealed values.
pub(super) fn disclosure_row(entry: &NewEntry<'_>) -> DisclosureRow {
    let class = |class| entry.record.disclosures(class).map(Cow::into_owned);
    DisclosureRow {
        entry: entry.key.get(),
        log: log_number(entry.key.log()),
        balance: class(Class::Balance),
        trade: class(Class::Trade),
        personal: class(Class::Personal),
    }
}

pub(super) fn movement_row(line: &MoveFacts) -> MovementRow {
    MovementRow {
        key: line.key.get(),
        log: log_number(line.key.entry().log()),
        role: line.role.number().into(),
        lot: line.lot.get(),
        site: line.site.get(),
        uom: line.uom.number().into(),
        amount: line.amount.micro(),
        of_line: line.of.map(MoveKey::get),
        left_amount: line.left.micro(),
        disputed: line.disputed.micro(),
        held: held(line.left),
    }
}

/// One as long as something is left.
pub(super) fn held(left: Amount) -> i64 {
    i64::from(left.micro() > 0)
}

pub(super) fn move_facts(row: &MovementRow) -> Result<MoveFacts> {
    let role = MoveRole::from_number(small(row.role)?);
    Ok(MoveFacts {
        key: MoveKey::from_i64(row.key),
        role: role.ok_or_else(|| corrupt("no such role", row.role))?,
        lot: MoveKey::from_i64(row.lot),
        site: EntryKey::from_i64(row.site),
        uom: uom(row.uom)?,
        amount: amount(row.amount)?,
        of: row.of_line.map(MoveKey::from_i64),
        left: amount(row.left_amount)?,
        disputed: amount(row.disputed)?,
    })
}

pub(super) fn lot_row(lot: &LotFacts) -> LotRow {
    LotRow {
        key: lot.key.get(),
        log: log_number(lot.key.entry().log()),
        code: lot.code.as_str().to_owned(),
        class: lot.class.code().to_owned(),
        party: lot.party.as_str().to_owned(),
        made_on: lot.made_on.to_string(),
        best_before: lot.best_before.map(|day| day.to_string()),
    }
}

pub(super) fn lot_facts(row: &LotRow) -> Result<LotFacts> {
    Ok(LotFacts {
        key: MoveKey::from_i64(row.key),
        code: LotCode::parse(&row.code).map_err(|cause| corrupt("lot code", cause))?,
        class: ProductClass::parse(&row.class).map_err(|cause| corrupt("product class", cause))?,
        party: party_id(&row.party)?,
        made_on: date(&row.made_on)?,
        best_before: opt_date(row.best_before.as_deref())?,
    })
}

fn opt_date(text: Option<&str>) -> Result<Option<ChinaDate>> {
    text.map(date).transpose()
}

pub(super) fn shipment_row(shipment: &ShipmentFacts) -> ShipmentRow {
    ShipmentRow {
        key: shipment.key.get(),
        log: log_number(shipment.key.log()),
        waybill: shipment.waybill.clone(),
        from_site: shipment.from.as_str().to_owned(),
        sender: shipment.sender.as_str().to_owned(),
        to_site: shipment.to.as_str().to_owned(),
        carrier: carriers_text(shipment),
        sent_at: shipment.sent_at.as_i64(),
    }
}

/// Everybody who carried, in order, with spaces between: the last one carries now. A shipment is read
/// by its key only, so the column need not be searched.
fn carriers_text(shipment: &ShipmentFacts) -> Option<String> {
    let carriers = shipment.carried_before.iter().chain(&shipment.carrier);
    let carriers: Vec<&str> = carriers.map(|party| party.as_str()).collect();
    (!carriers.is_empty()).then(|| carriers.join(" "))
}

pub(super) fn shipment_facts(row: &ShipmentRow) -> Result<ShipmentFacts> {
    let carriers = row.carrier.iter().flat_map(|text| text.split(' '));
    let mut carriers = carriers.map(party_id).collect::<Result<Vec<_>>>()?;
    Ok(ShipmentFacts {
        key: EntryKey::from_i64(row.key),
        waybill: row.waybill.clone(),
        from: site_id(&row.from_site)?,
        sender: party_id(&row.sender)?,
        to: site_id(&row.to_site)?,
        carrier: carriers.pop(),
        carried_before: carriers,
        sent_at: time(row.sent_at)?,
    })
}

pub(super) fn paper_row(paper: &PaperFacts) -> Result<PaperRow> {
    let lots: Vec<&str> = paper.lots.iter().map(LotCode::as_str).collect();
    Ok(PaperRow {
        key: paper.key.get(),
        log: log_number(paper.key.log()),
        kind: paper.kind.code().to_owned(),
        number: paper.number.clone(),
        valid_until: paper.valid_until.map(|day| day.to_string()),
        passed: paper.passed.map(i64::from),
        spender: paper.spender.map(|site| site.as_str().to_owned()),
        uom: paper.uom.map(|uom| uom.number().into()),
        left_amount: paper.left.map(Amount::micro),
        lots: json_of(&lots)?,
    })
}

pub(super) fn paper_facts(row: &PaperRow) -> Result<PaperFacts> {
    let lots: Vec<String> = of_json(&row.lots)?;
    let lots = lots.iter().map(|code| LotCode::parse(code));
    Ok(PaperFacts {
        key: EntryKey::from_i64(row.key),
        kind: PaperKind::from_code(&row.kind).ok_or_else(|| corrupt("no such paper", &row.kind))?,
        number: row.number.clone(),
        valid_until: opt_date(row.valid_until.as_deref())?,
        passed: row.passed.map(|passed| passed != 0),
        spender: row.spender.as_deref().map(site_id).transpose()?,
        uom: row.uom.map(uom).transpose()?,
        left: row.left_amount.map(amount).transpose()?,
        lots: lots
            .collect::<std::result::Result<_, _>>()
            .map_err(|cause| corrupt("lot code", cause))?,
    })
}

pub(super) fn party_row(party: &PartyFacts, log: LogNo) -> Result<PartyRow> {
    Ok(PartyRow {
        id: party.id.as_str().to_owned(),
        log: log_number(log),
        entry: party.entry.get(),
        said: party.said.get(),
        kind: word_of(&party.kind)?,
        name: party.name.clone(),
        county: party.county.number().into(),
        agent: party.agent.map(|agent| agent.as_str().to_owned()),
    })
}

pub(super) fn party_facts(row: &PartyRow) -> Result<PartyFacts> {
    Ok(PartyFacts {
        id: party_id(&row.id)?,
        entry: EntryKey::from_i64(row.entry),
        said: EntryKey::from_i64(row.said),
        kind: of_word(&row.kind)?,
        name: row.name.clone(),
        county: division(row.county)?,
        agent: row.agent.as_deref().map(party_id).transpose()?,
    })
}

pub(super) fn site_row(site: &SiteFacts, log: LogNo) -> Result<SiteRow> {
    Ok(SiteRow {
        id: site.id.as_str().to_owned(),
        log: log_number(log),
        entry: site.entry.get(),
        said: site.said.get(),
        party: site.party.as_str().to_owned(),
        kind: word_of(&site.kind)?,
        name: site.name.clone(),
        county: site.county.number().into(),
        open: site.open.into(),
        filed: site.filed.into(),
    })
}

pub(super) fn site_facts(row: &SiteRow) -> Result<SiteFacts> {
    Ok(SiteFacts {
        id: site_id(&row.id)?,
        entry: EntryKey::from_i64(row.entry),
        said: EntryKey::from_i64(row.said),
        party: party_id(&row.party)?,
        kind: of_word(&row.kind)?,
        name: row.name.clone(),
        county: division(row.county)?,
        open: row.open != 0,
        filed: row.filed != 0,
    })
}

pub(super) fn key_row(key: &KeyFacts, log: LogNo) -> Result<KeyRow> {
    let sites: Vec<&str> = key.sites.iter().map(SiteId::as_str).collect();
    Ok(KeyRow {
        kid: key.kid.as_bytes().to_vec(),
        log: log_number(log),
        jwk: key.jwk.as_bytes().to_vec(),
        entry: key.entry.get(),
        party: key.party.as_str().to_owned(),
        sites: json_of(&sites)?,
        role: word_of(&key.role)?,
        from_at: key.from.as_i64(),
        until_at: key.until.map(UnixSeconds::as_i64),
        revoked: key.revoked.map(EntryKey::get),
        suspect_since: key.suspect_since.map(UnixSeconds::as_i64),
    })
}

pub(super) fn key_facts(row: &KeyRow) -> Result<KeyFacts> {
    let sites: Vec<String> = of_json(&row.sites)?;
    let jwk = <[u8; 32]>::try_from(row.jwk.as_slice());
    Ok(KeyFacts {
        kid: kid(&row.kid)?,
        jwk: Jwk::from_bytes(jwk.map_err(|cause| corrupt("bytes of a key", cause))?),
        entry: EntryKey::from_i64(row.entry),
        party: party_id(&row.party)?,
        sites: sites
            .iter()
            .map(|site| site_id(site))
            .collect::<Result<_>>()?,
        role: of_word(&row.role)?,
        from: time(row.from_at)?,
        until: row.until_at.map(time).transpose()?,
        revoked: row.revoked.map(EntryKey::from_i64),
        suspect_since: row.suspect_since.map(time).transpose()?,
    })
}

pub(super) fn kid(bytes: &[u8]) -> Result<Kid> {
    Kid::from_slice(bytes).ok_or_else(|| corrupt("bytes of a thumbprint", bytes.len()))
}

pub(super) fn feed_row(kid: &Kid, log: LogNo, feed: &Feed) -> Result<FeedRow> {
    Ok(FeedRow {
        kid: kid.as_bytes().to_vec(),
        log: log_number(log),
        seq_max: signed(feed.seq_max)?,
        last_id: feed.last.as_bytes().to_vec(),
        anchored: feed.anchored.map(signed).transpose()?,
    })
}

pub(super) fn feed(row: &FeedRow) -> Result<Feed> {
    Ok(Feed {
        seq_max: unsigned(row.seq_max)?,
        last: record_id(&row.last_id)?,
        anchored: row.anchored.map(unsigned).transpose()?,
    })
}

pub(super) fn finding_row(found_at: EntryKey, ord: i64, finding: &Finding) -> Result<FindingRow> {
    Ok(FindingRow {
        found_at: found_at.get(),
        ord,
        log: log_number(found_at.log()),
        entry: finding.entry.get(),
        code: finding.code.code().to_owned(),
        detail: json_of(&finding.code)?,
    })
}

pub(super) fn finding(row: &FindingRow) -> Result<Finding> {
    Ok(Finding {
        entry: EntryKey::from_i64(row.entry),
        code: of_json(&row.detail)?,
    })
}
