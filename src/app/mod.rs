//! The use cases, over ports. Each is a function; none reads a clock, the environment or a file by itself.

pub mod adopt;
pub mod adoption;
pub mod archive;
pub mod audit;
pub mod compare;
pub mod coverage;
pub mod dispatch;
pub mod enrich;
pub mod explain;
pub mod gauge;
pub mod ingest;
pub mod monitor;
pub mod observed;
pub mod pages;
pub mod prune;
pub mod reconcile;
pub mod replay;
pub mod resolve;
pub mod respond;
pub mod simulate;
pub mod survey;
pub mod sweep;
pub mod take;
pub mod tell;
