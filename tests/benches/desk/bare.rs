//! The least that a handler could do: axum takes the request, sqlx inserts as many bytes as
//! the desk writes for it, in one transaction, durable before the answer. No rules, no
//! guard rails, no history, no idempotency.

use axum::extract::{Path, State};
use axum::routing::post;
use axum::{Json, Router};
use chuishao_server::store::address::DatabaseAddress;
use serde_json::{Value, json};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Connections of the bare handler on PostgreSQL: enough that it commits in groups.
const CONNECTIONS: u32 = 16;

#[derive(Clone)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

struct Bare {
    pool: Pool,
    /// Bytes to write for each of the three steps of a call.
    bytes: [usize; 3],
}

/// Starts it; where it listens.
pub async fn start(address: &DatabaseAddress, bytes: [usize; 3]) -> (String, JoinHandle<()>) {
    let pool = match address {
        DatabaseAddress::Sqlite(path) => {
            let options = SqliteConnectOptions::new().filename(path.with_extension("bare")).create_if_missing(true);
            let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
            // More connections would only fight for the one lock.
            let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.expect("a file");
            sqlx::query("create table bare (id integer primary key, document text not null)")
                .execute(&pool)
                .await
                .expect("a table");
            Pool::Sqlite(pool)
        }
        DatabaseAddress::Postgres(options) => {
            let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect_with((**options).clone());
            let pool = pool.await.expect("it listens");
            sqlx::query("create table bare (id bigserial primary key, document text not null)")
                .execute(&pool)
                .await
                .expect("a table");
            Pool::Postgres(pool)
        }
    };
    let router = Router::new().route("/{step}", post(take)).with_state(Arc::new(Bare { pool, bytes }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    (base, tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") }))
}

async fn take(State(bare): State<Arc<Bare>>, Path(step): Path<usize>, Json(body): Json<Value>) -> Json<Value> {
    let mut document = body.to_string();
    let wanted = bare.bytes[step];
    while document.len() < wanted {
        let more = (wanted - document.len()).min(document.len());
        let cut = (0..=more).rev().find(|place| document.is_char_boundary(*place)).unwrap_or(0);
        let part = document[..cut.max(1)].to_owned();
        document.push_str(&part);
    }
    let insert = "insert into bare (document) values ($1)";
    match &bare.pool {
        Pool::Sqlite(pool) => {
            let mut open = pool.begin().await.expect("a transaction");
            sqlx::query(insert).bind(document).execute(&mut *open).await.expect("it is written");
            open.commit().await.expect("it is durable");
        }
        Pool::Postgres(pool) => {
            let mut open = pool.begin().await.expect("a transaction");
            sqlx::query(insert).bind(document).execute(&mut *open).await.expect("it is written");
            open.commit().await.expect("it is durable");
        }
    }
    Json(json!({ "ok": true }))
}
