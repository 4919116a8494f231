//! The source tree: the files a commit would hold, read with the standard library alone.

use std::fs;
use std::path::Path;

/// One file: its path from the repository's root with `/` between names, and what it holds.
pub struct SourceFile {
    /// For example `src/core/mod.rs`.
    pub path: String,
    /// The text, or nothing if the file is not UTF-8.
    pub text: String,
    /// Size in bytes.
    pub bytes: usize,
}

/// All files of a tree, sorted by path.
pub struct SourceTree {
    /// The files.
    pub files: Vec<SourceFile>,
}

impl SourceTree {
    /// This repository, without what `.gitignore` names at its root.
    pub fn of_repository() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let ignored = fs::read_to_string(root.join(".gitignore")).expect(".gitignore is readable");
        let mut skipped = vec![".git".to_owned()];
        skipped.extend(
            ignored
                .lines()
                .filter_map(|line| line.strip_prefix('/'))
                .map(str::to_owned),
        );
        let suffixes: Vec<&str> = ignored
            .lines()
            .filter_map(|line| line.strip_prefix('*'))
            .collect();
        let mut files = Vec::new();
        walk(root, "", &skipped, &suffixes, &mut files);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files }
    }

    /// A tree made of `(path, text)` pairs, to try a rule on.
    pub fn of_pairs(pairs: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
            bytes: text.len(),
        };
        Self {
            files: pairs.iter().map(file).collect(),
        }
    }

    /// The files under a directory, given without a slash at its end.
    pub fn under(&self, dir: &str) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(move |file| {
            file.path
                .strip_prefix(dir)
                .is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// The file at `path`.
    pub fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }
}

impl SourceFile {
    /// Lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line))
    }

    /// The name after the last dot, or nothing.
    pub fn extension(&self) -> &str {
        self.path
            .rsplit_once('.')
            .map_or("", |(_, extension)| extension)
    }

    /// A complaint about one line of this file.
    pub fn complain(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

fn walk(dir: &Path, at: &str, skipped: &[String], suffixes: &[&str], files: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(dir).expect("a directory of the repository is readable") {
        let entry = entry.expect("a directory entry is readable");
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if at.is_empty() {
            name
        } else {
            format!("{at}/{name}")
        };
        if skipped.contains(&path) || suffixes.iter().any(|suffix| path.ends_with(suffix)) {
            continue;
        }
        if entry.file_type().expect("a file type is readable").is_dir() {
            walk(&entry.path(), &path, skipped, suffixes, files);
            continue;
        }
        let content = fs::read(entry.path()).expect("a file of the repository is readable");
        let bytes = content.len();
        files.push(SourceFile {
            path,
            text: String::from_utf8(content).unwrap_or_default(),
            bytes,
        });
    }
}
