//! Webhooks, and what became of what they were to be told.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::hub::Page;
use protocol::webhooks::{Delivery, NewWebhook, Replayed, Tested, Webhook, WebhookMade};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::body::{Params, StrictJson};
use crate::caller::Caller;
use crate::error::HubError;
use crate::webhooks::DeliveryQuery;
use crate::{Hub, webhooks};

pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(remove))
        .routes(routes!(enable))
        .routes(routes!(disable))
        .routes(routes!(test))
        .routes(routes!(deliveries))
        .routes(routes!(replay))
        .routes(routes!(replay_all))
}

/// Tells an address of events from now on: a POST of a `CloudEvent` for each, signed per Standard Webhooks.
///
/// Any 2xx takes a message; 410 disables the webhook; anything else is tried again for up to three days, ten times at most,
/// with `Retry-After` obeyed, and then given up. At least once and, for each case, in order: what follows waits until its
/// forerunner is taken or given up. A receiver knows a repeated message by `webhook-id`, and ignores a `sequence` lower than
/// one it has seen of the case. Redirects aren't followed. The address must be https and on the public internet, unless
/// the hub was started with `--allow-private-webhooks`. Where it was started with `--webhook-proxy` messages go by that proxy. Names of
/// people are pseudonyms.
#[utoipa::path(post, path = "/v1/webhooks", tag = "webhooks", request_body = NewWebhook,
    responses((status = 201, body = WebhookMade, description = "With the secret, shown this once"),
        (status = 422, description = "`invalid_webhook`, `private_address`")))]
async fn create(
    State(hub): State<Hub>,
    caller: Caller,
    StrictJson(body): StrictJson<NewWebhook>,
) -> Result<(StatusCode, Json<WebhookMade>), HubError> {
    let made = webhooks::create(&hub, &caller, body).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// All webhooks, on one page, without their secrets.
#[utoipa::path(get, path = "/v1/webhooks", tag = "webhooks", responses((status = 200, body = Page<Webhook>)))]
async fn list(State(hub): State<Hub>, caller: Caller) -> Result<Json<Page<Webhook>>, HubError> {
    Ok(Json(Page {
        next: None,
        items: webhooks::list(&hub, &caller).await?,
    }))
}

/// Tells it nothing more; what waited for it is forgotten.
#[utoipa::path(delete, path = "/v1/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, HubError> {
    webhooks::remove(&hub, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells a webhook again that was disabled. What was given up is for `replay`.
#[utoipa::path(post, path = "/v1/webhooks/{id}/enable", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 200, body = Webhook)))]
async fn enable(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Webhook>, HubError> {
    Ok(Json(webhooks::enable(&hub, &caller, &id).await?))
}

/// Tells it nothing more until it is enabled again. What waited for it is given up, and can be replayed then.
#[utoipa::path(post, path = "/v1/webhooks/{id}/disable", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 200, body = Webhook)))]
async fn disable(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Webhook>, HubError> {
    Ok(Json(webhooks::disable(&hub, &caller, &id).await?))
}

/// Sends one message of the type `webhook.test` now, and says what came of it.
#[utoipa::path(post, path = "/v1/webhooks/{id}/test", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 200, body = Tested)))]
async fn test(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Tested>, HubError> {
    Ok(Json(webhooks::test(&hub, &caller, &id).await?))
}

/// What it was to be told, in the order it happened or the newest first; what was taken is shown for a week.
#[utoipa::path(get, path = "/v1/webhooks/{id}/deliveries", tag = "webhooks", params(("id" = String, Path), DeliveryQuery),
    responses((status = 200, body = Page<Delivery>)))]
async fn deliveries(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    Params(query): Params<DeliveryQuery>,
) -> Result<Json<Page<Delivery>>, HubError> {
    Ok(Json(webhooks::deliveries(&hub, &caller, &id, &query).await?))
}

/// Tries a delivery again that was given up, as often as a new one.
#[utoipa::path(post, path = "/v1/webhooks/{id}/deliveries/{delivery_id}/replay", tag = "webhooks",
    params(("id" = String, Path), ("delivery_id" = String, Path)),
    responses((status = 200, body = Replayed), (status = 409, description = "`not_dead`, `webhook_disabled`")))]
async fn replay(
    State(hub): State<Hub>,
    caller: Caller,
    Path((id, delivery_id)): Path<(String, String)>,
) -> Result<Json<Replayed>, HubError> {
    let replayed = webhooks::replay(&hub, &caller, &id, Some(&delivery_id)).await?;
    Ok(Json(Replayed { replayed }))
}

/// Tries everything again that was given up.
#[utoipa::path(post, path = "/v1/webhooks/{id}/replay", tag = "webhooks", params(("id" = String, Path)),
    responses((status = 200, body = Replayed), (status = 409, description = "`webhook_disabled`")))]
async fn replay_all(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Replayed>, HubError> {
    let replayed = webhooks::replay(&hub, &caller, &id, None).await?;
    Ok(Json(Replayed { replayed }))
}
