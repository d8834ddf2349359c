//! The other side of the `lambda` program: AWS Lambda's runtime API, as much of it as one function needs.

use std::io::{BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tempfile::TempDir;

use super::http::{read_body, read_head};

/// Longer than any call takes, so that a function which hangs fails its test.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a function made of an invocation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Response(Value),
    Error(Value),
}

/// One function, and the runtime that calls it.
pub(crate) struct Function {
    child: Child,
    invocations: Sender<Invocation>,
    answers: Receiver<Answer>,
    asked: Receiver<()>,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
    /// Each function has a folder for temporary files of its own.
    _folder: TempDir,
}

struct Invocation {
    event: Value,
    time: Duration,
}

impl Function {
    /// Starts a program with these variables and nothing else in its environment.
    pub(crate) fn start(mut program: Command, variables: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it is bound").to_string();
        let (invocations, to_serve) = channel();
        let (to_tell, answers) = channel();
        let (to_note, asked) = channel();
        let to_serve = Arc::new(Mutex::new(to_serve));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (to_serve, to_tell, to_note) = (Arc::clone(&to_serve), to_tell.clone(), to_note.clone());
                let stream = stream.expect("a connection can be taken");
                std::thread::spawn(move || serve(&stream, &to_serve, &to_tell, &to_note));
            }
        });
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut child = program
            .env_clear()
            .env("TMPDIR", folder.path())
            .envs(variables.iter().copied())
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", "holdpoint")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "stream")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "group")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let log = Arc::new(Mutex::new(String::new()));
        let (mut stdout, kept) = (child.stdout.take().expect("it is piped"), Arc::clone(&log));
        let reader = std::thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = stdout.read(&mut piece) {
                let text = String::from_utf8_lossy(&piece[..length]);
                kept.lock().expect("nobody panics with it").push_str(&text);
            }
        });
        Self { child, invocations, answers, asked, log, reader: Some(reader), _folder: folder }
    }

    /// Invokes it, with a deadline that is so far away.
    pub(crate) fn invoke_within(&self, event: &Value, time: Duration) -> Answer {
        self.begin(event, time);
        self.answer()
    }

    /// Invokes it without waiting for the answer.
    pub(crate) fn begin(&self, event: &Value, time: Duration) {
        self.invocations.send(Invocation { event: event.clone(), time }).expect("the runtime runs");
    }

    pub(crate) fn invoke(&self, event: &Value) -> Answer {
        self.invoke_within(event, Duration::from_secs(60))
    }

    /// Waits until it has asked for work.
    pub(crate) fn ready(&self) {
        self.asked.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("it asks for nothing; its log:\n{}", self.log()));
    }

    /// What it made of what was begun.
    pub(crate) fn answer(&self) -> Answer {
        self.answers.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no answer; its log:\n{}", self.log()))
    }

    /// The most memory, in KiB, that it has had resident so far.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux says");
        peak.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// How it ended, where it cannot be set up, and what it said.
    pub(crate) fn end(mut self) -> (std::process::ExitStatus, String) {
        let status = self.child.wait().expect("it was started");
        self.reader.take().map(JoinHandle::join);
        (status, self.log())
    }

    /// What it has logged so far, one JSON object a line.
    pub(crate) fn log(&self) -> String {
        self.log.lock().expect("nobody panics with it").clone()
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        self.reader.take().map(JoinHandle::join);
    }
}

/// Serves one connection until the other side closes it.
fn serve(stream: &TcpStream, invocations: &Mutex<Receiver<Invocation>>, answers: &Sender<Answer>, asked: &Sender<()>) {
    let mut reader = BufReader::new(stream);
    while let Ok((line, headers)) = read_head(&mut reader) {
        let Ok(body) = read_body(&mut reader, &headers) else { return };
        let value = || serde_json::from_str(&body).unwrap_or(Value::String(body.clone()));
        let path = line.split(' ').nth(1).unwrap_or_default();
        let is_written = match path.rsplit('/').next() {
            Some("next") => {
                // Whoever waited for this may be content.
                asked.send(()).ok();
                let next = invocations.lock().expect("nobody panics with it").recv();
                // The test is over.
                let Ok(invocation) = next else { return };
                let headers = format!(
                    "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\nLambda-Runtime-Deadline-Ms: {}\r\nLambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:111122223333:function:holdpoint\r\n",
                    deadline(invocation.time)
                );
                write(stream, "200 OK", &headers, &invocation.event.to_string())
            }
            Some("response") => tell(stream, answers, Answer::Response(value())),
            Some("error") => tell(stream, answers, Answer::Error(value())),
            _ => write(stream, "404 Not Found", "", ""),
        };
        if !is_written {
            return;
        }
    }
}

/// Whoever listened may be gone.
fn tell(stream: &TcpStream, answers: &Sender<Answer>, answer: Answer) -> bool {
    answers.send(answer).is_ok() && write(stream, "202 Accepted", "", "")
}

fn write(mut stream: &TcpStream, status: &str, headers: &str, body: &str) -> bool {
    let length = body.len();
    let message = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(message.as_bytes()).is_ok()
}

#[expect(clippy::disallowed_methods, reason = "the program compares this with the machine's clock")]
fn deadline(time: Duration) -> u128 {
    (SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970") + time).as_millis()
}
