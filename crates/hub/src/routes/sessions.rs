//! Signing in with a provider, and out.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use protocol::access::{NewSession, Session, SignInOffer};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::token_hash;
use crate::body::StrictJson;
use crate::bounds;
use crate::caller::Caller;
use crate::error::HubError;
use crate::guard::Correlation;
use crate::{Hub, sessions};

pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(offer))
        .routes(routes!(begin, end))
}

/// How one signs in here. Needs no token: one is got by it.
#[utoipa::path(get, path = "/v1/sign-in", tag = "access", responses((status = 200, body = SignInOffer)))]
async fn offer(State(hub): State<Hub>) -> Result<Json<SignInOffer>, HubError> {
    Ok(Json(sessions::offer(&hub).await?))
}

/// Somebody without a token yet.
struct Stranger {
    from: Option<std::net::IpAddr>,
    correlation_id: String,
}

impl FromRequestParts<Hub> for Stranger {
    type Rejection = HubError;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, HubError> {
        let Correlation(correlation_id) = parts
            .extensions
            .get()
            .cloned()
            .unwrap_or_else(Correlation::made_here);
        Ok(Self {
            from: bounds::from(parts, hub.behind_proxy),
            correlation_id,
        })
    }
}

/// The provider's identity token for a token of this hub, which ends within the hour (or as configured).
///
/// The identity token answers the nonce of `GET /v1/sign-in`, or comes of a refresh and names the session before. Each is
/// taken once. Who signs in for the first time has no roles until an admin, or their groups at the provider, give some.
#[utoipa::path(post, path = "/v1/sessions", tag = "access", request_body = NewSession,
    responses((status = 201, body = Session),
        (status = 401, description = "`invalid_identity_token`, `wrong_issuer`, `wrong_audience`, `wrong_nonce`, `identity_token_expired`, `identity_token_replayed`, `session_ended`, `person_disabled`"),
        (status = 409, description = "`sign_in_not_offered`")))]
async fn begin(
    State(hub): State<Hub>,
    stranger: Stranger,
    StrictJson(body): StrictJson<NewSession>,
) -> Result<(StatusCode, Json<Session>), HubError> {
    let hash = token_hash(&body.id_token);
    hub.bounds.before_looking_up(stranger.from, &hash)?;
    match sessions::begin(&hub, body, stranger.correlation_id).await {
        Ok(session) => Ok((StatusCode::CREATED, Json(session))),
        Err(error) => {
            if error.status() == StatusCode::UNAUTHORIZED {
                hub.bounds.failed(stranger.from, &hash);
            }
            Err(error)
        }
    }
}

/// Signs out: ends the session it is called with.
#[utoipa::path(delete, path = "/v1/sessions", tag = "access", responses((status = 204)))]
async fn end(State(hub): State<Hub>, caller: Caller) -> Result<StatusCode, HubError> {
    sessions::end(&hub, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
