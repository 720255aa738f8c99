//! What proves the audit chain from outside, and what is erased when.

use axum::Json;
use axum::extract::State;
use domain::retention::Retention;
use protocol::audit::ChainWalk;
use protocol::hub::{AuditKey, Checkpoint};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::body::{Params, StrictJson};
use crate::caller::Caller;
use crate::chain::{self, WalkQuery};
use crate::error::HubError;
use crate::{Hub, checkpoints, retention};

pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(checkpoint))
        .routes(routes!(key))
        .routes(routes!(verify))
        .routes(routes!(get_retention, put_retention))
}

/// Where the audit chain stands now, signed by this hub. Kept elsewhere it shows later whether the chain was cut off or
/// rewritten: `tiebreak-hub verify --checkpoint FILE`.
#[utoipa::path(get, path = "/v1/audit/checkpoint", tag = "audit", responses((status = 200, body = Checkpoint)))]
async fn checkpoint(State(hub): State<Hub>, caller: Caller) -> Result<Json<Checkpoint>, HubError> {
    Ok(Json(checkpoints::taken_by(&hub, &caller).await?))
}

/// The public key that checkpoints are signed with, to be kept elsewhere as they are.
#[utoipa::path(get, path = "/v1/audit/key", tag = "audit", responses((status = 200, body = AuditKey)))]
async fn key(State(hub): State<Hub>, _: Caller) -> Result<Json<AuditKey>, HubError> {
    Ok(Json(checkpoints::key(&hub).await?))
}

/// Whether the chain holds: looks at up to 20,000 entries from where the answer before ended, each against the one before
/// it and its payload against its commitment. To be asked again while `position` is less than `head`. That the chain was
/// cut off or written anew shows only against a checkpoint kept elsewhere.
#[utoipa::path(get, path = "/v1/audit/verify", tag = "audit", params(WalkQuery), responses((status = 200, body = ChainWalk)))]
async fn verify(
    State(hub): State<Hub>,
    caller: Caller,
    Params(query): Params<WalkQuery>,
) -> Result<Json<ChainWalk>, HubError> {
    Ok(Json(chain::walk(&hub, &caller, &query).await?))
}

/// How long content is kept once its case is closed, by queue and sensitivity; at first everything is.
#[utoipa::path(get, path = "/v1/retention", tag = "audit", responses((status = 200, body = Retention)))]
async fn get_retention(State(hub): State<Hub>, caller: Caller) -> Result<Json<Retention>, HubError> {
    Ok(Json(retention::get(&hub, &caller).await?))
}

/// Replaces all of it. What outlived its days is erased within the hour: the cases' content, details, comments,
/// decisions, labels and audit payloads. Hashes stay, so the chain still verifies; reading what was erased answers 404
/// `erased`, and exports leave its labels out and count them.
#[utoipa::path(put, path = "/v1/retention", tag = "audit", request_body = Retention, responses((status = 200, body = Retention)))]
async fn put_retention(
    State(hub): State<Hub>,
    caller: Caller,
    StrictJson(body): StrictJson<Retention>,
) -> Result<Json<Retention>, HubError> {
    Ok(Json(retention::put(&hub, &caller, body).await?))
}
