//! Codes in a photo that a phone could not read: QR, Data Matrix and the linear codes of GS1. The
//! picture is looked at in one way after the other, the cheap ones first, until something is found and
//! nothing more, or the time is over. Nothing of it is kept.

mod bars;
mod line;
mod look;
mod read;
mod shades;

use super::picture_file::{PictureFault, SIDE_PX_MAX, open};
use crate::core::text::{Bilingual, Explain};
use image::GrayImage;
use serde::Serialize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Bytes of a photo at most: what a phone's camera makes.
pub const PHOTO_BYTES_MAX: usize = 10 * 1024 * 1024;

/// Codes that are told of one photo at most, as many as the decoder of the pages tells.
pub const CODES_MAX: usize = 24;

/// Pixels of the longer side that are looked at, however many a camera has.
const LOOKED_PX: u32 = 2_400;

/// After this time no other way is tried.
const PATIENCE: Duration = Duration::from_secs(4);

/// A code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Code {
    /// What stands in it; of codes of GS1 with the symbology identifier in front and FNC1 as its control
    /// character, as scanners send it.
    pub text: String,
    /// Its kind, by the name that browsers give it.
    pub format: &'static str,
}

/// Why a photo is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhotoFault {
    /// Neither JPEG nor PNG nor WebP, or damaged.
    #[error("this is no JPEG, PNG or WebP picture, or it is damaged")]
    Kind,
    /// A picture of a newer phone that few programs read.
    #[error("HEIC pictures are not read: let the phone save photos as JPEG (most compatible)")]
    Heic,
    /// More bytes than are read.
    #[error(
        "the photo has more than {} MiB: take it with fewer pixels, or cut it to the code",
        PHOTO_BYTES_MAX / (1024 * 1024)
    )]
    TooLarge,
    /// More pixels than are read.
    #[error(
        "the picture has more than {SIDE_PX_MAX} pixels a side, or unpacks to too much: take it with fewer pixels, or cut it to the code"
    )]
    TooManyPixels,
    /// The decoder failed.
    #[error("this picture cannot be read: take another, or type what stands below the code")]
    Unread,
}

impl Explain for PhotoFault {
    fn code(&self) -> &'static str {
        match self {
            Self::Kind => "file_kind",
            Self::Heic => "file_heic",
            Self::TooLarge => "body_too_large",
            Self::TooManyPixels => "file_pixels",
            Self::Unread => "photo_unread",
        }
    }

    fn explain(&self) -> Bilingual {
        let zh = match self {
            Self::Kind => "不是 JPEG、PNG、WebP 图片,或者已损坏".to_owned(),
            Self::Heic => "读不了 HEIC 照片:请把手机相机格式改为「兼容性最佳」(JPEG)".to_owned(),
            Self::TooLarge => format!(
                "照片超过 {} MiB:请调低相机分辨率重拍,或裁剪到只剩编码",
                PHOTO_BYTES_MAX / (1024 * 1024)
            ),
            Self::TooManyPixels => format!(
                "图片每边不得超过 {SIDE_PX_MAX} 像素,解开后不得过大:请调低相机分辨率重拍,或裁剪到只剩编码"
            ),
            Self::Unread => "这张图片无法识读:请重拍一张,或输入编码下方的文字".to_owned(),
        };
        Bilingual::new(zh, self.to_string())
    }
}

impl From<PictureFault> for PhotoFault {
    fn from(fault: PictureFault) -> Self {
        match fault {
            PictureFault::Kind => Self::Kind,
            PictureFault::Heic => Self::Heic,
            PictureFault::TooManyPixels => Self::TooManyPixels,
        }
    }
}

/// The codes of a photo, none if there are none that can be read.
///
/// # Errors
/// No picture, one beyond a limit, or one at which the decoder fails.
pub fn decode(bytes: &[u8]) -> Result<Vec<Code>, PhotoFault> {
    decode_within(bytes, PATIENCE)
}

fn decode_within(bytes: &[u8], patience: Duration) -> Result<Vec<Code>, PhotoFault> {
    // Whatever a picture from anywhere does to the libraries that read it ends here.
    catch_unwind(AssertUnwindSafe(|| {
        let grey = grey(bytes)?;
        Ok(look::look(&grey, Instant::now() + patience))
    }))
    .unwrap_or(Err(PhotoFault::Unread))
}

/// The picture in grey and small, with its darkest black and its lightest white.
fn grey(bytes: &[u8]) -> Result<GrayImage, PhotoFault> {
    if bytes.len() > PHOTO_BYTES_MAX {
        return Err(PhotoFault::TooLarge);
    }
    let (picture, turn) = open(bytes)?.upright();
    let picture = match picture.width().max(picture.height()) > LOOKED_PX {
        true => picture.thumbnail(LOOKED_PX, LOOKED_PX),
        false => picture,
    };
    let mut grey = picture.into_luma8();
    drop(turn);
    stretch(&mut grey);
    Ok(grey)
}

/// Spreads the values between the darkest and the lightest hundredth over all there are.
fn stretch(grey: &mut GrayImage) {
    let mut counts = [0_usize; 256];
    for value in grey.iter() {
        if let Some(count) = counts.get_mut(usize::from(*value)) {
            *count = count.saturating_add(1);
        }
    }
    let hundredth = grey.len() / 100;
    let numbered = || (0_u8..=255).zip(counts);
    let dark = beyond(numbered(), hundredth);
    let light = beyond(numbered().rev(), hundredth);
    let range = u32::from(light.saturating_sub(dark));
    if range == 0 {
        return;
    }
    for value in grey.iter_mut() {
        let above = u32::from(value.saturating_sub(dark));
        *value = u8::try_from((above.saturating_mul(255) / range).min(255)).unwrap_or(u8::MAX);
    }
}

/// The first value with more than so many pixels up to it.
fn beyond(mut values: impl Iterator<Item = (u8, usize)>, pixels: usize) -> u8 {
    let mut seen = 0_usize;
    let found = values.find(|(_, count)| {
        seen = seen.saturating_add(*count);
        seen > pixels
    });
    found.map_or(0, |(value, _)| value)
}

#[cfg(test)]
mod tests;
