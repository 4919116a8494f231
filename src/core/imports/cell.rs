//! What stands in a cell: numbers, units and dates as people and spreadsheets write them, exactly or not
//! at all.

use super::fault::What;
use super::table::{Unit, unit_of};
use crate::core::quantity::{Amount, AmountError, SignedDecimal};
use crate::core::time::ChinaDate;

/// From when a spreadsheet counts days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Epoch {
    /// The first is 1 January 1900, and 1900 has a leap day that never was.
    #[default]
    Y1900,
    /// The day after 1 January 1904 is the first; once usual on other machines.
    Y1904,
}

/// Years that dates of goods are in.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// Digits of a day as a spreadsheet counts it: from 2000 to 2100 it has five.
const SERIAL_DIGITS: usize = 5;

/// The text with digits, letters and signs in half width, and nothing around it.
pub(super) fn half_width(text: &str) -> String {
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c).saturating_sub(0xfee0)).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{2212}' | '\u{2013}' => '-',
        other => other,
    };
    text.chars().map(half).collect::<String>().trim().to_owned()
}

/// Whether a text is a number as a spreadsheet shortens it, with digits that are lost: `1.23E+12`.
pub(super) fn is_shortened(text: &str) -> bool {
    let Some((digits, power)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let power = power.strip_prefix(['+', '-']).unwrap_or(power);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    // A batch number such as 12E4 has neither point nor sign.
    let is_marked = text.contains('+') || text.contains('.');
    is_marked && is_number(power) && is_number(&digits.replacen('.', "", 1))
}

/// A decimal as people write it, in the one spelling of the ledger: grouped by thousands, with zeros in
/// front or behind.
pub(super) fn spelt(text: &str) -> Option<String> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let whole = match whole.contains(',') {
        true => ungrouped(whole)?,
        false => whole.to_owned(),
    };
    let are_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && rest.is_empty()) || !are_digits(&whole) || !are_digits(rest) {
        return None;
    }
    let (whole, rest) = (whole.trim_start_matches('0'), rest.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if rest.is_empty() { "" } else { "." };
    let is_zero = whole == "0" && rest.is_empty();
    let sign = if is_zero { "" } else { sign };
    Some(format!("{sign}{whole}{point}{rest}"))
}

/// The digits without the commas between groups of three; anything else could be read in two ways.
fn ungrouped(text: &str) -> Option<String> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let is_first = (1..=3).contains(&first.len());
    (is_first && groups.all(|group| group.len() == 3)).then(|| text.replace(',', ""))
}

/// A quantity with a unit behind it, or none.
///
/// # Errors
/// No number, nothing, too fine, or a unit that is not known.
pub fn amount_of(text: &str) -> Result<(Amount, Option<&'static str>), What> {
    let (amount, unit) = quantity_of(text)?;
    Ok((amount, unit.map(|unit| unit.uom.code())))
}

pub(super) fn quantity_of(text: &str) -> Result<(Amount, Option<&'static Unit>), What> {
    let text = half_width(text).replace(' ', "");
    if is_shortened(&text) {
        return Err(What::RoundedNumber);
    }
    let is_of_number = |c: char| c.is_ascii_digit() || ",.+-".contains(c);
    let end = text.find(|c: char| !is_of_number(c)).unwrap_or(text.len());
    let (number, word) = text.split_at_checked(end).ok_or(What::BadQuantity)?;
    let number = spelt(number).ok_or(What::BadQuantity)?;
    let amount = Amount::parse(&number).map_err(|error| match error {
        AmountError::TooFine => What::TooFine,
        _ => What::BadQuantity,
    })?;
    if amount.is_zero() {
        return Err(What::ZeroQuantity);
    }
    let unit = match word {
        "" => None,
        word => Some(unit_of(word).ok_or(What::UnknownUnit)?),
    };
    Ok((amount, unit))
}

/// A temperature in degrees Celsius, with or without the sign of degrees.
pub(super) fn degrees_of(text: &str) -> Option<SignedDecimal> {
    let text = half_width(text).replace(' ', "");
    let text = text.trim_end_matches(['℃', 'C', 'c']).trim_end_matches('°');
    SignedDecimal::parse(&spelt(text)?).ok()
}

/// A date as people and spreadsheets write it; whether it was the number of a day.
///
/// # Errors
/// No such date, or one that could be read in two ways.
pub fn date_of(text: &str, epoch: Epoch) -> Result<(ChinaDate, bool), What> {
    let text = half_width(text);
    if is_shortened(&text) {
        return Err(What::RoundedNumber);
    }
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    let (date, is_serial) = match (is_number, text.len()) {
        (true, 8) => (compact(&text), false),
        (true, SERIAL_DIGITS) => (serial(&text, epoch), true),
        _ => (parted(&text), false),
    };
    let date = date.filter(|date| YEARS.contains(&date.year()));
    date.map(|date| (date, is_serial)).ok_or(What::BadDate)
}

fn compact(text: &str) -> Option<ChinaDate> {
    let (year, rest) = text.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    ymd(year, month, day)
}

fn serial(text: &str, epoch: Epoch) -> Option<ChinaDate> {
    let days: u64 = text.parse().ok()?;
    let first = match epoch {
        Epoch::Y1900 => ChinaDate::from_ymd(1899, 12, 30),
        Epoch::Y1904 => ChinaDate::from_ymd(1904, 1, 1),
    };
    first?.plus_days(days)
}

/// Year, month and day with something between, and perhaps a time behind, which is left out.
fn parted(text: &str) -> Option<ChinaDate> {
    let date = text.split([' ', 'T']).next()?;
    let mut parts = date.split(['-', '/', '.', '年', '月']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let day = day.strip_suffix('日').unwrap_or(day);
    (parts.next().is_none() && year.len() == 4).then(|| ymd(year, month, day))?
}

fn ymd(year: &str, month: &str, day: &str) -> Option<ChinaDate> {
    let are_digits =
        |text: &str| (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if ![year, month, day].into_iter().all(are_digits) {
        return None;
    }
    ChinaDate::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::text::Explain as _;

    fn quantity(text: &str) -> Result<String, &'static str> {
        let (amount, unit) = amount_of(text).map_err(|what| what.code())?;
        Ok(format!("{amount} {}", unit.unwrap_or("-")))
    }

    #[test]
    fn quantities_are_read_exactly_with_units_in_every_width() {
        for (text, read) in [
            ("12.5公斤", "12.5 KGM"),
            ("１２．５　公斤", "12.5 KGM"),
            ("25斤", "25 KGM"),
            ("1,234.50", "1234.5 -"),
            ("１，２３４", "1234 -"),
            ("012", "12 -"),
            (".5 t", "0.5 TNE"),
            ("3 KG", "3 KGM"),
            ("40 头", "40 HEA"),
        ] {
            assert_eq!(quantity(text).as_deref(), Ok(read), "{text}");
        }
    }

    #[test]
    fn what_is_no_quantity_says_why() {
        for (text, code) in [
            ("1,5", "bad_quantity"),
            ("12,34,567", "bad_quantity"),
            ("-3", "bad_quantity"),
            ("约10", "bad_quantity"),
            ("公斤", "bad_quantity"),
            ("1.2.3", "bad_quantity"),
            ("0", "zero_quantity"),
            ("0.0000001", "quantity_too_fine"),
            ("1.23E+12", "rounded_number"),
            ("5 担", "unknown_unit"),
            ("9999999999999", "bad_quantity"),
        ] {
            assert_eq!(quantity(text), Err(code), "{text}");
        }
    }

    #[test]
    fn dates_are_read_as_people_and_spreadsheets_write_them() {
        for text in [
            "2026-01-05",
            "2026/1/5",
            "2026.1.5",
            "2026年1月5日",
            "２０２６年１月５日",
            "20260105",
            "2026-01-05 00:00:00",
            "2026/1/5 8:30",
        ] {
            let (date, is_serial) = date_of(text, Epoch::Y1900).unwrap();
            assert_eq!(
                (&*date.to_string(), is_serial),
                ("2026-01-05", false),
                "{text}"
            );
        }
        let serial = |text, epoch| date_of(text, epoch).map(|(date, is)| (date.to_string(), is));
        assert_eq!(
            serial("46027", Epoch::Y1900),
            Ok(("2026-01-05".into(), true))
        );
        assert_eq!(
            serial("44565", Epoch::Y1904),
            Ok(("2026-01-05".into(), true))
        );
    }

    #[test]
    fn what_is_no_date_is_not_guessed() {
        for text in [
            "5/1/2026",
            "26-01-05",
            "2026-13-01",
            "2026-02-30",
            "今天",
            "2026",
            "00000",
            "1899-01-01",
            "2026-1-5-1",
        ] {
            assert_eq!(date_of(text, Epoch::Y1900), Err(What::BadDate), "{text}");
        }
    }

    #[test]
    fn a_number_that_a_spreadsheet_shortened_is_told_from_a_batch() {
        assert!(is_shortened("1.23E+12") && is_shortened("6.9E12") && is_shortened("9E+3"));
        assert!(!is_shortened("12E4") && !is_shortened("E+1") && !is_shortened("t/CQ-1.E+"));
    }

    proptest::proptest! {
        #[test]
        fn no_cell_makes_a_reader_panic(text in ".{0,40}") {
            let _ = amount_of(&text);
            let _ = date_of(&text, Epoch::Y1904);
            let _ = degrees_of(&text);
        }

        #[test]
        fn every_amount_is_read_as_it_is_spelt(micro in 1_i64..1_000_000_000_000) {
            let amount = Amount::from_micro(micro).unwrap();
            proptest::prop_assert_eq!(amount_of(&format!("{amount}公斤")).map(|read| read.0), Ok(amount));
        }
    }
}
