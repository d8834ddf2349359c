//! The domain, by the minute: what is decided, when, and what is not.

mod causes;
mod glob;
mod ladder;
mod order;
mod table;
mod witness;
