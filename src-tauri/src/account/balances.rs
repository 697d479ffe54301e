//! What the accounts that are not in use have left, so that a person sees it before switching.

use super::{Account, Held};
use poe::Client;

impl Account {
    /// Asks, which costs nothing, with each account's own key and only at the server that accepted it. What can't be had
    /// is noted with its account.
    pub async fn read_points(&self) {
        self.load_all_keys().await;
        let others = others(&self.held.lock());
        for (id, client) in others {
            let read = match client {
                Ok(client) => client.balance().await,
                Err(error) => Err(error),
            };
            self.change(|held| match read.map(|balance| balance.points) {
                Ok(Some(points)) => held.roster.note_points(id, (points, crate::clock::now())),
                Ok(None) => {}
                Err(error) => held.roster.note_unread(id, error.code()),
            });
        }
    }
}

fn others(held: &Held) -> Vec<(u32, Result<Client, poe::Error>)> {
    let in_use = held.key.as_ref().and_then(|key| key.account);
    let here = held.base_url.as_str();
    let known = held.roster.all().iter();
    let others = known.filter(|known| Some(known.id) != in_use && known.server == here);
    let with_key = others.filter_map(|known| {
        let resting = held.resting.get(&known.id).map(|key| &key.secret);
        let key = resting.or_else(|| held.seen_keys.get(&known.id))?;
        Some((known.id, held.client_with(Some(key))))
    });
    with_key.collect()
}
