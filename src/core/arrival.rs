//! The entry check 进货查验、入场查验: what the records, the papers and what is measured and seen at the
//! door say about taking goods in. It advises; whoever receives decides and signs. What rests on a
//! figure without a source is a note and weighs nothing.
//!
//! Which finding leads to which advice is this system's own published rule; the law asks for the
//! papers (each reason names the article), and forbids to trade in what was recalled, is past its shelf
//! life or failed (食品安全法 arts. 34 and 63).

use crate::core::quantity::SignedDecimal;
use crate::core::rules::cold_chain::Range;
use crate::core::rules::paper::{PaperFinding, PaperKind};
use crate::core::text::{Bilingual, Explain as _};
use crate::core::time::ChinaDate;
use crate::core::verdict::{Finding, Weight};
use serde::Serialize;

mod recorded;

pub use recorded::recorded_words;

/// What is advised, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// 准予入场.
    Accept,
    /// 备注接收.
    AcceptWithNote,
    /// 暂存待查.
    Hold,
    /// 拒收.
    Refuse,
}

impl Advice {
    /// The words for it.
    #[must_use]
    pub fn words(self) -> Bilingual {
        let (zh, en) = match self {
            Self::Accept => ("可以接收", "accept"),
            Self::AcceptWithNote => ("备注后接收", "accept with a note"),
            Self::Hold => ("暂存待查", "hold until it is cleared up"),
            Self::Refuse => ("应当拒收", "refuse"),
        };
        Bilingual::new(zh, en)
    }
}

/// Why something is advised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Stable code.
    pub code: String,
    /// What it alone leads to.
    pub advice: Advice,
    /// It rests on a figure without a source, so it leads to nothing.
    pub reference: bool,
    /// The paper that is missing or wrong.
    pub paper: Option<PaperKind>,
    /// In words.
    pub text: Bilingual,
}

/// Goods of one lot at the door.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// What the records of the lot show on its way here.
    pub findings: &'a [Finding],
    /// What is wrong with the papers that this step asks for, those seen at the door among them.
    pub papers: &'a [PaperFinding],
    /// The temperature measured at the door, in degrees Celsius.
    pub measured_c: Option<SignedDecimal>,
    /// Temperatures with a source that are asked for.
    pub limits: Range,
    /// Usual temperatures, for reference.
    pub reference: Range,
    /// Whether the seals are whole and those of the dispatch; none if there are none or nobody looked.
    pub seals_intact: Option<bool>,
    /// Last day of a licence of the sender that has run out.
    pub licence_ended: Option<ChinaDate>,
}

/// What is advised about goods of one lot, and why, the gravest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advised {
    /// What is advised.
    pub advice: Advice,
    /// Why; also what is only worth knowing.
    pub reasons: Vec<Reason>,
}

/// Checks goods at the door.
#[must_use]
pub fn check(arrival: &Arrival<'_>) -> Advised {
    let mut reasons = Vec::new();
    for finding in arrival.findings {
        // Papers are judged below for this step alone, with what is seen at the door.
        if !finding.code.starts_with("paper_") {
            reasons.push(of_finding(finding));
        }
    }
    reasons.extend(arrival.papers.iter().map(of_paper));
    reasons.extend(of_temperature(arrival));
    reasons.extend(of_seals(arrival.seals_intact));
    reasons.extend(arrival.licence_ended.map(of_licence));
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.advice));
    let advice = reasons.iter().map(|reason| reason.advice).max();
    Advised {
        advice: advice.unwrap_or(Advice::Accept),
        reasons,
    }
}

fn of_finding(finding: &Finding) -> Reason {
    let advice = match finding.gravity {
        Weight::Recalled | Weight::Expired => Advice::Refuse,
        Weight::Held | Weight::Anomaly => Advice::Hold,
        Weight::Missing | Weight::Unproven => Advice::AcceptWithNote,
        Weight::Reference | Weight::Note => Advice::Accept,
    };
    Reason {
        code: finding.code.clone(),
        advice,
        reference: finding.reference,
        paper: None,
        text: finding.text.clone(),
    }
}

fn of_paper(finding: &PaperFinding) -> Reason {
    let advice = match finding {
        _ if finding.is_reference() => Advice::Accept,
        PaperFinding::NotPassed { .. } | PaperFinding::WrongRoute { .. } => Advice::Refuse,
        PaperFinding::Missing { .. }
        | PaperFinding::Expired { .. }
        | PaperFinding::IssuedLater { .. }
        | PaperFinding::OverUsed { .. } => Advice::Hold,
        PaperFinding::OnlyTranscribed { .. } => Advice::AcceptWithNote,
    };
    Reason {
        code: finding.code().to_owned(),
        advice,
        reference: finding.is_reference(),
        paper: Some(finding.kind()),
        text: finding.explain(),
    }
}

/// A temperature that is asked for and was not measured is worth a note; a usual figure weighs nothing.
fn of_temperature(arrival: &Arrival<'_>) -> Option<Reason> {
    let say = |code: &str, advice, reference, zh: String, en: String| Reason {
        code: code.to_owned(),
        advice,
        reference,
        paper: None,
        text: Bilingual::new(zh, en),
    };
    let Some(measured) = arrival.measured_c else {
        return (!arrival.limits.is_open()).then(|| {
            say(
                "temperature_not_measured",
                Advice::AcceptWithNote,
                false,
                "有温度要求,到货温度没有测量".to_owned(),
                "a temperature is asked for and was not measured on arrival".to_owned(),
            )
        });
    };
    let (range, reference) = match arrival.limits.is_open() {
        true => (arrival.reference, true),
        false => (arrival.limits, false),
    };
    let over = range.over_micro(measured);
    if over == 0 {
        return None;
    }
    let advice = if reference {
        Advice::Accept
    } else {
        Advice::Hold
    };
    let (zh, en) = if over > 0 {
        ("高于", "above")
    } else {
        ("低于", "below")
    };
    let (tail_zh, tail_en) = if reference {
        ("(仅供参考)", " (for reference)")
    } else {
        ("", "")
    };
    Some(say(
        "temperature_on_arrival",
        advice,
        reference,
        format!("到货温度 {measured} °C,{zh}要求{tail_zh}"),
        format!("{measured} °C on arrival is {en} what is asked for{tail_en}"),
    ))
}

fn of_seals(intact: Option<bool>) -> Option<Reason> {
    (intact == Some(false)).then(|| Reason {
        code: "seals_broken".to_owned(),
        advice: Advice::Hold,
        reference: false,
        paper: None,
        text: Bilingual::new(
            "封签破损或与发货记录不符",
            "a seal is broken or not that of the dispatch",
        ),
    })
}

fn of_licence(ended: ChinaDate) -> Reason {
    Reason {
        code: "licence_ended".to_owned(),
        advice: Advice::Hold,
        reference: false,
        paper: None,
        text: Bilingual::new(
            format!("供货者的许可证已于 {ended} 到期"),
            format!("a licence of the supplier ran out on {ended}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rules::paper::{QuarantineTemplate, rules};
    use crate::core::time::UnixSeconds;

    fn c(text: &str) -> SignedDecimal {
        SignedDecimal::parse(text).unwrap()
    }

    fn empty<'a>() -> Arrival<'a> {
        Arrival {
            findings: &[],
            papers: &[],
            measured_c: None,
            limits: Range::default(),
            reference: Range::default(),
            seals_intact: None,
            licence_ended: None,
        }
    }

    fn up_to(max: &str) -> Range {
        Range {
            min_c: None,
            max_c: Some(c(max)),
        }
    }

    fn finding(gravity: Weight) -> Finding {
        Finding {
            code: "something".into(),
            gravity,
            text: Bilingual::new("某事", "something"),
            evidence: Vec::new(),
            at: UnixSeconds::default(),
            reference: gravity == Weight::Reference,
        }
    }

    fn advice(arrival: &Arrival<'_>) -> Advice {
        check(arrival).advice
    }

    #[test]
    fn goods_with_nothing_wrong_are_accepted() {
        let fine = Arrival {
            measured_c: Some(c("-18.5")),
            limits: up_to("-18"),
            seals_intact: Some(true),
            ..empty()
        };
        assert_eq!(check(&fine).reasons, Vec::new());
        assert_eq!(advice(&fine), Advice::Accept);
    }

    #[test]
    fn the_gravest_reason_decides_and_stands_first() {
        let findings = [
            finding(Weight::Note),
            finding(Weight::Missing),
            finding(Weight::Recalled),
            finding(Weight::Anomaly),
        ];
        let checked = check(&Arrival {
            findings: &findings,
            ..empty()
        });
        assert_eq!(checked.advice, Advice::Refuse);
        let order: Vec<Advice> = checked.reasons.iter().map(|one| one.advice).collect();
        assert!(order.is_sorted_by(|a, b| a >= b), "{order:?}");
        assert_eq!(order.len(), findings.len(), "nothing is left out");
    }

    #[test]
    fn what_the_records_show_weighs_as_their_verdict_does() {
        for (gravity, expected) in [
            (Weight::Note, Advice::Accept),
            (Weight::Reference, Advice::Accept),
            (Weight::Unproven, Advice::AcceptWithNote),
            (Weight::Missing, Advice::AcceptWithNote),
            (Weight::Anomaly, Advice::Hold),
            (Weight::Held, Advice::Hold),
            (Weight::Expired, Advice::Refuse),
            (Weight::Recalled, Advice::Refuse),
        ] {
            let findings = [finding(gravity)];
            let arrival = Arrival {
                findings: &findings,
                ..empty()
            };
            assert_eq!(advice(&arrival), expected, "{gravity:?}");
        }
    }

    #[test]
    fn a_paper_that_is_missing_holds_and_one_that_failed_refuses() {
        let rule = rules().find(|rule| !rule.basis.reference).unwrap();
        let reference = rules().find(|rule| rule.basis.reference).unwrap();
        let kind = PaperKind::TestReport;
        let template = QuarantineTemplate::ProductB;
        for (finding, expected) in [
            (PaperFinding::Missing { rule }, Advice::Hold),
            (PaperFinding::Missing { rule: reference }, Advice::Accept),
            (PaperFinding::NotPassed { kind }, Advice::Refuse),
            (PaperFinding::WrongRoute { template }, Advice::Refuse),
            (
                PaperFinding::OnlyTranscribed { kind },
                Advice::AcceptWithNote,
            ),
        ] {
            let papers = [finding];
            let checked = check(&Arrival {
                papers: &papers,
                ..empty()
            });
            assert_eq!(checked.advice, expected, "{papers:?}");
            assert_eq!(checked.reasons.len(), 1, "it is told all the same");
        }
    }

    #[test]
    fn a_degree_too_warm_holds_and_a_usual_figure_is_only_told() {
        let warm = Arrival {
            measured_c: Some(c("-16")),
            limits: up_to("-18"),
            ..empty()
        };
        assert_eq!(advice(&warm), Advice::Hold);
        let usual = Arrival {
            limits: Range::default(),
            reference: up_to("-18"),
            ..warm
        };
        let checked = check(&usual);
        assert_eq!(checked.advice, Advice::Accept);
        assert!(checked.reasons.iter().all(|reason| reason.reference));
        assert_eq!(checked.reasons.len(), 1);
        let unmeasured = Arrival {
            measured_c: None,
            ..warm
        };
        assert_eq!(advice(&unmeasured), Advice::AcceptWithNote);
    }

    #[test]
    fn seals_and_licences_hold() {
        let broken = Arrival {
            seals_intact: Some(false),
            ..empty()
        };
        let ended = Arrival {
            licence_ended: ChinaDate::from_ymd(2026, 1, 1),
            ..empty()
        };
        assert_eq!(
            (advice(&broken), advice(&ended)),
            (Advice::Hold, Advice::Hold)
        );
    }
}
