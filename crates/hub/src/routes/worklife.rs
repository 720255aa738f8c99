//! Passing cases on, being away, gold, and how often those who looked agreed.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::hub::{Batch, CaseRow, CaseWhole, ForMe, Page};
use protocol::worklife::{
    Away, AwayRequest, Colleague, EscalateRequest, Gold, GoldRequest, HandOver, QueueAgreement,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::body::{Params, StrictJson};
use crate::caller::Caller;
use crate::error::HubError;
use crate::whole::listed;
use crate::{Hub, away, gold, looks, overview, passing};

pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(colleagues))
        .routes(routes!(assignees))
        .routes(routes!(hand_over))
        .routes(routes!(escalate))
        .routes(routes!(look, look_away))
        .routes(routes!(go_away, come_back))
        .routes(routes!(stand_ins))
        .routes(routes!(for_me))
        .routes(routes!(plant, planted))
        .routes(routes!(retire))
        .routes(routes!(agreement))
}

/// Those the case can be handed to: who may decide it, with whether they are away.
///
/// While a case awaits a second opinion, who could give it chooses nobody (`waits_for_anybody`): that would tell who was first.
#[utoipa::path(get, path = "/v1/cases/{id}/colleagues", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = Batch<Colleague>), (status = 409, description = "`waits_for_anybody`")))]
async fn colleagues(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Batch<Colleague>>, HubError> {
    Ok(Json(Batch {
        items: passing::colleagues(&hub, &caller, &id).await?,
    }))
}

/// Those a lead of its queue can assign the case to, themselves among them, with whether they are away.
#[utoipa::path(get, path = "/v1/cases/{id}/assignees", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = Batch<Colleague>)))]
async fn assignees(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Batch<Colleague>>, HubError> {
    Ok(Json(Batch {
        items: passing::assignees(&hub, &caller, &id).await?,
    }))
}

/// Hands a case the caller has to a colleague, with a note beside it; nobody else is given it then.
#[utoipa::path(post, path = "/v1/cases/{id}/hand-over", tag = "cases", params(("id" = String, Path)), request_body = HandOver,
    responses((status = 200, body = CaseRow), (status = 409, description = "`not_free`, `already_decided`, `waits_for_anybody`")))]
async fn hand_over(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    StrictJson(body): StrictJson<HandOver>,
) -> Result<Json<CaseRow>, HubError> {
    Ok(Json(listed(passing::hand_over(&hub, &caller, &id, body).await?)))
}

/// Escalates a case: to somebody by name, to a role, to another queue of its kind; where nothing is said, as the queue's policy
/// says, else to its leads. Only they are given it then, and before everything else. In another queue
/// the gates of those it lay in hold too, and who moved it there doesn't decide it.
#[utoipa::path(post, path = "/v1/cases/{id}/escalate", tag = "cases", params(("id" = String, Path)), request_body = EscalateRequest,
    responses((status = 200, body = CaseRow), (status = 409, description = "`not_free`, `already_decided`")))]
async fn escalate(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    StrictJson(body): StrictJson<EscalateRequest>,
) -> Result<Json<CaseRow>, HubError> {
    Ok(Json(listed(passing::escalate(&hub, &caller, &id, body).await?)))
}

/// Shows a case somebody else has, to one who looks at it without taking it. Whoever sees the case is told, for two minutes; who
/// goes on looking says it again. It is noted in the audit once.
#[utoipa::path(post, path = "/v1/cases/{id}/look", tag = "cases", params(("id" = String, Path)), responses((status = 200, body = CaseWhole)))]
async fn look(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<CaseWhole>, HubError> {
    Ok(Json(looks::look(&hub, &caller, &id).await?))
}

/// The caller looks at it no longer.
#[utoipa::path(delete, path = "/v1/cases/{id}/look", tag = "cases", params(("id" = String, Path)), responses((status = 204)))]
async fn look_away(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, HubError> {
    looks::look_away(&hub, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The caller is away, until then: what is assigned to them goes to who stands in, as far as they may decide it.
///
/// Who stands in may be away too, and then who stands in for them; a circle is refused (`delegates_in_a_circle`).
#[utoipa::path(put, path = "/v1/me/away", tag = "people", request_body = AwayRequest, responses((status = 200, body = Away)))]
async fn go_away(
    State(hub): State<Hub>,
    caller: Caller,
    StrictJson(body): StrictJson<AwayRequest>,
) -> Result<Json<Away>, HubError> {
    Ok(Json(away::go(&hub, &caller, body).await?))
}

/// The caller is back before it was over.
#[utoipa::path(delete, path = "/v1/me/away", tag = "people", responses((status = 204)))]
async fn come_back(State(hub): State<Hub>, caller: Caller) -> Result<StatusCode, HubError> {
    away::come_back(&hub, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Those who could stand in for the caller.
#[utoipa::path(get, path = "/v1/me/colleagues", tag = "people", responses((status = 200, body = Batch<Colleague>)))]
async fn stand_ins(State(hub): State<Hub>, caller: Caller) -> Result<Json<Batch<Colleague>>, HubError> {
    Ok(Json(Batch {
        items: away::colleagues(&hub, &caller).await?,
    }))
}

/// What waits for the caller by name or role: assigned, escalated, or of somebody they stand in for. Due first; at most 200.
#[utoipa::path(get, path = "/v1/me/cases", tag = "cases", responses((status = 200, body = Batch<ForMe>)))]
async fn for_me(State(hub): State<Hub>, caller: Caller) -> Result<Json<Batch<ForMe>>, HubError> {
    Ok(Json(Batch {
        items: away::for_me(&hub, &caller).await?,
    }))
}

/// Plants a case with a known answer, by a lead of the queue or an admin.
///
/// It is handed out at the share the queue's policy says (`gold_share`), to each reviewer at most once, as a case of its own that
/// looks and counts like any other. What is decided on it is released to nobody: it is in no feed of decisions and no webhook.
/// Its labels state the known answer, once, with the basis `gold`. How often people came to it is at `/v1/stats/agreement`.
/// Leads and admins aren't given any.
#[utoipa::path(post, path = "/v1/gold", tag = "gold", request_body = GoldRequest, responses((status = 201, body = Gold)))]
async fn plant(
    State(hub): State<Hub>,
    caller: Caller,
    StrictJson(body): StrictJson<GoldRequest>,
) -> Result<(StatusCode, Json<Gold>), HubError> {
    Ok((StatusCode::CREATED, Json(gold::plant(&hub, &caller, body).await?)))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct GoldQuery {
    queue: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// 50 when absent, at most 500.
    limit: Option<i64>,
}

/// What is planted, without cases and answers.
#[utoipa::path(get, path = "/v1/gold", tag = "gold", params(GoldQuery), responses((status = 200, body = Page<Gold>)))]
async fn planted(
    State(hub): State<Hub>,
    caller: Caller,
    Params(query): Params<GoldQuery>,
) -> Result<Json<Page<Gold>>, HubError> {
    let (queue, after) = (query.queue.as_deref(), query.after.as_deref());
    Ok(Json(gold::list(&hub, &caller, queue, after, query.limit).await?))
}

/// Handed out no more, and erased.
#[utoipa::path(post, path = "/v1/gold/{id}/retire", tag = "gold", params(("id" = String, Path)), responses((status = 200, body = Gold)))]
async fn retire(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Gold>, HubError> {
    Ok(Json(gold::retire(&hub, &caller, &id).await?))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AgreementQuery {
    queue: Option<String>,
    /// At or after this instant, or day.
    from: Option<String>,
    /// Before this instant, or by the end of this day.
    to: Option<String>,
}

/// How often those who looked came to the same, by queue: on gold, on what was audited, as second opinions. Of nobody in
/// particular. Agreement isn't correctness but where the answer was known.
#[utoipa::path(get, path = "/v1/stats/agreement", tag = "stats", params(AgreementQuery), responses((status = 200, body = Batch<QueueAgreement>)))]
async fn agreement(
    State(hub): State<Hub>,
    caller: Caller,
    Params(query): Params<AgreementQuery>,
) -> Result<Json<Batch<QueueAgreement>>, HubError> {
    let span = overview::span(&query.from, &query.to)?;
    Ok(Json(Batch {
        items: gold::agreement(&hub, &caller, query.queue.as_deref(), span).await?,
    }))
}
