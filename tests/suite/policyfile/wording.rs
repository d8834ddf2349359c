//! Notices in a policy file's own words.

use holdpoint::domain::{PolicyName, RecipientName};
use holdpoint::notice::Template;

use super::{complaint, good};

const FILE: &str = r#"version: 1
recipients:
  approvers:
    sns: arn:aws:sns:eu-west-1:111122223333:approvals
    wording:
      subject: "{{ gate.pipeline }} waits"
      text: |
        {% if breached %}
        Late by {{ over }}.
        {% endif %}
        {{ text }}
  chat: { sns: "arn:aws:sns:eu-west-1:111122223333:chat", format: chat }
policies:
  - name: production
    target: 4h
    wording:
      text: |
        *{{ gate.pipeline }}* waits: <{{ link }}|decide>
    steps:
      - { at: 50%, remind: [approvers, chat] }
"#;

#[test]
fn a_recipient_and_a_policy_can_have_words_of_their_own() {
    let file = good(FILE);
    let approvers = &file.wordings.recipients[&RecipientName::new("approvers")];
    assert_eq!(approvers.subject, Some(Template::new("{{ gate.pipeline }} waits")));
    let production = &file.wordings.policies[&PolicyName::new("production")];
    assert_eq!(production.text, Some(Template::new("*{{ gate.pipeline }}* waits: <{{ link }}|decide>\n")));
    assert_eq!((production.subject.is_none(), file.wordings.recipients.len()), (true, 1));
}

#[test]
fn a_mistake_in_a_template_is_told_with_its_line() {
    insta::assert_snapshot!(complaint(&FILE.replace("Late by {{ over }}", "Late by {{ ovr }}")), @"
    policy.yaml:9:20: recipients.approvers.wording.text: there is no such value (`ovr` is undefined): mind the spelling, and ask with `if` for what can be missing
        9 |         Late by {{ ovr }}.
          |                    ^
    ");
    insta::assert_snapshot!(complaint(&FILE.replace("\"{{ gate.pipeline }} waits\"", "\"{{ gate.pipelin }} waits\"")), @r#"
    policy.yaml:6:20: recipients.approvers.wording.subject: there is no such value (`gate.pipelin` is undefined): mind the spelling, and ask with `if` for what can be missing
        6 |       subject: "{{ gate.pipelin }} waits"
          |                    ^
    "#);
    insta::assert_snapshot!(complaint(&FILE.replace("{% endif %}", "{% endfi %}")), @"
    policy.yaml:10:12: recipients.approvers.wording.text: syntax error: unknown statement endfi
       10 |         {% endfi %}
          |            ^
    ");
    insta::assert_snapshot!(complaint(&FILE.replace("*{{ gate.pipeline }}*", "*{{ trigger.author }}*")), @"
    policy.yaml:18:13: policies[0].wording.text: there is no such value (`trigger.author` is undefined): mind the spelling, and ask with `if` for what can be missing
       18 |         *{{ trigger.author }}* waits: <{{ link }}|decide>
          |             ^
    ");
    // Where the text is folded, its beginning has to do.
    insta::assert_snapshot!(complaint(&FILE.replace("text: |\n        *{{ gate.pipeline }}*", "text: >\n        *It*\n        ").replace("{{ link }}", "{{ lnk }}")), @"
    policy.yaml:19:21: policies[0].wording.text: there is no such value (`lnk` is undefined): mind the spelling, and ask with `if` for what can be missing
       19 |          waits: <{{ lnk }}|decide>
          |                     ^
    ");
}

#[test]
fn what_is_missing_only_now_and_then_is_found_as_well() {
    // The trial knows reminders and escalations, in time and late, with and without a word about the release.
    for (asked, told) in
        [("{{ trigger.author }}", "trigger"), ("{% if kind == 'escalation' %}{{ nix }}{% endif %}x", "nix")]
    {
        let said = complaint(&FILE.replace("{{ gate.pipeline }} waits\"", &format!("{asked}\"")));
        assert!(said.contains("recipients.approvers.wording.subject: ") && said.contains(told), "{said}");
    }
}

#[test]
fn a_text_behind_an_alias_is_looked_for_at_its_anchor() {
    let text =
        FILE.replace("text: |\n        {% if", "text: &late |\n        {% if").replace("{{ over }}", "{{ ovr }}");
    let text = text
        .replace("      text: |\n        *{{ gate.pipeline }}* waits: <{{ link }}|decide>\n", "      text: *late\n");
    insta::assert_snapshot!(complaint(&text), @"
    policy.yaml:9:20: recipients.approvers.wording.text: there is no such value (`ovr` is undefined): mind the spelling, and ask with `if` for what can be missing
        9 |         Late by {{ ovr }}.
          |                    ^
    policy.yaml:9:20: policies[0].wording.text: there is no such value (`ovr` is undefined): mind the spelling, and ask with `if` for what can be missing
        9 |         Late by {{ ovr }}.
          |                    ^
    ");
}

#[test]
fn a_wording_says_something() {
    insta::assert_snapshot!(complaint("version: 1\npolicies:\n  - { name: all, target: 4h, wording: { } }\n"), @"
    policy.yaml:3:39: policies[0].wording: nothing is said here: write a `subject`, a `text` or both
        3 |   - { name: all, target: 4h, wording: { } }
          |                                       ^
    ");
    insta::assert_snapshot!(complaint("version: 1\npolicies:\n  - { name: all, target: 4h, wording: { subject: \"\" } }\n"), @r#"
    policy.yaml:3:51: policies[0].wording.subject: it gives no text at all: write some that is always there
        3 |   - { name: all, target: 4h, wording: { subject: "" } }
          |                                                   ^
    "#);
    insta::assert_snapshot!(complaint("version: 1\npolicies:\n  - { name: all, target: 4h, wording: { title: x } }\n"), @"
    policy.yaml:3:41: policies[0].wording.title: there is no key `title` here: there are subject, text
        3 |   - { name: all, target: 4h, wording: { title: x } }
          |                                         ^
    ");
}
