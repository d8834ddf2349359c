//! Waiting for another process: as short as it goes, and never for ever.

use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(20);

/// Looks again and again until there is something. Fails when that takes longer than so many seconds.
pub(crate) fn until<T>(what: &str, seconds: u32, mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..seconds * 50 {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(PAUSE);
    }
    panic!("after {seconds} seconds there is still not: {what}");
}

/// The same where looking is a call that has to be waited for.
pub(crate) async fn until_async<T>(what: &str, seconds: u32, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..seconds * 10 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(PAUSE * 5).await;
    }
    panic!("after {seconds} seconds there is still not: {what}");
}
