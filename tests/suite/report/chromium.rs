//! A real browser, told what to do through a pipe by the protocol that its own tools for developers speak.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) struct Browser {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    calls: u64,
    page: Value,
    /// What it told unasked.
    told: Vec<Value>,
    /// Its profile.
    _folder: TempDir,
}

impl Browser {
    /// None where there is no Chromium, which on a machine that decides what may land is a failure.
    pub(crate) fn start() -> Option<Self> {
        if !is_there() {
            let says =
                "CHROMIUM IS NOT INSTALLED: the report was NOT tried in a browser; `tests/tools/install` installs it";
            assert!(!must_be_there(), "{says}");
            eprintln!("{says}");
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        // It reads from the third file and writes to the fourth.
        let mut child = Command::new("sh")
            .args(["-c", "exec chromium \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null", "sh"])
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
            .args(["--remote-debugging-pipe", "about:blank"])
            .arg(format!("--user-data-dir={}", folder.path().display()))
            .env("HOME", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("there is a shell");
        let (to, from) = (child.stdin.take().expect("asked for"), child.stdout.take().expect("asked for"));
        let from = BufReader::new(from);
        let mut browser = Self { child, to, from, calls: 0, page: Value::Null, told: Vec::new(), _folder: folder };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let target = json!({ "targetId": target["targetId"], "flatten": true });
        browser.page = browser.call("Target.attachToTarget", target)["sessionId"].clone();
        for part in ["Page", "Runtime", "Log", "Network", "DOM", "Accessibility"] {
            browser.call(&format!("{part}.enable"), json!({}));
        }
        Some(browser)
    }

    /// Calls a method of the protocol and waits for its answer.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Value {
        self.calls += 1;
        let mut call = json!({ "id": self.calls, "method": method, "params": params });
        if !self.page.is_null() {
            call["sessionId"] = self.page.clone();
        }
        self.to.write_all(format!("{call}\0").as_bytes()).expect("it listens");
        loop {
            let heard = self.hear();
            if heard["id"] == self.calls {
                assert!(heard["error"].is_null(), "{method}: {}", heard["error"]);
                return heard["result"].clone();
            }
            self.told.push(heard);
        }
    }

    fn hear(&mut self) -> Value {
        let mut message = Vec::new();
        self.from.read_until(0, &mut message).expect("it can be read");
        assert_eq!(message.pop(), Some(0), "it is gone");
        serde_json::from_slice(&message).expect("it speaks JSON")
    }

    /// Opens a file and waits until all of it is there. What was told before is forgotten.
    pub(crate) fn open(&mut self, path: &Path) {
        self.told.clear();
        self.call("Page.navigate", json!({ "url": format!("file://{}", path.display()) }));
        while !self.has_told("Page.loadEventFired") {
            let heard = self.hear();
            self.told.push(heard);
        }
    }

    /// What an expression is in the page.
    pub(crate) fn ask(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.call("Runtime.evaluate", params);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// The window's size; a narrow one is a phone's.
    pub(crate) fn resize(&mut self, width: u32, height: u32) {
        let is_phone = width < 600;
        let scale = if is_phone { 2 } else { 1 };
        self.call(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": is_phone }),
        );
    }

    /// `light` or `dark`, `screen` or `print`.
    pub(crate) fn show_as(&mut self, theme: &str, media: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": theme }]);
        self.call("Emulation.setEmulatedMedia", json!({ "media": media, "features": features }));
    }

    pub(crate) fn press(&mut self, key: &str) {
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            other => panic!("{other}: say here which number it has"),
        };
        let text = if key == "Enter" { "\r" } else { "" };
        for kind in ["keyDown", "keyUp"] {
            let params = json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text });
            self.call("Input.dispatchKeyEvent", params);
        }
    }

    pub(crate) fn write(&mut self, text: &str) {
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// As a PDF for paper.
    pub(crate) fn print(&mut self) -> Vec<u8> {
        let params =
            json!({ "preferCSSPageSize": true, "paperWidth": 8.27, "paperHeight": 11.69, "printBackground": false });
        let pdf = self.call("Page.printToPDF", params);
        STANDARD.decode(pdf["data"].as_str().expect("a text")).expect("base64")
    }

    /// Errors of scripts, and what the page was not allowed to do.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let kinds = ["Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"];
        let complaints = self.told.iter().filter(|told| kinds.iter().any(|kind| told["method"] == *kind));
        complaints.map(|told| told["params"].to_string()).collect()
    }

    /// What was asked for, from the network or elsewhere, and not stopped by the page's own policy.
    pub(crate) fn requests(&self) -> Vec<String> {
        let of = |method: &'static str| {
            self.told.iter().filter(move |told| told["method"] == method).map(|told| &told["params"])
        };
        let stopped: Vec<&Value> =
            of("Network.loadingFailed").filter(|failed| failed["blockedReason"] == "csp").collect();
        of("Network.requestWillBeSent")
            .filter(|asked| !stopped.iter().any(|failed| failed["requestId"] == asked["requestId"]))
            .map(|asked| asked["request"]["url"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    fn has_told(&self, method: &str) -> bool {
        self.told.iter().any(|told| told["method"] == method)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let close = json!({ "id": 0, "method": "Browser.close" });
        if self.to.write_all(format!("{close}\0").as_bytes()).is_err() {
            self.child.kill().ok();
        }
        // Whatever it has to say before it is gone.
        while self.from.read_until(0, &mut Vec::new()).is_ok_and(|length| length > 0) {}
        self.child.wait().ok();
    }
}

fn is_there() -> bool {
    let mut command = Command::new("sh");
    command.args(["-c", "command -v chromium"]).stdout(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[expect(clippy::disallowed_methods, reason = "whether it may be absent is a setting of whoever runs the tests")]
fn must_be_there() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}
