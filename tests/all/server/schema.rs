//! The two schemas are one: the same files, tables, columns and indexes on both databases, so
//! that each statement is written once.

use super::databases::{Raw, TestDatabase};
use chuishao_server::store::{Kind, Store};
use std::fs;
use std::path::Path;

fn migrations(database: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let folder = folder.join("host/server/migrations").join(database);
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn both_databases_have_the_same_migrations() {
    assert!(!migrations("sqlite").is_empty());
    assert_eq!(migrations("sqlite"), migrations("postgres"));
}

/// The full-text index of the knowledge base, which each database keeps in tables of its own.
const FULL_TEXT: &str = "knowledge_index";

/// `table.place.column`, and whether it may be empty; what is of the primary key may not,
/// whatever SQLite says.
const COLUMNS: [&str; 2] = [
    "select t.name || '.' || c.cid || '.' || c.name || case when c.\"notnull\" or c.pk > 0 then '' else ' null' end \
     from sqlite_schema t, pragma_table_info(t.name) c \
     where t.type = 'table' and t.name not like 'sqlite%' and t.name not like '\\_sqlx%' escape '\\'",
    "select table_name || '.' || (ordinal_position - 1) || '.' || column_name \
     || case is_nullable when 'YES' then ' null' else '' end from information_schema.columns \
     where table_schema = 'public' and table_name not like '\\_sqlx%'",
];

/// The primary key's columns in their order.
const KEYS: [&str; 2] = [
    "select t.name || '.' || c.pk || '.' || c.name from sqlite_schema t, pragma_table_info(t.name) c \
     where t.type = 'table' and c.pk > 0 and t.name not like '\\_sqlx%' escape '\\'",
    "select k.table_name || '.' || k.ordinal_position || '.' || k.column_name \
     from information_schema.key_column_usage k join information_schema.table_constraints c \
     on c.constraint_name = k.constraint_name and c.table_name = k.table_name \
     where c.constraint_type = 'PRIMARY KEY' and k.table_schema = 'public' and k.table_name not like '\\_sqlx%' \
    ",
];

/// Indexes by name, each with its columns, and whether it covers a part of the table only.
const INDEXES: [&str; 2] = [
    "select s.tbl_name || '.' || s.name || '.' || i.seqno || '.' || i.name \
     || case when lower(s.sql) like '% where %' then ' partial' else '' end \
     from sqlite_schema s, pragma_index_info(s.name) i where s.type = 'index' and s.sql is not null",
    "select t.relname || '.' || n.relname || '.' || (a.attnum - 1) || '.' || a.attname \
     || case when x.indpred is not null then ' partial' else '' end \
     from pg_index x join pg_class n on n.oid = x.indexrelid join pg_class t on t.oid = x.indrelid \
     join pg_attribute a on a.attrelid = n.oid join pg_namespace s on s.oid = t.relnamespace \
     where s.nspname = 'public' and not x.indisprimary and t.relname not like '\\_sqlx%' \
    ",
];

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_tables_columns_and_indexes() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut databases = Vec::new();
    for on in [Kind::Sqlite, Kind::Postgres] {
        let database = TestDatabase::new(on, folder.path()).await;
        Store::open(&database.address).await.expect("it is made").close().await;
        databases.push(database);
    }
    for (what, [sqlite, postgres]) in [("columns", COLUMNS), ("keys", KEYS), ("indexes", INDEXES)] {
        let mut on_sqlite = Raw::open(&databases[0]).await.texts(sqlite).await;
        let mut on_postgres = Raw::open(&databases[1]).await.texts(postgres).await;
        for found in [&mut on_sqlite, &mut on_postgres] {
            found.retain(|line| !line.starts_with(FULL_TEXT));
        }
        on_sqlite.sort();
        on_postgres.sort();
        assert!(on_sqlite.len() > 10, "{what}: {on_sqlite:?}");
        assert_eq!(on_sqlite, on_postgres, "{what}");
    }
    for mut database in databases {
        database.remove().await;
    }
}
