//! Rates, never without their n and interval.

use axum::Json;
use axum::extract::State;
use domain::stats::RateItem;
use protocol::hub::{Batch, SourceRate};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Hub;
use crate::body::Params;
use crate::caller::Caller;
use crate::error::HubError;
use crate::overview::{self, StatsQuery};

pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(overrides))
        .routes(routes!(sources))
}

/// How often people decided other than the machine suggested: `n` = agree + override, `rate` = override / n.
///
/// Two verdicts agree when they would do the same. Pairs that a person leaves `unsure` make a difference: with them a
/// decision is an override also where its clusters are the suggested ones.
#[utoipa::path(get, path = "/v1/stats/overrides", tag = "stats", params(StatsQuery), responses((status = 200, body = Batch<RateItem>)))]
async fn overrides(
    State(hub): State<Hub>,
    caller: Caller,
    Params(query): Params<StatsQuery>,
) -> Result<Json<Batch<RateItem>>, HubError> {
    Ok(Json(Batch {
        items: overview::overrides(&hub, &caller, query).await?,
    }))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SourcesQuery {
    queue: Option<String>,
}

/// How often each system was right, by queue and attribute: `rate` = right / n.
#[utoipa::path(get, path = "/v1/stats/sources", tag = "stats", params(SourcesQuery), responses((status = 200, body = Batch<SourceRate>)))]
async fn sources(
    State(hub): State<Hub>,
    caller: Caller,
    Params(query): Params<SourcesQuery>,
) -> Result<Json<Batch<SourceRate>>, HubError> {
    Ok(Json(Batch {
        items: overview::sources(&hub, &caller, query.queue.as_deref()).await?,
    }))
}
