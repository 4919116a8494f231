//! What the program carries with it: the files that pages load from `static/`, and the Chinese font
//! that labels are drawn with. The library of the verifier and the font are installed, not committed
//! (`scripts/vendor`, `docs/decisions/0011`); a program that is built without one of them has
//! everything else, and says so when it is asked for it.

use brotli::enc::BrotliEncoderParams;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Folders of files that are embedded, and which of their files are.
const FOLDERS: [(&str, &[&str]); 5] = [
    ("verify", &["js"]),
    ("page", &["js", "svg", "png", "webmanifest"]),
    ("workbench", &["js"]),
    ("dock", &["js", "css", "json"]),
    ("vendor", &["js", "wasm"]),
];

/// Names another font: a TrueType or OpenType file, or a collection whose first face is used.
const VARIABLE: &str = "SHISU_LABEL_FONT";

/// Where WenQuanYi Micro Hei is on Debian, Arch and Fedora and their kin.
const PLACES: [&str; 3] = [
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/wqy-microhei-fonts/wqy-microhei.ttc",
];

/// Where a font that is installed later would be.
const FONTS: &str = "/usr/share/fonts";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets the folder")?);
    embed_files(&root.join("static"), &out)?;
    embed_font(&out)
}

/// Lists the files of pages, so that they become part of the program.
fn embed_files(root: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=static");
    let mut list = String::from("&[\n");
    for (folder, extensions) in FOLDERS {
        for (name, path) in files(&root.join(folder), extensions)? {
            let path = match name.ends_with(".js") {
                true => small_copy(root, folder, &name, &out.join("small"))?,
                false => path,
            };
            let name = format!("{folder}/{name}");
            writeln!(list, "    ({name:?}, include_bytes!({path:?}), None),")?;
        }
    }
    for (name, path) in bundle(root)? {
        let (br, gz) = packed(&name, &path, &out.join("packed"))?;
        writeln!(
            list,
            "    (\"bundle/{name}\", include_bytes!({path:?}), \
             Some((include_bytes!({br:?}), include_bytes!({gz:?})))),"
        )?;
    }
    list.push(']');
    fs::write(out.join("assets.rs"), list)?;
    Ok(())
}

/// A smaller copy of a script, for phones on bad networks: what `scripts/minify.mjs` made of it, if it
/// was made of just this; else the script without its comments. Libraries keep theirs, which name
/// their licence.
fn small_copy(root: &Path, folder: &str, name: &str, out: &Path) -> io::Result<PathBuf> {
    let source = fs::read_to_string(root.join(folder).join(name))?;
    let made = root.join("vendor").join("min").join(folder);
    let of = fs::read_to_string(made.join(format!("{name}.of")));
    let small = match of.is_ok_and(|of| of == source) {
        true => fs::read_to_string(made.join(name))?,
        false if folder == "vendor" => source,
        false => bare(&source),
    };
    let folder = out.join(folder);
    fs::create_dir_all(&folder)?;
    let to = folder.join(name);
    fs::write(&to, small)?;
    Ok(to)
}

/// The workbench in a few files, if `scripts/minify.mjs` made them of just the sources that are here;
/// else none, and pages load the sources one by one.
fn bundle(root: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let made = root.join("vendor").join("min");
    let of = fs::read_to_string(made.join("bundle.of")).unwrap_or_default();
    match is_of(root, &of) {
        true => files(&made.join("bundle"), &["js"]),
        false => Ok(Vec::new()),
    }
}

/// A file as Brotli and as gzip, made once and as small as they can be: phones on bad networks load it,
/// and the server would pack it anew for each of them. It takes seconds, so it is done again only for
/// another file.
fn packed(name: &str, path: &Path, folder: &Path) -> Result<(PathBuf, PathBuf), Box<dyn Error>> {
    let bytes = fs::read(path)?;
    let [br, gz, of] = ["br", "gz", "of"].map(|ending| folder.join(format!("{name}.{ending}")));
    if br.is_file() && gz.is_file() && fs::read(&of).is_ok_and(|was| was == bytes) {
        return Ok((br, gz));
    }
    fs::create_dir_all(folder)?;
    let mut small = Vec::new();
    brotli::BrotliCompress(
        &mut bytes.as_slice(),
        &mut small,
        &BrotliEncoderParams::default(),
    )?;
    fs::write(&br, small)?;
    let mut small = Vec::new();
    zopfli::compress(
        zopfli::Options::default(),
        zopfli::Format::Gzip,
        bytes.as_slice(),
        &mut small,
    )?;
    fs::write(&gz, small)?;
    fs::write(of, bytes)?;
    Ok((br, gz))
}

/// Whether each source is as it was: a line with its path, one with its length in bytes, and the source.
fn is_of(root: &Path, mut of: &str) -> bool {
    let mut any = false;
    while !of.is_empty() {
        let Some((path, length, rest)) = head(of) else {
            return false;
        };
        let (Some(was), Some(after)) = (rest.get(..length), rest.get(length..)) else {
            return false;
        };
        if fs::read_to_string(root.join(path)).ok().as_deref() != Some(was) {
            return false;
        }
        of = after.trim_start_matches('\n');
        any = true;
    }
    any
}

/// Path and length of the next source, and what follows.
fn head(of: &str) -> Option<(&str, usize, &str)> {
    let (path, rest) = of.split_once('\n')?;
    let (length, rest) = rest.split_once('\n')?;
    Some((path, length.parse().ok()?, rest))
}

/// A script without lines that are comments, empty or begin with white space. Comments behind code
/// stay, and so do those that a licence asks to keep (`/*!`). Texts over several lines would lose
/// their indentation; none of ours has such a text.
fn bare(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut within = false;
    for line in script.lines().map(str::trim) {
        if within {
            within = !line.contains("*/");
        } else if line.starts_with("/*") && !line.starts_with("/*!") {
            match line.split_once("*/") {
                Some((_, "")) => {}
                Some(_) => push_line(&mut kept, line),
                None => within = true,
            }
        } else if !line.is_empty() && !line.starts_with("//") {
            push_line(&mut kept, line);
        }
    }
    kept
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
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

/// Finds the font and hands it to the program (`src/app/label/font.rs`).
fn embed_font(out: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    let named = env::var_os(VARIABLE).map(PathBuf::from);
    let found = named.or_else(|| PLACES.iter().map(PathBuf::from).find(|path| path.is_file()));
    let font = match &found {
        Some(path) => {
            println!("cargo::rerun-if-changed={}", path.display());
            fs::read(path).map_err(|cause| format!("{}: {cause}", path.display()))?
        }
        None => {
            if Path::new(FONTS).is_dir() {
                println!("cargo::rerun-if-changed={FONTS}");
            }
            println!(
                "cargo::warning=没有中文字体,程序将不能制作标签 / no Chinese font, so the program will make no \
                 labels: install fonts-wqy-microhei or set {VARIABLE}"
            );
            Vec::new()
        }
    };
    fs::write(out.join("label-font"), font)?;
    Ok(())
}
