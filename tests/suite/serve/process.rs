//! Starting the program, talking to it, and ending it one way or another.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tempfile::TempDir;

use crate::cli::run::{program, ran};
use crate::support::http::{Answer, request};
use crate::support::wait::until;

/// How long a start, a stop or an answer may take on a busy machine.
pub(super) const SOON: u32 = 20;

/// A folder with a store, and what else a server is told.
pub(super) struct Place {
    folder: TempDir,
    store: String,
    args: Vec<String>,
    variables: Vec<(String, String)>,
}

impl Place {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = plain(&folder.path().join("store.sqlite")).to_owned();
        Self { folder, store, args: Vec::new(), variables: Vec::new() }
    }

    /// With a policy file of this text.
    pub(super) fn with_policy(text: &str) -> Self {
        let mut place = Self::new();
        let path = place.file("policy.yaml", text);
        place.args.extend(["--policy".to_owned(), path]);
        place
    }

    pub(super) fn arg(mut self, name: &str, value: &str) -> Self {
        self.args.extend([name.to_owned(), value.to_owned()]);
        self
    }

    pub(super) fn flag(mut self, name: &str) -> Self {
        self.args.push(name.to_owned());
        self
    }

    /// With its facts elsewhere than in a file of its folder.
    pub(super) fn store_in(mut self, store: &str) -> Self {
        store.clone_into(&mut self.store);
        self
    }

    pub(super) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = (&String, &String)> {
        self.variables.iter().map(|(name, value)| (name, value))
    }

    /// Writes a file into the folder, and says where it is.
    pub(super) fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).expect("it can be written");
        path.to_str().expect("a plain path").to_owned()
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn store(&self) -> PathBuf {
        PathBuf::from(&self.store)
    }

    /// `holdpoint serve` on any free port, not yet started.
    pub(super) fn command(&self) -> Command {
        let mut command = program(&["serve", "--listen", "127.0.0.1:0", "--store", &self.store]);
        command.args(&self.args).stdin(Stdio::null());
        // Whatever stands between the machine and the world must not come between the server and the tests.
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HOLDPOINT_LOG", "HOLDPOINT_TOKEN_FILE"] {
            command.env_remove(name);
        }
        command.envs(self.variables());
        command
    }

    pub(super) fn serve(&self) -> Server {
        Server::start(self)
    }

    /// What its servers have logged.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.path("log.txt")).unwrap_or_default()
    }

    /// What `holdpoint NAME ARGS` says about the store.
    pub(super) fn ask(&self, args: &[&str]) -> String {
        let mut command = program(&[args, &["--store", &self.store]].concat());
        command.envs(self.variables()).stdin(Stdio::null());
        ran(command.output().expect("the program can be run")).done()
    }

    /// The facts about an approval, each under its kind.
    pub(super) fn facts(&self, approval: &str) -> Vec<(String, Value)> {
        let explained: Value =
            serde_json::from_str(&self.ask(&["explain", approval, "--format", "json"])).expect("it is JSON");
        let facts = explained["facts"].as_array().expect("there are facts");
        let fact = |fact: &Value| fact["fact"].as_object().expect("a fact has a kind").clone().into_iter().next();
        facts.iter().filter_map(fact).collect()
    }
}

fn plain(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// A server that runs.
pub(super) struct Server {
    child: Child,
    address: SocketAddr,
    out: Arc<Mutex<String>>,
}

impl Server {
    fn start(place: &Place) -> Self {
        let log = File::options().create(true).append(true).open(place.path("log.txt")).expect("it can be written");
        let mut child = place.command().stdout(Stdio::piped()).stderr(log).spawn().expect("the program can be run");
        let stdout = BufReader::new(child.stdout.take().expect("it was asked for"));
        let out = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&out);
        // From a thread of its own, so that the server never waits for somebody to read what it says. It ends with it.
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let mut kept = kept.lock().expect("nobody panics with it");
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        let mut server = Self { child, address: ([127, 0, 0, 1], 0).into(), out };
        let first = until("the address", SOON, || {
            let has_ended = server.child.try_wait().expect("it can be asked").is_some();
            assert!(!has_ended, "it ended at once: {}", place.log());
            server.out().lines().next().map(str::to_owned)
        });
        let address = first.strip_prefix("holdpoint listens on http://").expect("it says first where it listens");
        server.address = address.parse().expect("an address");
        server
    }

    /// What it has said on standard output so far.
    pub(super) fn out(&self) -> String {
        self.out.lock().expect("nobody panics with it").clone()
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn get(&self, target: &str) -> Answer {
        self.get_with(target, &[])
    }

    pub(super) fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        request(self.address, "GET", target, headers, b"").expect("it answers")
    }

    pub(super) fn post(&self, body: impl AsRef<[u8]>) -> Answer {
        self.post_with(body, &[])
    }

    pub(super) fn post_with(&self, body: impl AsRef<[u8]>, headers: &[(&str, &str)]) -> Answer {
        request(self.address, "POST", "/events", headers, body.as_ref()).expect("it answers")
    }

    /// Every approval that `/api/approvals` lists with this query, page by page.
    pub(super) fn approvals(&self, query: &str) -> Vec<Value> {
        let mut listed = Vec::new();
        let mut after = String::new();
        loop {
            let answer = self.get(&format!("/api/approvals?{query}{after}"));
            assert_eq!(answer.status, 200, "{answer:?}");
            let page = answer.json();
            listed.extend(page["approvals"].as_array().expect("a list").iter().cloned());
            let Some(next) = page["next"].as_str() else { return listed };
            after = format!("&after={next}");
        }
    }

    fn signal(&self, name: &str) {
        // By the shell's own command, so that nothing needs to be installed for it.
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status();
        assert!(sent.expect("there is a shell").success(), "the signal arrives");
    }

    /// Tells it to stop, and waits until it has.
    pub(super) fn terminate(self) -> ExitStatus {
        self.terminate_within(SOON)
    }

    pub(super) fn terminate_within(mut self, seconds: u32) -> ExitStatus {
        self.signal("TERM");
        self.wait(seconds)
    }

    /// Ends it without giving it a chance to do anything about it.
    pub(super) fn kill(mut self) {
        self.signal("KILL");
        assert!(self.wait(SOON).code().is_none(), "it was killed");
    }

    fn wait(&mut self, seconds: u32) -> ExitStatus {
        until("the end of the program", seconds, || self.child.try_wait().expect("it can be asked"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // For a test that fails; it has ended otherwise.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
