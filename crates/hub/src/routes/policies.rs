//! Policies of queues, and the registry of tools they are judged by.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, header};
use domain::action::tool::Tool;
use protocol::hub::Page;
use protocol::policies::{
    PolicyChange, PolicyHistory, PolicyPreset, QueuePolicy, RegisteredTool, SimulateRequest, Simulation,
};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::body::StrictJson;
use crate::caller::Caller;
use crate::error::HubError;
use crate::{Hub, policies, tools};

pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(of_queue, change))
        .routes(routes!(simulate))
        .routes(routes!(presets))
        .routes(routes!(registered))
        .routes(routes!(register))
}

/// A response with its version, as `If-Match` takes it.
type Versioned<T> = ([(HeaderName, String); 1], Json<T>);

fn versioned<T>(version: i64, body: T) -> Versioned<T> {
    ([(header::ETAG, format!("\"{version}\""))], Json(body))
}

/// The policies of the queues the caller sees, all on one page.
#[utoipa::path(get, path = "/v1/policies", tag = "policies", responses((status = 200, body = Page<QueuePolicy>)))]
async fn all(State(hub): State<Hub>, caller: Caller) -> Result<Json<Page<QueuePolicy>>, HubError> {
    Ok(Json(Page {
        next: None,
        items: policies::all(&hub, &caller).await?,
    }))
}

/// A queue's policy and all it was before, the newest first.
#[utoipa::path(get, path = "/v1/policies/{queue}", tag = "policies", params(("queue" = String, Path)), responses((status = 200, body = PolicyHistory)))]
async fn of_queue(
    State(hub): State<Hub>,
    caller: Caller,
    Path(queue): Path<String>,
) -> Result<Versioned<PolicyHistory>, HubError> {
    let found = policies::of_queue(&hub, &caller, &queue).await?;
    Ok(versioned(found.now.version, found))
}

/// Changes a queue's policy: by an admin or a lead of the queue, from the version they read (`version` or `If-Match`).
///
/// What isn't valid is refused (`invalid_policy`, with a pointer) and the policy there is stays. On one person's own
/// computer no policy can ask for a second person (`second_person_in_solo`). With `kind` and version 0 it makes the queue.
#[utoipa::path(put, path = "/v1/policies/{queue}", tag = "policies",
    params(("queue" = String, Path), ("If-Match" = Option<String>, Header, description = "The version it was made from")),
    request_body = PolicyChange,
    responses((status = 200, body = QueuePolicy), (status = 409, description = "`stale_version`: somebody was first")))]
async fn change(
    State(hub): State<Hub>,
    caller: Caller,
    Path(queue): Path<String>,
    headers: HeaderMap,
    StrictJson(body): StrictJson<PolicyChange>,
) -> Result<Versioned<QueuePolicy>, HubError> {
    let if_match = headers
        .get(header::IF_MATCH)
        .and_then(|value| value.to_str().ok()?.trim_matches('"').parse().ok());
    let found = policies::change(&hub, &caller, &queue, body, if_match).await?;
    Ok(versioned(found.version, found))
}

/// What a policy would have done with the newest cases of a queue: judged by what was decided, else by what was suggested.
#[utoipa::path(post, path = "/v1/policies/simulate", tag = "policies", request_body = SimulateRequest,
    responses((status = 200, body = Simulation), (status = 404, description = "No queue of that name, or not yours to see")))]
async fn simulate(
    State(hub): State<Hub>,
    caller: Caller,
    StrictJson(body): StrictJson<SimulateRequest>,
) -> Result<Json<Simulation>, HubError> {
    Ok(Json(policies::simulate(&hub, &caller, body).await?))
}

/// Policies to begin with: seven gates, and one that lets nothing out.
#[utoipa::path(get, path = "/v1/policy-presets", tag = "policies", responses((status = 200, body = Page<PolicyPreset>)))]
async fn presets(caller: Caller) -> Result<Json<Page<PolicyPreset>>, HubError> {
    Ok(Json(Page {
        next: None,
        items: policies::to_begin_with(&caller)?,
    }))
}

/// The registered tools, all on one page.
#[utoipa::path(get, path = "/v1/tools", tag = "tools", responses((status = 200, body = Page<RegisteredTool>)))]
async fn registered(State(hub): State<Hub>, caller: Caller) -> Result<Json<Page<RegisteredTool>>, HubError> {
    Ok(Json(Page {
        next: None,
        items: tools::all(&hub, &caller).await?,
    }))
}

/// Registers what a tool does. Policies read the stricter of this and the case; a tool that isn't registered counts as an
/// irreversible `write`.
#[utoipa::path(put, path = "/v1/tools/{name}", tag = "tools", params(("name" = String, Path)), request_body = Tool, responses((status = 200, body = RegisteredTool)))]
async fn register(
    State(hub): State<Hub>,
    caller: Caller,
    Path(name): Path<String>,
    StrictJson(tool): StrictJson<Value>,
) -> Result<Json<RegisteredTool>, HubError> {
    Ok(Json(tools::put(&hub, &caller, &name, &tool).await?))
}
