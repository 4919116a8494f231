//! Certificates, by the record that told them or by their number.

use super::answer::{Ask, answer};
use super::problem::{Problem, ReadProblems, Words};
use super::records::record_id;
use super::sight::class_codes;
use crate::app::read::papers::{Paper, paper, papers_by_number};
use crate::app::sight::closed_in;
use crate::core::record::Body;
use crate::core::record::limits::NAME_CHARS_MAX;
use actix_web::web::{Path, Query};
use actix_web::{HttpResponse, get};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A certificate.
#[derive(Debug, Serialize, ToSchema)]
pub struct CertificateBody {
    /// The record that told it.
    pub id: String,
    /// Party that signed that record.
    pub party: String,
    /// Which paper.
    #[schema(example = "product_quarantine")]
    pub kind: &'static str,
    /// Its name.
    pub words: Words,
    /// `issued`, `confirmed` or `transcribed`.
    #[schema(value_type = Option<String>, example = "issued")]
    pub standing: Option<serde_json::Value>,
    /// Its number.
    pub number: String,
    /// Its issuer, as the paper names it.
    pub issuer: Option<String>,
    /// Day of issue.
    pub issued_on: Option<String>,
    /// Last day, if it says one.
    pub valid_until: Option<String>,
    /// What it concludes, if it does.
    pub passed: Option<bool>,
    /// Lots it is about.
    pub lots: Vec<String>,
    /// What of its quantity was not yet drawn on, if you may see quantities.
    pub left: Option<String>,
    /// Unit of that quantity.
    pub uom: Option<&'static str>,
    /// Classes of its sealed values that are closed here; ask for the record to open those that
    /// you may see.
    #[schema(example = json!(["balance", "trade", "personal"]))]
    pub sealed: Vec<&'static str>,
}

impl CertificateBody {
    fn of(paper: &Paper) -> Self {
        let facts = &paper.facts;
        let told = match &paper.record.body {
            Body::Certify(told) => Some(told),
            _ => None,
        };
        Self {
            id: paper.record.id.to_string(),
            party: paper.record.claims.iss.to_string(),
            kind: facts.kind.code(),
            words: facts.kind.words().into(),
            standing: told.and_then(|told| serde_json::to_value(told.standing).ok()),
            number: facts.number.clone(),
            issuer: told.map(|told| told.issuer.to_string()),
            issued_on: told.map(|told| told.issued_on.to_string()),
            valid_until: facts.valid_until.map(|day| day.to_string()),
            passed: facts.passed,
            lots: facts.lots.iter().map(ToString::to_string).collect(),
            left: facts
                .left
                .filter(|_| paper.shows_quantities)
                .map(|left| left.to_string()),
            uom: facts.uom.map(|uom| uom.code()),
            sealed: class_codes(&closed_in(&paper.record)),
        }
    }
}

/// A number.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NumberQuery {
    /// Number of the paper, as it is printed. / 证书编号
    #[param(min_length = 1, max_length = 120, example = "{number}")]
    pub number: String,
}

/// The certificates with a number.
#[derive(Debug, Serialize, ToSchema)]
pub struct CertificatesBody {
    /// Oldest first; a number that several records tell is a finding.
    pub certificates: Vec<CertificateBody>,
}

fn unknown() -> Problem {
    Problem::not_found("没有这份证明", "no such certificate")
}

/// A certificate.
///
/// 按记录编号查证明。
#[utoipa::path(tag = "certificates",
    params(("id" = String, Path, pattern = r"^[0-9A-Za-z_-]{42}[048AEIMQUYcgkosw]$", description = "Id of the certify record / 证明记录的编号", example = "{certificate}")),
    responses(
        (status = 200, description = "The certificate.", body = CertificateBody),
        (status = 304, description = "As it was."),
        ReadProblems,
))]
#[get("/v1/certificates/{id}")]
pub async fn by_id(ask: Ask, path: Path<String>) -> Result<HttpResponse, Problem> {
    let id = record_id(&path)?;
    let sight = ask.sight().clone();
    answer(ask, move |node| {
        let found = paper(node, &id, sight.audience())?;
        let found = found.ok_or_else(unknown)?;
        Ok(CertificateBody::of(&found))
    })
    .await
}

/// The certificates with a number.
///
/// 按证书编号查证明。
#[utoipa::path(tag = "certificates", params(NumberQuery), responses(
    (status = 200, description = "The certificates.", body = CertificatesBody),
    (status = 304, description = "As it was."),
    ReadProblems,
))]
#[get("/v1/certificates")]
pub async fn by_number(ask: Ask, query: Query<NumberQuery>) -> Result<HttpResponse, Problem> {
    let number = query.into_inner().number;
    if number.is_empty() || number.chars().count() > NAME_CHARS_MAX {
        return Err(Problem::bad_request(
            "证书编号长度有误",
            "the number has a wrong length",
        ));
    }
    let sight = ask.sight().clone();
    answer(ask, move |node| {
        let found = papers_by_number(node, &number, sight.audience())?;
        if found.is_empty() {
            return Err(unknown());
        }
        let bodies = found.iter().map(CertificateBody::of);
        Ok(CertificatesBody {
            certificates: bodies.collect(),
        })
    })
    .await
}
