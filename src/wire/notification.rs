//! The notification that CodePipeline itself publishes to SNS when an approval begins to wait. It is the only message
//! that states CodePipeline's time-out.

use serde_json_borrow::Value;

use super::origin::Origin;
use super::{Malformed, Reading, field};
use crate::domain::context::Context;
use crate::domain::input::{Heard, Input, Named, Notified};
use crate::domain::{ApprovalId, Gate};

pub(super) fn is_approval(value: &Value<'_>) -> bool {
    value.get("approval").is_object()
}

pub(super) fn approval(value: &Value<'_>, origin: &Origin<'_>) -> Result<Reading, Malformed> {
    let approval = value.get("approval");
    let Some(token) = field::id(approval, "approval.", "token")? else {
        return Err(Malformed("`approval.token` is missing".to_owned()));
    };
    let gate = Gate {
        account: origin.account.map(str::to_owned),
        region: field::name(value, "", "region")?,
        pipeline: field::name(approval, "approval.", "pipelineName")?,
        stage: field::name(approval, "approval.", "stageName")?,
        action: field::name(approval, "approval.", "actionName")?,
    };
    let context = Context {
        review_link: field::text(approval, "approvalReviewLink").or_else(|| field::text(value, "consoleLink")),
        external_link: field::text(approval, "externalEntityLink"),
        custom_data: field::text(approval, "customData"),
        expires_at: field::time(approval, "approval.", "expires")?,
        ..Context::default()
    };
    let input = Input::Notified(Notified { gate, at: origin.at, context });
    let named = Named::ById(ApprovalId::new(token));
    Ok(Reading::heard(origin.at, Heard::Approval { named, input }))
}
