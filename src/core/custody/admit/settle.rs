//! Settlements: what became of goods that did not arrive well, or that nobody received at all.
//!
//! A settlement names the receipt whose disputed lines it answers. Where there is none, it names the
//! dispatch in its place and answers the dispatch's own lines.

use super::Case;
use super::custody::{check_lot, check_unit, cited, left_of, positive, set_left};
use super::shipment::shipment;
use crate::core::custody::effects::{Effects, MoveFacts, MoveRole, ShipmentFacts};
use crate::core::custody::finding::FindingCode;
use crate::core::custody::refusal::Refusal;
use crate::core::quantity::Amount;
use crate::core::record::body::{Outcome, Settle};
use crate::core::record::{Direction, MoveLine};
use crate::core::rules::clocks;

/// The sender, or an authority for what nobody answers, says what became of the goods.
pub(super) fn settle(case: &Case<'_>, body: &Settle, effects: &mut Effects) -> Result<(), Refusal> {
    let shipment = shipment(case, body.dispatch)?;
    let is_sender = case.record.claims.site.as_ref() == Some(&shipment.from);
    let lines = &case.record.claims.moves;
    // Goods that are taken back are at the sender's again, so only the sender can say so.
    let takes_back = || lines.iter().any(|line| line.op == Direction::In);
    let is_authority = case.party.kind.is_authority();
    if !is_sender && (!is_authority || takes_back()) {
        return Err(Refusal::LineOfOtherSite);
    }
    let unreceived = body.receipt == body.dispatch;
    if unreceived && !is_authority {
        check_wait(case, shipment)?;
    }
    let answered = case.state.entries.get(&body.receipt).map(|entry| entry.key);
    if body.lines.len() != lines.len() {
        return Err(Refusal::Contradiction { what: "lines" });
    }
    for line in lines.iter() {
        let cited = cited(case, line)?;
        let answers = match cited.role {
            MoveRole::Sent => unreceived,
            MoveRole::Received => cited.of.is_some_and(|sent| sent.entry() == shipment.key),
            _ => false,
        };
        if !answers || Some(cited.key.entry()) != answered {
            return Err(Refusal::CreditUnknown);
        }
        let mut said = body.lines.iter().filter(|said| said.n == line.n);
        let (Some(said), None) = (said.next(), said.next()) else {
            return Err(Refusal::Contradiction { what: "lines" });
        };
        settle_line(case, line, cited, said.outcome, effects)?;
    }
    if unreceived {
        check_in_full(case, effects)?;
        case.find(effects, FindingCode::NeverReceived);
    }
    Ok(())
}

/// The consignee may still receive what is on the way to them, so the sender alone does not decide
/// before they have had time to, unless their site is closed and nothing can be received there.
fn check_wait(case: &Case<'_>, shipment: &ShipmentFacts) -> Result<(), Refusal> {
    let to = case.state.sites.get(&shipment.to);
    let to = to.ok_or(Refusal::UnknownSite)?;
    let until = shipment.sent_at.plus(clocks::receipt_wait_s());
    if to.open && case.now < until {
        let until = until.china_date();
        return Err(Refusal::StillAwaited { until });
    }
    Ok(())
}

/// A line that nobody received is closed once and in full, as by a receipt.
fn check_in_full(case: &Case<'_>, effects: &Effects) -> Result<(), Refusal> {
    for (key, left) in &effects.left {
        if left.is_zero() {
            continue;
        }
        let sent = case.state.moves.get(key).ok_or(Refusal::CreditUnknown)?;
        return Err(Refusal::LineSum {
            sent: sent.amount,
            answered: sent.amount.checked_sub(*left).unwrap_or(Amount::ZERO),
            uom: sent.uom,
        });
    }
    Ok(())
}

fn settle_line(
    case: &Case<'_>,
    line: &MoveLine,
    cited: &MoveFacts,
    outcome: Outcome,
    effects: &mut Effects,
) -> Result<(), Refusal> {
    check_lot(case, line, cited)?;
    check_unit(line, cited)?;
    let role = match (outcome, line.op) {
        (Outcome::TakenBack, Direction::In) => MoveRole::TakenBack,
        (Outcome::Lost, Direction::Out) => MoveRole::Lost,
        (Outcome::Disposed, Direction::Out) => MoveRole::Destroyed,
        _ => {
            return Err(Refusal::Contradiction {
                what: "outcome / op",
            });
        }
    };
    let amount = positive(case, line)?;
    take(line, cited, amount, effects)?;
    let takes_back = role == MoveRole::TakenBack;
    effects.moves.push(MoveFacts {
        key: case.at.line(line.n),
        role,
        lot: cited.lot,
        site: match takes_back {
            true => case.premises()?.entry,
            false => cited.site,
        },
        uom: line.uom,
        amount,
        of: Some(cited.key),
        left: if takes_back { amount } else { Amount::ZERO },
        disputed: Amount::ZERO,
    });
    Ok(())
}

/// Takes `amount` out of what is open of the line that is answered: what is in transit of a line
/// that was sent, what is disputed of one that was received.
fn take(
    line: &MoveLine,
    cited: &MoveFacts,
    amount: Amount,
    effects: &mut Effects,
) -> Result<(), Refusal> {
    let sent = cited.role == MoveRole::Sent;
    let open = if sent {
        left_of(effects, cited)
    } else {
        let mut pending = effects.disputed.iter();
        let pending = pending.find(|(key, _)| *key == cited.key);
        pending.map_or(cited.disputed, |(_, disputed)| *disputed)
    };
    if sent && cited.left.is_zero() {
        return Err(Refusal::LineClosed);
    }
    let rest = open.checked_sub(amount).ok_or(Refusal::CreditExceeded {
        left: open,
        asked: amount,
        uom: line.uom,
    })?;
    if sent {
        set_left(effects, cited.key, rest);
    } else {
        effects.disputed.retain(|(key, _)| *key != cited.key);
        effects.disputed.push((cited.key, rest));
    }
    Ok(())
}
