//! The book of addresses (地址簿): each route is written down once, with the action that it leads to
//! and with what it takes and answers. The router, the gate's doors and the OpenAPI text are made
//! from the same line, so that none of them can tell another story.

use super::written::{bounded, place};
use crate::desk::Desk;
use axum::Router;
use axum::http::Method;
use axum::routing::MethodRouter;
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::scope;
use chuishao_domain::account::role::Role;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Anybody: nothing of a person or of the work is behind it.
    Open,
    /// Whoever may do this.
    To(Action),
}

/// What there is at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// This door.
    Door(Door),
    /// The address takes other methods.
    OtherMethod,
    /// No door was put there: it stays shut.
    Nothing,
}

/// The doors, by address.
#[derive(Clone, Debug, Default)]
pub struct Doors(BTreeMap<&'static str, Vec<(&'static str, Door)>>);

impl Doors {
    /// What there is at an address, as the router writes it.
    pub fn find(&self, method: &Method, path: &str) -> Found {
        let Some(doors) = self.0.get(path) else { return Found::Nothing };
        // Whoever may read something may ask for its head.
        let method = if method == Method::HEAD { "GET" } else { method.as_str() };
        let found = doors.iter().find(|(of, _)| *of == method);
        found.map_or(Found::OtherMethod, |(_, door)| Found::Door(*door))
    }

    /// All of them: method, address, who may come in.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &'static str, Door)> {
        self.0.iter().flat_map(|(path, doors)| doors.iter().map(move |(method, door)| (*method, *path, *door)))
    }
}

/// How the schema of a type is made.
type Make = fn(&mut SchemaGenerator) -> Schema;

/// What an address takes and answers.
pub struct Doc {
    summary: &'static str,
    query: Option<Make>,
    body: Option<(&'static str, Option<Make>)>,
    answers: Vec<(u16, &'static str, Option<Make>)>,
    /// Name, how it is written, what it says.
    headers: Vec<(&'static str, &'static str, &'static str)>,
    is_versioned: bool,
}

const JSON: &str = "application/json";

/// Begins to tell of an address.
pub fn doc(summary: &'static str) -> Doc {
    Doc { summary, query: None, body: None, answers: vec![], headers: vec![], is_versioned: false }
}

impl Doc {
    /// Its query.
    pub fn query<Q: JsonSchema>(self) -> Self {
        Self { query: Some(Q::json_schema), ..self }
    }

    /// Its body.
    pub fn body<B: JsonSchema>(self) -> Self {
        Self { body: Some((JSON, Some(SchemaGenerator::subschema_for::<B>))), ..self }
    }

    /// A body that is no JSON.
    pub fn raw_body(self, kind: &'static str) -> Self {
        Self { body: Some((kind, None)), ..self }
    }

    /// What it answers when all is well.
    pub fn answers<A: JsonSchema>(self, status: u16) -> Self {
        self.answer(status, JSON, Some(SchemaGenerator::subschema_for::<A>))
    }

    /// An answer that is no JSON; without a kind it has no body.
    pub fn answers_as(self, status: u16, kind: &'static str) -> Self {
        self.answer(status, kind, None)
    }

    fn answer(mut self, status: u16, kind: &'static str, make: Option<Make>) -> Self {
        self.answers.push((status, kind, make));
        self
    }

    /// A header that it reads; `pattern` is how it is written.
    pub fn header(mut self, name: &'static str, pattern: &'static str, what: &'static str) -> Self {
        self.headers.push((name, pattern, what));
        self
    }

    /// A command that is done once under its key.
    pub fn once(self) -> Self {
        self.header(
            "Idempotency-Key",
            "^[!-~]{1,128}$",
            "同一请求用同一个键重复发送，只办理一次，回执相同；1 到 128 个可见字符",
        )
    }

    /// What it reads stands at a version.
    pub fn versioned(self) -> Self {
        Self { is_versioned: true, ..self }
    }

    /// A command on something at a version.
    pub fn if_match(self) -> Self {
        self.header("If-Match", r#"^(\*|"[0-9]{1,18}")$"#, "所见的版本，例如 \"7\"；已不是这一版时拒绝（412）")
    }
}

/// The addresses so far.
pub struct Book {
    router: Router<Arc<Desk>>,
    doors: Doors,
    paths: BTreeMap<String, Map<String, Value>>,
    /// Schemas of what is read, and of what is written: a field may be left out of one and be always
    /// there in the other.
    read: SchemaGenerator,
    written: SchemaGenerator,
}

/// Where schemas of what is read stand while the text is made; no component may be called so.
const READ: &str = "/read";

impl Book {
    /// An empty one.
    pub fn new() -> Self {
        let settings = |path: &'static str| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = path.into();
                settings.meta_schema = None;
            })
        };
        Self {
            router: Router::new(),
            doors: Doors::default(),
            paths: BTreeMap::new(),
            read: settings(READ).for_deserialize().into_generator(),
            written: settings("/components/schemas").for_serialize().into_generator(),
        }
    }

    /// Writes a route down.
    pub fn at(
        mut self,
        method: &'static str,
        path: &'static str,
        door: Door,
        route: MethodRouter<Arc<Desk>>,
        doc: Doc,
    ) -> Self {
        self.router = self.router.route(path, route);
        self.doors.0.entry(path).or_default().push((method, door));
        let operation = self.operation(method, path, door, &doc);
        let documented = path.replace("{*", "{");
        self.paths.entry(documented).or_default().insert(method.to_ascii_lowercase(), operation);
        self
    }

    fn operation(&mut self, method: &str, path: &str, door: Door, doc: &Doc) -> Value {
        let mut parameters: Vec<Value> = path
            .split(['{', '}'])
            .skip(1)
            .step_by(2)
            .map(|name| {
                let name = name.trim_start_matches('*');
                json!({ "name": name, "in": "path", "required": true, "schema": place(path, name) })
            })
            .collect();
        if let Some(make) = doc.query {
            parameters.extend(query_parameters(&make(&mut self.read)));
        }
        if let Door::To(_) = door {
            let what = "以哪个岗位办理，例如 reviewer；只有一个岗位的可不写";
            parameters.push(header_parameter("Chuishao-Actor", POST_PATTERN, what));
        }
        parameters.extend(doc.headers.iter().map(|(name, pattern, what)| header_parameter(name, pattern, what)));
        let mut responses = Map::new();
        for (status, kind, make) in &doc.answers {
            let schema = make.map_or(json!({}), |make| make(&mut self.written).to_value());
            let entry = responses.entry(status.to_string()).or_insert_with(|| json!({ "description": "办理成功" }));
            if !kind.is_empty() {
                entry["content"][*kind]["schema"] = schema;
            }
            if doc.is_versioned && *status == 200 {
                let etag = json!({ "description": "版本，用于 If-Match", "schema": { "type": "string" } });
                entry["headers"]["ETag"] = etag;
            }
        }
        for status in refusals(method, path, door, doc) {
            // Where a room refuses in a form of its own, the gate still refuses in the usual one.
            match responses.get_mut(&status.to_string()) {
                Some(own) => own["content"]["application/problem+json"]["schema"] = problem_schema(),
                None => {
                    let usual = json!({ "$ref": format!("#/components/responses/{status}") });
                    responses.insert(status.to_string(), usual);
                }
            }
        }
        let tag = path.trim_start_matches("/v1").split('/').nth(1).unwrap_or_default();
        let mut operation = json!({
            "operationId": format!("{}{}", method.to_ascii_lowercase(), path.replace(['/', '{', '}', '*', '.'], "_")),
            "summary": doc.summary,
            "tags": [tag],
            "parameters": parameters,
            "responses": responses,
        });
        match door {
            Door::Open => operation["security"] = json!([]),
            Door::To(action) => {
                let may = Role::ALL.into_iter().filter(|role| scope(*role, action).is_some());
                let may: Vec<&str> = may.map(Role::key).collect();
                operation["x-action"] = json!(action.key());
                operation["x-roles"] = json!(may);
            }
        }
        if let Some((kind, make)) = &doc.body {
            let schema = make.map_or(json!({}), |make| make(&mut self.read).to_value());
            operation["requestBody"] = json!({ "required": true, "content": { *kind: { "schema": schema } } });
        }
        operation
    }

    /// The router, the doors, and the text.
    pub fn close(mut self) -> (Router<Arc<Desk>>, Doors, String) {
        let mut schemas = self.written.take_definitions(true);
        for (name, schema) in self.read.take_definitions(true) {
            schemas.insert(format!("Read.{name}"), schema);
        }
        let described = |status: u16, what: &str| {
            let mut response = json!({
                "description": what,
                "content": { "application/problem+json": { "schema": problem_schema() } },
            });
            let text = json!({ "schema": { "type": "string" } });
            match status {
                401 => response["headers"]["WWW-Authenticate"] = text,
                405 => response["headers"]["Allow"] = text,
                429 => response["headers"]["Retry-After"] = json!({ "schema": { "type": "integer" } }),
                _ => {}
            }
            (status.to_string(), response)
        };
        let responses: Map<String, Value> = REFUSALS.iter().map(|(status, what)| described(*status, what)).collect();
        let schema = super::problem::Problem::json_schema(&mut self.written).to_value();
        schemas.insert("Problem".to_owned(), schema);
        for (name, schema) in self.written.take_definitions(true) {
            schemas.entry(name).or_insert(schema);
        }
        let mut told = json!({
            "openapi": "3.1.0",
            "info": {
                "title": "吹哨 Chuishao：12345 热线工单服务",
                "version": env!("CARGO_PKG_VERSION"),
                "description": "错误均为 Problem Details（RFC 9457），code 稳定，detail 为中文。谁能做什么见权限表。",
                "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            },
            "servers": [{ "url": "/" }],
            "security": [{ "token": [] }, { "session": [] }],
            "paths": self.paths,
            "components": {
                "schemas": schemas,
                "responses": responses,
                "securitySchemes": {
                    "token": { "type": "http", "scheme": "bearer", "description": "系统账号的令牌" },
                    "session": { "type": "apiKey", "in": "cookie", "name": "chuishao-session", "description": "个人登录的会话" },
                },
            },
        });
        bounded(&mut told);
        let text = told.to_string().replace(&format!("\"#{READ}/"), "\"#/components/schemas/Read.");
        (self.router, self.doors, text)
    }
}

/// Every refusal there is, by its status.
const REFUSALS: [(u16, &str); 14] = [
    (400, "请求有误"),
    (401, "没有登录，或登录已失效"),
    (403, "无权办理"),
    (404, "没有这一项"),
    (405, "这个地址不支持该方法"),
    (409, "与现状冲突"),
    (412, "已不是所见的版本"),
    (413, "请求过大"),
    (415, "请求体没有写明是 JSON"),
    (422, "不符合规则"),
    (429, "请求过于频繁，请按 Retry-After 再试"),
    (500, "内部错误"),
    (502, "单点登录服务暂不可用"),
    (503, "数据库暂不可用"),
];

/// How an address may refuse.
fn refusals(method: &str, path: &str, door: Door, doc: &Doc) -> Vec<u16> {
    let mut statuses = vec![400, 429, 500, 503];
    if let Door::To(_) = door {
        statuses.extend([401, 403]);
    }
    if path.contains('{') || door == Door::Open {
        statuses.push(404);
    }
    if method == "GET" {
        statuses.extend([409, 422]);
    } else {
        statuses.extend([404, 409, 413, 422]);
    }
    if doc.headers.iter().any(|(name, ..)| *name == "If-Match") {
        statuses.push(412);
    }
    if doc.body.as_ref().is_some_and(|(kind, _)| *kind == JSON) {
        statuses.push(415);
    }
    if matches!(door, Door::Open) && method == "POST" {
        statuses.push(403);
    }
    if path.contains("/single-sign-on") {
        statuses.push(502);
    }
    statuses
}

fn problem_schema() -> Value {
    json!({ "$ref": "#/components/schemas/Problem" })
}

/// How a post is written, alone or with its place and number.
const POST_PATTERN: &str = "^[a-z-]+(:[0-9A-Za-z-]{1,32}){0,2}$";

fn header_parameter(name: &str, pattern: &str, what: &str) -> Value {
    let schema = json!({ "type": "string", "pattern": pattern });
    json!({ "name": name, "in": "header", "required": false, "description": what, "schema": schema })
}

/// Each property of a query's schema is a parameter.
fn query_parameters(schema: &Schema) -> Vec<Value> {
    let schema = schema.as_value();
    let required = |name: &str| {
        schema["required"].as_array().is_some_and(|names| names.iter().any(|of| of.as_str() == Some(name)))
    };
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, of)| {
            // A query has no null: what may be null may be left out.
            let mut of = of.clone();
            if let Some(kinds) = of["type"].as_array() {
                let kinds: Vec<Value> = kinds.iter().filter(|kind| *kind != "null").cloned().collect();
                of["type"] = if kinds.len() == 1 { kinds[0].clone() } else { json!(kinds) };
            }
            if let Some(choices) = of["anyOf"].as_array() {
                let choices: Vec<Value> = choices.iter().filter(|choice| choice["type"] != "null").cloned().collect();
                if let [only] = &choices[..] {
                    of = only.clone();
                }
            }
            json!({ "name": name, "in": "query", "required": required(name), "schema": of })
        })
        .collect()
}
