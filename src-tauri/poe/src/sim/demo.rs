//! The friendly Poe: which address answers what.

use std::io;

use super::Scenario;
use super::http::Request;
use super::reply::Reply;

pub(super) struct Outcome {
    pub(super) reply: Reply,
    pub(super) bill: Option<Bill>,
}

pub(super) struct Bill;

pub(super) struct Demo;

impl Demo {
    pub(super) fn new(_scenario: Scenario, _origin: String) -> io::Result<Demo> {
        Ok(Demo)
    }

    pub(super) fn set_balance(&self, _points: i64) {}

    pub(super) fn charge(&self, _bill: &Bill, _share: f64) {}

    pub(super) fn outcome(&self, _request: &Request) -> Outcome {
        Outcome {
            reply: Reply::error(404, "Resource not found", "not_found_error", None),
            bill: None,
        }
    }
}
