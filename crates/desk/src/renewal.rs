//! A session goes on without the person: with what their provider left here, or, on this computer, by the program's own hub.
//!
//! What it is not: signing in (`sign_in`), and what is said of a sign-in that can't go on (`sync::engine`).

use std::time::Duration;

use chrono::TimeDelta;
use domain::Instant;
use protocol::access::NewSession;
use protocol::ipc::Mode;

use crate::hub_client::HubError;
use crate::keeping::{keep_signed_in, keep_token, signed_in};
use crate::oidc::{self, OidcError, SignedIn};
use crate::open_desk::OpenDesk;
use crate::sign_in::remember;
use crate::sync::error::SyncError;

/// A session is renewed this long before it ends.
const BEFORE_THE_END: TimeDelta = TimeDelta::minutes(2);
/// How long after one that failed the next is tried, while the session still holds: decisions don't wait for a provider.
const AGAIN_AFTER: TimeDelta = TimeDelta::seconds(30);
/// The smallest unit of an identity token's time (RFC 7519, NumericDate).
const A_SECOND: Duration = Duration::from_secs(1);

/// The hub's words for a session that can't be renewed, now or ever.
const EXPIRED: &str = "token_expired";
const ENDED: &str = "session_ended";
const REPLAYED: &str = "identity_token_replayed";
const DISABLED: &str = "person_disabled";
const PROVIDER_AWAY: &str = "provider_away";

/// What came of trying to renew a session.
#[derive(Debug)]
pub enum Renewal {
    Done,
    /// Not now, for this reason, which is the newer word. What it is renewed with stays.
    Later(SyncError),
    /// Only the person helps, or the provider when it is back (`Status::provider_away`).
    Not,
}

/// Renews a session that ends soon. What comes of it shows by itself: with a new token, or with the old one's end.
pub async fn in_time(open: &OpenDesk) {
    let now = open.now();
    let due = {
        let state = open.status.lock();
        is_due(state.session_until, state.renewal_failed_at, now)
    };
    if due && !matches!(renew(open).await, Renewal::Done) {
        open.status.lock().renewal_failed_at = Some(now);
    }
}

fn is_due(until: Option<Instant>, failed_at: Option<Instant>, now: Instant) -> bool {
    until.is_some_and(|until| until - now <= BEFORE_THE_END)
        && failed_at.is_none_or(|at| now - at >= AGAIN_AFTER)
}

/// The hub has refused the token, so: whether there is a new one now. On this computer the program itself signs in.
pub async fn after(open: &OpenDesk, refused: &HubError) -> Renewal {
    if open.mode == Mode::Team {
        // A session that was taken back can't be renewed, and that of somebody disabled needs no other token.
        let renewable = refused.code() == EXPIRED && open.status.lock().session_until.is_some();
        return if renewable {
            renew(open).await
        } else {
            Renewal::Not
        };
    }
    match open.host.start_hub(open.key.clone()).await {
        Ok(told) => {
            open.hub.set_token(&told.token);
            Renewal::Done
        }
        Err(error) => {
            tracing::warn!(code = error.code, "renewal.no_hub");
            Renewal::Not
        }
    }
}

/// With the provider's leave.
async fn renew(open: &OpenDesk) -> Renewal {
    match once(open).await {
        Renewal::Later(SyncError::Hub(error)) if error.code() == REPLAYED => {
            // Two identity tokens of one second may be the same, bit for bit, and the hub takes each once.
            tokio::time::sleep(A_SECOND).await;
            once(open).await
        }
        renewal => renewal,
    }
}

async fn once(open: &OpenDesk) -> Renewal {
    let known = match signed_in(&open.options, &open.replica).await {
        Ok(Some(known)) => known,
        Ok(None) => return Renewal::Not,
        Err(error) => return Renewal::Later(error.into()),
    };
    open.status.lock().provider_away = false;
    match oidc::refresh(&known).await {
        Ok(granted) => exchanged(open, known, granted).await,
        Err(OidcError::Away(why)) => {
            tracing::info!(why, "renewal.provider_away");
            open.status.lock().provider_away = true;
            Renewal::Not
        }
        Err(error) => {
            tracing::info!(%error, "renewal.refused_by_provider");
            forget(open, known).await;
            Renewal::Not
        }
    }
}

/// The provider's word against a new token of the hub.
async fn exchanged(open: &OpenDesk, known: SignedIn, granted: oidc::Granted) -> Renewal {
    let mut next = SignedIn {
        refresh_token: granted.refresh_token,
        ..known
    };
    // Kept first: a provider that gives a new one has taken back the old one.
    if let Err(error) = keep_signed_in(&open.options, &open.replica, &next).await {
        return Renewal::Later(error.into());
    }
    let session = NewSession {
        id_token: granted.id_token,
        previous: Some(open.hub.token()),
    };
    match open.hub.begin_session(&session).await {
        Ok(session) => {
            next.expires_at = session.expires_at;
            match keep(open, &next, &session.token).await {
                Ok(()) => Renewal::Done,
                Err(error) => Renewal::Later(error),
            }
        }
        Err(error) => refused(open, next, error).await,
    }
}

async fn keep(open: &OpenDesk, next: &SignedIn, token: &str) -> Result<(), SyncError> {
    // Used from now on, kept or not: the one before ends within a minute.
    open.hub.set_token(token);
    keep_token(&open.options, &open.replica, token).await?;
    keep_signed_in(&open.options, &open.replica, next).await?;
    remember(open, next);
    open.status.lock().renewal_failed_at = None;
    Ok(())
}

/// What the hub says instead of a new token. Only a session that was ended is over; all else may be otherwise next time.
async fn refused(open: &OpenDesk, next: SignedIn, error: HubError) -> Renewal {
    tracing::info!(code = error.code(), "renewal.refused_by_hub");
    match error.code() {
        ENDED => {
            forget(open, next).await;
            Renewal::Not
        }
        PROVIDER_AWAY => {
            open.status.lock().provider_away = true;
            Renewal::Not
        }
        REPLAYED | DISABLED => Renewal::Later(error.into()),
        // Of the identity token: the provider may make a better one, else the person signs in again.
        _ if matches!(error, HubError::Refused(_)) => Renewal::Not,
        _ => Renewal::Later(error.into()),
    }
}

/// It was taken back: only the person helps now.
async fn forget(open: &OpenDesk, known: SignedIn) {
    let without = SignedIn {
        refresh_token: None,
        ..known
    };
    if let Err(error) = keep_signed_in(&open.options, &open.replica, &without).await {
        tracing::warn!(code = error.code(), "renewal.not_forgotten");
    }
    remember(open, &without);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_renewed_before_it_ends() {
        let until = Instant::from_timestamp(1_800_000_000, 0).unwrap();
        let due = |now| is_due(Some(until), None, now);
        assert!(!due(until - TimeDelta::minutes(3)));
        assert!(due(until - TimeDelta::minutes(1)));
        assert!(due(until + TimeDelta::hours(9)), "after a night too");
        assert!(!is_due(None, None, until), "there is nothing to renew with");
    }

    #[test]
    fn a_renewal_that_failed_is_not_tried_again_with_each_decision() {
        let failed = Instant::from_timestamp(1_800_000_000, 0).unwrap();
        let until = failed + TimeDelta::minutes(1);
        let due = |seconds| is_due(Some(until), Some(failed), failed + TimeDelta::seconds(seconds));
        assert_eq!((due(0), due(29), due(30)), (false, false, true));
    }
}
