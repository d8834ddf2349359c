//! Reading ahead: the next messages are read on a second thread while the store writes what came of the last ones.

use std::sync::mpsc::sync_channel;
use std::thread;

use super::{Message, Reading, read};
use crate::domain::Timestamp;

/// Handed over at a time, so that the handing over costs next to nothing.
const BATCH: usize = 128;
/// Or as soon as they are this long together.
const BATCH_BYTES: usize = 1024 * 1024;
/// How many batches wait at most: enough to even out, and few enough to keep memory flat.
const AHEAD: usize = 4;

/// A text on its way to be read, with whatever its owner wants to know of it.
pub trait Text: Send + 'static {
    /// The JSON text, or what is wrong with it.
    fn text(&self) -> Result<&str, &str>;
}

/// What was read of a text.
pub struct Ahead<T> {
    pub of: T,
    readings: Vec<Reading>,
}

impl<T: Text> Ahead<T> {
    /// The messages. Those that carry no time are read again as received at `now`, which nobody knew ahead.
    pub fn readings(&mut self, now: Timestamp) -> Vec<Reading> {
        let is_undated = |reading: &Reading| reading.at.is_none() && matches!(reading.message, Message::Heard(_));
        match self.of.text() {
            Ok(text) if self.readings.iter().any(is_undated) => read(text, now),
            _ => std::mem::take(&mut self.readings),
        }
    }
}

/// The texts in their order, each with its readings.
pub fn read_ahead<T: Text>(texts: impl Iterator<Item = T> + Send + 'static) -> impl Iterator<Item = Ahead<T>> {
    let (sender, receiver) = sync_channel(AHEAD);
    thread::spawn(move || {
        let mut batch = Vec::with_capacity(BATCH);
        let mut bytes = 0;
        for of in texts {
            let readings = match of.text() {
                Ok(text) => read(text, Timestamp::MIN_UTC),
                Err(problem) => vec![Reading::malformed(problem)],
            };
            bytes += of.text().map_or(0, str::len);
            batch.push(Ahead { of, readings });
            if batch.len() == BATCH || bytes >= BATCH_BYTES {
                bytes = 0;
                let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                // Whoever wanted them is gone.
                if sender.send(full).is_err() {
                    return;
                }
            }
        }
        sender.send(batch).ok();
    });
    receiver.into_iter().flatten()
}
