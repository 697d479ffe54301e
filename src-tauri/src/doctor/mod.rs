//! The doctor: climbs from this computer to an answer, rung by rung, and says at which one the way is blocked.
//! Nothing that costs points is sent but the one small request, which a person presses for.

mod cheapest;
mod climb;
mod report;
pub(crate) mod small;

use crate::account::Account;
use crate::events::{Check, CheckName, CheckState, DoctorView, Drawing, KeyState, PaidRequest};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Told of each rung as it begins and ends.
pub type Tell<'a> = &'a (dyn Fn(Check) + Send + Sync);

pub struct Doctor {
    account: Arc<Account>,
    limits: Limits,
    drawing: Option<Drawing>,
    state: Mutex<State>,
}

/// For one rung.
#[derive(Clone, Copy)]
struct Limits {
    connect: Duration,
    answer: Duration,
}

#[derive(Default)]
struct State {
    checks: Vec<Check>,
    request: Option<PaidRequest>,
    /// Ends the climb under way.
    stop: CancellationToken,
}

impl Doctor {
    pub fn new(account: Arc<Account>) -> Doctor {
        Doctor {
            account,
            limits: Limits {
                connect: Duration::from_secs(10),
                answer: Duration::from_secs(20),
            },
            drawing: None,
            state: Mutex::default(),
        }
    }

    /// How the window is drawn: who looks for help may need to tell.
    pub fn drawn(self, drawing: Option<Drawing>) -> Doctor {
        Doctor { drawing, ..self }
    }

    /// Every rung that costs nothing. A climb that is under way ends.
    pub async fn run(&self, tell: Tell<'_>) -> DoctorView {
        let stop = self.begin();
        let climb = climb::Climb::new(&self.account, self.limits, tell);
        let found = tokio::select! {
            found = climb.run() => found,
            () = stop.cancelled() => return self.view(),
        };
        let mut state = self.state.lock();
        (state.checks, state.request) = (found.checks, found.request);
        drop(state);
        self.view()
    }

    /// The one small request, made once. Does nothing where the climb before found that it could not succeed.
    pub async fn ask(&self, tell: Tell<'_>) -> DoctorView {
        let Some(request) = self.state.lock().request.clone() else {
            return self.view();
        };
        let stop = self.begin();
        let climb = climb::Climb::new(&self.account, self.limits, tell);
        let check = tokio::select! {
            check = climb.ask(&request) => check,
            () = stop.cancelled() => return self.view(),
        };
        let mut state = self.state.lock();
        state.checks.retain(|known| known.name != CheckName::Request);
        state.checks.push(check);
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

    fn view(&self) -> DoctorView {
        let state = self.state.lock();
        let drawing = self.drawing.as_ref().map(crate::words::doctor::drawing);
        DoctorView {
            checks: state.checks.clone(),
            request: state.request.clone(),
            report: report::write(&state.checks, drawing.as_deref(), &self.account),
            drawing,
        }
    }
}

/// What a climb brings.
struct Found {
    checks: Vec<Check>,
    request: Option<PaidRequest>,
}

fn check(name: CheckName, state: CheckState) -> Check {
    Check {
        name,
        state,
        note: None,
        took_ms: None,
        card: None,
    }
}

fn has_key(account: &Account) -> bool {
    matches!(account.state(), KeyState::Stored | KeyState::Session) && account.client().is_some()
}
