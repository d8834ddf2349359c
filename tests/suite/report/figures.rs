//! What the figures count.

use chrono::TimeDelta;
use holdpoint::audit::Scope;
use holdpoint::domain::calendar::Zone;
use holdpoint::domain::evidence::Verdict;
use holdpoint::domain::finding::{FindingKind, What};
use holdpoint::notice::Wall;
use holdpoint::policyfile;

use super::made::{Asked, finding, page, page_under, part, text};
use crate::support::world::minute;

fn figures(asked: &[Asked]) -> String {
    text(part(&page(Scope::default(), asked), "<h2 id=\"figures-title\">", "</section>"))
}

/// Each an hour after the one before.
fn asked(waits: &[i64]) -> Vec<Asked> {
    let asked = |(n, wait): (u32, &i64)| Asked {
        wait: Some(TimeDelta::minutes(*wait)),
        ..Asked::at(n, minute(i64::from(n) * 60))
    };
    (0..).zip(waits).map(asked).collect()
}

#[test]
fn a_percentile_is_a_wait_that_occurred() {
    let waits: Vec<i64> = (1..=100).rev().collect();
    assert!(figures(&asked(&waits)).contains("Wall\n100\n50m\n1h 30m\n1h 39m\n"));
    assert!(figures(&asked(&[7])).contains("Wall\n1\n7m\n7m\n7m\n"));
    assert!(figures(&[]).contains("Wall\n0\nnone\nnone\nnone\n"));
}

#[test]
fn a_promise_counts_once_it_is_kept_or_broken() {
    // Four hours are promised.
    let mut asked = asked(&[239, 240, 241, 600]);
    asked.push(Asked { wait: None, ..Asked::at(9, minute(900)) });
    let figures = figures(&asked);
    assert!(figures.contains("Past the deadline\n2\n50% of 4 promises\n"), "{figures}");
    assert!(figures.contains("Approvals\n5\n1 still waiting\n"), "{figures}");
}

#[test]
fn rates_are_shares_of_decisions() {
    let mut asked = asked(&[1; 3]);
    asked[0].verdict = Verdict::Rejected;
    asked[1].by.arn = None;
    let figures = figures(&asked);
    assert!(figures.contains("Approved\n2\n67% of 3 decisions\nRejected\n1\n33% of 3 decisions\n"), "{figures}");
    assert!(figures.contains("Decider unknown\n1\n33% of 3 decisions\n"), "{figures}");
    assert!(figures.contains("For 1 decision no evidence names who decided"), "{figures}");
}

#[test]
fn working_time_stands_beside_the_walls() {
    let policy = "
version: 1
calendars:
  office: { timezone: UTC, hours: { mon-fri: '09:00-10:30' } }
policies:
  - { name: production, target: 4h, calendar: office }
";
    let rules = policyfile::read("policy.yaml", policy).expect("the policy is in order").rules;
    let page = page_under(&rules, Scope::default(), &asked(&[600]));
    assert!(text(&page).contains("Working\n1\n1h 30m\n1h 30m\n1h 30m\n"));
    assert!(page.contains("10h<small>1h 30m of working time</small>"));
    let open = Asked { wait: None, ..Asked::at(0, minute(0)) };
    assert!(!page.contains("is it written down how much of it was working time"));
    assert!(
        super::made::page(Scope::default(), &[open]).contains("is it written down how much of it was working time")
    );
}

#[test]
fn findings_are_counted_by_kind_and_told_with_their_evidence() {
    let own_change = finding(
        FindingKind::SelfApproval,
        &[(What::DecidedBy, "arn:aws:iam::111122223333:user/jane"), (What::DecidedAt, "2026-10-05T09:05:00Z")],
    );
    let mut asked = asked(&[5, 5, 5]);
    asked[0].found = vec![
        (minute(5), own_change.clone()),
        (minute(6), finding(FindingKind::ApprovedByBot, &[(What::ClaimedBy, "amara@example.com")])),
    ];
    asked[2].found = vec![(minute(125), own_change)];
    let page = page(Scope::default(), &asked);
    assert!(text(&page).contains("Findings\n3\nof 2 kinds\n"));
    let found = part(&page, "<section id=\"findings\"", "</section>");
    insta::assert_snapshot!(text(found.split_once('>').expect("its tag ends").1), @"
    Findings
    2 self-approval
    1 approved by a bot
    Self-approval: payments-prod / Release / Approve
    Somebody approved a run that they started, or a change that they wrote.
    Seen
    Mon 5 Oct 2026 11:05 UTC
    Decided by
    arn:aws:iam::111122223333:user/jane
    Decided at
    Mon 5 Oct 2026 09:05 UTC
    Approval
    a0000000-0000-4000-8000-000000000002
    Approved by a bot: payments-prod / Release / Approve
    A program approved this, not a person. Whom it did so for, if it says so, nobody has verified.
    Seen
    Mon 5 Oct 2026 09:06 UTC
    Claims
    amara@example.com
    Approval
    a0000000-0000-4000-8000-000000000000
    Self-approval: payments-prod / Release / Approve
    Somebody approved a run that they started, or a change that they wrote.
    Seen
    Mon 5 Oct 2026 09:05 UTC
    Decided by
    arn:aws:iam::111122223333:user/jane
    Decided at
    Mon 5 Oct 2026 09:05 UTC
    Approval
    a0000000-0000-4000-8000-000000000000
    ");
    let first = part(&page, "<tr role=\"row\" class=\"group\">", "</tbody>");
    assert!(first.contains("With findings: 2") && first.contains("2 findings") && first.contains("1 finding<"));
    assert!(first.contains("claims to act for amara@example.com, unverified"));
}

#[test]
fn what_later_evidence_clears_is_no_finding() {
    use holdpoint::audit::Entry;
    use holdpoint::audit::html::Report;
    use holdpoint::domain::projection::Projection;
    use holdpoint::domain::{Approval, ApprovalId, Fact, FactKind};

    let found = FactKind::Found(finding(FindingKind::DeciderUnknown, &[]));
    let facts = [(5, found), (9, FactKind::Cleared(FindingKind::DeciderUnknown))]
        .map(|(at, kind)| Fact { recorded_at: minute(at), kind });
    let approval = Approval::fold(ApprovalId::new("cleared"), &facts);
    let projection = Projection::of(&approval, &crate::support::world::rules());
    let mut report = Report::new(Scope::default());
    report.add(&Entry { projection: &projection, approval: &approval, facts: &facts });
    let mut page = Vec::new();
    report.write(&mut page).expect("it can be written");
    let text = text(&String::from_utf8(page).expect("it is UTF-8"));
    assert!(text.contains("Findings\n0\nnothing was found to be amiss"), "{text}");
    assert!(text.contains("later evidence clears the finding: decider unknown"), "{text}");
}

#[test]
fn hours_and_days_are_those_of_the_readers_zone() {
    let new_york = Wall::of(&Zone::named("America/New_York").expect("it is a zone"));
    // Monday 09:00 UTC is 05:00 there, and Monday 02:00 UTC is still Sunday.
    let asked = [Asked::at(0, minute(0)), Asked::at(1, minute(-420))];
    let page = page(Scope { wall: new_york, ..Scope::default() }, &asked);
    let text = text(&page);
    assert!(text.contains("on the clock of America/New_York"), "{text}");
    assert!(text.contains("\n5:00\n1\n0\n") && text.contains("\n22:00\n0\n0\n0\n0\n0\n0\n1\n"), "{text}");
    assert!(text.contains("Sun 4 Oct 2026 22:00 EDT"), "{text}");
    assert!(page.contains("datetime=\"2026-10-05T02:00:00Z\""));
}

#[test]
fn the_title_names_the_period() {
    let title = |from: Option<&str>, to: Option<&str>| {
        let time = |text: &str| text.parse().expect("a time");
        let scope = Scope { from: from.map(time), to: to.map(time), ..Scope::default() };
        part(&page(scope, &[]), "<title>", "</title>").replace("&#x2f;", "/")
    };
    let [first, next, noon] = ["2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z", "2026-10-01T12:00:00Z"];
    insta::assert_snapshot!(
        [
            title(Some(first), Some(next)),
            title(Some(next), Some("2026-10-02T00:00:00Z")),
            title(Some(first), Some(noon)),
            title(Some(first), None),
            title(Some(noon), None),
            title(None, Some(next)),
            title(None, Some(noon)),
            title(None, None),
        ]
        .join("\n"),
        @"
    Approvals, 1 Sep 2026 to 30 Sep 2026 - holdpoint
    Approvals, 1 Oct 2026 - holdpoint
    Approvals, from Tue 1 Sep 2026 00:00 UTC until Thu 1 Oct 2026 12:00 UTC - holdpoint
    Approvals, from 1 Sep 2026 on - holdpoint
    Approvals, from Thu 1 Oct 2026 12:00 UTC on - holdpoint
    Approvals, up to 30 Sep 2026 - holdpoint
    Approvals, until Thu 1 Oct 2026 12:00 UTC - holdpoint
    Approvals, all that are known - holdpoint
    "
    );
}

#[test]
fn only_nothing_is_none_and_only_all_is_all() {
    let mut many = asked(&[1; 300]);
    many[0].verdict = Verdict::Rejected;
    let figures = figures(&many);
    assert!(figures.contains(">99% of 300 decisions") && figures.contains("\n<1% of 300 decisions"), "{figures}");
}
