//! Packages travel through a real registry that speaks HTTPS, and through one that wants a token besides,
//! as a city's Harbor does.

use super::chuishao;
use super::docker_registry::{DockerRegistry, PASSWORD, USER};
use super::signing::{Desk, refused};
use super::token_service::TokenService;
use crate::certificate::Certificate;
use crate::hostile::packages::good;
use crate::server::components::binary;
use std::fs;
use std::process::Command;

#[test]
fn a_registry_is_believed_for_whom_an_authority_vouches() {
    let (city, another, elsewhere) =
        (Certificate::of_loopback(), Certificate::of_loopback(), Certificate::naming("DNS:harbor.weifang.example"));
    let (registry, misplaced) = (DockerRegistry::with_tls(&city), DockerRegistry::with_tls(&elsewhere));
    let (plain, desk) = (DockerRegistry::open(), Desk::new());
    let at =
        |scheme: &str, registry: &DockerRegistry| format!("{scheme}{}/weifang/sample-rule:0.1.0", registry.address);
    let push =
        |target: &str, more: &[&str]| chuishao(&[&["plugin", "push", &desk.text("rule.wasm"), target], more].concat());
    let target = at("https://", &registry);
    let untrusted = push(&target, &[]);
    assert!(untrusted.1.contains("--ca-file") && untrusted.1.contains("不要为此改用 http"), "{untrusted:?}");
    refused(untrusted, "oci.certificate");
    refused(push(&target, &["--ca-file", &another.text()]), "oci.certificate");
    let misplaced = push(&at("https://", &misplaced), &["--ca-file", &elsewhere.text()]);
    assert!(misplaced.1.contains("不是发给这个主机名或地址的"), "{misplaced:?}");
    refused(misplaced, "oci.certificate");
    refused(push(&target, &["--ca-file", &desk.text("rule.wasm")]), "oci.ca-file");
    refused(push(&target, &["--ca-file", &desk.text("missing.pem")]), "file.unreadable");
    refused(push(&at("", &registry), &[]), "oci.refused");
    let in_clear = push(&at("https://", &plain), &["--ca-file", &city.text()]);
    assert!(in_clear.1.contains("在地址前写 http://"), "{in_clear:?}");
    refused(in_clear, "oci.unreachable");

    assert!(desk.sign("rule.wasm", "kuiwen-2026.key").0);
    let (passed, said) = push(&target, &["--ca-file", &city.text()]);
    assert!(passed && said.contains(&format!("https://{}/weifang/sample-rule@sha256:", registry.address)), "{said}");
    // Whom the machine trusts is trusted here.
    let pull = ["plugin", "pull", &target, "--public-key", &desk.text("kuiwen-2026.pub"), "-o", &desk.text("got.wasm")];
    let pulled = Command::new(binary()).args(pull).env("SSL_CERT_FILE", city.file()).output().expect("it starts");
    assert!(pulled.status.success(), "{pulled:?}");
    assert_eq!(fs::read(desk.path("got.wasm")).expect("it reads"), good());
}

#[test]
fn a_registry_may_want_a_token() {
    let city = Certificate::of_loopback();
    let tokens = TokenService::start(&city);
    let (registry, desk) = (DockerRegistry::with_tokens(&city, &tokens.realm()), Desk::new());
    assert!(desk.sign("rule.wasm", "kuiwen-2026.key").0);
    let target = format!("https://{}/weifang/sample-rule:0.1.0", registry.address);
    let run = |args: &[&str], account: Option<(&str, &str)>, more: &[&str]| {
        let mut command = Command::new(binary());
        command.args(args).args(["--ca-file", &city.text()]).args(more);
        if let Some((user, password)) = account {
            command.args(["--user", user]).env("CHUISHAO_REGISTRY_PASSWORD", password);
        }
        let output = command.output().expect("it can be started");
        let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
        assert!(account.is_none_or(|(_, password)| !said.contains(password)), "a password is not printed: {said}");
        (output.status.success(), said)
    };
    let file = desk.text("rule.wasm");
    let push = ["plugin", "push", &file, &target];
    let (right, wrong) = (Some((USER, PASSWORD)), Some((USER, "another-word")));
    let named = ["--token-host", &tokens.address];
    refused(run(&push, right, &[]), "oci.token-host");
    // Where downloads may be sent, nobody is told who asks.
    refused(run(&push, right, &["--follow", &tokens.address]), "oci.token-host");
    assert_eq!(tokens.asked(), [] as [String; 0], "nobody was told anything");
    refused(run(&push, None, &named), "oci.token");
    refused(run(&push, wrong, &named), "oci.token");
    let (passed, said) = run(&push, right, &named);
    assert!(passed, "{said}");
    let name = "repository:weifang/sample-rule";
    let asked = tokens.asked();
    for scope in [format!("{name}:pull"), format!("{name}:pull,push")] {
        assert!(asked.contains(&scope), "{scope}: {asked:?}");
    }

    let (got, key) = (desk.text("got.wasm"), desk.text("kuiwen-2026.pub"));
    let pull = ["plugin", "pull", &target, "-o", &got, "--public-key", &key];
    refused(run(&pull, None, &named), "oci.token");
    let (passed, said) = run(&pull, right, &named);
    assert!(passed && said.contains("密钥 kuiwen-2026，已核对"), "{said}");
    assert_eq!(fs::read(&got).expect("it reads"), good());
}
