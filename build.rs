//! Finds the Chinese font that labels are drawn with and hands it to the program, which carries it
//! from then on (`src/app/label/font.rs`). The font is installed, not committed; `docs/decisions/0011`
//! says why. Without one the program is built all the same, and says so when it is asked for a label.

use std::error::Error;
use std::path::{Path, PathBuf};

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
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let out = Path::new(&out).join("label-font");
    let named = std::env::var_os(VARIABLE).map(PathBuf::from);
    let found = named.or_else(|| PLACES.iter().map(PathBuf::from).find(|path| path.is_file()));
    let font = match &found {
        Some(path) => {
            println!("cargo::rerun-if-changed={}", path.display());
            std::fs::read(path).map_err(|cause| format!("{}: {cause}", path.display()))?
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
    std::fs::write(out, font)?;
    Ok(())
}
