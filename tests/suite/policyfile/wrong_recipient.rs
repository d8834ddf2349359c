//! Recipients that cannot be reached.

use super::complaint;

fn complaint_about_recipient(recipient: &str) -> String {
    complaint(&format!(
        "version: 1\nrecipients:\n  leads: {recipient}\npolicies:\n  - {{ name: all, target: 4h, steps: [{{ at: 50%, remind: [leads] }}] }}\n"
    ))
}

#[test]
fn a_recipient_is_reached_in_exactly_one_way() {
    insta::assert_snapshot!(complaint_about_recipient("{ }"), @"
    policy.yaml:3:10: recipients.leads: write exactly one of these: `console: true`, `file: PATH`, `webhook: URL`, `sns: ARN_OF_A_TOPIC`
        3 |   leads: { }
          |          ^
    ");
    insta::assert_snapshot!(complaint_about_recipient("{ console: false }"), @"
    policy.yaml:3:10: recipients.leads: write exactly one of these: `console: true`, `file: PATH`, `webhook: URL`, `sns: ARN_OF_A_TOPIC`
        3 |   leads: { console: false }
          |          ^
    ");
    insta::assert_snapshot!(complaint_about_recipient("{ console: true, file: out.jsonl }"), @"
    policy.yaml:3:10: recipients.leads: write exactly one of these: `console: true`, `file: PATH`, `webhook: URL`, `sns: ARN_OF_A_TOPIC`
        3 |   leads: { console: true, file: out.jsonl }
          |          ^
    ");
}

#[test]
fn another_way_than_those_there_are_is_named() {
    insta::assert_snapshot!(complaint_about_recipient("{ email: leads@example.com }"), @"
    policy.yaml:3:12: recipients.leads.email: there is no key `email` here: there are console, file, webhook, token_env, sns, format, hours, wording
        3 |   leads: { email: leads@example.com }
          |            ^
    ");
}

#[test]
fn a_web_address_is_one() {
    insta::assert_snapshot!(complaint_about_recipient("{ webhook: hooks.example.com/x }"), @"
    policy.yaml:3:21: recipients.leads.webhook: `hooks.example.com/x` is not an address: write `https://HOST/PATH`
        3 |   leads: { webhook: hooks.example.com/x }
          |                     ^
    ");
    insta::assert_snapshot!(complaint_about_recipient("{ webhook: \"https://\" }"), @r#"
    policy.yaml:3:21: recipients.leads.webhook: `https://` is not an address: write `https://HOST/PATH`
        3 |   leads: { webhook: "https://" }
          |                     ^
    "#);
    insta::assert_snapshot!(complaint_about_recipient("{ webhook: \"ftp://example.com/x\" }"), @r#"
    policy.yaml:3:21: recipients.leads.webhook: `ftp://example.com/x` is not an address: write `https://HOST/PATH`
        3 |   leads: { webhook: "ftp://example.com/x" }
          |                     ^
    "#);
}

#[test]
fn a_secret_in_an_address_is_refused_and_not_repeated() {
    let said = complaint_about_recipient("{ webhook: \"https://bot:hunter2@hooks.example.com/x\" }");
    insta::assert_snapshot!(said, @r#"
    policy.yaml:3:21: recipients.leads.webhook: no secret in the address: put it in an environment variable and name that as `token_env`
        3 |   leads: { webhook: "https://***********@hooks.example.com/x" }
          |                     ^
    "#);
    assert!(!said.contains("hunter2"));
    // Neither is it where something else is wrong.
    for recipient in [
        "{ webhook: \"ftp://bot:hunter2@hooks.example.com/x\" }",
        "{ webhook: \"https://bot:hunter2@hooks.example.com/x\", tokn_env: X }",
        "{ console: true, webhook: https://bot:hunter2@hooks.example.com/x }",
        "{ webhook: bot:hunter2@hooks.example.com/x }",
    ] {
        let said = complaint_about_recipient(recipient);
        assert!(!said.contains("hunter2"), "{said}");
        assert!(said.contains("hooks.example.com"), "{said}");
    }
}

#[test]
fn only_a_webhook_has_a_token() {
    insta::assert_snapshot!(complaint_about_recipient("{ console: true, token_env: HOOK_TOKEN }"), @"
    policy.yaml:3:38: recipients.leads.token_env: only a `webhook` has a token: leave this out
        3 |   leads: { console: true, token_env: HOOK_TOKEN }
          |                                      ^
    ");
}

#[test]
fn a_recipients_name_is_made_of_plain_characters() {
    insta::assert_snapshot!(
        complaint("version: 1\nrecipients:\n  on/call: { console: true }\npolicies:\n  - { name: all, target: 4h }\n"),
        @"
    policy.yaml:3:12: recipients.on/call: `on/call` is not a name: write letters, digits and `-_.`, at most 64 of them
        3 |   on/call: { console: true }
          |            ^
    "
    );
}

#[test]
fn a_recipient_may_be_called_like_a_word_of_ours() {
    for name in ["value", "values", "value-stream", "a.value"] {
        let said = complaint(&format!("version: 1\nrecipients:\n  {name}: {{ console: perhaps }}\npolicies: []\n"));
        assert!(said.starts_with(&format!("policy.yaml:3:{}: recipients.{name}.console: ", 16 + name.len())), "{said}");
    }
}
