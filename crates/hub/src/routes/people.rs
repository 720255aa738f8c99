//! Queues, and who is who.

use axum::Json;
use axum::extract::State;
use protocol::hub::{Me, Page, PersonInfo, QueueInfo};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::error::HubError;
use crate::{Hub, overview};

pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(queues))
        .routes(routes!(me))
        .routes(routes!(people))
}

/// The queues the caller sees, all on one page: kind, counts, reason codes, policy.
#[utoipa::path(get, path = "/v1/queues", tag = "queues", responses((status = 200, body = Page<QueueInfo>)))]
async fn queues(State(hub): State<Hub>, caller: Caller) -> Result<Json<Page<QueueInfo>>, HubError> {
    Ok(Json(Page {
        next: None,
        items: overview::queues(&hub, &caller).await?,
    }))
}

/// Whom the token stands for, and the hub's time.
#[utoipa::path(get, path = "/v1/me", tag = "people", responses((status = 200, body = Me)))]
async fn me(State(hub): State<Hub>, caller: Caller) -> Result<Json<Me>, HubError> {
    Ok(Json(overview::me(&hub, &caller).await?))
}

/// Everybody there is, on one page; for leads and admins.
#[utoipa::path(get, path = "/v1/people", tag = "people", responses((status = 200, body = Page<PersonInfo>)))]
async fn people(State(hub): State<Hub>, caller: Caller) -> Result<Json<Page<PersonInfo>>, HubError> {
    Ok(Json(Page {
        next: None,
        items: overview::people(&hub, &caller).await?,
    }))
}
