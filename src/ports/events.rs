//! Where other programs are told what happened.

use std::future::Future;

use super::EntryError;
use crate::domain::DomainEvent;

/// An event under its id, which is unique for ever: whoever gets it twice can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    pub id: String,
    pub event: DomainEvent,
}

/// Takes events. A call may be repeated with the same events after a crash or a lost answer.
pub trait Events: Send + Sync {
    /// Says of each event, in their order, what became of it. None holds back another.
    fn publish(&self, events: &[Published]) -> impl Future<Output = Vec<Result<(), EntryError>>> + Send;
}

/// Nobody listens.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoEvents;

impl Events for NoEvents {
    async fn publish(&self, events: &[Published]) -> Vec<Result<(), EntryError>> {
        events.iter().map(|_| Ok(())).collect()
    }
}

/// Somewhere, or nowhere.
impl<E: Events> Events for Option<E> {
    async fn publish(&self, events: &[Published]) -> Vec<Result<(), EntryError>> {
        match self {
            Some(listener) => listener.publish(events).await,
            None => NoEvents.publish(events).await,
        }
    }
}
