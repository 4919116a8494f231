//! Photos of reports: read with limits, and written anew, so that nothing is kept of what a camera
//! adds: place, device, time, thumbnails. A picture that unpacks to more than it may is not unpacked.

use crate::app::picture_file::{PictureFault, open};
use crate::core::report::ReportError;
use image::codecs::jpeg::JpegEncoder;

/// Bytes of a photo as it comes, at most.
pub const PHOTO_BYTES_MAX: usize = 10 * 1024 * 1024;

/// Pixels of the longer side of what is kept.
const KEPT_PX: u32 = 1_600;

/// Quality of what is kept, of 100.
const QUALITY: u8 = 82;

/// The picture as a JPEG of limited size with nothing but its pixels, upright.
///
/// # Errors
/// No picture, or one beyond the limits.
pub fn cleaned(bytes: &[u8]) -> Result<Vec<u8>, ReportError> {
    if bytes.len() > PHOTO_BYTES_MAX {
        return Err(ReportError::PhotoTooLarge);
    }
    let (mut picture, _turn) = open(bytes)?.upright();
    if picture.width().max(picture.height()) > KEPT_PX {
        picture = picture.thumbnail(KEPT_PX, KEPT_PX);
    }
    let mut kept = Vec::new();
    JpegEncoder::new_with_quality(&mut kept, QUALITY)
        .encode_image(&picture.to_rgb8())
        .map_err(|_failed| ReportError::NotAPhoto)?;
    Ok(kept)
}

impl From<PictureFault> for ReportError {
    fn from(fault: PictureFault) -> Self {
        match fault {
            PictureFault::Kind => Self::NotAPhoto,
            PictureFault::Heic => Self::HeicPhoto,
            PictureFault::TooManyPixels => Self::PhotoTooLarge,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, ImageFormat};
    use std::io::Cursor;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let picture = DynamicImage::new_rgb8(width, height);
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_photo_is_written_anew_and_made_smaller() {
        let kept = cleaned(&png(4_000, 1_000)).unwrap();
        let read = image::load_from_memory(&kept).unwrap();
        assert_eq!((read.width(), read.height()), (1_600, 400));
        assert_eq!(image::guess_format(&kept).unwrap(), ImageFormat::Jpeg);
    }

    #[test]
    fn what_a_camera_adds_is_gone() {
        let plain = cleaned(&png(8, 8)).unwrap();
        // An APP1 segment as cameras write it, after the start of the picture.
        let exif = b"Exif\0\0GPS-SECRET-PLACE";
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let mut tagged = plain[..2].to_vec();
        tagged.extend([0xff, 0xe1]);
        tagged.extend(length);
        tagged.extend(exif);
        tagged.extend(&plain[2..]);
        let kept = cleaned(&tagged).unwrap();
        assert!(!String::from_utf8_lossy(&kept).contains("SECRET"));
        assert!(!String::from_utf8_lossy(&kept).contains("Exif"));
    }

    #[test]
    fn what_is_a_picture_and_something_else_too_is_a_picture_only() {
        let mut both = png(8, 8);
        both.extend(b"<html><script>alert(1)</script><?php system('id') ?>PK\x03\x04%PDF-1.7");
        let kept = cleaned(&both).unwrap();
        for never in ["script", "php", "PK", "PDF"] {
            assert!(!String::from_utf8_lossy(&kept).contains(never), "{never}");
        }
    }

    // Which bytes are which of these, the tests of `picture_file` say.
    #[test]
    fn what_is_no_photo_or_too_much_of_one_is_refused() {
        assert_eq!(cleaned(b"%PDF-1.7"), Err(ReportError::NotAPhoto));
        assert_eq!(
            cleaned(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
            Err(ReportError::HeicPhoto)
        );
        let wide = png(crate::app::picture_file::SIDE_PX_MAX + 1, 1);
        assert_eq!(cleaned(&wide), Err(ReportError::PhotoTooLarge));
        assert_eq!(
            cleaned(&vec![0; PHOTO_BYTES_MAX + 1]),
            Err(ReportError::PhotoTooLarge)
        );
    }
}
