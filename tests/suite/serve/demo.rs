//! The demo: a week in some seconds.

use super::process::Place;
use crate::support::wait::until;

#[test]
fn the_demo_tells_its_story_and_can_be_stopped() {
    let place = Place::new().arg("--demo", "5");
    let server = place.serve();
    let story = ["  reminder     to ", "  escalation   to ", "  rejected     ", "  timed out    "];
    until("the whole story", 30, || story.iter().all(|word| server.out().contains(word)).then_some(()));
    assert!(server.out().contains("Stop it with Ctrl-C."), "it says how: {}", server.out());
    assert!(server.get("/").body.contains("Approvals that wait"));
    let out = until("the end of the week", 30, || Some(server.out()).filter(|out| out.contains("That was the week.")));
    // The first of each kind is shown whole.
    assert_eq!(out.matches("| Review and decide:").count(), 2, "{out}");
    assert!(out.chars().all(|c| c == '\n' || !c.is_control()));
    assert_eq!(server.terminate().code(), Some(0));
    assert!(!place.store().exists(), "it leaves nothing behind");
}
