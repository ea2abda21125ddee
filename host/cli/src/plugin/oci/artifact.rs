//! How a package looks in an OCI registry: an image manifest with the media types of the CNCF's
//! guide "Wasm OCI Artifact layout", so that every tool of that world (`wkg`, Harbor, containerd's
//! shims) knows what it is, and exactly one layer, the package itself: those tools refuse more.
//!
//! A signature is therefore no second layer. It is an artifact of its own whose `subject` is the
//! package's manifest (a referrer, OCI image specification 1.1): the package's digest stays what
//! it was when a second person signs. It is found under the tag `sha256-…`, the way that the
//! distribution specification gives for registries without a list of referrers; a registry that
//! has one lists it there as well.

use chuishao_domain::digest::digest;
use chuishao_domain::plugin::signature::Signature;
use chuishao_sandbox::package::Package;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const WASM_CONFIG: &str = "application/vnd.wasm.config.v0+json";
const WASM_LAYER: &str = "application/wasm";
const EMPTY: &str = "application/vnd.oci.empty.v1+json";

/// A package's signature, as `plugin sign` writes it.
pub const SIGNATURE: &str = "application/vnd.chuishao.signature.v1+text";

/// Under which a signature's descriptor says whose key made it.
const KEY_ANNOTATION: &str = "cn.chuishao.signature.key";

/// The content that says that there is none, as the image specification writes it.
const NOTHING: &[u8] = b"{}";

/// A piece of content, by its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    pub media_type: String,
    pub digest: String,
    pub size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

impl Descriptor {
    fn new(media_type: &str, bytes: &[u8]) -> Self {
        Self {
            media_type: media_type.into(),
            digest: named(bytes),
            size: bytes.len() as u64,
            artifact_type: None,
            annotations: BTreeMap::new(),
        }
    }
}

/// What an artifact consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    schema_version: u32,
    #[serde(default)]
    media_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    artifact_type: Option<String>,
    config: Descriptor,
    layers: Vec<Descriptor>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<Descriptor>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
}

/// A list of artifacts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Index {
    schema_version: u32,
    #[serde(default)]
    media_type: String,
    pub manifests: Vec<Descriptor>,
}

/// An artifact with its content: the blobs first, then the manifest that names them.
pub struct Artifact {
    pub blobs: Vec<(String, Vec<u8>)>,
    pub manifest: Vec<u8>,
}

impl Artifact {
    fn new(manifest: &Manifest, blobs: Vec<Vec<u8>>) -> Self {
        let blobs = blobs.into_iter().map(|blob| (named(&blob), blob)).collect();
        Self { blobs, manifest: json(manifest) }
    }

    /// The digest by which the artifact is pulled.
    pub fn digest(&self) -> String {
        named(&self.manifest)
    }

    /// What a list says of it.
    fn descriptor(&self) -> Descriptor {
        Descriptor::new(MANIFEST, &self.manifest)
    }
}

/// `sha256:` and the digest.
pub fn named(bytes: &[u8]) -> String {
    format!("sha256:{}", digest(bytes))
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// The configuration of the CNCF's guide, with no moment of its own in it: the same package is
/// the same artifact wherever and whenever it is pushed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WasmConfig<'a> {
    created: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<String>,
    architecture: &'a str,
    os: &'a str,
    layer_digests: [&'a str; 1],
    component: Interfaces<'a>,
}

#[derive(Serialize)]
struct Interfaces<'a> {
    exports: &'a [String],
    imports: &'a [String],
}

/// The artifact of a package.
pub fn of_package(package: &Package) -> Artifact {
    let about = &package.manifest;
    let layer = Descriptor::new(WASM_LAYER, &package.bytes);
    let authors = Some(about.authors.join(", ")).filter(|authors| !authors.is_empty());
    let config = json(&WasmConfig {
        created: "1970-01-01T00:00:00Z",
        author: authors.clone(),
        architecture: "wasm",
        // The guide's word for every component, whatever it imports.
        os: "wasip2",
        layer_digests: [&layer.digest],
        component: Interfaces { exports: &package.exports, imports: &package.imports },
    });
    let said = [
        ("title", Some(about.title.clone())),
        ("version", Some(about.version.to_string())),
        ("licenses", Some(about.license.clone())),
        ("description", Some(about.description.clone()).filter(|text| !text.is_empty())),
        ("authors", authors),
        ("url", about.homepage.clone()),
        ("source", about.source.clone()),
        ("revision", package.metadata.revision.clone()),
    ];
    let said = said.into_iter().filter_map(|(key, text)| Some((format!("org.opencontainers.image.{key}"), text?)));
    let manifest = Manifest {
        schema_version: 2,
        media_type: MANIFEST.into(),
        artifact_type: None,
        config: Descriptor::new(WASM_CONFIG, &config),
        layers: vec![layer],
        subject: None,
        annotations: said.collect(),
    };
    Artifact::new(&manifest, vec![config, package.bytes.to_vec()])
}

/// The artifact of a package's signature.
pub fn of_signature(signature: &Signature, package: &Artifact) -> Artifact {
    let text = signature.to_string().into_bytes();
    let manifest = Manifest {
        schema_version: 2,
        media_type: MANIFEST.into(),
        artifact_type: Some(SIGNATURE.into()),
        config: Descriptor::new(EMPTY, NOTHING),
        layers: vec![Descriptor::new(SIGNATURE, &text)],
        subject: Some(package.descriptor()),
        annotations: [(KEY_ANNOTATION.to_owned(), signature.key.clone())].into(),
    };
    Artifact::new(&manifest, vec![NOTHING.to_vec(), text])
}

/// The tag under which what refers to a manifest is listed.
pub fn referrers_tag(manifest_digest: &str) -> String {
    manifest_digest.replace(':', "-")
}

/// The list of what refers to a package, with this signature in it; `None` when it is there.
pub fn listed(list: Option<Index>, signature: &Artifact, key: &str) -> Option<Vec<u8>> {
    let mut list = list.unwrap_or(Index { schema_version: 2, media_type: INDEX.into(), manifests: Vec::new() });
    let mut descriptor = signature.descriptor();
    descriptor.artifact_type = Some(SIGNATURE.into());
    descriptor.annotations = [(KEY_ANNOTATION.to_owned(), key.to_owned())].into();
    if list.manifests.iter().any(|known| known.digest == descriptor.digest) {
        return None;
    }
    list.manifests.push(descriptor);
    Some(json(&list))
}

impl Index {
    /// The signatures in a list.
    pub fn signatures(&self) -> impl Iterator<Item = &Descriptor> {
        self.manifests.iter().filter(|listed| listed.artifact_type.as_deref() == Some(SIGNATURE))
    }
}

impl Manifest {
    /// The package's layer, if this is the artifact of one component.
    pub fn package(&self) -> Option<&Descriptor> {
        let [layer] = &self.layers[..] else { return None };
        (self.config.media_type == WASM_CONFIG && layer.media_type == WASM_LAYER).then_some(layer)
    }

    /// The signature's layer, if this is the artifact of one over this manifest.
    pub fn signature_of(&self, manifest_digest: &str) -> Option<&Descriptor> {
        let [layer] = &self.layers[..] else { return None };
        let of_this = self.subject.as_ref().is_some_and(|subject| subject.digest == manifest_digest);
        (of_this && layer.media_type == SIGNATURE).then_some(layer)
    }
}
