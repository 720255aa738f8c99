//! Who may what: the whole of it, a person, elevations.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use domain::access::ElevationRequest;
use protocol::access::{Access, Elevation, PersonAccess, PersonChange};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::body::StrictJson;
use crate::caller::Caller;
use crate::error::HubError;
use crate::{Hub, elevating, people};

pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(access))
        .routes(routes!(person, change))
        .routes(routes!(elevate))
        .routes(routes!(end))
}

type Versioned<T> = ([(HeaderName, String); 1], Json<T>);

fn versioned(person: PersonAccess) -> Versioned<PersonAccess> {
    ([(header::ETAG, format!("\"{}\"", person.version))], Json(person))
}

/// Who and what may read, decide, export, trigger; elevations that run. A lead reads of those who reach their queues.
#[utoipa::path(get, path = "/v1/access", tag = "access", responses((status = 200, body = Access)))]
async fn access(State(hub): State<Hub>, caller: Caller) -> Result<Json<Access>, HubError> {
    Ok(Json(people::access(&hub, &caller).await?))
}

/// A person, with all they have.
#[utoipa::path(get, path = "/v1/people/{id}", tag = "access", params(("id" = String, Path)), responses((status = 200, body = PersonAccess)))]
async fn person(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Versioned<PersonAccess>, HubError> {
    Ok(versioned(people::person(&hub, &caller, &id).await?))
}

/// Replaces what is given to a person, from the version one read (`version` or `If-Match`).
///
/// Roles are those of a sign-in; a token carries its own. Queues and ceiling hold for both. What is taken away is gone at
/// their next request: leases on cases they may no longer decide end, and `access.revoked` tells their desks.
#[utoipa::path(put, path = "/v1/people/{id}", tag = "access",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The version it was made from")),
    request_body = PersonChange,
    responses((status = 200, body = PersonAccess),
        (status = 409, description = "`stale_version`: somebody was first; `managed_by_provider`; `not_yourself`: nobody disables themselves")))]
async fn change(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    StrictJson(body): StrictJson<PersonChange>,
) -> Result<Versioned<PersonAccess>, HubError> {
    let if_match = headers
        .get(header::IF_MATCH)
        .and_then(|value| value.to_str().ok()?.trim_matches('"').parse().ok());
    Ok(versioned(
        people::change(&hub, &caller, &id, body, if_match).await?,
    ))
}

/// Raises the caller for a while and a reason, within what an admin allowed (`may_elevate`). It ends by itself.
#[utoipa::path(post, path = "/v1/elevations", tag = "access", request_body = ElevationRequest,
    responses((status = 201, body = Elevation), (status = 403, description = "`not_allowed`: nobody allowed that much")))]
async fn elevate(
    State(hub): State<Hub>,
    caller: Caller,
    StrictJson(body): StrictJson<ElevationRequest>,
) -> Result<(StatusCode, Json<Elevation>), HubError> {
    Ok((
        StatusCode::CREATED,
        Json(elevating::begin(&hub, &caller, body).await?),
    ))
}

/// Ends an elevation before its time: one's own, or as an admin anybody's.
#[utoipa::path(delete, path = "/v1/elevations/{id}", tag = "access", params(("id" = String, Path)), responses((status = 204)))]
async fn end(State(hub): State<Hub>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode, HubError> {
    elevating::end(&hub, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
