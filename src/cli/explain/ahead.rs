//! What comes, in sentences.

use crate::app::explain::What;
use crate::notice::told::{again, names};
use crate::record::names::Named;

/// What happens, if nothing is heard.
pub(super) fn ahead(what: &What) -> String {
    match what {
        What::Step { step, repeat, act, to } => {
            format!("{} to {} ({step}{})", act.word(), names(to), again(*repeat))
        }
        What::Deadline => "the deadline: a breach is noted".to_owned(),
        What::Expiry => "CodePipeline's own time-out".to_owned(),
        What::GivenUp => "taken as timed out".to_owned(),
        What::Settled => "settled with the evidence there is by then".to_owned(),
    }
}
