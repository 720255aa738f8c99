//! Who asks: the token they come with, the person it stands for, and the scopes behind their roles.
//!
//! What it is not: the rules of who decides what; those are `domain::policy`.

use domain::Instant;
use domain::access::{Grant, MayElevate, Raise};
use domain::case::Sensitivity;
use domain::policy::{Person, Role};
use subtle::ConstantTimeEq;

use crate::error::{HubError, TokenFault};

/// Of a case that is sent under a source the token doesn't write for.
pub const SOURCE_NOT_ALLOWED: &str = "source_not_allowed";
/// Of a case for a queue that isn't among those its sender has.
pub const QUEUE_NOT_ALLOWED: &str = "queue_not_allowed";

/// A token as the store has it, with the person it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredToken {
    pub id: String,
    pub hash: String,
    /// The person with this token's roles.
    pub person: Person,
    /// Source names it may write; none: any.
    pub sources: Vec<String>,
    pub expires_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
    /// Of a sign-in: its roles are those given to the person.
    pub session: bool,
    /// What elevations are bound to: of a session the first one of its sign-in, of any other token itself.
    pub sign_in: String,
    /// Of the person.
    pub ceiling: Option<Sensitivity>,
    pub may_elevate: Option<MayElevate>,
    pub disabled: bool,
}

impl StoredToken {
    /// With what was raised by this sign-in. What an admin no longer allows is taken off.
    #[must_use]
    pub fn raised(mut self, running: Vec<Raise>) -> Self {
        let Some(bounds) = &self.may_elevate else {
            return self;
        };
        let mut grant = Grant {
            roles: self.person.roles,
            queues: self.person.queues,
            ceiling: self.ceiling,
        };
        for raise in running {
            grant = grant.with(&bounds.bound(raise));
        }
        self.person.roles = grant.roles;
        self.person.queues = grant.queues;
        self.ceiling = grant.ceiling;
        self
    }

    /// # Errors
    /// [`TokenFault`]: another token, revoked, past its time, or of somebody who is disabled.
    pub fn check(&self, hash: &str, now: Instant) -> Result<(), TokenFault> {
        if !bool::from(self.hash.as_bytes().ct_eq(hash.as_bytes())) {
            return Err(TokenFault::Unknown);
        }
        if self.revoked_at.is_some() {
            return Err(TokenFault::Revoked);
        }
        if self.expires_at.is_some_and(|at| at <= now) {
            return Err(TokenFault::Expired);
        }
        if self.disabled {
            return Err(TokenFault::Disabled);
        }
        Ok(())
    }
}

/// Who makes this request, and with what right.
#[derive(Debug, Clone, PartialEq)]
pub struct Caller {
    pub person: Person,
    /// Source names the token may write; none: any.
    pub sources: Vec<String>,
    /// The most sensitive a case may be that they see; none: any.
    pub ceiling: Option<Sensitivity>,
    pub token_id: String,
    /// Of the token, see [`crate::auth::token_hash`]; empty: there is none.
    pub token_hash: String,
    /// What elevations are bound to, see [`StoredToken`].
    pub sign_in: String,
    pub correlation_id: String,
}

/// What a role may, one by one; a role only gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    CasesWrite,
    CasesRead,
    LinksWrite,
    ClaimsWrite,
    DecisionsWrite,
    DecisionsRead,
    OwnDecisionsRead,
    DecisionsUndo,
    OutcomesWrite,
    LabelsRead,
    ExportsRead,
    StatsRead,
    QueuesRead,
    ChangesRead,
    RoutingWrite,
    CommentsWrite,
    AuditRead,
    RetentionWrite,
    PeopleRead,
    WebhooksRead,
    WebhooksWrite,
    PoliciesRead,
    PoliciesWrite,
    ToolsRead,
    ToolsWrite,
    AccessRead,
    AccessWrite,
    CasesPass,
    GoldWrite,
    KeysWrite,
    MetricsRead,
}

impl Scope {
    pub const ALL: [Self; 31] = [
        Self::CasesWrite,
        Self::CasesRead,
        Self::LinksWrite,
        Self::ClaimsWrite,
        Self::DecisionsWrite,
        Self::DecisionsRead,
        Self::OwnDecisionsRead,
        Self::DecisionsUndo,
        Self::OutcomesWrite,
        Self::LabelsRead,
        Self::ExportsRead,
        Self::StatsRead,
        Self::QueuesRead,
        Self::ChangesRead,
        Self::RoutingWrite,
        Self::CommentsWrite,
        Self::AuditRead,
        Self::RetentionWrite,
        Self::PeopleRead,
        Self::WebhooksRead,
        Self::WebhooksWrite,
        Self::PoliciesRead,
        Self::PoliciesWrite,
        Self::ToolsRead,
        Self::ToolsWrite,
        Self::AccessRead,
        Self::AccessWrite,
        Self::CasesPass,
        Self::GoldWrite,
        Self::KeysWrite,
        Self::MetricsRead,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CasesWrite => "cases:write",
            Self::CasesRead => "cases:read",
            Self::LinksWrite => "links:write",
            Self::ClaimsWrite => "claims:write",
            Self::DecisionsWrite => "decisions:write",
            Self::DecisionsRead => "decisions:read",
            Self::OwnDecisionsRead => "decisions:read_own",
            Self::DecisionsUndo => "decisions:undo",
            Self::OutcomesWrite => "outcomes:write",
            Self::LabelsRead => "labels:read",
            Self::ExportsRead => "exports:read",
            Self::StatsRead => "stats:read",
            Self::QueuesRead => "queues:read",
            Self::ChangesRead => "changes:read",
            Self::RoutingWrite => "routing:write",
            Self::CommentsWrite => "comments:write",
            Self::AuditRead => "audit:read",
            Self::RetentionWrite => "retention:write",
            Self::PeopleRead => "people:read",
            Self::WebhooksRead => "webhooks:read",
            Self::WebhooksWrite => "webhooks:write",
            Self::PoliciesRead => "policies:read",
            Self::PoliciesWrite => "policies:write",
            Self::ToolsRead => "tools:read",
            Self::ToolsWrite => "tools:write",
            Self::AccessRead => "access:read",
            Self::AccessWrite => "access:write",
            Self::CasesPass => "cases:pass",
            Self::GoldWrite => "gold:write",
            Self::KeysWrite => "keys:write",
            Self::MetricsRead => "metrics:read",
        }
    }

    /// The roles that give it (API.md, the table of roles).
    pub const fn roles(self) -> &'static [Role] {
        use Role::{Admin, Approver, Lead, Source, Steward};
        match self {
            Self::CasesWrite | Self::LinksWrite | Self::OutcomesWrite => &[Source],
            Self::CasesRead | Self::OwnDecisionsRead | Self::ChangesRead => {
                &[Source, Steward, Approver, Lead, Admin]
            }
            // A lead settles disputes, and decides nothing else. Passing on: to a colleague, up, or to who stands in.
            Self::ClaimsWrite | Self::DecisionsWrite | Self::DecisionsUndo | Self::CasesPass => {
                &[Steward, Approver, Lead]
            }
            Self::KeysWrite => &[Steward, Approver],
            Self::CommentsWrite => domain::policy::passing::COMMENT,
            // Those who decide see decisions on the cases of their queues, and their own.
            Self::DecisionsRead | Self::LabelsRead => &[Source, Lead, Admin],
            Self::ExportsRead
            | Self::StatsRead
            | Self::PeopleRead
            | Self::PoliciesWrite
            | Self::AccessRead
            | Self::MetricsRead
            | Self::GoldWrite => &[Lead, Admin],
            Self::QueuesRead | Self::PoliciesRead | Self::ToolsRead => &[Steward, Approver, Lead, Admin],
            Self::RoutingWrite => &[Source, Lead],
            Self::AuditRead
            | Self::RetentionWrite
            | Self::WebhooksRead
            | Self::WebhooksWrite
            | Self::ToolsWrite
            | Self::AccessWrite => &[Admin],
        }
    }
}

impl Caller {
    pub(crate) fn of(stored: StoredToken, correlation_id: String) -> Self {
        Self {
            person: stored.person,
            sources: stored.sources,
            ceiling: stored.ceiling,
            token_id: stored.id,
            token_hash: stored.hash,
            sign_in: stored.sign_in,
            correlation_id,
        }
    }

    /// # Errors
    /// `not_allowed` when none of the caller's roles gives the scope.
    pub fn may(&self, scope: Scope) -> Result<(), HubError> {
        if scope.roles().iter().any(|role| self.person.has(*role)) {
            return Ok(());
        }
        let roles: Vec<_> = scope.roles().iter().map(|role| role.as_str()).collect();
        Err(HubError::forbidden(
            "not_allowed",
            format!("needs the role {} ({})", roles.join(" or "), scope.as_str()),
        ))
    }

    /// Whether the caller sees whatever lies in its queues: everybody but one who is only a source.
    pub fn reads_queues(&self) -> bool {
        self.person.roles.iter().any(|role| *role != Role::Source)
    }

    /// The source a case of this token is written under: the case's own, else the token's only one, else its name.
    ///
    /// # Errors
    /// `source_not_allowed`: the token may not write this source.
    pub fn source_for(&self, own: Option<&str>) -> Result<String, domain::Invalid> {
        let source = match (own, self.sources.as_slice()) {
            (Some(own), _) => own.to_owned(),
            (None, [only]) => only.clone(),
            (None, _) => self.person.name.clone(),
        };
        if self.sources.is_empty() || self.sources.contains(&source) {
            return Ok(source);
        }
        let detail = format!("this token doesn't write for the source '{source}'");
        Err(domain::Invalid::new(SOURCE_NOT_ALLOWED, "/source", detail))
    }

    /// One who is only a source learns no names.
    pub(crate) fn named(&self, name: Option<String>) -> Option<String> {
        name.filter(|_| self.reads_queues())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(roles: &[Role], sources: &[&str]) -> Caller {
        let person = Person {
            id: "p".into(),
            name: "matcher".into(),
            roles: roles.to_vec(),
            queues: Vec::new(),
        };
        let sources = sources.iter().map(|s| (*s).to_owned()).collect();
        Caller {
            person,
            sources,
            ceiling: None,
            token_id: "t".into(),
            token_hash: String::new(),
            sign_in: "t".into(),
            correlation_id: "c".into(),
        }
    }

    #[test]
    fn an_admin_neither_posts_cases_nor_decides() {
        let admin = caller(&[Role::Admin], &[]);
        assert!(admin.may(Scope::AuditRead).is_ok());
        for scope in [Scope::CasesWrite, Scope::ClaimsWrite, Scope::DecisionsWrite] {
            assert_eq!(admin.may(scope).unwrap_err().code(), "not_allowed");
        }
    }

    #[test]
    fn roles_add_up() {
        let both = caller(&[Role::Source, Role::Steward], &[]);
        assert!(both.may(Scope::CasesWrite).is_ok() && both.may(Scope::DecisionsWrite).is_ok());
        assert!(both.reads_queues() && !caller(&[Role::Source], &[]).reads_queues());
    }

    #[test]
    fn a_token_writes_only_its_sources() {
        let bound = caller(&[Role::Source], &["crm", "erp"]);
        assert_eq!(bound.source_for(Some("crm")).unwrap(), "crm");
        assert_eq!(bound.source_for(Some("billing")).unwrap_err().pointer, "/source");
        assert!(bound.source_for(None).is_err(), "its name is none of its sources");
        assert_eq!(caller(&[Role::Source], &["crm"]).source_for(None).unwrap(), "crm");
        assert_eq!(caller(&[Role::Source], &[]).source_for(None).unwrap(), "matcher");
    }

    #[test]
    fn an_expired_or_revoked_token_says_so() {
        let now = Instant::UNIX_EPOCH + chrono::Duration::days(1);
        let person = caller(&[Role::Source], &[]).person;
        let token = StoredToken {
            id: "t".into(),
            hash: "h".into(),
            person,
            sources: vec![],
            expires_at: None,
            revoked_at: None,
            session: false,
            sign_in: "t".into(),
            ceiling: None,
            may_elevate: None,
            disabled: false,
        };
        assert_eq!(token.check("h", now), Ok(()));
        assert_eq!(token.check("g", now), Err(TokenFault::Unknown));
        assert_eq!(
            StoredToken {
                expires_at: Some(now),
                ..token.clone()
            }
            .check("h", now),
            Err(TokenFault::Expired)
        );
        assert_eq!(
            StoredToken {
                revoked_at: Some(now),
                ..token.clone()
            }
            .check("h", now),
            Err(TokenFault::Revoked)
        );
        assert_eq!(
            StoredToken {
                disabled: true,
                ..token
            }
            .check("h", now),
            Err(TokenFault::Disabled)
        );
    }
}
