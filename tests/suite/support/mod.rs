//! What tests share.

pub(crate) mod answers;
pub(crate) mod codepipeline;
pub(crate) mod faulty;
pub(crate) mod generated;
pub(crate) mod history;
pub(crate) mod http;
pub(crate) mod runtime;
pub(crate) mod schema;
pub(crate) mod server;
pub(crate) mod sqs;
pub(crate) mod stack;
pub(crate) mod timeline;
pub(crate) mod wait;
pub(crate) mod waiting;
pub(crate) mod webhook;
pub(crate) mod world;
