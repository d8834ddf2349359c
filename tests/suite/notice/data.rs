//! The same for machines.

use holdpoint::domain::context::Context;
use serde_json::Value;

use super::{ESCALATE, REMIND, asked, context, gate, tuesday, written};

#[test]
fn the_data_say_the_same_as_the_text() {
    let reminder = written(asked(gate(), 1, context()), REMIND, 0, tuesday("11:12:07.412"));
    let mut data = reminder.data;
    assert_eq!((&data["subject"], &data["text"]), (&Value::from(reminder.subject), &Value::from(reminder.text)));
    for name in ["subject", "text", "review_link"] {
        data.as_object_mut().expect("an object").remove(name);
    }
    // The order of the keys depends on what else is compiled in.
    data.sort_all_objects();
    insta::assert_snapshot!(format!("{data:#}"), @r#"
    {
      "acknowledged": [],
      "approval": "6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10",
      "breached": false,
      "custom_data": "Refunds are off until this is live. Check the refund dashboard first.",
      "deadline": "2026-10-06T13:12:07.412Z",
      "due_at": "2026-10-06T11:12:06.412Z",
      "expires_at": "2026-10-13T09:12:00Z",
      "external_link": "https://ci.example.com/payments/1841",
      "gate": {
        "account": "111122223333",
        "action": "Approve",
        "pipeline": "payments-prod",
        "region": "eu-west-1",
        "stage": "Production"
      },
      "held": null,
      "id": "6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10/remind@50%/0/approvers",
      "kind": "reminder",
      "next_step": {
        "at": "2026-10-06T13:12:07.412Z",
        "kind": "escalation",
        "to": [
          "leads",
          "on-call"
        ]
      },
      "passed_over": [],
      "policy": "production",
      "recipient": "approvers",
      "repeat": 0,
      "requested_at": "2026-10-06T09:12:07.412Z",
      "revisions": [
        {
          "action": "Code",
          "id": "8c1f2a9be07d4653fa1029b8c7d6e5f4a3b2c1d0",
          "summary": "Retry refunds that the acquirer answered late",
          "url": "https://github.example.com/example-org/payments/commit/8c1f2a9"
        }
      ],
      "sent_at": "2026-10-06T11:12:07.412Z",
      "snoozed_until": null,
      "stands_for": [],
      "step": "remind@50%",
      "timezone": "UTC",
      "trigger": {
        "author": "Amara Okafor",
        "commit": "8c1f2a9be07d4653fa1029b8c7d6e5f4a3b2c1d0",
        "detail": "arn:aws:codestar-connections:eu-west-1:111122223333:connection/5f1d7a3c",
        "kind": "WebhookV2",
        "message": "Retry refunds that the acquirer answered late",
        "reference": "main",
        "repository": "example-org/payments"
      },
      "waited_seconds": 7200,
      "working_waited_seconds": 7200
    }
    "#);
}

#[test]
fn what_is_not_known_is_null() {
    let data = written(asked(gate(), 1, Context::default()), ESCALATE, 3, tuesday("14:42:08")).data;
    for name in ["external_link", "custom_data", "trigger"] {
        assert_eq!(data[name], Value::Null, "{name}");
    }
    assert_eq!(data["revisions"], Value::Array(vec![]));
    assert_eq!((&data["kind"], &data["repeat"], &data["breached"]), (&"escalation".into(), &3.into(), &true.into()));
}
