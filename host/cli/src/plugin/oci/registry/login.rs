//! How a registry is told who asks: nothing before it wants to know; then name and password (Basic), or a
//! token that its token service gives for them (Bearer), after the token specification of the CNCF's
//! distribution, which Harbor and others keep to.
//!
//! Name and password go to the registry itself, and to a token service that stands on the same host or that
//! the caller named; never in clear where the registry speaks HTTPS, and never where a download is sent.

use super::{MOST_WORDS_CHARS, Registry, host_of};
use crate::plugin::Faults;
use crate::plugin::files::fault;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Longest answer of a token service, in bytes: a token with a chain of certificates takes a tenth.
const MOST_TOKEN_BYTES: u64 = 64 << 10;

/// What a registry wants to be shown: its scheme in small letters, and what it says beside it.
type Challenge = (String, BTreeMap<String, String>);

/// What a token service answers; older ones and newer ones name it differently.
#[derive(Deserialize)]
struct Answer {
    token: Option<String>,
    access_token: Option<String>,
}

impl Registry<'_> {
    /// What is shown to who refused and says what he wants; nothing where that is already all there is.
    pub(super) async fn to_show(&self, refusal: &HeaderMap) -> Result<Option<HeaderValue>, Faults> {
        let wanted: Vec<Challenge> = refusal
            .get_all(WWW_AUTHENTICATE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(challenges)
            .collect();
        let of = |scheme: &str| wanted.iter().find(|(of, _)| of == scheme).map(|(_, said)| said);
        if let Some(said) = of("bearer") {
            return self.token(said).await.map(Some);
        }
        Ok(of("basic").and_then(|_| self.basic()))
    }

    fn basic(&self) -> Option<HeaderValue> {
        let (name, password) = self.access.account.as_ref()?;
        let request = self.client.get(self.base.clone()).basic_auth(name, Some(password)).build().ok()?;
        request.headers().get(AUTHORIZATION).cloned()
    }

    /// A token for what the registry says that is wanted.
    async fn token(&self, said: &BTreeMap<String, String>) -> Result<HeaderValue, Faults> {
        let mut url = self.token_service(said.get("realm").map_or("", String::as_str))?;
        if let Some(service) = said.get("service") {
            url.query_pairs_mut().append_pair("service", service);
        }
        // Several stand in one value here, and each for itself there.
        for scope in said.get("scope").into_iter().flat_map(|scopes| scopes.split_ascii_whitespace()) {
            url.query_pairs_mut().append_pair("scope", scope);
        }
        let mut request = self.client.get(url);
        if let Some((name, password)) = &self.access.account {
            request = request.basic_auth(name, Some(password));
        }
        let answer = self.execute(request).await?;
        let status = answer.status();
        let body = self.body(answer, MOST_TOKEN_BYTES).await?;
        if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN {
            let words = if self.access.account.is_some() {
                "令牌服务不认这个账号或口令，或账号没有这个名称的权限，请核对"
            } else {
                "令牌服务要求账号：请用 --user 和环境变量 CHUISHAO_REGISTRY_PASSWORD 给出"
            };
            return Err(fault("oci.token", &self.place(), words, "the token service does not take the account"));
        }
        if !status.is_success() {
            let said: String = String::from_utf8_lossy(&body).chars().take(MOST_WORDS_CHARS).collect();
            let words = format!("令牌服务没有给出令牌（{status}）：{}", said.trim());
            return Err(fault("oci.token", &self.place(), words, "the token service gives no token"));
        }
        let Answer { token, access_token } = serde_json::from_slice(&body).map_err(|_| self.no_token())?;
        let token = token.filter(|token| !token.is_empty()).or(access_token).unwrap_or_default();
        let mut shown = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| self.no_token())?;
        shown.set_sensitive(true);
        if token.is_empty() { Err(self.no_token()) } else { Ok(shown) }
    }

    /// Where the token service is, if anybody may be told there who asks.
    fn token_service(&self, realm: &str) -> Result<Url, Faults> {
        let url = Url::parse(realm).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let url = url.filter(|url| url.username().is_empty() && url.password().is_none());
        let Some(url) = url else {
            let words = "仓库要求令牌，却没有写明可用的令牌服务地址（realm）";
            return Err(fault("oci.realm", &self.place(), words, "the registry names no usable token service"));
        };
        let host = host_of(&url).unwrap_or_default();
        if self.base.scheme() == "https" && url.scheme() != "https" {
            let words = format!(
                "仓库用 https，却让到 http://{host} 领取令牌：那样口令和令牌在网络上是明文，所以没有照办，什么都没有发出。\
                 请仓库的管理员把令牌服务（realm）改为 https"
            );
            return Err(fault("oci.realm", &self.place(), words, "the token service would be told in clear"));
        }
        if url.origin() != self.base.origin() && !self.access.token_hosts.contains(&host) {
            let words = format!(
                "仓库让到另一台主机 {host} 领取令牌，没有照办，账号和口令没有发出；\
                 向仓库的管理员确认那里是它的令牌服务之后，请加 --token-host {host}"
            );
            return Err(fault(
                "oci.token-host",
                &self.place(),
                words,
                "tokens are given by another host; see --token-host",
            ));
        }
        Ok(url)
    }

    fn no_token(&self) -> Faults {
        fault("oci.token", &self.place(), "令牌服务的回答里没有可用的令牌", "the token service's answer has no token")
    }
}

/// The challenges of one header (RFC 9110, 11.6.1). What follows something that is none is not read.
fn challenges(text: &str) -> Vec<Challenge> {
    let mut found: Vec<Challenge> = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let end = rest.find(|c: char| !is_of_token(c)).unwrap_or(rest.len());
        if end == 0 {
            return found;
        }
        let (word, after) = rest.split_at(end);
        match (after.trim_start().strip_prefix('='), found.last_mut()) {
            (Some(value), Some((_, said))) => {
                let (value, after) = read_value(value.trim_start());
                said.insert(word.to_ascii_lowercase(), value);
                rest = after;
            }
            _ => {
                found.push((word.to_ascii_lowercase(), BTreeMap::new()));
                rest = after;
            }
        }
    }
}

/// A character of a token (RFC 9110, 5.6.2).
fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

/// A value, in quotation marks or without, and what stands behind it.
fn read_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let (mut value, mut escaped) = (String::new(), false);
    for (place, c) in quoted.char_indices() {
        match c {
            _ if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return (value, &quoted[place + 1..]),
            _ => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn challenges_are_read_as_registries_write_them() {
        let scope = "repository:weifang/heating-mode:pull,push";
        let harbor = r#"Bearer realm="https://harbor.example/service/token",service="harbor-registry",scope="repository:weifang/heating-mode:pull,push""#;
        let realm = ("realm", "https://harbor.example/service/token");
        let bearer = ("bearer".to_owned(), said(&[realm, ("service", "harbor-registry"), ("scope", scope)]));
        assert_eq!(challenges(harbor), std::slice::from_ref(&bearer));
        let basic = ("basic".to_owned(), said(&[("realm", "a \"b\", c")]));
        assert_eq!(challenges(&format!(r#"Basic realm="a \"b\", c", {harbor}"#)), [basic, bearer]);
        assert_eq!(
            challenges("BEARER Realm = x ,scope=\"\""),
            [("bearer".to_owned(), said(&[("realm", "x"), ("scope", "")]))]
        );
        assert_eq!(challenges("Negotiate"), [("negotiate".to_owned(), said(&[]))]);
        for none in ["", " , ", "\"", "=x", "（）"] {
            assert_eq!(challenges(none), [], "{none}");
        }
        // One that is cut off is read as far as it goes.
        assert_eq!(challenges("Bearer realm=\"https://x"), [("bearer".to_owned(), said(&[("realm", "https://x")]))]);
        assert_eq!(challenges("Bearer realm="), [("bearer".to_owned(), said(&[("realm", "")]))]);
    }
}
