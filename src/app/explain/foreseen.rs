//! What will happen to an approval if nothing is heard of it: the very decisions, made ahead.

use crate::domain::input::Input;
use crate::domain::policy::Rules;
use crate::domain::{Approval, Fact, FactKind, decide};

/// The coming facts in order, up to so many steps of the ladder; whether there are more.
///
/// What is overdue is taken as if it happened when it was due.
pub(super) fn foresee(approval: &Approval, rules: &Rules, steps: usize) -> (Vec<Fact>, bool) {
    let mut after = approval.clone();
    let mut facts = Vec::new();
    let mut fired = 0;
    while let Some(due) = after.due(rules) {
        let new = decide(&after, &Input::Tick, rules, due.at);
        // Whatever is due is no longer so once it is decided; were it otherwise, this would go on for ever.
        if new.is_empty() {
            break;
        }
        fired += new.iter().filter(|fact| matches!(fact.kind, FactKind::StepFired(_))).count();
        if fired > steps {
            return (facts, true);
        }
        new.iter().for_each(|fact| after.learn(fact));
        facts.extend(new);
    }
    (facts, false)
}
