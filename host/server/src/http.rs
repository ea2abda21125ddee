//! The one client (客户端) with which all of us ask others over HTTP and HTTPS: straight, by no proxy, and
//! trusting whom the machine trusts. A city's own authority is added to the machine's certificates, or
//! named in `SSL_CERT_FILE`; there is no other list here.

use reqwest::ClientBuilder;
use rustls::{ClientConfig, RootCertStore};
use std::sync::{Arc, OnceLock};

/// Read once: a client is made for each receiver, and the machine's certificates are many.
static TLS: OnceLock<ClientConfig> = OnceLock::new();

/// A client to be built.
#[expect(clippy::disallowed_methods, reason = "this is the place")]
pub fn client() -> ClientBuilder {
    reqwest::Client::builder().no_proxy().tls_backend_preconfigured(TLS.get_or_init(tls).clone())
}

/// One for a thread of its own that waits for each answer, as traces are sent. It is built where no
/// runtime is.
#[expect(clippy::disallowed_methods, reason = "this is the place")]
pub fn blocking_client() -> reqwest::blocking::ClientBuilder {
    reqwest::blocking::Client::builder().no_proxy().tls_backend_preconfigured(TLS.get_or_init(tls).clone())
}

/// Whom the machine trusts. Where it trusts nobody, HTTP still works, and HTTPS fails when it is asked for.
#[expect(clippy::expect_used, reason = "ring has what both versions of TLS need")]
fn tls() -> ClientConfig {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "certificates of this machine could not be read");
    }
    let mut roots = RootCertStore::empty();
    let (trusted, unusable) = roots.add_parsable_certificates(found.certs);
    tracing::debug!(trusted, unusable, "certificates of this machine");
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider fits")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
