//! Files that were made to do harm, where an answer links to them: each is kept as the bytes that it is or refused with a reason, what
//! the window shows is a copy made here, and nobody else is asked for anything.

use crate::house::{House, KEY};
use crate::media::{address, answered, asked, files, png};
use poe::sim::{Framing, Reply, Scenario, Sim};
use std::io::Cursor;
use std::time::{Duration, Instant};
use telltale::events::{MediaProblem, MediaState, MediaView};
use telltale::library::DraftPlace;

const PATH: &str = "/base/image/0f";
/// Stands in what must not be in a copy.
const CANARY: &[u8] = b"48.8584N-2.2945E";

fn written(format: image::ImageFormat) -> Vec<u8> {
    let picture = image::RgbImage::from_fn(24, 16, |x, y| image::Rgb([x as u8 * 9, y as u8 * 9, 90]));
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

fn place_of(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).position(|window| window == what).unwrap()
}

/// A PNG's chunk: length, name, data, sum.
fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [name.as_slice(), data].concat();
    let sum = !named.iter().fold(u32::MAX, |mut sum, byte| {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
        }
        sum
    });
    [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], &named, &sum.to_be_bytes()].concat()
}

/// A PNG with these chunks behind its header, which may be another.
fn png_with(header: Option<&[u8]>, more: &[u8]) -> Vec<u8> {
    let plain = png(4, 4);
    let own = &plain[16..29];
    [&plain[..8], &chunk(b"IHDR", header.unwrap_or(own)), more, &plain[33..]].concat()
}

/// A chunk of a WebP.
fn riff(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = [name.as_slice(), &u32::try_from(data.len()).unwrap().to_le_bytes(), data].concat();
    if data.len() % 2 == 1 {
        chunk.push(0);
    }
    chunk
}

fn webp(chunks: &[Vec<u8>]) -> Vec<u8> {
    let all = [b"WEBP".as_slice(), &chunks.concat()].concat();
    [b"RIFF".as_slice(), &u32::try_from(all.len()).unwrap().to_le_bytes(), &all].concat()
}

/// The extended header: 2 says that it moves, 8 that it tells of itself.
fn extended(flags: u8, side: u32) -> Vec<u8> {
    let side = &(side - 1).to_le_bytes()[..3];
    riff(b"VP8X", &[&[flags, 0, 0, 0], side, side].concat())
}

/// One that an answer links to, asked for once.
async fn fetched(house: &House, reply: Reply) -> MediaView {
    house.sim.always("GET", PATH, reply);
    let url = address(house, PATH);
    let (_, answer) = answered(house, &format!("![x]({url})")).await;
    let view = house.media.fetch(answer, &url).await.unwrap();
    for request in house.sim.requests().iter().filter(|request| request.path == PATH) {
        assert!(!format!("{request:?}").contains(&KEY[KEY.len() - 12..]), "{request:?}");
    }
    view
}

async fn of(house: &House, bytes: Vec<u8>) -> MediaView {
    fetched(house, Reply::bytes(200, "image/png", bytes)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_unpack_to_gigabytes_is_not_unpacked() {
    let house = House::new().await;
    let side = 50_000_u32.to_be_bytes();
    let header = [side.as_slice(), &side, &[8, 6, 0, 0, 0]].concat();
    let mut jpeg = written(image::ImageFormat::Jpeg);
    let frame = place_of(&jpeg, b"\xff\xc0");
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xc3, 0x50, 0xc3, 0x50]);
    let still = written(image::ImageFormat::WebP);
    let webp = webp(&[extended(0, 50_000), still[12..].to_vec()]);
    for (name, bytes) in [("PNG", png_with(Some(&header), &[])), ("JPEG", jpeg), ("WebP", webp)] {
        let began = Instant::now();
        let view = of(&house, bytes).await;
        let problem = match view.state {
            // It can be saved.
            MediaState::Kept => {
                assert_eq!((view.width, view.height), (Some(50_000), Some(50_000)), "{name}");
                house.media.shown(view.id.unwrap(), 640).await.unwrap_err();
                house.media.pixels(view.id.unwrap()).await.unwrap_err();
                None
            }
            _ => view.problem,
        };
        assert!(matches!(problem, None | Some(MediaProblem::Broken)), "{name}: {problem:?}");
        assert!(began.elapsed() < Duration::from_secs(5), "{name} took {:?}", began.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_million_frames_one_is_drawn() {
    let house = House::new().await;
    let frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    let mut gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff".to_vec();
    gif.extend(frame.repeat(1_000_000));
    gif.push(0x3b);
    let told = [1_000_000_u32.to_be_bytes(), 0_u32.to_be_bytes()].concat();
    let apng = png_with(None, &chunk(b"acTL", &told));
    let still = written(image::ImageFormat::WebP);
    let part = [&[0; 6][..], &[23, 0, 0, 15, 0, 0], &[1, 0, 0, 0], &still[12..]].concat();
    let mut moving = vec![riff(b"VP8X", &[2, 0, 0, 0, 23, 0, 0, 15, 0, 0]), riff(b"ANIM", &[0; 6])];
    moving.extend(std::iter::repeat_n(riff(b"ANMF", &part), 20_000));
    for (name, bytes, size) in
        [("GIF", gif, (1, 1)), ("APNG", apng, (4, 4)), ("WebP", webp(&moving), (24, 16))]
    {
        let view = of(&house, bytes).await;
        assert_eq!(view.state, MediaState::Kept, "{name}");
        let began = Instant::now();
        let copy = house.media.shown(view.id.unwrap(), 640).await.unwrap();
        let copy = image::load_from_memory(&copy).unwrap();
        assert_eq!((copy.width(), copy.height()), size, "{name}");
        assert!(began.elapsed() < Duration::from_secs(10), "{name} took {:?}", began.elapsed());
    }
}

/// Where somebody stood when a picture was taken is in no copy. The file itself stays as it came, and goes as it came where a
/// person uses it in a message or saves it.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_tells_nothing_of_where_a_picture_was_taken() {
    let house = House::new().await;
    let exif = [b"II*\0\x08\0\0\0\0\0\0\0\0\0".as_slice(), CANARY].concat();
    let segment = [b"Exif\0\0".as_slice(), &exif].concat();
    let long = u16::try_from(segment.len() + 2).unwrap().to_be_bytes();
    let plain = written(image::ImageFormat::Jpeg);
    let jpeg = [&plain[..2], b"\xff\xe1", &long, &segment, &plain[2..]].concat();
    let text = [b"GPS\0".as_slice(), CANARY].concat();
    let png = png_with(None, &[chunk(b"eXIf", &exif), chunk(b"tEXt", &text)].concat());
    let still = written(image::ImageFormat::WebP);
    let header = riff(b"VP8X", &[8, 0, 0, 0, 23, 0, 0, 15, 0, 0]);
    let webp = webp(&[header, still[12..].to_vec(), riff(b"EXIF", &exif)]);
    for (name, bytes) in [("JPEG", jpeg), ("PNG", png), ("WebP", webp)] {
        assert!(holds(&bytes, CANARY));
        let view = of(&house, bytes.clone()).await;
        let id = view.id.unwrap_or_else(|| panic!("{name}: {view:?}"));
        // Smaller, and as large as it is.
        for side in [8, 4_096] {
            let copy = house.media.shown(id, side).await.unwrap();
            assert!(!holds(&copy, CANARY) && !holds(&copy, b"Exif"), "{name}");
        }
        assert_eq!(house.media.bytes(id).await.unwrap(), bytes, "{name}");
        let place = DraftPlace::new_chat();
        let used = house.chat.outgoing.add_attachment(place, name, Ok(bytes.clone())).await.unwrap();
        assert_eq!(house.library.attachment_bytes(used.id).await.unwrap(), bytes, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_two_things_is_shown_as_one() {
    let house = House::new().await;
    let page = b"<html><script>alert(1)</script>".as_slice();
    let tail = [page, b"PK\x03\x04", CANARY].concat();
    for format in [image::ImageFormat::Png, image::ImageFormat::Jpeg, image::ImageFormat::Gif] {
        let view = of(&house, [written(format), tail.clone()].concat()).await;
        let copy = house.media.shown(view.id.unwrap(), 640).await.unwrap();
        assert!(!holds(&copy, b"script") && !holds(&copy, CANARY), "{format:?}");
    }
    // By its beginning a script, a page, a paper or a program: none of these is taken, whatever follows.
    for start in [b"%PDF-1.7\n".as_slice(), page, b"#!/bin/sh\n", b"MZ", b"\x7fELF", b"PK\x03\x04"] {
        let view = of(&house, [start, &png(4, 4)].concat()).await;
        assert_eq!(view.problem, Some(MediaProblem::Unknown), "{start:?}");
    }
    // It calls itself a picture, and is a comment of JavaScript.
    let view = of(&house, b"GIF89a/*\0\0\0\0*/=alert(1)//;".to_vec()).await;
    if let Some(id) = view.id {
        house.media.shown(id, 640).await.unwrap_err();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cut_off_is_said_to_be_damaged() {
    let house = House::new().await;
    for format in [image::ImageFormat::Png, image::ImageFormat::Gif, image::ImageFormat::WebP] {
        let whole = written(format);
        let view = of(&house, whole[..whole.len() * 2 / 3].to_vec()).await;
        match view.id {
            Some(id) => drop(house.media.shown(id, 640).await.unwrap_err()),
            None => assert_eq!(view.problem, Some(MediaProblem::Broken), "{format:?}"),
        }
    }
    let view = of(&house, Vec::new()).await;
    assert_eq!(view.problem, Some(MediaProblem::Unknown));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_or_sent_on_is_not_read() {
    let house = House::new().await;
    let mut huge = Reply::bytes(200, "video/mp4", b"\0\0\0\x20ftypisom".to_vec());
    huge = huge.header("content-length", "209715201").hang();
    huge.framing = Framing::Close;
    let began = Instant::now();
    assert_eq!(fetched(&house, huge).await.problem, Some(MediaProblem::TooLarge));
    assert!(began.elapsed() < Duration::from_secs(5), "by what it says itself");

    let near = Sim::start(Scenario::Script).await.unwrap();
    for (location, expected) in [
        (format!("{}/models", near.base_url()), MediaProblem::Gone),
        ("http://169.254.169.254/".to_owned(), MediaProblem::Unreached),
        ("/v1/models".to_owned(), MediaProblem::Gone),
    ] {
        let listed = asked(&house, "/v1/models");
        let view = fetched(&house, Reply::empty(302).header("location", &location)).await;
        assert_eq!((view.state, view.problem), (MediaState::Failed, Some(expected)), "{location}");
        assert_eq!(asked(&house, "/v1/models"), listed);
    }
    assert!(near.requests().is_empty());
    assert!(files(&house).is_empty());
}
