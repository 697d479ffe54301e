//! What the end of a turn tells of the parameters that its model declares: which value Poe refused, and which it took.

use super::state::{Ending, Turn};
use super::turns::Turns;
use crate::chat::outgoing::declared;
use crate::errors::{Failure, refused_parameter};
use crate::events::parameter_text;
use crate::library::is_temporary;

/// Where the disk does not take it, the next refusal is kept.
pub(super) async fn note(turns: &Turns, turn: &Turn, ending: &Ending) {
    let model = turn.lock().view.status.model.clone();
    let Some(known) = turns.models.model(&model) else {
        return;
    };
    let sent = declared::sent(&known, &turn.options.parameters.declared);
    let (library, server) = (&turns.library, turns.points.caching.server());
    match ending {
        // A value may be words of the person's own.
        Ending::Failed(Failure::Poe(error)) if error.by_poe && !is_temporary(turn.conversation_id) => {
            let Some(name) = refused_parameter(error, &sent) else {
                return;
            };
            let value = sent.get(&name).map(parameter_text).unwrap_or_default();
            let _ = library.refuse_parameter(&server, &model, (name, value), crate::clock::now()).await;
        }
        Ending::Done(_) => {
            for (name, value) in sent {
                let _ = library.take_parameter(&server, &model, (name, parameter_text(&value))).await;
            }
        }
        Ending::Failed(_) | Ending::Stopped | Ending::TakenBack => {}
    }
}
