//! Yields of transformations, judged by rule and recorded as findings.

use super::Case;
use crate::core::custody::effects::{Effects, MoveFacts};
use crate::core::custody::finding::FindingCode;
use crate::core::rules::yields::{Operation, YieldJudgement, YieldLine, judge_yield};

/// Judges what came out of `inputs` in this record.
pub(super) fn judge_yields(
    case: &Case<'_>,
    operation: Operation,
    inputs: &[MoveFacts],
    effects: &mut Effects,
) {
    let class_of = |line: &MoveFacts| {
        let lot = case
            .state
            .lots
            .get(&line.lot)
            .or_else(|| effects.lots.iter().find(|lot| lot.key == line.lot))?;
        Some(YieldLine {
            class: lot.class,
            amount: line.amount,
            uom: line.uom,
        })
    };
    let ins: Vec<_> = inputs.iter().filter_map(class_of).collect();
    let outs: Vec<_> = effects
        .moves
        .iter()
        .filter(|line| line.role.is_credit())
        .filter_map(class_of)
        .collect();
    if let YieldJudgement::Odd {
        rule,
        ratio,
        reference,
        ..
    } = judge_yield(operation, &ins, &outs, &[])
    {
        case.find(
            effects,
            FindingCode::OddYield {
                reference,
                rule: rule.to_owned(),
                ratio,
            },
        );
    }
}
