//! The digits of the tray's icon, drawn by hand for sixteen and for twenty-two pixels: no font of a size that small can be read.

/// Rows of a letter from the top: `#` is ink. Letters that no figure has are empty.
type Glyph = &'static [&'static str];

/// Seven rows, three columns.
fn small(letter: char) -> Glyph {
    match letter {
        '0' => &["###", "#.#", "#.#", "#.#", "#.#", "#.#", "###"],
        '1' => &[".#.", "##.", ".#.", ".#.", ".#.", ".#.", "###"],
        '2' => &["###", "..#", "..#", "###", "#..", "#..", "###"],
        '3' => &["###", "..#", "..#", ".##", "..#", "..#", "###"],
        '4' => &["#.#", "#.#", "#.#", "###", "..#", "..#", "..#"],
        '5' => &["###", "#..", "#..", "###", "..#", "..#", "###"],
        '6' => &["###", "#..", "#..", "###", "#.#", "#.#", "###"],
        '7' => &["###", "..#", "..#", ".#.", ".#.", ".#.", ".#."],
        '8' => &["###", "#.#", "#.#", "###", "#.#", "#.#", "###"],
        '9' => &["###", "#.#", "#.#", "###", "..#", "..#", "###"],
        '.' => &[".", ".", ".", ".", ".", ".", "#"],
        'k' => &["#..", "#..", "#.#", "#.#", "##.", "#.#", "#.#"],
        'M' => &["#...#", "##.##", "#.#.#", "#.#.#", "#...#", "#...#", "#...#"],
        'G' => &["###", "#..", "#..", "#..", "#.#", "#.#", "###"],
        '–' => &["...", "...", "...", "###", "...", "...", "..."],
        _ => &[],
    }
}

/// Nine rows, four columns.
fn large(letter: char) -> Glyph {
    match letter {
        '0' => &[".##.", "#..#", "#..#", "#..#", "#..#", "#..#", "#..#", "#..#", ".##."],
        '1' => &[".#.", "##.", ".#.", ".#.", ".#.", ".#.", ".#.", ".#.", "###"],
        '2' => &[".##.", "#..#", "...#", "...#", "..#.", ".#..", "#...", "#...", "####"],
        '3' => &[".##.", "#..#", "...#", "...#", ".##.", "...#", "...#", "#..#", ".##."],
        '4' => &["..#.", ".##.", ".##.", "#.#.", "#.#.", "####", "..#.", "..#.", "..#."],
        '5' => &["####", "#...", "#...", "###.", "...#", "...#", "...#", "#..#", ".##."],
        '6' => &[".##.", "#..#", "#...", "###.", "#..#", "#..#", "#..#", "#..#", ".##."],
        '7' => &["####", "...#", "...#", "..#.", "..#.", ".#..", ".#..", ".#..", ".#.."],
        '8' => &[".##.", "#..#", "#..#", "#..#", ".##.", "#..#", "#..#", "#..#", ".##."],
        '9' => &[".##.", "#..#", "#..#", "#..#", "#..#", ".###", "...#", "#..#", ".##."],
        '.' => &[".", ".", ".", ".", ".", ".", ".", ".", "#"],
        'k' => &["#...", "#...", "#...", "#..#", "#.#.", "##..", "##..", "#.#.", "#..#"],
        'M' => &["#...#", "##.##", "##.##", "#.#.#", "#.#.#", "#...#", "#...#", "#...#", "#...#"],
        'G' => &[".##.", "#..#", "#...", "#...", "#.##", "#..#", "#..#", "#..#", ".##."],
        '–' => &["....", "....", "....", "....", "####", "....", "....", "....", "...."],
        _ => &[],
    }
}

/// Where ink is: rows of the same length.
pub(super) type Ink = Vec<Vec<bool>>;

/// A figure in one line, each letter twice as large where `is_doubled`. A column between two letters, and two where letters
/// are as large as they get.
pub(super) fn set(figure: &str, is_large: bool, is_doubled: bool) -> Ink {
    let height = if is_large { 9 } else { 7 };
    let gap = if is_large && is_doubled { 2 } else { 1 };
    let mut lines: Ink = vec![Vec::new(); if is_doubled { height * 2 } else { height }];
    for letter in figure.chars() {
        let glyph = if is_large { large(letter) } else { small(letter) };
        let ink: Ink = glyph.iter().map(|row| row.chars().map(|dot| dot == '#').collect()).collect();
        let ink = if is_doubled { doubled(&ink) } else { ink };
        for (line, row) in lines.iter_mut().zip(ink) {
            if !line.is_empty() {
                line.extend(vec![false; gap]);
            }
            line.extend(row);
        }
    }
    lines
}

/// Twice as large, with its slopes smoothed: a quarter of a pixel takes the ink of two neighbors that meet at it.
fn doubled(ink: &Ink) -> Ink {
    let at = |row: usize, column: usize| ink.get(row).and_then(|line| line.get(column)).copied();
    let dot = |row: Option<usize>, column: Option<usize>| {
        row.zip(column).and_then(|(row, column)| at(row, column)).unwrap_or(false)
    };
    let width = ink.first().map_or(0, Vec::len);
    let mut large: Ink = vec![vec![false; width * 2]; ink.len() * 2];
    for row in 0..ink.len() {
        for column in 0..width {
            let here = ink[row][column];
            let (up, down) = (dot(row.checked_sub(1), Some(column)), dot(Some(row + 1), Some(column)));
            let (left, right) = (dot(Some(row), column.checked_sub(1)), dot(Some(row), Some(column + 1)));
            let corner =
                |a: bool, b: bool, c: bool, d: bool| if a == b && a != c && b != d { a } else { here };
            large[row * 2][column * 2] = corner(up, left, right, down);
            large[row * 2][column * 2 + 1] = corner(up, right, left, down);
            large[row * 2 + 1][column * 2] = corner(down, left, right, up);
            large[row * 2 + 1][column * 2 + 1] = corner(down, right, left, up);
        }
    }
    large
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_a_figure_is_there_in_both_sizes() {
        for letter in "0123456789.kMG–".chars() {
            for (glyph, height) in [(small(letter), 7), (large(letter), 9)] {
                assert_eq!(glyph.len(), height, "{letter}");
                assert!(glyph.iter().all(|row| row.len() == glyph[0].len()), "{letter}");
                assert!(glyph.iter().any(|row| row.contains('#')), "{letter}");
            }
        }
    }

    #[test]
    fn no_two_letters_look_alike() {
        let letters: Vec<char> = "0123456789kMG".chars().collect();
        for (index, one) in letters.iter().enumerate() {
            for other in &letters[index + 1..] {
                assert_ne!(small(*one), small(*other), "{one} {other}");
                assert_ne!(large(*one), large(*other), "{one} {other}");
            }
        }
    }

    #[test]
    fn twice_as_large_is_as_much_ink() {
        let (ink, large) = (set("128k", false, false), set("128k", false, true));
        assert_eq!((large.len(), large[0].len()), (14, 27));
        let count = |ink: &Ink| ink.iter().flatten().filter(|dot| **dot).count() as f64;
        assert!((count(&large) / count(&ink) / 4.0 - 1.0).abs() < 0.1);
    }
}
