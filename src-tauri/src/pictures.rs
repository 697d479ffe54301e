//! Pictures from anywhere: decoded within bounds, for a small preview, for a copy that is shown, and to make a large one smaller. Slow and
//! memory-hungry by nature, so it is called on a blocking thread, one at a time.

use crate::errors::FileProblem;
use crate::events::MOST_PIXELS;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, Rgb, RgbImage};
use std::io::Cursor;

const MAX_MEMORY: u64 = 512 * 1024 * 1024;

/// Twice the size at which a preview is shown.
const PREVIEW: u32 = 192;
/// Models scale what is larger down themselves.
const LARGEST_SIDE: u32 = 2_048;
const SMALLEST_SIDE: u32 = 64;
/// What a picture is made to fit, whatever refused it.
const SHRUNK: usize = 4 * 1024 * 1024;
const QUALITY: u8 = 85;

/// Its width and height, by its header; `None` where that is broken.
pub(crate) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?.into_dimensions().ok()
}

/// A small JPEG of it. Says too whether it is whole.
pub(crate) fn preview(bytes: &[u8]) -> Result<Vec<u8>, FileProblem> {
    jpeg(&decode(bytes)?.thumbnail(PREVIEW, PREVIEW))
}

/// The same picture anew, nothing of its file left, made to fit a square of so many pixels: as PNG where something shines through,
/// else as JPEG. Of one that moves it is the first frame.
pub(crate) fn copy(bytes: &[u8], side: u32) -> Result<Vec<u8>, FileProblem> {
    let mut picture = decode(bytes)?;
    if picture.width().max(picture.height()) > side {
        picture = picture.thumbnail(side, side);
    }
    if !picture.color().has_alpha() {
        return jpeg(&picture);
    }
    let mut png = Vec::new();
    picture.write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png).map_err(|_| FileProblem::Broken)?;
    Ok(png)
}

/// Its width and height, and four bytes a pixel.
pub(crate) fn pixels(bytes: &[u8]) -> Result<(u32, u32, Vec<u8>), FileProblem> {
    let picture = decode(bytes)?.into_rgba8();
    Ok((picture.width(), picture.height(), picture.into_raw()))
}

/// The same picture as a JPEG of fewer pixels and at most three quarters of the bytes.
pub(crate) fn shrink(bytes: &[u8]) -> Result<Vec<u8>, FileProblem> {
    let mut picture = decode(bytes)?;
    let limit = SHRUNK.min(bytes.len() / 4 * 3);
    let mut side = picture.width().max(picture.height()).min(LARGEST_SIDE);
    while side >= SMALLEST_SIDE {
        if side < picture.width().max(picture.height()) {
            picture = picture.resize(side, side, FilterType::Triangle);
        }
        let smaller = jpeg(&picture)?;
        if smaller.len() <= limit {
            return Ok(smaller);
        }
        side = side / 4 * 3;
    }
    Err(FileProblem::CannotShrink)
}

/// Upright, and refused by its header where it is too large: a small file can unpack to gigabytes.
fn decode(bytes: &[u8]) -> Result<DynamicImage, FileProblem> {
    let broken = |_| FileProblem::Broken;
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| FileProblem::Broken)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS {
        return Err(FileProblem::TooManyPixels { pixels, limit: MOST_PIXELS });
    }
    let orientation = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// JPEG knows no transparency: what shines through is white, as on paper.
fn jpeg(picture: &DynamicImage) -> Result<Vec<u8>, FileProblem> {
    let flat: RgbImage = if picture.color().has_alpha() {
        let picture = picture.to_rgba8();
        RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
            let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
            let over = |color: u8| {
                let mixed = u32::from(color) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
                u8::try_from(mixed / 255).unwrap_or(u8::MAX)
            };
            Rgb([over(red), over(green), over(blue)])
        })
    } else {
        picture.to_rgb8()
    };
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode_image(&flat)
        .map_err(|_| FileProblem::Broken)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, Rgba, RgbaImage};

    fn noise(width: u32, height: u32) -> DynamicImage {
        let mut state = 1_u32;
        RgbImage::from_fn(width, height, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Rgb([(state >> 8) as u8, (state >> 16) as u8, (state >> 24) as u8])
        })
        .into()
    }

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn smaller_and_of_the_same_shape() {
        fn check(picture: &DynamicImage, format: ImageFormat) {
            let bytes = written(picture, format);
            let smaller = shrink(&bytes).unwrap();
            assert!(smaller.len() <= bytes.len() / 4 * 3 && smaller.len() <= SHRUNK, "{format:?}");
            let seen = image::load_from_memory(&smaller).unwrap();
            assert!(seen.width() <= LARGEST_SIDE && seen.height() <= LARGEST_SIDE);
            let shape = |picture: &DynamicImage| f64::from(picture.width()) / f64::from(picture.height());
            assert!((shape(&seen) / shape(picture) - 1.0).abs() < 0.02, "{}×{}", seen.width(), seen.height());
            assert!(preview(&bytes).unwrap().len() < 60_000);
        }
        check(&noise(2_600, 1_300), ImageFormat::Png);
        check(&noise(300, 200), ImageFormat::Jpeg);
        check(&noise(300, 200), ImageFormat::Gif);
        check(&noise(300, 200), ImageFormat::WebP);
    }

    #[test]
    fn again_and_again_to_the_smallest() {
        let mut bytes = written(&noise(300, 200), ImageFormat::Jpeg);
        let mut times = 0;
        while let Ok(smaller) = shrink(&bytes) {
            assert!(smaller.len() < bytes.len());
            (bytes, times) = (smaller, times + 1);
            assert!(times < 30);
        }
        assert!(times > 1);
        assert_eq!(shrink(&bytes), Err(FileProblem::CannotShrink));
    }

    #[test]
    fn what_shines_through_is_white() {
        let clear: DynamicImage = RgbaImage::from_pixel(40, 40, Rgba([0, 0, 0, 0])).into();
        let seen = image::load_from_memory(&preview(&written(&clear, ImageFormat::Png)).unwrap()).unwrap();
        assert_eq!(seen.to_rgb8().get_pixel(20, 20).0, [255, 255, 255]);
    }

    #[test]
    fn hostile_bytes() {
        fn check(bytes: &[u8], expected: FileProblem) {
            assert_eq!(preview(bytes), Err(expected.clone()));
            assert_eq!(shrink(bytes), Err(expected));
        }
        let png = written(&noise(60, 60), ImageFormat::Png);
        check(&png[..png.len() / 2], FileProblem::Broken);
        check(&png[..8], FileProblem::Broken);
        check(b"GIF89a", FileProblem::Broken);
        check(b"RIFF\x10\0\0\0WEBP", FileProblem::Broken);
        check(&[0xff, 0xd8, 0xff], FileProblem::Broken);
        // A header of 100 megapixels, and nothing behind it to unpack.
        let mut bomb = png.clone();
        bomb[16..24].copy_from_slice(&[0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10]);
        let sum = crc(&bomb[12..29]).to_be_bytes();
        bomb[29..33].copy_from_slice(&sum);
        let too_many = FileProblem::TooManyPixels { pixels: 100_000_000, limit: MOST_PIXELS };
        check(&bomb, too_many);
    }

    /// Of a PNG's chunk.
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |mut sum, byte| {
            sum ^= u32::from(*byte);
            for _ in 0..8 {
                sum = if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
            }
            sum
        })
    }
}
