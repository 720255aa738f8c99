//! Who may what: asked of the hub each time, since it is the hub's to say.

use chrono::{Duration, Utc};
use domain::access::{ElevationRequest, MayElevate, abilities};
use domain::policy::Role;
use protocol::WireError;
use protocol::access::Elevation;
use protocol::ipc::{AccessPage, Done, MakeToken, OwnAccess};
use protocol::tokens::{NewToken, TokenMade};

use crate::open_desk::OpenDesk;
use crate::words;

pub async fn page(open: &OpenDesk) -> Result<AccessPage, WireError> {
    let me = open.hub.me().await?;
    let reads = me
        .roles
        .iter()
        .any(|role| matches!(role, Role::Lead | Role::Admin));
    let all = if reads {
        Some(open.hub.access().await?)
    } else {
        None
    };
    let raised = |may: &Option<MayElevate>| may.iter().flat_map(|may| may.queues.clone()).collect::<Vec<_>>();
    let mut named = [me.queues.clone(), raised(&me.may_elevate)].concat();
    if let Some(all) = &all {
        named.extend(all.queues.iter().cloned());
        for person in &all.people {
            named.extend(person.queues.iter().cloned());
            named.extend(raised(&person.may_elevate));
        }
    }
    let titled = |name: String| {
        let title = words::queue_title(&name);
        (name, title)
    };
    Ok(AccessPage {
        all,
        titles: named.into_iter().map(titled).collect(),
        me: OwnAccess {
            can: abilities(&me.roles),
            id: me.id,
            name: me.name,
            roles: me.roles,
            queues: me.queues,
            ceiling: me.ceiling,
            may_elevate: me.may_elevate,
            elevations: me.elevations,
        },
    })
}

/// Until when it is taken is counted from now, by this computer's clock.
pub async fn make_token(open: &OpenDesk, args: MakeToken) -> Result<TokenMade, WireError> {
    let expires_at = args.days.map(|days| Utc::now() + Duration::days(i64::from(days)));
    let new = NewToken {
        name: args.name,
        roles: args.roles,
        sources: args.sources,
        expires_at,
    };
    Ok(open.hub.make_token(&new).await?)
}

pub async fn elevate(open: &OpenDesk, asked: &ElevationRequest) -> Result<Elevation, WireError> {
    let begun = open.hub.elevate(asked).await?;
    look_again(open);
    Ok(begun)
}

pub async fn end(open: &OpenDesk, id: &str) -> Result<Done, WireError> {
    open.hub.end_elevation(id).await?;
    look_again(open);
    Ok(Done {})
}

/// Who one is, and what there is for them, may be otherwise now.
fn look_again(open: &OpenDesk) {
    {
        let mut state = open.status.lock();
        state.greeted_at = None;
        state.queues_read_at = None;
        state.forget_dry();
    }
    open.status.wake_at_once();
}
