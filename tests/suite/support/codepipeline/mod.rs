//! A CodePipeline to test against: HTTP on loopback, in the shapes that were recorded of AWS's, spoken to by the SDK's own
//! client. Approvals are held open until a test decides. The account of a call is that of its access key, its region that of
//! its signature, so one server stands for all accounts and regions. STS is here as well, for roles of other accounts.

mod answer;
pub(crate) mod events;
mod sts;
pub(crate) mod world;

use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_codepipeline::config::Credentials;
use serde_json::{Value, json};

use super::http::{Head, read_body, read_head};

pub(crate) use self::world::{Definition, Gate, Mode, World};

/// The account of calls that assume no role.
pub(crate) const OWN: &str = "111122223333";
pub(crate) const REGION: &str = "eu-west-1";
/// What an access key begins with; its account follows.
pub(crate) const KEY: &str = "AKIA";

pub(crate) struct CodePipelineServer {
    world: Arc<Mutex<World>>,
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl CodePipelineServer {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let (world, is_over) = (Arc::new(Mutex::new(World::new())), Arc::new(AtomicBool::new(false)));
        let (shared, told) = (Arc::clone(&world), Arc::clone(&is_over));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if told.load(Ordering::SeqCst) {
                    break;
                }
                let (stream, shared) = (stream.expect("a connection can be taken"), Arc::clone(&shared));
                std::thread::spawn(move || serve(stream, &shared));
            }
        });
        Self { world, address, is_over, thread: Some(thread) }
    }

    /// What is there, to look at and to change.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("nobody panics with it")
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) async fn config(&self) -> SdkConfig {
        self.config_at(&Caller::own()).await
    }

    /// For calls from that account and region.
    pub(crate) async fn config_at(&self, caller: &Caller) -> SdkConfig {
        let key = Credentials::new(format!("{KEY}{}", caller.account), "secret", None, None, "tests");
        aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(caller.region.clone()))
            .credentials_provider(key)
            .endpoint_url(self.url())
            .load()
            .await
    }
}

impl Drop for CodePipelineServer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes the thread from its wait for the next connection.
        TcpStream::connect(self.address).ok();
        self.thread.take().map(JoinHandle::join);
    }
}

/// Who calls, and from where: read out of the signature.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Caller {
    pub(crate) account: String,
    pub(crate) region: String,
}

impl Caller {
    pub(crate) fn own() -> Self {
        Self { account: OWN.to_owned(), region: REGION.to_owned() }
    }

    fn of(headers: &Head) -> Option<Self> {
        // AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, ...
        let scope = headers.1.get("authorization")?.split("Credential=").nth(1)?;
        let mut parts = scope.split('/');
        let account = parts.next()?.strip_prefix(KEY)?.to_owned();
        Some(Self { account, region: parts.nth(1)?.to_owned() })
    }
}

/// An error of the service, by its name.
pub(crate) struct Refusal(pub(crate) &'static str, pub(crate) String);

fn serve(stream: TcpStream, world: &Mutex<World>) {
    let mut reader = BufReader::new(&stream);
    let Ok(head) = read_head(&mut reader) else { return };
    let Ok(body) = read_body(&mut reader, &head.1) else { return };
    let Some(caller) = Caller::of(&head) else { return write(&stream, 403, "application/x-amz-json-1.1", "{}") };
    let mut world = world.lock().expect("nobody panics with it");
    let Some(operation) = head.1.get("x-amz-target").and_then(|target| target.strip_prefix("CodePipeline_20150709."))
    else {
        let (status, answer) = sts::answer(&world, &caller, &body);
        return write(&stream, status, "text/xml", &answer);
    };
    let request: Value = serde_json::from_str(&body).expect("the SDK writes JSON");
    let (status, answer) = match answer::answer(&mut world, &caller, operation, &request) {
        Ok(answer) => (200, answer),
        Err(Refusal("ServiceUnavailable", _)) => (503, json!({})),
        Err(Refusal(name, message)) => (400, json!({ "__type": name, "message": message })),
    };
    drop(world);
    write(&stream, status, "application/x-amz-json-1.1", &answer.to_string());
}

fn write(mut stream: &TcpStream, status: u16, kind: &str, body: &str) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} So\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    // Whoever called may be gone.
    stream.write_all(head.as_bytes()).ok();
}
