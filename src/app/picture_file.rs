//! Opening pictures that come from anywhere, in one place, within limits. A picture that unpacks to more
//! than it may is not unpacked, and one is open at a time, so that what pictures take is what one takes.

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use std::io::Cursor;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Pixels of a side at most.
pub const SIDE_PX_MAX: u32 = 12_000;

/// Bytes that a picture may take while it is open: 40 million pixels of three colours.
pub const UNPACKED_BYTES_MAX: u64 = 40_000_000 * 3;

/// One at a time.
static TURN: Mutex<()> = Mutex::new(());

/// Why bytes are not opened as a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFault {
    /// Neither JPEG nor PNG nor WebP, or damaged.
    Kind,
    /// A picture of a newer phone that few programs read.
    Heic,
    /// More pixels than are read.
    TooManyPixels,
}

/// A picture that is open; nobody else opens one until this is dropped.
#[derive(Debug)]
pub struct Opened {
    /// What it was.
    pub format: ImageFormat,
    picture: DynamicImage,
    orientation: Option<Orientation>,
    _turn: MutexGuard<'static, ()>,
}

impl Opened {
    /// Its pixels the right way up, and nothing of what a camera adds. What they take is for as long as
    /// they are kept, so whoever keeps them makes them smaller first.
    pub fn upright(mut self) -> (DynamicImage, MutexGuard<'static, ()>) {
        if let Some(orientation) = self.orientation {
            self.picture.apply_orientation(orientation);
        }
        (self.picture, self._turn)
    }
}

/// Decodes a picture whole.
///
/// # Errors
/// No picture of a known kind, damaged, or beyond a limit.
pub fn open(bytes: &[u8]) -> Result<Opened, PictureFault> {
    if is_heic(bytes) {
        return Err(PictureFault::Heic);
    }
    let format = image::guess_format(bytes).map_err(|_none| PictureFault::Kind)?;
    if !matches!(
        format,
        ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP
    ) {
        return Err(PictureFault::Kind);
    }
    // A panic while one picture was read says nothing of the next.
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_PX_MAX);
    limits.max_image_height = Some(SIDE_PX_MAX);
    limits.max_alloc = Some(UNPACKED_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refused(&error))?;
    if decoder.total_bytes() > UNPACKED_BYTES_MAX {
        return Err(PictureFault::TooManyPixels);
    }
    let orientation = decoder.orientation().ok();
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| refused(&error))?;
    Ok(Opened {
        format,
        picture,
        orientation,
        _turn: turn,
    })
}

/// Whether these bytes begin as a HEIF container does (ISO/IEC 23008-12): a box `ftyp` whose brand is
/// one of pictures.
#[must_use]
pub fn is_heic(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8; 4]; 8] = [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif",
    ];
    let brand = bytes.get(8..12);
    bytes.get(4..8) == Some(b"ftyp")
        && brand.is_some_and(|brand| BRANDS.iter().any(|known| known.as_slice() == brand))
}

fn refused(error: &image::ImageError) -> PictureFault {
    match error {
        image::ImageError::Limits(_) => PictureFault::TooManyPixels,
        _ => PictureFault::Kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture = DynamicImage::new_rgb8(width, height);
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    fn fault(bytes: &[u8]) -> Option<PictureFault> {
        open(bytes).err()
    }

    #[test]
    fn pictures_are_opened_one_after_the_other_and_what_is_none_is_not() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let mut bytes = Cursor::new(Vec::new());
            let picture = DynamicImage::new_rgb8(6, 4);
            picture.write_to(&mut bytes, format).unwrap();
            let opened = open(&bytes.into_inner()).unwrap();
            assert_eq!(opened.format, format);
            let (picture, _turn) = opened.upright();
            assert_eq!((picture.width(), picture.height()), (6, 4));
        }
        let mut cut = png(64, 64);
        cut.truncate(60);
        for bad in [
            &b""[..],
            b"GIF89a\x01\0\x01\0\0\0\0;",
            b"\xff\xd8\xff\xe0",
            &cut,
        ] {
            assert_eq!(fault(bad), Some(PictureFault::Kind), "{bad:?}");
        }
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
        assert_eq!(fault(heic), Some(PictureFault::Heic));
        let film = b"\0\0\0\x18ftypisom\0\0\0\0isommp42";
        assert_eq!(fault(film), Some(PictureFault::Kind));
    }

    #[test]
    fn a_picture_that_unpacks_to_too_much_is_refused_before_it_is() {
        // 30,000 × 30,000 black pixels are a few kilobytes of PNG; only the header is needed.
        let mut bomb = png(1, 1);
        bomb[16..20].copy_from_slice(&30_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&30_000_u32.to_be_bytes());
        let crc = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&crc.to_be_bytes());
        assert_eq!(fault(&bomb), Some(PictureFault::TooManyPixels));
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
