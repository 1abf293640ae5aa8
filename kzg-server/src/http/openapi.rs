//! The OpenAPI document, from the tables of endpoints, handlers and problems.

use serde_json::{Map, Value, json};

use super::endpoint::Endpoint;
use crate::bulk::Bulk;
use crate::problem::{Class, TABLE};
use crate::service::Service;
use crate::wire::handler::{Field, FieldKind, Handler, Output, RawLength};

/// A page that reads the document and sends requests.
pub(super) const PAGE: &str = include_str!("page.html");

/// The document.
pub(super) fn document(service: &Service) -> Value {
    let mut paths = Map::new();
    for (path, endpoint) in Endpoint::all() {
        let method = endpoint.method().as_str().to_ascii_lowercase();
        paths.insert(path, json!({ method: operation(endpoint) }));
    }
    let problems: Map<String, Value> = TABLE
        .iter()
        .filter(|row| row.class != Class::Left)
        .map(|row| (row.name.to_owned(), problem(row.title)))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "KZG commitments",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "KZG commitments, proofs and cells of EIP-4844 and EIP-7594",
            "description": format!(
                "The input of a test vector of the consensus specifications is the body of a \
                 request. A wrong proof is answered with 200 and false, malformed input with 400. \
                 Bodies of at most {} bytes are read.",
                service.options().body_bytes
            ),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{}, { "bearer": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
            "responses": problems,
            "schemas": schemas(),
        },
    })
}

fn hex(bytes: usize) -> Value {
    json!({
        "type": "string",
        "description": format!("{bytes} bytes as hexadecimal digits"),
        "pattern": format!("^(0x)?[0-9a-fA-F]{{{}}}$", 2 * bytes),
    })
}

/// Raw bytes. Version 3.1 of OpenAPI also allows no schema, for which generators of clients make code
/// that does not work.
fn bytes() -> Value {
    json!({ "type": "string", "format": "binary" })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn list_of(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn schemas() -> Value {
    json!({
        "Blob": { "type": "string", "description": "131072 bytes as hexadecimal digits" },
        "Cell": { "type": "string", "description": "2048 bytes as hexadecimal digits" },
        "Point": hex(48),
        "Scalar": hex(32),
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": { "type": "string" },
                "title": { "type": "string" },
                "status": { "type": "integer" },
                "detail": { "type": "string" },
                "item": { "type": "string", "description": "the kind of the offending item" },
                "index": { "type": "integer", "description": "its position in its list" },
            },
        },
        "ItemProblem": {
            "type": "object",
            "required": ["error"],
            "properties": { "error": reference("Problem") },
        },
        "Bundle": {
            "type": "object",
            "required": ["commitments", "proofs", "blobs"],
            "properties": {
                "commitments": list_of(&reference("Point")),
                "proofs": list_of(&reference("Point")),
                "blobs": list_of(&reference("Blob")),
            },
        },
        "BlobCellsAndProofs": {
            "type": "object",
            "required": ["blob_cells", "proofs"],
            "properties": {
                "blob_cells": list_of(&reference("Cell")),
                "proofs": list_of(&reference("Point")),
            },
        },
    })
}

fn problem(title: &str) -> Value {
    json!({
        "description": title,
        "content": { "application/problem+json": { "schema": reference("Problem") } },
    })
}

/// The description of an endpoint.
fn operation(endpoint: Endpoint) -> Value {
    match endpoint {
        Endpoint::Live => get("livez", "Whether the process lives", "text/plain", &[]),
        Endpoint::Ready => {
            let mut ready = get("readyz", "Whether requests are wanted", "text/plain", &[]);
            let mut refused = ready["responses"]["200"].clone();
            refused["description"] = "the server starts or drains".into();
            ready["responses"]["503"] = refused;
            ready
        }
        Endpoint::Version => get(
            "version",
            "The version, the backend and the trusted setup",
            "application/json",
            &[],
        ),
        Endpoint::Metrics => get(
            "metrics",
            "Metrics in the text form of Prometheus",
            "text/plain",
            &["unauthorized", "busy"],
        ),
        Endpoint::OpenApi => get("openapi", "This document", "application/json", &[]),
        Endpoint::Page => get("page", "A page to try the endpoints", "text/html", &[]),
        Endpoint::Handler(handler) => of_handler(handler),
        Endpoint::Bulk(bulk) => of_bulk(bulk),
        Endpoint::Bundle => of_bundle(),
    }
}

fn get(name: &str, summary: &str, media_type: &str, problems: &[&str]) -> Value {
    let schema = match media_type {
        "application/json" => json!({ "type": "object" }),
        _ => json!({ "type": "string" }),
    };
    let ok = json!({
        "description": "the answer",
        "content": { media_type: { "schema": schema } },
    });
    json!({
        "operationId": name,
        "summary": summary,
        "tags": ["operation"],
        "responses": responses(ok, problems),
    })
}

/// The responses of an endpoint: its answer, and problems by their names.
fn responses(ok: Value, problems: &[&str]) -> Value {
    let mut responses = Map::new();
    responses.insert("200".to_owned(), ok);
    for row in TABLE.iter().filter(|row| problems.contains(&row.name)) {
        // The first of the problems with the same status describes it.
        responses
            .entry(row.status.to_string())
            .or_insert_with(|| json!({ "$ref": format!("#/components/responses/{}", row.name) }));
    }
    Value::Object(responses)
}

/// The problems of every request with a body.
const PROBLEMS: [&str; 12] = [
    "input",
    "unauthorized",
    "not_acceptable",
    "slow_body",
    "too_large",
    "media_type",
    "too_many",
    "busy",
    "cancelled",
    "deadline",
    "fault",
    "integrity",
];

fn timeout_parameter() -> Value {
    json!({
        "name": "timeout_ms",
        "in": "query",
        "required": false,
        "description": "the time in milliseconds after which the answer is of no use",
        "schema": { "type": "integer", "minimum": 1 },
    })
}

fn field(field: &Field) -> Value {
    let item = match field.kind {
        FieldKind::Blob => reference("Blob"),
        FieldKind::Cell => reference("Cell"),
        FieldKind::Point => reference("Point"),
        FieldKind::Scalar => reference("Scalar"),
        FieldKind::Index => json!({ "type": "integer", "minimum": 0 }),
        FieldKind::Evaluations => list_of(&reference("Scalar")),
    };
    if field.list { list_of(&item) } else { item }
}

fn output(output: Output) -> Value {
    let pair = |first: Value, second: Value| {
        json!({
            "type": "array",
            "prefixItems": [first, second],
            "minItems": 2,
            "maxItems": 2,
        })
    };
    match output {
        Output::Point => reference("Point"),
        Output::Scalar => reference("Scalar"),
        Output::Verdict => json!({ "type": "boolean" }),
        Output::ProofAndValue => pair(reference("Point"), reference("Scalar")),
        Output::Cells => list_of(&reference("Cell")),
        Output::CellsAndProofs => pair(list_of(&reference("Cell")), list_of(&reference("Point"))),
    }
}

/// An answer `{"output": ..}`, or the same as bytes.
fn answer(output: &Value) -> Value {
    let schema = json!({
        "type": "object",
        "required": ["output"],
        "properties": { "output": output },
    });
    json!({
        "description": "the answer; false: well formed but wrong",
        "content": {
            "application/json": { "schema": schema },
            "application/octet-stream": { "schema": bytes() },
        },
    })
}

fn of_handler(handler: &Handler) -> Value {
    let names: Vec<&str> = handler.fields.iter().map(|field| field.name).collect();
    let properties: Map<String, Value> = handler
        .fields
        .iter()
        .map(|known| (known.name.to_owned(), field(known)))
        .collect();
    let schema = json!({
        "type": "object",
        "required": names,
        "properties": properties,
        "additionalProperties": false,
    });
    let mut content = json!({ "application/json": { "schema": schema } });
    let raw = handler.raw_length().map(|length| match length {
        RawLength::Exactly(length) => format!("{length} bytes"),
        RawLength::MultipleOf(length) => format!("{length} bytes for each item"),
    });
    if raw.is_some() {
        content["application/octet-stream"] = json!({ "schema": bytes() });
    }
    let description = match raw {
        Some(length) => format!("Raw body: {length}, {} side by side.", names.join(", ")),
        None => "JSON alone.".to_owned(),
    };
    json!({
        "operationId": handler.name(),
        "summary": format!("The operation {} of the consensus specifications", handler.name()),
        "description": description,
        "tags": ["specification"],
        "parameters": [timeout_parameter()],
        "requestBody": { "required": true, "content": content },
        "responses": responses(answer(&output(handler.output)), &PROBLEMS),
    })
}

fn of_bulk(bulk: Bulk) -> Value {
    let item = match bulk {
        Bulk::Commitments | Bulk::BlobProofs => reference("Point"),
        Bulk::CellProofs => list_of(&reference("Point")),
        Bulk::VerifyBlobs | Bulk::VerifyCells => json!({ "type": "boolean" }),
    };
    let results = list_of(&json!({ "anyOf": [item, reference("ItemProblem")] }));
    json!({
        "operationId": bulk.name(),
        "summary": format!("{} of many items, streamed in and out", bulk.name()),
        "description": format!(
            "The body is items of {} bytes, the answer a result for each in the same order. In raw \
             form a result has {} bytes, and that of a malformed item is bytes of 0xff.",
            bulk.item_length(),
            bulk.result_length()
        ),
        "tags": ["many"],
        "parameters": [timeout_parameter()],
        "requestBody": {
            "required": true,
            "content": { "application/octet-stream": { "schema": bytes() } },
        },
        "responses": responses(answer(&results), &PROBLEMS),
    })
}

fn of_bundle() -> Value {
    let parameter = |name: &str, description: &str, values: &[&str], default: &str| {
        json!({
            "name": name,
            "in": "query",
            "required": false,
            "description": description,
            "schema": { "type": "string", "enum": values, "default": default },
        })
    };
    let ok = json!({
        "description": "the bundle",
        "content": { "application/json": { "schema": { "anyOf": [
            reference("Bundle"),
            list_of(&reference("BlobCellsAndProofs")),
        ] } } },
    });
    let problems: Vec<&str> = PROBLEMS
        .into_iter()
        .filter(|name| *name != "not_acceptable")
        .collect();
    json!({
        "operationId": "bundle",
        "summary": "A bundle of the Engine API from bytes of any kind, or from blobs",
        "tags": ["many"],
        "parameters": [
            parameter(
                "version",
                "BlobsBundleV1, BlobsBundleV2, or a list of BlobCellsAndProofsV1",
                &["1", "2", "cells"],
                "2",
            ),
            parameter("input", "what the body is", &["bytes", "blobs"], "bytes"),
            timeout_parameter(),
        ],
        "requestBody": {
            "required": true,
            "content": { "application/octet-stream": { "schema": bytes() } },
        },
        "responses": responses(ok, &problems),
    })
}
