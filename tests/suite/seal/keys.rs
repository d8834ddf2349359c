//! Who signed.

use std::fs;
use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use insta::assert_snapshot;

use super::{Made, edit, numbered, verify};
use crate::cli::run::{holdpoint, ran};

#[test]
fn a_key_is_made_once_and_is_for_its_owner_alone() {
    let made = Made::new();
    let path = made.kept.path("new.pem");
    let told = holdpoint(&["audit", "keygen", &path]).done();
    assert_snapshot!(told.replace(&made.kept.path(""), "…/"), @"
    …/new.pem: the secret key, for `holdpoint audit export --key`
    …/new.pem.pub: the public key, for `holdpoint audit verify --key`
    ");
    let mode = fs::metadata(&path).expect("it is there").permissions();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);
    let secret = fs::read(&path).expect("it is there");
    let refused = |left: &str| {
        let again = holdpoint(&["audit", "keygen", &path]);
        assert_eq!(again.code, Some(1));
        assert!(again.err.contains(&format!("`{left}` is there already")), "{}", again.err);
    };
    let public = format!("{path}.pub");
    refused(&public);
    fs::remove_file(&public).expect("it is there");
    refused(&path);
    assert!(!fs::exists(&public).expect("it can be seen"), "half a pair is made for no key");
    fs::remove_file(&path).expect("it is there");
    holdpoint(&["audit", "keygen", &path]).done();
    assert_ne!(fs::read(&path).expect("it is there"), secret, "no key is made twice");
    let out = made.kept.path("own");
    made.kept.ask(&["audit", "export", "--format", "csv", "--out", &out, "--key", &path]).silent();
    assert!(verify(out.as_ref(), &["--key", &public]).is_well());
}

#[test]
fn a_secret_that_others_may_read_signs_nothing() {
    let made = Made::new();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o640);
    fs::set_permissions(made.kept.path("key.pem"), open).expect("it is one's own");
    let refused = made.export(&["--format", "csv"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("others may read") && refused.err.contains("chmod 600"), "{}", refused.err);
}

#[test]
fn without_a_key_it_is_said_that_the_named_one_can_be_anybodys() {
    let made = Made::series();
    let series = made.kept.path("series");
    assert_snapshot!(holdpoint(&["audit", "verify", &series]).done(), @"
    0001-begin-2026-10-07-csv
      checkpoint 1: 9 approvals, 61 facts, from the beginning to 2026-10-07T00:00:00Z; signed by the key that it names
    0002-2026-10-07-2026-10-09-jsonl
      checkpoint 2: 5 approvals, 55 facts, from 2026-10-07T00:00:00Z to 2026-10-09T00:00:00Z; signed by the key that it names
    0003-2026-10-09-2026-10-13-csv
      checkpoint 3: 6 approvals, 57 facts, from 2026-10-09T00:00:00Z to 2026-10-13T00:00:00Z; signed by the key that it names
    0004-begin-2026-11-01-jsonl
      checkpoint 4: 19 approvals, 150 facts, from the beginning to 2026-11-01T00:00:00Z; signed by the key that it names
    All is as it was written.
    Held against the key that the checkpoints name themselves, which does not prove whose key that is: give the one that you were handed with --key.
    ");
    let said = verify(&made.folder(), &[]);
    assert_eq!(said.0["exports"][0]["signature"], "by_the_key_named");
}

#[test]
fn an_unsigned_series_is_said_to_be_held_together_by_hashes_alone() {
    let made = Made::new();
    let out = made.kept.path("series");
    let told = made.kept.ask(&["audit", "export", "--format", "csv", "--out", &out]).silent().err;
    assert!(told.contains("checkpoint 1, not signed, SHA-256 "), "{told}");
    let said = holdpoint(&["audit", "verify", &out]).done();
    assert!(said.contains("Not signed: nothing but hashes holds this together"), "{said}");
    assert!(verify(&made.folder(), &[]).is_well());
    assert_eq!(made.verify(&made.folder()).problems(), ["signature_missing 0001 checkpoint.sig number 1"]);
}

#[test]
fn what_was_not_signed_yet_is_held_by_the_next_that_is_and_by_none_before_it() {
    let made = Made::new();
    let out = made.kept.path("series");
    let unsigned =
        |to: &str| made.kept.ask(&["audit", "export", "--format", "csv", "--out", &out, "--to", to]).silent();
    unsigned("2026-10-07");
    unsigned("2026-10-08");
    made.export(&["--format", "csv", "--to", "2026-10-09"]).silent();
    let said = made.verify(&made.folder());
    assert!(said.is_well(), "{}", said.lines());
    assert_eq!(said.signatures(), ["by_a_later_one", "by_a_later_one", "by_the_key_given"]);
    assert!(verify(&made.folder(), &[]).is_well());
    let told = holdpoint(&["audit", "verify", &out, "--key", &made.kept.path("key.pub")]).done();
    assert_eq!(told.matches("; not signed, but held by one that is").count(), 2, "{told}");
    assert!(!told.contains("nothing but hashes"), "{told}");
    unsigned("2026-10-10");
    let said = made.verify(&made.folder());
    assert_eq!(said.problems(), ["signature_missing 0004 checkpoint.sig number 4"]);
    // Whoever writes an early one anew cannot have it held.
    let said = made.after(|series| {
        fs::remove_dir_all(numbered(series, 4)).expect("it is there");
        edit(&numbered(series, 1).join("checkpoint.json"), |text| text.replace("\"facts\": 61", "\"facts\": 60"));
    });
    assert_snapshot!(said.lines(), @"
    count_wrong 0001 checkpoint.json
    previous_differs 0002 checkpoint.json number 1
    signature_missing 0001 checkpoint.sig number 1
    ");
    // Nor can a signature be taken away together with the name of its signer.
    let said = made.after(|series| {
        fs::remove_dir_all(numbered(series, 4)).expect("it is there");
        fs::remove_file(numbered(series, 3).join("checkpoint.sig")).expect("it is there");
        edit(&numbered(series, 3).join("checkpoint.json"), |text| {
            let (before, _) = text.split_once("\"signer\"").expect("it names one");
            format!("{before}\"signer\": null\n}}\n")
        });
    });
    assert_snapshot!(said.lines(), @"
    signature_missing 0001 checkpoint.sig number 1
    signature_missing 0002 checkpoint.sig number 2
    signature_missing 0003 checkpoint.sig number 3
    ");
}

#[test]
fn a_checkpoint_that_was_signed_again_with_another_key_is_told() {
    let made = Made::new();
    for (key, to) in [("key.pem", "2026-10-07"), ("other.pem", "2026-10-08")] {
        made.export_by(key, &["--format", "csv", "--to", to]).silent();
    }
    assert_snapshot!(made.verify(&made.folder()).lines(), @"signature_by_another_key 0002 checkpoint.sig number 2");
    // Also where nobody says which key is the right one.
    assert_snapshot!(verify(&made.folder(), &[]).lines(), @"signature_by_another_key 0002 checkpoint.json number 2");
    // A key that was changed on purpose.
    let public = made.kept.path("other.pub");
    let openssl = ["pkey", "-in", &made.kept.path("other.pem"), "-pubout", "-out", &public];
    assert!(Command::new("openssl").args(openssl).status().expect("openssl is there").success());
    let both = ["--key", &made.kept.path("key.pub"), "--key", &public];
    let said = verify(&made.folder(), &both);
    assert!(said.is_well(), "{}", said.lines());
    // The first export anew by the other key, with the name of the right one left in: the signature is wrong; with its own
    // name, the next one does not follow it.
    fs::remove_dir_all(numbered(&made.folder(), 1)).expect("it is there");
    let forged = Made::new();
    forged.export_by("other.pem", &["--format", "csv", "--to", "2026-10-07"]).silent();
    let forged = numbered(&forged.folder(), 1);
    fs::rename(&forged, made.folder().join(forged.file_name().expect("it has a name"))).expect("it can be moved");
    assert_snapshot!(made.verify(&made.folder()).lines(), @"
    previous_differs 0002 checkpoint.json number 1
    signature_by_another_key 0001 checkpoint.sig number 1
    signature_by_another_key 0002 checkpoint.sig number 2
    ");
}

#[test]
fn a_signature_of_something_else_is_none() {
    let made = Made::series();
    let signature = |n| numbered(&made.folder(), n).join("checkpoint.sig");
    let of_another = fs::read(signature(1)).expect("it is there");
    let garbage = format!("{}\n", BASE64_STANDARD.encode([0_u8; 64]));
    for wrong in [of_another.as_slice(), b"", b"\n", b"nonsense\n", garbage.as_bytes()] {
        let said = made.after(|series| {
            fs::write(numbered(series, 2).join("checkpoint.sig"), wrong).expect("it can be written");
        });
        assert_eq!(said.problems(), ["signature_wrong 0002 checkpoint.sig number 2"]);
    }
}

#[test]
fn openssl_takes_the_signature_too() {
    let made = Made::series();
    let folder = numbered(&made.folder(), 1);
    let text = fs::read_to_string(folder.join("checkpoint.sig")).expect("it is there");
    let raw = made.kept.path("raw.sig");
    fs::write(&raw, BASE64_STANDARD.decode(text.trim_end()).expect("base64")).expect("it can be written");
    let checkpoint = folder.join("checkpoint.json");
    let (key, file) = (made.kept.path("key.pub"), checkpoint.to_str().expect("a plain path"));
    let args = ["pkeyutl", "-verify", "-pubin", "-inkey", &key, "-rawin", "-in", file, "-sigfile", &raw];
    let said = ran(Command::new("openssl").args(args).output().expect("openssl is there"));
    assert_eq!((said.code, said.out.as_str()), (Some(0), "Signature Verified Successfully\n"), "{}", said.err);
}
