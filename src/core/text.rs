//! Texts for people, Chinese first and English second, and the one trait by which every
//! error of the core says its stable code and what it means in both languages.

/// One statement in both languages of every surface.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Bilingual {
    /// Simplified Chinese, shown first.
    pub zh: String,
    /// English, shown second.
    pub en: String,
}

impl Bilingual {
    /// Builds a statement from its two versions.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }
}

impl std::fmt::Display for Bilingual {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} / {}", self.zh, self.en)
    }
}

/// Control characters, marks of direction, and what takes no room (Unicode's default ignorable
/// code points, but for the selectors that choose between forms of a Chinese character).
#[must_use]
pub fn is_deceptive(mark: char) -> bool {
    match mark {
        '\n' | '\t' => false,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}'
        | '\u{17b5}' => true,
        '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' => true,
        '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e00ff}' => true,
        _ => mark.is_control(),
    }
}

/// How a mark that nobody sees is shown: by its number.
#[must_use]
pub fn visible_mark(mark: char) -> String {
    format!("⟨U+{:04X}⟩", u32::from(mark))
}

/// A text in which no mark acts: those that steer a terminal or deceive its reader are shown by
/// their numbers, a new line as a mark too.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for mark in text.chars() {
        match mark {
            '\n' => shown.push('⏎'),
            '\t' => shown.push(' '),
            mark if is_deceptive(mark) => shown.push_str(&visible_mark(mark)),
            mark => shown.push(mark),
        }
    }
    shown
}

/// Implemented by every typed error that can reach a person or another program.
pub trait Explain {
    /// A stable, lower-case, snake_case code; never changes meaning once published.
    fn code(&self) -> &'static str;

    /// What is wrong, in words a clerk understands, in both languages.
    fn explain(&self) -> Bilingual;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_steers_a_terminal() {
        assert_eq!(
            visible("a\u{1b}[31mb\u{9b}0c\nd\te\u{202e}f"),
            "a⟨U+001B⟩[31mb⟨U+009B⟩0c⏎d e⟨U+202E⟩f"
        );
        assert_eq!(visible("猪肉 pork"), "猪肉 pork");
    }
}
