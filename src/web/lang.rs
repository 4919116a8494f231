//! In which language a page is: the one that somebody chose, which sticks, or that their browser
//! prefers; Chinese otherwise.

use super::accept::{RANGES_MAX, thousandths};
use crate::core::text::Bilingual;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header::ACCEPT_LANGUAGE;

/// The cookie that remembers the choice. It holds a word of two letters and nothing else.
const COOKIE: &str = "lang";

/// Days for which it is remembered.
const REMEMBERED_DAYS: i64 = 365;

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Lang {
    Zh,
    En,
}

impl Lang {
    fn of_code(code: &str) -> Option<Self> {
        match code {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// As written in links and in the cookie.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// As written in the attribute `lang`.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-Hans",
            Self::En => "en",
        }
    }

    /// The one of two texts that is in this language.
    pub(super) const fn t<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// A statement in this language.
    pub(super) fn of(self, text: &Bilingual) -> &str {
        self.t(&text.zh, &text.en)
    }

    /// What a link chooses, what was chosen before, what the browser prefers, or Chinese.
    pub(super) fn asked(request: &HttpRequest) -> Self {
        let kept = || {
            request
                .cookie(COOKIE)
                .and_then(|kept| Self::of_code(kept.value()))
        };
        let preferred = || {
            let languages = request.headers().get_all(ACCEPT_LANGUAGE);
            Self::preferred(languages.filter_map(|value| value.to_str().ok()))
        };
        Self::chosen(request)
            .or_else(kept)
            .or_else(preferred)
            .unwrap_or(Self::Zh)
    }

    /// The one that a browser prefers (RFC 9110 section 12.5.4); of what it likes as much, Chinese.
    /// Whoever reads neither finds the switch.
    fn preferred<'a>(languages: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut best: Option<(u16, Self)> = None;
        for range in languages
            .flat_map(|value| value.split(','))
            .take(RANGES_MAX)
        {
            let (range, weight) = range.split_once(';').unwrap_or((range, ""));
            let primary = range.trim().split('-').next().unwrap_or("");
            let Some(lang) = Self::of_code(&primary.to_ascii_lowercase()) else {
                continue;
            };
            let weight = match weight.trim().split_once('=') {
                Some((_, weight)) => thousandths(weight),
                None => 1_000,
            };
            let is_better = best.is_none_or(|(known, kept)| {
                weight > known || weight == known && (kept, lang) == (Self::En, Self::Zh)
            });
            if weight > 0 && is_better {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }

    /// What a link chooses.
    pub(super) fn chosen(request: &HttpRequest) -> Option<Self> {
        let members = request.query_string().split('&');
        members
            .filter_map(|member| member.strip_prefix("lang="))
            .find_map(Self::of_code)
    }

    /// What makes a choice stick.
    pub(super) fn cookie(self, request: &HttpRequest) -> Cookie<'static> {
        Cookie::build(COOKIE, self.code())
            .path("/")
            .max_age(Duration::days(REMEMBERED_DAYS))
            .same_site(SameSite::Lax)
            .http_only(true)
            .secure(request.connection_info().scheme() == "https")
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferred(languages: &str) -> Option<Lang> {
        Lang::preferred(std::iter::once(languages))
    }

    #[test]
    fn a_browser_says_which_language_it_prefers() {
        for (languages, wanted) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Some(Lang::Zh)),
            ("en-GB,en;q=0.9,zh-CN;q=0.8", Some(Lang::En)),
            ("EN", Some(Lang::En)),
            ("en, zh", Some(Lang::Zh)),
            ("fr-FR, en;q=0.4", Some(Lang::En)),
            ("fr-FR, de", None),
            ("en;q=0, *", None),
            ("en;q=0, zh;q=0.001", Some(Lang::Zh)),
            ("", None),
            (";;;,,,=;q=zh", None),
        ] {
            assert_eq!(preferred(languages), wanted, "{languages}");
        }
    }
}
