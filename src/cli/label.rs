//! `shisu label`

use super::trace::lot_code;
use super::{Outcome, Where, output};
use crate::app::AppError;
use crate::app::label::{self, Asked, Dpi, Format, Size, What};
use crate::app::link_host::LinkHost;
use crate::core::record::words::Name;
use crate::core::text::{Bilingual, Explain as _};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// What the help says beyond the options.
const AFTER_HELP: &str = "\
小包装 50×30、货架 70×50、外箱 100×70 毫米。二维码下方印编码;文字放不下时缩小到字高 2 毫米,再换行,仍放不下则不制作。
合格证取自账本中由承诺主体签发的最新一份;联系方式在账本中是密封的,用 --contact 给出,否则留空手写。
A pack's label is 50×30 mm, a shelf's 70×50, a carton's 100×70. The code is printed beneath. Words \
    that do not fit get smaller, down to 2 mm, then go on more lines; after that there is no label.
The certificate is the newest that its signer issued. A contact is sealed in the ledger: give \
    one with --contact, or write it by hand.";

/// `shisu label`: a label of a lot.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Label {
    #[command(flatten)]
    ledger: Where,
    /// 批次码 / lot code
    #[arg(value_name = "LOT")]
    lot: String,
    /// 二维码链接的域名 / host that the QR code leads to
    #[arg(long, value_name = "HOST", env = "SHISU_LINK_HOST")]
    host: String,
    /// 写入文件 / file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// 用途:pack 小包装、shelf 货架、carton 外箱 / what it is for
    #[arg(long, value_enum, default_value = "pack", hide_possible_values = true)]
    size: SizeWord,
    /// 内容:lot 批次、certificate 承诺达标合格证 / what it says
    #[arg(long, value_enum, default_value = "lot", hide_possible_values = true)]
    what: WhatWord,
    /// 打印机分辨率:203、300、600 / dots per inch of the printer
    #[arg(long, value_name = "DPI", default_value = "203")]
    dpi: u16,
    /// svg、png、zpl、zpl-hex(不压缩);默认看文件名 / as what; by default as the file is named
    #[arg(long, value_enum, hide_possible_values = true)]
    format: Option<FormatWord>,
    /// 合格证上的数量,默认取自账本 / quantity on the certificate; by default the ledger's
    #[arg(long, value_name = "WORDS")]
    quantity: Option<String>,
    /// 合格证上的联系方式 / contact on the certificate
    #[arg(long, value_name = "WORDS")]
    contact: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SizeWord {
    // What they mean is said at the option.
    Pack,
    Shelf,
    Carton,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum WhatWord {
    Lot,
    Certificate,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormatWord {
    Svg,
    Png,
    Zpl,
    ZplHex,
}

impl From<FormatWord> for Format {
    fn from(word: FormatWord) -> Self {
        match word {
            FormatWord::Svg => Self::Svg,
            FormatWord::Png => Self::Png,
            FormatWord::Zpl => Self::Zpl,
            FormatWord::ZplHex => Self::ZplHex,
        }
    }
}

impl Label {
    pub(super) fn run(self) -> Result<Outcome, AppError> {
        let asked = Asked {
            lot: lot_code(&self.lot)?,
            what: match self.what {
                WhatWord::Lot => What::Lot,
                WhatWord::Certificate => What::Certificate,
            },
            size: match self.size {
                SizeWord::Pack => Size::Pack,
                SizeWord::Shelf => Size::Shelf,
                SizeWord::Carton => Size::Carton,
            },
            dpi: dpi(self.dpi)?,
            format: match self.format {
                Some(word) => word.into(),
                None => format_of(&self.out)?,
            },
            host: LinkHost::parse(&self.host)
                .map_err(|error| AppError::argument(&self.host, error.explain()))?,
            quantity: self.quantity.as_deref().map(words).transpose()?,
            contact: self.contact.as_deref().map(words).transpose()?,
        };
        let made = label::of_ledger(&self.ledger.options()?, &asked)?;
        std::fs::write(&self.out, &made).map_err(|cause| AppError::file(&self.out, cause))?;
        output::line(&format!(
            "标签已写入 / label written: {}({} 字节 / bytes)\n{}",
            self.out.display(),
            made.len(),
            asked.host.link(&asked.lot),
        ));
        Ok(Outcome::Good)
    }
}

fn dpi(number: u16) -> Result<Dpi, AppError> {
    Dpi::from_number(number).ok_or_else(|| {
        let why = Bilingual::new("应为 203、300 或 600", "one of 203, 300 and 600");
        AppError::argument(&number.to_string(), why)
    })
}

/// As what a file of this name is written.
fn format_of(path: &Path) -> Result<Format, AppError> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("svg") => Ok(Format::Svg),
        Some("png") => Ok(Format::Png),
        Some("zpl") => Ok(Format::Zpl),
        _ => Err(AppError::argument(
            &path.display().to_string(),
            Bilingual::new(
                "文件名应以 .svg、.png 或 .zpl 结尾,或用 --format 说明",
                "its name ends in .svg, .png or .zpl, or --format says as what",
            ),
        )),
    }
}

fn words(text: &str) -> Result<Name, AppError> {
    Name::new(text).ok_or_else(|| {
        let why = Bilingual::new(
            "应为 1 到 120 个字符的一行,不含控制字符",
            "one line of 1 to 120 characters without control characters",
        );
        AppError::argument(text, why)
    })
}
