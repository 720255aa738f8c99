//! The OpenAPI document: what the routes say of themselves, and what holds for all of them (who may, how errors read).
//!
//! It needs no token: it holds nothing of this hub, and tools fetch it before they have one.

use std::sync::LazyLock;

use axum::Json;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::schema::{OneOfBuilder, Schema};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, Info, OpenApi, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

use protocol::webhooks::CloudEvent;

use crate::caller::Scope;
use crate::error::PROBLEM_JSON;
use crate::schemas::Verdict;
use crate::scopes::{Needs, needs};

const BEARER: &str = "bearer";
const PROBLEM: &str = "Problem";

/// The document of this version, the same for every hub.
pub fn document() -> OpenApi {
    static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(|| finished(crate::routes::api().into_openapi()));
    DOCUMENT.clone()
}

/// This document.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "hub", responses((status = 200, body = serde_json::Value)))]
pub async fn serve() -> Json<OpenApi> {
    Json(document())
}

fn finished(mut api: OpenApi) -> OpenApi {
    api.info = Info::new("Tiebreak hub", env!("CARGO_PKG_VERSION"));
    api.info.description = Some(ABOUT.to_owned());
    api.servers = None;
    let components = api.components.get_or_insert_with(Components::new);
    let mut bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A token of `tiebreak-hub token create`."))
        .build();
    bearer.extensions = Some(Extensions::from_iter([("x-scopes", scopes())]));
    components.add_security_scheme(BEARER, SecurityScheme::Http(bearer));
    let mut schemas = vec![(
        protocol::Problem::name().into_owned(),
        protocol::Problem::schema(),
    )];
    protocol::Problem::schemas(&mut schemas);
    schemas.push((CloudEvent::name().into_owned(), CloudEvent::schema()));
    CloudEvent::schemas(&mut schemas);
    components.schemas.extend(schemas);
    verdict_of_a_decision(components);
    open_where_it_is_part(components);
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in operations(item) {
            any_number(operation);
            complete(operation, needs(method, path));
        }
    }
    api
}

/// `domain` holds a decision's verdict as it was sent; what it may look like is said here.
fn verdict_of_a_decision(components: &mut Components) {
    let mut schemas = vec![(Verdict::name().into_owned(), Verdict::schema())];
    Verdict::schemas(&mut schemas);
    components.schemas.extend(schemas);
    if let Some(RefOr::T(Schema::Object(decision))) = components.schemas.get_mut("Decision") {
        let verdict = OneOfBuilder::new()
            .item(Ref::from_schema_name(Verdict::name()))
            .description(Some("By the case's kind; absent with `cannot_tell`."))
            .build();
        decision
            .properties
            .insert("verdict".to_owned(), Schema::OneOf(verdict).into());
    }
}

/// A registered tool is a tool and more; a schema that forbids more members couldn't be part of it.
fn open_where_it_is_part(components: &mut Components) {
    if let Some(RefOr::T(Schema::Object(tool))) = components.schemas.get_mut("Tool") {
        tool.additional_properties = None;
    }
}

/// `limit` and `wait` take any number: more than there may be is the most there may be.
fn any_number(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let ("limit" | "wait", Some(RefOr::T(Schema::Object(schema)))) =
            (parameter.name.as_str(), &mut parameter.schema)
        {
            schema.format = None;
        }
    }
}

const ABOUT: &str = "Cases come in, are claimed and decided, and decisions and labels go out. \
Every error is an RFC 9457 problem with a stable `code`, a `pointer` where there is a place, and the `correlation_id` of the request \
(`X-Correlation-Id` or `traceparent`, else made here). Batches answer 200 with one item for each input item; a bad item never rejects its \
neighbours. Feeds always return `next` and can wait (`wait`, at most 30 seconds). \
Bodies have at most 16 MiB, one case 8 MiB; NDJSON as a whole is unlimited.";

/// Scope, and the roles that give it.
fn scopes() -> serde_json::Value {
    let entry = |scope: &Scope| {
        let roles: Vec<_> = scope.roles().iter().map(|role| role.as_str()).collect();
        (scope.as_str().to_owned(), serde_json::json!(roles))
    };
    serde_json::Value::Object(Scope::ALL.iter().map(entry).collect())
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("get", item.get.as_mut()),
        ("post", item.post.as_mut()),
        ("put", item.put.as_mut()),
        ("patch", item.patch.as_mut()),
        ("delete", item.delete.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation?)))
}

/// Adds who may, and how it fails, where the route doesn't say it itself.
fn complete(operation: &mut Operation, needs: Needs) {
    let mut failures = vec![
        ("500", "Something went wrong inside the hub"),
        ("503", "Not now; see Retry-After"),
    ];
    let requirement = match needs {
        Needs::Nothing => None,
        Needs::Token => Some(SecurityRequirement::new::<_, [&str; 0], &str>(BEARER, [])),
        Needs::Scope(scope) => Some(SecurityRequirement::new(BEARER, [scope.as_str()])),
    };
    if requirement.is_some() {
        failures.extend([
            ("401", "No token, or one that is unknown, expired or revoked"),
            ("403", "The token's roles don't give this"),
            ("429", "Too many requests of this token, or too many tokens from this address that aren't taken; see Retry-After"),
        ]);
    }
    operation.security = Some(vec![requirement.unwrap_or_default()]);
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    if !parameters.is_empty() {
        failures.push(("400", "A parameter that can't be read"));
    }
    if parameters
        .iter()
        .any(|parameter| matches!(parameter.parameter_in, ParameterIn::Path))
    {
        failures.push(("404", "Not there, or not yours to see"));
    }
    if operation.request_body.is_some() {
        failures.extend([
            ("400", "A body that can't be read"),
            ("408", "A body that came too slowly"),
            ("413", "A body beyond the limit"),
            ("415", "A body of another type"),
            ("422", "A body that is read and doesn't fit"),
        ]);
    }
    for (status, description) in failures {
        operation
            .responses
            .responses
            .entry(status.to_owned())
            .or_insert_with(|| problem(description));
    }
    // A route that names a failure says when; that it is a problem is said here.
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && status.starts_with(['4', '5'])
            && response.content.is_empty()
        {
            *response = problem_response(&response.description);
        }
    }
}

fn problem(description: &str) -> RefOr<Response> {
    RefOr::T(problem_response(description))
}

fn problem_response(description: &str) -> Response {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(PROBLEM)))
        .build();
    ResponseBuilder::new()
        .description(description)
        .content(PROBLEM_JSON, content)
        .build()
}
