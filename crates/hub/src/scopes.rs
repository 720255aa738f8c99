//! Which scope each address needs: enforced before a handler reads anything, and said in the OpenAPI document from the
//! same table. What it is not: who may see which case; that is asked of each case (`sight`).

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::Hub;
use crate::caller::{Caller, Scope};
use crate::error::HubError;
use crate::refusals::{self, About};

/// What a request has to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    Token,
    Scope(Scope),
}

/// Who may call an operation (API.md, the table of roles). What isn't named needs a token.
pub fn needs(method: &str, path: &str) -> Needs {
    let scope = match (method, path) {
        (_, "/healthz" | "/readyz" | "/v1/openapi.json") => return Needs::Nothing,
        ("get", "/v1/sign-in") | ("post", "/v1/sessions") => return Needs::Nothing,
        ("post", "/v1/cases" | "/v1/cases/{id}/withdraw") => Scope::CasesWrite,
        ("post", "/v1/cases/{id}/comments") => Scope::CommentsWrite,
        ("post", "/v1/cases/{id}/hand-over" | "/v1/cases/{id}/escalate")
        | ("get", "/v1/cases/{id}/colleagues" | "/v1/me/colleagues" | "/v1/me/cases")
        | (_, "/v1/me/away") => Scope::CasesPass,
        // By who works with queues: a source reads its cases and looks over nobody's shoulder.
        (_, "/v1/cases/{id}/look") => Scope::QueuesRead,
        (_, "/v1/gold" | "/v1/gold/{id}/retire") => Scope::GoldWrite,
        ("post", "/v1/cases/{id}/assign")
        | ("patch", "/v1/cases/{id}/routing")
        | ("get", "/v1/cases/{id}/assignees") => Scope::RoutingWrite,
        ("get", path) if path.starts_with("/v1/cases") => Scope::CasesRead,
        ("post", "/v1/links") => Scope::LinksWrite,
        ("post", path) if path.starts_with("/v1/claims") => Scope::ClaimsWrite,
        ("post", "/v1/decisions") => Scope::DecisionsWrite,
        ("post", "/v1/decisions/{id}/outcome") => Scope::OutcomesWrite,
        ("post", path) if path.starts_with("/v1/decisions/{id}/") => Scope::DecisionsUndo,
        ("get", "/v1/decisions") => Scope::DecisionsRead,
        ("get", "/v1/me/decisions") => Scope::OwnDecisionsRead,
        ("get", "/v1/me/opinions") => Scope::CasesRead,
        ("get", "/v1/labels") => Scope::LabelsRead,
        ("get", path) if path.starts_with("/v1/exports") => Scope::ExportsRead,
        // Shown beside the claims of a conflict, to everybody who works there.
        ("get", "/v1/queues" | "/v1/stats/sources") => Scope::QueuesRead,
        ("get", path) if path.starts_with("/v1/stats") => Scope::StatsRead,
        ("get", "/metrics") => Scope::MetricsRead,
        ("get", "/v1/changes") => Scope::ChangesRead,
        ("get", "/v1/audit" | "/v1/audit/checkpoint" | "/v1/audit/verify") => Scope::AuditRead,
        (_, "/v1/retention") => Scope::RetentionWrite,
        ("get", "/v1/people") => Scope::PeopleRead,
        ("get", path) if path.starts_with("/v1/webhooks") => Scope::WebhooksRead,
        (_, path) if path.starts_with("/v1/webhooks") => Scope::WebhooksWrite,
        ("get", "/v1/policies" | "/v1/policies/{queue}" | "/v1/policy-presets") => Scope::PoliciesRead,
        ("put", "/v1/policies/{queue}") | ("post", "/v1/policies/simulate") => Scope::PoliciesWrite,
        ("get", "/v1/tools") => Scope::ToolsRead,
        ("put", "/v1/tools/{name}") => Scope::ToolsWrite,
        ("get", "/v1/access" | "/v1/people/{id}" | "/v1/tokens") => Scope::AccessRead,
        ("put", "/v1/people/{id}") | ("post", "/v1/tokens") | ("delete", "/v1/tokens/{id}") => {
            Scope::AccessWrite
        }
        ("post", "/v1/keys") => Scope::KeysWrite,
        _ => return Needs::Token,
    };
    Needs::Scope(scope)
}

/// Lets a request through to its handler when its token gives what the address needs, else answers 403 `not_allowed`. The
/// caller found is handed on. What is refused to them, here or behind, is written down (`refusals`).
///
/// # Errors
/// 401 without a valid token.
pub async fn enforce(State(hub): State<Hub>, request: Request, next: Next) -> Result<Response, HubError> {
    let method = match request.method().as_str() {
        // Answered by the handler of GET.
        "HEAD" => "get".to_owned(),
        other => other.to_ascii_lowercase(),
    };
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(String::new, |path| path.as_str().to_owned());
    let needed = needs(&method, &path);
    if needed == Needs::Nothing {
        return Ok(next.run(request).await);
    }
    let about = About::of(&path, request.uri());
    let asked = format!("{} {path}", method.to_ascii_uppercase());
    let (mut parts, body) = request.into_parts();
    let caller = Caller::from_request_parts(&mut parts, &hub).await?;
    let may = match needed {
        Needs::Scope(scope) => caller.may(scope),
        Needs::Nothing | Needs::Token => Ok(()),
    };
    let response = match may {
        Ok(()) => {
            parts.extensions.insert(caller.clone());
            next.run(Request::from_parts(parts, body)).await
        }
        Err(error) => error.into_response(),
    };
    refusals::note(&hub, &caller, &asked, refusals::of(&response, about)).await;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use domain::policy::pages::HubPage;

    use super::*;

    #[test]
    fn a_page_about_the_hub_opens_to_those_whose_scope_lets_them_read_it() {
        let reads = |page| match page {
            HubPage::Policies => "/v1/policies/{queue}",
            HubPage::Tools => "/v1/tools",
            HubPage::Webhooks => "/v1/webhooks/{id}/deliveries",
            HubPage::Audit => "/v1/audit",
        };
        for page in HubPage::ALL {
            let Needs::Scope(scope) = needs("get", reads(page)) else {
                panic!("{page:?} is for everybody");
            };
            assert_eq!(page.roles(), scope.roles(), "{page:?}");
        }
    }
}
