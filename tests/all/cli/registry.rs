//! Packages travel through a real registry, with their signatures.

use super::chuishao;
use super::docker_registry::{DockerRegistry, PASSWORD, USER};
use super::signing::{Desk, refused};
use crate::hostile::packages::{good, sample};
use crate::server::components::binary;
use chuishao_domain::digest::digest;
use chuishao_sandbox::package::with_manifest;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

/// What a registry answers to a program that knows OCI, of this media type.
fn document(url: &str, media_type: &str) -> Value {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let client = chuishao_server::http::client().build().expect("a client");
        let answer = client.get(url).header("accept", media_type).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    })
}

fn pushed(desk: &Desk, target: &str) -> String {
    let (passed, said) = chuishao(&["plugin", "push", &desk.text("rule.wasm"), target]);
    assert!(passed, "{said}");
    let line = said.lines().find_map(|line| line.split_once('@')).expect("where it stands");
    line.1.to_owned()
}

#[test]
fn a_package_travels_with_its_signatures() {
    let (registry, desk) = (DockerRegistry::open(), Desk::new());
    let name = format!("{}/weifang/sample-rule", registry.address);
    let target = format!("{name}:0.1.0");
    let unsigned = pushed(&desk, &target);
    let pull = |source: &str, to: &str, more: &[&str]| {
        chuishao(&[&["plugin", "pull", source, "-o", &desk.text(to)], more].concat())
    };
    let kuiwen = desk.text("kuiwen-2026.pub");
    refused(pull(&target, "got.wasm", &["--public-key", &kuiwen]), "oci.unsigned");
    assert!(!desk.path("got.wasm").exists(), "nothing is written");

    for key in ["kuiwen-2026.key", "weifang-2026.key", "kuiwen-2026.key"] {
        assert!(desk.sign("rule.wasm", key).0);
        assert_eq!(pushed(&desk, &target), unsigned, "a signature does not change what it signs");
    }
    let (passed, said) = pull(&target, "got.wasm", &["--public-key", &kuiwen]);
    assert!(passed && said.contains("密钥 kuiwen-2026，已核对"), "{said}");
    assert_eq!(fs::read(desk.path("got.wasm")).expect("it reads"), good());
    let (valid, said) = chuishao(&["plugin", "verify", &desk.text("got.wasm"), "--public-key", &kuiwen]);
    assert!(valid, "{said}");
    refused(pull(&target, "got.wasm", &[]), "file.exists");

    let (passed, said) = pull(&format!("{name}@{unsigned}"), "both.wasm", &[]);
    assert!(passed && said.contains("kuiwen-2026，未核对") && said.contains("weifang-2026，未核对"), "{said}");
    let second = desk.text("both.weifang-2026.wasm.sig");
    let (file, key) = (desk.text("both.wasm"), desk.text("weifang-2026.pub"));
    let (valid, said) = chuishao(&["plugin", "verify", &file, "--signature", &second, "--public-key", &key]);
    assert!(valid, "{said}");
}

/// What `wkg`, Harbor and others look for: the CNCF's media types, one layer, and what a package
/// says of itself.
#[test]
fn other_tools_find_what_they_know() {
    let (registry, desk) = (DockerRegistry::open(), Desk::new());
    assert!(desk.sign("rule.wasm", "kuiwen-2026.key").0);
    let package = pushed(&desk, &format!("{}/sample-rule:0.1.0", registry.address));
    let base = format!("http://{}/v2/sample-rule", registry.address);
    let manifest = "application/vnd.oci.image.manifest.v1+json";
    let found = document(&format!("{base}/manifests/0.1.0"), manifest);
    let layer = json!({ "mediaType": "application/wasm", "digest": format!("sha256:{}", digest(&good())), "size": good().len() });
    assert_eq!((&found["mediaType"], &found["layers"]), (&json!(manifest), &json!([layer])));
    assert_eq!(found["config"]["mediaType"], "application/vnd.wasm.config.v0+json");
    assert_eq!(found["annotations"]["org.opencontainers.image.version"], "0.1.0");
    assert_eq!(found["annotations"]["org.opencontainers.image.licenses"], "Apache-2.0");
    let config = found["config"]["digest"].as_str().expect("a digest");
    let config = document(&format!("{base}/blobs/{config}"), "*/*");
    assert_eq!((&config["architecture"], &config["os"]), (&json!("wasm"), &json!("wasip2")));
    assert_eq!(config["layerDigests"], json!([layer["digest"]]));
    assert_eq!(config["component"]["exports"], json!(["chuishao:rule/handler@2.1.0"]));

    let index = "application/vnd.oci.image.index.v1+json";
    let list = document(&format!("{base}/manifests/{}", package.replace(':', "-")), index);
    assert_eq!(list["mediaType"], index);
    let [listed] = &list["manifests"].as_array().expect("a list")[..] else { panic!("one signature: {list}") };
    assert_eq!(listed["artifactType"], "application/vnd.chuishao.signature.v1+text");
    assert_eq!(listed["annotations"]["cn.chuishao.signature.key"], "kuiwen-2026");
    let signature = document(&format!("{base}/manifests/{}", listed["digest"].as_str().expect("a digest")), manifest);
    assert_eq!(signature["subject"]["digest"], json!(package));
    assert_eq!(signature["config"]["mediaType"], "application/vnd.oci.empty.v1+json");
}

#[test]
fn a_signature_of_something_else_is_found() {
    let (registry, desk) = (DockerRegistry::open(), Desk::new());
    assert!(desk.sign("rule.wasm", "kuiwen-2026.key").0);
    let mut changed = sample();
    changed.title = "改过的".into();
    fs::write(desk.path("rule.wasm"), with_manifest(&good(), &changed)).expect("it is written");
    let target = format!("{}/sample-rule:0.1.0", registry.address);
    let key = desk.text("kuiwen-2026.pub");
    refused(chuishao(&["plugin", "push", &desk.text("rule.wasm"), &target, "--public-key", &key]), "signature-wrong");
    pushed(&desk, &target);
    let pull = ["plugin", "pull", &target, "-o", &desk.text("got.wasm"), "--public-key", &key];
    refused(chuishao(&pull), "signature-wrong");
    assert!(!desk.path("got.wasm").exists(), "nothing is written");
}

#[test]
fn one_tag_is_one_file_unless_it_is_said() {
    let (registry, desk) = (DockerRegistry::open(), Desk::new());
    let name = format!("{}/sample-rule", registry.address);
    let push =
        |target: &str, more: &[&str]| chuishao(&[&["plugin", "push", &desk.text("rule.wasm"), target], more].concat());
    let first = pushed(&desk, &format!("{name}:latest"));
    assert_eq!(pushed(&desk, &format!("{name}:latest")), first, "the same once more");
    refused(push(&format!("{name}:0.2.0"), &[]), "oci.tag");
    refused(push(&format!("{name}@{first}"), &[]), "oci.tag");
    refused(push("sample-rule", &[]), "oci.reference");

    let mut next = sample();
    next.version.minor = 2;
    fs::write(desk.path("rule.wasm"), with_manifest(&good(), &next)).expect("it is written");
    refused(push(&format!("{name}:latest"), &[]), "oci.tag-taken");
    let (passed, said) = push(&format!("{name}:latest"), &["--replace"]);
    assert!(passed && !said.contains(&first), "{said}");
    let (passed, _) = chuishao(&["plugin", "pull", &format!("{name}@{first}"), "-o", &desk.text("first.wasm")]);
    assert!(passed && fs::read(desk.path("first.wasm")).expect("it reads") == good(), "a digest is for ever");
    refused(chuishao(&["plugin", "pull", &format!("{name}:0.9.0")]), "oci.missing");
    refused(chuishao(&["plugin", "pull", "127.0.0.1:1/sample-rule:latest"]), "oci.unreachable");
}

#[test]
fn a_registry_may_want_an_account() {
    let (registry, desk) = (DockerRegistry::with_account(), Desk::new());
    let target = format!("{}/sample-rule:0.1.0", registry.address);
    let push = |user: &str, password: &str| {
        let mut command = Command::new(binary());
        command.args(["plugin", "push", &desk.text("rule.wasm"), &target]);
        if !user.is_empty() {
            command.args(["--user", user]).env("CHUISHAO_REGISTRY_PASSWORD", password);
        }
        let output = command.output().expect("it can be started");
        let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
        assert!(password.is_empty() || !said.contains(password), "a password is not printed: {said}");
        (output.status.success(), said)
    };
    refused(push("", ""), "oci.denied");
    refused(push(USER, "another-word"), "oci.denied");
    let (passed, said) = push(USER, PASSWORD);
    assert!(passed, "{said}");
}
