//! What was promised for which gates, and what is done to keep it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveTime, TimeDelta};

use super::calendar::Calendar;
use super::control::Controls;
use super::glob::Glob;
use super::people::People;
use super::span::Span;
use super::{Gate, PolicyName, RecipientName, StepId};

/// Everything the decisions depend on, as read from one policy file.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Changes when the policy file's content changes.
    pub version: String,
    /// The first that matches a gate is the gate's policy.
    pub policies: Vec<Policy>,
    /// When those recipients may be told that do not want to be told at any time.
    pub hours: BTreeMap<RecipientName, Calendar>,
    /// Which labels each measure is broken down by.
    pub dimensions: Vec<Vec<Dimension>>,
    /// Who is the same person under which names.
    pub people: People,
    /// Whether other programs are told by events. Not the policy's to say, but of whoever has somewhere to send them.
    pub publishes_events: bool,
}

#[derive(Clone, Debug)]
pub struct Policy {
    pub name: PolicyName,
    pub gates: GateMatcher,
    /// The promised time to a decision.
    pub target: Span,
    pub calendar: Calendar,
    /// CodePipeline's own time-out of these approvals, where it is not the default.
    pub expires_after: Option<TimeDelta>,
    pub steps: Vec<Step>,
    /// The steps from the second attempt on, where they are others.
    pub retry_steps: Option<Vec<Step>>,
    pub acknowledging: Acknowledging,
    /// How far ahead somebody may put off what would be said until then; zero forbids it.
    pub longest_snooze: TimeDelta,
    pub controls: Controls,
}

/// What no longer fires once somebody has said that they see to it. A breach is one all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Acknowledging {
    /// Reminders, and escalations before the deadline.
    #[default]
    StopsReminders,
    StopsAll,
}

/// Which policy was applied: the name, and the version of the file it stood in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRef {
    pub name: PolicyName,
    pub version: String,
}

/// One glob for each part of a gate; a missing one matches everything.
#[derive(Clone, Debug, Default)]
pub struct GateMatcher {
    pub account: Option<Glob>,
    pub region: Option<Glob>,
    pub pipeline: Option<Glob>,
    pub stage: Option<Glob>,
    pub action: Option<Glob>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub id: StepId,
    pub when: When,
    pub act: Act,
    pub to: Vec<RecipientName>,
    pub repeat: Option<Repeat>,
    /// Whether it goes out at once, whatever the recipients' hours.
    pub is_urgent: bool,
}

/// When a step is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// At a share of the target, in thousandths.
    Share { permille: u32 },
    /// At a time after the request.
    After(Span),
    /// At a time before CodePipeline's own time-out.
    BeforeExpiry(TimeDelta),
    /// At a time on the wall, so many working days after the day of the request.
    OnDay { days: u32, time: NaiveTime },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Tell the same people again.
    Remind,
    /// Tell other or higher people.
    Escalate,
    /// Tell whoever sees to it that controls are kept.
    Report,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat {
    pub every: Span,
    /// No repeat is due after this; without it, none after CodePipeline's own time-out.
    pub until: Option<When>,
    /// So many repeats and no more.
    pub at_most: Option<u32>,
}

/// A part of a measure's labels that a metric can be broken down by. Never an id or a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    Account,
    Region,
    Pipeline,
    Stage,
    Action,
    Policy,
}

impl Dimension {
    pub const ALL: [Self; 6] = [Self::Account, Self::Region, Self::Pipeline, Self::Stage, Self::Action, Self::Policy];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Region => "Region",
            Self::Pipeline => "Pipeline",
            Self::Stage => "Stage",
            Self::Action => "Action",
            Self::Policy => "Policy",
        }
    }
}

impl Rules {
    pub fn policy_for(&self, gate: &Gate) -> Option<&Policy> {
        self.policies.iter().find(|p| p.gates.matches(gate))
    }

    /// Whether any policy demands that of a decision.
    pub fn demand(&self, of: impl Fn(&Controls) -> bool) -> bool {
        self.policies.iter().any(|policy| of(&policy.controls))
    }

    pub fn reference(&self, policy: &Policy) -> PolicyRef {
        PolicyRef { name: policy.name.clone(), version: self.version.clone() }
    }
}

impl Policy {
    /// Everybody this policy can tell, each once.
    pub fn recipients(&self) -> BTreeSet<&RecipientName> {
        let steps = self.steps.iter().chain(self.retry_steps.iter().flatten());
        steps.flat_map(|s| &s.to).chain(&self.controls.tell).collect()
    }

    /// The steps of the ladder on this attempt; a run that does not say is on its first.
    pub fn steps(&self, attempt: Option<u32>) -> &[Step] {
        match &self.retry_steps {
            Some(steps) if attempt.is_some_and(|n| n > 1) => steps,
            _ => &self.steps,
        }
    }
}

/// A part of a gate that a glob does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misfit<'a> {
    /// `account`, `region`, `pipeline`, `stage` or `action`.
    pub part: &'static str,
    /// None where it is not known.
    pub is: Option<&'a str>,
    pub wanted: &'a str,
}

impl GateMatcher {
    pub fn matches(&self, gate: &Gate) -> bool {
        self.misfits(gate).next().is_none()
    }

    /// What of the gate does not match; nothing where all of it does.
    pub fn misfits<'a>(&'a self, gate: &'a Gate) -> impl Iterator<Item = Misfit<'a>> {
        let parts = [
            ("account", &self.account, gate.account.as_deref()),
            ("region", &self.region, Some(gate.region.as_str())),
            ("pipeline", &self.pipeline, Some(gate.pipeline.as_str())),
            ("stage", &self.stage, Some(gate.stage.as_str())),
            ("action", &self.action, Some(gate.action.as_str())),
        ];
        parts.into_iter().filter_map(|(part, glob, is)| {
            let glob = glob.as_ref()?;
            let wanted = glob.as_str();
            // A part that is not known fits only a glob that everything fits.
            let fits = is.map_or(wanted == "*", |text| glob.matches(text));
            (!fits).then_some(Misfit { part, is, wanted })
        })
    }
}
