//! In which language a page is: Chinese, unless somebody chose English, which sticks.

use crate::core::text::Bilingual;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};

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

    /// What a link chooses, what was chosen before, or Chinese.
    pub(super) fn asked(request: &HttpRequest) -> Self {
        let kept = || {
            request
                .cookie(COOKIE)
                .and_then(|kept| Self::of_code(kept.value()))
        };
        Self::chosen(request).or_else(kept).unwrap_or(Self::Zh)
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
