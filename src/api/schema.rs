//! What answers look like that are written by types of the core: described here for the OpenAPI
//! document, compared with real answers by a test.

#![expect(
    dead_code,
    reason = "these types are never made; the document is written from them"
)]

use super::problem::Words;
use serde::Deserialize;
use utoipa::ToSchema;

/// A public key of Ed25519 (RFC 8037).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicKey {
    /// `Ed25519`.
    #[schema(pattern = "^Ed25519$", example = "Ed25519")]
    crv: String,
    /// `OKP`.
    #[schema(pattern = "^OKP$", example = "OKP")]
    kty: String,
    /// The 32 bytes of the point, base64url.
    #[schema(
        pattern = r"^[0-9A-Za-z_-]{42}[048AEIMQUYcgkosw]$",
        example = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    )]
    x: String,
}

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

/// A line: the record's id and the number of the line.
#[derive(ToSchema)]
pub struct LineRef(String, u16);

/// A lot: its code and its origin line.
#[derive(ToSchema)]
pub struct LotKey {
    /// The code.
    code: String,
    /// The line that brought the lot into being, or the farthest that is known.
    #[schema(value_type = Vec<serde_json::Value>)]
    origin: LineRef,
}

/// The part of the graph that was reached.
#[derive(ToSchema)]
pub struct Trace {
    /// What was traced.
    subject: Subject,
    /// `back`, `forward` or `both`.
    direction: String,
    /// `here`, `in_transit`, `not_at_site` or `nowhere`.
    found: String,
    /// The lines it began with, each a record's id and a number.
    #[schema(value_type = Vec<Vec<serde_json::Value>>)]
    starts: Vec<LineRef>,
    /// The records reached, causes before their consequences.
    steps: Vec<Step>,
    /// The edges between lines.
    edges: Vec<Edge>,
    /// The lot itself and those it was made from.
    lots: Vec<TracedLot>,
    /// Why the trace is not all there is, if it is not.
    #[schema(value_type = Option<Object>)]
    cut: Option<String>,
}

/// A record of a trace.
#[derive(ToSchema)]
pub struct Step {
    /// The record.
    id: String,
    /// Its type.
    kind: String,
    /// `back`, `start` or `forward`.
    side: String,
    /// Steps from the subject, by the longest way.
    depth: u32,
    /// Those of its lines that belong to the trace.
    #[schema(value_type = Vec<Vec<serde_json::Value>>)]
    lines: Vec<LineRef>,
    /// Legs of a dispatch.
    legs: Vec<String>,
}

/// An edge of a trace.
#[derive(ToSchema)]
pub struct Edge {
    /// The earlier line.
    #[schema(value_type = Vec<serde_json::Value>)]
    from: LineRef,
    /// The later line.
    #[schema(value_type = Vec<serde_json::Value>)]
    to: LineRef,
    /// `draws`, `answers`, `becomes` or `adds_to`.
    kind: String,
    /// How much went along it, an exact decimal; none if you may not see it.
    quantity: Option<String>,
    /// Unit (UN/ECE Recommendation 20).
    uom: String,
}

/// A lot that the subject is, or was made from.
#[derive(ToSchema)]
pub struct TracedLot {
    /// The lot.
    lot: LotKey,
    /// Whether it is an earlier lot that the subject was made from.
    ancestor: bool,
}

/// A step as it is drawn.
#[derive(ToSchema)]
pub struct TreeNode {
    /// The record; none for the root above several records.
    id: Option<String>,
    /// What happened.
    word: Words,
    /// Who: legal name; the number of a natural person.
    who: String,
    /// Who, as a code.
    party: Option<String>,
    /// For whom they signed as an agent: legal name; the number of a natural person.
    on_behalf_of: Option<String>,
    /// Where, as a code.
    site: Option<String>,
    /// Name of the site.
    site_name: Option<String>,
    /// Province, city and county.
    place: Option<String>,
    /// When, by the node's clock, in seconds since 1970.
    when: Option<u64>,
    /// Steps from the subject.
    depth: u32,
    /// `back`, `start` or `forward`.
    side: String,
    /// What the step brought in, or took out if it brought in nothing.
    goods: Vec<Goods>,
    /// Legs of a dispatch.
    legs: Vec<Leg>,
    /// Codes of what was found when the record was admitted.
    marks: Vec<String>,
    /// The same in words.
    mark_words: Vec<Words>,
    /// What it came from; what became of it when the trace goes forward.
    #[schema(no_recursion)]
    children: Vec<TreeNode>,
    /// Drawn before: its children stand there.
    repeated: bool,
}

/// Goods of one lot in a step.
#[derive(ToSchema)]
pub struct Goods {
    /// The lot.
    lot: String,
    /// Name of the product.
    name: Option<String>,
    /// How much; none if you may not see it.
    quantity: Option<String>,
    /// Unit (UN/ECE Recommendation 20).
    uom: String,
}

/// A leg of a shipment.
#[derive(ToSchema)]
pub struct Leg {
    /// The record.
    id: String,
    /// What happened.
    word: Words,
    /// Who signed it.
    who: String,
    /// When, by the node's clock, in seconds since 1970.
    when: u64,
}
