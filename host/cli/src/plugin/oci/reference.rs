//! Where a package stands in an OCI registry: `10.37.7.9:5000/weifang/heating-mode:1.2.0`, or
//! with `@sha256:…` for exactly these bytes. Written after the grammar of the OCI distribution
//! specification 1.1; a registry is always named, there is no default one. Whether it speaks HTTPS may be
//! written in front; otherwise a name does, as everywhere in that world, and a number of this machine or the
//! intranet, which hardly anybody has certified, does not.

use crate::plugin::Faults;
use crate::plugin::files::fault;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Longest tag, in characters (OCI distribution specification, "Pulling manifests").
const MOST_TAG_CHARS: usize = 128;

/// Longest name with its registry, in characters: what clients agree to accept there.
const MOST_NAME_CHARS: usize = 255;

/// A registry, a name in it, and which of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What the registry speaks.
    pub scheme: Scheme,
    /// Host, with its port if it is not the scheme's own.
    pub registry: String,
    /// Path parts in small letters.
    pub name: String,
    /// Which.
    pub version: Version,
}

/// What a registry speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// In clear.
    Http,
    /// With TLS.
    Https,
}

impl Scheme {
    /// In front of a host.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Http => "http://",
            Self::Https => "https://",
        }
    }

    /// Of a registry that is named without one.
    fn usual(registry: &str) -> Self {
        let url = reqwest::Url::parse(&format!("http://{registry}/"));
        let host = url.as_ref().ok().and_then(reqwest::Url::host_str).unwrap_or_default();
        let inside = match host.trim_matches(['[', ']']).parse() {
            Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
            Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
            Err(_) => host == "localhost",
        };
        if inside { Self::Http } else { Self::Https }
    }
}

/// What stands behind a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Version {
    /// A tag, which may mean other bytes tomorrow.
    Tag(String),
    /// A digest, which may not: `sha256:` and 64 hex digits.
    Digest(String),
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(text) | Self::Digest(text) => f.write_str(text),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let between = if matches!(self.version, Version::Tag(_)) { ':' } else { '@' };
        write!(f, "{}{between}{}", self.repository(), self.version)
    }
}

impl Reference {
    /// The registry and the name, without a version.
    pub fn repository(&self) -> String {
        let prefix = if self.scheme == Scheme::usual(&self.registry) { "" } else { self.scheme.prefix() };
        format!("{prefix}{}/{}", self.registry, self.name)
    }
}

impl FromStr for Reference {
    type Err = Faults;

    fn from_str(text: &str) -> Result<Self, Faults> {
        parse(text).ok_or_else(|| {
            let words = "写法须为 主机:端口/名称:标签 或 主机:端口/名称@sha256:摘要，名称用小写字母，\
                         例如 10.37.7.9:5000/weifang/heating-mode:1.2.0；前面可写 https:// 或 http://";
            fault("oci.reference", text, words, "write REGISTRY/NAME:TAG or REGISTRY/NAME@sha256:DIGEST")
        })
    }
}

fn parse(text: &str) -> Option<Reference> {
    let written = [Scheme::Http, Scheme::Https].map(|scheme| Some((scheme, text.strip_prefix(scheme.prefix())?)));
    let (scheme, text) = match written.into_iter().flatten().next() {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, text),
    };
    let (registry, rest) = text.split_once('/')?;
    let (name, version) = match rest.split_once('@') {
        Some((name, digest)) => (name, Version::Digest(is_digest(digest).then(|| digest.to_owned())?)),
        None => {
            let (name, tag) = rest.split_once(':')?;
            (name, Version::Tag(is_tag(tag).then(|| tag.to_owned())?))
        }
    };
    let good = is_registry(registry) && text.len() <= MOST_NAME_CHARS + MOST_TAG_CHARS && name.split('/').all(is_part);
    good.then(|| Reference {
        scheme: scheme.unwrap_or_else(|| Scheme::usual(registry)),
        registry: registry.to_owned(),
        name: name.to_owned(),
        version,
    })
}

/// A host name, an IPv4 address or an IPv6 address in brackets, and perhaps a port.
fn is_registry(text: &str) -> bool {
    let of_host = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
    !text.is_empty()
        && text.chars().all(of_host)
        && reqwest::Url::parse(&format!("http://{text}/")).is_ok_and(|url| url.has_host() && url.path() == "/")
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
fn is_part(part: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let ends = |c: Option<char>| c.is_some_and(plain);
    let marks: Vec<&str> = part.split(plain).filter(|marks| !marks.is_empty()).collect();
    ends(part.chars().next())
        && ends(part.chars().next_back())
        && marks.iter().all(|marks| [".", "_", "__"].contains(marks) || marks.chars().all(|c| c == '-'))
}

fn is_tag(tag: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (1..=MOST_TAG_CHARS).contains(&tag.len())
        && tag.starts_with(word)
        && tag.chars().all(|c| word(c) || c == '.' || c == '-')
}

/// Whether a text is a digest as this client computes them.
pub fn is_digest(text: &str) -> bool {
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    text.strip_prefix("sha256:").is_some_and(|digits| digits.len() == 64 && digits.chars().all(hex))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_read_back_and_nothing_else_does() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        for text in [
            "127.0.0.1:5000/heating-mode:1.2.0",
            "registry.weifang.example/12345/rules/heating_mode:latest",
            "[::1]:5000/a__b/c--d.e:0.1.0-rc.1_build.7",
            &format!("harbor:80/heating-mode@{digest}"),
            "https://10.37.7.9:5000/heating-mode:1.2.0",
            "http://harbor/heating-mode:1.2.0",
        ] {
            assert_eq!(text.parse::<Reference>().expect(text).to_string(), text);
        }
        for text in [
            "",
            "heating-mode:1.2.0",
            "harbor/heating-mode",
            "harbor/Heating:1",
            "harbor/heating mode:1",
            "harbor/../heating:1",
            "harbor/a..b:1",
            "harbor/-a:1",
            "harbor/a//b:1",
            "harbor/a:.1",
            "harbor/a:一",
            "harbor/a@sha256:00",
            "harbor/a:1@sha256:00",
            "ftp://harbor/a:1",
            "https:///a:1",
            "https://http://harbor/a:1",
            "https://user:word@harbor/a:1",
            "user:word@harbor/a:1",
            "harbor:99999/a:1",
            "harbor:/x?y/a:1",
        ] {
            assert!(text.parse::<Reference>().is_err(), "{text}");
        }
    }

    #[test]
    fn who_is_named_without_a_scheme_speaks_what_is_usual_there() {
        for (registry, scheme) in [
            ("10.37.7.9:5000", Scheme::Http),
            ("192.168.3.4", Scheme::Http),
            ("127.0.0.1:5000", Scheme::Http),
            ("localhost:5000", Scheme::Http),
            ("[::1]:5000", Scheme::Http),
            ("[fd00::12]", Scheme::Http),
            ("harbor", Scheme::Https),
            ("harbor.weifang.example:8443", Scheme::Https),
            ("8.8.8.8", Scheme::Https),
            ("[2001:db8::1]", Scheme::Https),
        ] {
            let read = |prefix: &str| format!("{prefix}{registry}/a:1").parse::<Reference>().expect(registry);
            assert_eq!(read("").scheme, scheme, "{registry}");
            assert_eq!((read("http://").scheme, read("https://").scheme), (Scheme::Http, Scheme::Https));
            let usual = read(scheme.prefix());
            assert_eq!(usual.to_string(), format!("{registry}/a:1"), "what goes without saying is not said");
        }
    }
}
