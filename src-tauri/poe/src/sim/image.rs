//! The pictures of the demo: drawn from the digits of their address, so that no file is kept.

use std::io::Write;

use super::http::Request;
use super::reply::Reply;

const FOLDER: &str = "/base/image/";

/// An address in the shape of Poe's: 64 hexadecimal digits, made from `seed`, and the size.
pub(super) fn url(origin: &str, seed: &str, size: u32) -> String {
    format!("{origin}{FOLDER}{}?w={size}&h={size}", digits(seed))
}

pub(super) fn digits(seed: &str) -> String {
    let number = seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut random = fastrand::Rng::with_seed(number);
    (0..64).map(|_| random.digit(16)).collect()
}

pub(super) fn reply(request: &Request) -> Option<Reply> {
    let name = request.path.strip_prefix(FOLDER)?;
    if name.len() != 64 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let side = |key: &str| {
        request.parameter(key).and_then(|text| text.parse().ok()).unwrap_or(512_u32).clamp(16, 1024)
    };
    let bytes = png(name, side("w"), side("h")).ok()?;
    Some(Reply::bytes(200, "image/png", bytes).header("cache-control", "public, max-age=3600"))
}

/// Soft rings in two colors, as an indexed PNG.
fn png(name: &str, width: u32, height: u32) -> std::io::Result<Vec<u8>> {
    let digit = |at: usize| u32::from_str_radix(name.get(at..at + 2).unwrap_or("0"), 16).unwrap_or(0);
    let (from, to) = ([digit(0), digit(2), digit(4)], [digit(6), digit(8), digit(10)]);
    let palette: Vec<u8> = (0..=255_u32)
        .flat_map(|step| [0, 1, 2].map(|color| ((from[color] * (255 - step) + to[color] * step) / 255) as u8))
        .collect();

    let (x0, y0) = (digit(12) * width / 255, digit(14) * height / 255);
    let mut rows = Vec::with_capacity((height * (width + 1)) as usize);
    for y in 0..height {
        // Each row begins with its filter: none.
        rows.push(0);
        for x in 0..width {
            let square = (x.abs_diff(x0).pow(2) + y.abs_diff(y0).pow(2)) * 6 / width.max(height);
            let phase = square % 510;
            // Few shades make a small file.
            rows.push(phase.min(510 - phase) as u8 & 0xf0);
        }
    }
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&rows)?;

    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    // Eight bits, palette, and the only compression, filter and interlace there are.
    header.extend([8, 3, 0, 0, 0]);

    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, b"IHDR", &header);
    chunk(&mut file, b"PLTE", &palette);
    chunk(&mut file, b"IDAT", &packed.finish()?);
    chunk(&mut file, b"IEND", &[]);
    Ok(file)
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut sum = flate2::Crc::new();
    sum.update(kind);
    sum.update(data);
    file.extend((data.len() as u32).to_be_bytes());
    file.extend(kind);
    file.extend(data);
    file.extend(sum.sum().to_be_bytes());
}
