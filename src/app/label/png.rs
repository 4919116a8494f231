//! A label as PNG: one bit a dot, and how many dots a metre has.

use super::bitmap::Bitmap;
use super::size::Dpi;
use crate::app::AppError;
use png::{BitDepth, ColorType, Encoder, EncodingError, PixelDimensions, Unit};

/// Writes a picture for a printer of this resolution.
///
/// # Errors
/// None that a picture in memory can have.
pub(super) fn png(picture: &Bitmap, dpi: Dpi) -> Result<Vec<u8>, AppError> {
    write(picture, dpi).map_err(|cause| AppError::Input(cause.to_string()))
}

fn write(picture: &Bitmap, dpi: Dpi) -> Result<Vec<u8>, EncodingError> {
    let mut file = Vec::new();
    let (width, height) = (picture.width().into(), picture.height().into());
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    encoder.set_pixel_dims(Some(PixelDimensions {
        xppu: dpi.per_metre(),
        yppu: dpi.per_metre(),
        unit: Unit::Meter,
    }));
    let mut writer = encoder.write_header()?;
    // In PNG white is 1.
    let bytes: Vec<u8> = picture.rows().flatten().map(|byte| !byte).collect();
    writer.write_image_data(&bytes)?;
    writer.finish()?;
    Ok(file)
}
