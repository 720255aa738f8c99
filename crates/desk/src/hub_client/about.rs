//! What the pages about the hub ask it: policies, tools, webhooks, the audit, retention.

use domain::retention::Retention;
use protocol::audit::ChainWalk;
use protocol::hub::{AuditEntry, Page, PersonInfo};
use protocol::ipc::AuditSought;
use protocol::policies::{
    PolicyChange, PolicyHistory, PolicyPreset, QueuePolicy, RegisteredTool, SimulateRequest, Simulation,
};
use protocol::webhooks::{Delivery, DeliveryState, NewWebhook, Replayed, Tested, Webhook, WebhookMade};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{HubClient, HubError, items, optional, read, segment, send};

impl HubClient {
    fn put(&self, path: &str, body: &impl serde::Serialize) -> Result<RequestBuilder, HubError> {
        Ok(self.request(Method::PUT, path)?.json(body))
    }

    pub async fn policies(&self) -> Result<Vec<QueuePolicy>, HubError> {
        items(self.get("v1/policies")?).await
    }

    pub async fn policy(&self, queue: &str) -> Result<PolicyHistory, HubError> {
        read(self.get(&format!("v1/policies/{}", segment(queue)))?).await
    }

    pub async fn policy_presets(&self) -> Result<Vec<PolicyPreset>, HubError> {
        items(self.get("v1/policy-presets")?).await
    }

    pub async fn simulate(&self, request: &SimulateRequest) -> Result<Simulation, HubError> {
        read(self.post("v1/policies/simulate", request)?).await
    }

    pub async fn change_policy(&self, queue: &str, change: &PolicyChange) -> Result<QueuePolicy, HubError> {
        read(self.put(&format!("v1/policies/{}", segment(queue)), change)?).await
    }

    /// With when each was registered; what they do alone is `tools`.
    pub async fn registered_tools(&self) -> Result<Vec<RegisteredTool>, HubError> {
        items(self.get("v1/tools")?).await
    }

    pub async fn register_tool(&self, name: &str, tool: &Value) -> Result<RegisteredTool, HubError> {
        read(self.put(&format!("v1/tools/{}", segment(name)), tool)?).await
    }

    pub async fn webhooks(&self) -> Result<Vec<Webhook>, HubError> {
        items(self.get("v1/webhooks")?).await
    }

    pub async fn add_webhook(&self, new: &NewWebhook) -> Result<WebhookMade, HubError> {
        read(self.post("v1/webhooks", new)?).await
    }

    pub async fn remove_webhook(&self, id: &str) -> Result<(), HubError> {
        send(self.request(Method::DELETE, &format!("v1/webhooks/{}", segment(id)))?).await?;
        Ok(())
    }

    pub async fn enable_webhook(&self, id: &str) -> Result<Webhook, HubError> {
        read(self.post(&format!("v1/webhooks/{}/enable", segment(id)), &json!({}))?).await
    }

    pub async fn disable_webhook(&self, id: &str) -> Result<Webhook, HubError> {
        read(self.post(&format!("v1/webhooks/{}/disable", segment(id)), &json!({}))?).await
    }

    pub async fn test_webhook(&self, id: &str) -> Result<Tested, HubError> {
        read(self.post(&format!("v1/webhooks/{}/test", segment(id)), &json!({}))?).await
    }

    /// The newest first.
    pub async fn deliveries(
        &self,
        id: &str,
        state: Option<DeliveryState>,
        after: Option<&str>,
    ) -> Result<Page<Delivery>, HubError> {
        let request = self
            .get(&format!("v1/webhooks/{}/deliveries", segment(id)))?
            .query(&[("order", "newest"), ("limit", "50")])
            .query(&optional("state", state.map(DeliveryState::as_str)))
            .query(&optional("after", after));
        read(request).await
    }

    /// One that was given up, or all of them.
    pub async fn replay(&self, webhook: &str, delivery: Option<&str>) -> Result<Replayed, HubError> {
        let path = match delivery {
            Some(delivery) => {
                format!(
                    "v1/webhooks/{}/deliveries/{}/replay",
                    segment(webhook),
                    segment(delivery)
                )
            }
            None => format!("v1/webhooks/{}/replay", segment(webhook)),
        };
        read(self.post(&path, &json!({}))?).await
    }

    /// `order`: `oldest`, or `newest`.
    pub async fn audit(
        &self,
        sought: &AuditSought,
        order: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<AuditEntry>, HubError> {
        let request = self
            .get("v1/audit")?
            .query(&[("order", order), ("limit", limit.to_string().as_str())])
            .query(&optional("action", sought.action.as_deref()))
            .query(&optional("person", sought.person.as_deref()))
            .query(&optional("case", sought.case_id.as_deref()))
            .query(&optional("correlation_id", sought.correlation_id.as_deref()))
            .query(&optional("from", sought.from.as_deref()))
            .query(&optional("until", sought.until.as_deref()))
            .query(&optional("after", after));
        read(request).await
    }

    /// As the hub signed it, also what this version doesn't know of.
    pub async fn checkpoint(&self) -> Result<Value, HubError> {
        read(self.get("v1/audit/checkpoint")?).await
    }

    /// Some thousand entries from this position and hash on.
    pub async fn walk_audit(&self, position: i64, hash: &str) -> Result<ChainWalk, HubError> {
        let mut request = self.get("v1/audit/verify")?;
        if position > 0 {
            request = request.query(&[("after", position.to_string().as_str()), ("hash", hash)]);
        }
        read(request).await
    }

    pub async fn retention(&self) -> Result<Retention, HubError> {
        read(self.get("v1/retention")?).await
    }

    pub async fn set_retention(&self, retention: &Retention) -> Result<Retention, HubError> {
        read(self.put("v1/retention", retention)?).await
    }

    pub async fn people(&self) -> Result<Vec<PersonInfo>, HubError> {
        items(self.get("v1/people")?).await
    }
}
