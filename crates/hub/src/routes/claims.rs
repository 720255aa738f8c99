//! Claims: the next cases, renewed, given back.

use axum::Json;
use axum::extract::{Extension, State};
use protocol::hub::{Batch, Claim, ClaimRequest, LeaseItem, ReleaseRequest, RenewRequest};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::body::StrictJson;
use crate::caller::Caller;
use crate::error::HubError;
use crate::refusals::{self, About, RefusedItems};
use crate::{Hub, claims};

pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(claim))
        .routes(routes!(renew))
        .routes(routes!(release))
}

/// Gives what the caller already holds and `have` doesn't list, then the next cases, each with a lease.
#[utoipa::path(post, path = "/v1/claims", tag = "claims", request_body = Option<ClaimRequest>,
    responses((status = 200, body = Batch<Claim>), (status = 404, description = "No case of that id, or not yours to see")))]
async fn claim(
    State(hub): State<Hub>,
    caller: Caller,
    StrictJson(body): StrictJson<ClaimRequest>,
) -> Result<Json<Batch<Claim>>, (Extension<About>, HubError)> {
    let about = About::case(body.case.as_deref());
    match claims::claim(&hub, &caller, body).await {
        Ok(items) => Ok(Json(Batch { items })),
        Err(error) => Err((Extension(about), error)),
    }
}

/// Begins the time of leases anew; `lost` are those that are gone.
#[utoipa::path(post, path = "/v1/claims/renew", tag = "claims", request_body = RenewRequest, responses((status = 200, body = Batch<LeaseItem>)))]
async fn renew(
    State(hub): State<Hub>,
    caller: Caller,
    StrictJson(body): StrictJson<RenewRequest>,
) -> Result<(Extension<RefusedItems>, Json<Batch<LeaseItem>>), HubError> {
    Ok(refusals::held(claims::renew(&hub, &caller, body.tokens).await?))
}

/// Gives cases back: `skip` to others at once and to the caller last, `sign_out` to all alike.
#[utoipa::path(post, path = "/v1/claims/release", tag = "claims", request_body = ReleaseRequest, responses((status = 200, body = Batch<LeaseItem>)))]
async fn release(
    State(hub): State<Hub>,
    caller: Caller,
    StrictJson(body): StrictJson<ReleaseRequest>,
) -> Result<(Extension<RefusedItems>, Json<Batch<LeaseItem>>), HubError> {
    Ok(refusals::held(
        claims::release(&hub, &caller, body.tokens, body.reason).await?,
    ))
}
