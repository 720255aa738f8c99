//! `token create` and `token revoke`.

use std::io::Write;

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use domain::Instant;

use super::args::{Token, TokenCreate, TokenRevoke};
use super::failure::Failure;
use crate::Hub;
use crate::access::NewToken;
use crate::config::Settings;

pub async fn token(settings: &Settings, what: Token) -> Result<(), Failure> {
    let expires_at = match &what {
        Token::Create(TokenCreate {
            expires: Some(when), ..
        }) => Some(expiry(when, Utc::now())?),
        _ => None,
    };
    let hub = Hub::open(settings.hub_options()?).await?;
    let done = match what {
        Token::Create(new) => create(&hub, new, expires_at).await,
        Token::Revoke(which) => revoke(&hub, which).await,
    };
    hub.close().await;
    done
}

async fn create(hub: &Hub, new: TokenCreate, expires_at: Option<Instant>) -> Result<(), Failure> {
    let new = NewToken {
        name: new.name,
        roles: new.roles,
        sources: new.sources,
        expires_at,
        ..NewToken::default()
    };
    let made = hub.create_token(new).await?;
    let roles: Vec<_> = made.person.roles.iter().map(|role| role.as_str()).collect();
    let until = expires_at
        .map(|at| format!(", until {}", at.format("%Y-%m-%d %H:%M UTC")))
        .unwrap_or_default();
    let mut err = std::io::stderr();
    writeln!(
        err,
        "token {} for {} ({}){until}; it is shown once:",
        made.id,
        made.person.name,
        roles.join(", ")
    )?;
    writeln!(std::io::stdout(), "{}", made.token)?;
    Ok(())
}

async fn revoke(hub: &Hub, which: TokenRevoke) -> Result<(), Failure> {
    let which = which.token.or(which.name).unwrap_or_default();
    let revoked = hub.revoke_token(&which).await?;
    writeln!(std::io::stderr(), "revoked {}", revoked.join(", "))?;
    Ok(())
}

/// `90d`, `12h`, `30m`, a date (its end in UTC) or an instant; it must lie ahead.
fn expiry(when: &str, now: Instant) -> Result<Instant, Failure> {
    let usage = || {
        Failure::Usage(format!(
            "--expires {when}: 90d, 12h, 30m or a date that lies ahead is expected"
        ))
    };
    let at = span(when)
        .and_then(|span| now.checked_add_signed(span))
        .or_else(|| {
            DateTime::parse_from_rfc3339(when)
                .ok()
                .map(|at| at.with_timezone(&Utc))
        })
        .or_else(|| {
            let end = NaiveDate::parse_from_str(when, "%Y-%m-%d").ok()?.succ_opt()?;
            Some(end.and_time(NaiveTime::MIN).and_utc())
        });
    at.filter(|at| *at > now).ok_or_else(usage)
}

fn span(when: &str) -> Option<Duration> {
    let number: i64 = when.get(..when.len().checked_sub(1)?)?.parse().ok()?;
    match when.chars().last()? {
        'd' => Duration::try_days(number),
        'h' => Duration::try_hours(number),
        'm' => Duration::try_minutes(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_lies_ahead() {
        let now: Instant = "2026-11-21T10:00:00Z".parse().unwrap();
        let at = |when: &str| expiry(when, now).ok().map(|at| at.to_rfc3339());
        assert_eq!(at("2d").as_deref(), Some("2026-11-23T10:00:00+00:00"));
        assert_eq!(at("2026-11-21").as_deref(), Some("2026-11-22T00:00:00+00:00"));
        assert_eq!(
            at("2026-12-01T12:00:00+02:00").as_deref(),
            Some("2026-12-01T10:00:00+00:00")
        );
        for when in [
            "",
            "d",
            "-1d",
            "0d",
            "2026-11-20",
            "tomorrow",
            "999999999999999999d",
            "1é",
        ] {
            assert_eq!(at(when), None, "{when}");
        }
    }
}
