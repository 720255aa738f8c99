//! The four feeds.

use axum::Json;
use axum::extract::State;
use domain::label::Label;
use protocol::hub::{AuditEntry, Change, DecisionRow, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::body::Params;
use crate::caller::Caller;
use crate::error::HubError;
use crate::paging::{AuditQuery, FeedQuery};
use crate::{Hub, feeds};

pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(changes))
        .routes(routes!(decisions))
        .routes(routes!(labels))
        .routes(routes!(audit))
}

/// What a replica needs to know, without content. Narrowed by queue or kind, what concerns no queue still comes.
#[utoipa::path(get, path = "/v1/changes", tag = "feeds", params(FeedQuery), responses((status = 200, body = Page<Change>)))]
async fn changes(
    State(hub): State<Hub>,
    caller: Caller,
    Params(query): Params<FeedQuery>,
) -> Result<Json<Page<Change>>, HubError> {
    Ok(Json(feeds::changes(&hub, &caller, &query).await?))
}

/// One row per release and per correction; a correction has its own id, `corrects`, and in `act` what to do.
#[utoipa::path(get, path = "/v1/decisions", tag = "feeds", params(FeedQuery), responses((status = 200, body = Page<DecisionRow>)))]
async fn decisions(
    State(hub): State<Hub>,
    caller: Caller,
    Params(query): Params<FeedQuery>,
) -> Result<Json<Page<DecisionRow>>, HubError> {
    Ok(Json(feeds::decisions(&hub, &caller, &query).await?))
}

/// The ledger of labels, append-only; a row with `retracts` withdraws another.
#[utoipa::path(get, path = "/v1/labels", tag = "feeds", params(FeedQuery), responses((status = 200, body = Page<Label>)))]
async fn labels(
    State(hub): State<Hub>,
    caller: Caller,
    Params(query): Params<FeedQuery>,
) -> Result<Json<Page<Label>>, HubError> {
    Ok(Json(feeds::labels(&hub, &caller, &query).await?))
}

/// The audit chain: who did what, and what was erased. Narrowed, the entries between are missing, so that only the whole
/// of it verifies (`GET /v1/audit/verify`).
#[utoipa::path(get, path = "/v1/audit", tag = "feeds", params(AuditQuery), responses((status = 200, body = Page<AuditEntry>)))]
async fn audit(
    State(hub): State<Hub>,
    caller: Caller,
    Params(query): Params<AuditQuery>,
) -> Result<Json<Page<AuditEntry>>, HubError> {
    Ok(Json(feeds::audit(&hub, &caller, &query).await?))
}
