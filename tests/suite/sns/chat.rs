//! What people read in a chat.

use holdpoint::adapters::sns::publication;
use holdpoint::domain::Gate;
use holdpoint::domain::context::Context;
use holdpoint::notice::{with_offers, write};
use holdpoint::policyfile::Format;
use holdpoint::ports::channel::Letter;
use serde_json::Value;

use super::{letter, of, revisions, topic};
use crate::notice::{ESCALATE, REMIND, asked, context, fired, gate, rules, some, tuesday};
use crate::respond::{KEY, links};

fn said(letter: &Letter) -> Value {
    let topic = topic("arn:aws:sns:eu-west-1:111122223333:chat");
    let input = publication(&topic, Format::Chat, letter).build().expect("it is whole");
    serde_json::from_str(input.message().expect("a message")).expect("JSON")
}

/// The notification with its description as lines.
fn shown(mut said: Value) -> String {
    // The order of the keys depends on what else is compiled in.
    said.sort_all_objects();
    let description = said["content"]["description"].take();
    format!("{said:#}\n\n{}", description.as_str().unwrap_or_default())
}

#[test]
fn the_links_to_answer_it_are_next_steps_of_a_chat() {
    let rules = rules();
    let now = tuesday("11:12:07.412");
    let (notice, approval) = fired(asked(gate(), 1, context()), &rules, REMIND, 0, now);
    let offers = links(KEY, None).offers(&notice, &approval, &rules, now);
    let written = with_offers(write(&notice, &approval, &rules, now), &offers);
    let said = said(&of(notice, written, now));
    let steps: Vec<&str> =
        said["content"]["nextSteps"].as_array().expect("a list").iter().flat_map(Value::as_str).collect();
    let step = |link: &str, label: &str| format!("<{link}|{label}>");
    let (_, snooze) = offers.snooze.as_ref().expect("it is offered");
    assert_eq!(
        steps[1..],
        [
            step(offers.acknowledge.as_ref().expect("it is offered"), "I see to it"),
            step(snooze, "Remind me in 2 hours")
        ]
    );
    assert!(!said["content"]["description"].as_str().expect("a text").contains("/respond?"));
}

#[test]
fn a_reminder_in_a_chat() {
    let letter = letter(asked(gate(), 1, context()), REMIND, tuesday("11:12:07.412"));
    insta::assert_snapshot!(shown(said(&letter)), @r#"
    {
      "content": {
        "description": null,
        "keywords": [
          "reminder",
          "production"
        ],
        "nextSteps": [
          "<https://console.aws.amazon.com/codesuite/codepipeline/pipelines/payments-prod/view?region=eu-west-1#/Production/Approve/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10|Review and decide>"
        ],
        "textType": "client-markdown",
        "title": "Approval needed: payments-prod / Production, waiting 2h"
      },
      "id": "6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10/remind@50%/0/approvers",
      "metadata": {
        "additionalContext": {
          "account": "111122223333",
          "action": "Approve",
          "approval": "6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10",
          "pipeline": "payments-prod",
          "policy": "production",
          "region": "eu-west-1",
          "stage": "Production"
        },
        "eventType": "approval-reminder",
        "relatedResources": [
          "arn:aws:codepipeline:eu-west-1:111122223333:payments-prod"
        ],
        "summary": "Approval needed: payments-prod / Production, waiting 2h",
        "threadId": "6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10"
      },
      "source": "custom",
      "version": "1.0"
    }

    A release is waiting for your approval.

    *Pipeline:* payments-prod (eu-west-1, account 111122223333)
    *Approval:* Production / Approve
    *Waiting:* 2h, since Tue 6 Oct 2026 09:12 UTC
    *Decide by:* Tue 6 Oct 2026 13:12 UTC, 2h left of the promised 4h
    *Expires:* Tue 13 Oct 2026 09:12 UTC, in 6d 21h; the run then fails
    *Started by:* Amara Okafor, example-org/payments main
    *Revision:* 8c1f2a9 Retry refunds that the acquirer answered late (from Code) https://github.example.com/example-org/payments/commit/8c1f2a9
    *Note:* Refunds are off until this is live. Check the refund dashboard first.
    *See also:* https://ci.example.com/payments/1841

    If nobody decides, it will be escalated to leads and on-call at 13:12 UTC.
    "#);
}

#[test]
fn an_overdue_escalation_in_a_chat_where_little_is_known() {
    let gate = Gate { account: None, ..gate() };
    let letter = letter(asked(gate, 1, Context::default()), ESCALATE, tuesday("14:12:08"));
    insta::assert_snapshot!(shown(said(&letter)), @r#"
    {
      "content": {
        "description": null,
        "keywords": [
          "escalation",
          "overdue",
          "production"
        ],
        "nextSteps": [
          "<https://console.aws.amazon.com/codesuite/codepipeline/pipelines/payments-prod/view?region=eu-west-1#/Production/Approve/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10|Review and decide>"
        ],
        "textType": "client-markdown",
        "title": "Escalation, approval overdue: payments-prod / Production, waiting 5h"
      },
      "id": "6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10/escalate@100%/0/leads",
      "metadata": {
        "additionalContext": {
          "action": "Approve",
          "approval": "6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10",
          "pipeline": "payments-prod",
          "policy": "production",
          "region": "eu-west-1",
          "stage": "Production"
        },
        "eventType": "approval-escalation",
        "relatedResources": [],
        "summary": "Escalation, approval overdue: payments-prod / Production, waiting 5h",
        "threadId": "6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10"
      },
      "source": "custom",
      "version": "1.0"
    }

    A release has waited longer for its approval than was promised.
    Please see that somebody decides.

    *Pipeline:* payments-prod (eu-west-1)
    *Approval:* Production / Approve
    *Waiting:* 5h, since Tue 6 Oct 2026 09:12 UTC
    *Decide by:* Tue 6 Oct 2026 13:12 UTC, 1h over the promised 4h
    *Expires:* presumably Tue 13 Oct 2026 09:12 UTC, in 6d 18h; the run then fails

    If nobody decides, it will be escalated to leads and on-call at 14:42 UTC.
    "#);
}

#[test]
fn nobody_formats_links_or_calls_anybody_in_our_name() {
    let [pipeline, stage, action] = ["*pay*_ments_", "<!channel>", "@here"].map(str::to_owned);
    let gate = Gate { pipeline, stage, action, ..gate() };
    let context = Context {
        custom_data: some(
            "<https://phish.example.com/|Review and decide> [Review](https://phish.example.com/) @channel *now* `rm` ~x~ my_pipe_line & _so_ https://ci.example.com/a_b*c|d](https://x.example.com/) mail amara@example.com",
        ),
        ..Context::default()
    };
    let letter = letter(asked(gate, 1, context), REMIND, tuesday("11:12:08"));
    let said = said(&letter);
    insta::assert_snapshot!(shown(said.clone()), @r#"
    {
      "content": {
        "description": null,
        "keywords": [
          "reminder",
          "production"
        ],
        "nextSteps": [
          "<https://console.aws.amazon.com/codesuite/codepipeline/pipelines/%2Apay%2A_ments_/view?region=eu-west-1#/%3C%21channel%3E/@here/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10|Review and decide>"
        ],
        "textType": "client-markdown",
        "title": "Approval needed: ∗pay∗ˍmentsˍ / &lt;!channel&gt;, waiting 2h"
      },
      "id": "6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10/remind@50%/0/approvers",
      "metadata": {
        "additionalContext": {
          "account": "111122223333",
          "action": "@here",
          "approval": "6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10",
          "pipeline": "*pay*_ments_",
          "policy": "production",
          "region": "eu-west-1",
          "stage": "<!channel>"
        },
        "eventType": "approval-reminder",
        "relatedResources": [],
        "summary": "Approval needed: ∗pay∗ˍmentsˍ / &lt;!channel&gt;, waiting 2h",
        "threadId": "6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10"
      },
      "source": "custom",
      "version": "1.0"
    }

    A release is waiting for your approval.

    *Pipeline:* ∗pay∗ˍmentsˍ (eu-west-1, account 111122223333)
    *Approval:* &lt;!channel&gt; / ＠here
    *Waiting:* 2h, since Tue 6 Oct 2026 09:12 UTC
    *Decide by:* Tue 6 Oct 2026 13:12 UTC, 1h 59m left of the promised 4h
    *Expires:* presumably Tue 13 Oct 2026 09:12 UTC, in 6d 21h; the run then fails
    *Note:* &lt;https://phish.example.com/|Review and decide&gt; [Review] (https://phish.example.com/) ＠channel ∗now∗ 'rm' ∼x∼ my_pipe_line &amp; ˍsoˍ https://ci.example.com/a_b*c%7Cd%5D(https://x.example.com/) mail amara@example.com

    If nobody decides, it will be escalated to leads and on-call at 13:12 UTC.
    "#);
    for text in [&said["content"]["title"], &said["content"]["description"]] {
        let text = text.as_str().expect("a text");
        assert!(!text.contains(['<', '>', '`', '~']) && !text.contains("](") && !text.contains(" @"), "{text}");
    }
}

#[test]
fn a_long_message_is_cut_between_lines() {
    let mut revisions = revisions(10);
    for revision in &mut revisions {
        revision.url = some(&format!("https://ci.example.com/{}", "a".repeat(400)));
    }
    let context = Context { revisions, ..context() };
    let letter = letter(asked(gate(), 1, context), REMIND, tuesday("11:12:08"));
    let said = said(&letter);
    let description = said["content"]["description"].as_str().expect("a text");
    assert!(description.chars().count() <= 3_000);
    assert!(description.ends_with("\n…"), "{description}");
}

#[test]
fn the_notices_of_an_approval_share_a_thread_and_nothing_else_does() {
    let of = |step, id: &str| {
        let mut approval = asked(gate(), 1, context());
        approval.id = holdpoint::domain::ApprovalId::new(id);
        said(&letter(approval, step, tuesday("13:12:08")))["metadata"]["threadId"].clone()
    };
    assert_eq!(of(REMIND, "a"), of(ESCALATE, "a"));
    assert_ne!(of(REMIND, "a"), of(REMIND, "b"));
}
