//! Cases: in, listed, read whole, taken back, routed, commented; links beside them.

use std::collections::HashSet;

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::Invalid;
use protocol::hub::{Batch, CaseItem, CaseRow, CaseWhole, Comment, Page};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::body::{Incoming, JsonBatch, Params, StrictJson, is_ndjson};
use crate::caller::{Caller, Scope};
use crate::changes::{self, Routing};
use crate::error::HubError;
use crate::ndjson::{self, Answers, Ingest, Key};
use crate::reading::{self, CaseQuery};
use crate::schemas::{CaseOrCases, LinkOrLinks};
use crate::store::Engine;
use crate::whole::listed;
use crate::{Hub, cases, links, refusals};

pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(post_cases, list_cases))
        .routes(routes!(get_case))
        .routes(routes!(get_context))
        .routes(routes!(withdraw))
        .routes(routes!(assign))
        .routes(routes!(comment))
        .routes(routes!(route))
        .routes(routes!(post_links))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct IngestQuery {
    /// Of NDJSON: `refused` sends only refusals and a last line with the counts.
    answers: Option<String>,
}

/// Takes one case, an array of them, or NDJSON.
///
/// A case is known by source and external id. NDJSON is answered line by line, a line once its batch is committed.
#[utoipa::path(post, path = "/v1/cases", tag = "cases", params(IngestQuery),
    request_body(content((CaseOrCases = "application/json"), (String = "application/x-ndjson"))),
    responses((status = 200, body = Batch<CaseItem>)))]
async fn post_cases(
    State(hub): State<Hub>,
    caller: Caller,
    Params(query): Params<IngestQuery>,
    request: Request,
) -> Result<Response, HubError> {
    caller.may(Scope::CasesWrite)?;
    if is_ndjson(request.headers()) {
        let answers = match query.answers.as_deref() {
            None | Some("all") => Answers::All,
            Some("refused") => Answers::Refused,
            Some(_) => return Err(Invalid::new("invalid_query", "/answers", "'all' or 'refused'").into()),
        };
        let body: Body = request.into_body();
        return ndjson::respond(body, answers, Ingestion { hub, caller });
    }
    let JsonBatch(batch) = JsonBatch::from_request(request, &hub).await?;
    let items = cases::ingest(&hub, &caller, batch).await?;
    note_foreign(&hub, &caller, &items).await;
    Ok(Json(Batch { items }).into_response())
}

/// Also of a stream, whose answer has begun long before.
async fn note_foreign(hub: &Hub, caller: &Caller, items: &[CaseItem]) {
    refusals::note(hub, caller, "POST /v1/cases", refusals::foreign(items)).await;
}

#[derive(Clone)]
struct Ingestion {
    hub: Hub,
    caller: Caller,
}

impl Ingest for Ingestion {
    type Ready = cases::Prepared;

    async fn prepare(&self, batch: Vec<Incoming>) -> Result<cases::Prepared, HubError> {
        cases::prepare(&self.hub, &self.caller, batch).await
    }

    fn about(ready: &cases::Prepared) -> HashSet<Key> {
        ready.about()
    }

    fn at_once(&self) -> usize {
        match self.hub.store.engine() {
            // One writes at a time there anyway.
            Engine::Sqlite => 1,
            Engine::Postgres => 2,
        }
    }

    async fn ingest(&self, ready: cases::Prepared) -> Result<Vec<CaseItem>, HubError> {
        let items = cases::ingest_prepared(&self.hub, &self.caller, ready).await?;
        note_foreign(&self.hub, &self.caller, &items).await;
        Ok(items)
    }
}

/// Lists cases in the order of creation, without body, context and suggestion.
#[utoipa::path(get, path = "/v1/cases", tag = "cases", params(CaseQuery), responses((status = 200, body = Page<CaseRow>)))]
async fn list_cases(
    State(hub): State<Hub>,
    caller: Caller,
    Params(query): Params<CaseQuery>,
) -> Result<Json<Page<CaseRow>>, HubError> {
    Ok(Json(reading::list(&hub, &caller, query).await?))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct WaitQuery {
    /// Seconds to wait until the case is decided, at most 30.
    wait: Option<u64>,
}

/// The whole case; of its context the summaries.
#[utoipa::path(get, path = "/v1/cases/{id}", tag = "cases", params(("id" = String, Path), WaitQuery),
    responses((status = 200, body = CaseWhole), (status = 404, description = "Not there, or not yours to see")))]
async fn get_case(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    Params(query): Params<WaitQuery>,
) -> Result<Json<CaseWhole>, HubError> {
    Ok(Json(reading::case(&hub, &caller, &id, query.wait).await?))
}

/// The detail of one context entry. From `confidential` up the opening is audited.
#[utoipa::path(get, path = "/v1/cases/{id}/context/{context_id}", tag = "cases",
    params(("id" = String, Path), ("context_id" = String, Path)),
    responses((status = 200, body = Value), (status = 404, description = "Not there, or not yours to see")))]
async fn get_context(
    State(hub): State<Hub>,
    caller: Caller,
    Path((id, context_id)): Path<(String, String)>,
) -> Result<Json<Value>, HubError> {
    Ok(Json(reading::detail(&hub, &caller, &id, &context_id).await?))
}

/// The source takes its case back.
#[utoipa::path(post, path = "/v1/cases/{id}/withdraw", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = CaseRow), (status = 409, description = "`already_decided`: the decision is released")))]
async fn withdraw(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<CaseRow>, HubError> {
    Ok(Json(listed(changes::withdraw(&hub, &caller, &id).await?)))
}

#[derive(Debug, Deserialize, ToSchema)]
struct Assignment {
    /// Id or name of a person who may decide the case; null: anybody who may.
    to: Option<String>,
}

/// Gives the case to one person; nobody else is given it. With `to` null it goes to whoever comes first again.
#[utoipa::path(post, path = "/v1/cases/{id}/assign", tag = "cases", params(("id" = String, Path)), request_body = Assignment,
    responses((status = 200, body = CaseRow)))]
async fn assign(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    StrictJson(body): StrictJson<Assignment>,
) -> Result<Json<CaseRow>, HubError> {
    Ok(Json(listed(
        changes::assign(&hub, &caller, &id, body.to.as_deref()).await?,
    )))
}

#[derive(Debug, Deserialize, ToSchema)]
struct NewComment {
    text: String,
}

/// Writes beside a case.
#[utoipa::path(post, path = "/v1/cases/{id}/comments", tag = "cases", params(("id" = String, Path)), request_body = NewComment,
    responses((status = 201, body = Comment)))]
async fn comment(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    StrictJson(body): StrictJson<NewComment>,
) -> Result<(StatusCode, Json<Comment>), HubError> {
    Ok((
        StatusCode::CREATED,
        Json(changes::comment(&hub, &caller, &id, &body.text).await?),
    ))
}

/// Changes priority, due time, expiry (earlier only) or assignee without a new revision.
#[utoipa::path(patch, path = "/v1/cases/{id}/routing", tag = "cases", params(("id" = String, Path)), request_body = Routing,
    responses((status = 200, body = CaseRow)))]
async fn route(
    State(hub): State<Hub>,
    caller: Caller,
    Path(id): Path<String>,
    StrictJson(body): StrictJson<Routing>,
) -> Result<Json<CaseRow>, HubError> {
    Ok(Json(listed(changes::route(&hub, &caller, &id, body).await?)))
}

/// Takes pairs that automation joined by itself: one, or an array of them.
#[utoipa::path(post, path = "/v1/links", tag = "cases", request_body = LinkOrLinks, responses((status = 200, body = Batch<CaseItem>)))]
async fn post_links(
    State(hub): State<Hub>,
    caller: Caller,
    JsonBatch(batch): JsonBatch,
) -> Result<Json<Batch<CaseItem>>, HubError> {
    Ok(Json(Batch {
        items: links::ingest(&hub, &caller, batch).await?,
    }))
}
