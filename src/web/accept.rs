//! In which form somebody wants what a code leads to.

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A page for people.
    Page,
    /// A GS1 linkset (RFC 9264).
    Linkset,
    /// JSON of our own, for programs and for whoever does not say.
    Json,
}

/// Media ranges that are read at most; a browser sends about eight.
pub(super) const RANGES_MAX: usize = 32;

/// The form that somebody wants most, by RFC 9110 section 12.5.1. GS1 lets a link ask for the
/// linkset too: `linkType=linkset`, or `all`.
pub(super) fn form_of<'a>(accept: impl Iterator<Item = &'a str>, query: &str) -> Form {
    let asks = |member: &str| matches!(member, "linkType=linkset" | "linkType=all");
    if query.split('&').any(asks) {
        return Form::Linkset;
    }
    let mut best: Option<(u16, u8, Form)> = None;
    for range in accept.flat_map(|value| value.split(',')).take(RANGES_MAX) {
        let mut parts = range.split(';').map(str::trim);
        let Some((form, rank)) = named(parts.next().unwrap_or("")) else {
            continue;
        };
        let weight = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("q")
                .then(|| thousandths(value))
        });
        let weight = weight.unwrap_or(1_000);
        // Of what is wanted as much, what is named comes before what is included in `*/*`.
        let is_better =
            |(known, known_rank, _): &(u16, u8, Form)| (weight, rank) > (*known, *known_rank);
        if weight > 0 && best.as_ref().is_none_or(is_better) {
            best = Some((weight, rank, form));
        }
    }
    best.map_or(Form::Json, |(_, _, form)| form)
}

fn named(range: &str) -> Option<(Form, u8)> {
    let is = |name: &str| range.eq_ignore_ascii_case(name);
    match () {
        () if is("text/html") || is("application/xhtml+xml") => Some((Form::Page, 3)),
        () if is("application/linkset+json") => Some((Form::Linkset, 3)),
        () if is("application/json") || is("application/problem+json") => Some((Form::Json, 3)),
        () if is("text/*") => Some((Form::Page, 2)),
        () if is("application/*") => Some((Form::Json, 2)),
        () if is("*/*") => Some((Form::Json, 1)),
        () => None,
    }
}

/// A weight from 0 to 1 in thousandths; what cannot be read is 1.
pub(super) fn thousandths(text: &str) -> u16 {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    match (whole.parse::<u16>(), part.parse::<u16>()) {
        (Ok(0), Ok(part)) => part,
        _ => 1_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(accept: &str) -> Form {
        form_of(std::iter::once(accept), "")
    }

    #[test]
    fn a_browser_gets_a_page_and_a_program_json() {
        for browser in [
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8",
            "text/html",
            "TEXT/HTML;charset=utf-8",
            "*/*,text/html",
        ] {
            assert_eq!(form(browser), Form::Page, "{browser}");
        }
        for program in [
            "application/json",
            "*/*",
            "",
            "image/png",
            "text/html;q=0, */*",
        ] {
            assert_eq!(form(program), Form::Json, "{program}");
        }
        assert_eq!(form_of(std::iter::empty(), ""), Form::Json);
    }

    #[test]
    fn weights_decide_and_what_is_named_comes_first() {
        assert_eq!(form("text/html;q=0.3, application/json;q=0.4"), Form::Json);
        assert_eq!(form("application/json;q=0.5, text/html;q=0.50"), Form::Json);
        assert_eq!(form("*/*;q=1, text/html;q=0.9"), Form::Json);
        assert_eq!(form("application/linkset+json, */*;q=0.1"), Form::Linkset);
        assert_eq!(form("text/html;q=bad"), Form::Page);
    }

    #[test]
    fn a_link_can_ask_for_its_linkset() {
        let html = || std::iter::once("text/html");
        assert_eq!(form_of(html(), "17=261231&linkType=linkset"), Form::Linkset);
        assert_eq!(form_of(html(), "linkType=all"), Form::Linkset);
        assert_eq!(form_of(html(), "linkType=gs1:pip"), Form::Page);
    }
}
