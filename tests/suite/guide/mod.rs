//! `docs/policy.md` and the policies to copy from: what they say is what the program does.

mod blocks;
mod claims;
mod limits;
mod stories;
mod story;
