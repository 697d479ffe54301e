//! Who hears the app's events: the window, over one channel, which keeps their order and hands large ones over as data. A page that
//! may listen to events of the desktop kit instead hears every one, and gets each as a script to be read.

use super::App;
use crate::events::Event;

/// Takes each event; says false once nobody listens.
pub type EventListener = Box<dyn Fn(Event) -> bool + Send>;

impl App {
    /// Every event from now on; a reload puts another in this one's place.
    pub fn listen(&self, listener: EventListener) {
        *self.listener.lock() = Some(listener);
    }

    /// To whoever listens; whoever comes later reads everything anew.
    pub(crate) fn tell(&self, event: Event) {
        let mut listener = self.listener.lock();
        if listener.as_ref().is_some_and(|tell| !tell(event)) {
            *listener = None;
        }
    }
}
