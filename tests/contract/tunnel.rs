//! A proxy on loopback, as it should be and as it should not. It keeps every byte that came in clear.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// How it treats who comes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Manners {
    /// Connects everybody to one server, whatever name is asked for.
    Connects(SocketAddr),
    /// The same over SOCKS 5.
    Socks(SocketAddr),
    /// The same, for who shows this login only; 407 to others.
    AsksForLogin(SocketAddr, &'static str),
    /// Answers with these bytes and closes; after reading what was asked.
    Answers(&'static str),
    /// Takes the connection and stays silent.
    Silent,
}

pub(crate) struct Tunnel {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<u8>>>,
    task: AbortHandle,
}

impl Tunnel {
    pub(crate) async fn start(manners: Manners) -> Tunnel {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&received);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, manners, Arc::clone(&seen)));
            }
        });
        Tunnel {
            address,
            received,
            task: task.abort_handle(),
        }
    }

    /// Everything that came: what was asked of it, and what went through to the server.
    pub(crate) fn received(&self) -> String {
        String::from_utf8_lossy(&self.received.lock().unwrap()).into_owned()
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An error here means that somebody left, which ends the connection as it should.
async fn serve(mut stream: TcpStream, manners: Manners, seen: Arc<Mutex<Vec<u8>>>) -> std::io::Result<()> {
    let keep = |bytes: &[u8]| seen.lock().unwrap().extend_from_slice(bytes);
    let mut head = Vec::new();
    if let Manners::Socks(_) = manners {
        let mut hello = [0; 3];
        stream.read_exact(&mut hello).await?;
        keep(&hello);
        stream.write_all(&[5, 0]).await?;
        let mut request = [0; 5];
        stream.read_exact(&mut request).await?;
        head = vec![0; usize::from(request[4]) + 2];
        stream.read_exact(&mut head).await?;
        keep(&head);
    } else {
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).await?;
            keep(&byte);
            head.push(byte[0]);
        }
    }
    let server = match manners {
        Manners::Silent => return std::future::pending().await,
        Manners::Answers(text) => return stream.write_all(text.as_bytes()).await,
        Manners::AsksForLogin(_, login) if !String::from_utf8_lossy(&head).contains(login) => {
            let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\n\
                proxy-authenticate: Basic realm=\"x\"\r\ncontent-length: 0\r\n\r\n";
            return stream.write_all(refusal.as_bytes()).await;
        }
        Manners::Socks(server) | Manners::AsksForLogin(server, _) | Manners::Connects(server) => server,
    };
    let mut server = TcpStream::connect(server).await?;
    if let Manners::Socks(_) = manners {
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    } else {
        stream
            .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
            .await?;
    }
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
        (stream.split(), server.split());
    let up = async {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let count = from_client.read(&mut buffer).await?;
            if count == 0 {
                return to_server.shutdown().await;
            }
            keep(&buffer[..count]);
            to_server.write_all(&buffer[..count]).await?;
        }
    };
    let down = async {
        tokio::io::copy(&mut from_server, &mut to_client).await?;
        to_client.shutdown().await
    };
    tokio::try_join!(up, down).map(drop)
}
