//! What calls cost, as DynamoDB counts it.

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::{
    batch_get_item as batch, delete_item as delete, get_item as get, put_item as put, query,
    transact_write_items as transact, update_item as update,
};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};
use holdpoint::domain::{RecipientName, Timestamp};
use holdpoint::ports::EntryError;
use holdpoint::ports::channel::{Channels, Letter, SendError};
use holdpoint::ports::metrics::{Datum, Metrics};

/// Recipients with one common inbox.
#[derive(Default)]
pub(super) struct Inbox(Mutex<usize>);

impl Inbox {
    pub(super) fn letters(&self) -> usize {
        *self.0.lock().expect("nobody panics with it")
    }
}

impl Channels for &Inbox {
    async fn send(&self, _to: &RecipientName, _letter: &Letter) -> Result<Option<String>, SendError> {
        *self.0.lock().expect("nobody panics with it") += 1;
        Ok(None)
    }
}

impl Channels for Inbox {
    async fn send(&self, to: &RecipientName, letter: &Letter) -> Result<Option<String>, SendError> {
        (&self).send(to, letter).await
    }
}

impl Metrics for Inbox {
    async fn record(&self, groups: &[Vec<Datum>], _now: Timestamp) -> Vec<Result<(), EntryError>> {
        groups.iter().map(|_| Ok(())).collect()
    }
}

/// Units of capacity, and calls.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cost {
    pub(super) reads: f64,
    pub(super) writes: f64,
    pub(super) calls: usize,
}

/// Counts every call of a client.
#[derive(Clone, Debug, Default)]
pub(super) struct Meter(Arc<Mutex<Cost>>);

impl Meter {
    /// What was spent since the last time.
    pub(super) fn take(&self) -> Cost {
        std::mem::take(&mut self.0.lock().expect("nobody panics with it"))
    }

    fn add(&self, spent: &[ConsumedCapacity], is_write: bool) {
        let units: f64 = spent.iter().filter_map(|capacity| capacity.capacity_units).sum();
        let mut cost = self.0.lock().expect("nobody panics with it");
        cost.calls += 1;
        if is_write { cost.writes += units } else { cost.reads += units }
    }
}

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let wanted = Some(ReturnConsumedCapacity::Indexes);
        let input = context.input_mut();
        if let Some(input) = input.downcast_mut::<query::QueryInput>() {
            input.return_consumed_capacity = wanted;
        } else if let Some(input) = input.downcast_mut::<get::GetItemInput>() {
            input.return_consumed_capacity = wanted;
        } else if let Some(input) = input.downcast_mut::<batch::BatchGetItemInput>() {
            input.return_consumed_capacity = wanted;
        } else if let Some(input) = input.downcast_mut::<put::PutItemInput>() {
            input.return_consumed_capacity = wanted;
        } else if let Some(input) = input.downcast_mut::<update::UpdateItemInput>() {
            input.return_consumed_capacity = wanted;
        } else if let Some(input) = input.downcast_mut::<delete::DeleteItemInput>() {
            input.return_consumed_capacity = wanted;
        } else if let Some(input) = input.downcast_mut::<transact::TransactWriteItemsInput>() {
            input.return_consumed_capacity = wanted;
        }
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Ok(output) = context.output_or_error() else {
            self.add(&[], true);
            return Ok(());
        };
        if let Some(output) = output.downcast_ref::<query::QueryOutput>() {
            self.add(output.consumed_capacity.as_slice(), false);
        } else if let Some(output) = output.downcast_ref::<get::GetItemOutput>() {
            self.add(output.consumed_capacity.as_slice(), false);
        } else if let Some(output) = output.downcast_ref::<batch::BatchGetItemOutput>() {
            self.add(output.consumed_capacity(), false);
        } else if let Some(output) = output.downcast_ref::<put::PutItemOutput>() {
            self.add(output.consumed_capacity.as_slice(), true);
        } else if let Some(output) = output.downcast_ref::<update::UpdateItemOutput>() {
            self.add(output.consumed_capacity.as_slice(), true);
        } else if let Some(output) = output.downcast_ref::<delete::DeleteItemOutput>() {
            self.add(output.consumed_capacity.as_slice(), true);
        } else if let Some(output) = output.downcast_ref::<transact::TransactWriteItemsOutput>() {
            self.add(output.consumed_capacity(), true);
        }
        Ok(())
    }
}
