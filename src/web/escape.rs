//! How texts stand in a page. Markup in them is shown as text; marks that reverse the direction of
//! reading or that nobody can see are shown as what they are, so that no name can be made to look
//! like another. Every template goes through this, whoever wrote the text.

use crate::core::text::{is_deceptive, visible_mark};
use std::fmt::{self, Write};

/// The escaper of every template.
#[derive(Debug, Clone, Copy)]
pub struct Shown;

impl askama::filters::Escaper for Shown {
    fn write_escaped_str<W: Write>(&self, mut dest: W, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(needs_care) {
            let (plain, tail) = rest.split_at(at);
            dest.write_str(plain)?;
            let mut chars = tail.chars();
            if let Some(mark) = chars.next() {
                write_mark(&mut dest, mark)?;
            }
            rest = chars.as_str();
        }
        dest.write_str(rest)
    }

    fn write_escaped_char<W: Write>(&self, mut dest: W, mark: char) -> fmt::Result {
        match needs_care(mark) {
            true => write_mark(&mut dest, mark),
            false => dest.write_char(mark),
        }
    }
}

fn needs_care(mark: char) -> bool {
    matches!(mark, '&' | '<' | '>' | '"' | '\'') || is_deceptive(mark)
}

fn write_mark(dest: &mut impl Write, mark: char) -> fmt::Result {
    match mark {
        '&' => dest.write_str("&amp;"),
        '<' => dest.write_str("&lt;"),
        '>' => dest.write_str("&gt;"),
        '"' => dest.write_str("&quot;"),
        '\'' => dest.write_str("&#39;"),
        other => dest.write_str(&visible_mark(other)),
    }
}

/// A text for an attribute or a place outside templates.
#[must_use]
pub fn escaped(text: &str) -> String {
    use askama::filters::Escaper as _;
    let mut out = String::with_capacity(text.len());
    // Writing to a string does not fail.
    _ = Shown.write_escaped_str(&mut out, text);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markup_is_text() {
        assert_eq!(
            escaped("<script>alert('1')</script> & \"x\""),
            "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;"
        );
    }

    #[test]
    fn marks_that_nobody_sees_are_seen() {
        assert_eq!(escaped("猪\u{202e}肉\u{200b}"), "猪⟨U+202E⟩肉⟨U+200B⟩");
        assert_eq!(escaped("\u{7}\u{85}\u{e0041}"), "⟨U+0007⟩⟨U+0085⟩⟨U+E0041⟩");
        assert_eq!(
            escaped("葛\u{e0100}"),
            "葛\u{e0100}",
            "another form of the same character"
        );
    }

    proptest! {
        #[test]
        fn nothing_in_a_text_can_leave_its_place(text in "\\PC*|(.|[<>&'\"\u{202a}-\u{202e}\u{2066}-\u{2069}])*") {
            let shown = escaped(&text);
            prop_assert!(!shown.contains(['<', '>', '"', '\'']));
            prop_assert!(!shown.chars().any(is_deceptive));
        }
    }
}
