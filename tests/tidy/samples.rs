//! Every rule is shown a tree that breaks it and one that does not: a rule that cannot complain
//! guards nothing.

use super::tree::SourceTree;
use super::{layers, rules};

type Rule = fn(&SourceTree) -> Vec<String>;

/// The rule complains about exactly the given places, in any order.
fn assert_complains(rule: Rule, pairs: &[(&str, &str)], places: &[&str]) {
    let mut complaints = rule(&SourceTree::of_pairs(pairs));
    complaints.sort();
    let mut places = places.to_vec();
    places.sort_unstable();
    let starts = complaints.iter().zip(&places).all(|(text, place)| {
        text.strip_prefix(place)
            .is_some_and(|rest| rest.starts_with(": "))
    });
    assert!(
        starts && complaints.len() == places.len(),
        "{complaints:#?}\nexpected {places:#?}"
    );
}

#[test]
fn a_layer_that_looks_up_is_found_however_it_is_written() {
    let code = "use crate::core::text;\nuse crate::{\n    core::time,\n    store::{self, head},\n};\n\
                fn f() { crate::app::append::run() }\npub(crate) use super::super::web::Page;\n\
                // crate::cli is only named here\nuse crate::storehouse;\n";
    assert_complains(
        layers::wrong_directions,
        &[("src/core/log/mod.rs", code)],
        &[
            "src/core/log/mod.rs:2",
            "src/core/log/mod.rs:2",
            "src/core/log/mod.rs:6",
            "src/core/log/mod.rs:7",
        ],
    );
}

#[test]
fn each_layer_has_its_own_limits() {
    let uses = "use crate::core;\nuse crate::store;\nuse crate::app;\nuse crate::api;\nuse crate::web;\nuse crate::cli;\nuse crate::server;\n";
    let layers = ["core", "store", "app", "api", "web", "cli", "server"];
    let paths = layers.map(|layer| format!("src/{layer}/mod.rs"));
    let pairs: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), uses)).collect();
    let lines: [&[usize]; 7] = [
        &[2, 3, 4, 5, 6, 7],
        &[3, 4, 5, 6, 7],
        &[4, 5, 6, 7],
        &[2, 5, 6, 7],
        &[2, 4, 6, 7],
        &[2, 4, 5],
        &[2, 6],
    ];
    let places: Vec<String> = paths
        .iter()
        .zip(lines)
        .flat_map(|(path, lines)| lines.iter().map(move |line| format!("{path}:{line}")))
        .collect();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    assert_complains(layers::wrong_directions, &pairs, &places);
}

#[test]
fn a_core_that_reads_clocks_or_files_is_found_but_its_tests_may() {
    let code = "use std::time::Duration;\nuse std::{fmt, fs};\nlet t = std::time::Instant::now();\n\
                let n = chrono::Utc::now();\nuse getrandom::fill;\n#[cfg(test)]\nmod tests { use std::fs; }\n";
    assert_complains(
        layers::impurities,
        &[
            ("src/core/time.rs", code),
            ("src/core/log/tests.rs", "use std::fs;"),
            ("src/store/mod.rs", "use std::fs;"),
        ],
        &[
            "src/core/time.rs:2",
            "src/core/time.rs:3",
            "src/core/time.rs:4",
            "src/core/time.rs:5",
        ],
    );
}

#[test]
fn diesel_outside_the_store_is_found() {
    assert_complains(
        layers::stray_diesel,
        &[
            ("src/store/mod.rs", "use diesel::prelude::*;"),
            (
                "src/app/mod.rs",
                "/// The store hides diesel.\nuse diesel::prelude::*;",
            ),
            ("src/main.rs", "diesel_migrations::embed!()"),
            ("tests/schema.rs", "use diesel::prelude::*;"),
        ],
        &["src/app/mod.rs:2", "src/main.rs:1"],
    );
}

#[test]
fn long_files_need_a_reason_and_very_long_ones_have_none() {
    let lines = |count: usize| "x\n".repeat(count);
    let (easy, long, huge) = (
        lines(rules::LINES_EASY_MAX),
        lines(rules::LINES_EASY_MAX + 1),
        lines(rules::LINES_MAX + 1),
    );
    let excuses = "# why\nsrc/b.rs: one table\nsrc/c.rs: one table\nsrc/gone.rs: was long\nsrc/a.rs: is not\nsrc/d.rs\n";
    assert_complains(
        rules::long_files,
        &[
            ("src/a.rs", &easy),
            ("src/b.rs", &long),
            ("src/c.rs", &huge),
            ("src/d.rs", &long),
            ("src/data.tsv", &huge),
            (rules::LONG_FILES, excuses),
        ],
        &[
            "src/c.rs:601",
            "src/d.rs:401",
            "tests/tidy/long_files.txt:1",
            "tests/tidy/long_files.txt:1",
            "tests/tidy/long_files.txt:6",
        ],
    );
}

#[test]
fn leftovers_are_found_as_words() {
    let mark = concat!("// TO", "DO: later");
    let hole = concat!("    unim", "plemented!()");
    assert_complains(
        rules::leftovers,
        &[
            ("src/a.rs", mark),
            ("static/a.mjs", hole),
            ("migrations/sqlite/1/up.sql", "-- MASTODONS are extinct\n"),
            ("docs/a.md", mark),
        ],
        &["src/a.rs:1", "static/a.mjs:1"],
    );
}

#[test]
fn migrations_without_twin_reverse_or_reason_are_found() {
    let why =
        "-- Keeps the log's head in one row, so that appends are compare-and-swap.\nSELECT 1;";
    assert_complains(
        rules::migrations,
        &[
            ("migrations/sqlite/1_log/up.sql", why),
            ("migrations/sqlite/1_log/down.sql", "DROP TABLE head;"),
            ("migrations/postgres/1_log/up.sql", "CREATE TABLE head ();"),
            ("migrations/postgres/2_more/up.sql", why),
            ("migrations/postgres/2_more/down.sql", "SELECT 1;"),
        ],
        &[
            "migrations/postgres/1_log/down.sql:1",
            "migrations/postgres/1_log/up.sql:1",
            "migrations/postgres/2_more/up.sql:1",
        ],
    );
}

#[test]
fn names_of_machines_and_registries_are_found() {
    let home = concat!("data = \"/ho", "me/somebody/data\"");
    let host = concat!("curl https://registry.npmjs", ".org/jose");
    let lock = concat!("source = \"registry+https://example/crates", ".io-index\"");
    assert_complains(
        rules::machine_names,
        &[
            ("docs/a.md", home),
            ("scripts/a", host),
            ("Cargo.lock", lock),
            ("docs/b.md", lock),
            (
                "src/a.rs",
                concat!("let url = format!(\"{base}/ro", "ot/1\");"),
            ),
        ],
        &["docs/a.md:1", "docs/b.md:1", "scripts/a:1"],
    );
}

#[test]
fn large_files_are_found() {
    let (fits, large) = (
        "x".repeat(rules::FILE_BYTES_MAX),
        "x".repeat(rules::FILE_BYTES_MAX + 1),
    );
    assert_complains(
        rules::large_files,
        &[("a.json", &fits), ("b.json", &large)],
        &["b.json:1"],
    );
}

#[test]
fn rule_data_without_a_source_is_found() {
    assert_complains(
        rules::sourceless_data,
        &[
            ("src/core/rules/data/a.toml", "source = \"GB 31605-2020\""),
            ("src/core/rules/data/b.toml", "limit = 4"),
            ("src/core/rules/mod.rs", ""),
        ],
        &["src/core/rules/data/b.toml:1"],
    );
}

#[test]
fn tests_that_are_switched_off_are_found() {
    let code = concat!(
        "    #[ig",
        "nore = \"slow\"]\n// #[ig",
        "nore]\n#[should",
        "_panic]\n"
    );
    assert_complains(
        rules::ignored_tests,
        &[("src/a.rs", code)],
        &["src/a.rs:1", "src/a.rs:3"],
    );
}
