//! Any value that the domain can make, and more: texts come from whoever can name a pipeline or write a comment.

use chrono::TimeDelta;
use holdpoint::domain::context::{Context, Edit, Newer, Other, Revision, Trigger};
use holdpoint::domain::effect::Notice;
use holdpoint::domain::event::{DomainEvent, Ending, Happening, Raised};
use holdpoint::domain::evidence::{Decision, End};
use holdpoint::domain::execution::{ExecutionEnd, ExecutionNews};
use holdpoint::domain::fact::{Held, Pruned, Settlement, Skipped, StepFired, Unwanted};
use holdpoint::domain::finding::{Exhibit, Finding};
use holdpoint::domain::input::Place;
use holdpoint::domain::measure::{Labels, Measures};
use holdpoint::domain::policy::PolicyRef;
use holdpoint::domain::principal::Principal;
use holdpoint::domain::projection::Projection;
use holdpoint::domain::response::Response;
use holdpoint::domain::span::Span;
use holdpoint::domain::{
    ApprovalId, Effect, ExecutionId, Fact, FactKind, Gate, NoticeId, PolicyName, RecipientName, StepId, Timestamp,
};
use holdpoint::record::names::Named;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// Strategies are boxed, because many of them together would be too large for a test's stack.
fn text() -> BoxedStrategy<String> {
    prop_oneof![any::<String>(), "[\\x00-\\x1f\"\\\\/<>&=\u{7f}\u{2028}\u{feff}é👩 ]{0,20}", "[a-z0-9/@%.-]{1,40}"]
        .boxed()
}

fn maybe() -> BoxedStrategy<Option<String>> {
    option::of(text()).boxed()
}

/// From one end of the calendar to the other: times in events are anybody's, and sums of them end where it ends.
fn time() -> BoxedStrategy<Timestamp> {
    let usual = (0_i64..4_102_444_800_000).prop_map(|millis| Timestamp::default() + TimeDelta::milliseconds(millis));
    let any = (Timestamp::MIN_UTC.timestamp()..=Timestamp::MAX_UTC.timestamp(), 0_u32..1_000_000_000)
        .prop_filter_map("within the calendar", |(seconds, nanos)| Timestamp::from_timestamp(seconds, nanos));
    let leap_second = "2016-12-31T23:59:60.5Z".parse().expect("a time");
    prop_oneof![6 => usual, 3 => any, 1 => Just(Timestamp::MAX_UTC), 1 => Just(Timestamp::MIN_UTC), 1 => Just(leap_second)]
        .boxed()
}

/// Any case of an enum that is stored as a word.
fn word<T: Named + std::fmt::Debug>() -> BoxedStrategy<T> {
    proptest::sample::select(T::WORDS).prop_map(|(case, _)| case).boxed()
}

fn gate() -> BoxedStrategy<Gate> {
    (maybe(), text(), text(), text(), text())
        .prop_map(|(account, region, pipeline, stage, action)| Gate { account, region, pipeline, stage, action })
        .boxed()
}

fn place() -> BoxedStrategy<Place> {
    (gate(), maybe(), any::<Option<u32>>())
        .prop_map(|(gate, execution, attempt)| Place { gate, execution: execution.map(ExecutionId::new), attempt })
        .boxed()
}

fn policy() -> BoxedStrategy<PolicyRef> {
    (text(), text()).prop_map(|(name, version)| PolicyRef { name: PolicyName::new(name), version }).boxed()
}

fn trigger() -> BoxedStrategy<Trigger> {
    (text(), proptest::array::uniform7(maybe()))
        .prop_map(|(kind, [detail, author, author_email, repository, reference, commit, message])| Trigger {
            kind,
            detail,
            author,
            author_email,
            repository,
            reference,
            commit,
            message,
        })
        .boxed()
}

fn revision() -> BoxedStrategy<Revision> {
    (text(), text(), maybe(), maybe())
        .prop_map(|(action, id, summary, url)| Revision { action, id, summary, url })
        .boxed()
}

fn context() -> BoxedStrategy<Context> {
    let texts = proptest::array::uniform4(maybe());
    let edit = || {
        (time(), maybe(), maybe(), any::<bool>()).prop_map(|(at, by, event_id, removes_gate)| Edit {
            at,
            by,
            event_id,
            removes_gate,
        })
    };
    let newer = (text(), revision(), time()).prop_map(|(execution, revision, at)| Newer {
        execution: ExecutionId::new(execution),
        revision,
        at,
    });
    let other = (text(), text(), text(), time(), vec(text(), 0..3)).prop_map(|(approval, stage, action, at, by)| {
        Other { approval: ApprovalId::new(approval), stage, action, at, by }
    });
    let more = (option::of(edit()), option::of(edit()), option::of(newer), vec(other, 0..3));
    (texts, option::of(time()), option::of(trigger()), vec(revision(), 0..3), more)
        .prop_map(|(texts, expires_at, trigger, revisions, (edit, removal, newer, others))| {
            let [review_link, external_link, custom_data, stop_reason] = texts;
            Context {
                review_link,
                external_link,
                custom_data,
                expires_at,
                trigger,
                revisions,
                stop_reason,
                edit,
                removal,
                newer,
                others,
            }
        })
        .boxed()
}

fn decision() -> BoxedStrategy<Decision> {
    let by = (text(), proptest::array::uniform6(maybe())).prop_map(
        |(kind, [arn, name, role, source_identity, invoked_by, on_behalf_of])| Principal {
            arn,
            kind,
            name,
            role,
            source_identity,
            invoked_by,
            on_behalf_of,
        },
    );
    ((word(), gate()), word(), time(), by, proptest::array::uniform4(maybe()))
        .prop_map(|((witness, gate), verdict, at, by, [comment, source_ip, event_id, error])| Decision {
            witness,
            gate,
            verdict,
            at,
            by,
            comment,
            source_ip,
            event_id,
            error,
        })
        .boxed()
}

fn end() -> BoxedStrategy<End> {
    (word(), time(), word(), proptest::array::uniform3(maybe()))
        .prop_map(|(state, at, source, [error_code, summary, event_id])| End {
            state,
            at,
            source,
            error_code,
            summary,
            event_id,
        })
        .boxed()
}

fn step_fired() -> BoxedStrategy<StepFired> {
    let skipped = (text(), any::<u32>(), any::<u32>()).prop_map(|(step, first, last)| Skipped {
        step: StepId::new(step),
        first,
        last,
    });
    let to = vec(text().prop_map(RecipientName::new), 0..4);
    let held = (text(), time()).prop_map(|(to, until)| Held { recipient: RecipientName::new(to), until });
    (text(), any::<u32>(), word(), to, time(), vec(skipped, 0..3), vec(held, 0..3), policy())
        .prop_map(|(step, repeat, act, to, due_at, skipped, held, policy)| StepFired {
            step: StepId::new(step),
            repeat,
            act,
            to,
            due_at,
            skipped,
            held,
            policy,
        })
        .boxed()
}

fn settlement() -> BoxedStrategy<Settlement> {
    // Stored to the second.
    let seconds = || (0_i64..1_000_000_000).prop_map(TimeDelta::seconds);
    let target = prop_oneof![
        seconds().prop_map(Span::Working),
        seconds().prop_map(Span::Wall),
        any::<u32>().prop_map(Span::WorkingDays)
    ];
    let promise = (option::of(target), option::of(time()), option::of(seconds()));
    (word(), time(), word(), any::<bool>(), option::of(policy()), promise)
        .prop_map(|(outcome, ended_at, basis, breached, policy, (target, deadline, working_wait))| Settlement {
            outcome,
            ended_at,
            basis,
            breached,
            policy,
            target,
            deadline,
            working_wait,
        })
        .boxed()
}

fn notice_and_recipient() -> BoxedStrategy<(NoticeId, RecipientName)> {
    (text().prop_map(NoticeId::new), text().prop_map(RecipientName::new)).boxed()
}

fn response() -> BoxedStrategy<Response> {
    (text(), maybe(), maybe()).prop_map(|(by, note, link)| Response { by, note, link }).boxed()
}

fn finding() -> BoxedStrategy<Finding> {
    let exhibit = (word(), text()).prop_map(|(what, is)| Exhibit { what, is });
    (word(), vec(exhibit, 0..4), option::of(policy()))
        .prop_map(|(kind, evidence, policy)| Finding { kind, evidence, policy })
        .boxed()
}

fn kind() -> BoxedStrategy<FactKind> {
    prop_oneof![
        (place(), time(), word(), option::of(policy())).prop_map(|(place, at, source, policy)| FactKind::Requested {
            place,
            at,
            source,
            policy
        }),
        (option::of(policy()), option::of(time()))
            .prop_map(|(policy, deadline)| FactKind::PolicyChanged { policy, deadline }),
        response().prop_map(FactKind::Acknowledged),
        (time(), response()).prop_map(|(until, response)| FactKind::Snoozed { until, response }),
        context().prop_map(FactKind::ContextLearnt),
        step_fired().prop_map(FactKind::StepFired),
        (time(), policy()).prop_map(|(deadline, policy)| FactKind::Breached { deadline, policy }),
        (decision(), time()).prop_map(|(decision, settle_by)| FactKind::DecisionSeen { decision, settle_by }),
        decision().prop_map(FactKind::AttemptSeen),
        (option::of(place()), end(), time()).prop_map(|(place, end, settle_by)| FactKind::EndSeen {
            place,
            end,
            settle_by
        }),
        settlement().prop_map(FactKind::Settled),
        settlement().prop_map(FactKind::Corrected),
        (notice_and_recipient(), word(), time(), maybe()).prop_map(|((notice, recipient), act, at, receipt)| {
            FactKind::NoticeDelivered { notice, act, recipient, at, receipt }
        }),
        (notice_and_recipient(), word::<Unwanted>()).prop_map(|((notice, recipient), why)| FactKind::NoticeWithdrawn {
            notice,
            recipient,
            why
        }),
        (notice_and_recipient(), any::<u32>(), text()).prop_map(|((notice, recipient), attempts, reason)| {
            FactKind::NoticeGivenUp { notice, recipient, attempts, reason }
        }),
        text().prop_map(|into| FactKind::Joined { into: ApprovalId::new(into) }),
        finding().prop_map(FactKind::Found),
        word().prop_map(FactKind::Cleared),
        maybe().prop_map(|name| FactKind::ClaimSeen { name }),
        (any::<u32>(), text(), text()).prop_map(|(facts, head, checkpoint)| {
            FactKind::Pruned(Pruned { facts: facts.into(), head, checkpoint })
        }),
    ]
    .boxed()
}

pub(crate) fn fact() -> BoxedStrategy<Fact> {
    (time(), kind()).prop_map(|(recorded_at, kind)| Fact { recorded_at, kind }).boxed()
}

fn notice() -> BoxedStrategy<Notice> {
    let times = (time(), option::of(time()));
    (notice_and_recipient(), word(), text(), any::<u32>(), times, policy(), option::of(word()))
        .prop_map(|((id, recipient), act, step, repeat, (due_at, held_until), policy, finding)| Notice {
            id,
            act,
            step: StepId::new(step),
            repeat,
            recipient,
            due_at,
            held_until,
            policy,
            finding,
        })
        .boxed()
}

/// Values are counts, and waits to the millisecond.
fn measures() -> BoxedStrategy<Measures> {
    let labels =
        (gate(), option::of(text().prop_map(PolicyName::new))).prop_map(|(gate, policy)| Labels { gate, policy });
    let wait = (0_i64..6_000_000_000).prop_map(|millis| TimeDelta::milliseconds(millis).as_seconds_f64());
    let value = prop_oneof![Just(0.0), Just(1.0), wait];
    (labels, time(), vec((word(), value), 1..5))
        .prop_map(|(labels, at, values)| Measures { labels, at, values })
        .boxed()
}

pub(super) fn effect() -> BoxedStrategy<Effect> {
    prop_oneof![
        notice().prop_map(Effect::Notice),
        measures().prop_map(Effect::Record),
        event().prop_map(|event| Effect::Publish(Box::new(event))),
        Just(Effect::Compare),
    ]
    .boxed()
}

fn happening() -> BoxedStrategy<Happening> {
    let ending =
        (settlement(), any::<bool>(), maybe(), maybe()).prop_map(|(settlement, is_corrected, decided_by, comment)| {
            Ending { settlement, is_corrected, decided_by, comment }
        });
    let given_up =
        (notice_and_recipient(), any::<u32>(), text()).prop_map(|((notice, recipient), attempts, reason)| {
            Raised::NoticeGivenUp { notice, recipient, attempts, reason }
        });
    prop_oneof![
        Just(Happening::Requested),
        Just(Happening::Breached),
        notice_and_recipient().prop_map(|(notice, recipient)| Happening::ReminderSent { notice, recipient }),
        notice_and_recipient().prop_map(|(notice, recipient)| Happening::Escalated { notice, recipient }),
        ending.prop_map(Happening::Settled),
        given_up.prop_map(Happening::FindingRaised),
        finding().prop_map(|finding| Happening::FindingRaised(Raised::Control(finding))),
    ]
    .boxed()
}

pub(crate) fn event() -> BoxedStrategy<DomainEvent> {
    let times = (time(), option::of(time()), option::of(time()), option::of(time()));
    ((text(), place()), option::of(policy()), times, happening())
        .prop_map(|((approval, place), policy, (at, requested_at, deadline, expires_at), happening)| DomainEvent {
            at,
            approval: ApprovalId::new(approval),
            gate: place.gate,
            execution: place.execution,
            attempt: place.attempt,
            policy,
            requested_at,
            deadline,
            expires_at,
            happening,
        })
        .boxed()
}

pub(super) fn projection() -> BoxedStrategy<Projection> {
    let names = (text(), option::of(gate()), maybe(), any::<Option<u32>>(), maybe());
    let times = proptest::array::uniform6(option::of(time()));
    let end = (option::of(word()), option::of(word()), maybe(), maybe());
    (names, word(), any::<bool>(), times, end)
        .prop_map(|((id, gate, execution, attempt, policy), phase, breached, times, end)| {
            let [requested_at, deadline, expires_at, due_at, ended_at, changed_at] = times;
            let (outcome, basis, decided_by, comment) = end;
            Projection {
                id: ApprovalId::new(id),
                phase,
                gate,
                execution: execution.map(ExecutionId::new),
                attempt,
                policy: policy.map(PolicyName::new),
                requested_at,
                deadline,
                expires_at,
                breached,
                due_at,
                outcome,
                basis,
                ended_at,
                decided_by,
                comment,
                changed_at,
            }
        })
        .boxed()
}

pub(super) fn news() -> BoxedStrategy<ExecutionNews> {
    let end = (time(), maybe(), word(), maybe()).prop_map(|(at, stage, state, event_id)| ExecutionEnd {
        at,
        stage,
        state,
        event_id,
    });
    prop_oneof![
        trigger().prop_map(ExecutionNews::Triggered),
        revision().prop_map(ExecutionNews::RevisionLearnt),
        maybe().prop_map(|reason| ExecutionNews::Stopping { reason }),
        end.prop_map(ExecutionNews::Ended),
    ]
    .boxed()
}
