//! What stands on a label, in the words that the law has for it.

use super::error::LabelError;
use super::facts::{Certificate, Facts};
use super::size::Size;
use crate::app::link_host::LinkHost;
use crate::core::ids::LotCode;
use crate::core::record::body::{FarmCertificateForm, PromiseBasis};
use crate::core::time::ChinaDate;
use serde::Deserialize;
use std::sync::LazyLock;

/// What stands where something is to be written by hand.
const BLANK: &str = "________";

/// The heading that the law wants to see, on a code too (MARA Order 2025 No. 4).
const CERTIFICATE_HEADING: &str = "承诺达标合格证";

/// What stands on a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    /// Largest, first.
    pub heading: String,
    /// One below the other, each at least on a line of its own.
    pub lines: Vec<String>,
    /// The code for people, as GS1 writes it beneath a symbol.
    pub code: String,
    /// What the QR code says.
    pub link: String,
}

/// The fixed words of the certificate.
#[derive(Debug, Deserialize)]
struct Fixed {
    #[serde(rename = "source")]
    _source: String,
    in_force_from: ChinaDate,
    promise: Promise,
    basis: Basis,
}

#[derive(Debug, Deserialize)]
struct Promise {
    producer: String,
    collector: String,
}

#[derive(Debug, Deserialize)]
struct Basis {
    control: String,
    self_test: String,
    commissioned_test: String,
}

static FIXED: LazyLock<Option<Fixed>> =
    LazyLock::new(|| toml::from_str(include_str!("certificate.toml")).ok());

/// A caption and what it says; in two languages where there is room for it.
fn line(size: Size, zh: &str, en: &str, value: &str) -> String {
    match size {
        Size::Carton => format!("{zh} {en}: {value}"),
        Size::Pack | Size::Shelf => format!("{zh}\u{ff1a}{value}"),
    }
}

/// The code as it is printed under a symbol: application identifiers in brackets, or our own code.
fn printed_code(lot: &LotCode) -> String {
    let parts = [
        ("01", lot.gtin().map(|one| one.to_string())),
        ("22", lot.variant().map(|one| one.to_string())),
        ("10", lot.batch().map(|one| one.to_string())),
        ("21", lot.serial().map(|one| one.to_string())),
    ];
    match lot.own_code() {
        Some(code) => code.to_owned(),
        None => parts
            .into_iter()
            .filter_map(|(ai, value)| Some(format!("({ai}){}", value?)))
            .collect(),
    }
}

/// The words of a lot's label.
pub(super) fn of_lot(facts: &Facts, size: Size, host: &LinkHost) -> Words {
    let line = |zh: &str, en: &str, value: &str| line(size, zh, en, value);
    let mut lines = vec![
        line("产地", "Origin", &facts.origin),
        line("生产日期", "Made", &facts.made_on.to_string()),
    ];
    let best_before = facts.best_before.map(|day| day.to_string());
    lines.extend(best_before.map(|day| line("保质期至", "Best before", &day)));
    lines.extend(facts.spec.as_ref().map(|spec| line("规格", "Spec", spec)));
    lines.push(line("生产者", "Producer", &facts.producer));
    lines.extend(
        facts
            .storage
            .as_ref()
            .map(|it| line("贮存", "Store at", it)),
    );
    Words {
        heading: facts.name.clone(),
        lines,
        code: printed_code(&facts.lot),
        link: host.link(&facts.lot),
    }
}

/// The words of a commitment certificate. A pack has the short form, which shows the heading and
/// leads to the rest by its code; the others have all that the form asks for.
///
/// # Errors
/// A certificate that is older than these words.
pub(super) fn of_certificate(
    facts: &Facts,
    certificate: &Certificate,
    size: Size,
    host: &LinkHost,
) -> Result<Words, LabelError> {
    let fixed = FIXED.as_ref();
    let fixed = fixed.filter(|fixed| certificate.issued_on >= fixed.in_force_from);
    let fixed = fixed.ok_or_else(|| LabelError::OlderForm(facts.lot.clone()))?;
    let line = |zh: &str, en: &str, value: &str| line(size, zh, en, value);
    let or_blank = |value: &Option<String>| value.clone().unwrap_or_else(|| BLANK.to_owned());
    let issued_on = certificate.issued_on.to_string();
    let product = line("产品名称", "Product", &facts.name);
    let origin = line("产地", "Origin", &facts.origin);
    let issued = line("开具日期", "Issued", &issued_on);
    let subject = line("承诺主体", "Promised by", &certificate.subject);
    let lines = match size {
        Size::Pack => vec![product, origin, issued, subject],
        Size::Shelf | Size::Carton => vec![
            product,
            line("数量", "Quantity", &or_blank(&certificate.quantity)),
            origin,
            issued,
            subject,
            line("联系方式", "Contact", &or_blank(&certificate.contact)),
            line("承诺内容", "Promise", fixed.promise(certificate.form)),
            line("承诺依据", "Basis", &fixed.basis(&certificate.basis)),
            line("编号", "No.", &certificate.number),
        ],
    };
    Ok(Words {
        heading: CERTIFICATE_HEADING.to_owned(),
        lines,
        code: printed_code(&facts.lot),
        link: host.link(&facts.lot),
    })
}

impl Fixed {
    fn promise(&self, form: FarmCertificateForm) -> &str {
        match form {
            FarmCertificateForm::Producer => &self.promise.producer,
            FarmCertificateForm::Collector => &self.promise.collector,
        }
    }

    /// What the promise rests on, all of it in the order of the form.
    fn basis(&self, stated: &[PromiseBasis]) -> String {
        let all = [
            (PromiseBasis::Control, &self.basis.control),
            (PromiseBasis::SelfTest, &self.basis.self_test),
            (
                PromiseBasis::CommissionedTest,
                &self.basis.commissioned_test,
            ),
        ];
        let stated = all.into_iter().filter(|(one, _)| stated.contains(one));
        let words: Vec<&str> = stated.map(|(_, words)| words.as_str()).collect();
        words.join("、")
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::core::ids::Division;

    pub(in crate::app::label) fn host() -> LinkHost {
        LinkHost::parse("zhejiang.shisu.example").unwrap()
    }

    pub(in crate::app::label) fn facts(lot: &str, name: &str) -> Facts {
        Facts {
            lot: LotCode::parse(lot).unwrap(),
            name: name.to_owned(),
            spec: None,
            origin: Division::parse("330421").unwrap().full_name(),
            made_on: ChinaDate::from_ymd(2026, 4, 17).unwrap(),
            best_before: ChinaDate::from_ymd(2026, 4, 24),
            producer: "嘉善示例果蔬专业合作社".to_owned(),
            storage: None,
        }
    }

    pub(in crate::app::label) fn certificate() -> Certificate {
        Certificate {
            number: "HGZ20260417-0021".to_owned(),
            issued_on: ChinaDate::from_ymd(2026, 4, 17).unwrap(),
            subject: "嘉善示例果蔬专业合作社".to_owned(),
            form: FarmCertificateForm::Collector,
            basis: vec![PromiseBasis::SelfTest, PromiseBasis::Control],
            quantity: Some("1200 千克".to_owned()),
            contact: None,
        }
    }

    #[test]
    fn the_full_form_has_every_word_that_the_order_asks_for() {
        let facts = facts("t/JS-TOM-0611", "番茄");
        let words = of_certificate(&facts, &certificate(), Size::Shelf, &host()).unwrap();
        assert_eq!(words.heading, "承诺达标合格证");
        let text = words.lines.join("\n");
        for caption in [
            "产品名称：番茄",
            "数量：1200 千克",
            "产地：浙江省嘉兴市嘉善县",
            "开具日期：2026-04-17",
            "承诺主体：嘉善示例果蔬专业合作社",
            "联系方式：________",
            "承诺内容：已按规定收取并保存该批次农产品承诺达标合格证",
            "承诺依据：质量安全控制符合要求、自行检测合格",
            "编号：HGZ20260417-0021",
        ] {
            assert!(text.contains(caption), "{caption}\n{text}");
        }
    }

    #[test]
    fn a_producer_and_a_collector_promise_different_things() {
        let facts = facts("t/JS-TOM-0611", "番茄");
        let producer = Certificate {
            form: FarmCertificateForm::Producer,
            ..certificate()
        };
        let words = of_certificate(&facts, &producer, Size::Carton, &host()).unwrap();
        assert!(
            words
                .lines
                .join("")
                .contains("未使用禁用农药、兽药及其他化合物")
        );
        assert!(words.lines.join("").contains("承诺内容 Promise"));
    }

    #[test]
    fn a_certificate_from_before_the_order_is_not_printed_in_its_words() {
        let facts = facts("t/JS-TOM-0611", "番茄");
        let old = Certificate {
            issued_on: ChinaDate::from_ymd(2026, 1, 31).unwrap(),
            ..certificate()
        };
        let refused = of_certificate(&facts, &old, Size::Pack, &host());
        assert_eq!(refused.unwrap_err(), LabelError::OlderForm(facts.lot));
    }

    #[test]
    fn the_code_for_people_has_application_identifiers_in_brackets() {
        let lot = |text: &str| printed_code(&LotCode::parse(text).unwrap());
        assert_eq!(
            lot("01/09520002000033/10/Q0417-1"),
            "(01)09520002000033(10)Q0417-1"
        );
        assert_eq!(
            lot("01/09520002000033/22/A/10/B%2F1/21/S"),
            "(01)09520002000033(22)A(10)B/1(21)S"
        );
        assert_eq!(lot("t/JS-TOM-0611"), "JS-TOM-0611");
    }
}
