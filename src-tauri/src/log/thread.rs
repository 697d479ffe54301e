//! The one thread that cleans, keeps and writes entries. Who asks it a question waits; who hands it a record does not.

use super::book::Book;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut Book) + Send>;

pub(super) struct LogThread {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl LogThread {
    /// Without a thread, which only a system at its end refuses, nothing is logged and nothing else is lost.
    pub(super) fn start(mut book: Book) -> LogThread {
        let (jobs, queue) = mpsc::channel::<Job>();
        let thread = thread::Builder::new().name("log".to_owned()).spawn(move || {
            for job in queue {
                let _ = catch_unwind(AssertUnwindSafe(|| job(&mut book)));
            }
        });
        LogThread {
            jobs: Some(jobs),
            thread: thread.ok(),
        }
    }

    pub(super) fn tell(&self, job: impl FnOnce(&mut Book) + Send + 'static) {
        if let Some(jobs) = &self.jobs {
            // Refused only by a thread that never began.
            let _ = jobs.send(Box::new(job));
        }
    }

    /// `None` when the thread has no answer.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Book) -> T + Send + 'static,
    ) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.tell(move |book| {
            let _ = answer.send(question(book));
        });
        answered.await.ok()
    }
}

impl Drop for LogThread {
    /// Waits until everything is written.
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
