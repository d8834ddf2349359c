//! What everything that runs in the service shares.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{Notify, mpsc, watch};

use super::health::Health;
use super::meters::Meters;
use crate::app::monitor::{Monitor, Taken};
use crate::app::tell::Change;
use crate::cli::documents::Documents;
use crate::cli::store::AnyStore;
use crate::ports::channel::Channels;
use crate::ports::clock::Clock;
use crate::ports::store::StoreError;

/// The monitor, as this program puts it together.
pub(super) type App<C, K> = Arc<Monitor<AnyStore, C, Meters, Bus, K>>;

/// Where other programs are told what happened, if anywhere.
#[cfg(feature = "aws")]
pub(super) type Bus = Option<crate::adapters::eventbridge::EventBridge>;
#[cfg(not(feature = "aws"))]
pub(super) type Bus = Option<crate::ports::events::NoEvents>;

pub(super) struct Shared<C, K> {
    monitor: RwLock<App<C, K>>,
    /// Wakes the loop, because something may have become due.
    pub(super) wake: Notify,
    pub(super) health: Health,
    show: Box<dyn Fn(&Change) + Send + Sync>,
    /// To whoever asks CodePipeline about what has ended.
    asks: Option<mpsc::Sender<Vec<Change>>>,
    stop: watch::Sender<bool>,
}

impl<C: Channels, K: Clock> Shared<C, K> {
    /// `show` is told of every change.
    pub(super) fn new(
        monitor: App<C, K>,
        show: impl Fn(&Change) + Send + Sync + 'static,
        asks: Option<mpsc::Sender<Vec<Change>>>,
    ) -> Self {
        Self {
            monitor: RwLock::new(monitor),
            wake: Notify::new(),
            health: Health::default(),
            show: Box::new(show),
            asks,
            stop: watch::Sender::new(false),
        }
    }

    /// The monitor under the policy that holds now.
    pub(super) fn monitor(&self) -> App<C, K> {
        Arc::clone(&self.monitor.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on another policy holds.
    pub(super) fn replace(&self, monitor: App<C, K>) {
        *self.monitor.write().unwrap_or_else(PoisonError::into_inner) = monitor;
    }

    /// Takes in every JSON document of a text. What is taken in when the store fails stays so.
    pub(super) async fn take(&self, text: &[u8], source: &str) -> (Taken, Result<(), StoreError>) {
        let monitor = self.monitor();
        let mut taken = Taken::default();
        let result = take_all(&monitor, text, source, &mut taken).await;
        self.tell(&taken.changes);
        if let Some(asks) = self.asks.as_ref().filter(|_| !taken.changes.is_empty()) {
            // Where too much happens at once, the comparison with CodePipeline asks later.
            asks.try_send(std::mem::take(&mut taken.changes)).ok();
        }
        (taken, result)
    }

    /// Tells what has changed to whoever wants to know.
    pub(super) fn tell(&self, changes: &[Change]) {
        changes.iter().for_each(&self.show);
        self.wake.notify_one();
    }

    pub(super) fn show(&self, change: &Change) {
        (self.show)(change);
    }

    /// Whoever works sees by this that it is time to stop.
    pub(super) fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    pub(super) fn stop(&self) {
        self.stop.send_replace(true);
    }
}

async fn take_all<C: Channels, K: Clock>(
    monitor: &App<C, K>,
    text: &[u8],
    source: &str,
    taken: &mut Taken,
) -> Result<(), StoreError> {
    let mut documents = Documents::new(text);
    // Reading from memory cannot fail.
    while let Ok(Some(document)) = documents.next() {
        monitor.take(&document.text, document.problem, source, document.line, taken).await?;
        tokio::task::yield_now().await;
    }
    Ok(())
}
