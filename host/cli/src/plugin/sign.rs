//! `plugin key`, `plugin sign`, `plugin verify`: who vouches for a package. The private key stays
//! with its owner; its public line is registered with the city, which decides whose it is and
//! how long it is valid.

use super::files::{
    fault, must_be_private, read_component, read_lines, read_package, refused, replace, signature_beside, write_new,
};
use crate::Outcome;
use chuishao_domain::digest::digest;
use chuishao_domain::plugin::key::{Algorithm, PublicKey, SecretKey};
use chuishao_domain::plugin::signature::{Signature, signed_by};
use clap::{Args, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

#[derive(Subcommand)]
pub enum KeyCommand {
    /// 生成一把签名密钥：私钥写入文件，公钥一行印出，交市热线登记 (make a key)
    New(NewKeyArgs),
    /// 再次印出一把密钥的公钥 (print the public line of a key again)
    Public {
        /// 私钥文件
        key: PathBuf,
    },
}

#[derive(Args)]
pub struct NewKeyArgs {
    /// 签名算法
    #[arg(long, default_value = "ed25519")]
    algorithm: KeyAlgorithm,
    /// 密钥名称，含单位和年份，例如 kuiwen-2026；登记后不再改变
    #[arg(long)]
    id: String,
    /// 私钥写入这个新文件（仅本人可读）
    #[arg(short, long)]
    output: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum KeyAlgorithm {
    /// Ed25519，默认
    Ed25519,
    /// 国密 SM2 与 SM3
    Sm2,
}

#[derive(Args)]
pub struct SignArgs {
    /// 插件文件（.wasm）
    file: PathBuf,
    /// 私钥文件
    #[arg(long)]
    key: PathBuf,
}

#[derive(Args)]
pub struct VerifyArgs {
    /// 插件文件（.wasm）
    file: PathBuf,
    /// 签名文件；不写则用插件文件旁的 .sig
    #[arg(long)]
    signature: Option<PathBuf>,
    /// 公钥文件：生成密钥时印出的那一行
    #[arg(long)]
    public_key: PathBuf,
}

pub fn key(command: &KeyCommand) -> Outcome {
    match command {
        KeyCommand::New(args) => new_key(args),
        KeyCommand::Public { key } => {
            println!("{}", public(&read_secret(key)?)?);
            Ok(())
        }
    }
}

fn new_key(args: &NewKeyArgs) -> Outcome {
    let algorithm = match args.algorithm {
        KeyAlgorithm::Ed25519 => Algorithm::Ed25519,
        KeyAlgorithm::Sm2 => Algorithm::Sm2,
    };
    let mut random = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *random).map_err(|error| format!("取不到随机数：{error}"))?;
    let Some(key) = SecretKey::new(algorithm, &args.id, *random) else {
        let words = "密钥名称须以小写字母开头，只含小写字母、数字和连字符，3 到 48 个字符，例如 kuiwen-2026";
        return Err(fault("key.id", "--id", words, "3 to 48 small letters, digits and hyphens").into());
    };
    let line = Zeroizing::new(format!("{}\n", *key.to_line()));
    write_new(&args.output, line.as_bytes(), true)?;
    eprintln!("私钥已写入 {}，请妥善保管，不要外传、不要放进代码库。", args.output.display());
    eprintln!("下面一行是公钥，请交市热线登记 (the public line, to be registered)：");
    println!("{}", public(&key)?);
    Ok(())
}

fn read_secret(path: &Path) -> Result<SecretKey, Box<dyn std::error::Error>> {
    must_be_private(path)?;
    let text = Zeroizing::new(read_lines(path)?);
    Ok(SecretKey::parse(&text).map_err(|refusal| refused(path, refusal))?)
}

fn public(key: &SecretKey) -> Result<PublicKey, Box<dyn std::error::Error>> {
    key.public().ok_or_else(|| "密钥不可用 (the key cannot be used)".into())
}

pub fn sign(args: &SignArgs) -> Outcome {
    // What no host would take in is not worth a signature.
    let package = read_package(&args.file)?;
    let key = read_secret(&args.key)?;
    let signature = key.sign(&package.bytes).ok_or("密钥不能签名 (the key cannot sign)")?;
    let path = signature_beside(&args.file);
    replace(&path, signature.to_string().as_bytes())?;
    let (title, version) = (&package.manifest.title, &package.manifest.version);
    println!("已用密钥 {} 为「{title}」{version} 签名：{}", signature.key, path.display());
    println!("  文件摘要 sha256:{}", package.digest);
    Ok(())
}

pub fn verify(args: &VerifyArgs) -> Outcome {
    let bytes = read_component(&args.file)?;
    let path = args.signature.clone().unwrap_or_else(|| signature_beside(&args.file));
    let signature = Signature::parse(&read_lines(&path)?).map_err(|refusal| refused(&path, refusal))?;
    let key = read_public(&args.public_key)?;
    signed_by(&bytes, &signature, &key).map_err(|refusal| refused(&path, refusal))?;
    println!("签名有效：密钥 {}，文件摘要 sha256:{}", key.id, digest(&bytes));
    println!("  这把密钥归谁、是否仍有效，由市热线的登记决定 (whose the key is stands in the city's register)");
    Ok(())
}

/// Reads the file with a public key's line.
pub fn read_public(path: &Path) -> Result<PublicKey, super::Faults> {
    PublicKey::parse(&read_lines(path)?).map_err(|refusal| refused(path, refusal))
}
