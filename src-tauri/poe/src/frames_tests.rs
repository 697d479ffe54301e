//! A line per way of parting frames, at several ways of cutting the input.

use super::*;

/// Frames as `name|data`, remarks as `# line`.
fn pieces(input: &[u8], size: usize) -> Vec<String> {
    let (mut frames, mut seen) = (Frames::default(), Vec::new());
    let mut take = |piece: Piece<'_>| {
        match piece {
            Piece::Frame("message", "") => {}
            Piece::Frame("message", data) => seen.push(data.to_owned()),
            Piece::Frame(name, data) => seen.push(format!("{name}|{}", data.trim())),
            Piece::Remark(line) => seen.push(format!("# {line}")),
        }
        Ok(())
    };
    for piece in input.chunks(size) {
        frames.push(piece, &mut take).unwrap();
    }
    frames.end(&mut take).unwrap();
    seen
}

fn check(input: &str, expected: &[&str]) {
    for breaks in ["\n", "\r\n", "\r"] {
        let input = input.replace('\n', breaks);
        for size in [1, 2, 3, 5, 8, 13, 1000] {
            assert_eq!(pieces(input.as_bytes(), size), expected, "{input:?} in pieces of {size}");
        }
    }
}

const A: &str = r#"{"a":1}"#;
const B: &str = r#"{"b":[2]}"#;

#[test]
fn what_keeps_to_the_standard_stays_as_it_is() {
    check(&format!("data: {A}\n\ndata: {B}\n\ndata: [DONE]\n\n"), &[A, B, "[DONE]"]);
    check("data: {\ndata: \"a\":1}\n\n", &["{\n\"a\":1}"]);
    check(&format!("event: x\ndata: {A}\n\n"), &[&format!("x|{A}")]);
    check(": a comment\nid: 7\nretry: 5\n\n", &[]);
}

#[test]
fn one_newline_parts_frames_that_are_none_together() {
    check(&format!("data: {A}\ndata: {B}\ndata: [DONE]\n"), &[A, B, "[DONE]"]);
    check(&format!("data: {A}\ndata: {B}\ndata: [DONE]"), &[A, B, "[DONE]"]);
    check(&format!("data: {A}\ndata: {B}\n\ndata: [DONE]\n\n"), &[A, B, "[DONE]"]);
    check(&format!("data:{A}\ndata:{B}\n: ping\ndata:{A}\n\n"), &[A, B, A]);
    // A line that is none beside them loses itself alone.
    check(&format!("data: {A}\ndata: nonsense\n\n"), &[A, "nonsense"]);
}

#[test]
fn each_frame_has_the_name_that_stood_before_it() {
    let (x, gone) = (format!("x|{A}"), format!("error|{B}"));
    check(&format!("event: x\ndata: {A}\nevent: error\ndata: {B}\n\n"), &[&x, &gone]);
    check(&format!("data: {A}\ndata: {A}\nevent: error\ndata: {B}\n"), &[A, A, &gone]);
    check(&format!("data: {A}\nevent: error\ndata: {B}"), &[A, &gone]);
    // One event by the standard, its name at its end.
    check(&format!("data: {A}\nevent: x\n\n"), &[&x]);
}

#[test]
fn after_frames_that_ran_on_an_event_may_have_several_lines() {
    check(&format!("data: {A}\ndata: {B}\n\ndata: {{\ndata: \"a\":1}}\n\n"), &[A, B, "{\n\"a\":1}"]);
}

#[test]
fn breaks_of_several_kinds() {
    for input in [
        format!("data: {A}\r\ndata: {B}\ndata: [DONE]\r\n"),
        format!("data: {A}\rdata: {B}\r\ndata: [DONE]\n\r\n"),
    ] {
        for size in [1, 2, 3, 1000] {
            assert_eq!(pieces(input.as_bytes(), size), [A, B, "[DONE]"], "{input:?} by {size}");
        }
    }
}

#[test]
fn frames_that_run_on_come_while_the_stream_goes_on() {
    let (mut frames, mut seen) = (Frames::default(), Vec::new());
    let mut came = |bytes: String, seen: &mut Vec<String>| {
        let mut take = |piece: Piece<'_>| {
            if let Piece::Frame(_, data) = piece {
                seen.push(data.to_owned());
            }
            Ok(())
        };
        frames.push(bytes.as_bytes(), &mut take).unwrap();
        seen.len()
    };
    assert_eq!(came(format!("data: {A}\n"), &mut seen), 0, "a blank line may follow");
    assert_eq!(came(format!("data: {B}\n"), &mut seen), 2);
    assert_eq!(came(format!("data: {A}\n"), &mut seen), 3);
}

#[test]
fn the_end_of_a_stream() {
    check(&format!("data: {A}"), &[A]);
    check(&format!("data: {A}\n\ndata: {{\"b\":"), &[A]);
    check("data: half", &[]);
    // What came whole before it stays.
    check(&format!("data: {A}\ndata: {{\"b\":"), &[A]);
    check(&format!("data: {A}\ndata: {B}\ndata: {{\"b\":"), &[A, B]);
    check("data: {\ndata: \"a\":1}", &["{\n\"a\":1}"]);
    check("event: error\ndata: gone", &["error|gone"]);
}

#[test]
fn reasons_in_a_field_or_on_a_line() {
    check(&format!("error: {A}\n\ndata: [DONE]\n\n"), &[&format!("error|{A}"), "[DONE]"]);
    check(&format!("error: {A}"), &[&format!("error|{A}")]);
    check("Error: out of memory\n", &["error|out of memory"]);
    check(&format!("data: {A}\n\n{B}\n"), &[A, B]);
    check("upstream went away\n", &["# upstream went away"]);
}

#[test]
fn a_body_of_lines() {
    assert!(is_lines("{\"a\":1}\n{\"b\":2}"));
    assert!(is_lines("{\"a\":1}\n\ndata: [DONE]\n\n"));
    assert!(!is_lines("{\"a\":1}\n"));
    assert!(!is_lines("{\n\"a\":1}\n"));
}
