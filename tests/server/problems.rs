//! Where the `type` of a problem leads: every code that the server can answer with is explained.

use crate::client::{Answer, Client};
use crate::host::Host;
use crate::place::Place;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Codes that only commands say, or a server before it listens.
const OF_COMMANDS: [&str; 20] = [
    "already_initialised",
    "answered",
    "argument",
    "database_url",
    "half_begun",
    "head_copy",
    "head_copy_missing",
    "key_file",
    "label_bad_host",
    "ledger_exists",
    "ledger_in_use",
    "migration",
    "no_ledger",
    "not_initialised",
    "other_rules",
    "receipt",
    "tables_newer",
    "tables_older",
    "too_old_sqlite",
    "unreachable",
];

/// Where codes are made, beside the interface itself.
const SOURCES: [&str; 13] = [
    "src/store/error.rs",
    "src/app/error.rs",
    "src/app/enrol/error.rs",
    "src/app/label/error.rs",
    "src/core/access/denied.rs",
    "src/core/access/challenge.rs",
    "src/core/joining/error.rs",
    "src/app/attached/error.rs",
    "src/app/codes.rs",
    "src/core/note/error.rs",
    "src/core/imports/read.rs",
    "src/core/record/error.rs",
    "src/core/custody/refusal.rs",
];

fn source(path: &Path) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn is_code(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && text.len() > 2
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// The code at the beginning of `text`, if it is one in quotation marks.
fn quoted(text: &str) -> Option<&str> {
    let (code, _) = text.trim_start().strip_prefix('"')?.split_once('"')?;
    is_code(code).then_some(code)
}

/// The codes that arms of a `match` give, and those of refusals, which a macro makes.
fn codes_of_errors(text: &str) -> BTreeSet<String> {
    let arms = text.split("=> ").skip(1).filter_map(quoted);
    let refusals = text.lines().filter_map(|line| {
        let (before, _) = line.split_once("\", \"")?;
        let (_, code) = before.rsplit_once('"')?;
        let is_refusal = line.trim_end().ends_with("\";");
        (is_refusal && is_code(code)).then_some(code)
    });
    arms.chain(refusals).map(str::to_owned).collect()
}

/// The codes that the interface names itself.
fn codes_of_the_interface(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            codes_of_the_interface(&path, codes);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let named = text.split("Problem::new(").chain(text.split("Self::new("));
            codes.extend(named.filter_map(quoted).map(str::to_owned));
        }
    }
}

fn codes() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for path in SOURCES {
        let found = codes_of_errors(&source(Path::new(path)));
        assert!(found.len() >= 2, "no codes in {path}: {found:?}");
        all.extend(found);
    }
    let mut named = BTreeSet::new();
    codes_of_the_interface(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api"),
        &mut named,
    );
    assert!(named.len() > 20, "{named:?}");
    for known in ["bad_cursor", "internal", "bad_request"] {
        assert!(
            named.contains(known),
            "{known} is not found among {named:?}"
        );
    }
    for known in [
        "credit_exceeded",
        "beat_backwards",
        "weak_salt",
        "database_full",
        "overloaded",
    ] {
        assert!(all.contains(known), "{known} is not found among {all:?}");
    }
    all.extend(named);
    all.retain(|code| !OF_COMMANDS.contains(&code.as_str()));
    all
}

fn ask(host: &Host, path: &str, accept: &str) -> Answer {
    Client::to(host.address).ask("GET", path, &[("Accept", accept)], b"")
}

#[test]
fn every_code_that_the_server_can_answer_with_is_explained() {
    let host = Host::new(Place::sqlite());
    let list = ask(&host, "/problems", "application/json");
    assert_eq!(list.status, 200, "{}", list.text());
    assert_eq!(
        list.header("vary").map(|vary| vary.contains("Accept")),
        Some(true)
    );
    let listed = list.json();
    let listed = listed["problems"].as_array().unwrap();
    let told: BTreeSet<String> = listed
        .iter()
        .map(|one| one["code"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told, codes(), "the table of codes and the sources");
    for one in listed {
        let alone = ask(&host, one["type"].as_str().unwrap(), "application/json");
        assert_eq!(alone.status, 200, "{one}");
        assert_eq!(&alone.json(), one);
        for texts in ["title", "meaning", "what_to_do"] {
            for language in ["zh", "en"] {
                let text = one[texts][language].as_str().unwrap();
                assert_eq!(text.is_ascii(), language == "en", "{one}");
                assert!(!text.is_empty(), "{one}");
            }
        }
    }
}

#[test]
fn the_type_of_a_problem_leads_to_what_it_means() {
    let host = Host::new(Place::sqlite());
    for (path, status) in [
        ("/v1/lots?code=t/NOBODY", 404),
        ("/v1/lots?code=%20", 400),
        ("/v1/access-journal", 401),
        ("/nowhere", 404),
    ] {
        let problem = ask(&host, path, "*/*").json();
        assert_eq!(problem["status"], status, "{problem}");
        let meaning = ask(&host, problem["type"].as_str().unwrap(), "*/*");
        assert_eq!(meaning.status, 200, "{problem}");
        assert_eq!(meaning.json()["code"], problem["code"]);
        let statuses = meaning.json()["statuses"].clone();
        assert!(
            statuses.as_array().unwrap().contains(&problem["status"]),
            "{statuses}"
        );
        assert_eq!(meaning.json()["what_to_do"], problem["what_to_do"]);
    }
}

#[test]
fn a_browser_gets_a_page_that_runs_and_loads_nothing() {
    let host = Host::new(Place::sqlite());
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for path in ["/problems", "/problems/credit_exceeded"] {
        let page = ask(&host, path, browser);
        assert_eq!(page.status, 200);
        assert_eq!(
            page.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        let policy = page.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'sha256-"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        let text = page.text();
        assert!(
            text.starts_with("<!DOCTYPE html>\n<html lang=\"zh-CN\">"),
            "{text}"
        );
        assert!(text.ends_with("</html>\n"), "{text}");
        for absent in ["<script", "http://", "https://", " style=", " onclick"] {
            assert!(!text.contains(absent), "{absent} in {text}");
        }
        assert!(text.contains("出库超过结余"), "{text}");
        assert!(
            text.contains("a debit is larger than what is left"),
            "{text}"
        );
    }
    let one = ask(&host, "/problems/credit_exceeded", browser);
    assert!(one.text().contains("422"), "{}", one.text());
    assert!(one.text().contains("怎么办"), "{}", one.text());
}

#[test]
fn a_code_that_there_is_not_is_a_problem_that_is_explained() {
    let host = Host::new(Place::sqlite());
    for path in [
        "/problems/nothing",
        "/problems/%3Cscript%3E",
        "/problems/a/b",
    ] {
        for accept in ["text/html", "application/json"] {
            let answer = ask(&host, path, accept);
            assert_eq!(answer.problem(404), "not_found");
            assert!(!answer.text().contains("<script"), "{}", answer.text());
        }
    }
    let answer = Client::to(host.address).ask("POST", "/problems", &[], b"");
    assert_eq!(answer.problem(405), "method_not_allowed");
    let list: Value = ask(&host, "/problems", "*/*").json();
    assert_ne!(list["problems"], json!([]));
}
