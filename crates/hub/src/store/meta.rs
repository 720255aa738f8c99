//! What the hub knows of itself: its id, the secret its pseudonyms are made with, the key that signs its checkpoints,
//! and how long content is kept.

use domain::Instant;
use domain::retention::Retention;
use hmac::{Hmac, KeyInit, Mac};
use rand::Rng;
use sha2::Sha256;
use sqlx::Row as _;
use zeroize::Zeroizing;

use super::{Conn, Store};
use crate::error::HubError;

const HUB_ID: &str = "hub_id";
const PSEUDONYM_SECRET: &str = "pseudonym_secret";
const MADE_AT: &str = "made_at";
const CHECKPOINT_SEED: &str = "checkpoint_seed";
const RETENTION: &str = "retention";

/// Fills the table of a new database; leaves an old one alone.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn ensure(store: &Store, now: Instant) -> Result<(), HubError> {
    let mut tx = store.begin().await?;
    let mut secret = [0_u8; 32];
    rand::rng().fill_bytes(&mut secret);
    for (name, value) in [
        (HUB_ID, uuid::Uuid::now_v7().to_string()),
        (PSEUDONYM_SECRET, hex::encode(secret)),
        (MADE_AT, super::us(now).to_string()),
    ] {
        sqlx::query("insert into meta (name, value) values ($1, $2) on conflict (name) do nothing")
            .bind(name)
            .bind(value)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// # Errors
/// [`HubError`] of the database.
pub async fn hub_id(conn: &mut Conn) -> Result<String, HubError> {
    value(conn, HUB_ID).await
}

/// Makes pseudonyms: the same person has the same one here, and no other hub's.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn pseudonyms(conn: &mut Conn) -> Result<Pseudonyms, HubError> {
    let secret = hex::decode(value(conn, PSEUDONYM_SECRET).await?).map_err(HubError::broken)?;
    Ok(Pseudonyms { secret })
}

/// Now, by the database's clock: microseconds since 1970. On PostgreSQL alone.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn clock_us(conn: &mut Conn) -> Result<i64, HubError> {
    let row = sqlx::query("select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint) as us")
        .fetch_one(conn)
        .await?;
    Ok(row.try_get("us")?)
}

/// What the key is made of that signs checkpoints, hex; none: no checkpoint was ever asked for.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn checkpoint_seed(conn: &mut Conn) -> Result<Option<Zeroizing<String>>, HubError> {
    Ok(known(conn, CHECKPOINT_SEED).await?.map(Zeroizing::new))
}

/// Keeps the seed, unless there is one. True: this is the one now.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn keep_checkpoint_seed(conn: &mut Conn, seed: &str) -> Result<bool, HubError> {
    let done = sqlx::query("insert into meta (name, value) values ($1, $2) on conflict (name) do nothing")
        .bind(CHECKPOINT_SEED)
        .bind(seed)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// What is erased when; nothing until somebody says so.
///
/// # Errors
/// [`HubError`] of the database.
pub async fn retention(conn: &mut Conn) -> Result<Retention, HubError> {
    let text = known(conn, RETENTION).await?;
    text.map_or(Ok(Retention::default()), |text| {
        serde_json::from_str(&text).map_err(HubError::broken)
    })
}

/// # Errors
/// [`HubError`] of the database.
pub async fn set_retention(conn: &mut Conn, retention: &Retention) -> Result<(), HubError> {
    sqlx::query("insert into meta (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value")
        .bind(RETENTION)
        .bind(serde_json::to_string(retention).map_err(HubError::broken)?)
        .execute(conn)
        .await?;
    Ok(())
}

async fn value(conn: &mut Conn, name: &str) -> Result<String, HubError> {
    known(conn, name)
        .await?
        .ok_or_else(|| HubError::broken(format!("the hub has no {name}")))
}

async fn known(conn: &mut Conn, name: &str) -> Result<Option<String>, HubError> {
    let row = sqlx::query("select value from meta where name = $1")
        .bind(name)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|row| row.try_get("value")).transpose()?)
}

pub struct Pseudonyms {
    secret: Vec<u8>,
}

impl Pseudonyms {
    /// # Errors
    /// [`HubError::Broken`] for a secret no key can be made of.
    pub fn of(&self, person_id: &str) -> Result<String, HubError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).map_err(HubError::broken)?;
        mac.update(person_id.as_bytes());
        Ok(format!("p_{}", &hex::encode(mac.finalize().into_bytes())[..24]))
    }
}
