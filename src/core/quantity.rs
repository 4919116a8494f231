//! Exact quantities. An amount is a decimal with at most six places, kept as an integer number
//! of millionths, so that sums are exact and two implementations can never disagree about them.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Decimal places an amount may have.
pub const AMOUNT_DECIMALS_MAX: usize = 6;

/// Millionths in one unit.
const MICRO: i64 = 1_000_000;

/// Largest amount in one line, in whole units (one billion: a thousand shiploads in grams).
const AMOUNT_WHOLE_MAX: i64 = 1_000_000_000_000;

/// A non-negative exact decimal, at most 10^12 with six places; canonical as text
/// (`0`, `12`, `0.5`, never `012`, `.5`, `1.50`, `+1` or `-0`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(i64);

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not a decimal number in canonical spelling.
    #[error("not a canonical decimal")]
    NotCanonical,
    /// More than six decimal places.
    #[error("more than six decimal places")]
    TooFine,
    /// Larger than any amount the ledger keeps.
    #[error("amount is too large")]
    TooLarge,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Reads a canonical decimal.
    ///
    /// # Errors
    /// Says whether the spelling, the precision or the size is wrong.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        let signed = SignedDecimal::parse(text)?;
        if signed.0 < 0 {
            return Err(AmountError::NotCanonical);
        }
        Ok(Self(signed.0))
    }

    /// An amount from its millionths, as the database keeps it; negative is no amount.
    #[must_use]
    pub fn from_micro(micro: i64) -> Option<Self> {
        (0..=AMOUNT_WHOLE_MAX.saturating_mul(MICRO))
            .contains(&micro)
            .then_some(Self(micro))
    }

    /// The whole number `units`, if it is not too large.
    #[must_use]
    pub fn whole(units: u32) -> Self {
        Self(i64::from(units).saturating_mul(MICRO))
    }

    /// The amount in millionths.
    #[must_use]
    pub const fn micro(self) -> i64 {
        self.0
    }

    /// Whether this is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, if it is still an amount.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).and_then(Self::from_micro)
    }

    /// The difference, if `other` is not larger.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).and_then(Self::from_micro)
    }
}

/// An exact decimal that may be negative (temperatures, rates), same precision and spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SignedDecimal(i64);

impl SignedDecimal {
    /// Reads a canonical decimal, with `-` in front if it is negative.
    ///
    /// # Errors
    /// Says whether the spelling, the precision or the size is wrong.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        let value = whole_micro(whole)?
            .checked_add(fraction.map_or(Ok(0), fraction_micro)?)
            .ok_or(AmountError::TooLarge)?;
        if value > AMOUNT_WHOLE_MAX.saturating_mul(MICRO) {
            return Err(AmountError::TooLarge);
        }
        match (negative, value) {
            (true, 0) => Err(AmountError::NotCanonical),
            (true, _) => Ok(Self(value.saturating_neg())),
            (false, _) => Ok(Self(value)),
        }
    }

    /// A decimal from its millionths.
    #[must_use]
    pub const fn from_micro(micro: i64) -> Self {
        Self(micro)
    }

    /// A whole number.
    #[must_use]
    pub fn whole(units: i16) -> Self {
        Self(i64::from(units).saturating_mul(MICRO))
    }

    /// The decimal in millionths.
    #[must_use]
    pub const fn micro(self) -> i64 {
        self.0
    }
}

fn whole_micro(whole: &str) -> Result<i64, AmountError> {
    let canonical = whole == "0" || !whole.starts_with('0');
    if whole.is_empty() || !canonical || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AmountError::NotCanonical);
    }
    whole
        .parse::<i64>()
        .ok()
        .and_then(|units| units.checked_mul(MICRO))
        .ok_or(AmountError::TooLarge)
}

fn fraction_micro(fraction: &str) -> Result<i64, AmountError> {
    if fraction.is_empty()
        || fraction.ends_with('0')
        || !fraction.bytes().all(|b| b.is_ascii_digit())
    {
        return Err(AmountError::NotCanonical);
    }
    if fraction.len() > AMOUNT_DECIMALS_MAX {
        return Err(AmountError::TooFine);
    }
    let padded = format!("{fraction:0<width$}", width = AMOUNT_DECIMALS_MAX);
    padded.parse::<i64>().ok().ok_or(AmountError::TooLarge)
}

fn write_decimal(f: &mut std::fmt::Formatter<'_>, micro: i64) -> std::fmt::Result {
    let sign = if micro < 0 { "-" } else { "" };
    let size = micro.unsigned_abs();
    let (whole, fraction) = (size / MICRO.unsigned_abs(), size % MICRO.unsigned_abs());
    if fraction == 0 {
        return f.pad(&format!("{sign}{whole}"));
    }
    let digits = format!("{fraction:06}");
    f.pad(&format!("{sign}{whole}.{}", digits.trim_end_matches('0')))
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_decimal(f, self.0)
    }
}

impl std::fmt::Display for SignedDecimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_decimal(f, self.0)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

impl Serialize for SignedDecimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SignedDecimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

/// What a unit measures; yields are judged per dimension because heads and kilograms do not add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// Weight.
    Mass,
    /// Volume of liquids.
    Volume,
    /// Live animals, carcasses, pieces, portions.
    Count,
}

/// Unit of measure, a code of UNECE Recommendation 20 (as in EPCIS `uom`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Uom {
    /// Kilogram 千克.
    #[serde(rename = "KGM")]
    Kilogram,
    /// Gram 克.
    #[serde(rename = "GRM")]
    Gram,
    /// Tonne 吨.
    #[serde(rename = "TNE")]
    Tonne,
    /// Litre 升.
    #[serde(rename = "LTR")]
    Litre,
    /// Millilitre 毫升.
    #[serde(rename = "MLT")]
    Millilitre,
    /// Head of livestock 头.
    #[serde(rename = "HEA")]
    Head,
    /// Piece 件.
    #[serde(rename = "H87")]
    Piece,
    /// Portion 份, as a canteen serves it.
    #[serde(rename = "PTN")]
    Portion,
}

impl Uom {
    /// Every unit the ledger knows.
    pub const ALL: [Self; 8] = [
        Self::Kilogram,
        Self::Gram,
        Self::Tonne,
        Self::Litre,
        Self::Millilitre,
        Self::Head,
        Self::Piece,
        Self::Portion,
    ];

    /// The code written in records.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kilogram => "KGM",
            Self::Gram => "GRM",
            Self::Tonne => "TNE",
            Self::Litre => "LTR",
            Self::Millilitre => "MLT",
            Self::Head => "HEA",
            Self::Piece => "H87",
            Self::Portion => "PTN",
        }
    }

    /// The unit with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|uom| uom.code() == code)
    }

    /// The word on Chinese surfaces.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Kilogram => "千克",
            Self::Gram => "克",
            Self::Tonne => "吨",
            Self::Litre => "升",
            Self::Millilitre => "毫升",
            Self::Head => "头",
            Self::Piece => "件",
            Self::Portion => "份",
        }
    }

    /// The word or symbol on English surfaces.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::Kilogram => "kg",
            Self::Gram => "g",
            Self::Tonne => "t",
            Self::Litre => "L",
            Self::Millilitre => "mL",
            Self::Head => "head",
            Self::Piece => "pieces",
            Self::Portion => "portions",
        }
    }

    /// What the unit measures.
    #[must_use]
    pub const fn dimension(self) -> Dimension {
        match self {
            Self::Kilogram | Self::Gram | Self::Tonne => Dimension::Mass,
            Self::Litre | Self::Millilitre => Dimension::Volume,
            Self::Head | Self::Piece | Self::Portion => Dimension::Count,
        }
    }

    /// Size of one unit in the smallest unit of its dimension (gram, millilitre, one).
    #[must_use]
    pub const fn factor(self) -> i64 {
        match self {
            Self::Gram | Self::Millilitre | Self::Head | Self::Piece | Self::Portion => 1,
            Self::Kilogram | Self::Litre => 1_000,
            Self::Tonne => 1_000_000,
        }
    }

    /// A small number that names the unit in the database.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Kilogram => 1,
            Self::Gram => 2,
            Self::Tonne => 3,
            Self::Litre => 4,
            Self::Millilitre => 5,
            Self::Head => 6,
            Self::Piece => 7,
            Self::Portion => 8,
        }
    }

    /// The unit with this database number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|uom| uom.number() == number)
    }
}

impl std::fmt::Display for Uom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_have_one_spelling() {
        for good in ["0", "1", "12.5", "0.000001", "1000000000000", "3120"] {
            assert_eq!(Amount::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "", ".", "01", "1.", ".5", "1.0", "1.50", "+1", "-0", "-1", "1e3", " 1", "1,5", "１",
        ] {
            assert_eq!(Amount::parse(bad), Err(AmountError::NotCanonical), "{bad}");
        }
        assert_eq!(Amount::parse("0.0000001"), Err(AmountError::TooFine));
        assert_eq!(Amount::parse("1000000000001"), Err(AmountError::TooLarge));
        assert_eq!(
            Amount::parse("99999999999999999999"),
            Err(AmountError::TooLarge)
        );
    }

    #[test]
    fn temperatures_may_be_negative_but_zero_has_no_sign() {
        assert_eq!(SignedDecimal::parse("-18.5").unwrap().micro(), -18_500_000);
        assert_eq!(SignedDecimal::parse("-18.5").unwrap().to_string(), "-18.5");
        assert_eq!(SignedDecimal::parse("-0.5").unwrap().to_string(), "-0.5");
        assert_eq!(SignedDecimal::parse("-0"), Err(AmountError::NotCanonical));
    }

    #[test]
    fn a_debit_larger_than_its_credit_has_no_difference() {
        assert_eq!(Amount::whole(1).checked_sub(Amount::whole(2)), None);
    }

    #[test]
    fn units_are_found_again_by_code_and_number() {
        for uom in Uom::ALL {
            assert_eq!(Uom::from_code(uom.code()), Some(uom));
            assert_eq!(Uom::from_number(uom.number()), Some(uom));
            assert_eq!(
                serde_json::to_string(&uom).unwrap(),
                format!("\"{}\"", uom.code())
            );
        }
    }

    proptest! {
        #[test]
        fn every_amount_reads_back_from_its_text(micro in 0_i64..=1_000_000_000_000_000_000) {
            let amount = Amount::from_micro(micro).unwrap();
            prop_assert_eq!(Amount::parse(&amount.to_string()), Ok(amount));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "\\PC{0,40}") {
            if let Ok(amount) = Amount::parse(&text) {
                prop_assert_eq!(amount.to_string(), text);
            }
        }
    }
}
