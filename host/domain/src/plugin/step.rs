//! The step from one version to the next (版本变更), as semver sees it.

use crate::refusal::Refusal;
use semver::Version;
use serde::{Deserialize, Serialize};

/// What a version is to the one that is approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// 修订号: mends, and promises to ask for nothing new.
    Patch,
    /// 次版本号
    Minor,
    /// 主版本号; below 1.0.0 the second number already is one.
    Major,
    /// 降级: only when it is asked for by name
    Downgrade,
    /// The same number.
    Same,
}

impl Step {
    /// The step between two versions.
    ///
    /// ```
    /// use chuishao_domain::plugin::step::Step;
    /// use semver::Version;
    /// let step = |from: &str, to: &str| Step::between(&Version::parse(from).unwrap(), &Version::parse(to).unwrap());
    /// assert_eq!(step("1.2.0", "1.2.1"), Step::Patch);
    /// assert_eq!(step("1.2.0", "1.3.0"), Step::Minor);
    /// assert_eq!(step("0.2.0", "0.3.0"), Step::Major);
    /// assert_eq!(step("1.2.0", "1.2.0-rc.1"), Step::Downgrade);
    /// ```
    #[must_use]
    pub fn between(from: &Version, to: &Version) -> Self {
        // What stands behind a `+` orders nothing: two such versions are one number.
        match to.cmp_precedence(from) {
            std::cmp::Ordering::Less => Self::Downgrade,
            std::cmp::Ordering::Equal => Self::Same,
            std::cmp::Ordering::Greater if to.major != from.major => Self::Major,
            std::cmp::Ordering::Greater if to.minor != from.minor && to.major == 0 => Self::Major,
            std::cmp::Ordering::Greater if to.minor != from.minor => Self::Minor,
            std::cmp::Ordering::Greater => Self::Patch,
        }
    }

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Patch => "修订",
            Self::Minor => "次版本升级",
            Self::Major => "主版本升级",
            Self::Downgrade => "降级",
            Self::Same => "同一版本",
        }
    }
}

/// Whether a package may be taken in after those that are there: one number is one file for
/// ever, and a lower one is a downgrade that has to be asked for by its number.
///
/// # Errors
/// `version-taken` and `version-downgrade`.
pub fn may_follow<'a>(
    next: (&Version, &str),
    there: impl IntoIterator<Item = (&'a Version, &'a str)>,
    downgrade_to: Option<&Version>,
) -> Result<(), Refusal> {
    let (version, digest) = next;
    let mut newest: Option<&Version> = None;
    for (known, known_digest) in there {
        if Step::between(known, version) == Step::Same && (known_digest != digest || known != version) {
            return Err(Refusal::new(
                "version-taken",
                format!("{known} 版已经入库，内容不同；同一版本号只能对应一个文件，请提升版本号后重新构建"),
                "this version is there with other content; raise the number",
            ));
        }
        if newest.is_none_or(|newest| newest.cmp_precedence(known).is_lt()) {
            newest = Some(known);
        }
    }
    match newest {
        Some(newest) if Step::between(newest, version) == Step::Downgrade && downgrade_to != Some(version) => {
            Err(Refusal::new(
                "version-downgrade",
                format!("{version} 低于已入库的 {newest}；确需降级的，请指明降级到 {version}"),
                "lower than what is there; a downgrade is asked for by its number",
            ))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).expect("a version")
    }

    #[test]
    fn one_number_is_one_file() {
        let there = [(version("1.0.0"), "aa"), (version("1.1.0"), "bb")];
        let there = || there.iter().map(|(version, digest)| (version, *digest));
        let code = |text: &str, digest, down: Option<&str>| {
            let down = down.map(version);
            may_follow((&version(text), digest), there(), down.as_ref()).err().map(|refusal| refusal.code.into_owned())
        };
        assert_eq!(code("1.2.0", "cc", None), None);
        assert_eq!(code("1.1.0", "bb", None), None, "the very file once more");
        assert_eq!(code("1.1.0", "cc", None).as_deref(), Some("version-taken"));
        assert_eq!(code("1.1.0+build.7", "bb", None).as_deref(), Some("version-taken"));
        assert_eq!(code("1.0.1", "dd", None).as_deref(), Some("version-downgrade"));
        assert_eq!(code("1.0.1", "dd", Some("1.0.2")).as_deref(), Some("version-downgrade"));
        assert_eq!(code("1.0.1", "dd", Some("1.0.1")), None);
        assert_eq!(code("1.0.0", "zz", Some("1.0.0")).as_deref(), Some("version-taken"));
    }
}
