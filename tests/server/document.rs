//! `docs/API.md` says what the code does: its table is the one that decides. With
//! `SHISU_UPDATE_DOCS=1` the table is written anew.

use shisu::core::access::{AccessTable, Data, table};
use std::path::PathBuf;

const BEGIN: &str = "<!-- access.toml: begin -->\n";
const END: &str = "<!-- access.toml: end -->";

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/API.md")
}

/// The table as the document shows it.
fn shown(table: &AccessTable) -> String {
    let mut text = format!("In force from {}.\n\n| role 角色 |", table.in_force_from);
    for data in &table.data {
        text.push_str(&format!(" `{}` {} |", data.data().code(), data.name().zh));
    }
    text.push_str(&format!("\n|---|{}\n", "---|".repeat(table.data.len())));
    for role in &table.roles {
        text.push_str(&format!("| `{}` {} |", role.role().code(), role.name().zh));
        for data in Data::ALL {
            text.push_str(&format!(" {} |", role.sees(*data).code()));
        }
        text.push('\n');
    }
    text.push_str("\n| role | 谁 | who | says what for |\n|---|---|---|---|\n");
    for role in &table.roles {
        let (who, code) = (role.who(), role.role().code());
        let purpose = if role.states_purpose { "yes" } else { "no" };
        text.push_str(&format!(
            "| `{code}` | {} | {} | {purpose} |\n",
            who.zh, who.en
        ));
    }
    text.push_str("\n| data | what | 为什么 | why | source |\n|---|---|---|---|---|\n");
    for data in &table.data {
        let (why, code) = (data.why(), data.data().code());
        let (name, source) = (data.name().en, data.source.as_deref().unwrap_or("–"));
        text.push_str(&format!(
            "| `{code}` | {name} | {} | {} | {source} |\n",
            why.zh, why.en
        ));
    }
    text
}

#[test]
fn the_document_shows_the_table_that_decides() {
    let text = std::fs::read_to_string(path()).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    let wanted = format!("\n{}\n", shown(table()));
    if std::env::var_os("SHISU_UPDATE_DOCS").is_some() {
        std::fs::write(path(), format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(
        written, wanted,
        "run this test once with SHISU_UPDATE_DOCS=1"
    );
}

#[test]
fn every_code_of_being_denied_is_in_the_document() {
    use shisu::core::access::{ChallengeError, Denied};
    use shisu::core::text::Explain;
    let text = std::fs::read_to_string(path()).unwrap();
    let denied = [
        Denied::SignInRequired(Data::Stock),
        Denied::NotAllowed(Data::Stock),
        Denied::PurposeRequired,
        Denied::SessionEnded,
        Denied::ChallengeUsed,
        Denied::SignInFailed,
    ];
    let challenge = [ChallengeError::Foreign, ChallengeError::Expired];
    let codes = denied.iter().map(Explain::code);
    for code in codes.chain(challenge.iter().map(Explain::code)) {
        assert!(text.contains(&format!("| `{code}` |")), "{code}");
    }
}
