//! What a policy demands of whoever decides.

use super::RecipientName;
use super::glob::Glob;
use super::principal::Principal;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Controls {
    /// Who may decide; without it, anybody.
    pub approvers: Option<Vec<Approver>>,
    /// The roles and users that are programs: with whom a decision does not rest.
    pub bots: Vec<Glob>,
    /// Whether whoever started a run, or wrote what it brings, may not approve it.
    pub forbids_self_approval: bool,
    /// Whether one person alone may not approve all the gates of a run.
    pub requires_two_people: bool,
    pub requires_comment: bool,
    pub forbids_late_decisions: bool,
    /// Whether the pipeline may not be edited while somebody is asked.
    pub forbids_edits: bool,
    /// Whether nobody may approve what is older than what waits behind it.
    pub forbids_outdated_revisions: bool,
    /// Who is told of findings.
    pub tell: Vec<RecipientName>,
}

/// Somebody who may decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approver {
    /// By the ARN of a user, of a session, or of the role behind it.
    Arn(Glob),
    /// By a permission set of IAM Identity Center.
    PermissionSet(Glob),
}

impl Controls {
    /// Whether any of them depends on who decided.
    pub fn ask_who(&self) -> bool {
        self.approvers.is_some() || !self.bots.is_empty() || self.forbids_self_approval || self.requires_two_people
    }

    pub fn demand_anything(&self) -> bool {
        let Self { forbids_late_decisions, forbids_edits, forbids_outdated_revisions, requires_comment, .. } = *self;
        self.ask_who() || forbids_late_decisions || forbids_edits || forbids_outdated_revisions || requires_comment
    }

    pub fn is_bot(&self, principal: &Principal) -> bool {
        self.bots.iter().any(|bot| is_by_arn(bot, principal))
    }

    pub fn may_decide(&self, principal: &Principal) -> bool {
        let fits = |approver: &Approver| match approver {
            Approver::Arn(glob) => is_by_arn(glob, principal),
            Approver::PermissionSet(glob) => principal.permission_set().is_some_and(|name| glob.matches(name)),
        };
        self.approvers.as_ref().is_none_or(|approvers| approvers.iter().any(fits))
    }
}

fn is_by_arn(glob: &Glob, principal: &Principal) -> bool {
    let by_role = || principal.role_arn().is_some_and(|role| glob.matches(&role));
    principal.arn.as_deref().is_some_and(|arn| glob.matches(arn)) || by_role()
}
