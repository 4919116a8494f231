//! Why a picture or document is not kept, or not given out.

use super::FILE_BYTES_MAX;
use crate::app::picture_file::SIDE_PX_MAX;
use crate::core::text::{Bilingual, Explain};

/// Why a picture or document is not kept, or not given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttachError {
    /// Neither a picture of a known kind nor a PDF, or a damaged one.
    #[error("this is no JPEG, PNG or WebP picture and no PDF document, or it is damaged")]
    Kind,
    /// A picture of a newer phone that few programs read.
    #[error("HEIC pictures are not taken: let the phone save photos as JPEG (most compatible)")]
    Heic,
    /// More bytes than are kept.
    #[error("a file has at most {} MiB", FILE_BYTES_MAX / (1024 * 1024))]
    TooLarge,
    /// More pixels than are read.
    #[error("the picture has more than {SIDE_PX_MAX} pixels a side, or unpacks to too much")]
    TooManyPixels,
    /// Its hash is not the one it was announced by.
    #[error("these bytes have another SHA-256 than the address says")]
    Hash,
    /// Their party sent too much within a day.
    #[error("your party has sent as many files as it may within a day; go on tomorrow")]
    Quota,
    /// Whoever signs in for no party keeps nothing.
    #[error("only a party keeps pictures and documents here")]
    NoParty,
    /// The record names no such file.
    #[error("the record names no file with this hash")]
    NotNamed,
    /// The record names it, and nobody has sent it.
    #[error("the record names this file, but nobody has sent it to this server")]
    NotHere,
}

impl Explain for AttachError {
    fn code(&self) -> &'static str {
        match self {
            Self::Kind => "file_kind",
            Self::Heic => "file_heic",
            Self::TooLarge => "body_too_large",
            Self::TooManyPixels => "file_pixels",
            Self::Hash => "file_hash",
            Self::Quota => "file_quota",
            Self::NoParty => "not_allowed",
            Self::NotNamed => "unknown_file",
            Self::NotHere => "file_not_here",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::Kind => "不是 JPEG、PNG、WebP 图片,也不是 PDF 文件,或者已损坏".to_owned(),
            Self::Heic => "不接收 HEIC 照片:请把手机相机格式改为「兼容性最佳」(JPEG)".to_owned(),
            Self::TooLarge => format!("文件不得超过 {} MiB", FILE_BYTES_MAX / (1024 * 1024)),
            Self::TooManyPixels => format!("图片每边不得超过 {SIDE_PX_MAX} 像素,解开后不得过大"),
            Self::Hash => "内容的 SHA-256 与地址所写不同".to_owned(),
            Self::Quota => "贵方一天内上传的文件已达上限,请明天再传".to_owned(),
            Self::NoParty => "只有主体可以在此存放图片和文件".to_owned(),
            Self::NotNamed => "这条记录没有提到这个文件".to_owned(),
            Self::NotHere => "记录提到了这个文件,但没有人上传到本服务器".to_owned(),
        };
        Bilingual::new(zh, self.to_string())
    }
}
