//! How large labels are. Lengths are tenths of a millimetre on paper and whole dots on a printer:
//! what is not a whole number of dots would be printed with edges that a scanner cannot trust.

use crate::core::text::Bilingual;

/// Tenths of a millimetre in an inch.
const TENTHS_PER_INCH: u32 = 254;

/// Least width of a square of the QR code, in micrometres: GS1 General Specifications, section
/// 5.12.3.1, gives 0.396 mm to 0.990 mm for codes that are scanned at a point of sale.
pub(super) const MODULE_MIN_UM: u32 = 396;

/// Greatest width of a square, in micrometres; the same source.
pub(super) const MODULE_MAX_UM: u32 = 990;

/// Least height of a character's square (em), in tenths of a millimetre. A Chinese character fills
/// nine tenths of its square, so that it is about 1.8 mm high, which GB 7718-2011, section 3.9, asks
/// of what has to stand on a label.
pub const EM_MIN: u16 = 20;

/// Dots per inch of a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dpi {
    /// 8 dots a millimetre.
    D203,
    /// 12 dots a millimetre, nearly.
    D300,
    /// 24 dots a millimetre, nearly.
    D600,
}

impl Dpi {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::D203, Self::D300, Self::D600];

    /// Dots per inch.
    #[must_use]
    pub const fn get(self) -> u16 {
        match self {
            Self::D203 => 203,
            Self::D300 => 300,
            Self::D600 => 600,
        }
    }

    /// One of those that label printers have.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|dpi| dpi.get() == number)
    }

    /// Dots per metre, as PNG wants it.
    #[must_use]
    pub fn per_metre(self) -> u32 {
        (u32::from(self.get()) * 10_000 + TENTHS_PER_INCH / 2) / TENTHS_PER_INCH
    }

    /// The nearest number of dots to a length in tenths of a millimetre.
    pub(super) fn dots(self, tenths: u16) -> u16 {
        let dots = u32::from(tenths) * u32::from(self.get()) + TENTHS_PER_INCH / 2;
        u16::try_from(dots / TENTHS_PER_INCH).unwrap_or(u16::MAX)
    }

    /// The least number of dots that is no shorter than a length in micrometres.
    pub(super) fn dots_up(self, um: u32) -> u16 {
        let dots = (um * u32::from(self.get())).div_ceil(TENTHS_PER_INCH * 100);
        u16::try_from(dots).unwrap_or(u16::MAX)
    }

    /// A number of dots in tenths of a millimetre, rounded up.
    pub(super) fn tenths_up(self, dots: u32) -> u16 {
        let tenths = (dots * TENTHS_PER_INCH).div_ceil(u32::from(self.get()));
        u16::try_from(tenths).unwrap_or(u16::MAX)
    }
}

impl std::fmt::Display for Dpi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.get())
    }
}

/// What a label is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// On a pack: 50 mm × 30 mm.
    Pack,
    /// On a shelf: 70 mm × 50 mm.
    Shelf,
    /// On a carton: 100 mm × 70 mm.
    Carton,
}

/// The measures of a size, in tenths of a millimetre.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measures {
    pub width: u16,
    pub height: u16,
    /// Around everything, because printers are not exact.
    pub margin: u16,
    /// Widest QR code with its quiet zone.
    pub qr_max: u16,
    /// Height of a character's square in the heading.
    pub heading: u16,
    /// In the text, where there is room.
    pub text: u16,
}

impl Size {
    /// Every one, the smallest first.
    pub const ALL: [Self; 3] = [Self::Pack, Self::Shelf, Self::Carton];

    /// The word for it in calls.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pack => "pack",
            Self::Shelf => "shelf",
            Self::Carton => "carton",
        }
    }

    /// What it is for.
    #[must_use]
    pub fn words(self) -> Bilingual {
        match self {
            Self::Pack => Bilingual::new("小包装", "a pack"),
            Self::Shelf => Bilingual::new("货架", "a shelf"),
            Self::Carton => Bilingual::new("外箱", "a carton"),
        }
    }

    pub(super) const fn measures(self) -> Measures {
        match self {
            Self::Pack => Measures {
                width: 500,
                height: 300,
                margin: 10,
                qr_max: 236,
                heading: 30,
                text: 24,
            },
            Self::Shelf => Measures {
                width: 700,
                height: 500,
                margin: 15,
                qr_max: 280,
                heading: 38,
                text: 30,
            },
            Self::Carton => Measures {
                width: 1_000,
                height: 700,
                margin: 25,
                qr_max: 450,
                heading: 60,
                text: 45,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_millimetre_is_eight_twelve_and_twenty_four_dots() {
        assert_eq!(Dpi::ALL.map(|dpi| dpi.dots(10)), [8, 12, 24]);
        assert_eq!(Dpi::ALL.map(|dpi| dpi.dots(1_000)), [799, 1_181, 2_362]);
        assert_eq!(Dpi::ALL.map(Dpi::per_metre), [7_992, 11_811, 23_622]);
        assert_eq!(Dpi::from_number(300), Some(Dpi::D300));
        assert_eq!(Dpi::from_number(72), None);
    }

    #[test]
    fn squares_are_never_smaller_than_scanners_ask() {
        assert_eq!(Dpi::ALL.map(|dpi| dpi.dots_up(MODULE_MIN_UM)), [4, 5, 10]);
        assert_eq!(Dpi::D203.tenths_up(4), 6);
    }
}
