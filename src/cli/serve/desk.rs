//! What the handlers of requests need.

use std::sync::Arc;

use super::guard::Guard;
use super::respond::turnstile::Turnstile;
use super::shared::Shared;

pub(super) struct Desk<C, K> {
    pub(super) shared: Arc<Shared<C, K>>,
    pub(super) guard: Guard,
    pub(super) turnstile: Turnstile,
}
