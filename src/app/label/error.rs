//! Why there is no label.

use super::size::{Dpi, Size};
use crate::core::ids::LotCode;
use crate::core::text::{Bilingual, Explain};

/// Why a label cannot be made. A label that is not whole is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// The program was built without a font.
    #[error("this program was built without a Chinese font, so it makes no labels")]
    NoFont,
    /// The font has no such character.
    #[error("the font has no {character} (U+{:04X})", u32::from(*character))]
    NotInFont {
        /// Which.
        character: char,
    },
    /// A character that would vanish, or change what is around it.
    #[error("U+{:04X} cannot stand on a label", u32::from(*character))]
    Unfit {
        /// Which.
        character: char,
    },
    /// The words do not fit, even as small as they may be.
    #[error("the words do not fit on a label for {} with characters of {} mm", size.words().en, tenths(*em_min))]
    TooMuchText {
        /// The size of the label.
        size: Size,
        /// The least height of a character's square, in tenths of a millimetre.
        em_min: u16,
    },
    /// The QR code does not fit with squares that scanners read.
    #[error(
        "the QR code needs {} mm at {dpi} dpi, a label for {} has {} mm",
        tenths(*needs), size.words().en, tenths(*has)
    )]
    QrTooLarge {
        /// The size of the label.
        size: Size,
        /// Dots per inch.
        dpi: Dpi,
        /// Width that it needs with its quiet zone, in tenths of a millimetre, rounded up.
        needs: u16,
        /// Width that there is.
        has: u16,
    },
    /// The link is longer than any QR code.
    #[error("the link is too long for a QR code")]
    LinkTooLong,
    /// Several lots have this code, and a label cannot say which it is on.
    #[error("several lots have the code {0}")]
    SeveralLots(LotCode),
    /// No farm certificate was issued for the lot.
    #[error("no farm certificate was issued for {0}")]
    NoCertificate(LotCode),
    /// The farm certificate is older than the words that are on the label.
    #[error("the farm certificate of {0} is older than the form that is printed")]
    OlderForm(LotCode),
    /// The farm certificate does not say which form it has.
    #[error("the farm certificate of {0} does not say its form")]
    NoForm(LotCode),
    /// The farm certificate is no longer valid.
    #[error("the farm certificate of {0} is no longer valid")]
    Expired(LotCode),
    /// Nobody said which host the codes lead to.
    #[error("this server was not told the host of its links")]
    NoHost,
    /// Not the name of a host.
    #[error("{0} is not the name of a host in lower case, such as trace.example.cn")]
    BadHost(String),
}

/// Tenths as a decimal.
fn tenths(value: u16) -> String {
    format!("{}.{}", value / 10, value % 10)
}

impl Explain for LabelError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoFont => "label_no_font",
            Self::NotInFont { .. } => "label_not_in_font",
            Self::Unfit { .. } => "label_unfit_character",
            Self::TooMuchText { .. } => "label_too_much_text",
            Self::QrTooLarge { .. } | Self::LinkTooLong => "label_qr_too_large",
            Self::SeveralLots(_) => "label_several_lots",
            Self::NoCertificate(_) => "label_no_certificate",
            Self::OlderForm(_) | Self::NoForm(_) => "label_other_form",
            Self::Expired(_) => "label_certificate_expired",
            Self::NoHost => "label_no_host",
            Self::BadHost(_) => "label_bad_host",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::NoFont => "程序构建时没有中文字体,不能制作标签".to_owned(),
            Self::NotInFont { character } => {
                format!("字体中没有“{character}”(U+{:04X})", u32::from(*character))
            }
            Self::Unfit { character } => {
                format!("标签上不能有字符 U+{:04X}", u32::from(*character))
            }
            Self::TooMuchText { size, em_min } => format!(
                "字高 {} 毫米时{}标签仍放不下这些文字",
                tenths(*em_min),
                size.words().zh
            ),
            Self::QrTooLarge {
                size,
                dpi,
                needs,
                has,
            } => format!(
                "二维码在 {dpi} dpi 下需要 {} 毫米,{}标签只有 {} 毫米",
                tenths(*needs),
                size.words().zh,
                tenths(*has)
            ),
            Self::LinkTooLong => "链接太长,二维码放不下".to_owned(),
            Self::SeveralLots(lot) => format!("有不止一个批次使用 {lot},无法确定标签属于哪一个"),
            Self::NoCertificate(lot) => format!("{lot} 没有开具承诺达标合格证"),
            Self::OlderForm(lot) => format!("{lot} 的承诺达标合格证早于所印样式的施行日期"),
            Self::NoForm(lot) => format!("{lot} 的承诺达标合格证没有写明样式"),
            Self::Expired(lot) => format!("{lot} 的承诺达标合格证已过有效期"),
            Self::NoHost => "服务器没有配置二维码链接的域名".to_owned(),
            Self::BadHost(host) => format!("“{host}”不是小写的域名(如 trace.example.cn)"),
        };
        Bilingual::new(zh, self.to_string())
    }
}
