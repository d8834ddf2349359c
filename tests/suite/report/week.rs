//! The report of the bundled week.

use std::path::Path;

use super::made::{part, text};
use crate::cli::run::Kept;
use crate::support::generated::{MARKDOWN, hold};

fn report(kept: &Kept, args: &[&str]) -> String {
    kept.ask(&[&["audit", "export", "--format", "html"], args].concat()).done()
}

fn section(page: &str, id: &str) -> String {
    text(part(page, &format!("<section id=\"{id}\""), "</section>").split_once('>').expect("its tag ends").1)
}

#[test]
fn the_figures_are_those_of_the_week() {
    let page = report(&Kept::week(), &["--from", "2026-10-05", "--to", "2026-10-12"]);
    insta::assert_snapshot!(text(part(&page, "<header>", "<nav")), @"
    Approvals, 5 Oct 2026 to 11 Oct 2026
    17 approvals at the gates of all pipelines, asked for from Mon 5 Oct 2026 08:04 UTC to Fri 9 Oct 2026 16:34 UTC. Times are those of UTC.
    ");
    insta::assert_snapshot!(section(&page, "figures"), @"
    Figures
    Approvals
    17
    none still waits
    Decisions
    13
    76% of 17 that ended
    Approved
    11
    85% of 13 decisions
    Rejected
    2
    15% of 13 decisions
    Timed out
    1
    6% of 17 that ended
    Past the deadline
    3
    18% of 17 promises
    Decider unknown
    1
    8% of 13 decisions
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
    13
    39m
    5h 15m
    9h 14m
    Working
    13
    39m
    5h 15m
    9h 14m
    From the request to the decision, by the times in the evidence. p90: nine in ten took no longer. Time-outs are no decisions and do not count here.
    How they ended
    End
    Approvals
    Share of the ends
    approved
    11
    65%
    rejected
    2
    12%
    timed out
    1
    6%
    abandoned
    1
    6%
    cancelled
    1
    6%
    never asked
    1
    6%
    What the ends rest on
    Evidence, the strongest first
    Decisions
    Other ends
    CloudTrail
    12
    0
    its own event
    0
    4
    an event of its run or stage
    1
    0
    For 1 decision no evidence names who decided: there it says “decider unknown”.
    ");
}

#[test]
fn the_guide_shows_the_figures_of_the_week() {
    let page = report(&Kept::week(), &["--from", "2026-10-05", "--to", "2026-10-12"]);
    let cards = text(part(&page, "<dl class=\"cards\">", "</dl>"));
    let lines: Vec<&str> = cards.lines().collect();
    let rows: String = lines.chunks(3).map(|card| format!("| {} |\n", card.join(" | "))).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.md");
    hold(&path, &MARKDOWN, |_| format!("\n| | | |\n|---|---|---|\n{rows}\n"));
}

#[test]
fn each_chart_has_a_table_of_its_numbers() {
    let page = report(&Kept::week(), &[]);
    insta::assert_snapshot!(section(&page, "waits"), @"
    Waits and promises
    Waits over time
    How long decisions took, by the day they were asked for: half of them no longer than the lower line, nine in ten no longer than the upper one.
    The numbers
    of Waits over time
    Waits over time
    Asked
    Decisions
    Half within
    Nine in ten within
    Mon 5 Oct 2026
    4
    18m 18s
    5h 15m
    Tue 6 Oct 2026
    4
    39m
    2h 28m
    Wed 7 Oct 2026
    1
    32m 11s
    32m 11s
    Thu 8 Oct 2026
    2
    44m 23s
    9h 14m
    Fri 9 Oct 2026
    2
    28m 22s
    30m 42s
    Mon 12 Oct 2026
    1
    18m 22s
    18m 22s
    Breach rate by week
    Which share of the promises was broken, by the week in which the decision was asked for.
    The numbers
    of Breach rate by week
    Breach rate by week
    Asked
    Promises
    Broken
    Share
    Week of 5 Oct 2026
    17
    3
    18%
    Week of 12 Oct 2026
    1
    0
    0%
    Waits by gate
    How long decisions took at each gate, those with the most decisions first: half of them no longer than the dark bar, nine in ten no longer than the light one.
    The numbers
    of Waits by gate
    Waits by gate
    Gate
    Place
    Approved
    Rejected
    Decisions
    Half within
    Nine in ten within
    payments-prod / Production / Approve
    eu-west-1, account 111122223333
    3
    1
    4
    39m
    1h 6m
    data-platform-prod / Apply / ApprovePlan
    eu-west-1, account 111122223333
    3
    0
    3
    26m
    2h 28m
    web-prod / Live / GoLive
    us-east-1, account 111122223333
    2
    1
    3
    28m 22s
    5h 15m
    identity-prod / Production / SecurityReview
    eu-west-1, account 111122223333
    1
    0
    1
    9h 14m
    9h 14m
    ledger-prod / Production / Approve
    eu-west-1, account 111122223333
    1
    0
    1
    32m 11s
    32m 11s
    search-prod / Gate / Approve
    us-east-1, account 111122223333
    1
    0
    1
    44m 23s
    44m 23s
    web-staging / Staging / SignOff
    us-east-1, account 444455556666
    1
    0
    1
    2m 27s
    2m 27s
    Waits by approver
    How long decisions took by each approver, those with the most decisions first: half of them no longer than the dark bar, nine in ten no longer than the light one.
    The numbers
    of Waits by approver
    Waits by approver
    Approver
    ARN
    Approved
    Rejected
    Decisions
    Half within
    Nine in ten within
    grace
    arn:aws:iam::111122223333:user/grace
    4
    0
    4
    26m
    2h 28m
    amara@example.com
    arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseManager_0123456789abcdef/amara@example.com
    3
    1
    4
    28m 22s
    9h 14m
    noor@example.com
    arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseManager_0123456789abcdef/noor@example.com
    3
    1
    4
    39m
    1h 6m
    decider unknown
    1
    0
    1
    44m 23s
    44m 23s
    tomas@example.com
    arn:aws:sts::444455556666:assumed-role/AWSReservedSSO_Developer_fedcba9876543210/tomas@example.com
    1
    0
    1
    2m 27s
    2m 27s
    ");
    let hours = section(&page, "hours");
    assert!(hours.contains("on the clock of UTC"), "{hours}");
    assert_eq!(page.matches("<svg ").count(), page.matches("<summary>The numbers").count());
}

#[test]
fn what_needs_a_look_comes_first_in_the_list() {
    let page = report(&Kept::week(), &[]);
    insta::assert_snapshot!(section(&page, "approvals"), @"
    Approvals
    Those that need a look come first, then the others, the latest first. Each leads to its timeline.
    Search in approvals and timelines
    Show
    all
    approved
    rejected
    timed out
    abandoned
    cancelled
    never asked
    failed
    waiting
    over, not settled
    past the deadline
    with findings
    The approvals of this period
    Gate
    Asked
    How it ended
    By whom
    Wait
    Past their deadline: 3
    identity-prod / Production / SecurityReview
    eu-west-1, account 111122223333
    Thu 8 Oct 2026 07:30 UTC
    approved
    past the deadline
    Thu 8 Oct 2026 16:45 UTC
    amara@example.com
    arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseManager_0123456789abcdef/amara@example.com
    9h 14m
    mobile-release / Store / ReleaseManager
    us-east-1, account 444455556666
    Wed 7 Oct 2026 09:00 UTC
    timed out
    past the deadline
    Fri 9 Oct 2026 09:00 UTC
    nobody
    2d
    web-prod / Live / GoLive
    us-east-1, account 111122223333
    Mon 5 Oct 2026 10:05 UTC
    approved
    past the deadline
    Mon 5 Oct 2026 15:21 UTC
    amara@example.com
    arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseManager_0123456789abcdef/amara@example.com
    5h 15m
    Rejected: 2
    web-prod / Live / GoLive
    us-east-1, account 111122223333
    Fri 9 Oct 2026 16:34 UTC
    rejected
    Fri 9 Oct 2026 17:02 UTC
    amara@example.com
    arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseManager_0123456789abcdef/amara@example.com
    28m 22s
    payments-prod / Production / Approve
    eu-west-1, account 111122223333
    Tue 6 Oct 2026 10:02 UTC
    rejected
    Tue 6 Oct 2026 10:41 UTC
    noor@example.com
    arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseManager_0123456789abcdef/noor@example.com
    39m
    All others: 14
    web-prod / Live / GoLive
    us-east-1, account 111122223333
    Mon 12 Oct 2026 08:02 UTC
    approved
    Mon 12 Oct 2026 08:20 UTC
    amara@example.com
    arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseManager_0123456789abcdef/amara@example.com
    18m 22s
    payments-prod / Production / Approve
    eu-west-1, account 111122223333
    Mon 12 Oct 2026 05:58 UTC
    waiting
    nobody yet
    open
    web-prod / Live / GoLive
    us-east-1, account 111122223333
    Fri 9 Oct 2026 15:58 UTC
    cancelled
    Fri 9 Oct 2026 16:30 UTC
    nobody
    31m 32s
    payments-prod / Production / Approve
    eu-west-1, account 111122223333
    Fri 9 Oct 2026 09:10 UTC
    approved
    Fri 9 Oct 2026 09:40 UTC
    noor@example.com
    arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseManager_0123456789abcdef/noor@example.com
    30m 42s
    search-prod / Gate / Approve
    us-east-1, account 111122223333
    Thu 8 Oct 2026 13:00 UTC
    approved
    Thu 8 Oct 2026 13:44 UTC
    decider unknown
    44m 23s
    ledger-prod / Production / Approve
    eu-west-1, account 111122223333
    Wed 7 Oct 2026 15:26 UTC
    approved
    Wed 7 Oct 2026 15:58 UTC
    grace
    arn:aws:iam::111122223333:user/grace
    32m 11s
    ledger-prod / Production / Approve
    eu-west-1, account 111122223333
    Wed 7 Oct 2026 13:55 UTC
    abandoned
    Wed 7 Oct 2026 15:20 UTC
    nobody
    1h 25m
    data-platform-prod / Apply / ApprovePlan
    eu-west-1, account 111122223333
    Tue 6 Oct 2026 13:39 UTC
    approved
    Tue 6 Oct 2026 14:05 UTC
    grace
    arn:aws:iam::111122223333:user/grace
    26m
    data-platform-prod / Apply / ApprovePlan
    eu-west-1, account 111122223333
    Tue 6 Oct 2026 13:01 UTC
    approved
    Tue 6 Oct 2026 15:30 UTC
    grace
    arn:aws:iam::111122223333:user/grace
    2h 28m
    payments-prod / Production / Approve
    attempt 2
    eu-west-1, account 111122223333
    Tue 6 Oct 2026 10:42 UTC
    approved
    Tue 6 Oct 2026 11:48 UTC
    noor@example.com
    arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseManager_0123456789abcdef/noor@example.com
    1h 6m
    data-platform-prod / Apply / ApprovePlan
    eu-west-1, account 111122223333
    Mon 5 Oct 2026 16:12 UTC
    approved
    Mon 5 Oct 2026 16:31 UTC
    grace
    arn:aws:iam::111122223333:user/grace
    18m 18s
    web-staging / Staging / SignOff
    us-east-1, account 444455556666
    Mon 5 Oct 2026 09:53 UTC
    approved
    Mon 5 Oct 2026 09:55 UTC
    tomas@example.com
    arn:aws:sts::444455556666:assumed-role/AWSReservedSSO_Developer_fedcba9876543210/tomas@example.com
    2m 27s
    web-staging / Staging / SignOff
    us-east-1, account 444455556666
    Mon 5 Oct 2026 09:34 UTC
    never asked
    Mon 5 Oct 2026 09:34 UTC
    nobody
    1s
    payments-prod / Production / Approve
    eu-west-1, account 111122223333
    Mon 5 Oct 2026 08:04 UTC
    approved
    Mon 5 Oct 2026 08:52 UTC
    noor@example.com
    arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseManager_0123456789abcdef/noor@example.com
    48m 20s
    ");
}

#[test]
fn a_timeline_tells_what_happened() {
    let page = report(&Kept::week(), &[]);
    let rejected = part(&page, "<h2 id=\"timelines-title\">", "</section>")
        .split("<article ")
        .find(|story| story.contains("rejected"))
        .expect("one was rejected");
    insta::assert_snapshot!(text(rejected.split_once('>').expect("its tag ends").1), @r#"
    web-prod / Live / GoLive
    rejected
    after 28m 22s
    Approval
    3473956b-ca44-4290-a416-6cd4cd4146f1
    Run
    c45009cf-9cdb-4515-bbcd-8c79df3bad76
    Place
    us-east-1, account 111122223333
    Asked
    Fri 9 Oct 2026 16:34 UTC
    Started by
    Tomáš Horák <tomas@example.com> (WebhookV2)
    Revision
    c7ae015f068a6be24e8ca45598b09b646f62267e from Code: Banner for the autumn sale https://us-east-1.console.aws.amazon.com/codesuite/settings/connections/redirect?connectionArn=arn:aws:codestar-connections:us-east-1:111122223333:connection/5f1d7a3c-0e9b-4c8d-a7f6-e5d4c3b2a190&referenceType=COMMIT&FullRepositoryId=example-org/web&Commit=c7ae015f068a6be24e8ca45598b09b646f62267e
    Note
    Compare the checkout with the preview.
    See also
    https://preview.example.com/web
    Policy
    default, version eb5f47a4a5c9
    Deadline
    Fri 9 Oct 2026 20:34 UTC
    Ended
    Fri 9 Oct 2026 17:02 UTC
    Decided by
    amara@example.com, AssumedRole arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseManager_0123456789abcdef/amara@example.com
    Permission set
    ReleaseManager
    From
    198.51.100.33
    CloudTrail event
    2baaac4c-fc6b-4446-882f-d70403ec723c
    Evidence
    CloudTrail
    Comment
    No releases on a Friday evening. Monday, please.
    9 Oct 2026 16:34:09
    requested at 16:34:09, says CodePipeline's notification
    9 Oct 2026 16:34:09
    learnt what is to be decided
    note: Compare the checkout with the preview.
    see also: https://preview.example.com/web
    to review: https://console.aws.amazon.com/codesuite/codepipeline/pipelines/web-prod/view?region=us-east-1#/Live/GoLive/approve/3473956b-ca44-4290-a416-6cd4cd4146f1
    time-out: Fri 16 Oct 2026 16:34 UTC
    9 Oct 2026 16:34:09
    requested at 16:34:08, says its own event
    9 Oct 2026 16:34:09
    learnt what is to be decided
    started by Tomáš Horák (WebhookV2)
    revision c7ae015f068a6be24e8ca45598b09b646f62267e from Code
    "Banner for the autumn sale"
    9 Oct 2026 17:03:00
    failed at 17:03:00, says an event of its stage
    9 Oct 2026 17:03:02
    failed (JobFailed) at 17:03:02, says its own event
    "No releases on a Friday evening. Monday, please."
    9 Oct 2026 17:03:02
    rejected at 17:02:31, says CloudTrail
    by arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseManager_0123456789abcdef/amara@example.com
    "No releases on a Friday evening. Monday, please."
    9 Oct 2026 17:03:02
    settled: rejected at 17:02:31
    evidence: CloudTrail; policy: default
    Back to the approvals
    "#);
}

#[test]
fn the_same_approvals_give_the_same_bytes() {
    let (kept, again) = (Kept::week(), Kept::week());
    assert_eq!(report(&kept, &[]), report(&kept, &[]));
    assert_eq!(report(&kept, &[]), report(&again, &[]), "also of another store with the same history");
}

#[test]
fn each_row_leads_to_a_timeline_and_each_name_stands_once() {
    let page = report(&Kept::week(), &[]);
    let values = |attribute: &str| -> Vec<String> {
        let begin = format!(" {attribute}=\"");
        let values = page.split(&begin).skip(1);
        values.map(|rest| rest.split('"').next().unwrap_or_default().to_owned()).collect()
    };
    let mut names = values("id");
    let links = values("href").into_iter().filter_map(|link| link.strip_prefix('#').map(str::to_owned));
    for link in links.chain(values("aria-labelledby").iter().flat_map(|names| names.split(' ').map(str::to_owned))) {
        assert!(names.contains(&link), "{link}");
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "no name stands twice");
    assert_eq!(page.matches("class=\"story\"").count(), 19);
}
