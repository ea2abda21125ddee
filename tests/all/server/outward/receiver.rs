//! A receiver on a bare socket, which does what no decent server would, and its entry in
//! `receivers.toml`.

use super::SECRET;
use crate::certificate::Certificate;
use crate::server::harness::eventually;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What a receiver does with a whole request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Manner {
    /// Takes it.
    Takes,
    /// Says this status.
    Says(u16),
    /// Says nothing while it is so.
    Hangs,
    /// Closes the connection without a word.
    Closes,
    /// Says 500, and then more than anybody wants to read.
    RunsOn,
}

/// One request, as it came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    pub id: String,
    pub sent_at: String,
    pub signatures: String,
    /// All headers, as they came.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

/// A receiver on a port of its own.
#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    manner: Arc<watch::Sender<Manner>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    taken: Arc<Mutex<Vec<String>>>,
    pub under_way: Arc<AtomicUsize>,
    pub most_at_once: Arc<AtomicUsize>,
}

impl Receiver {
    pub async fn start(manner: Manner) -> Self {
        Self::speaking(manner, None).await
    }

    /// One that speaks TLS, by its number.
    pub async fn over_tls(manner: Manner, certificate: &Certificate) -> Self {
        Self::speaking(manner, Some(certificate)).await
    }

    async fn speaking(manner: Manner, certificate: Option<&Certificate>) -> Self {
        let acceptor = certificate.map(Certificate::acceptor);
        let scheme = if acceptor.is_some() { "https" } else { "http" };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("{scheme}://{}/hook", listener.local_addr().expect("an address"));
        let (manner, _) = watch::channel(manner);
        let receiver = Self {
            url,
            manner: Arc::new(manner),
            seen: Arc::default(),
            taken: Arc::default(),
            under_way: Arc::default(),
            most_at_once: Arc::default(),
        };
        let listening = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (receiver, acceptor) = (listening.clone(), acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => receiver.serve(stream).await,
                        // Who does not trust the certificate goes away here.
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                receiver.serve(stream).await;
                            }
                        }
                    }
                });
            }
        });
        receiver
    }

    async fn serve(&self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        let mut stream = BufReader::new(stream);
        let Some(seen) = read(&mut stream).await else { return };
        let id = seen.id.clone();
        let at_once = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(at_once, Ordering::SeqCst);
        self.seen.lock().expect("not poisoned").push(seen);
        let mut manners = self.manner.subscribe();
        let manner = *manners.wait_for(|manner| *manner != Manner::Hangs).await.expect("the test goes on");
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        let status = match manner {
            Manner::Takes => 204,
            Manner::Says(status) => status,
            Manner::Closes | Manner::Hangs => return,
            Manner::RunsOn => {
                let _ = stream.write_all(b"HTTP/1.1 500 Unwell\r\nconnection: close\r\n\r\n").await;
                while stream.write_all(&[b'x'; 4096]).await.is_ok() && stream.flush().await.is_ok() {}
                return;
            }
        };
        let answer = format!("HTTP/1.1 {status} So\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        if stream.write_all(answer.as_bytes()).await.is_ok() && stream.flush().await.is_ok() && status == 204 {
            self.taken.lock().expect("not poisoned").push(id);
        }
    }

    pub fn behaves(&self, manner: Manner) {
        self.manner.send_replace(manner);
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("not poisoned").clone()
    }

    /// The ids that it was sent, one after the other, without repetitions.
    pub fn asked_for(&self) -> Vec<String> {
        let mut ids: Vec<String> = self.seen().into_iter().map(|seen| seen.id).collect();
        ids.dedup();
        ids
    }

    pub fn taken(&self) -> Vec<String> {
        self.taken.lock().expect("not poisoned").clone()
    }

    pub async fn has(&self, count: usize) {
        eventually("the documents arrive", async || self.taken().len() >= count).await;
    }

    pub async fn is_asked(&self) {
        eventually("it is asked", async || !self.seen().is_empty()).await;
    }
}

/// Reads one request to the end of its body.
async fn read(stream: &mut BufReader<impl AsyncRead + Unpin>) -> Option<Seen> {
    let (mut length, mut seen) = (0, Seen::default());
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.trim().split_once(": ") else {
            if line.trim().is_empty() { break } else { continue }
        };
        seen.headers.insert(name.to_owned(), value.to_owned());
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().expect("a length"),
            "webhook-id" => seen.id = value.into(),
            "webhook-timestamp" => seen.sent_at = value.into(),
            "webhook-signature" => seen.signatures = value.into(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    seen.body = String::from_utf8(body).expect("UTF-8");
    Some(seen)
}

/// An entry of `receivers.toml`.
pub fn entry(id: &str, url: &str, more: &str) -> String {
    format!(
        "[[receiver]]\nid = \"{id}\"\nstream = \"enforcement\"\nurl = \"{url}\"\nsecret_files = [\"secret\"]\n{more}\n"
    )
}

pub fn write_receivers(folder: &Path, text: &str) {
    std::fs::write(folder.join("secret"), SECRET).expect("written");
    std::fs::write(folder.join("receivers.toml"), text).expect("written");
}
