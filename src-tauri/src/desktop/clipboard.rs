//! The clipboard: what is copied goes there, and a picture comes from there where the page is told of none. Keys have their own
//! way, in `account`.

use crate::events::MOST_PIXELS;
use crate::words::facts::FileProblem;
use arboard::{Clipboard, Error, ImageData};
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use parking_lot::Mutex;

/// On X11 and Wayland whoever copied serves the text for as long as others may paste it, so this stays open.
static HELD: Mutex<Option<Clipboard>> = Mutex::new(None);

/// Puts text on the clipboard.
pub(crate) async fn copy(text: String) -> Result<(), Error> {
    with_clipboard(move |clipboard| clipboard.set_text(text)).await
}

/// Puts a picture on the clipboard: its width, its height, and four bytes a pixel.
pub(crate) async fn copy_picture((width, height, bytes): (u32, u32, Vec<u8>)) -> Result<(), Error> {
    let side = |pixels| usize::try_from(pixels).unwrap_or(usize::MAX);
    let picture = ImageData { width: side(width), height: side(height), bytes: bytes.into() };
    with_clipboard(move |clipboard| clipboard.set_image(picture)).await
}

/// The picture that lies there, as the bytes of a PNG: a page in WebKitGTK is told of none where there is no text beside it.
/// `None`: there is no picture.
pub(crate) async fn picture() -> Result<Option<Vec<u8>>, FileProblem> {
    match with_clipboard(Clipboard::get_image).await {
        Ok(picture) => {
            let png = tokio::task::spawn_blocking(move || png(&picture)).await;
            png.map_err(|_| FileProblem::Unreadable)?.map(Some)
        }
        Err(Error::ContentNotAvailable) => Ok(None),
        Err(Error::ConversionFailure) => Err(FileProblem::Broken),
        Err(_) => Err(FileProblem::Unreadable),
    }
}

/// Another program may have to answer first, so a thread that may block does it.
async fn with_clipboard<T: Send + 'static>(
    work: impl FnOnce(&mut Clipboard) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let worked = tokio::task::spawn_blocking(move || {
        let mut held = HELD.lock();
        let clipboard = match &mut *held {
            Some(clipboard) => clipboard,
            None => held.insert(Clipboard::new()?),
        };
        work(clipboard)
    });
    worked.await.unwrap_or_else(|panicked| Err(Error::Unknown { description: panicked.to_string() }))
}

fn png(picture: &ImageData<'_>) -> Result<Vec<u8>, FileProblem> {
    let side = |pixels| u32::try_from(pixels).map_err(|_| FileProblem::Broken);
    let (width, height) = (side(picture.width)?, side(picture.height)?);
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS {
        return Err(FileProblem::TooManyPixels { pixels, limit: MOST_PIXELS });
    }
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&picture.bytes, width, height, ExtendedColorType::Rgba8)
        .map_err(|_| FileProblem::Broken)?;
    Ok(bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn picture(width: usize, height: usize, bytes: Vec<u8>) -> ImageData<'static> {
        ImageData { width, height, bytes: bytes.into() }
    }

    #[test]
    fn the_same_pixels_come_out_of_the_file() {
        let pixels = vec![255, 0, 0, 255, 0, 0, 255, 128];
        let file = png(&picture(2, 1, pixels.clone())).unwrap();
        let read = image::load_from_memory(&file).unwrap();
        assert_eq!((read.width(), read.height()), (2, 1));
        assert_eq!(read.into_rgba8().into_raw(), pixels);
    }

    #[test]
    fn what_is_too_large_is_refused_before_it_is_worked_on() {
        let refused = png(&picture(100_000, 100_000, Vec::new()));
        let limit = MOST_PIXELS;
        let pixels = 10_000_000_000;
        assert_eq!(refused, Err(FileProblem::TooManyPixels { pixels, limit }));
    }
}
