//! The events of one run through a gate, in the shapes that AWS sends.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// What becomes of the approval of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Approved,
    Rejected,
    /// Nothing more is heard of it.
    Open,
}

/// One run through one gate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) number: u64,
    pub(crate) pipeline: u64,
    pub(crate) asked_at: DateTime<Utc>,
    pub(crate) wait: TimeDelta,
    pub(crate) fate: Fate,
}

impl Run {
    pub(crate) fn approval(&self) -> String {
        format!("a0000000-0000-4000-8000-{:012}", self.number)
    }

    fn execution(&self) -> String {
        format!("e0000000-0000-4000-8000-{:012}", self.number)
    }

    /// The run's events in the order of their times, each a JSON text: its start, its source, some noise, the approval,
    /// the decision and the end.
    pub(crate) fn events(&self) -> Vec<String> {
        let ended_at = self.asked_at + self.wait;
        let before = |minutes: i64| self.asked_at - TimeDelta::minutes(minutes);
        let mut events = vec![
            self.pipeline_event("STARTED", before(9)),
            self.source_event(before(8)),
            self.stage_event("Build", "STARTED", before(7)),
            self.build_event("STARTED", before(7)),
            self.build_event("SUCCEEDED", before(2)),
            self.stage_event("Build", "SUCCEEDED", before(1)),
            self.stage_event("Release", "STARTED", self.asked_at),
            self.approval_event("STARTED", self.asked_at),
        ];
        let state = match self.fate {
            Fate::Approved => "SUCCEEDED",
            Fate::Rejected => "FAILED",
            Fate::Open => return events.iter().map(Value::to_string).collect(),
        };
        events.push(self.decision(ended_at));
        events.push(self.approval_event(state, ended_at + TimeDelta::seconds(30)));
        events.push(self.stage_event("Release", state, ended_at + TimeDelta::seconds(31)));
        events.push(self.pipeline_event(state, ended_at + TimeDelta::seconds(32)));
        events.iter().map(Value::to_string).collect()
    }

    fn name(&self) -> String {
        format!("service-{:03}-prod", self.pipeline)
    }

    fn envelope(&self, kind: &str, at: DateTime<Utc>, detail: Value) -> Value {
        json!({
            "version": "0",
            "id": format!("{:08x}-{:04x}-4000-8000-{:012}", at.timestamp(), kind.len(), self.number),
            "detail-type": kind,
            "source": "aws.codepipeline",
            "account": "111122223333",
            "time": at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "region": "eu-west-1",
            "resources": [format!("arn:aws:codepipeline:eu-west-1:111122223333:{}", self.name())],
            "detail": detail,
        })
    }

    fn pipeline_event(&self, state: &str, at: DateTime<Utc>) -> Value {
        let mut detail = json!({
            "pipeline": self.name(), "execution-id": self.execution(), "start-time": time(at), "state": state,
            "version": 3.0, "pipeline-execution-attempt": 1.0,
        });
        if state == "STARTED" {
            detail["execution-trigger"] = json!({
                "trigger-type": "StartPipelineExecution",
                "trigger-detail": "arn:aws:sts::111122223333:assumed-role/Developer/jane@example.com",
            });
        }
        self.envelope("CodePipeline Pipeline Execution State Change", at, detail)
    }

    fn stage_event(&self, stage: &str, state: &str, at: DateTime<Utc>) -> Value {
        let detail = json!({
            "pipeline": self.name(), "execution-id": self.execution(), "start-time": time(at), "stage": stage,
            "state": state, "version": 3.0, "pipeline-execution-attempt": 0.0,
        });
        self.envelope("CodePipeline Stage Execution State Change", at, detail)
    }

    fn action(&self, stage: &str, action: &str, id: &str, state: &str, category: &str, provider: &str) -> Value {
        json!({
            "pipeline": self.name(), "execution-id": self.execution(), "start-time": time(self.asked_at),
            "stage": stage, "action-execution-id": id, "action": action, "state": state, "region": "eu-west-1",
            "type": { "owner": "AWS", "provider": provider, "category": category, "version": "1" },
            "version": 3.0, "pipeline-execution-attempt": 1.0,
        })
    }

    fn action_event(&self, at: DateTime<Utc>, detail: Value) -> Value {
        self.envelope("CodePipeline Action Execution State Change", at, detail)
    }

    fn source_event(&self, at: DateTime<Utc>) -> Value {
        let mut detail =
            self.action("Source", "Source", &format!("{}-source", self.number), "SUCCEEDED", "Source", "S3");
        detail["execution-result"] = json!({
            "external-execution-summary": "Round refunds to the cent",
            "external-execution-id": format!("{:040x}", self.number),
        });
        self.action_event(at, detail)
    }

    fn build_event(&self, state: &str, at: DateTime<Utc>) -> Value {
        let id = format!("{}-build", self.number);
        self.action_event(at, self.action("Build", "Build", &id, state, "Build", "CodeBuild"))
    }

    fn approval_event(&self, state: &str, at: DateTime<Utc>) -> Value {
        let mut detail = self.action("Release", "Approve", &self.approval(), state, "Approval", "Manual");
        if state != "STARTED" {
            detail["execution-result"] = json!({
                "external-execution-summary": "looks good",
                "external-execution-id": self.approval(),
            });
        }
        if state == "FAILED" {
            detail["execution-result"]["error-code"] = json!("JobFailed");
        }
        self.action_event(at, detail)
    }

    fn decision(&self, at: DateTime<Utc>) -> Value {
        let status = if self.fate == Fate::Rejected { "Rejected" } else { "Approved" };
        let detail = json!({
            "eventVersion": "1.11",
            "userIdentity": {
                "type": "IAMUser", "principalId": "AIDAEXAMPLE", "arn": "arn:aws:iam::111122223333:user/jane",
                "accountId": "111122223333", "userName": "jane",
            },
            "eventTime": time(at), "eventSource": "codepipeline.amazonaws.com", "eventName": "PutApprovalResult",
            "awsRegion": "eu-west-1", "sourceIPAddress": "192.0.2.10",
            "requestParameters": {
                "pipelineName": self.name(), "stageName": "Release", "actionName": "Approve",
                "result": { "summary": "looks good", "status": status }, "token": self.approval(),
            },
            "responseElements": { "approvedAt": time(at) },
            "requestID": format!("{:012}", self.number), "eventID": format!("c0000000-0000-4000-8000-{:012}", self.number),
            "recipientAccountId": "111122223333",
        });
        self.envelope("AWS API Call via CloudTrail", at, detail)
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
