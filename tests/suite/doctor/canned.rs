//! A server that gives to each call of an operation the same answer, whatever the service's protocol.

use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crate::support::answers::cbor_error;
use crate::support::http::{Head, read_body, read_head};

/// Status, kind and body for an operation.
type Answer = fn(&str) -> Option<(u16, &'static str, String)>;

pub(super) struct Canned {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Canned {
    /// What `answer` has no answer to is denied.
    pub(super) fn answering(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let is_over = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&is_over);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if told.load(Ordering::SeqCst) {
                    break;
                }
                serve(&stream.expect("a connection can be taken"), answer);
            }
        });
        Self { address, is_over, thread: Some(thread) }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Canned {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes the thread from its wait for the next connection.
        TcpStream::connect(self.address).ok();
        self.thread.take().map(JoinHandle::join);
    }
}

fn serve(mut stream: &TcpStream, answer: Answer) {
    let mut reader = BufReader::new(stream);
    let Ok(head) = read_head(&mut reader) else { return };
    let Ok(body) = read_body(&mut reader, &head.1) else { return };
    let (status, kind, body) = match answer(&operation(&head, &body)) {
        Some((status, kind, body)) => (status, kind, body.into_bytes()),
        None => denied(&head),
    };
    let head = format!(
        "HTTP/1.1 {status} So\r\nContent-Type: {kind}\r\nSmithy-Protocol: rpc-v2-cbor\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    // Whoever called may be gone.
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).ok();
}

fn operation(head: &Head, body: &str) -> String {
    let target = head.1.get("x-amz-target").and_then(|target| target.rsplit('.').next());
    let action = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
    target.or(action).unwrap_or_default().to_owned()
}

fn denied(head: &Head) -> (u16, &'static str, Vec<u8>) {
    let message = "not authorized to do this";
    if head.1.contains_key("x-amz-target") {
        let body = format!(r#"{{"__type":"AccessDeniedException","message":"{message}"}}"#);
        return (400, "application/x-amz-json-1.1", body.into_bytes());
    }
    if head.1.contains_key("smithy-protocol") {
        return (400, "application/cbor", cbor_error("AccessDenied"));
    }
    let error = format!("<Error><Code>AccessDenied</Code><Message>{message}</Message></Error>");
    let is_s3 = head.0.starts_with("GET");
    let body = if is_s3 { error } else { format!("<ErrorResponse>{error}</ErrorResponse>") };
    (403, "text/xml", body.into_bytes())
}
