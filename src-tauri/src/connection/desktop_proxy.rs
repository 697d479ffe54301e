//! What a desktop says of its proxy, and the way that follows from it.

use crate::events::ProxyProblem;
use poe::{DesktopProxy, Proxy};

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Desktop {
    /// There is no proxy, or nobody whose settings are known.
    #[default]
    Silent,
    Proxy(DesktopProxy),
    /// By a script or by the network (PAC, WPAD).
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "no desktop is read here"))]
    Automatic(&'static str),
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "no desktop is read here"))]
    Unread(&'static str),
}

impl Desktop {
    /// The way that follows from it, and what of it can't be followed.
    pub(super) fn followed(self) -> (Proxy, Option<ProxyProblem>) {
        match self {
            Desktop::Silent => (Proxy::System, None),
            Desktop::Proxy(proxy) => (Proxy::Desktop(proxy), None),
            Desktop::Automatic(desktop) => {
                let desktop = desktop.to_owned();
                (Proxy::System, Some(ProxyProblem::Automatic { desktop }))
            }
            Desktop::Unread(desktop) => {
                let desktop = desktop.to_owned();
                (Proxy::System, Some(ProxyProblem::Unread { desktop }))
            }
        }
    }
}
