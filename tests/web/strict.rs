//! A reader of pages that takes nothing for granted: every tag and attribute must be one that our
//! templates write. What a text of a party could add by leaving its place is none of them.

use std::collections::BTreeSet;

const TAGS: &str = "a article b bdi body br button circle code dd details div dl dt figcaption figure form h1 h2 h3 \
     head header html img input label li link main meta ol p path polygon rect script section span style summary \
     svg table tbody td text textarea th thead time title tr ul";

const ATTRIBUTES: &str = "accept action alt aria-hidden aria-label aria-labelledby aria-live autocapitalize autocomplete \
     charset class content cx cy d data-bundle data-fail data-log data-lot data-r download enctype for height hidden href hreflang id \
     lang loading maxlength method name open points r rel required role rows scope spellcheck src tabindex text-anchor type value \
     viewBox width x y";

/// Where a link or a form may lead.
const PLACES: [&str; 6] = ["/", "tel:12315", "#", "?", "shisu:", "data:,"];

/// A tag as it stands in a page.
#[derive(Debug)]
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

/// Reads a page and says what must not be in it.
pub fn complaints(page: &str) -> Vec<String> {
    let tags: BTreeSet<&str> = TAGS.split_whitespace().collect();
    let attributes: BTreeSet<&str> = ATTRIBUTES.split_whitespace().collect();
    let mut found = Vec::new();
    let body = page.strip_prefix("<!doctype html>").unwrap_or(page);
    for tag in read(body) {
        let name = tag.name.trim_start_matches('/').trim_end_matches('/');
        if !tags.contains(name) {
            found.push(format!("tag <{}>", tag.name));
        }
        for (attribute, value) in &tag.attributes {
            if !attributes.contains(attribute.as_str()) {
                found.push(format!("attribute {attribute}={value:?} of <{name}>"));
            }
            let is_place = matches!(
                attribute.as_str(),
                "href" | "action" | "data-bundle" | "src"
            );
            if is_place && !PLACES.iter().any(|place| value.starts_with(place)) {
                found.push(format!("{attribute} leads to {value:?}"));
            }
        }
    }
    let is_bad = |mark: &char| shisu::core::text::is_deceptive(*mark);
    if let Some(mark) = page.chars().find(is_bad) {
        found.push(format!("mark U+{:04X}", u32::from(mark)));
    }
    found
}

/// The tags of a page, but for what stands in its style sheet and script.
fn read(page: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some((_, tail)) = rest.split_once('<') {
        let Some((inside, tail)) = end(tail) else {
            tags.push(Tag {
                name: "(unended)".into(),
                attributes: Vec::new(),
            });
            break;
        };
        rest = tail;
        let (name, attributes) = inside
            .split_once(char::is_whitespace)
            .unwrap_or((inside, ""));
        for raw in ["style", "script"] {
            if name == raw {
                let (_, after) = rest.split_once(&format!("</{raw}>")).unwrap_or(("", ""));
                rest = after;
            }
        }
        tags.push(Tag {
            name: name.to_owned(),
            attributes: attributes_of(attributes),
        });
    }
    tags
}

/// Splits where the tag ends, which is outside of quotes.
fn end(tail: &str) -> Option<(&str, &str)> {
    let mut is_quoted = false;
    for (at, mark) in tail.char_indices() {
        match mark {
            '"' => is_quoted = !is_quoted,
            '>' if !is_quoted => {
                let (inside, rest) = tail.split_at(at);
                return Some((inside, rest.strip_prefix('>')?));
            }
            _ => {}
        }
    }
    None
}

fn attributes_of(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let at = rest
            .find(|mark: char| mark == '=' || mark.is_whitespace())
            .unwrap_or(rest.len());
        let (name, tail) = rest.split_at(at);
        let (value, tail) = match tail.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => match tail.strip_prefix('=') {
                Some(bare) => bare.split_once(char::is_whitespace).unwrap_or((bare, "")),
                None => ("", tail),
            },
        };
        if name != "/" {
            found.push((name.to_owned(), value.to_owned()));
        }
        rest = tail.trim_start();
    }
    found
}

/// The words of a page without its tags, a line for each of its parts.
pub fn words(page: &str) -> String {
    let (_, main) = page.split_once("<main>").unwrap();
    let (main, _) = main.split_once("</main>").unwrap();
    let mut text = String::new();
    let mut rest = main;
    while let Some((before, tail)) = rest.split_once('<') {
        text.push_str(before);
        rest = tail.split_once('>').unwrap().1;
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_strict_reader_complains_of_what_it_should() {
    for bad in [
        "<script src=x></script><p onclick=\"x\">",
        "<p>a</p><img src=x onerror=alert(1)>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\"https://elsewhere.example/\">x</a>",
        "<p>\u{202e}</p>",
        "<p title=\"x\">",
        "<p class=\"never ended>",
    ] {
        assert!(!complaints(bad).is_empty(), "{bad}");
    }
    assert_eq!(
        complaints("<p class=\"a > b\">1 &lt; 2<br></p>"),
        Vec::<String>::new()
    );
}
