//! Other regions and other accounts.

use holdpoint::adapters::codepipeline::{Member, MemberError, own_account};
use holdpoint::ports::pipelines::Pipelines;

use super::{Both, counts};
use crate::support::codepipeline::{Caller, Definition, Mode, OWN};

const OTHER: &str = "444455556666";
const MEMBERS: &str = "us-east-1, arn:aws:iam::444455556666:role/watch/holdpoint@eu-west-1";

fn caller(account: &str, region: &str) -> Caller {
    Caller { account: account.to_owned(), region: region.to_owned() }
}

/// A pipeline with a waiting approval in each of the three places.
async fn three_places() -> (Both, [String; 3]) {
    let both = Both::with_members(MEMBERS).await;
    let places = [("own-prod", OWN, "eu-west-1"), ("us-prod", OWN, "us-east-1"), ("other-prod", OTHER, "eu-west-1")];
    let ids = places.map(|(name, account, region)| {
        both.at(0, |world| {
            world.add_at(&caller(account, region), name, Mode::Superseded, Definition::release());
            world.start_approval(name)
        })
    });
    (both, ids)
}

#[tokio::test]
async fn an_approval_carries_the_account_and_the_region_of_its_member() {
    let (both, ids) = three_places().await;
    assert_eq!(counts(&both.reconcile(5).await), [3, 3, 0, 0, 0]);
    for (id, account, region) in
        [(&ids[0], OWN, "eu-west-1"), (&ids[1], OWN, "us-east-1"), (&ids[2], OTHER, "eu-west-1")]
    {
        let gate = both.glance(id).await.gate.expect("it is known");
        assert_eq!((gate.account.as_deref(), gate.region.as_str()), (Some(account), region));
    }
    both.at(6, |world| world.approve(&ids[2], "grace", "go"));
    assert_eq!(counts(&both.reconcile(7).await), [3, 0, 1, 0, 0]);
}

#[tokio::test]
async fn a_member_that_refuses_keeps_nothing_from_the_others() {
    let (both, ids) = three_places().await;
    both.at(0, |world| world.denied.insert(OTHER.to_owned()));
    let result = both.reconcile(5).await;
    assert_eq!(counts(&result), [2, 2, 0, 0, 1]);
    let failure = &result.failures[0];
    assert!(failure.starts_with("444455556666/eu-west-1: CodePipeline does not answer:"), "{failure}");
    assert!(failure.contains("not authorized to perform: sts:AssumeRole") && failure.len() < 500, "{failure}");
    assert_eq!(both.all().await.len(), 2);
    // What waits where nobody can look any more stays.
    both.at(6, |world| world.denied.clear());
    both.reconcile(7).await;
    both.at(8, |world| world.denied.insert(OTHER.to_owned()));
    assert_eq!(both.reconcile(9).await.failed, 2);
    assert!(both.glance(&ids[2]).await.is_waiting());
}

#[tokio::test]
async fn the_own_account_is_told_by_its_credentials() {
    let both = Both::new().await;
    assert_eq!(own_account(&both.server.config().await).await.expect("it answers"), OWN);
}

#[test]
fn members_are_read_as_they_are_written() {
    let members = Member::list(MEMBERS).expect("they are in order");
    let sites: Vec<String> = members.iter().map(|member| member.site(OWN).to_string()).collect();
    assert_eq!(sites, ["111122223333/us-east-1", "444455556666/eu-west-1"]);
    assert_eq!(Member::list(" , ").expect("nothing is in order"), []);
}

#[test]
fn a_member_that_cannot_be_meant_is_named_with_what_would_be_right() {
    let wrong = |text: &str| Member::list(text).expect_err("it is refused");
    assert!(matches!(wrong("eu-west-1,nowhere"), MemberError::Region(entry, _) if entry == "nowhere"));
    assert!(
        matches!(wrong("arn:aws:iam::1:role/x@eu-west-1"), MemberError::Role(_, arn) if arn == "arn:aws:iam::1:role/x")
    );
    assert!(matches!(wrong("arn:aws:iam::444455556666:user/x@eu-west-1"), MemberError::Role(..)));
    insta::assert_snapshot!(wrong("arn:aws:iam::444455556666:role/x"), @"member `arn:aws:iam::444455556666:role/x`: `arn:aws:iam::444455556666:role/x` is not a region; write `eu-west-1` or `arn:aws:iam::111122223333:role/NAME@eu-west-1`");
}

#[tokio::test]
async fn a_place_that_is_named_twice_is_looked_at_once() {
    let both = Both::with_members("eu-west-1,us-east-1,us-east-1").await;
    assert_eq!(both.pipelines.sites().len(), 2);
}
