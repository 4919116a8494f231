//! GS1 application identifiers: the table `data/application_identifiers.tsv` and the checks of
//! values against its formats.

use std::sync::LazyLock;

use super::check_digit::gs1_check;
use super::error::Fault;
use super::gs1::is_cset82;
use super::link_error::LinkError;
use crate::core::text::Bilingual;
use crate::core::time::ChinaDate;

/// The table, with its sources in its header.
const TABLE_TEXT: &str = include_str!("data/application_identifiers.tsv");

/// Where an identifier stands in a Digital Link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// First in the path.
    Key,
    /// In the path after its key.
    Qualifier,
    /// In the query.
    Attribute,
}

/// What a component is checked for beyond its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lint {
    None,
    CheckDigit,
    /// YYMMDD whose day may be 00 for the end of the month.
    DateOrMonth,
    Date,
    HourMinute,
    DateHour,
    /// MM or MMSS.
    MinuteSecond,
    CountryList,
    Zero,
    /// A minus sign behind the digits.
    Hyphen,
}

/// One component of a format, such as `N13,csum` or `[X..17]`.
#[derive(Debug, Clone, Copy)]
struct Component {
    digits: bool,
    min: usize,
    max: usize,
    optional: bool,
    lint: Lint,
}

/// One application identifier.
#[derive(Debug)]
pub struct ApplicationIdentifier {
    ai: &'static str,
    pub(super) fixed: bool,
    pub(super) role: Role,
    components: Vec<Component>,
    pub(super) short_name: &'static str,
    pub(super) requires: &'static str,
    name_zh: &'static str,
    name_en: &'static str,
}

static TABLE: LazyLock<Vec<ApplicationIdentifier>> =
    LazyLock::new(|| TABLE_TEXT.lines().filter_map(read_row).collect());

/// One line of the table; comments and the header are no rows.
fn read_row(line: &'static str) -> Option<ApplicationIdentifier> {
    let mut columns = line.split('\t');
    let ai = columns.next()?;
    let fixed = columns.next()? == "fixed";
    let role = match columns.next()? {
        "key" => Role::Key,
        "qualifier" => Role::Qualifier,
        "attribute" => Role::Attribute,
        _ => return None,
    };
    let components: Option<Vec<Component>> = columns.next()?.split(' ').map(component).collect();
    Some(ApplicationIdentifier {
        ai,
        fixed,
        role,
        components: components?,
        short_name: columns.next()?,
        requires: columns.next()?,
        name_zh: columns.next()?,
        name_en: columns.next()?,
    })
}

/// Reads a component of a format.
fn component(text: &str) -> Option<Component> {
    let (shape, lint) = text.split_once(',').unwrap_or((text, ""));
    let lint = match lint {
        "" | "iso3166" => Lint::None,
        "csum" => Lint::CheckDigit,
        "yymmd0" => Lint::DateOrMonth,
        "yymmdd" => Lint::Date,
        "hhmm" => Lint::HourMinute,
        "yymmddhh" => Lint::DateHour,
        "mmss" => Lint::MinuteSecond,
        "iso3166list" => Lint::CountryList,
        "zero" => Lint::Zero,
        "hyphen" => Lint::Hyphen,
        _ => return None,
    };
    let inner = shape.strip_prefix('[').and_then(|s| s.strip_suffix(']'));
    let shape_inner = inner.unwrap_or(shape);
    let (digits, length) = match shape_inner.split_at_checked(1)? {
        ("N", length) => (true, length),
        ("X", length) => (false, length),
        _ => return None,
    };
    let (min, max) = match length.strip_prefix("..") {
        Some(max) => (1, max.parse().ok()?),
        None => (length.parse().ok()?, length.parse().ok()?),
    };
    Some(Component {
        digits,
        min,
        max,
        optional: inner.is_some(),
        lint,
    })
}

/// The identifier with these digits, if it is one that is read.
#[must_use]
pub fn application_identifier(ai: &str) -> Option<&'static ApplicationIdentifier> {
    TABLE.iter().find(|entry| entry.ai == ai)
}

/// The identifier with this old short name.
pub(super) fn by_short_name(name: &str) -> Option<&'static ApplicationIdentifier> {
    TABLE
        .iter()
        .find(|entry| !name.is_empty() && entry.short_name == name)
}

impl ApplicationIdentifier {
    /// The two to four digits.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.ai
    }

    /// What it means, in both languages.
    #[must_use]
    pub fn name(&self) -> Bilingual {
        Bilingual::new(self.name_zh, self.name_en)
    }

    /// The qualifiers that may follow this key in a path, in their order; `21` and `235`
    /// exclude each other.
    pub(super) fn qualifiers(&self) -> &'static [&'static str] {
        match self.ai {
            "01" => &["22", "10", "21", "235"],
            "414" => &["254"],
            _ => &[],
        }
    }

    /// Length in characters of a value of fixed length.
    pub(super) fn fixed_len(&self) -> Option<usize> {
        self.fixed
            .then(|| self.components.iter().map(|c| c.max).sum())
    }

    /// Checks a value against the format.
    ///
    /// # Errors
    /// Says what is wrong with the value, and where in it.
    pub fn check(&self, value: &str) -> Result<(), LinkError> {
        self.check_value(value)
            .map_err(|fault| LinkError::Value { ai: self.ai, fault })
    }

    fn check_value(&self, value: &str) -> Result<(), Fault> {
        let at = |position: usize, found: char| Fault::Character {
            position: position.saturating_add(1),
            found,
        };
        if let Some((place, found)) = value.chars().enumerate().find(|(_, c)| !is_allowed(*c)) {
            return Err(at(place, found));
        }
        let mandatory = self.components.iter().filter(|c| !c.optional);
        let min: usize = mandatory.map(|c| c.min).sum();
        let max: usize = self.components.iter().map(|c| c.max).sum();
        let wrong_length = Fault::Length {
            found: value.len(),
            min,
            max,
        };
        if value.len() < min || value.len() > max {
            return Err(wrong_length);
        }
        let mut start: usize = 0;
        for component in &self.components {
            let rest = value.get(start..).unwrap_or_default();
            if rest.is_empty() && component.optional {
                break;
            }
            let part = rest.get(..component.max).unwrap_or(rest);
            if part.len() < component.min {
                return Err(wrong_length);
            }
            if let Some((place, found)) = part
                .chars()
                .enumerate()
                .find(|(_, c)| component.digits && !c.is_ascii_digit())
            {
                return Err(at(start.saturating_add(place), found));
            }
            component.lint.check(part, start)?;
            start = start.saturating_add(part.len());
        }
        if start == value.len() {
            Ok(())
        } else {
            Err(wrong_length)
        }
    }
}

fn is_allowed(c: char) -> bool {
    u8::try_from(c).is_ok_and(is_cset82)
}

impl Lint {
    /// Checks a part that begins at `start` in its value.
    fn check(self, part: &str, start: usize) -> Result<(), Fault> {
        match self {
            Self::None => Ok(()),
            Self::CheckDigit => {
                let (body, check) = part
                    .split_at_checked(part.len().saturating_sub(1))
                    .ok_or(Fault::Shape)?;
                let expected = gs1_check(body.as_bytes())
                    .map(char::from)
                    .ok_or(Fault::Shape)?;
                let found = check.chars().next().unwrap_or_default();
                if expected == found {
                    Ok(())
                } else {
                    Err(Fault::CheckDigit { expected, found })
                }
            }
            Self::DateOrMonth => when(is_date(part, true), Fault::Date),
            Self::Date => when(is_date(part, false), Fault::Date),
            Self::HourMinute => when(below(part, 0, 24) && below(part, 2, 60), Fault::Time),
            Self::DateHour => {
                when(
                    part.get(..6).is_some_and(|date| is_date(date, false)),
                    Fault::Date,
                )?;
                when(below(part, 6, 24), Fault::Time)
            }
            Self::MinuteSecond => when(
                below(part, 0, 60) && (part.len() == 2 || (part.len() == 4 && below(part, 2, 60))),
                Fault::Time,
            ),
            Self::CountryList => when(part.len().is_multiple_of(3), Fault::Shape),
            Self::Zero => one_char(part, start, '0'),
            Self::Hyphen => one_char(part, start, '-'),
        }
    }
}

fn when(holds: bool, fault: Fault) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(fault) }
}

fn one_char(part: &str, start: usize, wanted: char) -> Result<(), Fault> {
    match part.chars().find(|c| *c != wanted) {
        None => Ok(()),
        Some(found) => Err(Fault::Character {
            position: start.saturating_add(1),
            found,
        }),
    }
}

/// The two digits at `place` as a number.
fn two(part: &str, place: usize) -> Option<u32> {
    part.get(place..place.saturating_add(2))?.parse().ok()
}

fn below(part: &str, place: usize, bound: u32) -> bool {
    two(part, place).is_some_and(|number| number < bound)
}

/// Whether YYMMDD is a date; day 00 stands for the end of the month where the format allows it.
///
/// The century does not matter for this, except that 00 is 2000, a leap year.
fn is_date(part: &str, day_may_be_zero: bool) -> bool {
    let (Some(year), Some(month), Some(day)) = (two(part, 0), two(part, 2), two(part, 4)) else {
        return false;
    };
    let day = if day == 0 && day_may_be_zero { 1 } else { day };
    let year = i32::try_from(year).unwrap_or(0).saturating_add(2000);
    ChinaDate::from_ymd(year, month, day).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = TABLE_TEXT.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(
            TABLE.len(),
            lines.count() - 1,
            "all lines but the header are rows"
        );
    }

    #[test]
    fn values_are_checked_against_their_formats() {
        let check = |ai: &str, value: &str| application_identifier(ai).unwrap().check(value);
        for (ai, value) in [
            ("11", "261100"),
            ("17", "280229"),
            ("3103", "000189"),
            ("4331", "000400"),
            ("4333", "001800-"),
            ("7003", "2611302359"),
            ("7007", "261119"),
            ("7007", "261119261120"),
            ("8008", "26111908"),
            ("8008", "2611190830"),
            ("8008", "261119083059"),
            ("423", "156036"),
            ("7035", "156A31010001"),
            ("253", "9520001000010CERT-1"),
        ] {
            assert_eq!(check(ai, value), Ok(()), "{ai} {value}");
        }
        for (ai, value) in [
            ("11", "261300"),
            ("11", "26110"),
            ("11", "260230"),
            ("7003", "2611002359"),
            ("7003", "2611302400"),
            ("7003", "2611302360"),
            ("7007", "2611192611"),
            ("7007", "261100"),
            ("8008", "2611190"),
            ("8008", "26111924"),
            ("8008", "261119083"),
            ("8008", "261119086099"),
            ("423", "1560"),
            ("4333", "001800+"),
            ("30", "123456789"),
            ("30", ""),
            ("7035", "15"),
            ("7035", "156"),
            ("253", "9520001000011CERT-1"),
            ("8003", "19520001000010"),
            ("422", "ABC"),
        ] {
            assert!(check(ai, value).is_err(), "{ai} {value}");
        }
    }
}
