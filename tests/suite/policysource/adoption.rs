//! Other rules are adopted where they are swept with.

use holdpoint::app::adoption::Adoption;

use crate::support::world::minute;

#[test]
fn rules_are_adopted_at_a_start_and_again_when_nobody_works_with_others_any_more() {
    let mut adoption = Adoption::default();
    assert!(adoption.is_due("a", minute(0)));
    assert!(adoption.is_due("a", minute(1)), "it was not done");
    adoption.done("a", minute(1));
    assert!(!adoption.is_due("a", minute(5)));
    assert!(adoption.is_due("a", minute(6)));
    adoption.done("a", minute(6));
    assert!(!adoption.is_due("a", minute(100_000)));
    assert!(adoption.is_due("b", minute(100_000)));
}
