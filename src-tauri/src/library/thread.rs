//! The one thread that touches the database. Jobs go to it over a channel and are done in order; a job that panics is
//! answered with an error and ends nothing else.

use super::LibraryError;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

pub(super) struct LibraryThread {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl LibraryThread {
    pub(super) fn start(mut connection: Connection) -> Result<LibraryThread, LibraryError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let thread = thread::Builder::new().name("library".to_owned()).spawn(move || {
            for job in queue {
                // A transaction that unwinds is rolled back by its guard, so the connection stays good.
                let _ = catch_unwind(AssertUnwindSafe(|| job(&mut connection)));
            }
        })?;
        Ok(LibraryThread {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// The job is done even if nobody waits for its result any longer.
    pub(super) async fn run<T, F>(&self, job: F) -> Result<T, LibraryError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, LibraryError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let _ = answer.send(job(connection));
        });
        let sent = self.jobs.as_ref().map(|jobs| jobs.send(job));
        if !matches!(sent, Some(Ok(()))) {
            return Err(LibraryError::Io("the library's thread has ended".to_owned()));
        }
        answered.await.unwrap_or_else(|_| {
            Err(LibraryError::Io(
                "the library's thread failed at this job".to_owned(),
            ))
        })
    }
}

impl Drop for LibraryThread {
    /// Waits for the jobs that are queued: what was handed over reaches the disk.
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_job_that_panics_is_answered_and_the_next_one_is_done() {
        let thread = LibraryThread::start(Connection::open_in_memory().unwrap()).unwrap();
        let failed: Result<(), _> = thread
            .run(|connection| {
                let transaction = connection.transaction()?;
                transaction.execute_batch("CREATE TABLE half (done)")?;
                panic!("on purpose");
            })
            .await;
        assert!(matches!(failed, Err(LibraryError::Io(_))), "{failed:?}");
        let count = "SELECT count(*) FROM sqlite_schema";
        let tables: i64 = thread
            .run(|c| Ok(c.query_row(count, [], |row| row.get(0))?))
            .await
            .unwrap();
        assert_eq!(tables, 0, "the transaction of the failed job is rolled back");
    }

    #[test]
    fn queued_jobs_are_done_before_the_thread_closes() {
        let thread = LibraryThread::start(Connection::open_in_memory().unwrap()).unwrap();
        let (done, count) = mpsc::channel();
        for number in 0..20 {
            let done = done.clone();
            let mut waiting = Box::pin(thread.run(move |_| {
                thread::sleep(std::time::Duration::from_millis(1));
                done.send(number).unwrap();
                Ok(())
            }));
            // Hand the job over, then lose interest.
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            assert!(waiting.as_mut().poll(&mut context).is_pending());
        }
        drop(thread);
        drop(done);
        assert_eq!(count.iter().collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
    }
}
