//! Answers that come whole and are large, as those with a picture in the text: up to what a stream may bring in one event
//! they arrive, and what is larger is told as such while only so much of it was read.

use std::net::Ipv4Addr;

use poe::sim::{Part, Reply};
use poe::{BaseUrl, Client, Config, Finish, Kind, Secret, sse};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::asking::{KEY, answered, ask, plain, question};

const MIB: usize = 1024 * 1024;

/// A whole reply, and its answer: a picture of so many bytes in the text.
fn picture(bytes: usize) -> (Vec<u8>, String) {
    let text = format!("Here it is: ![cat](data:image/png;base64,{})", "QUJD".repeat(bytes / 4));
    let body = json!({
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": text }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 7, "completion_tokens": 9, "total_tokens": 16 },
    });
    (body.to_string().into_bytes(), text)
}

fn whole(body: Vec<u8>) -> Reply {
    let mut reply = Reply::empty(200).header("content-type", "application/json");
    reply.body = vec![Part::Split { bytes: body, size: 64 * 1024 }];
    reply
}

#[tokio::test]
async fn a_picture_in_a_whole_reply_arrives() {
    let around = picture(0).0.len();
    // The last is as large as a reply can be.
    for size in [5 * MIB, sse::MAX_EVENT / 4 * 4 - around.next_multiple_of(4)] {
        let (body, text) = picture(size);
        assert!(body.len() <= sse::MAX_EVENT && body.len() > size);
        for request in [plain(), question()] {
            let (seen, asked) = answered(whole(body.clone()), request).await;
            assert!(seen.text == text, "{} bytes of {}", seen.text.len(), text.len());
            assert_eq!((seen.finish, seen.error.is_none(), asked), (Some(Finish::Stop), true, 1));
            assert_eq!(seen.usage.unwrap().completion_tokens, Some(9));
        }
    }
}

#[tokio::test]
async fn a_larger_one_is_told_and_not_asked_for_again() {
    let (body, _) = picture(sse::MAX_EVENT);
    for request in [plain(), question()] {
        let (seen, asked) = answered(whole(body.clone()), request).await;
        let error = seen.error.unwrap();
        assert_eq!((error.kind, asked), (Kind::MalformedResponse, 1));
        assert!(error.maybe_charged() && error.message.contains("more than"), "{error:?}");
    }
}

/// The client holds what it took: a server that never ends gets rid of little more than the largest reply.
#[tokio::test]
async fn one_without_an_end_is_left_at_the_limit() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 64 * 1024];
        let _ = socket.read(&mut request).await.unwrap();
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"choices\":[{\"message\":{\"content\":\"";
        socket.write_all(head).await.unwrap();
        let piece = vec![b'a'; MIB];
        let mut written = 0;
        while written < 64 * MIB && socket.write_all(&piece).await.is_ok() {
            written += piece.len();
        }
        written
    });
    let base_url = BaseUrl::parse(&format!("http://{address}/v1")).unwrap();
    let client = Client::new(Config::new(base_url, Secret::from_pasted(KEY))).unwrap();
    let seen = ask(&client, plain()).await;
    assert_eq!(seen.outcome(), " > malformed_response");
    let written = server.await.unwrap();
    // What the system's sockets hold between the two comes on top.
    assert!(written < sse::MAX_EVENT + 16 * MIB, "{written} bytes were taken");
}
