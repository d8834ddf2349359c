//! The servers that stand in for AWS: each is started by the test that needs it, on a port of its own, and ends with it.
//! `tests/tools/install` installs them.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sns::config::{Credentials, SharedCredentialsProvider};
use tempfile::TempDir;

use super::wait::until;

pub(crate) const REGION: &str = "us-east-1";
/// The account of every call to the servers.
pub(crate) const ACCOUNT: &str = "000000000000";
/// Somebody else can take a free port between the look for it and its use.
const TRIES: usize = 5;
/// How long a start or an end may take on a busy machine.
const SOON: u32 = 30;

pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    /// Where it keeps what it would else leave in the machine's folder for temporary files, and its `log`.
    _folder: TempDir,
}

impl Server {
    /// A DynamoDB and nothing else: the closest to AWS's.
    pub(crate) fn dynamodb() -> Self {
        Self::start(|port| {
            let mut command = Command::new(tool("dynoxide"));
            command.args(["--host", "127.0.0.1", "-p", &port.to_string()]);
            command
        })
    }

    /// Everything but CodePipeline, in one server.
    pub(crate) fn aws() -> Self {
        Self::start(|port| {
            let mut command = Command::new(tool("ministack"));
            command
                .env("BIND_HOST", "127.0.0.1")
                .env("GATEWAY_PORT", port.to_string())
                // It would listen to the whole network.
                .env("IOT_MTLS_ENABLED", "0");
            command
        })
    }

    fn start(command: impl Fn(u16) -> Command) -> Self {
        for _ in 0..TRIES {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let address = free_address();
            let log = File::create(folder.path().join("log")).expect("it can be made");
            let mut command = command(address.port());
            let name = command.get_program().display().to_string();
            let mut child = command
                .env("TMPDIR", folder.path())
                .current_dir(folder.path())
                .stdin(Stdio::null())
                .stdout(log.try_clone().expect("it can be shared"))
                .stderr(log)
                .spawn()
                .unwrap_or_else(|error| panic!("{name}: {error}; `tests/tools/install` installs it"));
            let is_there = until(&format!("{name} answers or is gone"), SOON, || {
                if TcpStream::connect(address).is_ok() {
                    return Some(true);
                }
                child.try_wait().expect("it can be asked").map(|_| false)
            });
            if is_there {
                return Self { child, address, _folder: folder };
            }
        }
        panic!("the server ended at once, {TRIES} times over");
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What clients of it need to know.
    pub(crate) fn config(&self) -> SdkConfig {
        config(&self.url())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It starts programs of its own, and does not end all of them.
        let started = descendants(self.child.id());
        self.end();
        for process in started {
            kill("-KILL", process);
        }
    }
}

impl Server {
    fn end(&mut self) {
        let is_told = kill("-TERM", self.child.id());
        for _ in 0..if is_told { 150 } else { 0 } {
            if self.child.try_wait().is_ok_and(|status| status.is_some()) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// What clients need to know of a server at `url`.
pub(crate) fn config(url: &str) -> SdkConfig {
    let credentials = Credentials::new("test", "test", None, None, "tests");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(url)
        .build()
}

/// A program that `tests/tools/install` installs.
pub(crate) fn tool(name: &str) -> PathBuf {
    tools().join("bin").join(name)
}

/// The Python of an environment that `tests/tools/install` makes.
pub(crate) fn python(environment: &str) -> PathBuf {
    tools().join(environment).join("bin/python")
}

#[expect(clippy::disallowed_methods, reason = "where the tools are is a setting of whoever runs the tests")]
fn tools() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("HOLDPOINT_TOOLS").unwrap_or_else(|| {
        let cache = variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
        cache.expect("HOME, XDG_CACHE_HOME or HOLDPOINT_TOOLS is set").join("holdpoint/tools")
    })
}

/// Says whether there was somebody to tell.
fn kill(signal: &str, process: u32) -> bool {
    let mut command = Command::new("kill");
    command.args([signal, &process.to_string()]).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// What a process has started, and what those have.
fn descendants(process: u32) -> Vec<u32> {
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // The parent stands second behind the name, which is in brackets and may hold anything.
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let parent = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(1)?.parse::<u32>().ok());
        parents.extend(parent.map(|parent| (id, parent)));
    }
    let mut found = vec![process];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(id, _)| *id));
        next += 1;
    }
    found.split_off(1)
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("it is bound")
}
