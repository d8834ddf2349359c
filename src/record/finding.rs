//! A finding, as a part of facts and events.

use serde::{Deserialize, Serialize};

use super::names::word;
use super::parts::PolicyRecord;
use crate::domain::finding::{Exhibit, Finding, FindingKind, What};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct FindingRecord {
    #[serde(with = "word")]
    kind: FindingKind,
    evidence: Vec<ExhibitRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<PolicyRecord>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ExhibitRecord {
    #[serde(with = "word")]
    what: What,
    is: String,
}

impl From<Finding> for FindingRecord {
    fn from(Finding { kind, evidence, policy }: Finding) -> Self {
        let evidence = evidence.into_iter().map(|Exhibit { what, is }| ExhibitRecord { what, is }).collect();
        Self { kind, evidence, policy: policy.as_ref().map(Into::into) }
    }
}

impl From<FindingRecord> for Finding {
    fn from(FindingRecord { kind, evidence, policy }: FindingRecord) -> Self {
        let evidence = evidence.into_iter().map(|ExhibitRecord { what, is }| Exhibit { what, is }).collect();
        Self { kind, evidence, policy: policy.map(Into::into) }
    }
}
