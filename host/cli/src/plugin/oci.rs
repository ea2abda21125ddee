//! `plugin push` and `plugin pull`: a package travels through an OCI registry, with its signature.
//!
//! - `reference`: where it stands;
//! - `artifact`: what it looks like there;
//! - `registry`: the client.

mod artifact;
mod reference;
mod registry;

use super::Faults;
use super::files::{MOST_LINES_BYTES, fault, read_lines, read_package, refused, replace, signature_beside, write_new};
use super::sign::read_public;
use crate::Outcome;
use artifact::{Artifact, INDEX, MANIFEST};
use chuishao_domain::plugin::key::PublicKey;
use chuishao_domain::plugin::signature::{Signature, signed_by};
use chuishao_sandbox::limits::MOST_COMPONENT_BYTES;
use chuishao_sandbox::package::Package;
use chuishao_server::http::{Authorities, AuthoritiesError};
use clap::Args;
use reference::{Reference, Version};
use registry::{Access, Registry};
use std::path::{Path, PathBuf};

/// Signatures of one package that are looked at: its county's, the city's, and some old ones.
const MOST_SIGNATURES: usize = 16;

#[derive(Args)]
pub struct PushArgs {
    /// 插件文件（.wasm）；旁边有签名（.sig）的，一并推送
    file: PathBuf,
    /// 推送到哪里：主机:端口/名称:标签，标签通常是版本号
    target: String,
    /// 必须有这把公钥的有效签名，否则不推送
    #[arg(long)]
    public_key: Option<PathBuf>,
    /// 标签已指向别的内容时，改为指向这一个
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    access: AccessArgs,
}

#[derive(Args)]
pub struct PullArgs {
    /// 从哪里取：主机:端口/名称:标签，或 主机:端口/名称@sha256:摘要
    source: String,
    /// 写入这个新文件；不写则用插件名称.wasm。签名写在旁边（.sig）
    #[arg(short, long)]
    output: Option<PathBuf>,
    /// 必须有这把公钥的有效签名，否则不写文件
    #[arg(long)]
    public_key: Option<PathBuf>,
    #[command(flatten)]
    access: AccessArgs,
}

#[derive(Args)]
struct AccessArgs {
    /// 仓库账号；口令用环境变量 CHUISHAO_REGISTRY_PASSWORD 给出
    #[arg(long)]
    user: Option<String>,
    /// 仓库口令：只从环境变量取，不出现在进程列表里
    #[arg(long, env = "CHUISHAO_REGISTRY_PASSWORD", hide = true, hide_env_values = true, default_value = "")]
    password: String,
    /// 仓库用 https、证书由市里自己的 CA 签发的：CA 证书（PEM 文件）；写了就只信任文件里的，不写则信任本机信任的
    #[arg(long, value_name = "FILE", env = "CHUISHAO_REGISTRY_CA_FILE")]
    ca_file: Option<PathBuf>,
    /// 允许仓库把下载转到这台主机（主机:端口），可写多次；不写则不转去任何别处。账号不会发给它
    #[arg(long)]
    follow: Vec<String>,
    /// 令牌服务在另一台主机（主机:端口）上：允许把账号和口令发给它，可写多次
    #[arg(long)]
    token_host: Vec<String>,
}

impl AccessArgs {
    fn access(&self) -> Result<Access, Faults> {
        let account = self.user.as_ref().map(|user| (user.clone(), self.password.clone()));
        let authorities = self.ca_file.as_deref().map(authorities).transpose()?;
        Ok(Access { account, follow: self.follow.clone(), token_hosts: self.token_host.clone(), authorities })
    }
}

fn authorities(path: &Path) -> Result<Authorities, Faults> {
    let place = path.display().to_string();
    Authorities::read(path).map_err(|error| match error {
        AuthoritiesError::Read(error) => {
            fault("file.unreadable", &place, format!("读不到文件：{error}"), "the file cannot be read")
        }
        AuthoritiesError::TooLarge | AuthoritiesError::None => {
            let words = "不是可用的证书文件：须为 PEM 格式（-----BEGIN CERTIFICATE-----），不超过 1 MB";
            fault("oci.ca-file", &place, words, "the file has no usable certificates in PEM")
        }
    })
}

pub fn push(args: &PushArgs) -> Outcome {
    let reference: Reference = args.target.parse()?;
    let Version::Tag(tag) = &reference.version else {
        return Err(fault("oci.tag", &args.target, "推送要写标签，例如 :1.2.0", "a push needs a tag").into());
    };
    let package = read_package(&args.file)?;
    // A tag that reads as a version says which one it is.
    let version = package.manifest.version.to_string();
    if tag.parse::<semver::Version>().is_ok() && *tag != version.replace('+', "_") {
        let words = format!("标签是 {tag}，插件的版本是 {version}；请改成一致");
        return Err(fault("oci.tag", &args.target, words, "the tag names another version than the package").into());
    }
    let signature = signature_of(&args.file)?;
    if let Some(key) = args.public_key.as_deref().map(read_public).transpose()? {
        must_be_signed(&package, signature.as_slice(), &key, &args.file.display().to_string())?;
    }
    let access = args.access.access()?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let registry = Registry::new(&reference, &access)?;
        let artifact = artifact::of_package(&package);
        let there = registry.tagged(tag).await?;
        if there.as_ref().is_some_and(|there| *there != artifact.digest()) && !args.replace {
            let words =
                format!("标签 {tag} 已指向别的内容；一个版本号只对应一个文件，请提升版本号，确需改指的加 --replace");
            return Err(fault("oci.tag-taken", &args.target, words, "the tag stands for other content").into());
        }
        push_artifact(&registry, &artifact, tag).await?;
        println!("已推送「{}」{version}", package.manifest.title);
        println!("  {}@{}", reference.repository(), artifact.digest());
        if let Some(signature) = signature {
            push_signature(&registry, &artifact, &signature).await?;
            println!("  签名：密钥 {}", signature.key);
        }
        Ok(())
    })
}

/// The signature beside a package, if there is one.
fn signature_of(file: &Path) -> Result<Option<Signature>, Faults> {
    let path = signature_beside(file);
    if !path.is_file() {
        return Ok(None);
    }
    Signature::parse(&read_lines(&path)?).map(Some).map_err(|refusal| refused(&path, refusal))
}

async fn push_artifact(registry: &Registry<'_>, artifact: &Artifact, which: &str) -> Result<(), Faults> {
    for (digest, blob) in &artifact.blobs {
        registry.push_blob(digest, blob).await?;
    }
    registry.push_manifest(which, MANIFEST, &artifact.manifest).await
}

async fn push_signature(registry: &Registry<'_>, package: &Artifact, signature: &Signature) -> Result<(), Faults> {
    let referrer = artifact::of_signature(signature, package);
    push_artifact(registry, &referrer, &referrer.digest()).await?;
    let tag = artifact::referrers_tag(&package.digest());
    match artifact::listed(registry.index(&tag).await?, &referrer, &signature.key) {
        Some(list) => registry.push_manifest(&tag, INDEX, &list).await,
        None => Ok(()),
    }
}

pub fn pull(args: &PullArgs) -> Outcome {
    let reference: Reference = args.source.parse()?;
    let key = args.public_key.as_deref().map(read_public).transpose()?;
    let access = args.access.access()?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let registry = Registry::new(&reference, &access)?;
        let (package, digest) = pull_package(&registry, &reference).await?;
        let mut signatures = pull_signatures(&registry, &digest).await?;
        if let Some(key) = &key {
            signatures.retain(|signature| signature.key == key.id);
            must_be_signed(&package, &signatures, key, &args.source)?;
        }
        let output = args.output.clone().unwrap_or_else(|| format!("{}.wasm", package.manifest.name).into());
        write_new(&output, &package.bytes, false)?;
        println!("已取得「{}」{}：{}", package.manifest.title, package.manifest.version, output.display());
        println!("  {}@{digest}", reference.repository());
        println!("  文件摘要 sha256:{}", package.digest);
        for (number, signature) in signatures.iter().enumerate() {
            // One lies beside the file as `plugin sign` leaves it; others are told apart by their keys.
            let path = match number {
                0 => signature_beside(&output),
                _ => signature_beside(&output.with_extension(format!("{}.wasm", signature.key))),
            };
            replace(&path, signature.to_string().as_bytes())?;
            let checked = if key.is_some() { "，已核对" } else { "，未核对" };
            println!("  签名：密钥 {}{checked}：{}", signature.key, path.display());
        }
        Ok(())
    })
}

async fn pull_package(registry: &Registry<'_>, reference: &Reference) -> Result<(Package, String), Faults> {
    let which = reference.version.to_string();
    let (manifest, digest) = registry.manifest(&which).await?.ok_or_else(|| registry.missing(&which))?;
    let Some(layer) = manifest.package() else {
        let words = "这里放的不是 WebAssembly 组件（须为 application/wasm 的单层制品）";
        return Err(fault("oci.not-a-package", &reference.to_string(), words, "not an artifact of one component"));
    };
    if layer.size > MOST_COMPONENT_BYTES as u64 {
        let words = format!("组件有 {} 字节，最多 {MOST_COMPONENT_BYTES} 字节", layer.size);
        return Err(fault("package.size", &reference.to_string(), words, "the component is too large"));
    }
    let bytes = registry.blob(&layer.digest, layer.size).await?;
    Ok((Package::read(&bytes).map_err(Faults)?, digest))
}

async fn pull_signatures(registry: &Registry<'_>, package_digest: &str) -> Result<Vec<Signature>, Faults> {
    let Some(list) = registry.index(&artifact::referrers_tag(package_digest)).await? else { return Ok(Vec::new()) };
    let mut signatures = Vec::new();
    for listed in list.signatures().take(MOST_SIGNATURES) {
        let Some((manifest, _)) = registry.manifest(&listed.digest).await? else { continue };
        let layer = manifest.signature_of(package_digest).filter(|layer| layer.size <= MOST_LINES_BYTES as u64);
        let Some(layer) = layer else { continue };
        let text = registry.blob(&layer.digest, layer.size).await?;
        signatures.extend(Signature::parse(&String::from_utf8_lossy(&text)));
    }
    Ok(signatures)
}

fn must_be_signed(package: &Package, found: &[Signature], key: &PublicKey, place: &str) -> Result<(), Faults> {
    let checked = found.iter().map(|signature| signed_by(&package.bytes, signature, key));
    match checked.reduce(|one, other| one.or(other)) {
        Some(Ok(())) => Ok(()),
        Some(Err(refusal)) => Err(refused(Path::new(place), refusal)),
        None => {
            let words = format!("没有密钥 {} 的签名", key.id);
            Err(fault("oci.unsigned", place, words, "there is no signature of this key"))
        }
    }
}
