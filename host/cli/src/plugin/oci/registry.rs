//! The little of the OCI distribution specification that a package needs, on the client that the
//! host has: nothing is taken that is longer than it may be or that is not what its digest says,
//! and nobody is sent to another host unless the caller named it, nor from HTTPS to HTTP at all.
//!
//! - `login`: how a registry is told who asks.

mod login;

use super::artifact::{INDEX, Index, MANIFEST, Manifest, named};
use super::reference::Reference;
use crate::plugin::Faults;
use crate::plugin::files::fault;
use chuishao_server::http::{self, Authorities};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Longest manifest or list, in bytes: a package has one layer, and some signatures.
const MOST_MANIFEST_BYTES: u64 = 256 << 10;

/// How long a registry may be silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// Redirects that are followed for one piece of content: to a store of its own, and there once.
const MOST_REDIRECTS: usize = 3;

/// How much of a registry's own words is repeated, in characters.
const MOST_WORDS_CHARS: usize = 300;

/// Who asks, and where he may be sent.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Name and password.
    pub account: Option<(String, String)>,
    /// Other hosts, with their ports, to which the registry may send this client; who asks is not told there.
    pub follow: Vec<String>,
    /// Other hosts, with their ports, that give tokens for this registry, and are told who asks.
    pub token_hosts: Vec<String>,
    /// Who vouches for the registry's certificate, if it is not somebody whom the machine trusts.
    pub authorities: Option<Authorities>,
}

/// One name in one registry.
pub struct Registry<'a> {
    client: Client,
    base: Url,
    reference: &'a Reference,
    access: &'a Access,
    /// What the registry wanted to be shown last.
    shown: Mutex<Option<HeaderValue>>,
}

impl<'a> Registry<'a> {
    pub fn new(reference: &'a Reference, access: &'a Access) -> Result<Self, Faults> {
        let none = reqwest::redirect::Policy::none();
        let client = http::client_trusting(access.authorities.as_ref());
        let client = client.connect_timeout(PATIENCE).read_timeout(PATIENCE).redirect(none);
        let base = format!("{}{}/v2/{}/", reference.scheme.prefix(), reference.registry, reference.name);
        let base: Url = base.parse().map_err(|_| fault("oci.reference", &base, "地址写法有误", "not an address"))?;
        let client = client.build().map_err(|error| unreachable(&base, &error))?;
        Ok(Self { client, base, reference, access, shown: Mutex::new(None) })
    }

    /// A manifest by tag or digest, with its digest; `None` when there is none.
    pub async fn manifest(&self, which: &str) -> Result<Option<(Manifest, String)>, Faults> {
        let Some(bytes) = self.named_document(which, MANIFEST).await? else { return Ok(None) };
        let read = serde_json::from_slice(&bytes);
        Ok(Some((read.map_err(|error| self.malformed(&error))?, named(&bytes))))
    }

    /// The digest that a tag stands for; `None` when there is no such tag.
    pub async fn tagged(&self, tag: &str) -> Result<Option<String>, Faults> {
        Ok(self.named_document(tag, MANIFEST).await?.map(|bytes| named(&bytes)))
    }

    /// A list by its tag; `None` when there is none.
    pub async fn index(&self, tag: &str) -> Result<Option<Index>, Faults> {
        let Some(bytes) = self.named_document(tag, INDEX).await? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| self.malformed(&error))
    }

    async fn named_document(&self, which: &str, media_type: &str) -> Result<Option<Vec<u8>>, Faults> {
        let url = self.url(&format!("manifests/{which}"))?;
        let Some(answer) = self.get(url, media_type).await? else { return Ok(None) };
        let bytes = self.body(answer, MOST_MANIFEST_BYTES).await?;
        if which.contains(':') && named(&bytes) != which {
            return Err(self.another_digest(which));
        }
        Ok(Some(bytes))
    }

    /// A blob of so many bytes, which is what its digest says.
    pub async fn blob(&self, digest: &str, bytes: u64) -> Result<Vec<u8>, Faults> {
        let url = self.url(&format!("blobs/{digest}"))?;
        let answer = self.get(url, "*/*").await?.ok_or_else(|| self.missing(digest))?;
        let blob = self.body(answer, bytes).await?;
        if named(&blob) == digest { Ok(blob) } else { Err(self.another_digest(digest)) }
    }

    /// Uploads a blob, unless it is there.
    pub async fn push_blob(&self, digest: &str, bytes: &[u8]) -> Result<(), Faults> {
        let there = self.send(self.request(Method::HEAD, self.url(&format!("blobs/{digest}"))?)).await?;
        if there.status() == StatusCode::OK {
            return Ok(());
        }
        let begun = self.send(self.request(Method::POST, self.url("blobs/uploads/")?)).await?;
        let begun = self.must_be(begun, &[StatusCode::ACCEPTED]).await?;
        let mut place = self.location(&begun, begun.url())?;
        place.query_pairs_mut().append_pair("digest", digest);
        let upload = self.request(Method::PUT, place).header(CONTENT_TYPE, "application/octet-stream");
        let answer = self.send(upload.body(bytes.to_vec())).await?;
        self.must_be(answer, &[StatusCode::CREATED]).await.map(drop)
    }

    /// Uploads a manifest or a list under a tag or its own digest.
    pub async fn push_manifest(&self, which: &str, media_type: &str, bytes: &[u8]) -> Result<(), Faults> {
        let url = self.url(&format!("manifests/{which}"))?;
        let upload = self.request(Method::PUT, url).header(CONTENT_TYPE, media_type).body(bytes.to_vec());
        let answer = self.send(upload).await?;
        self.must_be(answer, &[StatusCode::CREATED]).await.map(drop)
    }

    fn url(&self, path: &str) -> Result<Url, Faults> {
        self.base.join(path).map_err(|_| fault("oci.reference", path, "地址写法有误", "not an address"))
    }

    fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Sends a request; who asks is told to the registry itself, when it wants to know, and to nobody else.
    async fn send(&self, request: RequestBuilder) -> Result<Response, Faults> {
        let again = request.try_clone();
        let mut request = request.build().map_err(|error| unreachable(&self.base, &error))?;
        let own = request.url().origin() == self.base.origin();
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(shown) = shown.clone().filter(|_| own) {
            request.headers_mut().insert(AUTHORIZATION, shown);
        }
        let answer = self.execute(RequestBuilder::from_parts(self.client.clone(), request)).await?;
        let Some(again) = again.filter(|_| own && answer.status() == StatusCode::UNAUTHORIZED) else {
            return Ok(answer);
        };
        match self.to_show(answer.headers()).await? {
            // The same again would be refused again.
            Some(next) if Some(&next) != shown.as_ref() => {
                *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(next.clone());
                self.execute(again.header(AUTHORIZATION, next)).await
            }
            _ => Ok(answer),
        }
    }

    async fn execute(&self, request: RequestBuilder) -> Result<Response, Faults> {
        request.send().await.map_err(|error| unreachable(&self.base, &error))
    }

    /// Gets something, going where the registry sends if the caller named that host.
    async fn get(&self, mut url: Url, media_type: &str) -> Result<Option<Response>, Faults> {
        for _ in 0..=MOST_REDIRECTS {
            let answer = self.send(self.request(Method::GET, url.clone()).header(ACCEPT, media_type)).await?;
            if answer.status().is_redirection() {
                url = self.location(&answer, &url)?;
            } else if answer.status() == StatusCode::NOT_FOUND {
                return Ok(None);
            } else {
                return self.must_be(answer, &[StatusCode::OK]).await.map(Some);
            }
        }
        Err(fault("oci.redirects", &self.place(), "仓库一再转向，已停止", "the registry redirects again and again"))
    }

    /// Where an answer sends the client, if it may go there.
    fn location(&self, answer: &Response, from: &Url) -> Result<Url, Faults> {
        let location = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let url = location.and_then(|location| from.join(location).ok()).ok_or_else(|| {
            fault("oci.answer", &self.place(), "仓库的回答没有写明去处", "the registry does not say where to go")
        })?;
        let host = host_of(&url);
        let named = host.as_ref().is_some_and(|host| self.access.follow.contains(host));
        let (own, scheme) = (self.base.scheme(), url.scheme());
        let as_safe = scheme == "https" || (scheme == "http" && own == "http");
        if url.origin() == self.base.origin() || (named && as_safe) {
            return Ok(url);
        }
        let to = host.unwrap_or_default();
        let words = if as_safe {
            format!("仓库要转到另一台主机 {scheme}://{to}，没有照办；确需转去的，请加 --follow {to}（账号不会发给它）")
        } else {
            format!("仓库要从 {own} 转到 {scheme}://{to}，没有照办：只转到 http 或 https，不从 https 转到明文")
        };
        Err(fault("oci.another-host", &self.place(), words, "the registry redirects to another host; see --follow"))
    }

    /// The body, which must not be longer than this.
    async fn body(&self, mut answer: Response, most_bytes: u64) -> Result<Vec<u8>, Faults> {
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|error| unreachable(&self.base, &error))? {
            if (body.len() + part.len()) as u64 > most_bytes {
                let words = format!("仓库给出的内容超过 {most_bytes} 字节，已停止接收");
                return Err(fault("oci.size", &self.place(), words, "more came than was announced or is allowed"));
            }
            body.extend_from_slice(&part);
        }
        Ok(body)
    }

    async fn must_be(&self, answer: Response, wanted: &[StatusCode]) -> Result<Response, Faults> {
        let status = answer.status();
        if wanted.contains(&status) {
            return Ok(answer);
        }
        if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN {
            let words = "仓库不允许：请用 --user 和环境变量 CHUISHAO_REGISTRY_PASSWORD 给出账号（支持 Basic 和令牌 \
                         Bearer 两种认证），并确认账号有这个名称的权限";
            return Err(fault("oci.denied", &self.place(), words, "not allowed; give an account that may"));
        }
        let said = self.body(answer, MOST_MANIFEST_BYTES).await.unwrap_or_default();
        let said: String = String::from_utf8_lossy(&said).chars().take(MOST_WORDS_CHARS).collect();
        let words = format!("仓库没有接受（{status}）：{}", said.trim());
        Err(fault("oci.refused", &self.place(), words, "the registry refuses"))
    }

    fn place(&self) -> String {
        self.reference.to_string()
    }

    /// There is nothing of this name.
    pub fn missing(&self, what: &str) -> Faults {
        fault("oci.missing", &self.place(), format!("仓库里没有 {what}"), "the registry has no such thing")
    }

    fn another_digest(&self, digest: &str) -> Faults {
        let words = format!("收到的内容与摘要 {digest} 不符，没有采用：传输出错，或仓库中的内容被换过");
        fault("oci.digest", &self.place(), words, "what came is not what its digest says")
    }

    fn malformed(&self, error: &serde_json::Error) -> Faults {
        fault("oci.malformed", &self.place(), format!("清单文件不能识别：{error}"), "the manifest cannot be read")
    }
}

/// Host and port, without the port that goes without saying.
fn host_of(url: &Url) -> Option<String> {
    url.host_str().map(|host| url.port().map_or(host.to_owned(), |port| format!("{host}:{port}")))
}

/// Why there was no answer, and what may be done.
fn unreachable(base: &Url, error: &reqwest::Error) -> Faults {
    let asked = error.url().unwrap_or(base);
    let place = format!("{}://{}", asked.scheme(), host_of(asked).unwrap_or_default());
    if let Some(why) = http::distrust(error) {
        let words = format!(
            "证书不受信任：{why}，什么都没有发给它。由市里自己的 CA 签发的，用 --ca-file 写明 CA 证书（PEM），或加入本机的系统证书；\
             向仓库的管理员核对证书，不要为此改用 http"
        );
        return fault(
            "oci.certificate",
            &place,
            words,
            "the certificate is not trusted; name its authority by --ca-file",
        );
    }
    let hint = match asked.scheme() {
        "https" => "按 https 连接；仓库只有 http 的，在地址前写 http://",
        _ => "按 http 连接；仓库用 https 的，在地址前写 https://",
    };
    let words = format!("连不上：{}。{hint}", http::bottom(error));
    fault("oci.unreachable", &place, words, "it cannot be reached")
}
