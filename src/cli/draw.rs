//! Drawing verdicts and traces on a terminal.

use super::output;
use crate::core::text::Bilingual;
use crate::core::trace::TreeNode;
use crate::core::verdict::{State, Verdict, Weight};
use std::io::IsTerminal as _;

/// Deepest level drawn; deeper ones are said to be there.
const DEPTH_DRAWN_MAX: usize = 40;

/// Draws the verdict: the headline first, then why.
pub(super) fn draw_verdict(verdict: &Verdict) {
    let Bilingual { zh, en } = &verdict.headline;
    output::line(&coloured(
        verdict.state,
        &format!("{} {zh} / {en}", icon(verdict.state)),
    ));
    output::line(&format!(
        "  {} / {}",
        verdict.handovers.text.zh, verdict.handovers.text.en
    ));
    for finding in &verdict.findings {
        let mark = match finding.gravity {
            Weight::Note => "提示 note",
            Weight::Reference => "参考 reference",
            Weight::Unproven => "未证实 unproven",
            Weight::Missing => "缺失 missing",
            Weight::Anomaly => "异常 anomaly",
            Weight::Expired => "过期 expired",
            Weight::Held => "封存 held",
            Weight::Recalled => "召回 recalled",
        };
        output::line(&format!(
            "  [{mark}] {} / {}",
            finding.text.zh, finding.text.en
        ));
    }
}

/// A trace as a tree, the lot first and what it came from (or became) below it.
pub(super) fn draw_tree(root: &TreeNode) {
    output::line(&label(root));
    draw_children(root, "", 0);
}

fn draw_children(node: &TreeNode, indent: &str, depth: usize) {
    if depth >= DEPTH_DRAWN_MAX {
        if !node.children.is_empty() {
            output::line(&format!(
                "{indent}└─ … 更深处未画出 / deeper steps are not drawn"
            ));
        }
        return;
    }
    let last = node.children.len().saturating_sub(1);
    for (place, child) in node.children.iter().enumerate() {
        let (branch, below) = if place == last {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        output::line(&format!("{indent}{branch}{}", label(child)));
        for leg in &child.legs {
            output::line(&format!(
                "{indent}{below}   ~ {} {}  {}",
                leg.word.zh,
                leg.word.en,
                leg.when.china_minute()
            ));
        }
        draw_children(child, &format!("{indent}{below}"), depth.saturating_add(1));
    }
}

fn label(node: &TreeNode) -> String {
    let mut parts = vec![format!("{} {}", node.word.zh, node.word.en)];
    let place = node.site_name.as_deref().or(node.place.as_deref());
    let who = match &node.on_behalf_of {
        Some(party) => format!("{} (代 for {party})", node.who),
        None => node.who.clone(),
    };
    parts.push(match place {
        Some(place) => format!("{who} · {place}"),
        None => who,
    });
    parts.extend(node.when.map(|when| when.china_minute()));
    for goods in &node.goods {
        let amount = goods
            .quantity
            .map_or_else(|| "?".to_owned(), |amount| amount.to_string());
        let name = goods.name.as_deref().unwrap_or_default();
        let (lot, uom) = (&goods.lot, goods.uom);
        parts.push(format!("{name}({lot}) {amount} {} {}", uom.zh(), uom.en()));
    }
    if !node.marks.is_empty() {
        let words = node.mark_words.iter();
        let words: Vec<String> = words
            .map(|word| format!("{} {}", word.zh, word.en))
            .collect();
        parts.push(format!("⚠ {}", words.join(", ")));
    }
    if node.repeated {
        parts.push("(↑ 见上 above)".to_owned());
    }
    parts.join("  ")
}

const fn icon(state: State) -> &'static str {
    match state {
        State::Recalled => "⛔",
        State::Held => "🔒",
        State::Expired => "⌛",
        State::Anomaly => "✖",
        State::Missing => "◌",
        State::Unproven => "?",
        State::Complete => "✔",
        State::Unknown => "∅",
    }
}

/// Colour only adds to the words, and only where a person looks.
fn coloured(state: State, text: &str) -> String {
    if !std::io::stdout().is_terminal() || std::env::var_os("NO_COLOR").is_some() {
        return text.to_owned();
    }
    let colour = match state {
        State::Recalled | State::Held | State::Expired | State::Anomaly => "1;31",
        State::Missing | State::Unproven => "1;33",
        State::Complete => "1;32",
        State::Unknown => "1",
    };
    format!("\u{1b}[{colour}m{text}\u{1b}[0m")
}
