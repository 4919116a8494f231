//! The paths (`crate::store::Head`, `std::fs`) that Rust code names, found without a parser:
//! `use` trees are expanded, paths from `self` and `super` are resolved by where the file lies,
//! comments are left out.

use super::tree::SourceFile;

/// A path in the code and the line it stands on.
pub struct NamedPath {
    /// Line, from 1.
    pub line: usize,
    /// For example `crate::store::Head`; a glob ends in `*`.
    pub path: String,
}

impl NamedPath {
    /// Whether this is `module` or something in it.
    pub fn is_in(&self, module: &str) -> bool {
        self.path
            .strip_prefix(module)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    }
}

/// Every path a file names.
pub fn named_paths(file: &SourceFile) -> Vec<NamedPath> {
    let module = module_of(&file.path);
    let mut found = Vec::new();
    let mut tree = String::new();
    let mut tree_line = 0;
    for (line, raw) in file.lines() {
        let code = code_of(raw);
        if tree.is_empty() {
            match use_tree(code) {
                Some(start) => (tree, tree_line) = (format!("{start} "), line),
                None => found.extend(inline_paths(code).map(|path| NamedPath { line, path })),
            }
        } else {
            tree.push_str(code);
            tree.push(' ');
        }
        if let Some((whole, _)) = tree.split_once(';') {
            let expanded = expand(whole).into_iter();
            found.extend(expanded.map(|path| NamedPath {
                line: tree_line,
                path,
            }));
            tree.clear();
        }
    }
    for named in &mut found {
        named.path = resolve(&named.path, &module);
    }
    found
}

/// A line without its comment.
pub fn code_of(line: &str) -> &str {
    if line.trim_start().starts_with("//") {
        return "";
    }
    // A comment after code stands after a space; `https://` in a string does not.
    line.split_once(" // ").map_or(line, |(code, _)| code)
}

/// What follows `use`, if the line begins such a declaration.
fn use_tree(code: &str) -> Option<&str> {
    let code = code.trim_start();
    let declaration = match code.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(')')?.1.trim_start(),
        Some(rest) => rest.trim_start(),
        None => code,
    };
    declaration.strip_prefix("use ")
}

/// Paths with at least one `::` in a line of code.
fn inline_paths(code: &str) -> impl Iterator<Item = String> {
    code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
        .map(|word| {
            word.trim_start_matches(':')
                .trim_end_matches(':')
                .to_owned()
        })
        .filter(|word| word.contains("::"))
}

/// The single paths of a `use` tree: `a::{b, c as d}` is `a::b` and `a::c`.
fn expand(tree: &str) -> Vec<String> {
    let tree = tree.trim().trim_start_matches("::");
    let Some((head, rest)) = tree.split_once('{') else {
        let path = tree
            .split_once(" as ")
            .map_or(tree, |(path, _)| path)
            .trim();
        return vec![path.to_owned()];
    };
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    branches(inner)
        .iter()
        .flat_map(|branch| expand(branch))
        .map(|path| match path.as_str() {
            "self" => head.trim().trim_end_matches("::").to_owned(),
            _ => format!("{}{path}", head.trim()),
        })
        .collect()
}

/// Splits at the commas that are in no inner braces.
fn branches(inner: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut parts = vec![String::new()];
    for c in inner.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == ',' && depth == 0 {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// The module a file is: `src/core/time.rs` is `core::time`, `src/core/mod.rs` is `core`.
fn module_of(path: &str) -> Vec<String> {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    let stem = inside.strip_suffix(".rs").unwrap_or(inside);
    let mut names: Vec<String> = stem.split('/').map(str::to_owned).collect();
    if matches!(
        names.last().map(String::as_str),
        Some("mod" | "lib" | "main")
    ) {
        names.pop();
    }
    names
}

/// Turns `self::` and `super::` into `crate::`; other paths stay as they are.
fn resolve(path: &str, module: &[String]) -> String {
    let mut at = module.to_vec();
    let mut rest = path;
    let mut relative = false;
    loop {
        if let Some(after) = rest.strip_prefix("self::") {
            rest = after;
        } else if let Some(after) = rest.strip_prefix("super::") {
            at.pop();
            rest = after;
        } else {
            break;
        }
        relative = true;
    }
    if !relative {
        return path.to_owned();
    }
    at.insert(0, "crate".to_owned());
    at.push(rest.to_owned());
    at.join("::")
}
