//! The table of models whose server refuses requests that its host could keep. What is refused today may work in a week, so
//! a row counts for a while only.

use super::{Library, LibraryError};
use rusqlite::{OptionalExtension, named_params};

impl Library {
    /// The model, in small letters, is asked elsewhere at this server from now on.
    pub async fn refuse_cache(&self, server: &str, model: &str, now: i64) -> Result<(), LibraryError> {
        let (server, model) = (server.to_owned(), model.to_lowercase());
        self.run(move |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO cache_refusals (server, model, at) VALUES (:server, :model, :at)
                     ON CONFLICT DO UPDATE SET at = excluded.at",
                )?
                .execute(named_params! { ":server": server, ":model": model, ":at": now })?;
            Ok(())
        })
        .await
    }

    /// Whether that was so since this time.
    pub async fn is_cache_refused(
        &self,
        server: &str,
        model: &str,
        since: i64,
    ) -> Result<bool, LibraryError> {
        let (server, model) = (server.to_owned(), model.to_lowercase());
        self.run(move |connection| {
            let found = connection
                .prepare_cached("SELECT 1 FROM cache_refusals WHERE server = ?1 AND model = ?2 AND at >= ?3")?
                .query_row((server, model, since), |_| Ok(()))
                .optional()?;
            Ok(found.is_some())
        })
        .await
    }
}
