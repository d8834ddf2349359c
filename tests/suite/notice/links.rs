//! Links that lead to where a decision is made, and nowhere else.

use holdpoint::domain::Gate;
use holdpoint::domain::context::Context;

use super::{REMIND, asked, gate, some, tuesday, written};

/// The link under "Review and decide".
fn review_link(gate: Gate, heard: Option<&str>) -> String {
    let context = Context { review_link: heard.map(str::to_owned), ..Context::default() };
    let text = written(asked(gate, 1, context), REMIND, 0, tuesday("11:12:08")).text;
    let mut lines = text.lines().skip_while(|line| *line != "Review and decide:");
    lines.nth(1).unwrap_or_default().trim().to_owned()
}

fn in_region(region: &str) -> Gate {
    Gate { region: region.to_owned(), ..gate() }
}

#[test]
fn each_partition_of_aws_has_its_own_console() {
    let link = |region: &str| review_link(in_region(region), None);
    insta::assert_snapshot!(link("eu-west-1"), @"https://console.aws.amazon.com/codesuite/codepipeline/pipelines/payments-prod/view?region=eu-west-1#/Production/Approve/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10");
    insta::assert_snapshot!(link("cn-north-1"), @"https://console.amazonaws.cn/codesuite/codepipeline/pipelines/payments-prod/view?region=cn-north-1#/Production/Approve/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10");
    insta::assert_snapshot!(link("us-gov-west-1"), @"https://console.amazonaws-us-gov.com/codesuite/codepipeline/pipelines/payments-prod/view?region=us-gov-west-1#/Production/Approve/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10");
}

#[test]
fn codepipelines_own_link_is_taken_where_it_leads_to_the_console() {
    for heard in [
        "https://console.aws.amazon.com/codesuite/codepipeline/x",
        "https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/x",
        "https://console.amazonaws.cn/codesuite/codepipeline/x",
        "https://console.amazonaws-us-gov.com/codesuite/codepipeline/x",
    ] {
        assert_eq!(review_link(gate(), Some(heard)), heard);
    }
}

#[test]
fn a_link_to_anywhere_else_is_replaced_by_one_that_is_made_here() {
    let own = review_link(gate(), None);
    for heard in [
        "https://console.aws.amazon.com.example.com/codesuite",
        "https://example.com/https://console.aws.amazon.com/",
        "https://console.aws.amazon.com@example.com/",
        "https://evilconsole.aws.amazon.com/",
        "https://example.com\\@console.aws.amazon.com/",
        "http://console.aws.amazon.com/codesuite",
        "javascript:alert(1)//console.aws.amazon.com",
        "https://console.aws.amazon.com:8443@example.com/",
        "https://console.aws.amazon.com/ https://example.com/",
        "https://console.aws.amazon.com/\u{202e}moc.elpmaxe",
        "",
    ] {
        assert_eq!(review_link(gate(), Some(heard)), own, "{heard}");
    }
}

#[test]
fn names_in_a_link_are_escaped() {
    let gate = Gate { stage: "Go/No Go?".to_owned(), action: "#1 \"yes\"".to_owned(), ..gate() };
    insta::assert_snapshot!(review_link(gate, None), @"https://console.aws.amazon.com/codesuite/codepipeline/pipelines/payments-prod/view?region=eu-west-1#/Go%2FNo%20Go%3F/%231%20%22yes%22/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10");
}

#[test]
fn a_link_of_the_action_is_shown_as_one_only_if_it_leads_to_the_web() {
    let see_also = |link: &str| {
        let context = Context { external_link: some(link), ..Context::default() };
        let text = written(asked(gate(), 1, context), REMIND, 0, tuesday("11:12:08")).text;
        let line = text.lines().find(|line| line.contains("See also")).unwrap_or_default().to_owned();
        line.trim().to_owned()
    };
    insta::assert_snapshot!(see_also("https://ci.example.com/1841"), @"See also     https://ci.example.com/1841");
    insta::assert_snapshot!(see_also("javascript:alert(document.cookie)"), @"See also     javascript:alert(document.cookie) (not a web link)");
    insta::assert_snapshot!(see_also("file:///etc/passwd"), @"See also     file:///etc/passwd (not a web link)");
    insta::assert_snapshot!(see_also("https://ci.example.com/\"onload=x"), @r#"See also     https://ci.example.com/"onload=x (not a web link)"#);
}
