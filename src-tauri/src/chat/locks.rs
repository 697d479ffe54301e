//! What starts a turn in a chat is done one after the other: two presses at once would both find the chat idle. Other chats
//! go on meanwhile. From a chat that is being deleted, whoever still prepares a turn is turned away at once.

use crate::errors::Refusal;
use crate::library::LibraryError;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

#[derive(Default)]
pub(super) struct Locks(Mutex<BTreeMap<i64, Arc<Lock>>>);

#[derive(Default)]
pub(super) struct Lock {
    pub(super) one: tokio::sync::Mutex<()>,
    pub(super) deleted: CancellationToken,
}

impl Locks {
    pub(super) fn of(&self, conversation: i64) -> Arc<Lock> {
        let mut all = self.0.lock();
        all.retain(|_, lock| Arc::strong_count(lock) > 1);
        all.entry(conversation).or_default().clone()
    }

    /// `work` may be dropped at any of its waits, so what belongs together is done between two of them. It is boxed: it holds
    /// other work of its size.
    pub(super) async fn alone_in<'w, T>(
        &self,
        conversation: i64,
        work: Pin<Box<dyn Future<Output = Result<T, Refusal>> + Send + 'w>>,
    ) -> Result<T, Refusal> {
        let lock = self.of(conversation);
        let alone = async {
            let _one = lock.one.lock().await;
            work.await
        };
        tokio::select! {
            biased;
            () = lock.deleted.cancelled() => Err(LibraryError::Missing(conversation).into()),
            done = alone => done,
        }
    }
}
