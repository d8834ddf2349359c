//! The demo: a made-up week of events, on a clock that runs a whole week in a minute.

use std::io::Write;
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;

use super::shared::Shared;
use crate::adapters::clock::FastClock;
use crate::app::replay::Told;
use crate::app::tell::Change;
use crate::cli::timeline::{Place, Timeline};
use crate::cli::{Failure, output};
use crate::domain::policy::Act;
use crate::domain::{RecipientName, Timestamp};
use crate::ports::channel::{Channels, Letter, SendError};
use crate::ports::clock::Clock;
use crate::wire;

pub(super) const HELLO: &str =
    "A made-up week passes here; the first reminder and the first escalation are shown whole.
Stop it with Ctrl-C.

";

const WEEK: &str = include_str!("../../../tests/data/history/week.jsonl");

/// The events, each with the time at which it arrives.
pub(super) struct Week {
    pub(super) begins_at: Timestamp,
    ends_at: Timestamp,
    events: Vec<(Timestamp, &'static str)>,
}

impl Week {
    /// How fast a clock has to run to show it in so many seconds.
    pub(super) fn speed(&self, seconds: u32) -> u32 {
        let length = (self.ends_at - self.begins_at).num_seconds();
        u32::try_from(length / i64::from(seconds.max(1))).unwrap_or(u32::MAX).max(1)
    }
}

/// The week, in the order in which its events arrive. An event without a later time than the one before it arrives right
/// after that.
pub(super) fn week() -> Result<Week, Failure> {
    let mut events: Vec<(Timestamp, &str)> = Vec::new();
    for line in WEEK.lines().filter(|line| !line.trim().is_empty()) {
        let before = events.last().map(|(at, _)| *at);
        let at = wire::read(line, Timestamp::MIN_UTC).first().and_then(|reading| reading.at);
        events.extend(at.max(before).map(|at| (at, line)));
    }
    let (Some((begins_at, _)), Some((last, _))) = (events.first(), events.last()) else {
        return Err(Failure::Failed("the bundled week holds no event".to_owned()));
    };
    let (begins_at, ends_at) = (*begins_at, *last + TimeDelta::hours(2));
    Ok(Week { begins_at, ends_at, events })
}

pub(super) async fn feed(shared: Arc<Shared<Console, FastClock>>, week: Week, console: Console) -> Result<(), Failure> {
    let monitor = shared.monitor();
    for (at, event) in &week.events {
        tokio::time::sleep(monitor.clock.wall_time_until(*at)).await;
        let (_, result) = shared.take(event.as_bytes(), "the bundled week").await;
        result?;
    }
    tokio::time::sleep(monitor.clock.wall_time_until(week.ends_at)).await;
    console.say("\nThat was the week. The page still shows what waits; stop it with Ctrl-C.\n");
    Ok(())
}

/// Tells the story on standard output.
#[derive(Clone, Default)]
pub(super) struct Console(Arc<Mutex<Story>>);

#[derive(Default)]
struct Story {
    timeline: Timeline,
    has_shown: [bool; 2],
}

impl Console {
    pub(super) fn show(&self, change: &Change) {
        self.tell(&Told::Changed(Box::new(change.clone())), None);
    }

    fn say(&self, text: &str) {
        let mut out = output::stdout();
        // Nobody is left to tell when the console is gone.
        write!(out, "{text}").and_then(|()| out.flush()).ok();
    }

    fn tell(&self, told: &Told, letter: Option<&Letter>) {
        let Ok(mut story) = self.0.lock() else { return };
        let mut out = output::stdout();
        let place = Place { source: "the bundled week", line: 0 };
        let whole = letter.filter(|letter| {
            let shown = &mut story.has_shown[usize::from(letter.notice.act == Act::Escalate)];
            !std::mem::replace(shown, true)
        });
        let told = story.timeline.tell(told, &place, Timestamp::MIN_UTC, &mut out);
        let whole =
            whole.map_or(Ok(()), |letter| letter.text.lines().try_for_each(|line| writeln!(out, "{:25}| {line}", "")));
        // Nobody is left to tell when the console is gone.
        told.and(whole).and_then(|()| out.flush()).ok();
    }
}

impl Channels for Console {
    async fn send(&self, _to: &RecipientName, letter: &Letter) -> Result<Option<String>, SendError> {
        self.tell(&Told::Sent(Box::new(letter.clone())), Some(letter));
        Ok(None)
    }
}
