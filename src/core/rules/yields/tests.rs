use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn line(class: &str, amount: &str, uom: Uom) -> YieldLine {
    YieldLine {
        class: ProductClass::parse(class).unwrap(),
        amount: Amount::parse(amount).unwrap(),
        uom,
    }
}

fn kg(class: &str, amount: &str) -> YieldLine {
    line(class, amount, Uom::Kilogram)
}

/// The rule that finds it odd, and whether it is for reference only.
fn odd(judged: &YieldJudgement) -> Option<(&'static str, bool)> {
    match judged {
        YieldJudgement::Odd {
            rule, reference, ..
        } => Some((*rule, *reference)),
        _ => None,
    }
}

#[test]
fn the_table_reads_and_bounds_are_in_order() {
    let table: Table = toml::from_str(TEXT).unwrap();
    let ids: BTreeSet<_> = table.r#yield.iter().map(|rule| &rule.id).collect();
    assert_eq!(ids.len(), table.r#yield.len());
    for rule in &table.r#yield {
        assert!(
            rule.low.is_some() || rule.high.is_some(),
            "{} bounds nothing",
            rule.id
        );
        if let (Some(low), Some(high)) = (rule.low, rule.high) {
            assert!(low < high, "{}", rule.id);
        }
        // Sums of a thousand lines stay inside an i128 only with bounds and units of this size.
        assert!(
            rule.high.unwrap_or_default() <= Amount::whole(1_000),
            "{}",
            rule.id
        );
        assert!(
            rule.uom_in.factor() <= 1_000 && rule.uom_out.factor() <= 1_000,
            "{}",
            rule.id
        );
        assert!(!rule.from.is_empty() && !rule.to.is_empty());
    }
    for operation in Operation::ALL {
        assert!(
            yield_rules().any(|rule| rule.operation == operation),
            "{operation:?}"
        );
        assert!(!operation.words().zh.is_empty());
    }
}

#[test]
fn a_pig_gives_about_a_hundred_kilograms() {
    let pigs = [line("live_pig", "40", Uom::Head)];
    let judge =
        |out: &str| judge_yield(Operation::Slaughter, &pigs, &[kg("pork_carcass", out)], &[]);
    assert_eq!(judge("3120"), YieldJudgement::Usual);
    assert_eq!(odd(&judge("2399")), Some(("slaughter_pig_hea", true)));
    assert_eq!(
        odd(&judge("6000.000001")),
        Some(("slaughter_pig_hea", true))
    );
    let YieldJudgement::Odd {
        ratio, low, high, ..
    } = judge("8000")
    else {
        panic!("200 kg per head are odd")
    };
    assert_eq!(ratio, Some(SignedDecimal::parse("200").unwrap()));
    assert_eq!(
        (low, high),
        (Some(Amount::whole(60)), Some(Amount::whole(150)))
    );
}

#[test]
fn condemned_heads_explain_a_low_yield_and_do_not_hide_a_high_one() {
    let pigs = [line("live_pig", "40", Uom::Head)];
    let dead = [line("live_pig", "20", Uom::Head)];
    let out = [kg("pork_carcass", "1600")];
    assert!(odd(&judge_yield(Operation::Slaughter, &pigs, &out, &[])).is_some());
    assert_eq!(
        judge_yield(Operation::Slaughter, &pigs, &out, &dead),
        YieldJudgement::Usual
    );
    let all = [line("live_pig", "40", Uom::Head)];
    let judged = judge_yield(Operation::Slaughter, &pigs, &out, &all);
    assert!(
        matches!(judged, YieldJudgement::Odd { ratio: None, .. }),
        "meat of no pig"
    );
    let more = [line("live_pig", "50", Uom::Head)];
    let judged = judge_yield(Operation::Slaughter, &pigs, &out, &more);
    assert!(
        matches!(judged, YieldJudgement::Odd { ratio: None, .. }),
        "more lost than went in"
    );
}

#[test]
fn carcass_and_offal_together_are_judged_as_one_slaughter() {
    let pigs = [line("live_pig", "10", Uom::Head)];
    let out = [kg("pork_carcass", "800"), kg("pork_offal", "120")];
    assert_eq!(
        judge_yield(Operation::Slaughter, &pigs, &out, &[]),
        YieldJudgement::Usual
    );
}

#[test]
fn more_meat_than_live_weight_is_odd_by_conservation_and_not_for_reference() {
    let pigs = [line("live_pig", "1", Uom::Tonne)];
    let judged = judge_yield(
        Operation::Slaughter,
        &pigs,
        &[kg("pork_carcass", "1000.5")],
        &[],
    );
    assert_eq!(odd(&judged), Some(("conserve_slaughter_kgm", false)));
    let low = judge_yield(
        Operation::Slaughter,
        &pigs,
        &[kg("pork_carcass", "300")],
        &[],
    );
    assert_eq!(odd(&low), Some(("slaughter_pig_kgm", true)));
}

#[test]
fn packing_splitting_relabelling_cutting_and_mixing_add_nothing() {
    for operation in [
        Operation::Pack,
        Operation::Split,
        Operation::Relabel,
        Operation::Cut,
        Operation::Mix,
    ] {
        let judge = |grams: &str| {
            let out = [line("rice", grams, Uom::Gram)];
            judge_yield(operation, &[kg("rice", "100")], &out, &[])
        };
        assert_eq!(judge("100000"), YieldJudgement::Usual, "{operation:?}");
        let more = judge("100000.000001");
        assert_eq!(
            odd(&more).map(|(_, reference)| reference),
            Some(false),
            "{operation:?}"
        );
    }
}

#[test]
fn a_loss_that_was_declared_cannot_be_sold_as_well() {
    let judged = judge_yield(
        Operation::Cut,
        &[kg("pork_carcass", "100")],
        &[kg("pork_cut", "95")],
        &[kg("pork_carcass", "10")],
    );
    assert_eq!(odd(&judged), Some(("conserve_cut_kgm", false)));
}

#[test]
fn heads_cannot_be_multiplied_by_splitting_a_lot() {
    let judge = |out: &str| {
        judge_yield(
            Operation::Split,
            &[line("live_pig", "10", Uom::Head)],
            &[line("live_pig", out, Uom::Head)],
            &[],
        )
    };
    assert_eq!(judge("10"), YieldJudgement::Usual);
    assert_eq!(odd(&judge("11")), Some(("conserve_split_hea", false)));
}

#[test]
fn packing_that_loses_much_is_odd_for_reference() {
    let judged = judge_yield(
        Operation::Pack,
        &[kg("rice", "100")],
        &[kg("rice", "80")],
        &[],
    );
    assert_eq!(odd(&judged), Some(("loss_pack_kgm", true)));
}

#[test]
fn cooked_rice_gains_weight_within_bounds_of_its_own() {
    let judge = |out: &str| {
        judge_yield(
            Operation::Cook,
            &[kg("rice", "10")],
            &[kg("meal", out)],
            &[],
        )
    };
    assert_eq!(judge("23"), YieldJudgement::Usual);
    assert_eq!(odd(&judge("10")), Some(("cook_rice", true)));
    assert_eq!(odd(&judge("31")), Some(("cook_rice", true)));
    let mixed = [kg("rice", "10"), kg("tomato", "10")];
    let judged = judge_yield(Operation::Cook, &mixed, &[kg("meal", "18")], &[]);
    assert_eq!(judged, YieldJudgement::Usual);
}

#[test]
fn what_no_rule_fits_is_not_judged() {
    let heads_to_pieces = judge_yield(
        Operation::Pack,
        &[kg("rice", "10")],
        &[line("rice", "20", Uom::Piece)],
        &[],
    );
    assert_eq!(heads_to_pieces, YieldJudgement::NoRule);
    let two_dimensions = judge_yield(
        Operation::Split,
        &[line("live_pig", "10", Uom::Head), kg("live_pig", "100")],
        &[kg("live_pig", "900")],
        &[],
    );
    assert_eq!(two_dimensions, YieldJudgement::NoRule);
    assert_eq!(
        judge_yield(Operation::Split, &[], &[kg("rice", "1")], &[]),
        YieldJudgement::NoRule
    );
    let many = vec![kg("rice", "1"); YIELD_LINES_MAX + 1];
    assert_eq!(
        judge_yield(Operation::Split, &many, &[kg("rice", "1")], &[]),
        YieldJudgement::NoRule
    );
}

#[test]
fn the_largest_amounts_do_not_overflow() {
    let most = line("rice", "1000000000000", Uom::Tonne);
    let inputs = vec![most; 499];
    assert_eq!(
        judge_yield(Operation::Split, &inputs, &inputs, &[]),
        YieldJudgement::Usual
    );
    let outputs = vec![most; 500];
    let judged = judge_yield(Operation::Split, &inputs, &outputs, &[]);
    assert_eq!(odd(&judged), Some(("conserve_split_kgm", false)));
}

proptest! {
    #[test]
    fn splitting_is_usual_only_if_nothing_is_added(
        input in 1_i64..=1_000_000_000_000_000_000,
        output in 0_i64..=1_000_000_000_000_000_000,
    ) {
        let one = |micro| YieldLine {
            class: ProductClass::parse("egg").unwrap(),
            amount: Amount::from_micro(micro).unwrap(),
            uom: Uom::Piece,
        };
        let judged = judge_yield(Operation::Split, &[one(input)], &[one(output)], &[]);
        prop_assert_eq!(judged == YieldJudgement::Usual, output <= input);
    }
}
