//! The sounds of the demo: a few soft tones, made from the digits of their address, so that no file is kept.

use super::http::Request;
use super::image;
use super::reply::Reply;

const FOLDER: &str = "/base/audio/";
/// Samples a second, of eight bits each.
const RATE: u32 = 8_000;
const TONES: usize = 5;
const SAMPLES: u32 = RATE * 3 / 10;

/// An address in the shape of Poe's: 64 hexadecimal digits, made from `seed`, and no extension.
pub(super) fn url(origin: &str, seed: &str) -> String {
    format!("{origin}{FOLDER}{}", image::digits(seed))
}

pub(super) fn reply(request: &Request) -> Option<Reply> {
    let name = request.path.strip_prefix(FOLDER)?;
    let is_name = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_name.then(|| Reply::bytes(200, "audio/wav", wav(name)))
}

fn wav(name: &str) -> Vec<u8> {
    /// Of a scale without wrong notes, in hertz.
    const NOTES: [f64; 5] = [261.6, 293.7, 329.6, 392.0, 440.0];
    let notes = name.bytes().take(TONES).map(|digit| NOTES[usize::from(digit) % NOTES.len()]);
    let samples: Vec<u8> = notes
        .flat_map(|note| {
            (0..SAMPLES).map(move |at| {
                let swell = (std::f64::consts::PI * f64::from(at) / f64::from(SAMPLES)).sin();
                let wave = (std::f64::consts::TAU * note * f64::from(at) / f64::from(RATE)).sin();
                (128.0 + 60.0 * swell * wave) as u8
            })
        })
        .collect();
    let length = samples.len() as u32;
    let mut file = b"RIFF".to_vec();
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    // Plain samples, one channel.
    file.extend([1, 0, 1, 0]);
    file.extend(RATE.to_le_bytes());
    file.extend(RATE.to_le_bytes());
    file.extend([1, 0, 8, 0]);
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    file.extend(samples);
    file
}
