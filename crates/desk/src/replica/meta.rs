//! Single facts by name: who, which hub, how far the feed was read, the clock, the settings.

use domain::Instant;
use domain::policy::Person;
use protocol::ipc::Settings;
use sqlx::SqliteExecutor;

use super::{Replica, ReplicaError, instant, micros, payload, text};

const PERSON: &str = "person";
const ADDRESS: &str = "address";
const TOKEN: &str = "token";
const SIGNED_IN: &str = "signed_in";
const HUB_ID: &str = "hub_id";
const CURSOR: &str = "feed_cursor";
const CLOCK: &str = "clock_offset_micros";
const SETTINGS: &str = "settings";
const RECOVERY_KEY: &str = "recovery_key";
const OWN_DECISIONS: &str = "own_decisions_read_at";

async fn get(on: impl SqliteExecutor<'_>, name: &str) -> Result<Option<String>, ReplicaError> {
    Ok(sqlx::query_scalar("select value from meta where name = $1")
        .bind(name)
        .fetch_optional(on)
        .await?)
}

async fn set(on: impl SqliteExecutor<'_>, name: &str, value: &str) -> Result<(), ReplicaError> {
    sqlx::query("insert into meta (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value")
        .bind(name)
        .bind(value)
        .execute(on)
        .await?;
    Ok(())
}

impl Replica {
    pub async fn person(&self) -> Result<Option<Person>, ReplicaError> {
        get(self.reader(), PERSON)
            .await?
            .as_deref()
            .map(payload)
            .transpose()
    }

    pub async fn set_person(&self, person: &Person) -> Result<(), ReplicaError> {
        set(&mut *self.alone().await?, PERSON, &text(person)?).await
    }

    /// Of a team's hub; a solo hub tells its own at every start.
    pub async fn address(&self) -> Result<Option<String>, ReplicaError> {
        get(self.reader(), ADDRESS).await
    }

    pub async fn set_address(&self, address: &str) -> Result<(), ReplicaError> {
        set(&mut *self.alone().await?, ADDRESS, address).await
    }

    /// The team's token, where no keychain keeps it: inside the encryption, so it is as safe as the key is.
    pub async fn token(&self) -> Result<Option<String>, ReplicaError> {
        get(self.reader(), TOKEN).await
    }

    pub async fn set_token(&self, token: &str) -> Result<(), ReplicaError> {
        set(&mut *self.alone().await?, TOKEN, token).await
    }

    /// What signing in with a provider left, where no keychain keeps it.
    pub async fn signed_in(&self) -> Result<Option<String>, ReplicaError> {
        get(self.reader(), SIGNED_IN).await
    }

    pub async fn set_signed_in(&self, text: &str) -> Result<(), ReplicaError> {
        set(&mut *self.alone().await?, SIGNED_IN, text).await
    }

    pub async fn forget_signed_in(&self) -> Result<(), ReplicaError> {
        sqlx::query("delete from meta where name = $1")
            .bind(SIGNED_IN)
            .execute(&mut *self.alone().await?)
            .await?;
        Ok(())
    }

    pub async fn forget_token(&self) -> Result<(), ReplicaError> {
        sqlx::query("delete from meta where name = $1")
            .bind(TOKEN)
            .execute(&mut *self.alone().await?)
            .await?;
        Ok(())
    }

    pub async fn hub_id(&self) -> Result<Option<String>, ReplicaError> {
        get(self.reader(), HUB_ID).await
    }

    pub async fn set_hub_id(&self, id: &str) -> Result<(), ReplicaError> {
        set(&mut *self.alone().await?, HUB_ID, id).await
    }

    pub async fn feed_cursor(&self) -> Result<Option<String>, ReplicaError> {
        get(self.reader(), CURSOR).await
    }

    /// How far the feed was read, and in the same transaction what is to be looked at again because of it.
    pub async fn set_feed_cursor(&self, cursor: &str, refetch: &[String]) -> Result<(), ReplicaError> {
        let mut writing = self.write().await?;
        for id in refetch {
            sqlx::query("insert into refetches (case_id) values ($1) on conflict (case_id) do nothing")
                .bind(id)
                .execute(&mut *writing)
                .await?;
        }
        set(&mut *writing, CURSOR, cursor).await?;
        writing.commit().await
    }

    /// Cases still to be looked at again.
    pub async fn refetches(&self) -> Result<Vec<String>, ReplicaError> {
        Ok(sqlx::query_scalar("select case_id from refetches")
            .fetch_all(self.reader())
            .await?)
    }

    /// A case was looked at again.
    pub async fn refetched(&self, case_id: &str) -> Result<(), ReplicaError> {
        sqlx::query("delete from refetches where case_id = $1")
            .bind(case_id)
            .execute(&mut *self.alone().await?)
            .await?;
        Ok(())
    }

    /// The hub's clock less this computer's.
    pub async fn clock_offset_micros(&self) -> Result<i64, ReplicaError> {
        Ok(get(self.reader(), CLOCK)
            .await?
            .and_then(|text| text.parse().ok())
            .unwrap_or_default())
    }

    pub async fn set_clock_offset_micros(&self, offset: i64) -> Result<(), ReplicaError> {
        set(&mut *self.alone().await?, CLOCK, &offset.to_string()).await
    }

    /// Whether the person has kept the recovery key, or goes without it.
    pub async fn recovery_key_settled(&self) -> Result<bool, ReplicaError> {
        Ok(get(self.reader(), RECOVERY_KEY).await?.is_some())
    }

    pub async fn settle_recovery_key(&self) -> Result<(), ReplicaError> {
        set(&mut *self.alone().await?, RECOVERY_KEY, "settled").await
    }

    /// Until when what the person decided elsewhere was read to its end, by the hub's clock.
    pub async fn own_decisions_read_at(&self) -> Result<Option<Instant>, ReplicaError> {
        let micros = get(self.reader(), OWN_DECISIONS).await?;
        Ok(micros.and_then(|text| text.parse().ok()).map(instant))
    }

    pub async fn set_own_decisions_read_at(&self, at: Instant) -> Result<(), ReplicaError> {
        set(&mut *self.alone().await?, OWN_DECISIONS, &micros(at).to_string()).await
    }

    pub async fn settings(&self) -> Result<Settings, ReplicaError> {
        Ok(get(self.reader(), SETTINGS)
            .await?
            .as_deref()
            .map(payload)
            .transpose()?
            .unwrap_or_default())
    }

    pub async fn set_settings(&self, settings: &Settings) -> Result<(), ReplicaError> {
        set(&mut *self.alone().await?, SETTINGS, &text(settings)?).await
    }
}
