//! Goods that come in, become others, and go: every debit cites its credit.

use super::yields::judge_yields;
use super::{Case, papers, relation, shelf_life};
use crate::core::custody::effects::{Effects, LotFacts, MoveFacts, MoveRole};
use crate::core::custody::finding::{Finding, FindingCode};
use crate::core::custody::keys::MoveKey;
use crate::core::custody::refusal::Refusal;
use crate::core::ids::PartyId;
use crate::core::quantity::Amount;
use crate::core::record::body::{Create, Enter, LotInfo, Transform};
use crate::core::record::limits::LINE_NUMBERS;
use crate::core::record::sealed::SealedValue;
use crate::core::record::{Direction, LineRef, MoveLine, Record, RecordType};
use crate::core::rules::production;

/// Which lines a type must and may have: (at least one in, may have in, at least one out, may
/// have out).
pub(super) fn check_shape(record: &Record) -> Result<(), Refusal> {
    use RecordType as T;
    let count = |op| {
        record
            .claims
            .moves
            .iter()
            .filter(|line| line.op == op)
            .count()
    };
    let (ins, outs) = (count(Direction::In), count(Direction::Out));
    let what = match record.kind() {
        T::Create | T::Enter | T::Receive if ins == 0 || outs > 0 => "in ≥ 1, out = 0",
        T::Transform if ins == 0 || outs == 0 => "in ≥ 1, out ≥ 1",
        T::Dispatch | T::Sell | T::Dispose if outs == 0 || ins > 0 => "in = 0, out ≥ 1",
        T::Settle if ins.saturating_add(outs) == 0 => "in + out ≥ 1",
        T::Count if ins > 0 => "in = 0",
        T::Create
        | T::Enter
        | T::Receive
        | T::Transform
        | T::Dispatch
        | T::Sell
        | T::Dispose
        | T::Settle
        | T::Count => return Ok(()),
        _ if ins.saturating_add(outs) > 0 => "in = out = 0",
        _ => return Ok(()),
    };
    Err(Refusal::Lines { what })
}

pub(super) fn create(case: &Case<'_>, body: &Create, effects: &mut Effects) -> Result<(), Refusal> {
    let producer = relation::producer(case, body.on_behalf_of.as_ref())?;
    let (additions, new): (Vec<_>, Vec<_>) = case
        .record
        .claims
        .moves
        .iter()
        .partition(|line| line.of.is_some());
    for line in additions {
        add_to_lot(case, line, producer, effects)?;
    }
    bring_in(case, &new, &body.lots, MoveRole::Created, effects)?;
    for lot in &mut effects.lots {
        lot.party = producer;
    }
    let kind = case.state.parties.get(&producer).map(|party| party.kind);
    let kind = kind.unwrap_or(case.party.kind);
    if let Some(rule) = production::unusual_producer(body.how, kind, case.today()) {
        let reference = rule.basis.reference;
        case.find(effects, FindingCode::UnusualProducer { reference });
    }
    Ok(())
}

/// A second harvest day: the lot's own producer adds to it by citing its origin.
fn add_to_lot(
    case: &Case<'_>,
    line: &MoveLine,
    producer: PartyId,
    effects: &mut Effects,
) -> Result<(), Refusal> {
    let origin = cited(case, line)?;
    let lot = case
        .state
        .lots
        .get(&origin.lot)
        .ok_or(Refusal::CreditUnknown)?;
    if origin.key != origin.lot || origin.role != MoveRole::Created || lot.party != producer {
        return Err(Refusal::LotOfOther);
    }
    if lot.code != line.lot {
        return Err(Refusal::LotMismatch);
    }
    check_unit(line, origin)?;
    let amount = positive(case, line)?;
    let mut credit = credit(case, line, MoveRole::Created, amount)?;
    credit.lot = origin.lot;
    credit.of = Some(origin.key);
    effects.moves.push(credit);
    Ok(())
}

pub(super) fn enter(case: &Case<'_>, body: &Enter, effects: &mut Effects) -> Result<(), Refusal> {
    let owner = relation::producer(case, body.on_behalf_of.as_ref())?;
    let lines: Vec<_> = case.record.claims.moves.iter().collect();
    bring_in(case, &lines, &body.lots, MoveRole::Entered, effects)?;
    for lot in &mut effects.lots {
        lot.party = owner;
    }
    Ok(())
}

pub(super) fn transform(
    case: &Case<'_>,
    body: &Transform,
    effects: &mut Effects,
) -> Result<(), Refusal> {
    let maker = relation::producer(case, body.on_behalf_of.as_ref())?;
    let inputs = debits(case, MoveRole::Used, effects)?;
    let outputs: Vec<_> = case
        .record
        .claims
        .moves
        .iter()
        .filter(|line| line.op == Direction::In)
        .collect();
    shelf_life::judge(case, body, &inputs, effects)?;
    bring_in(case, &outputs, &body.lots, MoveRole::Made, effects)?;
    for lot in &mut effects.lots {
        lot.party = maker;
    }
    judge_yields(case, body.operation, &inputs, effects);
    papers::judge_cited(case, &inputs, papers::Use::Here, effects);
    Ok(())
}

pub(super) fn sell(case: &Case<'_>, effects: &mut Effects) -> Result<(), Refusal> {
    let lines = debits(case, MoveRole::Sold, effects)?;
    papers::judge_cited(case, &lines, papers::Use::Sale, effects);
    Ok(())
}

pub(super) fn dispose(case: &Case<'_>, effects: &mut Effects) -> Result<(), Refusal> {
    debits(case, MoveRole::Disposed, effects).map(|_| ())
}

/// A stocktake: its debits take out what is missing, its counts show what differs.
pub(super) fn count(case: &Case<'_>, effects: &mut Effects) -> Result<(), Refusal> {
    debits(case, MoveRole::CountedOff, effects)?;
    let site = case.premises()?.entry;
    let Some(SealedValue::Counts(counts)) = case.record.sealed("counted") else {
        return Err(Refusal::Contradiction { what: "counted" });
    };
    for counted in counts {
        let held = line_of(case, counted.of).ok_or(Refusal::CreditUnknown)?;
        if !held.role.is_credit() || held.site != site {
            return Err(Refusal::CreditOfOther);
        }
        if held.left != counted.amount {
            let code = FindingCode::StocktakeDifference {
                held: held.left,
                counted: counted.amount,
                uom: held.uom,
            };
            case.find(effects, code);
        }
    }
    Ok(())
}

/// Takes out every debit of the record: each names a credit at this site that still holds it.
pub(super) fn debits(
    case: &Case<'_>,
    role: MoveRole,
    effects: &mut Effects,
) -> Result<Vec<MoveFacts>, Refusal> {
    let site = case.premises()?.entry;
    let mut taken = Vec::new();
    for line in case
        .record
        .claims
        .moves
        .iter()
        .filter(|line| line.op == Direction::Out)
    {
        let credit = cited(case, line)?;
        if !credit.role.is_credit() {
            return Err(Refusal::CreditUnknown);
        }
        if credit.site != site {
            return Err(Refusal::CreditOfOther);
        }
        check_lot(case, line, credit)?;
        check_unit(line, credit)?;
        let amount = positive(case, line)?;
        let left = left_of(effects, credit);
        let rest = left.checked_sub(amount).ok_or(Refusal::CreditExceeded {
            left,
            asked: amount,
            uom: line.uom,
        })?;
        set_left(effects, credit.key, rest);
        let debit = MoveFacts {
            key: case.at.line(line.n),
            role,
            lot: credit.lot,
            site,
            uom: line.uom,
            amount,
            of: Some(credit.key),
            left: if role == MoveRole::Sent {
                amount
            } else {
                Amount::ZERO
            },
            disputed: Amount::ZERO,
        };
        effects.moves.push(debit.clone());
        taken.push(debit);
    }
    Ok(taken)
}

/// Brings in new lots: every line is described exactly once, every description has its line.
fn bring_in(
    case: &Case<'_>,
    lines: &[&MoveLine],
    infos: &[LotInfo],
    role: MoveRole,
    effects: &mut Effects,
) -> Result<(), Refusal> {
    if lines.len() != infos.len() {
        return Err(Refusal::LotInfo);
    }
    for line in lines {
        let mut described = infos.iter().filter(|info| info.n == line.n);
        let (Some(info), None) = (described.next(), described.next()) else {
            return Err(Refusal::LotInfo);
        };
        if line.of.is_some() || info.best_before.is_some_and(|date| date < info.made_on) {
            return Err(Refusal::LotInfo);
        }
        let amount = positive(case, line)?;
        let credit = credit(case, line, role, amount)?;
        new_lot(case, line, info, credit.key, effects)?;
        effects.moves.push(credit);
    }
    Ok(())
}

fn new_lot(
    case: &Case<'_>,
    line: &MoveLine,
    info: &LotInfo,
    key: MoveKey,
    effects: &mut Effects,
) -> Result<(), Refusal> {
    if effects.lots.iter().any(|lot| lot.code == line.lot) {
        return Err(Refusal::LotInfo);
    }
    let others = case
        .state
        .codes
        .get(&line.lot)
        .map(Vec::as_slice)
        .unwrap_or_default();
    if !others.is_empty() {
        let code = FindingCode::CodeWithTwoOrigins {
            lot: line.lot.to_string(),
        };
        for origin in others {
            effects.findings.push(Finding {
                entry: origin.entry(),
                code: code.clone(),
            });
        }
        case.find(effects, code);
    }
    effects.lots.push(LotFacts {
        key,
        code: line.lot.clone(),
        class: info.class,
        party: case.party.id,
        made_on: info.made_on,
        best_before: info.best_before,
    });
    Ok(())
}

/// A credit at this site whose lot is itself; callers that continue a lot say so.
pub(super) fn credit(
    case: &Case<'_>,
    line: &MoveLine,
    role: MoveRole,
    amount: Amount,
) -> Result<MoveFacts, Refusal> {
    let key = case.at.line(line.n);
    Ok(MoveFacts {
        key,
        role,
        lot: key,
        site: case.premises()?.entry,
        uom: line.uom,
        amount,
        of: None,
        left: amount,
        disputed: Amount::ZERO,
    })
}

/// The line that `line` cites.
pub(super) fn cited<'a>(case: &'a Case<'_>, line: &MoveLine) -> Result<&'a MoveFacts, Refusal> {
    line.of
        .and_then(|of| line_of(case, of))
        .ok_or(Refusal::CreditUnknown)
}

fn line_of<'a>(case: &'a Case<'_>, of: LineRef) -> Option<&'a MoveFacts> {
    // A number beyond the bits of a key would wrap around to another line.
    if !LINE_NUMBERS.contains(&of.1) {
        return None;
    }
    let entry = case.state.entries.get(&of.0)?;
    case.state.moves.get(&entry.key.line(of.1))
}

pub(super) fn check_lot(
    case: &Case<'_>,
    line: &MoveLine,
    cited: &MoveFacts,
) -> Result<(), Refusal> {
    let lot = case
        .state
        .lots
        .get(&cited.lot)
        .ok_or(Refusal::CreditUnknown)?;
    if lot.code == line.lot {
        Ok(())
    } else {
        Err(Refusal::LotMismatch)
    }
}

pub(super) fn check_unit(line: &MoveLine, cited: &MoveFacts) -> Result<(), Refusal> {
    if line.uom == cited.uom {
        return Ok(());
    }
    Err(Refusal::UnitMismatch {
        found: line.uom,
        expected: cited.uom,
    })
}

/// The quantity of a line, which must move something.
pub(super) fn positive(case: &Case<'_>, line: &MoveLine) -> Result<Amount, Refusal> {
    case.record
        .quantity(line.n)
        .filter(|amount| !amount.is_zero())
        .ok_or(Refusal::NothingMoved)
}

/// What a credit still holds, after what this record already took from it.
pub(super) fn left_of(effects: &Effects, credit: &MoveFacts) -> Amount {
    effects
        .left
        .iter()
        .find(|(key, _)| *key == credit.key)
        .map_or(credit.left, |(_, left)| *left)
}

pub(super) fn set_left(effects: &mut Effects, key: MoveKey, left: Amount) {
    match effects.left.iter_mut().find(|(known, _)| *known == key) {
        Some(pair) => pair.1 = left,
        None => effects.left.push((key, left)),
    }
}
