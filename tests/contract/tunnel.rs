//! A proxy on loopback, as it should be and as it should not. It keeps every byte that came in clear.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// How it treats who comes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Manners {
    /// Connects everybody to one server, whatever name is asked for.
    Connects(SocketAddr),
    /// The same over SOCKS 5.
    Socks(SocketAddr),
    /// The same, for who logs in with this name and password only.
    SocksWithLogin(SocketAddr, &'static str, &'static str),
    /// SOCKS 5, and this in place of a connection.
    SocksAnswers(u8),
    /// The same, for who shows this login only; 407 to others.
    AsksForLogin(SocketAddr, &'static str),
    /// Answers with these bytes and closes; after reading what was asked.
    Answers(&'static str),
    /// Takes the connection and stays silent.
    Silent,
}

pub(crate) struct Tunnel {
    pub(crate) address: SocketAddr,
    /// Of each connection by itself: two that come at once do not mix.
    received: Arc<Mutex<Vec<Vec<u8>>>>,
    task: AbortHandle,
}

impl Tunnel {
    pub(crate) async fn start(manners: Manners) -> Tunnel {
        Tunnel::open(manners, None).await
    }

    /// Spoken to in TLS; [`Tunnel::received`] is what came inside of it.
    pub(crate) async fn secure(manners: Manners, config: ServerConfig) -> Tunnel {
        Tunnel::open(manners, Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn open(manners: Manners, acceptor: Option<TlsAcceptor>) -> Tunnel {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&received);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (acceptor, seen) = (acceptor.clone(), Arc::clone(&seen));
                let connection = {
                    let mut all = seen.lock().unwrap();
                    all.push(Vec::new());
                    all.len() - 1
                };
                tokio::spawn(async move {
                    let keep = |bytes: &[u8]| seen.lock().unwrap()[connection].extend_from_slice(bytes);
                    match acceptor {
                        Some(acceptor) => serve(acceptor.accept(stream).await?, manners, keep).await,
                        None => serve(stream, manners, keep).await,
                    }
                });
            }
        });
        Tunnel { address, received, task: task.abort_handle() }
    }

    /// Everything that came, one connection after the other: what was asked of it, and what went
    /// through to the server.
    pub(crate) fn received(&self) -> String {
        String::from_utf8_lossy(&self.received.lock().unwrap().concat()).into_owned()
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An error here means that somebody left, which ends the connection as it should.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    manners: Manners,
    keep: impl Fn(&[u8]),
) -> std::io::Result<()> {
    let mut head = Vec::new();
    let is_socks =
        matches!(manners, Manners::Socks(_) | Manners::SocksWithLogin(..) | Manners::SocksAnswers(_));
    if is_socks {
        let hello = take(&mut stream, 2).await?;
        let methods = take(&mut stream, hello[1].into()).await?;
        keep(&[hello, methods.clone()].concat());
        if let Manners::SocksWithLogin(_, name, password) = manners {
            if !methods.contains(&2) {
                return stream.write_all(&[5, 0xff]).await;
            }
            stream.write_all(&[5, 2]).await?;
            let mut login = Vec::new();
            take(&mut stream, 1).await?;
            for _ in 0..2 {
                let length = take(&mut stream, 1).await?[0];
                login.push(String::from_utf8(take(&mut stream, length.into()).await?).unwrap());
            }
            if login != [name, password] {
                return stream.write_all(&[1, 1]).await;
            }
            stream.write_all(&[1, 0]).await?;
        } else {
            stream.write_all(&[5, 0]).await?;
        }
        let request = take(&mut stream, 4).await?;
        let length = match request[3] {
            1 => 4,
            3 => take(&mut stream, 1).await?[0].into(),
            _ => 16,
        };
        head = take(&mut stream, length + 2).await?;
        keep(&head);
        if let Manners::SocksAnswers(code) = manners {
            return stream.write_all(&[5, code, 0, 1, 0, 0, 0, 0, 0, 0]).await;
        }
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
        Manners::Socks(server)
        | Manners::SocksWithLogin(server, ..)
        | Manners::AsksForLogin(server, _)
        | Manners::Connects(server) => server,
        Manners::SocksAnswers(_) => return Ok(()),
    };
    let mut server = TcpStream::connect(server).await?;
    if is_socks {
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    } else {
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    }
    let (mut from_client, mut to_client) = tokio::io::split(stream);
    let (mut from_server, mut to_server) = server.split();
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

async fn take(stream: &mut (impl AsyncRead + Unpin), count: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}
