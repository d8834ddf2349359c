//! All tests that go through the crate's public face, in one binary.

mod cli;
mod conformance;
mod domain;
mod infra;
mod layers;
mod notice;
mod policyfile;
mod record;
mod rules;
mod scenarios;
mod serve;
mod servers;
mod simulation;
mod support;
mod wire;
