//! The pipelines that are there, and what a test makes happen to them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use holdpoint::domain::Timestamp;
use serde_json::Value;

use super::Caller;
use crate::support::world::minute;

/// Of a user of the own account.
pub(crate) fn user(name: &str) -> String {
    format!("arn:aws:iam::111122223333:user/{name}")
}

pub(crate) struct World {
    /// The servers' clock. A test moves it.
    pub(crate) now: Timestamp,
    pub(crate) sites: BTreeMap<Caller, BTreeMap<String, Pipeline>>,
    /// How long what has ended still stands as in progress in the history of actions.
    pub(crate) history_lag: TimeDelta,
    /// How long after its begin an action is missing from the state.
    pub(crate) state_lag: TimeDelta,
    /// How many entries a page of a list holds.
    pub(crate) page: usize,
    /// So many calls are throttled.
    pub(crate) throttles: u32,
    /// Accounts and pipelines that may not be looked at.
    pub(crate) denied: BTreeSet<String>,
    /// Accounts that do not answer.
    pub(crate) down: BTreeSet<String>,
    /// What was asked: account, operation, pipeline.
    pub(crate) calls: Vec<(String, String, String)>,
    /// Counts ids.
    numbers: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Superseded,
    Queued,
    Parallel,
}

pub(crate) struct Pipeline {
    pub(crate) mode: Mode,
    pub(crate) updated_at: Timestamp,
    /// What waits to enter the first gate's stage besides its runs, as the state shows it.
    pub(crate) inbound: Vec<Value>,
    /// By version, from 1.
    pub(crate) definitions: Vec<Definition>,
    /// Oldest first.
    pub(crate) runs: Vec<Run>,
}

/// A pipeline with a source and one stage of approvals after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Definition {
    pub(crate) gates: Vec<Gate>,
}

#[derive(Clone, Debug)]
pub(crate) struct Gate {
    pub(crate) stage: &'static str,
    pub(crate) action: &'static str,
    pub(crate) time_out: Option<u32>,
    pub(crate) custom_data: Option<&'static str>,
}

impl Definition {
    /// One gate: Release / Approve.
    pub(crate) fn release() -> Self {
        Self { gates: vec![Gate { stage: "Release", action: "Approve", time_out: None, custom_data: None }] }
    }
}

pub(crate) struct Run {
    pub(crate) id: String,
    pub(crate) version: usize,
    pub(crate) started_at: Timestamp,
    pub(crate) status: &'static str,
    /// What it brings, where that is not its own.
    pub(crate) revision: Option<String>,
    /// What the list of runs lacks for a while: what it brought, or the run.
    pub(crate) is_without_revision: bool,
    pub(crate) is_unlisted: bool,
    pub(crate) waits: Vec<Wait>,
}

impl Run {
    fn new(id: String, version: usize, started_at: Timestamp) -> Self {
        let (is_without_revision, is_unlisted) = (false, false);
        let (status, revision, waits) = ("InProgress", None, Vec::new());
        Self { id, version, started_at, status, revision, is_without_revision, is_unlisted, waits }
    }

    /// Whether it waits in front of the first gate.
    pub(crate) fn is_inbound(&self) -> bool {
        self.waits.is_empty() && self.status == "InProgress"
    }
}

pub(crate) struct Wait {
    pub(crate) id: String,
    pub(crate) stage: &'static str,
    pub(crate) action: &'static str,
    pub(crate) started_at: Timestamp,
    pub(crate) fate: Option<(Timestamp, Fate)>,
}

/// How a wait ended.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    Approved {
        by: String,
        comment: String,
    },
    Rejected {
        by: String,
        comment: String,
    },
    /// Whether anybody is named then, nobody has seen.
    TimedOut {
        names: Option<String>,
    },
    Abandoned,
    /// By an edit of the pipeline.
    CutShort,
    /// Its notification could not be published.
    Unpublished,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            now: minute(0),
            sites: BTreeMap::new(),
            history_lag: TimeDelta::seconds(30),
            state_lag: TimeDelta::zero(),
            page: 100,
            throttles: 0,
            denied: BTreeSet::new(),
            down: BTreeSet::new(),
            calls: Vec::new(),
            numbers: 0,
        }
    }

    fn id(&mut self, kind: char) -> String {
        self.numbers += 1;
        format!("{kind}0000000-0000-4000-8000-{:012}", self.numbers)
    }

    pub(crate) fn add(&mut self, name: &str, mode: Mode, definition: Definition) {
        self.add_at(&Caller::own(), name, mode, definition);
    }

    pub(crate) fn add_at(&mut self, at: &Caller, name: &str, mode: Mode, definition: Definition) {
        let (updated_at, definitions) = (self.now, vec![definition]);
        let pipeline = Pipeline { mode, updated_at, inbound: Vec::new(), definitions, runs: Vec::new() };
        self.sites.entry(at.clone()).or_default().insert(name.to_owned(), pipeline);
    }

    pub(crate) fn pipeline(&mut self, name: &str) -> &mut Pipeline {
        let found = self.sites.values_mut().find_map(|pipelines| pipelines.get_mut(name));
        found.expect("the test has added the pipeline")
    }

    /// A new run stands at the first gate. Gives the approval's id.
    pub(crate) fn start_approval(&mut self, pipeline: &str) -> String {
        let (run, wait, now) = (self.id('e'), self.id('a'), self.now);
        let pipeline = self.pipeline(pipeline);
        let version = pipeline.definitions.len();
        let gate = pipeline.definitions[version - 1].gates[0].clone();
        let wait = Wait { id: wait, stage: gate.stage, action: gate.action, started_at: now, fate: None };
        let id = wait.id.clone();
        pipeline.runs.push(Run { waits: vec![wait], ..Run::new(run, version, now) });
        id
    }

    /// A new run, which brings `revision`, waits to enter the first gate's stage. Gives its id.
    pub(crate) fn start_behind(&mut self, pipeline: &str, revision: &str) -> String {
        let (id, now) = (self.id('e'), self.now);
        let pipeline = self.pipeline(pipeline);
        // In SUPERSEDED mode it takes the place of whatever waited there.
        if pipeline.mode == Mode::Superseded {
            let before = pipeline.runs.iter_mut().filter(|run| run.is_inbound());
            before.for_each(|run| run.status = "Superseded");
        }
        let version = pipeline.definitions.len();
        let run = Run { revision: Some(revision.to_owned()), ..Run::new(id.clone(), version, now) };
        pipeline.runs.push(run);
        id
    }

    /// The stage of an approval that has failed is retried. Gives the new approval's id.
    pub(crate) fn retry(&mut self, approval: &str) -> String {
        let (id, now) = (self.id('a'), self.now);
        let run = self.run_of(approval);
        let (stage, action) = (run.waits[0].stage, run.waits[0].action);
        run.waits.push(Wait { id: id.clone(), stage, action, started_at: now, fate: None });
        run.status = "InProgress";
        id
    }

    pub(crate) fn run_of(&mut self, approval: &str) -> &mut Run {
        let runs = self.sites.values_mut().flat_map(BTreeMap::values_mut).flat_map(|pipeline| &mut pipeline.runs);
        let mut of = runs.filter(|run| run.waits.iter().any(|wait| wait.id == approval));
        of.next().expect("the approval is there")
    }

    fn end(&mut self, approval: &str, fate: Fate, status: &'static str) {
        let now = self.now;
        let run = self.run_of(approval);
        run.status = status;
        let wait = run.waits.iter_mut().find(|wait| wait.id == approval).expect("it is there");
        wait.fate = Some((now, fate));
    }

    pub(crate) fn approve(&mut self, approval: &str, by: &str, comment: &str) {
        self.end(approval, Fate::Approved { by: user(by), comment: comment.to_owned() }, "Succeeded");
    }

    pub(crate) fn reject(&mut self, approval: &str, by: &str, comment: &str) {
        self.end(approval, Fate::Rejected { by: user(by), comment: comment.to_owned() }, "Failed");
    }

    pub(crate) fn time_out(&mut self, approval: &str, names: Option<&str>) {
        self.end(approval, Fate::TimedOut { names: names.map(user) }, "Failed");
    }

    pub(crate) fn fail_to_publish(&mut self, approval: &str) {
        self.end(approval, Fate::Unpublished, "Failed");
    }

    pub(crate) fn stop_and_abandon(&mut self, approval: &str) {
        self.end(approval, Fate::Abandoned, "Stopped");
    }

    /// The approval stays open, and the run ends with it.
    pub(crate) fn stop_and_wait(&mut self, approval: &str) {
        self.run_of(approval).status = "Stopping";
    }

    /// What waits then is cut short, while its run and its history go on as if it waited.
    pub(crate) fn edit_pipeline(&mut self, name: &str, definition: Definition) {
        let now = self.now;
        let pipeline = self.pipeline(name);
        pipeline.updated_at = now;
        pipeline.definitions.push(definition);
        let waits = pipeline.runs.iter_mut().flat_map(|run| &mut run.waits);
        for wait in waits.filter(|wait| wait.fate.is_none()) {
            wait.fate = Some((now, Fate::CutShort));
        }
    }

    pub(crate) fn delete_pipeline(&mut self, name: &str) {
        self.sites.values_mut().for_each(|pipelines| drop(pipelines.remove(name)));
    }

    pub(crate) fn forget_calls(&mut self) {
        self.calls.clear();
    }

    /// How often an operation was called.
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.calls.iter().filter(|(_, called, _)| called == operation).count()
    }
}
