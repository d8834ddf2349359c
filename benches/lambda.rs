//! What the `lambda` program weighs: its size, how soon it asks for work, and the memory that a batch takes; beside a bare
//! program with the same clients, and beside the least that Python and Node do.
//!
//! `cargo bench --profile dev --all-features --bench lambda` builds both programs with `infra/build`, which takes some minutes the first
//! time. Python's SDK comes with `tests/tools/install`; Node and npm must be there.

#[path = "../tests/suite/support/http.rs"]
#[allow(dead_code, reason = "a bench uses only a part of what tests do")]
mod http;
#[path = "../tests/suite/support/runtime.rs"]
#[allow(dead_code, reason = "a bench uses only a part of what tests do")]
mod runtime;
#[path = "../tests/suite/support/server.rs"]
#[allow(dead_code, reason = "a bench uses only a part of what tests do")]
mod server;
#[path = "../tests/suite/support/wait.rs"]
#[allow(dead_code, reason = "a bench uses only a part of what tests do")]
mod wait;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use holdpoint::adapters::dynamodb::create_table;
use serde_json::{Value, json};

use self::runtime::{Answer, Function};
use self::server::{REGION, Server, tool};

const STARTS: usize = 20;
const BATCH: usize = 100;

const MAX_ZIP: u64 = 5_000_000;
const MAX_MEMORY: u64 = 32 * 1024;
const MAX_RATIO: f64 = 2.0;

struct Program {
    name: &'static str,
    command: Box<dyn Fn() -> Command>,
}

fn main() {
    // `cargo test --benches` only wants to know that it starts.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench/lambda");
    fs::create_dir_all(&folder).expect("it can be made");
    let (lambda, bare) = build();
    let zip = zipped(&lambda, &folder);
    println!("lambda: {} bytes, zipped {zip}", size(&lambda));
    println!("bare:   {} bytes, zipped {}", size(&bare), zipped(&bare, &folder));

    let node = node(&folder);
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/lambda/handler.py");
    let interpreter = fs::canonicalize(tool("ministack")).expect("tests/tools/install has run");
    let interpreter = interpreter.parent().expect("it is in a folder").join("python");
    let (of_lambda, of_bare) = (lambda.clone(), bare.clone());
    let programs = [
        Program { name: "lambda", command: Box::new(move || Command::new(&of_lambda)) },
        Program { name: "bare", command: Box::new(move || Command::new(&of_bare)) },
        Program { name: "python", command: Box::new(move || with(&interpreter, &python)) },
        Program { name: "node", command: Box::new(move || with(Path::new("node"), &node)) },
    ];
    // In turns, so that what else the machine does hits all alike.
    let mut starts: Vec<Vec<Duration>> = programs.iter().map(|_| Vec::new()).collect();
    for _ in 0..STARTS {
        for (program, times) in programs.iter().zip(&mut starts) {
            times.push(start(program));
        }
    }
    let medians: Vec<Duration> = starts.iter_mut().map(|times| median(times)).collect();
    for (program, median) in programs.iter().zip(&medians) {
        let ratio = median.as_secs_f64() / medians[1].as_secs_f64();
        println!("{:8} asks for work after {median:8.2?} ({ratio:.2} times the bare program)", program.name);
    }
    let ratio = medians[0].as_secs_f64() / medians[1].as_secs_f64();
    let memory = memory_of_a_batch(&lambda);
    println!("lambda: {memory} KiB at most, over batches of {BATCH} events");
    assert!(zip < MAX_ZIP, "the zip is larger than {MAX_ZIP} bytes");
    assert!(memory < MAX_MEMORY, "it takes more than {MAX_MEMORY} KiB");
    assert!(ratio < MAX_RATIO, "it starts {ratio:.2} times as slowly as the bare program");
}

/// The very program that is deployed, and the bare one, built alike.
fn build() -> (PathBuf, PathBuf) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for target in [["--bin", "lambda"], ["--example", "bare"]] {
        let status = Command::new(root.join("infra/build")).args(target).status().expect("it is there");
        assert!(status.success(), "the programs cannot be built");
    }
    (root.join("target/lambda/lambda/bootstrap"), root.join("target/lambda/bare/bootstrap"))
}

fn with(interpreter: &Path, script: &Path) -> Command {
    let mut command = Command::new(interpreter);
    command.arg(script);
    command
}

/// Installs the SDK's clients beside the script.
fn node(folder: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/lambda");
    for name in ["handler.mjs", "package.json"] {
        fs::copy(source.join(name), folder.join(name)).expect("it can be copied");
    }
    let status = Command::new("npm")
        .current_dir(folder)
        .args(["install", "--silent", "--no-audit", "--no-fund"])
        .status()
        .expect("npm is there");
    assert!(status.success(), "the clients for Node cannot be installed");
    folder.join("handler.mjs")
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).expect("it was built").len()
}

/// The size of a zip with the program in it, as it is uploaded.
fn zipped(program: &Path, folder: &Path) -> u64 {
    let zip = folder.join("program.zip");
    let script = "import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as z: z.write(sys.argv[2], 'bootstrap')";
    let status = Command::new("python3").args(["-c", script]).arg(&zip).arg(program).status().expect("Python is there");
    assert!(status.success());
    size(&zip)
}

const VARIABLES: [(&str, &str); 10] = [
    ("AWS_ACCESS_KEY_ID", "test"),
    ("AWS_SECRET_ACCESS_KEY", "test"),
    ("AWS_REGION", REGION),
    ("AWS_DEFAULT_REGION", REGION),
    ("HOLDPOINT_ROLE", "ingest"),
    ("HOLDPOINT_TABLE", "holdpoint"),
    ("HOLDPOINT_POLICY", concat!("file:", env!("CARGO_MANIFEST_DIR"), "/rules/policies/default.yaml")),
    ("AWS_EC2_METADATA_DISABLED", "true"),
    ("PATH", "/usr/local/bin:/usr/bin:/bin"),
    ("NODE_NO_WARNINGS", "1"),
];

#[expect(clippy::disallowed_methods, reason = "this is what is measured")]
fn start(program: &Program) -> Duration {
    let started = Instant::now();
    let function = Function::start((program.command)(), &VARIABLES);
    function.ready();
    started.elapsed()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// The most memory, in KiB, that the function had resident after some batches of approvals that begin and end.
fn memory_of_a_batch(lambda: &Path) -> u64 {
    let server = Server::dynamodb();
    let url = server.url();
    let client = aws_sdk_dynamodb::Client::new(&server.config());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(create_table(&client, "holdpoint")).expect("the table can be made");
    let mut variables = VARIABLES.to_vec();
    variables.push(("AWS_ENDPOINT_URL", &url));
    let function = Function::start(Command::new(lambda), &variables);
    for batch in 0..5 {
        let answer = function.invoke(&event(batch));
        assert_eq!(answer, Answer::Response(json!({ "batchItemFailures": [] })), "{}", function.log());
    }
    function.peak_memory()
}

fn event(batch: usize) -> Value {
    let records: Vec<Value> = (0..BATCH)
        .map(|number| {
            let id = format!("{:08x}-dda3-475a-8ae2-{:012x}", batch, number / 2);
            let state = if number % 2 == 0 { "STARTED" } else { "SUCCEEDED" };
            let body = json!({
                "version": "0", "id": format!("event-{batch}-{number}"), "source": "aws.codepipeline",
                "detail-type": "CodePipeline Action Execution State Change", "account": "111122223333",
                "time": "2026-09-28T17:33:53Z", "region": "eu-west-1",
                "resources": ["arn:aws:codepipeline:eu-west-1:111122223333:payments-prod"],
                "detail": {
                    "pipeline": "payments-prod", "execution-id": id, "start-time": "2026-09-28T17:33:53.888Z",
                    "stage": "Release", "action": "Approve", "action-execution-id": id, "state": state,
                    "region": "eu-west-1", "version": 1.0, "pipeline-execution-attempt": 1.0,
                    "type": { "owner": "AWS", "provider": "Manual", "category": "Approval", "version": "1" },
                },
            });
            json!({ "messageId": format!("m-{number}"), "eventSource": "aws:sqs", "body": body.to_string() })
        })
        .collect();
    json!({ "Records": records })
}
