//! What proves the audit chain from outside.

use axum::Json;
use axum::extract::State;
use protocol::hub::{AuditKey, Checkpoint};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Caller;
use crate::error::HubError;
use crate::{Hub, checkpoints};

pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(checkpoint))
        .routes(routes!(key))
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
