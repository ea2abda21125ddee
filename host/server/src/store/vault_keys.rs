//! Which keys the vault was used with (密钥登记): ids and proofs, never a key. Several servers on
//! one database find out here whether their key files are the same.

use super::database::Statement;
use super::many::Column::Text;
use super::many::ManyRows;
use super::{Store, StoreError};
use chuishao_domain::vault::keys::KeyRing;
use chuishao_domain::vault::look_up::LookUpHash;

static KEY: ManyRows = ManyRows {
    before: "insert into vault_key (id, proof) ",
    columns: &[Text, Text],
    after: " on conflict (id) do nothing",
    returning: None,
};

/// What speaks against a key file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disagreement {
    /// Another key stands under this id.
    Another(String),
    /// Rows are sealed under a key that the file lacks.
    Lacks(String),
}

impl Store {
    /// The ids of all keys that were ever used.
    ///
    /// # Errors
    /// The database failed.
    pub async fn known_keys(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.known_proofs().await?.into_iter().map(|(id, _)| id).collect())
    }

    async fn known_proofs(&self) -> Result<Vec<(String, String)>, StoreError> {
        let rows = self.pool.all(Statement::new("select id, proof from vault_key order by id")).await?;
        rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
    }

    /// How many rows are sealed under a key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_under(&self, key: &str) -> Result<u64, StoreError> {
        let asked = Statement::new("select count(*) from caller_sealed where key_id = $1").bind(key);
        Ok(self.readers.one(asked).await?.integer(0)?.unsigned_abs())
    }

    async fn is_in_use(&self, key: &str) -> Result<bool, StoreError> {
        let asked = Statement::new("select reference from caller_sealed where key_id = $1 limit 1").bind(key);
        Ok(self.pool.optional(asked).await?.is_some())
    }

    /// Registers the keys of a ring, if they open what is there.
    ///
    /// # Errors
    /// The database failed.
    pub async fn agree_on_keys(&self, ring: &KeyRing) -> Result<Result<(), Disagreement>, StoreError> {
        let proofs = ring.proofs();
        if let Err(disagreement) = self.compare(&proofs).await? {
            return Ok(Err(disagreement));
        }
        let rows = proofs.iter().map(|proof| vec![proof.key().as_str().into(), proof.to_string().into()]).collect();
        let mut open = self.pool.begin().await?;
        open.write(vec![(&KEY, rows)]).await?;
        open.commit().await?;
        // Two that start on an empty database at the same moment: one of them was second.
        self.compare(&proofs).await
    }

    /// Whether the keys of a ring open what is there; registers nothing.
    ///
    /// # Errors
    /// The database failed.
    pub async fn compare_keys(&self, ring: &KeyRing) -> Result<Result<(), Disagreement>, StoreError> {
        self.compare(&ring.proofs()).await
    }

    async fn compare(&self, proofs: &[LookUpHash]) -> Result<Result<(), Disagreement>, StoreError> {
        for (id, known) in self.known_proofs().await? {
            match proofs.iter().find(|proof| proof.key().as_str() == id) {
                Some(proof) if proof.to_string() != known => return Ok(Err(Disagreement::Another(id))),
                None if self.is_in_use(&id).await? => return Ok(Err(Disagreement::Lacks(id))),
                _ => {}
            }
        }
        Ok(Ok(()))
    }
}
