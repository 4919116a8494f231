//! What the `type` of a problem leads to: what its code means and what to do, for people and for
//! programs.

use super::problem::codes::{self, Code};
use super::problem::{Problem, ProblemBody, Words};
use actix_web::http::header::{Accept, CACHE_CONTROL, CONTENT_SECURITY_POLICY, Header as _, VARY};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, get};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::sync::LazyLock;
use utoipa::ToSchema;

/// What caches may do: a code keeps its meaning, its words may get better.
const CACHED: &str = "public, max-age=3600";

/// How the pages look. They load nothing.
const STYLE: &str = "body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1rem/1.6 sans-serif}\
    code{font-family:monospace}dt{font-weight:bold}table{border-collapse:collapse}\
    td,th{padding:.2rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid #ccc}";

/// No script, no frame, nothing from anywhere; this one style.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
});

/// What a code means.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemKindBody {
    /// The stable code.
    #[schema(example = "unknown_lot")]
    pub code: &'static str,
    /// Names the kind of problem, as the `type` of a problem does.
    #[serde(rename = "type")]
    #[schema(example = "/problems/unknown_lot")]
    pub kind: String,
    /// The status of a problem with it; also 422 where a record is refused with it.
    #[schema(example = json!([404, 422]))]
    pub statuses: Vec<u16>,
    /// The status in words.
    pub title: Words,
    /// What it means.
    pub meaning: Words,
    /// What to do about it.
    pub what_to_do: Words,
}

/// Every code there is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemKindsBody {
    /// The codes, in order.
    pub problems: Vec<ProblemKindBody>,
}

impl ProblemKindBody {
    fn of(code: &Code) -> Self {
        Self {
            code: code.code,
            kind: format!("/problems/{}", code.code),
            statuses: code.statuses.iter().map(|one| one.as_u16()).collect(),
            title: code.title().into(),
            meaning: Words::from(&code.text),
            what_to_do: code.what_to_do().into(),
        }
    }

    fn statuses(&self) -> String {
        let statuses: Vec<String> = self.statuses.iter().map(u16::to_string).collect();
        statuses.join(", ")
    }
}

/// Every code that this server answers with, what it means and what to do.
///
/// 全部错误码的含义与处理办法;浏览器得到网页,程序得到 JSON。
#[utoipa::path(tag = "operation", responses(
    (status = 200, description = "The codes; a page for whoever prefers HTML.", content(
        (ProblemKindsBody = "application/json"), (String = "text/html"))),
))]
#[get("/problems")]
pub async fn list(request: HttpRequest) -> HttpResponse {
    let problems: Vec<ProblemKindBody> = codes::all().iter().map(ProblemKindBody::of).collect();
    if prefers_html(&request) {
        return page("错误码 / Problems", &table(&problems));
    }
    as_json(&ProblemKindsBody { problems })
}

/// What a code means and what to do: where the `type` of a problem leads.
///
/// 一个错误码的含义与处理办法。
#[utoipa::path(tag = "operation",
    params(("kind" = String, Path, pattern = "^[a-z][a-z0-9_]{1,39}$", description = "The code / 错误码", example = "unknown_lot")),
    responses(
        (status = 200, description = "The code; a page for whoever prefers HTML.", content(
            (ProblemKindBody = "application/json"), (String = "text/html"))),
        (status = 404, description = "There is no such code.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/problems/{kind}")]
pub async fn by_code(request: HttpRequest, kind: Path<String>) -> Result<HttpResponse, Problem> {
    let code = codes::find(&kind)
        .ok_or_else(|| Problem::not_found("没有这个错误码", "there is no such code"))?;
    let problem = ProblemKindBody::of(code);
    if prefers_html(&request) {
        return Ok(page(code.code, &details(&problem)));
    }
    Ok(as_json(&problem))
}

fn as_json(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, CACHED))
        .insert_header((VARY, "Accept"))
        .json(body)
}

/// Whether whoever asks would rather read a page: a browser names HTML before anything else.
fn prefers_html(request: &HttpRequest) -> bool {
    let Ok(accept) = Accept::parse(request) else {
        return false;
    };
    let ranked = accept.ranked();
    let mut known = ranked.iter().map(|media| media.essence_str());
    let first = known.find(|media| {
        matches!(
            *media,
            "text/html" | "application/xhtml+xml" | "text/*" | "application/json" | "application/*"
        )
    });
    matches!(
        first,
        Some("text/html" | "application/xhtml+xml" | "text/*")
    )
}

/// A whole page of these parts, of which the title is still to be escaped.
fn page(title: &str, content: &str) -> HttpResponse {
    let title = escaped(title);
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title} · 食溯 Shisu</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{content}</main>\n\
         </body>\n</html>\n"
    );
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, CACHED))
        .insert_header((VARY, "Accept"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .content_type("text/html; charset=utf-8")
        .body(page)
}

/// Both languages, Chinese first.
fn both(words: &Words) -> String {
    format!(
        "<p>{}</p>\n<p lang=\"en\">{}</p>\n",
        escaped(&words.zh),
        escaped(&words.en)
    )
}

fn details(problem: &ProblemKindBody) -> String {
    format!(
        "{}<h2>怎么办 / What to do</h2>\n{}<dl>\n<dt>HTTP</dt>\n\
         <dd>{} {} / <span lang=\"en\">{}</span></dd>\n</dl>\n\
         <p><a href=\"/problems\">全部错误码 / All codes</a></p>\n",
        both(&problem.meaning),
        both(&problem.what_to_do),
        problem.statuses(),
        escaped(&problem.title.zh),
        escaped(&problem.title.en),
    )
}

fn table(problems: &[ProblemKindBody]) -> String {
    let mut rows = String::from(
        "<table>\n<thead><tr><th>错误码 / Code</th><th>HTTP</th><th>含义 / Meaning</th></tr></thead>\n\
         <tbody>\n",
    );
    for problem in problems {
        let code = escaped(problem.code);
        // Writing to a text does not fail.
        let _ = writeln!(
            rows,
            "<tr><td><a href=\"/problems/{code}\"><code>{code}</code></a></td><td>{}</td>\
             <td>{}<br><span lang=\"en\">{}</span></td></tr>",
            problem.statuses(),
            escaped(&problem.meaning.zh),
            escaped(&problem.meaning.en),
        );
    }
    rows.push_str("</tbody>\n</table>\n");
    rows
}

/// Text as it stands in HTML, also inside quotation marks.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::ACCEPT;
    use actix_web::test::TestRequest;

    fn prefers(accept: &str) -> bool {
        let request = TestRequest::default().insert_header((ACCEPT, accept));
        prefers_html(&request.to_http_request())
    }

    #[test]
    fn a_browser_gets_a_page_and_a_program_gets_json() {
        assert!(prefers(
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        ));
        assert!(prefers("text/html"));
        assert!(prefers("application/json;q=0.5, text/html"));
        for program in [
            "*/*",
            "application/json",
            "application/json, text/html",
            "application/problem+json, */*;q=0.1",
            "text/html;q=0.5, application/json",
            "image/png",
            "",
        ] {
            assert!(!prefers(program), "{program}");
        }
        assert!(!prefers_html(&TestRequest::default().to_http_request()));
    }

    #[test]
    fn whatever_a_text_says_is_no_markup() {
        assert_eq!(
            escaped("<a href=\"x\">'&"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;"
        );
    }
}
