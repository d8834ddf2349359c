//! `holdpoint serve` as a process of its own: what its callers, its operators and the other side of a webhook see.

mod aws;
mod callers;
mod crash;
mod demo;
mod events;
mod explained;
mod lists;
mod notices;
mod process;
mod respond;
