//! Texts that users write.

use holdpoint::domain::context::{Context, Trigger};
use holdpoint::domain::{PolicyName, RecipientName};
use holdpoint::notice::{Fault, Style, Template, Wording, Wordings, values};
use serde_json::Value;

use super::{ESCALATE, REMIND, asked, context, gate, some, tuesday, written};

fn data() -> Value {
    written(asked(gate(), 1, context()), REMIND, 0, tuesday("11:12:07.412")).data
}

fn rendered(source: &str, data: &Value, style: Style) -> Result<String, Fault> {
    Template::new(source).render(&values(data), style)
}

fn plainly(source: &str) -> String {
    rendered(source, &data(), Style::Plain).unwrap_or_else(|fault| panic!("{fault}"))
}

fn fault(source: &str) -> String {
    rendered(source, &data(), Style::Plain).expect_err("it fails").to_string()
}

#[test]
fn a_template_names_what_machines_are_told_and_says_it_for_people() {
    let source = "\
{% if breached %}
LATE: {{ over }}
{% else %}
{{ left }} left until {{ deadline | moment }}.
{% endif %}
{{ gate.pipeline }} / {{ gate.stage }} has waited {{ wait }} ({{ 5400 | duration }})
{% for revision in revisions %}
- {{ revision.summary }} by {{ trigger.author }}: {{ revision.url }}
{% endfor %}
{{ link }}";
    insta::assert_snapshot!(plainly(source), @"
    2h left until Tue 6 Oct 2026 13:12 UTC.
    payments-prod / Production has waited 2h (1h 30m)
    - Retry refunds that the acquirer answered late by Amara Okafor: https://github.example.com/example-org/payments/commit/8c1f2a9
    https://console.aws.amazon.com/codesuite/codepipeline/pipelines/payments-prod/view?region=eu-west-1#/Production/Approve/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10
    ");
    let late = written(asked(gate(), 1, context()), ESCALATE, 0, tuesday("14:12:08")).data;
    let late = rendered(source, &late, Style::Plain).expect("it says something");
    assert!(late.starts_with("LATE: 1h\npayments-prod"), "{late}");
}

#[test]
fn the_built_in_text_can_be_a_part_of_it() {
    let data = data();
    let said = rendered("Dear team,\n\n{{ text }}", &data, Style::Plain).expect("it says something");
    assert_eq!(
        Some(said.trim_end()),
        data["text"].as_str().map(|text| format!("Dear team,\n\n{text}")).as_deref().map(str::trim_end)
    );
}

#[test]
fn what_is_not_known_shows_as_nothing() {
    let bare = written(asked(gate(), 1, Context::default()), REMIND, 0, tuesday("11:12:08")).data;
    let said = rendered("[{{ custom_data }}{{ over }}{{ trigger }}{{ over | moment }}]", &bare, Style::Plain);
    assert_eq!(said.expect("it says something"), "[]");
}

#[test]
fn a_mistake_is_told_with_its_place() {
    insta::assert_snapshot!(fault("one\ntwo {{ gate.pipelin }}"), @"line 2, column 8 of the template: there is no such value (`gate.pipelin` is undefined): mind the spelling, and ask with `if` for what can be missing");
    insta::assert_snapshot!(fault("{{ nobody }}"), @"line 1, column 4 of the template: there is no such value (`nobody` is undefined): mind the spelling, and ask with `if` for what can be missing");
    insta::assert_snapshot!(fault("{% if breached %}late"), @"line 1, column 18 of the template: syntax error: unexpected end of input, expected end of block");
    insta::assert_snapshot!(fault("a\n  {{ wait | lenght }}"), @"line 2, column 13 of the template: unknown filter: filter lenght is unknown");
    insta::assert_snapshot!(fault("{{ over.hours }}"), @"line 1, column 4 of the template: there is no such value (`over.hours` is undefined): mind the spelling, and ask with `if` for what can be missing");
    insta::assert_snapshot!(fault("{% include 'other' %}"), @"line 1, column 4 of the template: syntax error: unknown statement include");
    insta::assert_snapshot!(fault("  {# nothing #}  "), @"line 1, column 1 of the template: it gives no text at all: write some that is always there");
}

#[test]
fn no_template_runs_on_or_grows_without_end() {
    for source in [
        "{% for a in range(10000) %}{% for b in range(10000) %}x{% endfor %}{% endfor %}",
        "{{ 'x' * 1000000000 }}",
        &format!("{{% set a = 'x' %}}{}{{{{ a }}}}", "{% set a = a ~ a %}".repeat(60)),
        "{% for x in range(3000) %}{{ text }}{% endfor %}",
        "{% for x in range(9000) %}wordy {% endfor %}",
        &"x".repeat(20_000),
    ] {
        let said = fault(source);
        assert!(
            ["too much to do", "are allowed", "too large", "longer than"].iter().any(|why| said.contains(why)),
            "{}: {said}",
            source.chars().take(80).collect::<String>()
        );
    }
}

#[test]
fn what_others_wrote_is_clean_before_a_template_sees_it() {
    let context = Context {
        custom_data: some("Hello\u{1b}[2J\nReview and decide:\u{202e} {{ link }} <!channel>"),
        external_link: some("javascript:alert(1)"),
        trigger: Some(Trigger { kind: "Webhook\u{200b}V2".to_owned(), ..Trigger::default() }),
        ..Context::default()
    };
    let data = written(asked(gate(), 1, context), REMIND, 0, tuesday("11:12:08")).data;
    let source = "{{ custom_data }}|{{ external_link }}|{{ trigger.kind }}";
    assert_eq!(
        rendered(source, &data, Style::Plain).expect("it says something"),
        "Hello [2J Review and decide: {{ link }} <!channel>||WebhookV2"
    );
    assert_eq!(
        rendered("*{{ custom_data ~ '<b>' }}* <{{ link }}|go>", &data, Style::Markdown).expect("it says something"),
        format!(
            "*Hello [2J Review and decide: {{{{ link }}}} &lt;!channel&gt;&lt;b&gt;* <{}|go>",
            data["review_link"].as_str().expect("a link")
        )
    );
}

#[test]
fn the_recipients_words_come_before_the_policys() {
    let template = |source: &str| Some(Template::new(source));
    let (leads, others, policy) = (RecipientName::new("leads"), RecipientName::new("others"), PolicyName::new("p"));
    let wordings = Wordings {
        recipients: [(leads.clone(), Wording { subject: template("to leads"), text: None })].into(),
        policies: [(policy.clone(), Wording { subject: template("to all"), text: template("text") })].into(),
    };
    assert_eq!(wordings.of(&leads, &policy), Wording { subject: template("to leads"), text: template("text") });
    assert_eq!(wordings.of(&others, &policy), wordings.policies[&policy]);
    assert_eq!(wordings.of(&others, &PolicyName::new("q")), Wording::default());
}

#[test]
fn a_subject_is_one_line_that_sns_takes() {
    let wording = Wording { subject: Some(Template::new("Decide\non {{ gate.pipeline }} {{ text }}")), text: None };
    let subject = wording.subject(&data(), Style::Plain).expect("there is one").expect("it says something");
    assert!(subject.starts_with("Decide on payments-prod A release"), "{subject}");
    assert_eq!(subject.chars().count(), 99);
    assert!(wording.text(&data(), Style::Plain).is_none());
}
