//! Vehicle plates (GA 36-2018) and the colour codes of transport reporting.

use std::sync::Arc;

use super::ascii::text_identifier;
use super::error::{Fault, IdError, IdKind};

text_identifier!(Plate, PlateColour);

/// First characters: the 31 provincial-level divisions, embassies and consulates.
const FIRST: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领";

/// Characters of an ordinary plate.
const ORDINARY_LEN: usize = 7;

/// Characters of a new-energy plate.
const NEW_ENERGY_LEN: usize = 8;

/// A plate as painted on the vehicle, without the dot, e.g. `沪A12345`. It is not unique
/// without its [`PlateColour`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Plate {
    text: Arc<str>,
    kind: PlateKind,
}

/// What kind of plate it is, as its characters say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlateKind {
    /// An ordinary plate of seven characters.
    Ordinary,
    /// A small new-energy vehicle: eight characters, letter in the third place.
    NewEnergySmall,
    /// A large new-energy vehicle: eight characters, letter in the last place.
    NewEnergyLarge,
    /// A trailer (挂); an articulated lorry has two plates.
    Trailer,
    /// A learner's vehicle (学).
    Training,
    /// A police vehicle (警).
    Police,
    /// A vehicle from Hong Kong admitted to the mainland (港).
    HongKong,
    /// A vehicle from Macao admitted to the mainland (澳).
    Macao,
}

impl Plate {
    /// Reads seven or eight characters; the letters I and O never occur.
    ///
    /// # Errors
    /// Says whether the length or which character is wrong.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let mut chars = ['\0'; NEW_ENERGY_LEN];
        let mut count: usize = 0;
        for c in text.chars() {
            if let Some(slot) = chars.get_mut(count) {
                *slot = c;
            }
            count = count.saturating_add(1);
        }
        let kind = match (count, chars) {
            (ORDINARY_LEN, [first, city, a, b, c, d, last, _]) => {
                check_places(&[
                    (first, is_first),
                    (city, is_letter),
                    (a, is_symbol),
                    (b, is_symbol),
                    (c, is_symbol),
                    (d, is_symbol),
                    (last, is_last),
                ])?;
                ordinary_kind(last)
            }
            (NEW_ENERGY_LEN, chars) => new_energy_kind(chars)?,
            (found, _) => {
                return Err(IdKind::Plate.fault(Fault::Length {
                    found,
                    min: ORDINARY_LEN,
                    max: NEW_ENERGY_LEN,
                }));
            }
        };
        Ok(Self {
            text: Arc::from(text),
            kind,
        })
    }

    /// The plate.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What kind of plate it is.
    #[must_use]
    pub const fn kind(&self) -> PlateKind {
        self.kind
    }
}

/// A test of one character.
type Allowed = fn(char) -> bool;

fn check_places(places: &[(char, Allowed)]) -> Result<(), IdError> {
    match places.iter().position(|(c, allowed)| !allowed(*c)) {
        None => Ok(()),
        Some(place) => Err(IdKind::Plate.fault(Fault::Character {
            position: place.saturating_add(1),
            found: places.get(place).map_or('\0', |(c, _)| *c),
        })),
    }
}

fn ordinary_kind(last: char) -> PlateKind {
    match last {
        '挂' => PlateKind::Trailer,
        '学' => PlateKind::Training,
        '警' => PlateKind::Police,
        '港' => PlateKind::HongKong,
        '澳' => PlateKind::Macao,
        _ => PlateKind::Ordinary,
    }
}

fn new_energy_kind(chars: [char; NEW_ENERGY_LEN]) -> Result<PlateKind, IdError> {
    let [first, city, a, b, c, d, e, last] = chars;
    let digit: Allowed = |c| c.is_ascii_digit();
    let small = !a.is_ascii_digit();
    let (third, fourth, end): (Allowed, Allowed, Allowed) = if small {
        (is_new_energy, is_symbol, digit)
    } else {
        (digit, digit, is_new_energy)
    };
    check_places(&[
        (first, is_province),
        (city, is_letter),
        (a, third),
        (b, fourth),
        (c, digit),
        (d, digit),
        (e, digit),
        (last, end),
    ])?;
    Ok(if small {
        PlateKind::NewEnergySmall
    } else {
        PlateKind::NewEnergyLarge
    })
}

fn is_first(c: char) -> bool {
    FIRST.contains(c)
}

fn is_province(c: char) -> bool {
    is_first(c) && !matches!(c, '使' | '领')
}

const fn is_letter(c: char) -> bool {
    matches!(c, 'A'..='H' | 'J'..='N' | 'P'..='Z')
}

const fn is_symbol(c: char) -> bool {
    is_letter(c) || c.is_ascii_digit()
}

const fn is_last(c: char) -> bool {
    is_symbol(c) || matches!(c, '挂' | '学' | '警' | '港' | '澳')
}

const fn is_new_energy(c: char) -> bool {
    matches!(c, 'A'..='H' | 'J' | 'K')
}

/// Declares the colours with code and names.
macro_rules! plate_colours {
    ($($(#[$doc:meta])* $colour:ident = $code:literal, $number:literal, $zh:literal, $en:literal;)+) => {
        /// Colour of a plate, by the codes of transport reporting.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum PlateColour {
            $($(#[$doc])* $colour,)+
        }

        impl PlateColour {
            /// Every colour.
            pub const ALL: &'static [Self] = &[$(Self::$colour,)+];

            /// Reads the code, e.g. `2` or `93`.
            ///
            /// # Errors
            /// No colour has this code.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                match text {
                    $($code => Ok(Self::$colour),)+
                    _ => Err(IdKind::PlateColour.fault(Fault::NotListed)),
                }
            }

            /// The code.
            #[must_use]
            pub const fn as_str(&self) -> &'static str {
                match self {
                    $(Self::$colour => $code,)+
                }
            }

            /// The code as a number, as the database keeps it.
            #[must_use]
            pub const fn number(self) -> i16 {
                match self {
                    $(Self::$colour => $number,)+
                }
            }

            /// The colour in both languages.
            #[must_use]
            pub fn name(self) -> crate::core::text::Bilingual {
                match self {
                    $(Self::$colour => crate::core::text::Bilingual::new($zh, $en),)+
                }
            }
        }
    };
}

plate_colours! {
    /// 1: blue.
    Blue = "1", 1, "蓝色", "blue";
    /// 2: yellow.
    Yellow = "2", 2, "黄色", "yellow";
    /// 3: black.
    Black = "3", 3, "黑色", "black";
    /// 4: white.
    White = "4", 4, "白色", "white";
    /// 5: green.
    Green = "5", 5, "绿色", "green";
    /// 9: another colour.
    Other = "9", 9, "其他", "other";
    /// 91: yellow of agricultural vehicles.
    FarmYellow = "91", 91, "农黄色", "agricultural yellow";
    /// 92: green of agricultural vehicles.
    FarmGreen = "92", 92, "农绿色", "agricultural green";
    /// 93: yellow and green, large new-energy vehicles.
    YellowGreen = "93", 93, "黄绿色", "yellow and green";
    /// 94: green gradient, small new-energy vehicles.
    GreenGradient = "94", 94, "渐变绿", "green gradient";
}
