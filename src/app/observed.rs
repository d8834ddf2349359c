//! What CodePipeline's API shows of one approval, as the inputs that its events would have been.

use chrono::{DurationRound, TimeDelta};

use crate::domain::context::{Context, Revision, Trigger};
use crate::domain::evidence::{CANCELED_SUMMARY, Decision, End, EndState, Source, Verdict, Witness};
use crate::domain::input::{Ended, Input, Place, Started};
use crate::domain::principal::Principal;
use crate::domain::{Approval, Gate, Timestamp};
use crate::ports::pipelines::{ActionKind, ActionRun, Latest, Site, Standing, Start, Status};
use crate::wire::commit_message;

/// Everything that was asked for one approval; what was not is none.
#[derive(Clone, Copy, Debug)]
pub struct Sighting<'a> {
    pub site: &'a Site,
    pub pipeline: &'a str,
    /// From the pipeline's state: fresh.
    pub latest: Option<&'a Latest>,
    /// From the history of its run: whole.
    pub run: Option<Run<'a>>,
    /// When the pipeline was edited, if that was during this wait.
    pub edited_at: Option<Timestamp>,
    /// Whether the edit took the action out of the pipeline.
    pub is_taken_out: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    pub of: &'a ActionRun,
    /// All actions of the run.
    pub actions: &'a [ActionRun],
    /// CodePipeline's time-out by the declaration that the run was made from, if that could be read.
    pub time_out: Option<TimeDelta>,
    pub start: Option<&'a Start>,
}

impl Sighting<'_> {
    /// What an approval is to be told that is known so far as `known`.
    pub fn inputs(&self, known: &Approval) -> Vec<Input> {
        let Some(place) = self.place(known) else { return Vec::new() };
        let mut inputs = Vec::new();
        if let Some(run) = self.run {
            inputs.push(Input::Started(Started {
                place: place.clone(),
                requested_at: run.of.started_at,
                context: run.context(),
                source: Source::Api,
            }));
        }
        inputs.extend(self.end(place));
        inputs
    }

    fn place(&self, known: &Approval) -> Option<Place> {
        let (stage, action) = match (self.latest, self.run) {
            (Some(latest), _) => (&latest.stage, &latest.action),
            (None, Some(run)) => (&run.of.stage, &run.of.action),
            (None, None) => return None,
        };
        let gate = Gate {
            account: Some(self.site.account.clone()),
            region: self.site.region.clone(),
            pipeline: self.pipeline.to_owned(),
            stage: stage.clone(),
            action: action.clone(),
        };
        // The state does not say for sure which run an action that has ended belongs to.
        let execution = self.run.map(|run| run.of.execution.clone()).or_else(|| known.execution.clone());
        Some(Place { gate, execution, attempt: None })
    }

    /// The end of the wait, if it is over. An end that neither call dates is left to the next look, because what is dated
    /// by a guess could be taken for a time-out.
    fn end(&self, place: Place) -> Option<Input> {
        let history = self.run.map(|run| &run.of.standing);
        let standing = self.latest.map(|latest| &latest.standing).or(history)?;
        // The history says when only once it has caught up.
        let caught_up = history.filter(|history| history.status == standing.status);
        let at = standing.at.or_else(|| caught_up.and_then(|history| history.at));
        let ended = |state, at, standing: &Standing| {
            let end = End {
                state,
                at,
                source: Source::Api,
                error_code: standing.error_code.clone(),
                summary: standing.summary.clone(),
                event_id: None,
            };
            Some(Input::Ended(Ended { place: place.clone(), requested_at: None, end }))
        };
        let answered = |verdict, at, by: &str| {
            Some(Input::Decision(Decision {
                witness: Witness::Api,
                gate: place.gate.clone(),
                verdict,
                at,
                by: Principal::of_arn(by),
                comment: comment(standing, verdict, by),
                source_ip: None,
                event_id: None,
                error: None,
            }))
        };
        match (standing.status, standing.by.as_deref()) {
            (Status::InProgress, _) if self.is_taken_out => ended(EndState::Canceled, self.edited_at?, standing),
            (Status::InProgress, _) => None,
            (Status::Succeeded, Some(by)) => answered(Verdict::Approved, at?, by),
            (Status::Succeeded, None) => ended(EndState::Succeeded, at?, standing),
            (Status::Abandoned, _) => ended(EndState::Abandoned, at?, standing),
            (Status::Failed, by) if self.was_cut_short(standing, by) => {
                ended(EndState::Canceled, self.edited_at.or(at)?, standing)
            }
            (Status::Failed, Some(by)) if standing.error_code.is_none() => answered(Verdict::Rejected, at?, by),
            (Status::Failed, _) => ended(EndState::Failed, at?, standing),
        }
    }

    /// An edit of the pipeline leaves the text behind that CodePipeline writes itself. Whoever rejects can type the same, so
    /// where somebody is named it counts only if there was an edit.
    fn was_cut_short(&self, standing: &Standing, by: Option<&str>) -> bool {
        standing.summary.as_deref() == Some(CANCELED_SUMMARY) && (by.is_none() || self.edited_at.is_some())
    }
}

impl Run<'_> {
    fn context(&self) -> Context {
        let trigger =
            |start: &Start| Trigger { kind: start.kind.clone(), detail: start.detail.clone(), ..Trigger::default() };
        Context {
            external_link: self.of.external_link.clone(),
            custom_data: self.of.custom_data.clone(),
            expires_at: self.expires_at(),
            trigger: self.start.map(trigger),
            revisions: self.actions.iter().filter_map(revision).collect(),
            ..Context::default()
        }
    }

    /// To the minute, as CodePipeline states it in its own notification.
    fn expires_at(&self) -> Option<Timestamp> {
        let expires_at = self.of.started_at.checked_add_signed(self.time_out?)?;
        expires_at.duration_trunc(TimeDelta::minutes(1)).ok()
    }
}

/// Where nobody wrote anything CodePipeline puts a text of its own.
fn comment(standing: &Standing, verdict: Verdict, by: &str) -> Option<String> {
    let word = match verdict {
        Verdict::Approved => "Approved",
        Verdict::Rejected => "Rejected",
    };
    standing.summary.clone().filter(|text| !text.trim().is_empty() && *text != format!("{word} by {by}"))
}

fn revision(action: &ActionRun) -> Option<Revision> {
    let is_source = action.kind == ActionKind::Source && action.standing.status == Status::Succeeded;
    Some(Revision {
        action: action.action.clone(),
        id: action.external_id.clone().filter(|_| is_source)?,
        summary: action.standing.summary.clone().map(commit_message),
        url: action.external_url.clone(),
    })
}
