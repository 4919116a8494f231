//! The Chinese font that the program carries: WenQuanYi Micro Hei unless it was built with another.
//! Labels are drawn from its outlines, because the fonts of label printers have no or few Chinese
//! characters and differ between makers.

use super::error::LabelError;
use ab_glyph::{Font as _, FontRef, GlyphId, Outline};
use std::sync::LazyLock;

/// The font file, put there by `build.rs`; empty if there was none when the program was built.
static FILE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/label-font"));

static FONT: LazyLock<Option<Face>> = LazyLock::new(|| Face::of(FILE));

/// How far ink may reach below the line that characters stand on, in heights of a character: what a
/// line leaves there (`line_height`).
const BELOW_MAX: f32 = 0.25;

/// A font at hand.
pub(super) struct Face {
    font: FontRef<'static>,
    /// Units of an em, in which everything is measured.
    em_units: f32,
}

/// A character on a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    /// Which, in the font.
    pub id: GlyphId,
    /// How far the next one is to the right, in units of the font.
    pub advance: f32,
    /// How far its ink begins left of where it stands; never negative.
    pub left: f32,
    /// How far its ink goes on beyond the advance; never negative.
    pub right: f32,
}

/// How wide the ink of a line can be, in units, from where its first character's ink begins.
pub(super) fn width_units<'a>(glyphs: impl Iterator<Item = &'a Glyph>) -> f32 {
    let mut ends = (0.0, 0.0);
    let mut advances = 0.0_f32;
    for (place, glyph) in glyphs.enumerate() {
        if place == 0 {
            ends.0 = glyph.left;
        }
        ends.1 = glyph.right;
        advances += glyph.advance;
    }
    ends.0 + advances + ends.1
}

impl Face {
    fn of(file: &'static [u8]) -> Option<Self> {
        let font = FontRef::try_from_slice_and_index(file, 0).ok()?;
        let em_units = font.units_per_em()?;
        Some(Self { font, em_units })
    }

    /// The font that the program carries.
    ///
    /// # Errors
    /// The program was built without one.
    pub fn carried() -> Result<&'static Self, LabelError> {
        FONT.as_ref().ok_or(LabelError::NoFont)
    }

    /// Units of an em.
    pub const fn em_units(&self) -> f32 {
        self.em_units
    }

    /// A character.
    ///
    /// # Errors
    /// One that cannot be printed as it is: a control character, one that turns the direction of
    /// text, one that joins others, one that is higher than a line, or one that the font does not
    /// have.
    pub fn glyph(&self, character: char) -> Result<Glyph, LabelError> {
        if is_unfit(character) {
            return Err(LabelError::Unfit { character });
        }
        let id = self.font.glyph_id(character);
        if id == GlyphId(0) {
            return Err(LabelError::NotInFont { character });
        }
        let advance = self.font.h_advance_unscaled(id);
        let outline = match self.font.outline(id) {
            Some(outline) => outline,
            None if is_space(character) => {
                return Ok(Glyph {
                    id,
                    advance,
                    left: 0.0,
                    right: 0.0,
                });
            }
            // The font knows the character and draws nothing, as WenQuanYi does for \u{2103}.
            None => return Err(LabelError::NotInFont { character }),
        };
        let ink = outline.bounds;
        let (low, high) = (ink.min.y.min(ink.max.y), ink.min.y.max(ink.max.y));
        if high > self.em_units || low < -BELOW_MAX * self.em_units {
            return Err(LabelError::Unfit { character });
        }
        Ok(Glyph {
            id,
            advance,
            left: (-ink.min.x.min(ink.max.x)).max(0.0),
            right: (ink.min.x.max(ink.max.x) - advance).max(0.0),
        })
    }

    /// Its outline in units, upwards from the line it stands on; none for a space.
    pub fn outline(&self, id: GlyphId) -> Option<Outline> {
        self.font.outline(id)
    }
}

/// What may be white.
const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{3000}')
}

/// Characters that do not stand for themselves on a line that is set from left to right, one
/// after the other: they would vanish, or turn or change their neighbours.
fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            // Soft hyphen, joiners, invisible marks, line and paragraph separators, directions.
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{e0000}'..='\u{e0fff}'
            // Combining marks and variation selectors.
            | '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{302a}'..='\u{302f}'
            | '\u{3099}'..='\u{309a}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}'
            // Scripts from right to left, and those whose letters join or move: Hebrew to Khmer.
            | '\u{590}'..='\u{10ff}' | '\u{1780}'..='\u{18af}' | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{11fff}' | '\u{1e800}'..='\u{1efff}'
            // Private use: nobody else sees the same.
            | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_carries_a_font_with_the_characters_of_every_county() {
        let face = Face::carried().unwrap();
        for division in crate::core::ids::Division::all() {
            for character in division.full_name().chars() {
                assert!(face.glyph(character).is_ok(), "{character}");
            }
        }
        let ascii = ' '..='~';
        for character in "、。·—~≤≥°\u{ff0c}\u{ff1a}\u{ff1b}\u{ff08}\u{ff09}"
            .chars()
            .chain(ascii)
        {
            assert!(face.glyph(character).is_ok(), "{character}");
        }
        let common = '\u{4e00}'..='\u{9fa5}';
        let lacking = common
            .filter(|character| face.glyph(*character).is_err())
            .count();
        assert_eq!(lacking, 0, "of the 20,902 ideographs of GBK");
    }

    #[test]
    fn what_would_vanish_or_turn_its_neighbours_is_refused() {
        let face = Face::carried().unwrap();
        for bad in [
            '\n', '\u{1b}', '\u{202e}', '\u{200b}', '\u{feff}', '\u{301}', '\u{fe0f}', 'א', 'ع',
            '\u{e000}',
        ] {
            assert_eq!(
                face.glyph(bad).map(|_| ()).unwrap_err(),
                LabelError::Unfit { character: bad }
            );
        }
        let rare = '\u{2a6d6}';
        assert_eq!(
            face.glyph(rare).map(|_| ()).unwrap_err(),
            LabelError::NotInFont { character: rare }
        );
    }

    #[test]
    fn a_character_for_which_the_font_draws_nothing_is_refused() {
        let face = Face::carried().unwrap();
        let drawn = ('\u{a1}'..='\u{ffee}').filter(|c| face.glyph(*c).is_ok() && !is_space(*c));
        for character in drawn {
            let glyph = face.glyph(character).unwrap();
            assert!(face.outline(glyph.id).is_some(), "{character}");
        }
        let character = '\u{2103}';
        assert_eq!(
            face.glyph(character).map(|_| ()).unwrap_err(),
            LabelError::NotInFont { character }
        );
    }

    #[test]
    fn a_program_without_a_font_says_so() {
        assert!(Face::of(&[]).is_none());
    }
}
