//! Rules about files: length, size, leftovers, migrations, names of machines, sources of data.

use super::tree::{SourceFile, SourceTree};
use std::collections::BTreeSet;

/// Lines a file may have; more needs a reason in `long_files.txt`.
pub const LINES_EASY_MAX: usize = 400;
/// Lines a file may have with a reason.
pub const LINES_MAX: usize = 600;
/// Bytes a file may have.
pub const FILE_BYTES_MAX: usize = 1_000_000;
/// Characters that the opening comment of a migration has at least; fewer say nothing.
const REASON_CHARS_MIN: usize = 20;
/// Where long files are excused, one a line: `path: reason`.
pub const LONG_FILES: &str = "tests/tidy/long_files.txt";

const CODE_EXTENSIONS: [&str; 8] = ["rs", "mjs", "js", "css", "html", "sql", "sh", "py"];
const DATABASES: [&str; 2] = ["sqlite", "postgres"];

// The patterns are put together here so that this file does not match itself.
const LEFTOVERS: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("to", "do!"),
    concat!("unim", "plemented!"),
];
const MACHINE_PATHS: [&str; 9] = [
    concat!("/wo", "rk/main"),
    concat!("/wo", "rk/shared"),
    concat!("/wo", "rk/."),
    concat!("/tm", "p/wt"),
    concat!("/tm", "p/target"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("..", "/shared"),
];
const REGISTRY_HOSTS: [&str; 7] = [
    concat!("crates", ".io"),
    concat!("npmjs", ".org"),
    concat!("npmjs", ".com"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("deb.", "debian.org"),
    concat!("proxy.", "golang.org"),
];

/// Code files that are longer than they may be, and excuses that are wrong or no longer needed.
pub fn long_files(tree: &SourceTree) -> Vec<String> {
    let excuses = tree.file(LONG_FILES).map_or("", |file| file.text.as_str());
    let mut excused = BTreeSet::new();
    let mut complaints = Vec::new();
    for (at, line) in excuses.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match line.split_once(": ") {
            Some((path, reason)) if !reason.trim().is_empty() => {
                excused.insert(path);
            }
            _ => complaints.push(format!("{LONG_FILES}:{}: write `path: reason`", at + 1)),
        }
    }
    for file in &tree.files {
        let lines = file.text.lines().count();
        let is_excused = excused.remove(file.path.as_str());
        if !CODE_EXTENSIONS.contains(&file.extension()) {
            continue;
        }
        if lines > LINES_MAX {
            let what = format!("{lines} lines, more than the {LINES_MAX} that any file may have");
            complaints.push(file.complain(lines, &what));
        } else if lines > LINES_EASY_MAX && !is_excused {
            let what = format!(
                "{lines} lines, more than {LINES_EASY_MAX}: split it, or give a reason in {LONG_FILES}"
            );
            complaints.push(file.complain(lines, &what));
        } else if lines <= LINES_EASY_MAX && is_excused {
            complaints.push(format!(
                "{LONG_FILES}:1: {} needs no excuse any more",
                file.path
            ));
        }
    }
    complaints.extend(
        excused
            .iter()
            .map(|path| format!("{LONG_FILES}:1: there is no {path}")),
    );
    complaints
}

/// Notes of unfinished work in what is shipped.
pub fn leftovers(tree: &SourceTree) -> Vec<String> {
    let shipped = ["src", "static", "migrations"];
    let files = shipped.iter().flat_map(|dir| tree.under(dir));
    find_in_lines(files, |line| {
        let found = LEFTOVERS.iter().find(|mark| has_word(line, mark))?;
        Some(format!("{found}: finish it, or file it where work is kept"))
    })
}

/// Absolute paths of one machine, and hosts that packages come from.
pub fn machine_names(tree: &SourceTree) -> Vec<String> {
    let mut complaints = find_in_lines(tree.files.iter(), |line| {
        let found = MACHINE_PATHS.iter().find(|path| has_path(line, path))?;
        Some(format!("{found}: a path of one machine"))
    });
    // Cargo writes the registry's name into its lock file; nothing else may.
    let written = tree
        .files
        .iter()
        .filter(|file| !file.path.ends_with("Cargo.lock"));
    complaints.extend(find_in_lines(written, |line| {
        let found = REGISTRY_HOSTS.iter().find(|host| line.contains(**host))?;
        Some(format!(
            "{found}: where packages come from is each machine's own matter"
        ))
    }));
    complaints
}

/// Migrations that lack a direction, a reason or their twin for the other database.
pub fn migrations(tree: &SourceTree) -> Vec<String> {
    let mut complaints = Vec::new();
    let [sqlite, postgres] = DATABASES.map(|database| migration_names(tree, database));
    for (has, lacks, names) in [
        ("sqlite", "postgres", sqlite.difference(&postgres)),
        ("postgres", "sqlite", postgres.difference(&sqlite)),
    ] {
        complaints.extend(names.map(|name| {
            format!("migrations/{has}/{name}/up.sql:1: {lacks} has no migration of this name")
        }));
    }
    for (database, names) in [("sqlite", &sqlite), ("postgres", &postgres)] {
        for name in names {
            for direction in ["up.sql", "down.sql"] {
                let path = format!("migrations/{database}/{name}/{direction}");
                match tree.file(&path) {
                    None => complaints.push(format!("{path}:1: is missing")),
                    Some(file) if direction == "up.sql" && !says_why(file) => complaints
                        .push(file.complain(1, "begin with a comment that says why this is made")),
                    Some(_) => {}
                }
            }
        }
    }
    complaints
}

/// Files that do not belong into a repository for their size.
pub fn large_files(tree: &SourceTree) -> Vec<String> {
    let large = tree.files.iter().filter(|file| file.bytes > FILE_BYTES_MAX);
    large
        .map(|file| {
            file.complain(
                1,
                &format!("{} bytes, at most {FILE_BYTES_MAX}", file.bytes),
            )
        })
        .collect()
}

/// Rule tables that do not say where they are from.
pub fn sourceless_data(tree: &SourceTree) -> Vec<String> {
    tree.under("src/core/rules/data")
        .filter(|file| !file.text.contains("source"))
        .map(|file| file.complain(1, "a rule table names its `source`"))
        .collect()
}

/// Tests that are switched off, or that pass when the code panics for any reason at all.
pub fn ignored_tests(tree: &SourceTree) -> Vec<String> {
    let rust = tree.files.iter().filter(|file| file.extension() == "rs");
    find_in_lines(rust, |line| {
        let marks = [concat!("#[ig", "nore"), concat!("#[should", "_panic")];
        let found = marks
            .iter()
            .find(|mark| line.trim_start().starts_with(**mark))?;
        Some(format!("{found}…]: a test runs, and says what it expects"))
    })
}

/// Complaints about every line in which `fault` finds one.
fn find_in_lines<'a>(
    files: impl Iterator<Item = &'a SourceFile>,
    fault: impl Fn(&str) -> Option<String>,
) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files {
        for (line, text) in file.lines() {
            complaints.extend(fault(text).map(|what| file.complain(line, &what)));
        }
    }
    complaints
}

/// Whether `word` stands in `line` and is not part of a longer word.
fn has_word(line: &str, word: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    stands_at(line, word).any(|(before, after)| !part(before) && !part(after))
}

/// Whether `path` stands in `line` as the beginning of a path, and not within an address.
fn has_path(line: &str, path: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || "_-.$}/".contains(c);
    stands_at(line, path).any(|(before, _)| !before.is_some_and(inside))
}

/// The characters before and after each place where `part` stands in `line`.
fn stands_at<'a>(
    line: &'a str,
    part: &'a str,
) -> impl Iterator<Item = (Option<char>, Option<char>)> + 'a {
    line.match_indices(part).map(move |(at, _)| {
        let (before, rest) = line.split_at(at);
        let after = rest.strip_prefix(part).and_then(|rest| rest.chars().next());
        (before.chars().next_back(), after)
    })
}

fn migration_names<'a>(tree: &'a SourceTree, database: &str) -> BTreeSet<&'a str> {
    let dir = format!("migrations/{database}");
    let inside = tree
        .files
        .iter()
        .filter_map(|file| file.path.strip_prefix(&dir)?.strip_prefix('/'));
    inside
        .filter_map(|path| path.split_once('/').map(|(name, _)| name))
        .collect()
}

/// Whether the first line with text is a comment that is long enough to say something.
fn says_why(file: &SourceFile) -> bool {
    let first = file
        .text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("");
    first
        .strip_prefix("--")
        .is_some_and(|reason| reason.trim().chars().count() >= REASON_CHARS_MIN)
}
