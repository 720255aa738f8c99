//! Decisions: in, taken back, their outcome, and a person's own.

use axum::Json;
use axum::extract::{Extension, Path, State};
use protocol::hub::{Batch, CaseRow, DecisionItem, Page, TakenBack};
use protocol::own::OwnDecision;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::body::{JsonBatch, Params, StrictJson};
use crate::caller::Caller;
use crate::changes::{self, OutcomeReport};
use crate::error::HubError;
use crate::reading::{self, OwnQuery};
use crate::refusals::{self, RefusedItems};
use crate::schemas::DecisionOrDecisions;
use crate::{Hub, decisions, overview, taking_back};

pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(post_decisions))
        .routes(routes!(undo))
        .routes(routes!(mark_wrong))
        .routes(routes!(outcome))
        .routes(routes!(own))
        .routes(routes!(wanted))
}

/// Takes one decision or an array of them. Answered when it is on disk; refused ones aren't stored.
///
/// Where the queue's policy asks for two people, `case_state` is `awaiting_second` after the first, who has no undo window
/// yet; after a second who agrees it is as after any decision, after one who doesn't `disputed`. Who
/// adjudicates decides by taking one of the sides; a view of their own is a first opinion again, wherever two have to agree.
///
/// No lease is needed, since desks decide offline. One that was given to somebody else or for another case is refused
/// (`not_allowed` at `/lease`); so is a decision on a case assigned or escalated to others by one who never had it.
///
/// Checked in this order: `invalid_decision`, `id_reused`, `not_found`, `stale_revision`, `content_mismatch`, `not_allowed`,
/// `policy_unreadable`, `second_must_differ`, `already_decided`, `expired`, `withdrawn`, `reason_required`, `invalid_verdict`, `invalid_arguments`.
#[utoipa::path(post, path = "/v1/decisions", tag = "decisions", request_body = DecisionOrDecisions, responses((status = 200, body = Batch<DecisionItem>)))]
async fn post_decisions(
    State(hub): State<Hub>,
    caller: Caller,
    JsonBatch(batch): JsonBatch,
) -> Result<(Extension<RefusedItems>, Json<Batch<DecisionItem>>), HubError> {
    let about = refusals::about_each(&batch);
    let items = decisions::decide(&hub, &caller, batch).await?;
    Ok(refusals::decided(about, items))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
struct Why {
    /// Free text.
    reason: Option<String>,
}

impl Why {
    fn text(&self) -> &str {
        self.reason.as_deref().unwrap_or_default()
    }
}

/// Before release undoes, after it corrects: by the decider or a lead of the queue.
#[utoipa::path(post, path = "/v1/decisions/{id}/undo", tag = "decisions", params(("id" = String, Path)), request_body = Why,
    responses((status = 200, body = TakenBack), (status = 409, description = "`irreversible`: released, and it can't be undone, or nobody registered that it can")))]
async fn undo(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    StrictJson(why): StrictJson<Why>,
) -> Result<Json<TakenBack>, HubError> {
    Ok(Json(taking_back::undo(&hub, &caller, &id, why.text()).await?))
}

/// Withdraws the label of a released decision, not the act.
#[utoipa::path(post, path = "/v1/decisions/{id}/mark-wrong", tag = "decisions", params(("id" = String, Path)), request_body = Why,
    responses((status = 200, body = TakenBack), (status = 409, description = "`not_released`")))]
async fn mark_wrong(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    StrictJson(why): StrictJson<Why>,
) -> Result<Json<TakenBack>, HubError> {
    Ok(Json(
        taking_back::mark_wrong(&hub, &caller, &id, why.text()).await?,
    ))
}

/// The executor reports back what became of a released decision.
#[utoipa::path(post, path = "/v1/decisions/{id}/outcome", tag = "decisions", params(("id" = String, Path)), request_body = OutcomeReport,
    responses((status = 200, body = Value), (status = 409, description = "`not_released`")))]
async fn outcome(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    StrictJson(report): StrictJson<OutcomeReport>,
) -> Result<Json<Value>, HubError> {
    Ok(Json(changes::outcome(&hub, &caller, &id, report).await?))
}

/// The caller's own decisions in whatever state, newest first.
#[utoipa::path(get, path = "/v1/me/decisions", tag = "decisions", params(OwnQuery), responses((status = 200, body = Page<OwnDecision>)))]
async fn own(
    State(hub): State<Hub>,
    caller: Caller,
    Params(query): Params<OwnQuery>,
) -> Result<Json<Page<OwnDecision>>, HubError> {
    Ok(Json(reading::own_decisions(&hub, &caller, &query).await?))
}

/// The cases that wait for the caller's opinion: a second one to give (`awaiting_second`), a dispute to settle
/// (`disputed`). What is due first, then what is urgent; at most 500. Nothing of what others decided is in it.
#[utoipa::path(get, path = "/v1/me/opinions", tag = "decisions", responses((status = 200, body = Batch<CaseRow>)))]
async fn wanted(State(hub): State<Hub>, caller: Caller) -> Result<Json<Batch<CaseRow>>, HubError> {
    Ok(Json(overview::wanted_opinions(&hub, &caller).await?))
}
