//! After a new edition of the catalogue (改名): the knowledge base is found by today's names of its
//! categories. The clock visits every entry of the index once when another world is in force,
//! and once again when every server has it: until then one may still index under the old names.

use crate::desk::Desk;
use crate::store::StoreError;
use chuishao_domain::World;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long after the first sight of a world every server has it: each looks every second.
const SETTLED: Duration = Duration::from_secs(5);

/// How far the visits are. Kept in memory: after a start every entry is compared once, and what
/// has its names already is not written.
#[derive(Default)]
pub struct Renaming {
    visited: Option<Visited>,
}

struct Visited {
    world: Arc<World>,
    began: Instant,
    /// Behind which number it goes on; absent when the pass is over.
    at: Option<i64>,
    is_last: bool,
}

impl Renaming {
    /// Visits the next entries. Says whether there are more to visit at once.
    ///
    /// # Errors
    /// The database failed; it goes on where it stopped.
    pub async fn go_on(&mut self, desk: &Desk) -> Result<bool, StoreError> {
        let world = desk.world();
        let begin = |is_last| Visited { world: world.clone(), began: Instant::now(), at: Some(0), is_last };
        let visited = match &mut self.visited {
            Some(visited) if Arc::ptr_eq(&visited.world, &world) => visited,
            other => other.insert(begin(false)),
        };
        let Some(after) = visited.at else {
            if !visited.is_last && visited.began.elapsed() >= SETTLED {
                *visited = begin(true);
            }
            return Ok(visited.at.is_some());
        };
        let followed = desk.store.follow_names(&world, after).await?;
        if followed.renamed > 0 {
            tracing::info!(entries = followed.renamed, "entries of the knowledge base are found by new names");
        }
        visited.at = followed.next;
        Ok(visited.at.is_some())
    }
}
