//! Who asks: the public, or somebody with a session. What they may see, the table of the core
//! decides where it is read.

use super::problem::Problem;
use crate::app::node::Node;
use crate::app::session::{SessionKind, who};
use crate::app::sight::Audience;
use crate::core::access::{Data as Shown, Denied, Viewer};
use crate::core::record::sealed::Class;
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName, ORIGIN};
use actix_web::web::{Data, block};
use actix_web::{FromRequest, HttpRequest};
use std::pin::Pin;
use std::sync::Arc;

/// The cookie of a session over TLS: only this host can set it, only for itself.
pub const COOKIE_TLS: &str = "__Host-shisu";

/// The cookie of a session without TLS, as on a machine of one's own.
pub const COOKIE_PLAIN: &str = "shisu";

/// What a browser says about where a request comes from.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What whoever asks may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    audience: Audience,
}

impl Sight {
    /// For whom traces, verdicts, records and bundles are made.
    #[must_use]
    pub const fn audience(&self) -> &Audience {
        &self.audience
    }

    /// Whether nobody is signed in.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.audience.viewer().is_none()
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// Nobody is; `data` is what they would see.
    pub fn expect_signed_in(&self, data: Shown) -> Result<&Viewer, Problem> {
        let viewer = self.audience.viewer();
        viewer.ok_or_else(|| Problem::of(&Denied::SignInRequired(data)))
    }

    /// That all data of a class is shown to whoever asks.
    ///
    /// # Errors
    /// It is not.
    pub fn expect_all(&self, data: Shown) -> Result<(), Problem> {
        let seen = self.audience.check(data, &Default::default());
        seen.map_err(|denied| Problem::of(&denied))
    }
}

impl FromRequest for Sight {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let node = request.app_data::<Data<Node>>().cloned();
        let proof = proof(request);
        Box::pin(async move {
            let Some((proof, kind)) = proof? else {
                return Ok(Self {
                    audience: Audience::Public,
                });
            };
            let node = node.ok_or_else(Problem::internal)?;
            let found = block(move || who(&node, &proof, kind)).await;
            let found = found.map_err(|_gone| Problem::internal())??;
            Ok(Self {
                audience: Audience::Viewer(Arc::new(found.viewer)),
            })
        })
    }
}

/// What a request proves a session with, if with anything: a token, or a cookie that its own site
/// sent.
///
/// # Errors
/// A cookie that another site made a browser send.
pub fn proof(request: &HttpRequest) -> Result<Option<(String, SessionKind)>, Problem> {
    if let Some(token) = bearer(request.headers()) {
        return Ok(Some((token.to_owned(), SessionKind::Token)));
    }
    let name = cookie_name(request);
    let Some(cookie) = request.cookie(name) else {
        return Ok(None);
    };
    check_site(request)?;
    Ok(Some((cookie.value().to_owned(), SessionKind::Cookie)))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("Bearer")
        .then(|| token.trim_ascii())
}

/// Whether the connection is secret all the way to the browser.
#[must_use]
pub fn is_tls(request: &HttpRequest) -> bool {
    request.connection_info().scheme() == "https"
}

/// The cookie that counts. Over TLS no other one does: a neighbouring host could have set it.
#[must_use]
pub fn cookie_name(request: &HttpRequest) -> &'static str {
    match is_tls(request) {
        true => COOKIE_TLS,
        false => COOKIE_PLAIN,
    }
}

/// Refuses a cookie that came along because another site told the browser to ask: a browser says
/// in `Origin` who told it, and always does so for what changes something.
fn check_site(request: &HttpRequest) -> Result<(), Problem> {
    let headers = request.headers();
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    // A browser cannot be made to say another host than the one it asks.
    let own = request.connection_info().host().to_owned();
    let is_own = match (text(ORIGIN), text(SEC_FETCH_SITE)) {
        (Some(origin), _) => {
            let scheme = if is_tls(request) { "https" } else { "http" };
            origin.split_once("://") == Some((scheme, own.as_str()))
        }
        (None, Some(site)) => matches!(site, "same-origin" | "none"),
        // Only what is no browser says nothing; it has no reason to use a cookie to change things.
        (None, None) => !changes,
    };
    match is_own {
        true => Ok(()),
        false => Err(Problem::new(
            "cross_site",
            "请求来自其他网站,不接受登录 cookie",
            "the request comes from another site; the session cookie does not count",
        )),
    }
}

/// Reads classes of sealed values that are joined by commas.
///
/// # Errors
/// A word that names none.
pub fn classes(text: &str) -> Result<Vec<Class>, Problem> {
    let named = text.split(',').map(|word| {
        let found = Class::ALL
            .into_iter()
            .find(|class| Shown::from(*class).code() == word.trim());
        found.ok_or_else(|| {
            Problem::bad_request(
                "open 应为 balance、trade、personal,以逗号分隔",
                "open is balance, trade, personal, joined by commas",
            )
        })
    });
    let mut classes: Vec<Class> = named.collect::<Result<_, _>>()?;
    classes.sort_unstable();
    classes.dedup();
    Ok(classes)
}

/// The words for classes of sealed values.
#[must_use]
pub fn class_codes(classes: &[Class]) -> Vec<&'static str> {
    let codes = classes.iter().map(|class| Shown::from(*class).code());
    codes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn site(headers: &[(&str, &str)], method: Method) -> Result<(), Problem> {
        let mut request = TestRequest::default().method(method);
        request = request.insert_header(("Host", "shisu.example"));
        for header in headers {
            request = request.insert_header(*header);
        }
        check_site(&request.to_http_request())
    }

    #[test]
    fn a_cookie_counts_only_for_what_its_own_site_asks() {
        let own = ("Origin", "http://shisu.example");
        for headers in [
            &[own][..],
            &[("Sec-Fetch-Site", "same-origin")],
            &[("Sec-Fetch-Site", "none")],
        ] {
            assert_eq!(site(headers, Method::DELETE), Ok(()), "{headers:?}");
            assert_eq!(site(headers, Method::GET), Ok(()), "{headers:?}");
        }
        for headers in [
            &[("Origin", "http://evil.example")][..],
            &[("Origin", "http://shisu.example.evil.example")],
            &[("Origin", "https://shisu.example")],
            &[("Origin", "http://shisu.example:8080")],
            &[("Origin", "null")],
            &[
                ("Origin", "http://evil.example"),
                ("Sec-Fetch-Site", "same-origin"),
            ],
            &[("Sec-Fetch-Site", "cross-site")],
            &[("Sec-Fetch-Site", "same-site")],
        ] {
            for method in [Method::DELETE, Method::GET] {
                let refused = site(headers, method).unwrap_err();
                assert_eq!(refused.code(), "cross_site", "{headers:?}");
            }
        }
        assert!(site(&[], Method::POST).is_err());
        assert_eq!(site(&[], Method::GET), Ok(()));
    }

    #[test]
    fn classes_are_named_by_their_words() {
        let all = classes("personal,balance, trade").unwrap();
        assert_eq!(all, Class::ALL);
        assert_eq!(class_codes(&all), ["balance", "trade", "personal"]);
        for bad in ["", "prices", "trade,", "Trade"] {
            assert!(classes(bad).is_err(), "{bad}");
        }
    }
}
