//! All tests that go through the crate's public face, in one binary.

mod archive;
mod calendar;
mod cli;
mod conformance;
mod doctor;
mod domain;
mod dynamodb;
mod events;
mod explain;
mod infra;
mod lambda;
mod layers;
mod metrics;
mod notice;
mod policyfile;
mod policysource;
mod reconcile;
mod record;
mod rules;
mod scenarios;
mod serve;
mod servers;
mod simulation;
mod sns;
mod support;
mod wire;
