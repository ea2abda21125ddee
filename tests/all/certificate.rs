//! A certificate for servers of the tests on this machine's own address, made by openssl as a city's own
//! authority would: who is told of it trusts them, and nobody else does.

use axum::serve::Listener;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

/// A certificate and its key, as files.
pub(crate) struct Certificate {
    folder: tempfile::TempDir,
}

impl Certificate {
    /// Of 127.0.0.1, by that number.
    pub(crate) fn of_loopback() -> Self {
        Self::naming("IP:127.0.0.1")
    }

    /// Of this machine, by that name: `DNS:localhost`.
    pub(crate) fn naming(name: &str) -> Self {
        let made = Self { folder: tempfile::tempdir().expect("a folder") };
        let mut openssl = Command::new("openssl");
        openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=weifang"]);
        openssl.args(["-addext", &format!("subjectAltName={name}"), "-addext", "basicConstraints=critical,CA:FALSE"]);
        let said = openssl.arg("-keyout").arg(made.key()).arg("-out").arg(made.file()).output();
        let said = said.expect("openssl is there");
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        made
    }

    /// The certificate, in PEM.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("city.pem")
    }

    /// The same as text, for a command line.
    pub(crate) fn text(&self) -> String {
        self.file().to_string_lossy().into_owned()
    }

    /// Its key.
    pub(crate) fn key(&self) -> PathBuf {
        self.folder.path().join("city.key")
    }

    /// What speaks TLS with it.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let chain = CertificateDer::pem_file_iter(self.file()).expect("it reads").collect::<Result<Vec<_>, _>>();
        let key = PrivateKeyDer::from_pem_file(self.key()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions().expect("the provider fits").with_no_client_auth();
        let config = config.with_single_cert(chain.expect("certificates"), key).expect("they belong together");
        TlsAcceptor::from(Arc::new(config))
    }

    /// A listener that speaks TLS with it.
    pub(crate) fn listener(&self, tcp: TcpListener) -> TlsListener {
        TlsListener { tcp, acceptor: self.acceptor() }
    }
}

/// Takes connections on which TLS is spoken; who does not trust the certificate is none.
pub(crate) struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, from) = Listener::accept(&mut self.tcp).await;
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, from);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}
