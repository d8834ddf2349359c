//! Queues of SQS, as the tests use them.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{QueueAttributeName, SendMessageBatchRequestEntry};

use super::server::{ACCOUNT, REGION};

/// Leads what is published to a topic into a queue, as it is.
pub(crate) async fn subscribe(sns: &aws_sdk_sns::Client, topic: &str, queue: &str) {
    let endpoint = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}");
    let subscribe = sns.subscribe().topic_arn(topic).protocol("sqs").endpoint(endpoint);
    subscribe.attributes("RawMessageDelivery", "true").send().await.expect("it can be subscribed");
}

/// Puts messages into a queue.
pub(crate) async fn put(sqs: &Client, url: &str, bodies: &[String]) {
    for chunk in bodies.chunks(10) {
        let entry = |(number, body): (usize, &String)| {
            let entry = SendMessageBatchRequestEntry::builder().id(number.to_string()).message_body(body);
            entry.build().expect("id and body are set")
        };
        let entries: Vec<_> = chunk.iter().enumerate().map(entry).collect();
        let answer = sqs.send_message_batch().queue_url(url).set_entries(Some(entries)).send().await;
        let answer = answer.expect("they are taken");
        assert!(answer.failed().is_empty(), "{answer:?}");
    }
}

/// How many messages a queue holds, given out or not.
pub(crate) async fn left(sqs: &Client, url: &str) -> usize {
    let names =
        [QueueAttributeName::ApproximateNumberOfMessages, QueueAttributeName::ApproximateNumberOfMessagesNotVisible];
    let call = sqs.get_queue_attributes().queue_url(url).set_attribute_names(Some(names.to_vec()));
    let answer = call.send().await.expect("it answers");
    let counts = answer.attributes().expect("they were asked for").values();
    counts.map(|count| count.parse::<usize>().expect("a number")).sum()
}

/// What the messages of a queue say; none is given out a second time for ten minutes.
pub(crate) async fn bodies(sqs: &Client, url: &str) -> Vec<String> {
    let mut bodies = Vec::new();
    loop {
        let call = sqs.receive_message().queue_url(url).max_number_of_messages(10).visibility_timeout(600);
        let messages = call.send().await.expect("it answers").messages.unwrap_or_default();
        if messages.is_empty() {
            return bodies;
        }
        bodies.extend(messages.into_iter().map(|message| message.body.expect("it says something")));
    }
}
