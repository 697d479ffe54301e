//! The table of values that a server refused for a parameter which its model declares. What is refused today may work in a week,
//! so a row counts for a while only, and goes when the value is taken.

use super::{Library, LibraryError};
use rusqlite::named_params;

/// A parameter and its value, as text.
pub type RefusedParameter = (String, String);

impl Library {
    /// The model's name may be written in any letters.
    pub async fn refuse_parameter(
        &self,
        server: &str,
        model: &str,
        (name, value): RefusedParameter,
        now: i64,
    ) -> Result<(), LibraryError> {
        let (server, model) = (server.to_owned(), model.to_lowercase());
        self.run(move |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO refused_parameters (server, model, name, value, at)
                     VALUES (:server, :model, :name, :value, :at)
                     ON CONFLICT DO UPDATE SET at = excluded.at",
                )?
                .execute(named_params! {
                    ":server": server, ":model": model, ":name": name, ":value": value, ":at": now,
                })?;
            Ok(())
        })
        .await
    }

    /// It was taken after all.
    pub async fn take_parameter(
        &self,
        server: &str,
        model: &str,
        (name, value): RefusedParameter,
    ) -> Result<(), LibraryError> {
        let (server, model) = (server.to_owned(), model.to_lowercase());
        self.run(move |connection| {
            connection
                .prepare_cached(
                    "DELETE FROM refused_parameters
                     WHERE server = ?1 AND model = ?2 AND name = ?3 AND value = ?4",
                )?
                .execute((server, model, name, value))?;
            Ok(())
        })
        .await
    }

    /// Since this time.
    pub async fn refused_parameters(
        &self,
        server: &str,
        model: &str,
        since: i64,
    ) -> Result<Vec<RefusedParameter>, LibraryError> {
        let (server, model) = (server.to_owned(), model.to_lowercase());
        self.run(move |connection| {
            let mut rows = connection.prepare_cached(
                "SELECT name, value FROM refused_parameters
                 WHERE server = ?1 AND model = ?2 AND at >= ?3 ORDER BY name, value",
            )?;
            let found = rows.query_map((server, model, since), |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(found.collect::<Result<_, _>>()?)
        })
        .await
    }
}
