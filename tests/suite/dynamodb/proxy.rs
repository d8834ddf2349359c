//! Stands between a client and its DynamoDB, and does what the server never does by itself.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

pub(crate) enum Trouble {
    /// Nothing reaches the server; the caller gets this error.
    Refuse(u16, Value),
    /// The server does what it is asked, and the caller does not hear of it.
    Lose,
    /// The answer is another one.
    Change(Box<dyn FnOnce(&mut Value) + Send>),
}

pub(crate) struct Proxy {
    pub(crate) url: String,
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    upstream: String,
    client: reqwest::Client,
    script: Mutex<VecDeque<(&'static str, Trouble)>>,
    calls: Mutex<Vec<(String, Value)>>,
    /// What indexes answered last, by the question.
    answered: Mutex<BTreeMap<String, Value>>,
    is_frozen: Mutex<bool>,
}

/// An error as DynamoDB words it.
pub(crate) fn error(code: &str, message: &str) -> Trouble {
    let kind = format!("com.amazonaws.dynamodb.v20120810#{code}");
    Trouble::Refuse(400, json!({ "__type": kind, "message": message, "Message": message }))
}

/// A transaction that was cancelled for these reasons, one for each of its actions.
pub(crate) fn cancelled(reasons: &[&str]) -> Trouble {
    let message = format!("Transaction cancelled, please refer cancellation reasons for specific reasons {reasons:?}");
    let reasons: Vec<Value> = reasons.iter().map(|code| json!({ "Code": code })).collect();
    let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    Trouble::Refuse(400, json!({ "__type": kind, "Message": message, "CancellationReasons": reasons }))
}

impl Proxy {
    pub(crate) async fn before(upstream: &str) -> Self {
        let shared = Arc::new(Shared { upstream: upstream.to_owned(), ..Shared::default() });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let app = axum::Router::new().fallback(pass).with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
        Self { url, shared, task }
    }

    /// The next call of this operation meets this trouble; more than one in a row meet one after the other.
    pub(crate) fn next(&self, operation: &'static str, trouble: Trouble) {
        self.shared.script.lock().expect("nobody panics with it").push_back((operation, trouble));
    }

    /// From now on, an index answers a question that it was asked before as it did then.
    pub(crate) fn freeze(&self, is_frozen: bool) {
        *self.shared.is_frozen.lock().expect("nobody panics with it") = is_frozen;
    }

    /// The requests of one operation so far.
    pub(crate) fn calls(&self, operation: &str) -> Vec<Value> {
        let calls = self.shared.calls.lock().expect("nobody panics with it");
        calls.iter().filter(|(name, _)| name == operation).map(|(_, body)| body.clone()).collect()
    }

    /// Whether everything has happened that was to happen.
    pub(crate) fn is_through(&self) -> bool {
        self.shared.script.lock().expect("nobody panics with it").is_empty()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
    let headers = request.headers().clone();
    let body = to_bytes(request.into_body(), usize::MAX).await.expect("the body can be read");
    let asked: Value = serde_json::from_slice(&body).expect("the body is JSON");
    shared.calls.lock().expect("nobody panics with it").push((operation.clone(), asked.clone()));
    let trouble = {
        let mut script = shared.script.lock().expect("nobody panics with it");
        let found = script.iter().position(|(name, _)| *name == operation);
        found.and_then(|n| script.remove(n)).map(|(_, trouble)| trouble)
    };
    if let Some(Trouble::Refuse(status, body)) = trouble {
        return answer(status, &body);
    }
    let question = sorted(&asked).to_string();
    let is_index = asked.get("IndexName").is_some();
    if is_index && *shared.is_frozen.lock().expect("nobody panics with it") {
        let answered = shared.answered.lock().expect("nobody panics with it");
        if let Some(stale) = answered.get(&question) {
            return answer(200, stale);
        }
    }
    let mut call = shared.client.post(&shared.upstream).body(body.to_vec());
    for name in ["x-amz-target", "content-type", "authorization", "x-amz-date"] {
        call = call.header(name, headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default());
    }
    let answered = call.send().await.expect("the server answers");
    let status = answered.status().as_u16();
    let text = answered.text().await.expect("the answer can be read");
    let mut body: Value = serde_json::from_str(&text).expect("the answer is JSON");
    if is_index && status == 200 {
        shared.answered.lock().expect("nobody panics with it").insert(question, body.clone());
    }
    match trouble {
        Some(Trouble::Lose) => StatusCode::BAD_GATEWAY.into_response(),
        Some(Trouble::Change(change)) => {
            change(&mut body);
            answer(status, &body)
        }
        _ => answer(status, &body),
    }
}

/// The SDK writes what it asks in any order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<&String, Value> = fields.iter().map(|(name, value)| (name, sorted(value))).collect();
            fields.into_iter().map(|(name, value)| (name.clone(), value)).collect()
        }
        Value::Array(values) => values.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

fn answer(status: u16, body: &Value) -> Response {
    let answer = Response::builder().status(status).header("content-type", "application/x-amz-json-1.0");
    answer.body(Body::from(body.to_string())).expect("it is an answer")
}
