//! Keys and signatures as an author makes and checks them.

use super::chuishao;
use crate::hostile::packages::{good, sample};
use chuishao_sandbox::package::with_manifest;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A folder with a package and a key of each algorithm, `NAME.key` and `NAME.pub`.
pub(super) struct Desk {
    pub(super) folder: tempfile::TempDir,
}

impl Desk {
    pub(super) fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::write(desk.path("rule.wasm"), good()).expect("it is written");
        for (name, algorithm) in [("kuiwen-2026", "ed25519"), ("weifang-2026", "sm2")] {
            let key = desk.text(&format!("{name}.key"));
            let (made, said) = chuishao(&["plugin", "key", "new", "--algorithm", algorithm, "--id", name, "-o", &key]);
            assert!(made, "{said}");
            let line = said.lines().find(|line| line.starts_with("chuishao-public ")).expect("the public line");
            assert!(line.starts_with(&format!("chuishao-public {algorithm} {name} ")), "{line}");
            fs::write(desk.path(&format!("{name}.pub")), line).expect("it is written");
            let secret = fs::read_to_string(desk.path(&format!("{name}.key"))).expect("it reads");
            let secret = secret.split_whitespace().last().expect("the key itself");
            assert!(!said.contains(secret), "a secret is not printed");
        }
        desk
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.path(name).to_string_lossy().into_owned()
    }

    pub(super) fn sign(&self, file: &str, key: &str) -> (bool, String) {
        chuishao(&["plugin", "sign", &self.text(file), "--key", &self.text(key)])
    }

    fn verify(&self, file: &str, key: &str) -> (bool, String) {
        chuishao(&["plugin", "verify", &self.text(file), "--public-key", &self.text(key)])
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

/// That a command failed with this code.
pub(super) fn refused((passed, said): (bool, String), code: &str) {
    assert!(!passed && said.contains(&format!("[{code}]")), "{code}: {said}");
}

#[test]
fn a_signature_shows_who_made_it_and_over_what() {
    let desk = Desk::new();
    for key in ["kuiwen-2026", "weifang-2026"] {
        let (signed, said) = desk.sign("rule.wasm", &format!("{key}.key"));
        assert!(signed && said.contains(&format!("已用密钥 {key} 为「示例规则」0.1.0 签名")), "{said}");
        let (valid, said) = desk.verify("rule.wasm", &format!("{key}.pub"));
        let digest = chuishao_domain::digest::digest(&good());
        assert!(valid && said.contains(&format!("签名有效：密钥 {key}，文件摘要 sha256:{digest}")), "{said}");
        let (_, said) = chuishao(&["plugin", "show", &desk.text("rule.wasm")]);
        assert!(said.contains(&format!("签名：密钥 {key}")), "{said}");
        let again = chuishao(&["plugin", "key", "public", &desk.text(&format!("{key}.key"))]);
        let line = fs::read_to_string(desk.path(&format!("{key}.pub"))).expect("it reads");
        assert_eq!(again, (true, format!("{line}\n")));
    }
    refused(desk.verify("rule.wasm", "kuiwen-2026.pub"), "signature-other-key");
    let mut other = sample();
    other.title = "另一个".into();
    fs::write(desk.path("rule.wasm"), with_manifest(&good(), &other)).expect("it is written");
    refused(desk.verify("rule.wasm", "weifang-2026.pub"), "signature-wrong");
}

#[test]
fn keys_are_kept_from_others_and_never_written_over() {
    let desk = Desk::new();
    let key = desk.path("kuiwen-2026.key");
    assert_eq!(mode(&key), 0o600);
    let before = fs::read(&key).expect("it reads");
    let again = ["plugin", "key", "new", "--id", "kuiwen-2026", "-o", &desk.text("kuiwen-2026.key")];
    refused(chuishao(&again), "file.exists");
    assert_eq!(fs::read(&key).expect("it reads"), before);
    refused(chuishao(&["plugin", "key", "new", "--id", "奎文", "-o", &desk.text("new.key")]), "key.id");
    assert!(!desk.path("new.key").exists());
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).expect("it is ours");
    refused(desk.sign("rule.wasm", "kuiwen-2026.key"), "key.exposed");
}

#[test]
fn what_is_no_key_no_signature_and_no_package_is_said() {
    let desk = Desk::new();
    fs::set_permissions(desk.path("kuiwen-2026.pub"), fs::Permissions::from_mode(0o600)).expect("it is ours");
    refused(desk.sign("rule.wasm", "kuiwen-2026.pub"), "key-malformed");
    refused(desk.verify("rule.wasm", "kuiwen-2026.pub"), "file.unreadable");
    fs::write(desk.path("rule.wasm.sig"), "chuishao-signature 2").expect("it is written");
    refused(desk.verify("rule.wasm", "kuiwen-2026.pub"), "signature-malformed");
    fs::write(desk.path("rule.wasm.sig"), vec![b'a'; 5000]).expect("it is written");
    refused(desk.verify("rule.wasm", "kuiwen-2026.pub"), "file.size");
    fs::write(desk.path("rule.wasm.sig"), [0xff, 0xfe]).expect("it is written");
    refused(desk.verify("rule.wasm", "kuiwen-2026.pub"), "file.not-text");
    fs::write(desk.path("text.wasm"), "热线").expect("it is written");
    refused(desk.sign("text.wasm", "kuiwen-2026.key"), "package.not-wasm");
    assert!(!desk.path("text.wasm.sig").exists());
    // The private key where the public line is wanted is not repeated.
    let (_, said) = desk.verify("rule.wasm", "kuiwen-2026.key");
    let secret = fs::read_to_string(desk.path("kuiwen-2026.key")).expect("it reads");
    assert!(!said.contains(secret.split_whitespace().last().expect("the key itself")), "{said}");
}
