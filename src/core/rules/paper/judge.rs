//! The judgement of the papers at hand: what is missing, expired, failed or weakly attested.

use super::required::{PaperRule, required, validity};
use super::{PaperKind, QuarantineTemplate, Standing, Step};
use crate::core::quantity::{Amount, Uom};
use crate::core::rules::product::ProductClass;
use crate::core::text::{Bilingual, Explain};
use crate::core::time::ChinaDate;
use serde::{Serialize, Serializer};

/// Division codes in one province share their first two of six digits (GB/T 2260).
const DIVISIONS_PER_PROVINCE: u32 = 10_000;

/// How much a paper covers and how much has been drawn on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PaperQuantity {
    /// What the paper states.
    pub stated: Amount,
    /// What all lots that cite it add up to.
    pub used: Amount,
    /// Unit of both.
    pub uom: Uom,
}

/// What the ledger knows of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperFact {
    /// What it is.
    pub kind: PaperKind,
    /// How well it is attested.
    pub standing: Standing,
    /// Day of issue.
    pub issued_on: ChinaDate,
    /// Last day on which it holds by its own words.
    pub valid_until: Option<ChinaDate>,
    /// Its result, if it states one.
    pub passed: Option<bool>,
    /// Form of a quarantine certificate.
    pub template: Option<QuarantineTemplate>,
    /// Six-digit division code of its issuer, if known.
    pub issuer_division: Option<u32>,
    /// It is about something the lot was made from, not the lot itself.
    pub about_ancestor: bool,
    /// How much it covers.
    pub quantity: Option<PaperQuantity>,
}

/// When and where papers are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion {
    /// Class of the goods.
    pub class: ProductClass,
    /// What happens to them.
    pub step: Step,
    /// The day on which it happens.
    pub date: ChinaDate,
    /// Six-digit division code of where they come from, if known.
    pub from_division: Option<u32>,
    /// Six-digit division code of where they go, if known.
    pub to_division: Option<u32>,
}

impl Occasion {
    /// Whether both ends are known and lie in different provinces.
    #[must_use]
    pub fn provinces_differ(&self) -> bool {
        in_different_provinces(self.from_division, self.to_division)
    }
}

/// Whether both divisions are known and lie in different provinces.
fn in_different_provinces(one: Option<u32>, two: Option<u32>) -> bool {
    let province = |code: Option<u32>| code?.checked_div(DIVISIONS_PER_PROVINCE);
    match (province(one), province(two)) {
        (Some(one), Some(two)) => one != two,
        _ => false,
    }
}

/// Something about the papers that a person should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum PaperFinding {
    /// No paper answers the rule 缺证.
    Missing {
        /// The rule; written as its id.
        #[serde(serialize_with = "as_id")]
        rule: &'static PaperRule,
    },
    /// The only papers that would answer have run out 过期.
    Expired {
        /// What expired.
        kind: PaperKind,
        /// Last day on which it held.
        valid_until: ChinaDate,
        /// The term is a reference figure, not the paper's word nor a sourced rule.
        reference: bool,
    },
    /// The only papers that would answer were issued after the step 补开.
    IssuedLater {
        /// What was issued late.
        kind: PaperKind,
        /// Day of issue.
        issued_on: ChinaDate,
    },
    /// The only papers that answer were typed in by the holder 仅抄录.
    OnlyTranscribed {
        /// What was typed in.
        kind: PaperKind,
    },
    /// A paper says that the goods failed 不合格; a passed one beside it does not undo this.
    NotPassed {
        /// The paper that says so.
        kind: PaperKind,
    },
    /// A certificate for one province was carried into another B证跨省.
    WrongRoute {
        /// Its form.
        template: QuarantineTemplate,
    },
    /// More goods cite the paper than it covers 数量超证.
    OverUsed {
        /// The paper.
        kind: PaperKind,
        /// How much it covers and how much is drawn on it.
        quantity: PaperQuantity,
    },
}

fn as_id<S: Serializer>(rule: &&'static PaperRule, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rule.id)
}

impl PaperFinding {
    /// Whether it rests on a reference figure and accuses nobody.
    #[must_use]
    pub fn is_reference(&self) -> bool {
        match self {
            Self::Missing { rule } => rule.basis.reference,
            Self::Expired { reference, .. } => *reference,
            _ => false,
        }
    }

    /// The paper that would put it right, or that is wrong.
    #[must_use]
    pub const fn kind(&self) -> PaperKind {
        match self {
            Self::Missing { rule } => rule.kind,
            Self::Expired { kind, .. }
            | Self::IssuedLater { kind, .. }
            | Self::OnlyTranscribed { kind }
            | Self::NotPassed { kind }
            | Self::OverUsed { kind, .. } => *kind,
            Self::WrongRoute { template } => match template {
                QuarantineTemplate::AnimalA | QuarantineTemplate::AnimalB => {
                    PaperKind::AnimalQuarantine
                }
                QuarantineTemplate::ProductA | QuarantineTemplate::ProductB => {
                    PaperKind::ProductQuarantine
                }
            },
        }
    }
}

impl Explain for PaperFinding {
    fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "paper_missing",
            Self::Expired { .. } => "paper_expired",
            Self::IssuedLater { .. } => "paper_issued_later",
            Self::OnlyTranscribed { .. } => "paper_only_transcribed",
            Self::NotPassed { .. } => "paper_not_passed",
            Self::WrongRoute { .. } => "paper_wrong_route",
            Self::OverUsed { .. } => "paper_over_used",
        }
    }

    fn explain(&self) -> Bilingual {
        let say = |kind: PaperKind, zh: String, en: String| {
            let name = kind.words();
            Bilingual::new(format!("{}{zh}", name.zh), format!("{} {en}", name.en))
        };
        match self {
            Self::Missing { rule } => {
                let (name, why) = (rule.kind.words(), rule.words());
                Bilingual::new(
                    format!("缺{}: {}", name.zh, why.zh),
                    format!("no {}: {}", name.en, why.en),
                )
            }
            Self::Expired {
                kind,
                valid_until,
                reference,
            } => {
                let (zh, en) = if *reference {
                    ("(参考)", " (for reference)")
                } else {
                    ("", "")
                };
                say(
                    *kind,
                    format!("已过有效期, 有效至{valid_until}{zh}"),
                    format!("ran out on {valid_until}{en}"),
                )
            }
            Self::IssuedLater { kind, issued_on } => say(
                *kind,
                format!("于{issued_on}才开具"),
                format!("was issued later, on {issued_on}"),
            ),
            Self::OnlyTranscribed { kind } => say(
                *kind,
                "仅由持有人抄录, 未经核实".into(),
                "was typed in by the holder and not confirmed".into(),
            ),
            Self::NotPassed { kind } => say(*kind, "结论为不合格".into(), "says: failed".into()),
            Self::WrongRoute { .. } => Bilingual::new(
                "B证跨省无效",
                "a form B certificate does not hold in another province",
            ),
            Self::OverUsed { kind, quantity } => say(
                *kind,
                format!(
                    "载明{}, 已用{} {}",
                    quantity.stated,
                    quantity.used,
                    quantity.uom.zh()
                ),
                format!(
                    "covers {} but {} {} cite it",
                    quantity.stated, quantity.used, quantity.uom
                ),
            ),
        }
    }
}

/// Judges the papers at hand by the rules that apply to the occasion.
///
/// For a rule, one good paper is enough and says nothing about the others; without one, what is
/// wrong with those that would answer is said, and `Missing` if there are none.
#[must_use]
pub fn judge(papers: &[PaperFact], occasion: &Occasion) -> Vec<PaperFinding> {
    let mut findings = Vec::new();
    let mut add = |finding: PaperFinding| {
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    };
    for paper in papers {
        if paper.passed == Some(false) {
            add(PaperFinding::NotPassed { kind: paper.kind });
        }
        if let Some(quantity) = paper.quantity.filter(|q| q.used > q.stated) {
            let kind = paper.kind;
            add(PaperFinding::OverUsed { kind, quantity });
        }
    }
    let differ = occasion.provinces_differ();
    for rule in required(occasion.class, occasion.step, occasion.date, differ) {
        judge_rule(papers, occasion, rule)
            .into_iter()
            .for_each(&mut add);
    }
    findings
}

fn judge_rule(
    papers: &[PaperFact],
    occasion: &Occasion,
    rule: &'static PaperRule,
) -> Vec<PaperFinding> {
    let mut wrong = Vec::new();
    let mut best: Option<(&PaperFact, Option<PaperFinding>)> = None;
    for paper in papers.iter().filter(|paper| answers(paper, rule)) {
        let found = fault(paper, occasion);
        if let Some(finding) = found.as_ref().filter(|finding| !finding.is_reference()) {
            wrong.push(finding.clone());
            continue;
        }
        // A reference figure does not take a paper's force away, but a clean paper is better.
        let rank = |paper: &PaperFact, found: &Option<_>| (found.is_none(), paper.standing);
        let better =
            |(other, theirs): &(&PaperFact, Option<_>)| rank(paper, &found) > rank(other, theirs);
        if best.as_ref().is_none_or(better) {
            best = Some((paper, found));
        }
    }
    match best {
        Some((paper, found)) => {
            let weak = (paper.standing == Standing::Transcribed)
                .then_some(PaperFinding::OnlyTranscribed { kind: paper.kind });
            found.into_iter().chain(weak).collect()
        }
        None if wrong.is_empty() => vec![PaperFinding::Missing { rule }],
        None => wrong,
    }
}

/// Whether the paper would answer the rule if nothing were wrong with its dates and route.
fn answers(paper: &PaperFact, rule: &PaperRule) -> bool {
    let result = match paper.passed {
        Some(passed) => passed,
        None => !paper.kind.states_a_result(),
    };
    rule.is_answered_by(paper.kind) && result && (rule.ancestor_suffices || !paper.about_ancestor)
}

fn fault(paper: &PaperFact, occasion: &Occasion) -> Option<PaperFinding> {
    let kind = paper.kind;
    let issued_on = paper.issued_on;
    if issued_on > occasion.date {
        return Some(PaperFinding::IssuedLater { kind, issued_on });
    }
    // The term and the route of a quarantine certificate bind the journey it was issued for:
    // that of the goods themselves, and only until they have arrived.
    if kind.is_for_transport() && (paper.about_ancestor || !occasion.step.is_transport()) {
        return None;
    }
    let rule = paper
        .template
        .and_then(|template| validity(template, issued_on));
    // Form B is issued where the goods start, so its issuer tells the province if nothing else does.
    let leaves_province = occasion.provinces_differ()
        || in_different_provinces(paper.issuer_division, occasion.to_division);
    if let Some(rule) = rule.filter(|rule| rule.same_province_only && leaves_province) {
        let template = rule.template;
        return Some(PaperFinding::WrongRoute { template });
    }
    let (valid_until, reference) = last_day(paper)?;
    (valid_until < occasion.date).then_some(PaperFinding::Expired {
        kind,
        valid_until,
        reference,
    })
}

/// Last day on which a paper holds, and whether that is a reference figure: the earlier of the
/// paper's own word and a sourced rule; a reference figure only if neither says anything.
fn last_day(paper: &PaperFact) -> Option<(ChinaDate, bool)> {
    let rule = paper
        .template
        .and_then(|template| validity(template, paper.issued_on));
    let by_rule = rule.and_then(|rule| paper.issued_on.plus_days(u64::from(rule.valid_days)));
    let reference = rule.is_some_and(|rule| rule.basis.reference);
    match (paper.valid_until, by_rule) {
        (Some(own), Some(_)) if reference => Some((own, false)),
        (Some(own), Some(by_rule)) => Some((own.min(by_rule), false)),
        (Some(own), None) => Some((own, false)),
        (None, Some(by_rule)) => Some((by_rule, reference)),
        (None, None) => None,
    }
}
