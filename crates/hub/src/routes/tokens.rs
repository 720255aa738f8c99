//! Tokens and device keys.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::hub::Page;
use protocol::tokens::{DeviceKey, NewKey, NewToken, TokenListed, TokenMade};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::body::{Params, StrictJson};
use crate::caller::Caller;
use crate::error::HubError;
use crate::paging::ListQuery;
use crate::{Hub, keys, people, tokens};

pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(revoke))
        .routes(routes!(list_keys, enrol))
        .routes(routes!(revoke_key))
}

/// A page, and where the next begins.
fn page<T>(items: Vec<T>, limit: i64, id: impl Fn(&T) -> &str) -> Page<T> {
    let full = i64::try_from(items.len()) == Ok(limit);
    let next = items.last().filter(|_| full).map(|last| id(last).to_owned());
    Page { items, next }
}

/// Tokens that are taken now, sign-ins among them, in the order they were made. A lead reads of those who reach their queues.
#[utoipa::path(get, path = "/v1/tokens", tag = "access", params(ListQuery), responses((status = 200, body = Page<TokenListed>)))]
async fn list(
    State(hub): State<Hub>,
    caller: Caller,
    Params(query): Params<ListQuery>,
) -> Result<Json<Page<TokenListed>>, HubError> {
    let limit = query.limit()?;
    let items = tokens::page(&hub, &caller, query.after(), limit).await?;
    Ok(Json(page(items, limit, |token| &token.id)))
}

/// Makes a token, and its person where the name is new. It is shown this once; the hub keeps its hash.
///
/// It gives no more than its maker has: nobody who is an admin for a while makes one that outlasts that, and nobody one of
/// a person who sees above their own ceiling.
#[utoipa::path(post, path = "/v1/tokens", tag = "access", request_body = NewToken,
    responses((status = 201, body = TokenMade), (status = 409, description = "`person_disabled`")))]
async fn make(
    State(hub): State<Hub>,
    caller: Caller,
    StrictJson(body): StrictJson<NewToken>,
) -> Result<(StatusCode, Json<TokenMade>), HubError> {
    Ok((
        StatusCode::CREATED,
        Json(tokens::make(&hub, &caller, body).await?),
    ))
}

/// The token is refused from its next request on; of a sign-in all its sessions. What is then held by nobody goes back.
#[utoipa::path(delete, path = "/v1/tokens/{id}", tag = "access", params(("id" = String, Path)), responses((status = 204)))]
async fn revoke(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, HubError> {
    people::revoke_token(&hub, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Public keys of devices, for who verifies what they signed; revoked ones too, with when.
#[utoipa::path(get, path = "/v1/keys", tag = "access", params(ListQuery), responses((status = 200, body = Page<DeviceKey>)))]
async fn list_keys(
    State(hub): State<Hub>,
    _caller: Caller,
    Params(query): Params<ListQuery>,
) -> Result<Json<Page<DeviceKey>>, HubError> {
    let limit = query.limit()?;
    let items = keys::page(&hub, query.after(), limit).await?;
    Ok(Json(page(items, limit, |key| &key.id)))
}

/// Enrols a device's public key for the caller.
#[utoipa::path(post, path = "/v1/keys", tag = "access", request_body = NewKey,
    responses((status = 201, body = DeviceKey), (status = 409, description = "`key_known`")))]
async fn enrol(
    State(hub): State<Hub>,
    caller: Caller,
    StrictJson(body): StrictJson<NewKey>,
) -> Result<(StatusCode, Json<DeviceKey>), HubError> {
    Ok((StatusCode::CREATED, Json(keys::enrol(&hub, &caller, body).await?)))
}

/// Revokes a key: one's own, or as an admin anybody's. It stays listed.
#[utoipa::path(delete, path = "/v1/keys/{id}", tag = "access", params(("id" = String, Path)), responses((status = 204)))]
async fn revoke_key(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, HubError> {
    keys::revoke(&hub, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
