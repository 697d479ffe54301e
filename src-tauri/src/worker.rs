//! One thread that owns a value, and a queue to it: whoever asks waits for the answer, whoever tells does not. A job that
//! panics ends nothing but itself, and those that are queued are done before the last handle is gone.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use tokio::sync::oneshot;

type Job<T> = Box<dyn FnOnce(&mut T) + Send>;

pub(crate) struct Worker<T> {
    jobs: Option<mpsc::Sender<Job<T>>>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Worker<T> {
    pub(crate) fn start(name: &str, mut owned: T) -> io::Result<Worker<T>> {
        let (jobs, queue) = mpsc::channel::<Job<T>>();
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            for job in queue {
                // What a job leaves half done in the value is for its guards to undo, as a transaction is rolled back.
                let _ = catch_unwind(AssertUnwindSafe(|| job(&mut owned)));
            }
        })?;
        Ok(Worker { jobs: Some(jobs), thread: Some(thread) })
    }

    /// One that does nothing and has no answers.
    pub(crate) fn without_thread() -> Worker<T> {
        Worker { jobs: None, thread: None }
    }

    pub(crate) fn tell(&self, job: impl FnOnce(&mut T) + Send + 'static) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(Box::new(job));
        }
    }

    /// The job is done even if nobody waits for its answer any longer. `None`: it panicked, or there is no thread.
    pub(crate) async fn ask<A: Send + 'static>(
        &self,
        job: impl FnOnce(&mut T) -> A + Send + 'static,
    ) -> Option<A> {
        let (answer, answered) = oneshot::channel();
        self.tell(move |owned| {
            let _ = answer.send(job(owned));
        });
        answered.await.ok()
    }
}

impl<T> Drop for Worker<T> {
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
        let worker = Worker::start("test", 1).unwrap();
        let failed: Option<()> = worker.ask(|_| panic!("on purpose")).await;
        assert_eq!(failed, None);
        assert_eq!(worker.ask(|number| *number + 1).await, Some(2));
        assert_eq!(Worker::<i32>::without_thread().ask(|number| *number).await, None);
    }

    #[test]
    fn queued_jobs_are_done_before_the_thread_closes() {
        let worker = Worker::start("test", ()).unwrap();
        let (done, count) = mpsc::channel();
        for number in 0..20 {
            let done = done.clone();
            let mut waiting = Box::pin(worker.ask(move |()| {
                thread::sleep(std::time::Duration::from_millis(1));
                done.send(number).unwrap();
            }));
            // Hand the job over, then lose interest.
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            assert!(waiting.as_mut().poll(&mut context).is_pending());
        }
        drop(worker);
        drop(done);
        assert_eq!(count.iter().collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
    }
}
