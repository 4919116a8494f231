//! Codes in a photo that a phone could not read: QR, Data Matrix and the linear codes of GS1. The
//! picture is looked at in one way after the other, the cheap ones first, until something is found or
//! the time is over. Nothing of it is kept.

use super::picture_file::{PictureFault, SIDE_PX_MAX, open};
use crate::core::text::{Bilingual, Explain};
use image::GrayImage;
use image::imageops::{FilterType, resize, unsharpen};
use rxing::common::HybridBinarizer;
use rxing::multi::qrcode::QRCodeMultiReader;
use rxing::multi::{GenericMultipleBarcodeReader, MultipleBarcodeReader as _};
use rxing::{
    BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Exceptions, Luma8Source,
    MultiUseMultiFormatReader, RXingResult, RXingResultMetadataType, RXingResultMetadataValue,
    Reader,
};
use serde::Serialize;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Bytes of a photo at most: what a phone's camera makes.
pub const PHOTO_BYTES_MAX: usize = 10 * 1024 * 1024;

/// Codes that are told of one photo at most, as many as the decoder of the pages tells.
pub const CODES_MAX: usize = 24;

/// Pixels of the longer side that are looked at, however many a camera has.
const LOOKED_PX: u32 = 2_400;

/// Pixels of the longer side at the first look.
const FIRST_PX: u32 = 1_600;

/// Pixels of the longer side of a picture that is turned.
const TURNED_PX: u32 = 1_200;

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
    // Whatever a picture from anywhere does to the libraries that read it ends here.
    catch_unwind(AssertUnwindSafe(|| {
        let grey = grey(bytes)?;
        Ok(look(&grey, Instant::now()))
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

/// Looks in one way after the other.
fn look(grey: &GrayImage, began: Instant) -> Vec<Code> {
    let until = began + PATIENCE;
    let first = smaller(grey, FIRST_PX);
    let ways: [&dyn Fn() -> GrayImage; 5] = [
        &|| first.clone(),
        &|| unsharpen(&first, 3.0, 1),
        &|| grey.clone(),
        // Lines of a linear code are followed up to some degrees from level and upright.
        &|| turned(&smaller(grey, TURNED_PX), (THIRTY_COS, THIRTY_SIN)),
        &|| turned(&smaller(grey, TURNED_PX), (THIRTY_SIN, THIRTY_COS)),
    ];
    for way in ways {
        if Instant::now() >= until {
            break;
        }
        let found = look_once(&way(), until);
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn smaller(grey: &GrayImage, longest: u32) -> GrayImage {
    let (width, height) = grey.dimensions();
    let now = width.max(height);
    if now <= longest {
        return grey.clone();
    }
    let side = |side: u32| (side.saturating_mul(longest) / now).max(1);
    resize(grey, side(width), side(height), FilterType::Triangle)
}

/// The cosine of 30°, in parts of [`ONE`].
const THIRTY_COS: i64 = 56_756;

/// The sine of 30°, in parts of [`ONE`].
const THIRTY_SIN: i64 = 32_768;

/// What sines and cosines are parts of.
const ONE: i64 = 1 << 16;

/// The picture turned about its middle, on white.
fn turned(grey: &GrayImage, (cos, sin): (i64, i64)) -> GrayImage {
    let (width, height) = (i64::from(grey.width()), i64::from(grey.height()));
    let across = |one: i64, other: i64| (one * cos.abs() + other * sin.abs()) / ONE + 1;
    let side = across(width, height).max(across(height, width));
    let side_px = u32::try_from(side).unwrap_or(1);
    GrayImage::from_fn(side_px, side_px, |x, y| {
        let (right, down) = (2 * i64::from(x) - side, 2 * i64::from(y) - side);
        let from_x = (right * cos + down * sin) / (2 * ONE) + width / 2;
        let from_y = (down * cos - right * sin) / (2 * ONE) + height / 2;
        let from = u32::try_from(from_x).ok().zip(u32::try_from(from_y).ok());
        let found = from.and_then(|(x, y)| grey.get_pixel_checked(x, y));
        found.copied().unwrap_or(image::Luma([u8::MAX]))
    })
}

/// A reader that finds nothing any more when the time is over: the search for several codes asks it
/// for parts of the picture, and parts of those.
struct Patient(MultiUseMultiFormatReader, Instant);

impl Reader for Patient {
    fn decode<B: Binarizer>(
        &mut self,
        image: &mut BinaryBitmap<B>,
    ) -> rxing::common::Result<RXingResult> {
        self.decode_with_hints(image, &DecodeHints::default())
    }

    fn decode_with_hints<B: Binarizer>(
        &mut self,
        image: &mut BinaryBitmap<B>,
        hints: &DecodeHints,
    ) -> rxing::common::Result<RXingResult> {
        if Instant::now() >= self.1 {
            return Err(Exceptions::NOT_FOUND);
        }
        self.0.decode_with_hints(image, hints)
    }
}

const FORMATS: [(BarcodeFormat, &str); 7] = [
    (BarcodeFormat::QR_CODE, "qr_code"),
    (BarcodeFormat::DATA_MATRIX, "data_matrix"),
    (BarcodeFormat::CODE_128, "code_128"),
    (BarcodeFormat::EAN_13, "ean_13"),
    (BarcodeFormat::EAN_8, "ean_8"),
    (BarcodeFormat::UPC_A, "upc_a"),
    (BarcodeFormat::ITF, "itf"),
];

fn look_once(grey: &GrayImage, until: Instant) -> Vec<Code> {
    let hints = DecodeHints {
        PossibleFormats: Some(HashSet::from(FORMATS.map(|(format, _)| format))),
        TryHarder: Some(true),
        AlsoInverted: Some(true),
        // FNC1 is told: at the beginning as the symbology identifier, later as its control character.
        AssumeGs1: Some(true),
        ..DecodeHints::default()
    };
    let bitmap = || {
        let (width, height) = grey.dimensions();
        let source = Luma8Source::new_with_slice(grey.as_raw(), width, height).ok()?;
        Some(BinaryBitmap::new(HybridBinarizer::new(source)))
    };
    let squares = bitmap().map(|mut bitmap| {
        QRCodeMultiReader::default().decode_multiple_with_hints(&mut bitmap, &hints)
    });
    let patient = Patient(MultiUseMultiFormatReader::default(), until);
    let others = bitmap().map(|mut bitmap| {
        GenericMultipleBarcodeReader::new(patient).decode_multiple_with_hints(&mut bitmap, &hints)
    });
    let found = [squares, others].into_iter().flatten().flatten().flatten();
    let mut codes: Vec<Code> = Vec::new();
    for code in found.filter_map(|one| code_of(&one)) {
        if codes.len() < CODES_MAX && !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

fn code_of(found: &RXingResult) -> Option<Code> {
    let mut formats = FORMATS.into_iter();
    let (_, format) = formats.find(|(format, _)| format == found.getBarcodeFormat())?;
    let text = found.getText();
    // Linear codes of GS1 already say so; of the others the reader tells it apart from the text.
    let said = found.getRXingResultMetadata();
    let symbology = match said.get(&RXingResultMetadataType::SYMBOLOGY_IDENTIFIER) {
        Some(RXingResultMetadataValue::SymbologyIdentifier(name)) => name.as_str(),
        _ => "",
    };
    let is_gs1 = matches!(symbology, "]Q3" | "]Q4" | "]d2" | "]d3");
    let text = match is_gs1 && !text.starts_with(']') {
        true => format!("{symbology}{text}"),
        false => text.to_owned(),
    };
    (!text.is_empty()).then_some(Code { text, format })
}

#[cfg(test)]
mod tests;
