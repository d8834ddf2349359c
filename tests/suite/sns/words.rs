//! Recipients are told in the policy file's own words, and are told whatever becomes of those.

use aws_sdk_s3::primitives::SdkBody;
use aws_sdk_sns::config::http::{HttpRequest, HttpResponse};
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use holdpoint::adapters::recipients::Recipients;
use holdpoint::domain::{Gate, RecipientName};
use holdpoint::ports::channel::{Channels, Letter};
use serde_json::Value;

use super::faults::TAKEN;
use super::{letter, policy};
use crate::notice::{REMIND, asked, context, gate, tuesday};
use crate::support::server::config;

fn reminder(gate: Gate) -> Letter {
    let mut letter = letter(asked(gate, 1, context()), REMIND, tuesday("11:12:08"));
    letter.notice.recipient = RecipientName::new("there");
    letter
}

/// What a recipient that is a file gets.
async fn filed(wording: &str, letter: &Letter) -> Value {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("notices.jsonl");
    let form = format!("{{ file: {}, wording: {wording} }}", path.display());
    let recipients = Recipients::new(&policy(&[("there", &form)]), |_| None).expect("it can be told");
    recipients.send(&RecipientName::new("there"), letter).await.expect("it is taken");
    serde_json::from_str(&std::fs::read_to_string(&path).expect("it is there")).expect("JSON")
}

#[tokio::test]
async fn the_words_replace_subject_and_text_and_nothing_else() {
    let letter = reminder(gate());
    let mut got = filed("{ subject: \"Decide on {{ gate.pipeline }}\", text: \"{{ wait }} already\" }", &letter).await;
    assert_eq!((&got["subject"], &got["text"]), (&"Decide on payments-prod".into(), &"2h already\n".into()));
    for name in ["subject", "text"] {
        got[name] = letter.data[name].clone();
    }
    assert_eq!(got, letter.data);
}

#[tokio::test]
async fn words_that_fail_give_way_to_the_built_in_ones_and_the_notice_goes_out() {
    let wording =
        "{ subject: \"{% if gate.pipeline == 'surprise' %}{{ gate.nothing }}{% endif %}Hello\", text: \"Fine\" }";
    let surprise = reminder(Gate { pipeline: "surprise".to_owned(), ..gate() });
    let got = filed(wording, &surprise).await;
    assert_eq!((&got["subject"], &got["text"]), (&surprise.subject.clone().into(), &"Fine\n".into()));
    assert_eq!(filed(wording, &reminder(gate())).await["subject"], "Hello");
}

#[tokio::test]
async fn a_chat_is_told_in_markdown_with_what_is_not_ours_escaped() {
    let answer = HttpResponse::new(200_u16.try_into().expect("a status"), SdkBody::from(TAKEN));
    let client = StaticReplayClient::new(vec![ReplayEvent::new(HttpRequest::new(SdkBody::empty()), answer)]);
    let settings = config("https://sns.example.com").into_builder().http_client(client.clone()).build();
    let form = "{ sns: \"arn:aws:sns:eu-west-1:111122223333:chat\", format: chat, wording: { text: \"*{{ gate.pipeline }}* <{{ link }}|decide>\" } }";
    let recipients = Recipients::with_aws(&policy(&[("there", form)]), |_| None, &settings).expect("it can be told");
    let letter = reminder(Gate { pipeline: "<!here>".to_owned(), ..gate() });
    recipients.send(&RecipientName::new("there"), &letter).await.expect("it is taken");

    let request = client.actual_requests().next().expect("one");
    let body = String::from_utf8_lossy(request.body().bytes().expect("a body")).replace('+', " ");
    let message = body.split('&').find_map(|part| part.strip_prefix("Message=")).expect("a message");
    let message = percent_encoding::percent_decode_str(message).decode_utf8().expect("UTF-8");
    let said: Value = serde_json::from_str(&message).expect("JSON");
    let link = letter.data["review_link"].as_str().expect("a link");
    assert_eq!(said["content"]["description"], format!("*&lt;!here&gt;* <{link}|decide>\n"));
    assert_eq!(said["content"]["title"], letter.title);
}
