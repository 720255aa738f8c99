//! A new token for the hub a store already belongs to: everything here stays, the outbox too.

use domain::policy::Person;
use protocol::WireError;
use protocol::hub::Me;
use protocol::ipc::{Done, Mode, SignIn};

use crate::desk::DeskOptions;
use crate::hub_client::{HubClient, HubError};
use crate::keeping::keep_token;
use crate::open_desk::OpenDesk;

/// # Errors
/// `other_hub`, `other_person`: what waits here would go out under a wrong name. What the hub refuses the token with.
pub async fn again(options: &DeskOptions, open: &OpenDesk, args: &SignIn) -> Result<Done, WireError> {
    if open.mode == Mode::Solo {
        return Err(WireError::new(
            "not_here",
            "On this computer nobody needs to sign in",
        ));
    }
    let token = args.token.trim();
    let me = HubClient::new(open.hub.address(), token)?
        .me()
        .await
        .map_err(refused)?;
    if open
        .replica
        .hub_id()
        .await?
        .is_some_and(|known| known != me.hub_id)
    {
        return Err(WireError::new(
            "other_hub",
            "Another hub answers at this address. Nothing was sent to it.",
        ));
    }
    let known = open.person();
    if !known.id.is_empty() && known.id != me.id {
        let words = format!(
            "This is the token of {}. What waits here is decided by {}: sign in with a token of that name, or sign out first.",
            me.name, known.name
        );
        return Err(WireError::new("other_person", words));
    }
    keep_token(options, &open.replica, token).await?;
    open.hub.set_token(token);
    open.status.lock().greeted_at = None;
    open.status.wake_at_once();
    Ok(Done {})
}

/// On this computer the program itself signs in: whether there is a new token now.
pub async fn renewed(open: &OpenDesk) -> bool {
    if open.mode != Mode::Solo {
        return false;
    }
    match open.host.start_hub(open.key.clone()).await {
        Ok(told) => {
            open.hub.set_token(&told.token);
            true
        }
        Err(error) => {
            tracing::warn!(code = error.code, "sign_in.not_renewed");
            false
        }
    }
}

/// The hub says what is wrong with a token for programs; a person has typed this one.
fn refused(error: HubError) -> WireError {
    if error.is_sign_in() {
        return WireError::new(error.code(), "The hub doesn't take this token");
    }
    error.into()
}

pub fn person_of(me: Me) -> Person {
    Person {
        id: me.id,
        name: me.name,
        roles: me.roles,
        queues: me.queues,
    }
}
