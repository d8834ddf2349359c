//! `/respond`: what the holder of a signed link sees and does.
//!
//! Nothing of a link is logged: whoever reads it could use it.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response as Answer};

use super::page::{self, Button, Page};
use crate::app::respond::{RespondError, Wish, may, respond};
use crate::app::tell::load;
use crate::cli::respond::consequence;
use crate::cli::serve::answers::unavailable;
use crate::cli::serve::desk::Desk;
use crate::cli::serve::shared::App;
use crate::domain::response::{Refusal, Response};
use crate::domain::span::later;
use crate::domain::{Approval, Timestamp};
use crate::links::{Deed, Fields, Rejected, Ticket, holder};
use crate::notice::{SEES_TO_IT, moment, remind_me_in};
use crate::ports::channel::Channels;
use crate::ports::clock::Clock;

/// A link that is in order, and what it is about.
struct Shown<C, K> {
    monitor: App<C, K>,
    now: Timestamp,
    ticket: Ticket,
    wish: Wish,
    response: Response,
    approval: Approval,
}

/// Shows what the link does, with a button that does it.
pub(super) async fn ask<C: Channels + 'static, K: Clock + 'static>(
    State(desk): State<Arc<Desk<C, K>>>,
    asked: Result<Query<Fields>, QueryRejection>,
) -> Answer {
    let fields = asked.ok().map(|Query(fields)| fields);
    let shown = match look(&desk, fields.as_ref()).await {
        Ok(shown) => shown,
        Err(answer) => return answer,
    };
    let Shown { monitor, now, ticket, wish, response, approval } = &shown;
    if let Err(refusal) = may(approval, &monitor.rules, *wish, response, *now) {
        return refused(&shown, refusal);
    }
    let (title, label) = match ticket.deed {
        Deed::Acknowledge => ("Do you see to this approval?", SEES_TO_IT.to_owned()),
        Deed::Snooze(time) => ("Can this approval wait?", remind_me_in(time)),
    };
    let then = match wish {
        Wish::Acknowledge => {
            format!("It is then noted that {} {}.", response.by, consequence(*wish, approval, &monitor.rules))
        }
        Wish::Snooze { until } => format!(
            "Nothing is then sent about it to anybody until {}. Its deadline stays where it is.",
            moment(*until)
        ),
    };
    let sentences =
        vec![then, UNDECIDED.to_owned(), format!("This link works once, until {}.", moment(ticket.expires_at))];
    let button = fields.map(|fields| Button { label, fields });
    page::answer(StatusCode::OK, &Page { title, approval: Some((approval, *now)), sentences, button })
}

/// Does what the link lets its holder do.
pub(super) async fn act<C: Channels + 'static, K: Clock + 'static>(
    State(desk): State<Arc<Desk<C, K>>>,
    sent: Result<Form<Fields>, FormRejection>,
) -> Answer {
    let fields = sent.ok().map(|Form(fields)| fields);
    let mut shown = match look(&desk, fields.as_ref()).await {
        Ok(shown) => shown,
        Err(answer) => return answer,
    };
    let Shown { monitor, now, wish, response, approval, .. } = &shown;
    match respond(&monitor.store, &monitor.rules, &approval.id, *wish, response, *now).await {
        Ok(change) => {
            desk.shared.tell(std::slice::from_ref(&change));
            let said = format!("{} {}.", response.by, consequence(*wish, &change.approval, &monitor.rules));
            let sentences = vec![said, UNDECIDED.to_owned()];
            let approval = Some((&change.approval, *now));
            page::answer(StatusCode::OK, &Page { title: "Thank you, it is noted", approval, sentences, button: None })
        }
        Err(RespondError::Unknown) => unknown(),
        Err(RespondError::Store(error)) => unavailable(&error),
        Err(RespondError::Refused(refusal)) => {
            // Somebody can have been faster: the page says how things stand.
            if let Ok((approval, _)) = load(&shown.monitor.store, &shown.approval.id).await {
                shown.approval = approval;
            }
            refused(&shown, refusal)
        }
    }
}

const UNDECIDED: &str = "This approves or rejects nothing: that is done in CodePipeline.";

/// Looks whether the link is in order before anything else is asked for.
async fn look<C: Channels + 'static, K: Clock + 'static>(
    desk: &Desk<C, K>,
    fields: Option<&Fields>,
) -> Result<Shown<C, K>, Answer> {
    let monitor = desk.shared.monitor();
    let Some(links) = &monitor.links else { return Err(StatusCode::NOT_FOUND.into_response()) };
    let now = monitor.clock.now();
    let followed = fields.ok_or(Rejected::Malformed).and_then(|fields| links.follow(fields, now)).map_err(rejected)?;
    if !desk.turnstile.lets_through(now) {
        return Err(page::plain(
            StatusCode::TOO_MANY_REQUESTS,
            "Just a moment",
            "Many people answer at once. Nothing has changed: try again in a few seconds.",
        ));
    }
    let (ticket, id) = (followed.ticket, followed.id);
    let (approval, loaded) = load(&monitor.store, &ticket.approval).await.map_err(|error| unavailable(&error))?;
    if loaded.facts.is_empty() {
        return Err(unknown());
    }
    let wish = match ticket.deed {
        Deed::Acknowledge => Wish::Acknowledge,
        Deed::Snooze(time) => Wish::Snooze { until: later(now, time) },
    };
    let response = Response { by: holder(&ticket.recipient), note: None, link: Some(id) };
    Ok(Shown { monitor, now, ticket, wish, response, approval })
}

fn rejected(why: Rejected) -> Answer {
    let (status, title, advice) = match why {
        Rejected::Malformed => {
            (StatusCode::BAD_REQUEST, "This is not a whole link", "Copy all of it from the notice, to its very end.")
        }
        Rejected::Forged => (
            StatusCode::FORBIDDEN,
            "This link does not hold",
            "It was not made here, or was changed on its way. Follow the one in the notice itself.",
        ),
        Rejected::Expired => (
            StatusCode::GONE,
            "This link is too old",
            "CodePipeline no longer waits for this approval, or the notice is older than a week.",
        ),
    };
    page::plain(status, title, &format!("Nothing has changed. {advice}"))
}

fn unknown() -> Answer {
    page::plain(
        StatusCode::NOT_FOUND,
        "Nothing is known of this approval",
        "Nothing has changed. Its record may have been removed, or this is another installation.",
    )
}

fn refused<C, K>(shown: &Shown<C, K>, refusal: Refusal) -> Answer {
    let status = if refusal == Refusal::LinkUsed { StatusCode::GONE } else { StatusCode::CONFLICT };
    let title = match refusal {
        Refusal::NotWaiting => "Nobody is waited for any more",
        Refusal::LinkUsed => "This link was used already",
        Refusal::Repeated => "That is noted already",
        Refusal::TooMany | Refusal::NoSnooze | Refusal::Past | Refusal::TooLong { .. } => "That cannot be done",
    };
    let sentences = vec![format!("Nothing has changed: {refusal}.")];
    page::answer(status, &Page { title, approval: Some((&shown.approval, shown.now)), sentences, button: None })
}
