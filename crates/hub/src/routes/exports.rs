//! Exports and their manifests.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use domain::export::{Format, Manifest};
use domain::label::Split;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Hub;
use crate::body::Params;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::exports::{self, Wanted};
use crate::sight::Sight;

pub fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(export))
        .routes(routes!(manifest))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ExportQuery {
    queue: Option<String>,
    /// Of the cases. Splink's formats are of one source: of this one, else of the one with the most labels.
    source: Option<String>,
    /// `train` or `test`.
    split: Option<Split>,
    /// Labelled at or after this instant.
    since: Option<DateTime<Utc>>,
    /// The ledger as it was at this position: `filters.until` of a manifest gives the file the manifest is of.
    until: Option<i64>,
}

fn wanted(caller: &Caller, format: &str, query: ExportQuery) -> Result<Wanted, HubError> {
    caller.may(Scope::ExportsRead)?;
    let format = Format::parse(format).ok_or(HubError::NotFound { what: "format" })?;
    let sight = Sight::of(caller);
    Ok(Wanted {
        format,
        queue: query.queue,
        source: query.source,
        split: query.split,
        since: query.since,
        until: query.until,
        queues: sight.queues,
        sensitivities: sight.sensitivities,
    })
}

/// The live labels as a file a trainer reads as it is.
#[utoipa::path(get, path = "/v1/exports/{format}", tag = "exports", params(("format" = Format, Path), ExportQuery),
    responses((status = 200, content((String = "application/x-ndjson"), (String = "text/csv")))))]
async fn export(
    State(hub): State<Hub>,
    caller: Caller,
    Path(format): Path<String>,
    Params(query): Params<ExportQuery>,
) -> Result<Response, HubError> {
    let wanted = wanted(&caller, &format, query)?;
    let disposition = format!("attachment; filename=\"{}\"", wanted.format.as_str());
    let headers = [
        (header::CONTENT_TYPE, wanted.format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    exports::note(&hub, (&caller).into(), &wanted).await?;
    Ok((headers, exports::stream(hub, wanted)).into_response())
}

/// What the file holds, what its format can't say, and its sha256.
#[utoipa::path(get, path = "/v1/exports/{format}/manifest", tag = "exports", params(("format" = Format, Path), ExportQuery),
    responses((status = 200, body = Manifest)))]
async fn manifest(
    State(hub): State<Hub>,
    caller: Caller,
    Path(format): Path<String>,
    Params(query): Params<ExportQuery>,
) -> Result<Json<Manifest>, HubError> {
    let wanted = wanted(&caller, &format, query)?;
    Ok(Json(exports::write(&hub, &wanted, std::io::sink()).await?))
}
