//! Passing cases on, being away, and what waits for this person, as the hub is asked for it.

use domain::policy::EscalateTo;
use protocol::hub::{Batch, CaseRow, CaseWhole, Claim, ClaimRequest, ForMe};
use protocol::worklife::{Away, AwayRequest, Colleague, EscalateRequest, HandOver};
use reqwest::Method;
use serde_json::json;

use super::{HubClient, HubError, items, read, segment, send};

impl HubClient {
    pub async fn assignees(&self, case_id: &str) -> Result<Vec<Colleague>, HubError> {
        items(self.get(&format!("v1/cases/{}/assignees", segment(case_id)))?).await
    }

    pub async fn colleagues(&self, case_id: &str) -> Result<Vec<Colleague>, HubError> {
        items(self.get(&format!("v1/cases/{}/colleagues", segment(case_id)))?).await
    }

    pub async fn stand_ins(&self) -> Result<Vec<Colleague>, HubError> {
        items(self.get("v1/me/colleagues")?).await
    }

    pub async fn hand_over(&self, case_id: &str, to: &str, note: Option<&str>) -> Result<CaseRow, HubError> {
        let body = HandOver {
            to: to.to_owned(),
            note: note.map(str::to_owned),
        };
        read(self.post(&format!("v1/cases/{}/hand-over", segment(case_id)), &body)?).await
    }

    pub async fn escalate(
        &self,
        case_id: &str,
        reason: &str,
        to: Option<EscalateTo>,
    ) -> Result<CaseRow, HubError> {
        let body = EscalateRequest {
            reason: reason.to_owned(),
            to,
        };
        read(self.post(&format!("v1/cases/{}/escalate", segment(case_id)), &body)?).await
    }

    pub async fn assign(&self, case_id: &str, to: Option<&str>) -> Result<CaseRow, HubError> {
        let path = format!("v1/cases/{}/assign", segment(case_id));
        read(self.post(&path, &json!({ "to": to }))?).await
    }

    pub async fn for_me(&self) -> Result<Vec<ForMe>, HubError> {
        items(self.get("v1/me/cases")?).await
    }

    /// This case alone, if it is free.
    pub async fn claim_one(&self, case_id: &str) -> Result<Vec<Claim>, HubError> {
        let request = ClaimRequest {
            case: Some(case_id.to_owned()),
            ..ClaimRequest::default()
        };
        let claims: Batch<Claim> = read(self.post("v1/claims", &request)?).await?;
        Ok(claims.items)
    }

    /// The case, to be looked at; who has it is told.
    pub async fn look(&self, case_id: &str) -> Result<CaseWhole, HubError> {
        let path = format!("v1/cases/{}/look", segment(case_id));
        read(self.request(Method::POST, &path)?).await
    }

    pub async fn look_away(&self, case_id: &str) -> Result<(), HubError> {
        let path = format!("v1/cases/{}/look", segment(case_id));
        send(self.request(Method::DELETE, &path)?).await?;
        Ok(())
    }

    pub async fn set_away(&self, away: &AwayRequest) -> Result<Away, HubError> {
        read(self.request(Method::PUT, "v1/me/away")?.json(away)).await
    }

    pub async fn come_back(&self) -> Result<(), HubError> {
        send(self.request(Method::DELETE, "v1/me/away")?).await?;
        Ok(())
    }
}
