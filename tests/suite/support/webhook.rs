//! The other side of a webhook: takes what is posted, keeps it, and answers as it is told to.

use std::collections::BTreeMap;
use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use serde_json::Value;

use super::http::{read_body, read_head};

/// A call as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// `POST /path HTTP/1.1`.
    pub(crate) line: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Value,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

pub(crate) struct Receiver {
    address: SocketAddr,
    calls: Arc<Mutex<Vec<Call>>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Receiver {
    /// Answers the first call with the first status, and so on; the last one stands for all that follow.
    pub(crate) fn answering(statuses: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let (calls, is_over) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (kept, told, statuses) = (Arc::clone(&calls), Arc::clone(&is_over), statuses.to_vec());
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if told.load(Ordering::SeqCst) {
                    break;
                }
                let stream = stream.expect("a connection can be taken");
                // A caller that was killed in the middle of its call has not called.
                if let Some(call) = read(&stream) {
                    let mut kept = kept.lock().expect("nobody panics with it");
                    let status = statuses.get(kept.len()).or(statuses.last()).copied().unwrap_or(200);
                    kept.push(call);
                    answer(stream, status);
                }
            }
        });
        Self { address, calls, is_over, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/notices", self.address)
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().expect("nobody panics with it").clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes the thread from its wait for the next call.
        TcpStream::connect(self.address).ok();
        self.thread.take().map(JoinHandle::join);
    }
}

fn read(stream: &TcpStream) -> Option<Call> {
    let mut reader = BufReader::new(stream);
    let (line, headers) = read_head(&mut reader).ok()?;
    let body = read_body(&mut reader, &headers).ok()?;
    Some(Call { line, headers, body: serde_json::from_str(&body).unwrap_or(Value::String(body)) })
}

fn answer(mut stream: TcpStream, status: u16) {
    let head = format!("HTTP/1.1 {status} So\r\nX-Request-Id: r-1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    // Whoever called may be gone.
    stream.write_all(head.as_bytes()).ok();
}
