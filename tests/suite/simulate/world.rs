//! Histories, policies and replays to hold simulations against.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use holdpoint::adapters::memory::MemoryStore;
use holdpoint::app::replay::{Replay, Told};
use holdpoint::app::simulate::{Figures, Simulation, extent, simulate};
use holdpoint::domain::Timestamp;
use holdpoint::domain::policy::{Act, Rules};
use holdpoint::domain::projection::Projection;
use holdpoint::policyfile;
use holdpoint::ports::store::{Query, Store};
use holdpoint::wire;
use proptest::prelude::*;

use crate::support::history::{Fate, Run};
use crate::support::world::{POLICY, minute};

pub(super) const PEOPLE: &str = "
version: 1
calendars:
  office: { timezone: Europe/Berlin, hours: { mon-fri: ['09:00-12:00', '13:00-17:00'] }, holidays: ['2026-10-14'] }
recipients:
  approvers: { console: true, hours: office }
  leads: { console: true, hours: office }
  on-call: { console: true }
";

/// By working time, told within working time.
const OFFICE: &str = "
policies:
  - name: production
    target: 4h
    calendar: office
    steps:
      - { at: 25%, remind: [approvers], repeat: { every: 30m wall, until: 200% } }
      - { at: 100%, escalate: [leads], repeat: { every: 2h, until: 16h } }
      - { at: 120%, escalate: [approvers, on-call], urgent: true }
      - { before_expiry: 1d, escalate: [on-call, leads] }
";

/// For one pipeline only, and with an early time-out.
const NARROW: &str = "
policies:
  - name: one
    match: { pipeline: service-000-prod }
    target: 2 working days
    calendar: office
    expires_after: 2d
    steps:
      - { at: 50%, remind: [approvers, leads] }
      - { at: 100%, escalate: [on-call] }
";

/// A promise of which nobody is told.
const SILENT: &str = "
policies:
  - name: silent
    target: 30m
";

pub(super) fn read(text: &str) -> Rules {
    policyfile::read("policy.yaml", text).unwrap_or_else(|errors| panic!("{errors}")).rules
}

/// All of these, which differ in everything that a policy can say.
pub(super) fn policies() -> Vec<Rules> {
    let with_people = [OFFICE, NARROW, SILENT].map(|policy| read(&format!("{PEOPLE}{policy}")));
    std::iter::once(read(POLICY)).chain(with_people).collect()
}

/// Office hours, and a target of so many minutes.
pub(super) fn within(minutes: u32) -> Rules {
    read(&format!("{PEOPLE}{}", OFFICE.replace("target: 4h", &format!("target: {minutes}m"))))
}

/// Some runs within three weeks, some of which wait for days or for ever.
pub(super) fn runs() -> impl Strategy<Value = Vec<Run>> {
    let fate = prop_oneof![5 => Just(Fate::Approved), 3 => Just(Fate::Rejected), 1 => Just(Fate::Open)];
    let wait = prop_oneof![3 => 1..600_i64, 1 => 600..11_000_i64];
    proptest::collection::vec((0..30_000_i64, wait, fate, 0..3_u64), 1..8).prop_map(|runs| {
        let runs = runs.into_iter().enumerate().map(|(number, (asked, wait, fate, pipeline))| Run {
            number: number as u64,
            pipeline,
            asked_at: minute(asked),
            // Half a minute off the full one, so that no decision falls into the instant of a step.
            wait: TimeDelta::minutes(wait) + TimeDelta::seconds(30),
            fate,
        });
        runs.collect()
    })
}

/// What came of a replay.
pub(super) struct Replayed {
    pub(super) store: MemoryStore,
    /// Who was told how often, as recipient, whether it was a reminder, and the Monday of the week.
    pub(super) told: BTreeMap<(String, bool, String), u64>,
    pub(super) breaches: u64,
    pub(super) promised: u64,
}

/// Replays them until then, or until all that ended is settled.
pub(super) async fn replay(runs: &[Run], rules: &Rules, until: Option<Timestamp>) -> Replayed {
    let store = MemoryStore::new();
    let mut events: Vec<_> = runs.iter().flat_map(Run::events).map(|text| wire::read(&text, minute(0))).collect();
    events.sort_by_key(|readings| readings.first().and_then(|reading| reading.at));
    let mut replay = Replay::new(&store, rules, until).await.expect("the store answers");
    let mut all = Vec::new();
    for reading in events.into_iter().flatten() {
        all.extend(replay.feed(reading).await.expect("the store answers"));
    }
    all.extend(replay.finish().await.expect("the store answers"));
    let mut told: BTreeMap<_, u64> = BTreeMap::new();
    for letter in all.into_iter().filter_map(|told| if let Told::Sent(letter) = told { Some(letter) } else { None }) {
        let week = letter.sent_at.date_naive().week(chrono::Weekday::Mon).first_day();
        let is_reminder = letter.notice.act == Act::Remind;
        *told.entry((letter.notice.recipient.to_string(), is_reminder, week.to_string())).or_default() += 1;
    }
    let listed = store.list(&Query::default(), None, 1000).await.expect("the store answers");
    let count = |wanted: &dyn Fn(&&Projection) -> bool| listed.iter().filter(wanted).count() as u64;
    let (breaches, promised) = (count(&|known| known.breached), count(&|known| known.policy.is_some()));
    Replayed { store, told, breaches, promised }
}

/// Simulates what the store holds, up to its latest fact.
pub(super) async fn between<S: Store>(store: &S, old: &Rules, new: &Rules) -> Simulation {
    let until = extent(store).await.expect("the store answers").until.unwrap_or_default();
    simulate(store, old, new, until, || ()).await.expect("the store answers")
}

/// The same table as a replay's.
pub(super) fn told(figures: &Figures) -> BTreeMap<(String, bool, String), u64> {
    let mut table = BTreeMap::new();
    for ((recipient, week), notices) in &figures.notices {
        for (is_reminder, count) in [(true, notices.reminders), (false, notices.escalations)] {
            if count > 0 {
                table.insert((recipient.to_string(), is_reminder, week.to_string()), count);
            }
        }
    }
    table
}

pub(super) fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be made").block_on(work)
}
