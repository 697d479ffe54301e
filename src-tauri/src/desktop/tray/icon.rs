//! The tray's icon: the points on the app's own dark plate, so that they can be read on a light panel as on a dark one, above a
//! lamp that tells how they stand.

use super::glyphs::set;

/// Panels of usual and of doubled resolution ask for these, in pixels.
pub(super) const SIZES: [usize; 4] = [16, 22, 32, 44];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lamp {
    Green,
    /// Below a level that the person set.
    Amber,
    /// Not known, or from before a check that failed.
    Out,
}

type Color = [u8; 3];

const PLATE: Color = [0x1c, 0x20, 0x27];
const EDGE: Color = [0x4a, 0x52, 0x5f];
const INK: Color = [0xf7, 0xf6, 0xf3];
const GREEN: Color = [0x63, 0xc7, 0x96];
const AMBER: Color = [0xf0, 0xb4, 0x5a];
const GREY: Color = [0x92, 0x9a, 0xa7];

/// A square of pixels: four bytes each, alpha first.
pub(super) fn draw(figure: &str, lamp: Lamp, size: usize) -> Vec<u8> {
    // Twice as large is the same picture on a screen with smaller pixels.
    let unit = if size < 32 { 1 } else { 2 };
    let is_large = size / unit >= 22;
    let (ink, light) = match lamp {
        Lamp::Green => (INK, GREEN),
        Lamp::Amber => (AMBER, AMBER),
        Lamp::Out => (GREY, GREY),
    };
    let mut pixels = plate(size, unit);
    let mut put = |row: usize, column: usize, color: Color| {
        if row < size && column < size {
            let at = (row * size + column) * 4;
            pixels[at..at + 4].copy_from_slice(&[0xff, color[0], color[1], color[2]]);
        }
    };
    let text = set(figure, is_large, unit == 2);
    let width = text.first().map_or(0, Vec::len);
    let (top, left) = (if is_large { 4 } else { 3 } * unit, size.saturating_sub(width) / 2);
    for (row, line) in text.iter().enumerate() {
        for (column, _) in line.iter().enumerate().filter(|(_, dot)| **dot) {
            put(top + row, left + column, ink);
        }
    }
    let (above, long, thick) = if is_large { (16, 10, 2) } else { (12, 8, 1) };
    let (above, long, thick) = (above * unit, long * unit, thick * unit);
    for row in above..above + thick {
        for column in (size - long) / 2..(size + long) / 2 {
            put(row, column, light);
        }
    }
    pixels
}

/// A square with round corners, and an edge that shows on a panel as dark as itself: in the smallest, figures need its room.
fn plate(size: usize, unit: usize) -> Vec<u8> {
    let mut pixels = vec![0; size * size * 4];
    let (side, radius, edge) = (size as f64, 3.5 * unit as f64, unit as f64);
    for row in 0..size {
        for column in 0..size {
            let distance = outside(row as f64 + 0.5, column as f64 + 0.5, side, radius);
            let covered = (0.5 - distance).clamp(0.0, 1.0);
            let color = if distance > -edge && size > 16 { EDGE } else { PLATE };
            let at = (row * size + column) * 4;
            pixels[at..at + 4].copy_from_slice(&[(covered * 255.0) as u8, color[0], color[1], color[2]]);
        }
    }
    pixels
}

/// How far a point is outside of the rounded square; inside it is less than zero.
fn outside(row: f64, column: f64, side: f64, radius: f64) -> f64 {
    let from_middle = |at: f64| (at - side / 2.0).abs() - (side / 2.0 - radius);
    let (down, across) = (from_middle(row), from_middle(column));
    down.max(0.0).hypot(across.max(0.0)) + down.max(across).min(0.0) - radius
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colors(pixels: &[u8]) -> Vec<Color> {
        pixels.chunks_exact(4).map(|pixel| [pixel[1], pixel[2], pixel[3]]).collect()
    }

    #[test]
    fn every_figure_lies_on_its_plate() {
        for size in SIZES {
            for figure in ["0", "940", "9.9k", "888k", "1.2M", "88M", "0.1G", "–"] {
                let pixels = draw(figure, Lamp::Green, size);
                assert_eq!(pixels.len(), size * size * 4);
                assert_eq!(pixels[0], 0, "the corner is clear");
                let unit = if size < 32 { 1 } else { 2 };
                let text = set(figure, size / unit >= 22, unit == 2);
                let margins = if size == 16 { 1 } else { 3 };
                assert!(text[0].len() + margins <= size, "{figure} is wider than {size}");
                assert!(colors(&pixels).contains(&INK) && colors(&pixels).contains(&GREEN));
            }
        }
    }

    #[test]
    fn the_lamp_has_its_color() {
        let has = |lamp, color| colors(&draw("12k", lamp, 22)).contains(&color);
        assert!(has(Lamp::Amber, AMBER) && !has(Lamp::Amber, GREEN) && !has(Lamp::Amber, INK));
        assert!(has(Lamp::Out, GREY) && !has(Lamp::Out, INK));
    }

    /// For eyes, on request: `target/screens/tray-icons.png`, on a light panel and on a dark one.
    #[test]
    fn a_picture_of_all_sizes() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screens");
        std::fs::create_dir_all(&folder).unwrap();
        let cases = [
            ("128k", Lamp::Green),
            ("940", Lamp::Green),
            ("1.2M", Lamp::Green),
            ("9.9k", Lamp::Amber),
            ("12k", Lamp::Out),
            ("345k", Lamp::Green),
            ("67k", Lamp::Green),
            ("–", Lamp::Out),
        ];
        let wide = cases.len() as u32 * 56;
        let mut picture = image::RgbaImage::new(wide, 2 * 4 * 56);
        for (panel, ground) in [(0, [0xef, 0xf0, 0xf1]), (1, [0x14, 0x16, 0x18])] {
            for (line, size) in SIZES.into_iter().enumerate() {
                for (place, (figure, lamp)) in cases.into_iter().enumerate() {
                    let pixels = draw(figure, lamp, size);
                    for row in 0..56 {
                        for column in 0..56 {
                            let (x, y) = (place as u32 * 56 + column, (panel * 4 + line as u32) * 56 + row);
                            let (inner_row, inner_column) = (row as usize, column as usize);
                            let margin = (56 - size) / 2;
                            let is_inside = |at: usize| (margin..margin + size).contains(&at);
                            let pixel = (is_inside(inner_row) && is_inside(inner_column)).then(|| {
                                let at = ((inner_row - margin) * size + inner_column - margin) * 4;
                                &pixels[at..at + 4]
                            });
                            let alpha = pixel.map_or(0.0, |pixel| f64::from(pixel[0]) / 255.0);
                            let mixed = std::array::from_fn::<u8, 3, _>(|part| {
                                let above = pixel.map_or(0.0, |pixel| f64::from(pixel[part + 1]));
                                (above * alpha + f64::from(ground[part]) * (1.0 - alpha)) as u8
                            });
                            picture.put_pixel(x, y, image::Rgba([mixed[0], mixed[1], mixed[2], 0xff]));
                        }
                    }
                }
            }
        }
        picture.save(folder.join("tray-icons.png")).unwrap();
    }
}
