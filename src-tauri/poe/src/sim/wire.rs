//! Puts a reply on the wire, faults included: framing, encodings, pauses, resets, and a client that leaves.

use std::io::Write;
use std::time::{Duration, SystemTime};

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};

use super::reply::{Encoding, Framing, Part, Reply};

/// What to do with the connection, in order.
pub(super) enum Step {
    Write(Vec<u8>),
    Wait(Duration),
    Cut,
    Hang,
}

pub(super) enum End {
    Whole,
    Cut,
    /// The client left; so much of the body's bytes had been written (0 to 1).
    Left(f64),
}

/// Head and body of a reply as steps. `now` is what the server's clock says.
pub(super) fn steps(reply: &Reply, now: SystemTime) -> Vec<Step> {
    let opening =
        reply.body.iter().take_while(|part| !matches!(part, Part::Bytes(_) | Part::Split { .. })).count();
    let (before, rest) = reply.body.split_at(opening);
    let mut steps: Vec<Step> = before.iter().flat_map(|part| encoded(part, &mut Encoder::Identity)).collect();

    let mut encoder = Encoder::new(reply.encoding);
    let mut body: Vec<Step> = rest.iter().flat_map(|part| encoded(part, &mut encoder)).collect();
    body.push(Step::Write(encoder.finish()));
    body.retain(|step| !matches!(step, Step::Write(bytes) if bytes.is_empty()));

    // What follows a break is never written, but a length that is announced counts it.
    let broken = body.iter().position(|step| matches!(step, Step::Cut | Step::Hang));
    let mut length = written(&body);
    if let Some(at) = broken {
        body.truncate(at + 1);
        // A client that counts would take as many bytes as were announced for the whole.
        length = length.max(written(&body) + 1);
    }
    // A server dates a reply when it begins to send it.
    let waits = steps.iter().filter_map(|step| if let Step::Wait(wait) = step { Some(*wait) } else { None });
    let date = now + waits.sum::<Duration>();
    steps.push(Step::Write(head(reply, length, date)));
    if reply.framing == Framing::Chunked {
        for step in &mut body {
            if let Step::Write(bytes) = step {
                *bytes = [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
            }
        }
        if broken.is_none() {
            body.push(Step::Write(b"0\r\n\r\n".to_vec()));
        }
    }
    steps.extend(body);
    steps
}

fn encoded(part: &Part, encoder: &mut Encoder) -> Vec<Step> {
    match part {
        Part::Bytes(bytes) => vec![Step::Write(encoder.push(bytes))],
        Part::Split { bytes, size } => {
            encoder.push(bytes).chunks((*size).max(1)).map(|piece| Step::Write(piece.to_vec())).collect()
        }
        Part::Wait(wait) => vec![Step::Wait(*wait)],
        Part::Cut => vec![Step::Cut],
        Part::Hang => vec![Step::Hang],
    }
}

fn written(steps: &[Step]) -> usize {
    steps.iter().map(|step| if let Step::Write(bytes) = step { bytes.len() } else { 0 }).sum()
}

fn head(reply: &Reply, length: usize, date: SystemTime) -> Vec<u8> {
    let mut headers = reply.headers.clone();
    let mut add = |name: &str, value: String| {
        if !headers.iter().any(|(existing, _)| existing.eq_ignore_ascii_case(name)) {
            headers.push((name.to_owned(), value));
        }
    };
    match reply.encoding {
        Encoding::Identity => {}
        Encoding::Gzip => add("content-encoding", "gzip".to_owned()),
        Encoding::Brotli => add("content-encoding", "br".to_owned()),
    }
    match reply.framing {
        Framing::Chunked => add("transfer-encoding", "chunked".to_owned()),
        Framing::Length => add("content-length", length.to_string()),
        Framing::Close => add("connection", "close".to_owned()),
    }
    add("date", httpdate::fmt_http_date(date));
    add("openai-version", "2020-10-01".to_owned());
    add("openai-processing-ms", fastrand::u32(20..900).to_string());
    add("x-request-id", format!("req_{}", (0..24).map(|_| fastrand::digit(16)).collect::<String>()));
    add("access-control-allow-origin", "*".to_owned());

    let mut head = format!("HTTP/1.1 {} {}\r\n", reply.status, reason(reply.status));
    for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        408 => "Request Timeout",
        413 => "Payload Too Large",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Other",
    }
}

/// Writes the steps. `before_last` runs before the last bytes leave, so that a client that has read the end of an
/// answer finds the account already changed.
pub(super) async fn send(stream: &mut TcpStream, steps: Vec<Step>, before_last: impl FnOnce()) -> End {
    let last = steps.iter().rposition(|step| matches!(step, Step::Write(_)));
    let writes = steps.iter().filter(|step| matches!(step, Step::Write(_))).count().max(1);
    let mut before_last = Some(before_last);
    let mut written = 0;
    let (mut reading, mut writing) = stream.split();
    for (number, step) in steps.into_iter().enumerate() {
        if Some(number) == last
            && let Some(run) = before_last.take()
        {
            run();
        }
        let here = match step {
            Step::Write(bytes) => {
                written += 1;
                write(&mut reading, &mut writing, &bytes).await
            }
            Step::Wait(wait) => tokio::select! {
                () = tokio::time::sleep(wait) => true,
                () = gone(&mut reading) => false,
            },
            Step::Hang => {
                gone(&mut reading).await;
                false
            }
            Step::Cut => {
                // What was written must reach the client before the reset throws away the rest.
                tokio::time::sleep(Duration::from_millis(20)).await;
                // Without zero linger the close would be an orderly one, and no fault.
                let _ = stream.set_zero_linger();
                return End::Cut;
            }
        };
        if !here {
            return End::Left(f64::from(written) / writes as f64);
        }
    }
    End::Whole
}

async fn write(reading: &mut ReadHalf<'_>, writing: &mut WriteHalf<'_>, bytes: &[u8]) -> bool {
    tokio::select! {
        biased;
        done = writing.write_all(bytes) => {
            // Lets the client read pieces one by one, where it runs on the same thread.
            tokio::task::yield_now().await;
            done.is_ok()
        }
        () = gone(reading) => false,
    }
}

/// Ends when the client has closed its side.
async fn gone(reading: &mut ReadHalf<'_>) {
    let mut byte = [0];
    if let Ok(1..) = reading.peek(&mut byte).await {
        // A further request waits in the socket, so the client is here; its leaving shows in the next write.
        std::future::pending::<()>().await;
    }
}

enum Encoder {
    Identity,
    Gzip(flate2::write::GzEncoder<Vec<u8>>, usize),
    Brotli(Box<brotli::CompressorWriter<Vec<u8>>>, usize),
}

impl Encoder {
    fn new(encoding: Encoding) -> Encoder {
        match encoding {
            Encoding::Identity => Encoder::Identity,
            Encoding::Gzip => {
                Encoder::Gzip(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()), 0)
            }
            Encoding::Brotli => {
                Encoder::Brotli(Box::new(brotli::CompressorWriter::new(Vec::new(), 4096, 4, 20)), 0)
            }
        }
    }

    /// The bytes that stand for this piece, flushed, so that each piece can be read when it arrives.
    fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        // Writing to a Vec cannot fail.
        match self {
            Encoder::Identity => bytes.to_vec(),
            Encoder::Gzip(encoder, taken) => {
                let _ = encoder.write_all(bytes).and_then(|()| encoder.flush());
                since(encoder.get_ref(), taken)
            }
            Encoder::Brotli(encoder, taken) => {
                let _ = encoder.write_all(bytes).and_then(|()| encoder.flush());
                since(encoder.get_ref(), taken)
            }
        }
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Encoder::Identity => Vec::new(),
            Encoder::Gzip(encoder, mut taken) => since(&encoder.finish().unwrap_or_default(), &mut taken),
            Encoder::Brotli(encoder, mut taken) => since(&encoder.into_inner(), &mut taken),
        }
    }
}

fn since(output: &[u8], taken: &mut usize) -> Vec<u8> {
    let fresh = output[*taken..].to_vec();
    *taken = output.len();
    fresh
}
