//! What the ledger has for a label. Whoever asks sees on it no more than they may see anyway.

use super::error::LabelError;
use crate::app::AppError;
use crate::app::sight::{Audience, Eyes};
use crate::core::custody::MoveKey;
use crate::core::ids::LotCode;
use crate::core::record::body::{FarmCertificateForm, LotInfo, PaperDetail, PromiseBasis};
use crate::core::record::sealed::SealedValue;
use crate::core::record::{Body, Record, Subject};
use crate::core::rules::paper::{PaperKind, Standing};
use crate::core::time::ChinaDate;
use crate::store::Reader;

/// A lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    pub lot: LotCode,
    /// 名称.
    pub name: String,
    /// 规格.
    pub spec: Option<String>,
    /// 产地, to the county, or the country.
    pub origin: String,
    pub made_on: ChinaDate,
    pub best_before: Option<ChinaDate>,
    /// Its name, or its code where it is a natural person, whose name is sealed.
    pub producer: String,
    /// 贮存条件.
    pub storage: Option<String>,
}

/// A commitment certificate 承诺达标合格证.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Certificate {
    pub number: String,
    pub issued_on: ChinaDate,
    /// 承诺主体.
    pub subject: String,
    pub form: FarmCertificateForm,
    pub basis: Vec<PromiseBasis>,
    /// 数量, if it may be seen.
    pub quantity: Option<String>,
    /// 联系方式; sealed in the ledger, so it comes from whoever prints.
    pub contact: Option<String>,
}

/// The lot with this code.
///
/// # Errors
/// None or several of them; what the database reports.
pub(super) fn lot(reader: &mut Reader<'_>, code: &LotCode) -> Result<Facts, AppError> {
    let mut found = reader.lots_by_code(code)?;
    let lot = found
        .pop()
        .ok_or_else(|| AppError::UnknownLot(code.to_string()))?;
    if !found.is_empty() {
        return Err(LabelError::SeveralLots(code.clone()).into());
    }
    let stored = crate::app::read::entry(reader, lot.key.entry())?;
    let (record, _) = Eyes::of(&Audience::Public).quantities(reader, &stored)?;
    let damaged = || AppError::Damaged {
        index: stored.key.index(),
        reason: "the lot is not described".into(),
    };
    let info = described(&record, lot.key).ok_or_else(damaged)?;
    let party = reader.party(&lot.party)?.and_then(|party| party.name);
    Ok(Facts {
        lot: code.clone(),
        name: info.name.to_string(),
        spec: info.spec.as_ref().map(ToString::to_string),
        origin: origin(info),
        made_on: lot.made_on,
        best_before: lot.best_before,
        producer: party.unwrap_or_else(|| lot.party.to_string()),
        storage: storage(info),
    })
}

/// How a record describes the lot that one of its lines brings in.
fn described(record: &Record, key: MoveKey) -> Option<&LotInfo> {
    let infos = match &record.body {
        Body::Create(body) => &body.lots,
        Body::Enter(body) => &body.lots,
        Body::Transform(body) => &body.lots,
        _ => return None,
    };
    infos.iter().find(|info| info.n == key.n())
}

fn origin(info: &LotInfo) -> String {
    let county = info.origin.map(|division| division.full_name());
    let country = info.country.map(|country| country.as_str().to_owned());
    county.or(country).unwrap_or_else(|| "—".to_owned())
}

fn storage(info: &LotInfo) -> Option<String> {
    match (&info.temp_min_c, &info.temp_max_c) {
        (Some(min), Some(max)) => Some(format!("{min}~{max}°C")),
        (Some(min), None) => Some(format!("≥{min}°C")),
        (None, Some(max)) => Some(format!("≤{max}°C")),
        (None, None) => None,
    }
}

/// The newest commitment certificate that its signer issued for the lot. One that somebody typed
/// in or confirmed is no promise of theirs to print.
///
/// # Errors
/// There is none, or none that can be printed; what the database reports.
pub(super) fn certificate(
    reader: &mut Reader<'_>,
    code: &LotCode,
    audience: &Audience,
    today: ChinaDate,
) -> Result<Certificate, AppError> {
    let none = || LabelError::NoCertificate(code.clone());
    let about = reader.about(&Subject::Lot(code.clone()))?;
    let mut papers = reader.papers(&about)?;
    papers.retain(|paper| paper.kind == PaperKind::FarmCertificate);
    papers.sort_by_key(|paper| paper.key);
    let mut newest = None;
    for paper in papers {
        let stored = crate::app::read::entry(reader, paper.key)?;
        let (record, _) = Eyes::of(audience).quantities(reader, &stored)?;
        if let Body::Certify(told) = &record.body
            && told.standing == Standing::Issued
        {
            newest = Some(record);
        }
    }
    let record = newest.ok_or_else(none)?;
    read(&record, code, today)
}

fn read(record: &Record, code: &LotCode, today: ChinaDate) -> Result<Certificate, AppError> {
    let Body::Certify(told) = &record.body else {
        return Err(LabelError::NoCertificate(code.clone()).into());
    };
    if told.valid_until.is_some_and(|last| last < today) {
        return Err(LabelError::Expired(code.clone()).into());
    }
    let Some(PaperDetail::FarmCertificate(detail)) = told.detail.as_deref() else {
        return Err(LabelError::NoForm(code.clone()).into());
    };
    let certified = match record.sealed("certified") {
        Some(SealedValue::Amount(amount)) => told.uom.map(|uom| format!("{amount} {}", uom.zh())),
        _ => None,
    };
    Ok(Certificate {
        number: told.number.to_string(),
        issued_on: told.issued_on,
        subject: told.issuer.to_string(),
        form: detail.form,
        basis: detail.basis.to_vec(),
        quantity: certified,
        contact: None,
    })
}
