//! Setting words in a box: smaller first, down to a least size; then on more lines; then not at
//! all. Nothing is cut off and nothing stands outside the box.

use super::error::LabelError;
use super::font::{Face, Glyph, width_units};

/// A line of text in its place. Everything is in dots.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Left edge.
    pub x: u16,
    /// Upper edge.
    pub y: u16,
    /// Height of a character's square.
    pub em: u16,
    /// What stands there, for whoever does not see it.
    pub text: String,
    /// The same as glyphs, from left to right.
    pub glyphs: Vec<Glyph>,
}

/// A box, in dots.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
}

/// Sizes of characters, in dots.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// Where there is room.
    pub most: u16,
    /// At least.
    pub least: u16,
}

/// How high a line of such characters is: a quarter more than they are. They stand on a line as
/// far below its upper edge as they are high, and what reaches further down has the quarter.
pub(super) fn line_height(em: u16) -> u16 {
    em.saturating_add(em.div_ceil(4))
}

/// A character and its glyph.
type Set = (char, Glyph);

/// What goes on one line, and how large.
type Setting = (u16, Vec<Set>);

/// Sets blocks one below the other, each on a line of its own or on several. None if they do not
/// fit.
///
/// # Errors
/// A character that cannot be printed.
pub(super) fn fit(
    face: &Face,
    blocks: &[String],
    room: Room,
    sizes: Sizes,
) -> Result<Option<Vec<Line>>, LabelError> {
    let blocks: Vec<Vec<Set>> = blocks
        .iter()
        .map(|block| glyphs(face, block))
        .collect::<Result<_, _>>()?;
    let least = sizes.least.max(1);
    let found = (least..=sizes.most.max(least)).rev().find_map(|most| {
        let lines: Option<Vec<Vec<Setting>>> = blocks
            .iter()
            .map(|block| set(face, block, room.width, Sizes { most, least }))
            .collect();
        placed(lines?.into_iter().flatten(), room)
    });
    Ok(found)
}

fn glyphs(face: &Face, text: &str) -> Result<Vec<Set>, LabelError> {
    let pairs = text.chars().map(|c| Ok((c, face.glyph(c)?)));
    pairs.collect()
}

/// Puts lines below each other, if they fit.
fn placed(lines: impl Iterator<Item = Setting>, room: Room) -> Option<Vec<Line>> {
    let bottom = room.y.saturating_add(room.height);
    let mut y = room.y;
    let mut done = Vec::new();
    for (em, line) in lines {
        let next = y.checked_add(line_height(em))?;
        if next > bottom {
            return None;
        }
        done.push(Line {
            x: room.x,
            y,
            em,
            text: line.iter().map(|(character, _)| character).collect(),
            glyphs: line.into_iter().map(|(_, glyph)| glyph).collect(),
        });
        y = next;
    }
    Some(done)
}

/// Whether glyphs are no wider than this.
fn is_within(face: &Face, set: &[Set], em: u16, width: u16) -> bool {
    let units = width_units(set.iter().map(|(_, glyph)| glyph));
    units * f32::from(em) <= f32::from(width) * face.em_units()
}

/// One block: on one line as large as may be, else on several lines of the least size.
fn set(face: &Face, block: &[Set], width: u16, sizes: Sizes) -> Option<Vec<Setting>> {
    let one = (sizes.least..=sizes.most)
        .rev()
        .find(|em| is_within(face, block, *em, width));
    if let Some(em) = one {
        return Some(vec![(em, block.to_vec())]);
    }
    let em = sizes.least;
    let mut lines: Vec<Vec<Set>> = vec![Vec::new()];
    let fits = |line: &[Set]| is_within(face, line, em, width);
    for piece in pieces(block) {
        let line = lines.pop().unwrap_or_default();
        let longer: Vec<Set> = line.iter().chain(piece).copied().collect();
        if fits(without_end_space(&longer)) {
            lines.push(longer);
            continue;
        }
        if !line.is_empty() {
            lines.push(line);
        }
        // A piece that is longer than a line is broken wherever the line ends.
        let mut rest: Vec<Set> = Vec::new();
        for one in piece {
            rest.push(*one);
            if !fits(&rest) {
                rest.pop();
                if rest.is_empty() {
                    return None;
                }
                lines.push(std::mem::take(&mut rest));
                rest.push(*one);
            }
        }
        if !fits(&rest) {
            return None;
        }
        lines.push(rest);
    }
    let lines = lines
        .into_iter()
        .map(|line| (em, without_end_space(&line).to_vec()));
    Some(lines.collect())
}

fn without_end_space(line: &[Set]) -> &[Set] {
    match line {
        [before @ .., (' ', _)] => before,
        all => all,
    }
}

/// What stays together: a Chinese character with the marks that must not begin a line, or a word
/// or number with the space behind it.
fn pieces(block: &[Set]) -> impl Iterator<Item = &[Set]> {
    block.chunk_by(|(before, _), (after, _)| {
        let is_word = |c: char| c.is_ascii() && c != ' ';
        closes(*after) || opens(*before) || is_word(*before) && (is_word(*after) || *after == ' ')
    })
}

/// Marks that must not begin a line.
const fn closes(c: char) -> bool {
    matches!(
        c,
        '\u{ff0c}'
            | '。'
            | '、'
            | '\u{ff1b}'
            | '\u{ff1a}'
            | '\u{ff09}'
            | '》'
            | '”'
            | '\u{ff01}'
            | '\u{ff1f}'
            | '】'
            | ','
            | ';'
            | ':'
            | ')'
            | '!'
            | '?'
    )
}

/// Marks that must not end a line.
const fn opens(c: char) -> bool {
    matches!(c, '\u{ff08}' | '《' | '“' | '【' | '(')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn face() -> &'static Face {
        Face::carried().unwrap()
    }

    fn lines(text: &str, width: u16, height: u16) -> Option<Vec<Line>> {
        let room = Room {
            x: 10,
            y: 20,
            width,
            height,
        };
        let sizes = Sizes {
            most: 32,
            least: 16,
        };
        fit(face(), &[text.to_owned()], room, sizes).unwrap()
    }

    fn texts(lines: &[Line]) -> Vec<(u16, &str)> {
        lines.iter().map(|line| (line.em, &*line.text)).collect()
    }

    #[test]
    fn words_are_as_large_as_they_may_be_then_smaller_then_on_more_lines_then_refused() {
        let text = "嘉善示例果蔬合作社";
        let large = lines(text, 400, 100).unwrap();
        assert_eq!(texts(&large), [(32, text)]);
        let smaller = lines(text, 180, 100).unwrap();
        assert_eq!(texts(&smaller), [(20, text)]);
        let wrapped = lines(text, 100, 100).unwrap();
        assert_eq!(texts(&wrapped), [(16, "嘉善示例果蔬"), (16, "合作社")]);
        assert!(lines(text, 100, 39).is_none());
        assert!(lines(text, 15, 1_000).is_none(), "one character is wider");
    }

    #[test]
    fn a_line_neither_begins_with_a_closing_mark_nor_breaks_a_number() {
        let found = lines("产品标准代号:GB2762", 100, 400).unwrap();
        assert_eq!(texts(&found), [(16, "产品标准代"), (16, "号:GB2762")]);
        let found = lines("未使用禁用农药、兽药", 98, 400).unwrap();
        assert!(!found.iter().any(|line| line.text.starts_with('、')));
        let long = "0".repeat(40);
        let found = lines(&long, 100, 400).unwrap();
        assert_eq!(found.iter().map(|line| line.text.len()).sum::<usize>(), 40);
    }

    #[test]
    fn a_character_that_cannot_be_printed_is_named() {
        let room = Room {
            x: 0,
            y: 0,
            width: 500,
            height: 500,
        };
        let sizes = Sizes {
            most: 32,
            least: 16,
        };
        let bad = fit(face(), &["a\u{202e}b".to_owned()], room, sizes);
        assert_eq!(
            bad.unwrap_err(),
            LabelError::Unfit {
                character: '\u{202e}'
            }
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_stands_outside(
            text in "[\u{4e00}-\u{4eff}A-Za-z0-9、。() -]{1,120}", width in 20_u16..600, height in 20_u16..600
        ) {
            let Some(found) = lines(&text, width, height) else { return Ok(()) };
            let joined: String = found.iter().map(|line| line.text.as_str()).collect();
            prop_assert_eq!(joined.replace(' ', ""), text.replace(' ', ""));
            for line in &found {
                let wide = width_units(line.glyphs.iter()) * f32::from(line.em) / face().em_units();
                prop_assert!(wide <= f32::from(width) + 0.01, "{}", line.text);
                prop_assert!((16..=32).contains(&line.em));
                prop_assert!(line.y >= 20 && line.y + line_height(line.em) <= 20 + height);
            }
        }
    }
}
