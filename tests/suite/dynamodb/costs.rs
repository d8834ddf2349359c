//! What an approval and an idle minute cost, in DynamoDB's units: half a read is 4 KB from an index, a read is 4 KB of the
//! table as it is now, a write is 1 KB, and twice that in a transaction. The documentation quotes these figures.

use std::fmt::Write;
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use holdpoint::adapters::dynamodb::{DynamoStore, create_table};
use holdpoint::app::monitor::{Monitor, Taken};
use holdpoint::domain::Timestamp;
use holdpoint::domain::policy::Rules;
use holdpoint::ports::clock::Clock;
use holdpoint::ports::events::NoEvents;

use super::TABLE;
use super::meter::{Cost, Inbox, Meter};
use crate::support::history::{Fate, Run};
use crate::support::server::Server;
use crate::support::world::{minute, rules};

/// A clock that stands.
#[derive(Clone)]
struct Standing(Arc<Mutex<Timestamp>>);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("nobody panics with it")
    }

    fn wall_time_until(&self, _: Timestamp) -> std::time::Duration {
        std::time::Duration::ZERO
    }
}

struct Measured {
    monitor: Monitor<DynamoStore, Inbox, Inbox, NoEvents, Standing>,
    meter: Meter,
    clock: Standing,
    _server: Server,
}

impl Measured {
    async fn new() -> Self {
        let server = Server::dynamodb();
        let meter = Meter::default();
        let config = aws_sdk_dynamodb::config::Builder::from(&server.config()).interceptor(meter.clone()).build();
        let client = aws_sdk_dynamodb::Client::from_conf(config);
        create_table(&client, TABLE).await.expect("the table can be made");
        let clock = Standing(Arc::new(Mutex::new(minute(0))));
        let monitor = Monitor {
            store: DynamoStore::new(client, TABLE),
            // Its events go out too, as they do where a bus is set up.
            rules: Rules { publishes_events: true, ..rules() },
            channels: Inbox::default(),
            metrics: Inbox::default(),
            events: NoEvents,
            policy_is_invalid: false,
            clock: clock.clone(),
            links: None,
        };
        Self { monitor, meter, clock, _server: server }
    }

    /// Tells these events of a run at this time.
    async fn hear(&self, run: &Run, events: std::ops::Range<usize>, at: Timestamp) -> Cost {
        *self.clock.0.lock().expect("nobody panics with it") = at;
        for event in &run.events()[events] {
            let mut taken = Taken::default();
            self.monitor.take(event, None, "test", 1, &mut taken).await.expect("it is taken");
            assert_eq!(taken.malformed, 0);
        }
        self.meter.take()
    }

    /// What the sweep function does each minute.
    async fn round(&self, at: Timestamp) -> Cost {
        *self.clock.0.lock().expect("nobody panics with it") = at;
        self.monitor.round_until(|_| {}, at + TimeDelta::minutes(1)).await.expect("it works");
        self.meter.take()
    }
}

fn run(number: u64) -> Run {
    let wait = TimeDelta::minutes(150);
    Run { number, pipeline: 0, asked_at: minute(0), wait, fate: Fate::Approved }
}

/// Of a run's twelve events: those before its approval, the request, the answer, its event, and those that follow.
const BEFORE: std::ops::Range<usize> = 0..7;
const REQUEST: std::ops::Range<usize> = 7..8;
const DECISION: std::ops::Range<usize> = 8..9;
const END: std::ops::Range<usize> = 9..10;
const AFTER: std::ops::Range<usize> = 10..12;

#[tokio::test]
async fn an_approval_and_an_idle_minute_cost_what_the_documentation_says() {
    let measured = Measured::new().await;
    // The first run also notes its gate and its month, once for each process.
    measured.hear(&run(1), BEFORE, minute(0)).await;
    measured.hear(&run(1), REQUEST, minute(0)).await;
    measured.hear(&run(1), END, minute(1)).await;
    measured.hear(&run(1), DECISION, minute(1)).await;
    measured.round(minute(1)).await;
    let idle = measured.round(minute(2)).await;
    let before = measured.hear(&run(2), BEFORE, minute(0)).await;
    let request = measured.hear(&run(2), REQUEST, minute(0)).await;
    let waiting = measured.round(minute(1)).await;
    let reminder = measured.round(minute(120)).await;
    let answer = measured.hear(&run(2), DECISION, minute(150)).await;
    let end = measured.hear(&run(2), END, minute(150)).await;
    let after = measured.hear(&run(2), AFTER, minute(150)).await;
    let measures = measured.round(minute(151)).await;
    let steps = [&before, &request, &waiting, &reminder, &answer, &end, &after, &measures];
    let all = Cost {
        // Three of them are minutes.
        reads: steps.iter().map(|cost| cost.reads).sum::<f64>() - 3.0 * idle.reads,
        writes: steps.iter().map(|cost| cost.writes).sum(),
        calls: steps.iter().map(|cost| cost.calls).sum::<usize>() - 3 * idle.calls,
    };
    let mut table = format!("{:<36} reads writes calls\n", "");
    for (step, cost) in [
        ("a minute in which nothing waits", &idle),
        ("a run's events before its approval", &before),
        ("the request", &request),
        ("the minute after it", &waiting),
        ("the minute of its reminder", &reminder),
        ("the answer, by CloudTrail", &answer),
        ("its own event", &end),
        ("the run's events after it", &after),
        ("the minute of its measures", &measures),
        ("all of it, beside the idle minutes", &all),
    ] {
        writeln!(table, "{step:<36} {:>5} {:>6} {:>5}", cost.reads, cost.writes, cost.calls)
            .expect("a string takes it");
    }
    insta::assert_snapshot!(table, @"
                                         reads writes calls
    a minute in which nothing waits          6      0    12
    a run's events before its approval       3      3     6
    the request                              3     12     4
    the minute after it                      6      5    14
    the minute of its reminder              13     36    30
    the answer, by CloudTrail                1     14     2
    its own event                            1      4     2
    the run's events after it                4      2     6
    the minute of its measures               6     12    16
    all of it, beside the idle minutes      19     88    44
    ");
}
