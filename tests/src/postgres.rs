//! A new database on the PostgreSQL that scripts/postgres.sh started for the tests.

/// Its address. None, said loudly, where there is no server to test on.
///
/// # Panics
/// In CI without a server: there nothing is left out.
pub async fn new_database() -> Option<String> {
    let Ok(server) = std::env::var("TIEBREAK_TEST_POSTGRES") else {
        assert!(
            std::env::var_os("CI").is_none(),
            "CI tests on PostgreSQL: run it by scripts/postgres.sh"
        );
        eprintln!("SKIPPED on PostgreSQL: TIEBREAK_TEST_POSTGRES isn't set (scripts/postgres.sh sets it)");
        return None;
    };
    let name = format!("tiebreak_{}", uuid::Uuid::new_v4().simple());
    let pool = sqlx::PgPool::connect(&server).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}")))
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    Some(format!("{}/{name}", server.rsplit_once('/').unwrap().0))
}
