//! Who may call.

use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::TimeDelta;

use super::process::{Place, Server};
use crate::cli::run::{Ran, program, ran};
use crate::support::waiting::{asked, waiting};

const TOKEN: &str = "0f2c9a7be1d84536b0a1f7c2d3e4f506";

/// With a file that holds the token, as `openssl rand -hex 32 > token` would leave it.
fn with_token() -> Place {
    let place = Place::new();
    let file = place.file("token", &format!("{TOKEN}\n"));
    place.arg("--token-file", &file)
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
}

fn refused(mut command: Command) -> Ran {
    let ran = ran(command.output().expect("the program can be run"));
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
    ran
}

#[test]
fn an_address_that_others_can_reach_needs_a_token() {
    let place = Place::new();
    let mut command = program(&["serve", "--listen", "0.0.0.0:0", "--store"]);
    command.arg(place.store()).env_remove("HOLDPOINT_TOKEN_FILE");
    assert_eq!(
        refused(command).err,
        "holdpoint: others can reach 0.0.0.0:0, so callers must show a token: put one in a file (`openssl rand -hex \
         32`) and name it with --token-file, or listen on 127.0.0.1\n"
    );
    assert!(!place.store().exists(), "nothing was begun");
}

#[test]
fn a_token_that_is_short_or_not_there_is_refused() {
    let place = Place::new();
    let short = place.file("short", "secret\n");
    let missing = place.store();
    for (file, said) in
        [(short.as_str(), "shorter than 16 characters"), (&missing.to_string_lossy(), "cannot read the token file")]
    {
        let mut command = place.command();
        command.args(["--token-file", file]);
        let err = refused(command).err;
        assert!(err.contains(said), "{err}");
        assert!(!err.contains("secret"), "a token is never shown: {err}");
    }
}

#[test]
fn whoever_shows_no_token_or_a_wrong_one_gets_nothing() {
    let place = with_token();
    let server = place.serve();
    let bearer = |token: &str| format!("Bearer {token}");
    let shorter = &TOKEN[..TOKEN.len() - 1];
    let shown =
        ["".to_owned(), bearer("wrong"), bearer(shorter), basic("jane", "wrong"), basic(TOKEN, ""), TOKEN.to_owned()];
    for shown in &shown {
        let headers: Vec<(&str, &str)> =
            Some(("Authorization", shown.as_str())).filter(|h| !h.1.is_empty()).into_iter().collect();
        for answer in [
            server.get_with("/", &headers),
            server.get_with("/api/approvals", &headers),
            server.get_with("/api/malformed", &headers),
            server.post_with(request(), &headers),
        ] {
            assert_eq!(answer.status, 401, "{shown}: {answer:?}");
            assert!(answer.headers["www-authenticate"].starts_with("Basic realm="), "so that a browser asks");
            assert!(!answer.body.contains(TOKEN));
        }
    }
    assert_eq!(server.get("/healthz").status, 200, "whoever watches the process needs no token");
    let ours = [("Authorization", bearer(TOKEN))];
    let ours = ours.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(server.get_with("/api/approvals", &ours).json()["approvals"].as_array().map(Vec::len), Some(0));
}

fn request() -> String {
    asked(&waiting(1, TimeDelta::minutes(5)))
}

#[test]
fn the_token_opens_as_bearer_and_as_the_password_of_a_browser() {
    let place = with_token();
    let server = place.serve();
    for shown in [format!("Bearer {TOKEN}"), format!("bearer {TOKEN}"), basic("", TOKEN), basic("jane", TOKEN)] {
        let headers = [("Authorization", shown.as_str())];
        assert_eq!(server.get_with("/", &headers).status, 200, "{shown}");
        assert_eq!(server.post_with(request(), &headers).status, 200, "{shown}");
    }
    // Under whatever name the machine is reached.
    let from_afar = [("Authorization", &*format!("Bearer {TOKEN}")), ("Host", "holdpoint.example.com")];
    assert_eq!(server.get_with("/", &from_afar).status, 200);
}

fn is_forbidden(server: &Server, headers: &[(&str, &str)]) {
    for answer in [server.get_with("/", headers), server.post_with(request(), headers)] {
        assert_eq!(answer.status, 403, "{headers:?}: {answer:?}");
        assert!(!answer.error().is_empty());
    }
}

#[test]
fn other_web_sites_cannot_call_with_the_readers_browser() {
    let open = Place::new();
    let server = open.serve();
    let own = format!("http://{}", server.address());
    for origin in ["https://evil.example.com", "null", "http://127.0.0.1:1", "127.0.0.1"] {
        is_forbidden(&server, &[("Origin", origin)]);
    }
    assert_eq!(server.post_with(request(), &[("Origin", &own)]).status, 200, "the page's own calls are taken");

    let guarded = with_token();
    let server = guarded.serve();
    let shown = format!("Bearer {TOKEN}");
    is_forbidden(&server, &[("Origin", "https://evil.example.com"), ("Authorization", &shown)]);
}

#[test]
fn without_a_token_a_name_that_was_pointed_at_this_machine_opens_nothing() {
    let place = Place::new();
    let server = place.serve();
    let port = server.address().port();
    for host in ["evil.example.com", "evil.example.com:80", "127.0.0.1.evil.example.com", ""] {
        is_forbidden(&server, &[("Host", host)]);
    }
    for host in
        [format!("localhost:{port}"), format!("127.0.0.1:{port}"), "[::1]:80".to_owned(), "localhost".to_owned()]
    {
        assert_eq!(server.get_with("/", &[("Host", &host)]).status, 200, "{host}");
    }
}
