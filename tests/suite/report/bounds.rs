//! However many approvals there are, the page can be read.

use chrono::{DateTime, TimeDelta, Utc};
use holdpoint::audit::Scope;
use holdpoint::domain::evidence::Verdict;
use holdpoint::domain::finding::{FindingKind, What};

use super::made::{Asked, finding, page, part, text};
use crate::support::world::minute;

#[test]
fn of_many_those_are_told_that_need_a_look_and_then_the_latest() {
    // The first of all have a finding, were late, were rejected; the last have nothing.
    let mut asked: Vec<Asked> = (0..2_004).map(|n| Asked::at(n, minute(i64::from(n)))).collect();
    asked[0].verdict = Verdict::Rejected;
    asked[1].wait = Some(TimeDelta::hours(5));
    asked[2].found = vec![(minute(70), finding(FindingKind::SelfApproval, &[]))];
    let page = page(Scope::default(), &asked);
    assert_eq!((page.matches("class=\"story\"").count(), page.matches("class=\"row\"").count()), (2_000, 2_000));
    let is_told = |n: usize| page.contains(&format!("id=\"approval-{}\"", asked[n].id));
    assert!([0, 1, 2, 7, 2_003].map(is_told).iter().all(|told| *told));
    assert!(![3, 4, 5, 6].map(is_told).iter().any(|told| *told));
    assert!(page.contains("4 more of this period are left out here"));
    let groups: Vec<&str> =
        page.split("class=\"group\"").skip(1).map(|rest| part(rest, "colspan=\"5\">", "<")).collect();
    assert_eq!(groups, ["With findings: 1", "Past their deadline: 1", "Rejected: 1", "All others: 1997"]);
    assert!(text(&page).contains("Approvals\n2004\n"), "the figures count all");
}

#[test]
fn of_many_findings_the_latest_are_told() {
    let found = |n: u32| {
        let says = format!("This is number {n}.");
        let found = vec![(minute(i64::from(n)), finding(FindingKind::EvidenceDisagrees, &[(What::Says, &says)]))];
        Asked { found, ..Asked::at(n, minute(0)) }
    };
    let page = page(Scope::default(), &(0..600).map(found).collect::<Vec<_>>());
    let told = part(&page, "<section id=\"findings\"", "</section>");
    assert!(told.contains("The latest 500 are told of here; 100 more"));
    assert!(told.contains("This is number 100.") && !told.contains("This is number 99."));
}

#[test]
fn a_chart_has_no_more_columns_than_can_be_told_apart() {
    let far = |text: &str| -> DateTime<Utc> { text.parse().expect("a time") };
    let spans = [
        ("2026-11-30T00:00:00Z", "Waits over time", "by the day they"),
        ("2027-09-30T00:00:00Z", "Breach rate by week", "by the week they"),
        ("2030-09-30T00:00:00Z", "Breach rate by month", "by the month they"),
        ("2066-09-30T00:00:00Z", "Breach rate by year", "by the year they"),
        ("9998-09-30T00:00:00Z", "Left out because earlier: 1.", "by the year they"),
    ];
    for (last, says, also_says) in spans {
        let page = page(Scope::default(), &[Asked::at(0, minute(0)), Asked::at(1, far(last))]);
        assert!(page.contains(says) && page.contains(also_says), "{last}");
        assert!(page.len() < 200_000, "{last}");
    }
}

#[test]
fn of_a_long_story_the_beginning_and_the_end_are_told() {
    use holdpoint::audit::Entry;
    use holdpoint::audit::html::Report;
    use holdpoint::domain::fact::Unwanted;
    use holdpoint::domain::projection::Projection;
    use holdpoint::domain::{Approval, Fact, FactKind, NoticeId, RecipientName};

    let fact = |n: i64| {
        let (notice, recipient) = (NoticeId::new(format!("n{n}")), RecipientName::new(format!("r{n}.")));
        let kind = FactKind::NoticeWithdrawn { notice, recipient, why: Unwanted::Over };
        Fact { recorded_at: minute(n), kind }
    };
    let facts: Vec<Fact> = (0..1_000).map(fact).collect();
    let approval = Approval::fold(holdpoint::domain::ApprovalId::new("long"), &facts);
    let projection = Projection::of(&approval, &crate::support::world::rules());
    let mut report = Report::new(Scope::default());
    report.add(&Entry { projection: &projection, approval: &approval, facts: &facts });
    let mut page = Vec::new();
    report.write(&mut page).expect("it can be written");
    let page = String::from_utf8(page).expect("it is UTF-8");
    assert!(page.contains("800 facts in between are left out here"));
    assert!(["r0.", "r149.", "r950.", "r999."].iter().all(|told| page.contains(told)));
    assert!(!page.contains("r150.") && !page.contains("r949."));
}

#[test]
fn a_period_without_approvals_says_so() {
    let page = page(Scope::default(), &[]);
    insta::assert_snapshot!(text(part(&page, "<main>", "</main>")), @"
    Figures
    Approvals
    0
    none still waits
    Decisions
    0
    of none
    Approved
    0
    of none
    Rejected
    0
    of none
    Timed out
    0
    of none
    Past the deadline
    0
    of none
    Decider unknown
    0
    of none
    Findings
    0
    nothing was found to be amiss
    How long decisions took
    Time
    Decisions
    p50
    p90
    p99
    Wall
    0
    none
    none
    none
    Working
    0
    none
    none
    none
    From the request to the decision, by the times in the evidence. p90: nine in ten took no longer. Time-outs are no decisions and do not count here.
    How they ended
    End
    Approvals
    Share of the ends
    Nothing ended.
    What the ends rest on
    Evidence, the strongest first
    Decisions
    Other ends
    There is no decision.
    Waits and promises
    Waits over time
    How long decisions took, by the day they were asked for: half of them no longer than the lower line, nine in ten no longer than the upper one.
    There is nothing to show.
    Breach rate by week
    Which share of the promises was broken, by the week in which the decision was asked for.
    There is nothing to show.
    Waits by gate
    How long decisions took at each gate, those with the most decisions first: half of them no longer than the dark bar, nine in ten no longer than the light one.
    There is nothing to show.
    Waits by approver
    How long decisions took by each approver, those with the most decisions first: half of them no longer than the dark bar, nine in ten no longer than the light one.
    There is nothing to show.
    Hours
    When approvals are asked for
    When somebody was asked, by the hour and the day of the week, on the clock of UTC.
    There is nothing to show.
    When they are answered
    When somebody answered, by the hour and the day of the week, on the clock of UTC.
    There is nothing to show.
    Findings
    None: nothing in this period was found to be amiss.
    Approvals
    Nobody was asked for an approval in this period.
    Timelines
    No approval, no timeline.
    How to read it
    An approval is one wait at one gate: an account, a region, a pipeline, a stage and an action. A retry is another.
    An approval is of the period if somebody was waited for in it.
    Who decided is taken from CloudTrail's record of the call or from CodePipeline's API, never from a comment. Without either the decider is unknown.
    A deadline is kept or passed once the wait is over, or the deadline. Others are in no rate.
    Charts and rates count an approval in the day, week or month in which it was asked for.
    A percentile is a wait that occurred: the shortest that so many in a hundred do not exceed.
    In texts that others wrote, white space is folded, what would not be seen is named (⟨U+202E⟩), and what is too long ends with …. The JSON Lines export has them as they came.
    For none of these waits is it written down how much of it was working time.
    ");
}
