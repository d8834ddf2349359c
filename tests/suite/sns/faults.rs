//! What no server here gives: throttling, errors of AWS, and answers that get lost. Injected under the real client.

use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};

use aws_config::SdkConfig;
use aws_sdk_s3::primitives::SdkBody;
use aws_sdk_sns::config::http::{HttpRequest, HttpResponse};
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use holdpoint::adapters::recipients::Recipients;
use holdpoint::domain::RecipientName;
use holdpoint::ports::channel::{Channels, SendError};

use super::{ends, letter, policy, told};
use crate::notice::{REMIND, asked, context, gate, tuesday};
use crate::support::http::{read_body, read_head};
use crate::support::server::config;

const TOPIC: &str = "{ sns: \"arn:aws:sns:eu-central-1:111122223333:approvals\" }";
pub(super) const TAKEN: &str =
    "<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>";

fn refusal(code: &str) -> String {
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>No such luck</Message></Error></ErrorResponse>"
    )
}

/// The answers of AWS, one after the other.
fn answers(answers: &[(u16, String)]) -> StaticReplayClient {
    let event = |(status, body): &(u16, String)| {
        let status = (*status).try_into().expect("a status");
        ReplayEvent::new(HttpRequest::new(SdkBody::empty()), HttpResponse::new(status, SdkBody::from(body.as_str())))
    };
    StaticReplayClient::new(answers.iter().map(event).collect())
}

async fn send(settings: &SdkConfig) -> Result<Option<String>, SendError> {
    let recipients = Recipients::with_aws(&policy(&[("there", TOPIC)]), |_| None, settings).expect("it can be told");
    let letter = letter(asked(gate(), 1, context()), REMIND, tuesday("11:12:08"));
    recipients.send(&RecipientName::new("there"), &letter).await
}

async fn sent(client: &StaticReplayClient) -> Result<Option<String>, SendError> {
    let settings = config("https://sns.example.com").into_builder().http_client(client.clone()).build();
    send(&settings).await
}

#[tokio::test(start_paused = true)]
async fn what_is_throttled_is_published_after_a_pause() {
    let client = answers(&[(400, refusal("Throttling")), (500, refusal("InternalError")), (200, TAKEN.to_owned())]);
    assert_eq!(sent(&client).await.expect("it is taken in the end"), Some("m-1".to_owned()));
    let bodies: Vec<_> = client.actual_requests().map(|request| request.body().bytes().map(<[u8]>::to_vec)).collect();
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| body == &bodies[0]), "each time the same");
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_tried_again_later() {
    for (status, code) in [
        (400, "Throttling"),
        (429, "Throttled"),
        (500, "InternalError"),
        (503, "ServiceUnavailable"),
        (400, "KMSThrottling"),
        (403, "ExpiredToken"),
        (403, "SignatureDoesNotMatch"),
        (403, "InvalidClientTokenId"),
    ] {
        // As often as the client itself tries.
        let client = answers(&vec![(status, refusal(code)); 4]);
        match sent(&client).await {
            Err(SendError::Retry { cause, .. }) => assert_eq!(cause.to_string(), format!("{code}: No such luck")),
            other => panic!("{code}: {other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttled_notice_stays_in_the_outbox_and_is_delivered_once() {
    let mut all = vec![(400, refusal("Throttling")); 3];
    all.push((200, TAKEN.to_owned()));
    let policy = policy(&[("there", TOPIC)]);
    // The first round uses up as many answers as the client takes by itself.
    for (rounds, expected, calls) in [(&[121][..], vec![], 3), (&[121, 122, 123], vec!["there delivered"], 4)] {
        let client = answers(&all);
        let settings = config("https://sns.example.com").into_builder().http_client(client.clone()).build();
        let recipients = Recipients::with_aws(&policy, |_| None, &settings).expect("it can be told");
        let (facts, _) = told(&policy, &recipients, rounds).await;
        assert_eq!(ends(&facts), expected);
        assert_eq!(client.actual_requests().count(), calls);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_from_sns_is_no_reason_to_give_up() {
    for (status, body) in [(200, "<html/>"), (200, ""), (403, "<html>Blocked</html>"), (502, "Bad gateway")] {
        let client = answers(&vec![(status, body.to_owned()); 4]);
        assert!(matches!(sent(&client).await, Err(SendError::Retry { .. })), "{status} {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_never_works_is_refused_at_once() {
    for (status, code) in [
        (404, "NotFound"),
        (403, "AuthorizationError"),
        (400, "InvalidParameter"),
        (400, "EndpointDisabled"),
        (400, "KMSAccessDenied"),
        (400, "KMSDisabled"),
    ] {
        let client = answers(&[(status, refusal(code))]);
        match sent(&client).await {
            Err(SendError::Refused(cause)) => assert_eq!(cause.to_string(), format!("{code}: No such luck")),
            other => panic!("{code}: {other:?}"),
        }
        assert_eq!(client.actual_requests().count(), 1, "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_topic_is_asked_in_its_own_region() {
    let client = answers(&[(200, TAKEN.to_owned())]);
    sent(&client).await.expect("it is taken");
    let request = client.actual_requests().next().expect("one");
    let signed = request.headers().get("authorization").unwrap_or_default();
    assert!(signed.contains("/eu-central-1/sns/"), "{signed}");
}

/// Takes calls one after the other and keeps their bodies: hangs up on the first, answers the second.
fn hangs_up_once(listener: TcpListener) -> Vec<String> {
    let mut bodies = Vec::new();
    for stream in listener.incoming().take(2) {
        let mut stream: TcpStream = stream.expect("a call");
        let mut reader = BufReader::new(stream.try_clone().expect("it can be shared"));
        let (_, headers) = read_head(&mut reader).expect("a request");
        bodies.push(read_body(&mut reader, &headers).expect("a request"));
        if bodies.len() == 2 {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", TAKEN.len());
            stream.write_all((head + TAKEN).as_bytes()).expect("somebody listens");
        }
    }
    bodies
}

#[tokio::test]
async fn a_lost_answer_gives_the_same_notice_again_and_nothing_else() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let server = std::thread::spawn(move || hangs_up_once(listener));
    let settings = config(&url);
    let receipt = match send(&settings).await {
        Err(SendError::Retry { .. }) => send(&settings).await,
        other => other,
    };
    assert_eq!(receipt.expect("it is taken in the end"), Some("m-1".to_owned()));
    let bodies = server.join().expect("it does not panic");
    assert_eq!(bodies[0], bodies[1]);
    assert!(
        bodies[0].contains("Name=notice_id&") && bodies[0].contains("remind%4050%25%2F0%2Fapprovers"),
        "{bodies:?}"
    );
}

#[test]
fn without_aws_a_topic_is_an_error_at_the_start() {
    let policy = policy(&[("here", "{ console: true }"), ("there", TOPIC)]);
    let error = Recipients::new(&policy, |_| None).err().expect("it cannot be told");
    insta::assert_snapshot!(error, @"recipient `there` is a topic of SNS, which is told only with `--aws`");
}
