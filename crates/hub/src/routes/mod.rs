//! The addresses: each handler binds caller, parameters and body to one function and says so in the OpenAPI document.
//! No rules and no SQL here.

mod access;
mod audit;
mod cases;
mod claims;
mod decisions;
mod exports;
mod feeds;
mod hub;
mod people;
mod policies;
mod sessions;
mod stats;
mod tokens;
mod webhooks;
mod worklife;

use axum::Router;
use axum::middleware::from_fn_with_state;
use utoipa_axum::router::OpenApiRouter;

use crate::Hub;

/// All routes, documented.
pub fn api() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .merge(access::routes())
        .merge(sessions::routes())
        .merge(tokens::routes())
        .merge(cases::routes())
        .merge(claims::routes())
        .merge(decisions::routes())
        .merge(feeds::routes())
        .merge(audit::routes())
        .merge(exports::routes())
        .merge(stats::routes())
        .merge(people::routes())
        .merge(webhooks::routes())
        .merge(policies::routes())
        .merge(worklife::routes())
        .merge(hub::routes())
}

pub fn router(hub: Hub) -> Router {
    let (router, _) = api().split_for_parts();
    router
        .route_layer(from_fn_with_state(hub.clone(), crate::scopes::enforce))
        .route_layer(from_fn_with_state(hub.clone(), crate::bounds::hold))
        .route_layer(from_fn_with_state(hub.clone(), crate::metrics::count))
        .with_state(hub)
}
