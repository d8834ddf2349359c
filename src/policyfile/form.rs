//! The policy file as it is written. The doc comments here are what its JSON Schema says.

use std::collections::BTreeMap;

#[cfg(feature = "cli")]
use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

use super::calendar::CalendarForm;

type Text = Spanned<String>;

/// What is promised for which approvals of AWS CodePipeline, and who is told when.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "holdpoint policy"))]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    /// The version of this format: 1.
    #[cfg_attr(feature = "cli", schemars(with = "u32", range(min = 1, max = 1)))]
    pub(super) version: Spanned<u32>,
    /// Who can be told, each under a name of letters, digits and `-_.`.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "BTreeMap<String, RecipientForm>"))]
    pub(super) recipients: BTreeMap<String, Spanned<RecipientForm>>,
    /// When the clocks of policies run, each under a name of letters, digits and `-_.`.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "BTreeMap<String, CalendarForm>"))]
    pub(super) calendars: BTreeMap<String, Spanned<CalendarForm>>,
    /// Policies; the first that matches an approval's gate is the one that counts.
    #[cfg_attr(feature = "cli", schemars(with = "Vec<PolicyForm>", length(min = 1)))]
    pub(super) policies: Spanned<Vec<PolicyForm>>,
    /// The names that each person goes by: ARNs, e-mail addresses, names of users and sessions. By these a control tells
    /// that an approver is the one who started the run or wrote the commit.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "BTreeMap<String, Vec<String>>"))]
    pub(super) people: BTreeMap<String, Vec<Text>>,
    /// What is measured, and how it is broken down.
    #[serde(default)]
    pub(super) metrics: MetricsForm,
}

/// One way to reach a recipient: exactly one of `console`, `file`, `webhook` and `sns`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "recipient"))]
#[serde(deny_unknown_fields)]
pub(super) struct RecipientForm {
    /// `true`: readable lines on standard output.
    #[serde(default)]
    pub(super) console: bool,
    /// A file to which each notice is appended as one JSON object a line.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) file: Option<Text>,
    /// An http or https address to which each notice is posted as JSON, with the notice id as `Idempotency-Key`.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) webhook: Option<Text>,
    /// With `webhook`: the name of the environment variable that holds the token for `Authorization: Bearer`.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) token_env: Option<Text>,
    /// The ARN of an Amazon SNS topic to which each notice is published.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) sns: Option<Text>,
    /// With `sns`: `text` (for mail; the default), `chat` (for Amazon Q Developer in chat applications) or `json` (what a
    /// webhook gets).
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>", extend("enum" = ["text", "chat", "json", null])))]
    pub(super) format: Option<Text>,
    /// The calendar in whose hours they want to be told; left out, at any time. What falls outside of it is held until the
    /// hours begin, unless its step is `urgent`.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) hours: Option<Text>,
    /// What this recipient is told, in place of the built-in words and of the policy's.
    #[cfg_attr(feature = "cli", schemars(with = "Option<WordingForm>"))]
    pub(super) wording: Option<Spanned<WordingForm>>,
}

/// The wording of notices, as templates in the language of Jinja. They may name what a webhook is told, such as
/// `gate.pipeline`, `kind`, `breached` and `custom_data`, and `wait`, `left`, `over`, `link`, `text` and `subject`; there
/// are the filters `duration` and `moment` for seconds and times.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "wording"))]
#[serde(deny_unknown_fields)]
pub(super) struct WordingForm {
    /// One line, of which the first 99 characters count.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) subject: Option<Text>,
    /// The text; for `format: chat`, in markdown.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) text: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "policy"))]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyForm {
    /// A name of letters, digits and `-_.`, unique in the file.
    #[cfg_attr(feature = "cli", schemars(with = "String"))]
    pub(super) name: Text,
    /// Which gates it is for; left out, all.
    #[serde(default, rename = "match")]
    pub(super) gates: MatchForm,
    /// The promised time to a decision: `4h` of the calendar's working time, `4h wall` by the clock, or `2 working days`,
    /// which ends at the same time of the day on the second working day. `1d` is 24 hours, also of working time.
    #[cfg_attr(feature = "cli", schemars(with = "String"))]
    pub(super) target: Text,
    /// The calendar by which its times after the request count, its target among them; left out, every hour of every day.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) calendar: Option<Text>,
    /// CodePipeline's own time-out of these approvals, from 5 minutes to 60 days; left out, 7 days. What CodePipeline's
    /// notification says counts more.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) expires_after: Option<Text>,
    /// Who is told when.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Vec<StepForm>"))]
    pub(super) steps: Vec<Spanned<StepForm>>,
    /// Who is told when from the second attempt on, in place of `steps`: a run's stage can be retried.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Vec<StepForm>>"))]
    pub(super) retry_steps: Option<Vec<Spanned<StepForm>>>,
    /// What no longer comes once somebody has acknowledged: `stops-reminders` (and escalations before the deadline; the
    /// default) or `stops-all`. A breach is noted all the same.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>", extend("enum" = ["stops-reminders", "stops-all", null])))]
    pub(super) acknowledging: Option<Text>,
    /// How far ahead somebody may snooze, by the clock: `4h` if left out, at most `7d`; `none` forbids it.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) snooze: Option<Text>,
    /// What is demanded of whoever decides. What is not kept is a finding.
    pub(super) controls: Option<ControlsForm>,
    /// Who is told of findings.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Vec<String>>"))]
    pub(super) findings: Option<Vec<Text>>,
    /// What recipients are told under this policy, in place of the built-in words.
    #[cfg_attr(feature = "cli", schemars(with = "Option<WordingForm>"))]
    pub(super) wording: Option<Spanned<WordingForm>>,
}

/// What is demanded of whoever decides. holdpoint cannot keep anybody from deciding: it finds, records and tells.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "controls"))]
#[serde(deny_unknown_fields)]
pub(super) struct ControlsForm {
    /// Who may decide: globs for the ARN of a user, of a role, or of a role's session. With `permission_sets`, either.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Vec<String>>"))]
    pub(super) approvers: Option<Vec<Text>>,
    /// Who may decide: globs for permission sets of IAM Identity Center.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Vec<String>>"))]
    pub(super) permission_sets: Option<Vec<Text>>,
    /// Programs: globs for ARNs, as above. What one of them approves is a finding; whom it names is shown as a claim.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Vec<String>"))]
    pub(super) bots: Vec<Text>,
    /// `true`: nobody approves a run that they started, or a commit that they wrote.
    #[serde(default)]
    pub(super) forbid_self_approval: bool,
    /// `true`: one person alone does not approve every gate of a run.
    #[serde(default)]
    pub(super) require_two_people: bool,
    /// `true`: a decision has a comment.
    #[serde(default)]
    pub(super) require_comment: bool,
    /// `true`: a decision comes before its deadline.
    #[serde(default)]
    pub(super) forbid_late_decisions: bool,
    /// `true`: nobody edits or deletes the pipeline while an approval waits in it.
    #[serde(default)]
    pub(super) forbid_edits: bool,
    /// `true`: nobody approves a revision while a newer one waits behind it.
    #[serde(default)]
    pub(super) forbid_outdated_revisions: bool,
}

/// Globs (`*`, `?`, `[ab]`, `{x,y}`, and `!` in front for all others), one for each part of a gate; what is left out
/// matches everything.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "match"))]
#[serde(deny_unknown_fields)]
pub(super) struct MatchForm {
    /// The AWS account's id.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) account: Option<Text>,
    /// The AWS region: `eu-west-1`.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) region: Option<Text>,
    /// The pipeline's name: `*-prod`.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) pipeline: Option<Text>,
    /// The stage's name.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) stage: Option<Text>,
    /// The approval action's name.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) action: Option<Text>,
}

/// One step of the ladder: one of `at` and `before_expiry`, and one of `remind` and `escalate`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "step"))]
#[serde(deny_unknown_fields)]
pub(super) struct StepForm {
    /// A share of the target (`50%`), a time after the request (`2h`, `2h wall`, `2 working days`), or a time on the clock
    /// (`09:00`, `09:00 next working day`, `09:00 in 2 working days`).
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) at: Option<Text>,
    /// A time before CodePipeline's own time-out: `6h`.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) before_expiry: Option<Text>,
    /// Recipients to remind: the people who were asked.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Vec<String>>"))]
    pub(super) remind: Option<Vec<Text>>,
    /// Recipients to escalate to: other or higher people.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Vec<String>>"))]
    pub(super) escalate: Option<Vec<Text>>,
    /// Say it again until somebody decides.
    pub(super) repeat: Option<RepeatForm>,
    /// `true`: it goes out at once, whatever the recipients' hours.
    #[serde(default)]
    pub(super) urgent: bool,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "repeat"))]
#[serde(deny_unknown_fields)]
pub(super) struct RepeatForm {
    /// The time between two: at least `1m`, of working time, by the clock (`30m wall`) or in days (`1 working day`).
    #[cfg_attr(feature = "cli", schemars(with = "String"))]
    pub(super) every: Text,
    /// Written like `at`: no repeat after this. Left out, until CodePipeline's own time-out.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) until: Option<Text>,
    /// So many repeats and no more.
    #[cfg_attr(feature = "cli", schemars(with = "Option<u32>", range(min = 1, max = 1000)))]
    pub(super) at_most: Option<Spanned<u32>>,
}

#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "metrics"))]
#[serde(deny_unknown_fields)]
pub(super) struct MetricsForm {
    /// The metrics' namespace; `Holdpoint` if left out.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) namespace: Option<Text>,
    /// The sets of labels by which each metric is broken down, of `Account`, `Region`, `Pipeline`, `Stage`, `Action` and
    /// `Policy`; `[]` is the total. Left out, `[[Pipeline], []]`. Each set more multiplies what CloudWatch charges for.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Vec<Vec<String>>>"))]
    pub(super) dimensions: Option<Vec<Vec<Text>>>,
    /// A file to which metric data are appended, one JSON object a line.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) file: Option<Text>,
}
