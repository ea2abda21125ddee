//! The one client (客户端) with which all of us ask others over HTTP and HTTPS: straight, by no proxy, and
//! trusting whom the machine trusts. A city's own authority is added to the machine's certificates or named
//! in `SSL_CERT_FILE`, which counts for everything that is asked; where one registry or one receiver has an
//! authority of its own, that one is named for it ([`Authorities`]), and nobody else is believed there.

use reqwest::ClientBuilder;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use std::error::Error;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// Longest file of authorities that is read, in bytes: all those of a machine take less.
const MOST_AUTHORITIES_BYTES: u64 = 1 << 20;

/// Read once: a client is made for each receiver, and the machine's certificates are many.
static TLS: OnceLock<ClientConfig> = OnceLock::new();

/// A client to be built.
pub fn client() -> ClientBuilder {
    with(TLS.get_or_init(of_this_machine).clone())
}

/// One that trusts these authorities alone; where none are named, whom the machine trusts.
pub fn client_trusting(authorities: Option<&Authorities>) -> ClientBuilder {
    authorities.map_or_else(client, |authorities| with(authorities.0.clone()))
}

#[expect(clippy::disallowed_methods, reason = "this is the place")]
fn with(tls: ClientConfig) -> ClientBuilder {
    reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls)
}

/// One for a thread of its own that waits for each answer, as traces are sent. It is built where no
/// runtime is.
#[expect(clippy::disallowed_methods, reason = "this is the place")]
pub fn blocking_client() -> reqwest::blocking::ClientBuilder {
    reqwest::blocking::Client::builder().no_proxy().tls_backend_preconfigured(TLS.get_or_init(of_this_machine).clone())
}

/// Whom the machine trusts. Where it trusts nobody, HTTP still works, and HTTPS fails when it is asked for.
fn of_this_machine() -> ClientConfig {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "certificates of this machine could not be read");
    }
    let mut roots = RootCertStore::empty();
    let (trusted, unusable) = roots.add_parsable_certificates(found.certs);
    tracing::debug!(trusted, unusable, "certificates of this machine");
    trusting(roots)
}

#[expect(clippy::expect_used, reason = "ring has what both versions of TLS need")]
fn trusting(roots: RootCertStore) -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider fits")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Authorities (签发机构) of a file, who are trusted instead of the machine's.
#[derive(Clone, Debug)]
pub struct Authorities(ClientConfig);

/// Why a file of authorities cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AuthoritiesError {
    /// It cannot be read.
    #[error("读不到证书文件：{0} (the file of certificates cannot be read)")]
    Read(#[source] std::io::Error),
    /// It is another file.
    #[error("证书文件过大，不像是证书 (the file is too large to be one of certificates)")]
    TooLarge,
    /// There is no certificate in it, or one that is none.
    #[error("文件里没有可用的证书，须为 PEM 格式（-----BEGIN CERTIFICATE-----） (no usable certificate in PEM)")]
    None,
}

impl Authorities {
    /// Reads a file of certificates in PEM.
    ///
    /// # Errors
    /// See [`AuthoritiesError`]; what else stands in the file is not repeated.
    pub fn read(path: &Path) -> Result<Self, AuthoritiesError> {
        if std::fs::metadata(path).map_err(AuthoritiesError::Read)?.len() > MOST_AUTHORITIES_BYTES {
            return Err(AuthoritiesError::TooLarge);
        }
        let text = std::fs::read(path).map_err(AuthoritiesError::Read)?;
        let found: Result<Vec<CertificateDer<'static>>, pem::Error> = CertificateDer::pem_slice_iter(&text).collect();
        let mut roots = RootCertStore::empty();
        for certificate in found.map_err(|_| AuthoritiesError::None)? {
            roots.add(certificate).map_err(|_| AuthoritiesError::None)?;
        }
        if roots.is_empty() { Err(AuthoritiesError::None) } else { Ok(Self(trusting(roots))) }
    }
}

/// Why the other side's certificate was not trusted, where a request failed for that.
#[must_use]
pub fn distrust(error: &(dyn Error + 'static)) -> Option<String> {
    let mut cause = Some(error);
    while let Some(one) = cause {
        if let Some(rustls::Error::InvalidCertificate(why)) = one.downcast_ref() {
            return Some(in_words(why));
        }
        cause = beneath(one);
    }
    None
}

/// Why there was no answer, in words without the address.
#[must_use]
pub fn no_answer(error: &reqwest::Error) -> String {
    match distrust(error) {
        Some(why) => format!("证书不受信任：{why}"),
        None => bottom(error),
    }
}

/// The cause at the bottom: what stands above it says only that something failed.
#[must_use]
pub fn bottom(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(cause) = beneath(last) {
        last = cause;
    }
    last.to_string()
}

/// What caused an error. That of input and output hides its own behind it.
fn beneath<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(hidden) => Some(hidden),
        None => error.source(),
    }
}

fn in_words(why: &CertificateError) -> String {
    match why {
        CertificateError::UnknownIssuer => "签发它的机构不受信任 (its authority is not trusted)".to_owned(),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "它不是发给这个主机名或地址的 (it is another host's)".to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "已过有效期 (it has expired)".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "尚未到有效期，或本机时钟不对 (it is not valid yet, or this clock is wrong)".to_owned()
        }
        CertificateError::Revoked => "已被吊销 (it was revoked)".to_owned(),
        other => other.to_string(),
    }
}
