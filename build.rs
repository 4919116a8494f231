//! Embeds what pages load from `static/`. The library of the verifier is installed and not
//! committed (`scripts/vendor`); a program that is built without it has everything else.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Folders of files that are embedded, and which of their files are.
const FOLDERS: [(&str, &[&str]); 3] = [
    ("verify", &["js"]),
    ("page", &["js", "svg", "webmanifest"]),
    ("vendor", &["js"]),
];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=static");
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("static");
    let mut list = String::from("&[\n");
    for (folder, extensions) in FOLDERS {
        for (name, path) in files(&root.join(folder), extensions)? {
            let entry = format!(
                "    ({:?}, include_bytes!({:?})),",
                format!("{folder}/{name}"),
                path
            );
            writeln!(list, "{entry}").map_err(io::Error::other)?;
        }
    }
    list.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("assets.rs"), list)
}

/// Files of a folder in the order of their names; none if there is no such folder.
fn files(folder: &Path, extensions: &[&str]) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        let name = path.file_name().and_then(|name| name.to_str());
        if let (Some(extension), Some(name)) = (extension, name)
            && extensions.contains(&extension)
        {
            found.push((name.to_owned(), path.clone()));
        }
    }
    found.sort();
    Ok(found)
}
