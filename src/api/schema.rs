//! What answers look like that are written by types of the core: described here for the OpenAPI
//! document, compared with real answers by a test.

#![expect(
    dead_code,
    reason = "these types are never made; the document is written from them"
)]

use super::problem::Words;
use utoipa::ToSchema;

/// What is traced or judged.
#[derive(ToSchema)]
pub struct Subject {
    /// The lot's code.
    #[schema(example = "01/09520002000033/10/Q0417-1")]
    lot: String,
    /// The record that brought it into being, where a code has two.
    origin: Option<String>,
    /// The site where it was asked for.
    at: Option<String>,
}

/// What the records say. It is about the records, not about the food.
#[derive(ToSchema)]
pub struct Verdict {
    /// About what.
    subject: Subject,
    /// `recalled`, `held`, `expired`, `anomaly`, `missing`, `unproven`, `complete` or `unknown`,
    /// the gravest first.
    #[schema(example = "complete")]
    state: String,
    /// The state in words.
    headline: Words,
    /// When it was judged, in seconds since 1970.
    judged_at: u64,
    /// `public` or `full`.
    #[schema(example = "public")]
    scope: String,
    /// Version of the rule tables.
    rules: String,
    /// Records that move goods on the way to the subject.
    steps: u64,
    /// Signatures at the handovers.
    handovers: Handovers,
    /// Findings, the gravest first.
    findings: Vec<Finding>,
    /// Papers on the way.
    papers: Vec<Paper>,
    /// Temperatures on the way.
    cold: Vec<ColdLeg>,
    /// What was checked.
    checked: Vec<Words>,
    /// What was not.
    not_checked: Vec<Words>,
}

/// How the goods changed hands.
#[derive(ToSchema)]
pub struct Handovers {
    /// Shipments on the way to the subject.
    total: u64,
    /// Those that sender and receiver both signed.
    signed_by_both: u64,
    /// The sentence.
    text: Words,
}

/// Something a person should know.
#[derive(ToSchema)]
pub struct Finding {
    /// Stable code.
    code: String,
    /// How much it weighs: `note`, `reference`, `unproven`, `missing`, `anomaly`, `expired`,
    /// `held` or `recalled`.
    gravity: String,
    /// What it is, in a line.
    text: Words,
    /// Records that show it.
    evidence: Vec<String>,
    /// When the first of them was admitted, in seconds since 1970.
    at: u64,
    /// It rests on a default without a source.
    reference: bool,
}

/// A paper on the way.
#[derive(ToSchema)]
pub struct Paper {
    /// The record.
    id: String,
    /// When it was admitted, in seconds since 1970.
    at: u64,
    /// Which paper.
    kind: String,
    /// Its name.
    words: Words,
    /// `issued`, `confirmed` or `transcribed`.
    standing: String,
    /// What that means.
    standing_words: Words,
    /// Its number.
    number: String,
    /// Its issuer, as the paper names it.
    issuer: String,
    /// Province of issue.
    issued_in: String,
    /// Day of issue.
    issued_on: String,
    /// Last day, if it says one.
    valid_until: Option<String>,
    /// What it concludes, if it does.
    passed: Option<bool>,
    /// It is about a lot that the subject was made from.
    about_ancestor: bool,
}

/// What the readings of a shipment show for one lot.
#[derive(ToSchema)]
pub struct ColdLeg {
    /// The dispatch.
    dispatch: String,
    /// The lot.
    lot: String,
    /// Name of the temperature profile.
    profile: Words,
    /// Limits with a source.
    limits: ColdRange,
    /// Usual figures, for reference.
    reference: ColdRange,
    /// What the readings show.
    #[schema(value_type = Object)]
    report: String,
    /// The result in words.
    words: Words,
}

/// A range of temperatures in degrees Celsius; an absent end is open.
#[derive(ToSchema)]
pub struct ColdRange {
    /// Lowest allowed.
    min_c: Option<String>,
    /// Highest allowed.
    max_c: Option<String>,
}
