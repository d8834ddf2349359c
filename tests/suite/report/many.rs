//! Many approvals, with much that is unusual among them.

use chrono::TimeDelta;
use holdpoint::audit::Scope;
use holdpoint::domain::context::{Context, Revision, Trigger};
use holdpoint::domain::evidence::Verdict;
use holdpoint::domain::finding::{Finding, FindingKind, What};
use holdpoint::domain::principal::Principal;

use super::made::{Asked, finding};
use crate::support::world::minute;

const PEOPLE: [&str; 14] = [
    "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseApprover_0123456789abcdef/amara@example.com",
    "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseApprover_0123456789abcdef/tomas@example.com",
    "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Platform_fedcba9876543210/jun@example.com",
    "arn:aws:iam::111122223333:user/grace",
    "arn:aws:iam::111122223333:user/jane",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:user/אורי כהן",
    "arn:aws:iam::111122223333:user/ليلى حداد",
    "arn:aws:iam::111122223333:user/佐藤 花子",
    "arn:aws:iam::111122223333:user/Zażółć-Gęślą",
    "arn:aws:sts::111122223333:assumed-role/a-role-with-a-name-that-goes-on-and-on-until-it-is-as-long-as-iam-allows/session-with-a-long-name@subdomain.example.com",
    "arn:aws:sts::111122223333:assumed-role/ci-bot/build-1841",
    "arn:aws:iam::111122223333:user/noor",
    "arn:aws:iam::111122223333:user/sam",
];

const PIPELINES: [&str; 13] = [
    "payments-prod",
    "ledger-prod",
    "web-prod",
    "mobile-release-prod",
    "identity-prod",
    "a-pipeline-whose-name-has-all-the-hundred-characters-that-codepipeline-allows-which-are-quite-a-lot-prod",
    "search-prod",
    "billing-prod",
    "reports-prod",
    "תשלומים-prod",
    "mail-prod",
    "data-prod",
    "edge-prod",
];

/// So many in the course of half a year, mostly in the office hours of the week. The numbers are not
/// random, so that the page is always the same.
pub(crate) fn asked(count: u32) -> Vec<Asked> {
    let mut asked: Vec<Asked> = (0..count).map(|n| one(n, count)).collect();
    asked.sort_by_key(|asked| asked.at);
    asked
}

fn one(n: u32, count: u32) -> Asked {
    let spread = |prime: u64, of: u64| (u64::from(n) + 1) * prime % 1_000_003 % of;
    let day = i64::from(n) * 180 / i64::from(count);
    let hour =
        [0, 1, 1, 2, 2, 2, 3, 3, 5, 5, 6, 6, 7, 8, 11, 21][usize::try_from(spread(7_919, 16)).expect("it is small")];
    let mut asked =
        Asked::at(n, minute(day * 1_440 + hour * 60) + TimeDelta::seconds(spread(104_729, 3_600).cast_signed()));
    let pick = |names: &[&str], prime| {
        names[usize::try_from(spread(prime, names.len() as u64)).expect("it is small")].to_owned()
    };
    asked.gate.pipeline = pick(&PIPELINES, 31 + u64::from(n % 3) * 17);
    let who = pick(&PEOPLE, 57 + u64::from(n % 5) * 12);
    asked.by = Principal::of_arn(&who);
    let minutes = spread(15_485, 90) + if spread(611, 9) == 0 { spread(4_231, 900) } else { 0 };
    asked.wait = Some(TimeDelta::seconds((minutes * 60 + spread(89, 60)).cast_signed()));
    asked.comment = match n % 4 {
        0 => None,
        1 => Some("Checked the dashboard, error rate is flat. Go.".to_owned()),
        2 => Some("LGTM".to_owned()),
        _ => Some("נבדק מול סביבת הבדיקות (build 1841), אפשר לשחרר".to_owned()),
    };
    asked.context = Context {
        external_link: Some(format!("https://ci.example.com/builds/{n}")),
        trigger: Some(Trigger {
            kind: "WebhookV2".to_owned(),
            author: Some("Amara Okafor".to_owned()),
            author_email: Some("amara@example.com".to_owned()),
            ..Trigger::default()
        }),
        revisions: vec![Revision {
            action: "Source".to_owned(),
            id: format!("{:040x}", u64::from(n) * 2_654_435_761),
            summary: Some("Retry refunds that the acquirer answered late".to_owned()),
            url: Some(format!("https://github.example.com/example-org/payments/commit/{n}")),
        }],
        ..Context::default()
    };
    if spread(37, 17) == 0 {
        asked.verdict = Verdict::Rejected;
        asked.comment = Some(
            "Smoke tests of the refund path are red. Please look at https://ci.example.com/1841 first.".to_owned(),
        );
    }
    if spread(41, 60) == 0 {
        asked.by.arn = None;
    }
    if spread(43, 70) == 0 {
        asked.refused = Some("AccessDenied".to_owned());
    }
    if n % 40 == 7 {
        asked.found = vec![(asked.at + TimeDelta::hours(1), found(n, &asked))];
    }
    if n + 8 > count {
        asked.wait = None;
    }
    asked
}

fn found(n: u32, asked: &Asked) -> Finding {
    let kinds = [FindingKind::SelfApproval, FindingKind::CommentMissing, FindingKind::ApprovedByBot];
    let kind = kinds[usize::try_from(n / 40 % 3).expect("it is small")];
    let mut evidence = vec![
        (What::DecidedBy, asked.by.arn.as_deref().unwrap_or("unknown")),
        (What::Author, "Amara Okafor <amara@example.com>"),
        (What::EventId, asked.event_id.as_deref().unwrap_or_default()),
    ];
    if kind == FindingKind::ApprovedByBot {
        evidence.push((What::ClaimedBy, "amara@example.com"));
    }
    finding(kind, &evidence)
}

/// The half-year.
pub(crate) fn scope() -> Scope {
    let time = |text: &str| text.parse().expect("a time");
    Scope { from: Some(time("2026-10-05T00:00:00Z")), to: Some(time("2027-04-05T00:00:00Z")), ..Scope::default() }
}
