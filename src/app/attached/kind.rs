//! What a file is, by its content and by nothing else. Evidence is kept byte for byte, so nothing is
//! written anew here: a picture is read once, with limits, to be sure that it is one.

use super::AttachError;
use crate::app::picture_file::{PictureFault, open};
use image::ImageFormat;

/// How a PDF begins (ISO 32000-1, 7.5.2) and, not far from its end, ends (7.5.5).
const PDF: (&[u8], &[u8]) = (b"%PDF-", b"%%EOF");

/// Bytes before the end in which a PDF says so: what readers in use look at.
const PDF_END_BYTES: usize = 1_024;

/// A kind of file that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    WebP,
    /// PDF.
    Pdf,
}

impl FileKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Jpeg, Self::Png, Self::WebP, Self::Pdf];

    /// Its media type.
    #[must_use]
    pub const fn media(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Pdf => "application/pdf",
        }
    }

    /// The end of a name of such a file.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Pdf => "pdf",
        }
    }

    /// The kind with this media type.
    #[must_use]
    pub fn of_media(media: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.media() == media)
    }

    /// Whether a page may show it as a picture; a document is saved.
    #[must_use]
    pub const fn is_picture(self) -> bool {
        !matches!(self, Self::Pdf)
    }
}

/// What these bytes are. A picture is decoded whole, within limits.
///
/// # Errors
/// Nothing that is kept, damaged, or beyond a limit.
pub fn kind_of(bytes: &[u8]) -> Result<FileKind, AttachError> {
    if bytes.starts_with(PDF.0) {
        let tail = bytes.get(bytes.len().saturating_sub(PDF_END_BYTES)..);
        let ends = |tail: &[u8]| tail.windows(PDF.1.len()).any(|part| part == PDF.1);
        return match tail.is_some_and(ends) {
            true => Ok(FileKind::Pdf),
            false => Err(AttachError::Kind),
        };
    }
    match open(bytes)?.format {
        ImageFormat::Jpeg => Ok(FileKind::Jpeg),
        ImageFormat::Png => Ok(FileKind::Png),
        ImageFormat::WebP => Ok(FileKind::WebP),
        _ => Err(AttachError::Kind),
    }
}

impl From<PictureFault> for AttachError {
    fn from(fault: PictureFault) -> Self {
        match fault {
            PictureFault::Kind => Self::Kind,
            PictureFault::Heic => Self::Heic,
            PictureFault::TooManyPixels => Self::TooManyPixels,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::DynamicImage;
    use std::io::Cursor;

    fn picture(format: ImageFormat, side: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture = DynamicImage::new_rgb8(side, side);
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn pictures_and_documents_are_told_by_their_content() {
        for (format, kind) in [
            (ImageFormat::Png, FileKind::Png),
            (ImageFormat::Jpeg, FileKind::Jpeg),
            (ImageFormat::WebP, FileKind::WebP),
        ] {
            assert_eq!(kind_of(&picture(format, 8)), Ok(kind));
        }
        assert_eq!(kind_of(b"%PDF-1.7\n1 0 obj\n%%EOF\n"), Ok(FileKind::Pdf));
        for kind in FileKind::ALL {
            assert_eq!(FileKind::of_media(kind.media()), Some(kind));
        }
    }

    #[test]
    fn what_is_neither_is_refused() {
        let mut cut = picture(ImageFormat::Png, 64);
        cut.truncate(60);
        for bad in [
            &b""[..],
            b"%PDF-1.7",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
            b"<!doctype html><script>alert(1)</script>",
            b"GIF89a\x01\0\x01\0\0\0\0;",
            b"PK\x03\x04",
            b"\xff\xd8\xff\xe0",
            &cut,
        ] {
            assert_eq!(kind_of(bad), Err(AttachError::Kind), "{bad:?}");
        }
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
        assert_eq!(kind_of(heic), Err(AttachError::Heic));
    }

    #[test]
    fn a_picture_that_unpacks_to_too_much_is_refused_before_it_is() {
        let mut bomb = picture(ImageFormat::Png, 1);
        bomb[16..20].copy_from_slice(&30_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&30_000_u32.to_be_bytes());
        let crc = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(kind_of(&bomb), Err(AttachError::TooManyPixels));
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                let carry = if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
                (crc >> 1) ^ carry
            })
        })
    }
}
