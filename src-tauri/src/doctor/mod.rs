//! The doctor: checks the connection step by step, from this computer to an answer, and says at which one the way is blocked.
//! Nothing that costs points is sent but the one small request, which a person presses for.

mod report;
mod run;
pub(crate) mod small_request;

use crate::account::Account;
use crate::checks::{Check, Checks};
use crate::errors::{self, Context, Incident};
use crate::events::{self, CheckName, DoctorView, Drawing, PaidRequest};
use parking_lot::Mutex;
use run::Run;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub struct Doctor {
    account: Arc<Account>,
    limits: Limits,
    drawing: Option<Drawing>,
    state: Mutex<State>,
}

/// For one check.
#[derive(Clone, Copy)]
struct Limits {
    connect: Duration,
    answer: Duration,
}

#[derive(Default)]
struct State {
    checks: Vec<Check<Incident>>,
    request: Option<PaidRequest>,
    /// Ends the run under way.
    stop: CancellationToken,
}

impl Doctor {
    pub fn new(account: Arc<Account>) -> Doctor {
        Doctor {
            account,
            limits: Limits { connect: Duration::from_secs(10), answer: Duration::from_secs(20) },
            drawing: None,
            state: Mutex::default(),
        }
    }

    /// How the window is drawn: who looks for help may need to tell.
    pub fn drawn(self, drawing: Option<Drawing>) -> Doctor {
        Doctor { drawing, ..self }
    }

    /// Every check that costs nothing; `tell` is told of each as it begins and ends. A run that is under way ends.
    pub async fn run(&self, tell: impl Fn(events::Check) + Send + Sync) -> DoctorView {
        let stop = self.begin();
        let tell = |check: &Check<Incident>| tell(self.shown(check));
        let checks = Checks::new(&tell);
        let request = tokio::select! {
            request = Run::new(&self.account, self.limits, &checks).all() => request,
            () = stop.cancelled() => return self.view(),
        };
        let mut state = self.state.lock();
        (state.checks, state.request) = (checks.into_made(), request);
        drop(state);
        self.view()
    }

    /// The one small request, made once. Does nothing where the run before found that it could not succeed.
    pub async fn ask(&self, tell: impl Fn(events::Check) + Send + Sync) -> DoctorView {
        let Some(request) = self.state.lock().request.clone() else {
            return self.view();
        };
        let stop = self.begin();
        let tell = |check: &Check<Incident>| tell(self.shown(check));
        let checks = Checks::new(&tell);
        tokio::select! {
            () = Run::new(&self.account, self.limits, &checks).ask(&request) => {}
            () = stop.cancelled() => return self.view(),
        }
        let mut state = self.state.lock();
        state.checks.retain(|known| known.name != CheckName::Request);
        state.checks.extend(checks.into_made());
        drop(state);
        self.view()
    }

    /// Nobody looks any more.
    pub fn stop(&self) {
        self.state.lock().stop.cancel();
    }

    fn begin(&self) -> CancellationToken {
        let mut state = self.state.lock();
        state.stop.cancel();
        state.stop = CancellationToken::new();
        state.stop.clone()
    }

    fn shown(&self, check: &Check<Incident>) -> events::Check {
        check.view(|incident| errors::card_of(incident, &Context::of(&self.account, crate::clock::now())))
    }

    fn view(&self) -> DoctorView {
        let state = self.state.lock();
        let checks: Vec<_> = state.checks.iter().map(|check| self.shown(check)).collect();
        let drawing = self.drawing.as_ref().map(crate::words::doctor::drawing);
        DoctorView {
            report: report::write(&checks, drawing.as_deref(), &self.account),
            checks,
            request: state.request.clone(),
            drawing,
        }
    }
}
