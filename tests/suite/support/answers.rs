//! Answers that no server gives, laid under the real client of an AWS service.

use aws_config::SdkConfig;
use aws_sdk_sns::config::http::{HttpRequest, HttpResponse};
use aws_sdk_sns::config::retry::RetryConfig;
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};

use super::server::config;

/// The ETag of whatever is answered.
pub(crate) const ETAG: &str = "\"5f1d7a3c\"";

/// Answers one call after the other with a status and a body; after the last one, the connection fails.
pub(crate) fn answering(answers: &[(u16, Vec<u8>)]) -> StaticReplayClient {
    let event = |(status, body): &(u16, Vec<u8>)| {
        let status = (*status).try_into().expect("a status");
        let mut response = HttpResponse::new(status, body.clone().into());
        response.headers_mut().insert("smithy-protocol", "rpc-v2-cbor");
        response.headers_mut().insert("etag", ETAG);
        ReplayEvent::new(HttpRequest::empty(), response)
    };
    StaticReplayClient::new(answers.iter().map(event).collect())
}

/// What a client needs to know to get these answers. It tries each call once.
pub(crate) fn settings(answers: &StaticReplayClient) -> SdkConfig {
    config("http://127.0.0.1:1").to_builder().http_client(answers.clone()).retry_config(RetryConfig::disabled()).build()
}

/// The bodies of the calls so far, as text.
pub(crate) fn asked(answers: &StaticReplayClient) -> Vec<String> {
    let body = |request: &HttpRequest| String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
    answers.actual_requests().map(body).collect()
}

/// An error as services write it that speak JSON.
pub(crate) fn json_error(code: &str) -> Vec<u8> {
    format!(r#"{{"__type":"{code}","message":"as the test wants it"}}"#).into_bytes()
}

/// The same in CBOR.
pub(crate) fn cbor_error(code: &str) -> Vec<u8> {
    let mut body = vec![0xa2];
    for text in ["__type", code, "message", "as the test wants it"] {
        body.extend([0x78, u8::try_from(text.len()).expect("a short text")]);
        body.extend(text.as_bytes());
    }
    body
}

/// The same in XML.
pub(crate) fn xml_error(code: &str) -> Vec<u8> {
    format!("<Error><Code>{code}</Code><Message>as the test wants it</Message></Error>").into_bytes()
}
