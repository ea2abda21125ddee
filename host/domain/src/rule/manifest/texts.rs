//! What a manifest says in words: shown to people, printed on terminals, and read by programs
//! that know licences and addresses.

use super::Manifest;
use crate::plain::{escaped, is_hidden};

/// Longest text in a manifest, in characters: a paragraph for the people who decide.
const MOST_TEXT_CHARS: usize = 1000;

/// Tells every fault in the texts of a manifest: what is hidden in them or too long, a licence that
/// is no SPDX expression, an address that is none.
pub(super) fn check(manifest: &Manifest, fault: &mut impl FnMut(&'static str, &str, &str, &str)) {
    if spdx::Expression::parse(&manifest.license).is_err() {
        fault(
            "manifest.license",
            "license",
            "请按 SPDX 写许可证，例如 Apache-2.0；不公开的写 LicenseRef-加名称，例如 LicenseRef-Weifang",
            "an SPDX expression, for example Apache-2.0, or LicenseRef-… for a licence of one's own",
        );
    }
    for (place, address) in [("homepage", &manifest.homepage), ("source", &manifest.source)] {
        if address.as_deref().is_some_and(|address| !is_address(address)) {
            fault(
                "manifest.address",
                place,
                "请写 http:// 或 https:// 开头的完整网址，不含空格",
                "a whole http or https address without spaces",
            );
        }
    }
    let own = [("title", &manifest.title), ("description", &manifest.description), ("license", &manifest.license)];
    let own = own.into_iter().map(|(place, text)| (place.to_owned(), text));
    let addresses = [("homepage", &manifest.homepage), ("source", &manifest.source)];
    let addresses = addresses.into_iter().filter_map(|(place, text)| Some((place.to_owned(), text.as_ref()?)));
    let authors = manifest.authors.iter().map(|author| ("authors".to_owned(), author));
    let settings = manifest.settings.iter().flat_map(|(name, spec)| {
        [(format!("settings.{name}"), &spec.title), (format!("settings.{name}"), &spec.description)]
    });
    let fields = manifest.fields.iter().map(|(name, spec)| (format!("fields.{name}"), &spec.title));
    let modes = manifest.modes.iter().map(|mode| ("modes".to_owned(), mode));
    for (place, text) in own.chain(addresses).chain(authors).chain(settings).chain(fields).chain(modes) {
        let hidden = text.chars().any(|c| is_hidden(c) && c != '\n');
        if hidden || text.chars().count() > MOST_TEXT_CHARS {
            fault(
                "manifest.text",
                &escaped(&place),
                "文字须为不超过 1000 字的纯文本，不含控制字符、方向标记和零宽字符",
                "plain text of at most 1000 characters, without control, direction or zero-width characters",
            );
        }
    }
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '['))
        && !text.contains(char::is_whitespace)
}
