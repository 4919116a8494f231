//! Reasons of an entry check as a receipt has them, in words.

use crate::core::record::body::EntryReason;
use crate::core::rules::paper::PaperKind;
use crate::core::text::Bilingual;

/// What a reason in a receipt says, by its code; where no table has it, as a reader of a later version would, the code
/// itself.
#[must_use]
pub fn recorded_words(reason: &EntryReason) -> Bilingual {
    let known = RECORDED
        .iter()
        .find(|(code, ..)| *code == reason.code.as_str());
    let code = reason.code.as_str();
    let (zh, en) = known.map_or((code, code), |(_, zh, en)| (*zh, *en));
    match reason.paper.map(PaperKind::words) {
        Some(paper) => Bilingual::new(
            format!("{zh}({})", paper.zh),
            format!("{en} ({})", paper.en),
        ),
        None => Bilingual::new(zh, en),
    }
}

/// Codes that make an entry check note, hold or refuse.
const RECORDED: &[(&str, &str, &str)] = &[
    ("paper_missing", "缺证明", "a paper is missing"),
    ("paper_expired", "证明过期", "a paper has run out"),
    (
        "paper_issued_later",
        "证明后来才开具",
        "a paper was issued later",
    ),
    (
        "paper_only_transcribed",
        "证明仅由持有人抄录",
        "a paper was only typed off",
    ),
    (
        "paper_not_passed",
        "证明的结论不合格",
        "a paper says that it failed",
    ),
    (
        "paper_wrong_route",
        "证明不适用于这条路线",
        "a paper is for another route",
    ),
    (
        "paper_over_used",
        "证明超量使用",
        "a paper was used for more than it covers",
    ),
    (
        "temperature_on_arrival",
        "到货温度不符",
        "temperature on arrival",
    ),
    (
        "temperature_not_measured",
        "到货温度没有测量",
        "temperature not measured",
    ),
    (
        "arrival_temperature",
        "到货温度不符",
        "temperature on arrival",
    ),
    (
        "cold_excursion",
        "途中温度超出要求",
        "too warm or cold on the way",
    ),
    (
        "cold_no_readings",
        "途中没有温度读数",
        "no readings on the way",
    ),
    (
        "cold_gap",
        "途中温度读数间断",
        "a gap in the readings on the way",
    ),
    (
        "cold_unproven",
        "途中温度未证实",
        "readings on the way are unproven",
    ),
    (
        "carrier_not_signed",
        "承运人没有签名",
        "the carrier has signed nothing",
    ),
    (
        "entry_check_pending",
        "上一手暂存待查",
        "an earlier receiver kept it aside",
    ),
    (
        "storage_excursion",
        "贮存温度超出要求",
        "too warm or cold in store",
    ),
    ("seals_broken", "封签破损或不符", "seals broken or others"),
    (
        "seal_broken",
        "途中封签不完好",
        "a seal was broken on the way",
    ),
    (
        "licence_ended",
        "供货者许可证到期",
        "the supplier's licence ran out",
    ),
    ("recalled", "已召回", "recalled"),
    ("held", "已封存", "held by a statement"),
    ("expired", "超过保质期", "past its shelf life"),
    ("inspection_failed", "检查不合格", "an inspection failed"),
    ("balance", "数量不平", "quantities do not balance"),
    ("differences", "有差异", "differences"),
    (
        "not_on_waybill",
        "有运单以外的货",
        "goods that are not on the waybill",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Bilingual {
        recorded_words(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn a_reason_is_told_by_its_code_with_the_paper_it_is_about() {
        let missing =
            words(r#"{"code":"paper_missing","check":"hold","paper":"farm_certificate"}"#);
        assert_eq!(missing.zh, "缺证明(承诺达标合格证)");
        assert_eq!(
            words(r#"{"code":"recalled","check":"refuse"}"#).zh,
            "已召回"
        );
    }

    #[test]
    fn a_code_that_no_table_has_stands_for_itself() {
        assert_eq!(
            words(r#"{"code":"of_a_later_version","check":"hold"}"#).zh,
            "of_a_later_version"
        );
    }
}
