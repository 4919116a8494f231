//! Papers: who may issue which, and what their use shows.

use super::{Case, relation};
use crate::core::custody::effects::{Effects, MoveFacts, MoveRole, PaperFacts};
use crate::core::custody::finding::{Finding, FindingCode};
use crate::core::custody::keys::EntryKey;
use crate::core::custody::refusal::Refusal;
use crate::core::custody::state::PaperNumber;
use crate::core::quantity::Amount;
use crate::core::record::Subject;
use crate::core::record::body::{Certify, PartyKind};
use crate::core::record::sealed::SealedValue;
use crate::core::rules::paper::{PaperKind, Standing};
use crate::core::time::ChinaDate;

/// Admits a paper if it claims no more than its author may say.
pub(super) fn certify(
    case: &Case<'_>,
    body: &Certify,
    effects: &mut Effects,
) -> Result<(), Refusal> {
    check_standing(case, body)?;
    if body.passed == Some(false) {
        relation::check_concerned(case)?;
    }
    if case.record.claims.about.is_empty() {
        return Err(Refusal::Contradiction { what: "about" });
    }
    if body.valid_until.is_some_and(|until| until < body.issued_on) {
        return Err(Refusal::Contradiction {
            what: "issued_on / valid_until",
        });
    }
    if let Some(spender) = &body.spender
        && !case.state.sites.knows(spender)
    {
        return Err(Refusal::UnknownSite);
    }
    let quantity = match case.record.sealed("certified") {
        Some(SealedValue::Amount(amount)) => Some(*amount),
        _ => None,
    };
    if quantity.is_some() != body.uom.is_some() {
        return Err(Refusal::Contradiction {
            what: "certified / uom",
        });
    }
    let lots = case
        .record
        .claims
        .about
        .iter()
        .filter_map(|subject| match subject {
            Subject::Lot(code) | Subject::LotOf(code, _) => Some(code.clone()),
            Subject::Site(_) | Subject::Record(_) => None,
        });
    find_reused_number(case, body, effects);
    effects.paper = Some(PaperFacts {
        key: case.at,
        kind: body.kind,
        number: body.number.to_string(),
        valid_until: body.valid_until,
        passed: body.passed,
        spender: body.spender,
        uom: body.uom,
        left: quantity,
        lots: lots.collect(),
    });
    Ok(())
}

/// One issuer, one kind, one number, two papers: found on every one of them.
fn find_reused_number(case: &Case<'_>, body: &Certify, effects: &mut Effects) {
    let Some(number) = PaperNumber::of(body) else {
        return;
    };
    let earlier = case.state.numbers.get(&number).into_iter().flatten();
    let entries: Vec<EntryKey> = earlier.copied().collect();
    if entries.is_empty() {
        return;
    }
    let paper = number.number;
    for entry in entries.into_iter().chain([case.at]) {
        let paper = paper.clone();
        effects.findings.push(Finding {
            entry,
            code: FindingCode::PaperNumberReused { paper },
        });
    }
}

fn check_standing(case: &Case<'_>, body: &Certify) -> Result<(), Refusal> {
    match body.standing {
        Standing::Issued if !issues(case, body)? => Err(Refusal::NotEntitled {
            zh: "签发此类证明",
            en: "issue this paper",
        }),
        Standing::Confirmed if body.confirmed.is_none() => {
            Err(Refusal::Contradiction { what: "confirmed" })
        }
        Standing::Issued | Standing::Transcribed if body.confirmed.is_some() => {
            Err(Refusal::Contradiction { what: "confirmed" })
        }
        // What was typed in by the holder stands with the picture it was typed from.
        Standing::Transcribed if case.record.claims.blobs.is_empty() => {
            Err(Refusal::Contradiction { what: "blobs" })
        }
        _ => Ok(()),
    }
}

/// Whether the author may issue this paper in the name of its issuer: their own, or, for the
/// commitment certificate of a party without a phone, that of the party that named them as its
/// agent.
fn issues(case: &Case<'_>, body: &Certify) -> Result<bool, Refusal> {
    let Some(issuer) = &body.issuer_party else {
        return Ok(false);
    };
    if *issuer == case.party.id {
        return Ok(may_issue(case.party.kind, body.kind));
    }
    if body.kind != PaperKind::FarmCertificate {
        return Ok(false);
    }
    let speaks = relation::speaks_for(case, issuer)?;
    let issuer = case.state.parties.get(issuer);
    Ok(speaks && issuer.is_some_and(|issuer| may_issue(issuer.kind, body.kind)))
}

/// Who issues which paper (农产品质量安全法 art. 39; 动物防疫法 art. 49; 生猪屠宰管理条例 art. 15).
fn may_issue(party: PartyKind, paper: PaperKind) -> bool {
    use PartyKind as P;
    match paper {
        PaperKind::FarmCertificate => {
            matches!(party, P::Farm | P::Coop | P::Smallholder | P::Collector)
        }
        PaperKind::AnimalQuarantine | PaperKind::ProductQuarantine => party == P::AnimalHealth,
        PaperKind::MeatInspection => party == P::Slaughterhouse,
        PaperKind::TestReport => matches!(party, P::Lab | P::Processor | P::Slaughterhouse),
        PaperKind::FactoryInspection => {
            matches!(party, P::Processor | P::Workshop | P::Slaughterhouse)
        }
        PaperKind::RapidTest => !matches!(party, P::Registrar | P::Carrier),
        PaperKind::SamplingResult => matches!(party, P::Lab) || party.is_authority(),
        PaperKind::Customs => party == P::Customs,
        PaperKind::EnvironmentTest => party == P::Lab,
        PaperKind::BulkLiquidPermit | PaperKind::TestExemption => party.is_authority(),
        PaperKind::CleaningCertificate | PaperKind::Other => party != P::Registrar,
    }
}

/// What a record that relies on papers does with the goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Makes others of them.
    Here,
    /// Sells them.
    Sale,
    /// Sends them.
    Transport,
}

/// Judges the papers a record relies on for the lines that go out, and draws on those whose one
/// spender is this site. Only a debit that leaves the site draws: a paper travels with goods.
pub(super) fn judge_cited(case: &Case<'_>, lines: &[MoveFacts], what: Use, effects: &mut Effects) {
    let refs = &case.record.claims.refs;
    for (at, id) in refs.iter().enumerate() {
        let named_before = refs.iter().take(at).any(|earlier| earlier == id);
        let paper = case
            .state
            .entries
            .get(id)
            .and_then(|entry| case.state.papers.get(&entry.key));
        let Some(paper) = paper.filter(|_| !named_before) else {
            continue;
        };
        let number = || paper.number.clone();
        // The term of a quarantine certificate ends with the journey it was issued for: once the
        // goods have arrived in time, slaughtering or selling them later is no fault.
        let binds = what == Use::Transport || !paper.kind.is_for_transport();
        let expired = |until: &ChinaDate| binds && *until < case.today();
        if let Some(valid_until) = paper.valid_until.filter(expired) {
            case.find(
                effects,
                FindingCode::PaperExpired {
                    paper: number(),
                    valid_until,
                },
            );
        }
        if paper.passed == Some(false) {
            case.find(effects, FindingCode::PaperNotPassed { paper: number() });
        }
        if what != Use::Here {
            draw(case, paper, lines, effects);
        }
    }
}

fn draw(case: &Case<'_>, paper: &PaperFacts, lines: &[MoveFacts], effects: &mut Effects) {
    let (Some(left), Some(uom)) = (paper.left, paper.uom) else {
        return;
    };
    // Without a spender, whoever holds the goods draws.
    if paper.spender.is_some() && paper.spender != case.record.claims.site {
        return;
    }
    let covers = |line: &&MoveFacts| {
        let lot = case.state.lots.get(&line.lot);
        let covered = line.uom == uom && lot.is_some_and(|lot| paper.lots.contains(&lot.code));
        covered && !was_drawn(case, paper, line)
    };
    let drawn = lines
        .iter()
        .filter(covers)
        .try_fold(Amount::ZERO, |sum, line| sum.checked_add(line.amount));
    let Some(drawn) = drawn.filter(|drawn| !drawn.is_zero()) else {
        return;
    };
    match left.checked_sub(drawn) {
        Some(rest) => effects.paper_left.push((paper.key, rest)),
        None => {
            let over = drawn.checked_sub(left).unwrap_or(Amount::ZERO);
            effects.paper_left.push((paper.key, Amount::ZERO));
            case.find(
                effects,
                FindingCode::PaperOverUsed {
                    paper: paper.number.clone(),
                    over,
                    uom,
                },
            );
        }
    }
}

/// Whether goods were drawn when they went out before: goods that were sent and came back, and, on a
/// paper that any holder spends, goods that came in by a receipt since it was written. Such a paper
/// travels with the goods, and whoever sent them drew on it; what a holder had before the paper
/// was written leaves under it for the first time.
fn was_drawn(case: &Case<'_>, paper: &PaperFacts, debit: &MoveFacts) -> bool {
    let credit = debit.of.and_then(|credit| case.state.moves.get(&credit));
    let came_under = |credit: &MoveFacts| {
        let received = credit.role == MoveRole::Received;
        paper.spender.is_none() && received && credit.key.entry() > paper.key
    };
    comes_back(case, debit) || credit.is_some_and(came_under)
}

/// Whether a debit takes goods that were sent before and came back undelivered. They were drawn
/// when they first went out, and were never delivered, so sending them again is no second use.
/// A sender who named the paper only the second time is not drawn on at all: which papers the
/// first dispatch named is not among the facts at hand, and to miss a use is better than to
/// accuse somebody of one that did not happen.
fn comes_back(case: &Case<'_>, debit: &MoveFacts) -> bool {
    let credit = debit.of.and_then(|credit| case.state.moves.get(&credit));
    credit.is_some_and(|credit| credit.role == MoveRole::TakenBack)
}
