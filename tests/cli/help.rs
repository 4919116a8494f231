//! The help of the program and of every command.

use crate::program::shisu;

const COMMANDS: [&str; 43] = [
    "",
    "init",
    "demo",
    "key",
    "key new",
    "key show",
    "key prove",
    "sign",
    "submit",
    "serve",
    "trace",
    "bundle",
    "label",
    "verify",
    "check",
    "publish",
    "backup",
    "restore",
    "monitor",
    "rebuild",
    "migrate",
    "enrol",
    "import",
    "import lots",
    "import enter",
    "import shipments",
    "import sales",
    "import readings",
    "invite",
    "invite new",
    "invite waiting",
    "invite approve",
    "invite revoke",
    "join",
    "device",
    "device add",
    "device revoke",
    "device list",
    "report",
    "report list",
    "report show",
    "report answer",
    "report key",
];

fn help_of(command: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
    let ended = shisu(folder.path(), &arguments).good();
    assert!(ended.errors.is_empty(), "{}", ended.errors);
    ended.page(folder.path())
}

#[test]
fn every_command_explains_itself_in_both_languages() {
    for command in COMMANDS.into_iter().chain(["bench"]) {
        let page = help_of(command);
        let name = format!("help_{}", command.replace(' ', "_"));
        insta::assert_snapshot!(name.trim_end_matches('_'), page);
    }
}

#[test]
fn no_command_is_missing_among_those_whose_help_is_kept() {
    for outer in ["", "key", "invite", "device", "report", "import"] {
        let page = help_of(outer);
        let (_, commands) = page.split_once("命令 / Commands:\n").unwrap();
        let (commands, _) = commands.split_once("\n\n").unwrap();
        // What is further in goes on with the line before.
        let begins = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
        for line in commands.lines().filter(begins) {
            let name = line.split_whitespace().next().unwrap();
            let command = format!("{outer} {name}");
            let command = command.trim();
            let is_kept = COMMANDS.contains(&command) || ["bench"].contains(&command);
            assert!(is_kept || name == "help", "{command}");
        }
    }
}

#[test]
fn every_line_of_help_that_explains_something_speaks_chinese() {
    for command in COMMANDS.into_iter().chain(["bench"]) {
        let page = help_of(command);
        // An option and what it is for; what does not fit goes on below.
        let lines = page
            .lines()
            .filter(|line| line.trim_start().starts_with('-'));
        for line in lines.filter(|line| !line.starts_with("---")) {
            let speaks = line.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(speaks, "{command}: {line}");
        }
    }
}

#[test]
fn help_is_also_a_command() {
    let folder = tempfile::tempdir().unwrap();
    let asked = shisu(folder.path(), &["help", "trace"]).good();
    let told = shisu(folder.path(), &["trace", "--help"]).good();
    assert_eq!(asked.answer, told.answer);
}
