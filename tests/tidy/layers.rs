//! Which way dependencies point: core, store, app, then api, web and cli side by side; the server
//! puts api and web together, and cli starts it.

use super::paths::{NamedPath, code_of, named_paths};
use super::tree::{SourceFile, SourceTree};

/// What each layer must not name. What is missing from a line, the layer may use.
const FORBIDDEN: [(&str, &[&str]); 7] = [
    (
        "src/core",
        &[
            "crate::store",
            "crate::app",
            "crate::api",
            "crate::web",
            "crate::server",
            "crate::cli",
        ],
    ),
    (
        "src/store",
        &[
            "crate::app",
            "crate::api",
            "crate::web",
            "crate::server",
            "crate::cli",
        ],
    ),
    (
        "src/app",
        &["crate::api", "crate::web", "crate::server", "crate::cli"],
    ),
    (
        "src/api",
        &["crate::store", "crate::web", "crate::server", "crate::cli"],
    ),
    (
        "src/web",
        &["crate::store", "crate::api", "crate::server", "crate::cli"],
    ),
    ("src/server", &["crate::store", "crate::cli"]),
    ("src/cli", &["crate::store", "crate::api", "crate::web"]),
];

/// What would make the core depend on more than its arguments.
const IMPURE: [&str; 16] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::io",
    "std::process",
    "std::thread",
    "std::time::SystemTime",
    "std::time::Instant",
    "std::time::*",
    "SystemTime",
    "Instant",
    "chrono::Local",
    "actix_web",
    "tokio",
    "getrandom",
    "rand",
];

/// Ways to ask a library for the time or for randomness that do not show in the path.
const IMPURE_CALLS: [&str; 5] = [
    "Utc::now(",
    "Local::now(",
    "Uuid::now_v7(",
    "Uuid::new_v4(",
    "async fn ",
];

/// Layers that name a layer they must not know, in tests too.
pub fn wrong_directions(tree: &SourceTree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (layer, forbidden) in FORBIDDEN {
        for file in layer_files(tree, layer) {
            for named in named_paths(file) {
                if let Some(module) = forbidden.iter().find(|module| named.is_in(module)) {
                    let what = format!("{layer} must not know {module}, but names {}", named.path);
                    complaints.push(file.complain(named.line, &what));
                }
            }
        }
    }
    complaints
}

/// Input, output, clocks, threads, randomness and async in the core, outside tests.
pub fn impurities(tree: &SourceTree) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in layer_files(tree, "src/core").filter(|file| !is_test_file(file)) {
        let end = first_test_line(file);
        let impure =
            |named: &NamedPath| named.line < end && IMPURE.iter().any(|module| named.is_in(module));
        for named in named_paths(file).iter().filter(|named| impure(named)) {
            let what = format!("the core is pure, but names {}", named.path);
            complaints.push(file.complain(named.line, &what));
        }
        for (line, raw) in file.lines().take_while(|&(line, _)| line < end) {
            if let Some(call) = IMPURE_CALLS
                .iter()
                .find(|call| code_of(raw).contains(**call))
            {
                complaints.push(file.complain(line, &format!("the core is pure, but has {call}")));
            }
        }
    }
    complaints
}

/// The database library named outside the store.
pub fn stray_diesel(tree: &SourceTree) -> Vec<String> {
    let mut complaints = Vec::new();
    let outside = |file: &&SourceFile| {
        file.extension() == "rs"
            && !file.path.starts_with("src/store/")
            && file.path != "src/store.rs"
    };
    for file in tree.under("src").filter(outside) {
        for (line, raw) in file.lines() {
            let words = code_of(raw).split(|c: char| !(c.is_alphanumeric() || c == '_'));
            if words
                .into_iter()
                .any(|word| word == "diesel" || word == "diesel_migrations")
            {
                complaints.push(file.complain(line, "only src/store knows diesel"));
            }
        }
    }
    complaints
}

/// The Rust files of a layer: its directory, and the file beside it.
fn layer_files<'a>(tree: &'a SourceTree, layer: &'a str) -> impl Iterator<Item = &'a SourceFile> {
    let root = tree.file(&format!("{layer}.rs")).into_iter();
    root.chain(tree.under(layer))
        .filter(|file| file.extension() == "rs")
}

/// Files that are compiled for tests only, by their name.
fn is_test_file(file: &SourceFile) -> bool {
    file.path.ends_with("/tests.rs") || file.path.contains("/tests/")
}

/// Where the tests of a file begin; they stand at its end.
fn first_test_line(file: &SourceFile) -> usize {
    file.lines()
        .find(|(_, text)| text.starts_with("#[cfg(test)]"))
        .map_or(usize::MAX, |(line, _)| line)
}
