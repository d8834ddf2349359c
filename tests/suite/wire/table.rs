//! Each fixture, and what is read out of it.

use super::fixtures::{folder, readings, text, texts};
use super::shown::shown;

/// A file of `tests/data/events`, and its readings.
const TABLE: &[(&str, &[&str])] = &[
    (
        "approval-abandoned",
        &["2026-10-07T15:20:44Z approval e5c2b9d4: abandoned at 2026-10-07T15:20:44Z, asked \
           2026-10-07T14:02:11.905Z, in 111122223333/eu-west-1/payments-prod/Production/Approve run 9d8e7f60, \
           attempt 1"],
    ),
    (
        "approval-canceled",
        &["2026-10-07T16:30:09Z approval f6d3c0e5: canceled at 2026-10-07T16:30:09Z, asked \
           2026-10-07T16:01:55.230Z, in 111122223333/eu-west-1/ledger-prod/Production/Approve run a0b1c2d3, \
           attempt 1"],
    ),
    (
        "approval-failed-permission-error",
        &["2026-10-08T08:00:21Z approval 07e4d1f6: failed PermissionError at 2026-10-08T08:00:21Z, asked \
           2026-10-08T08:00:19.651Z, in 444455556666/eu-west-1/web-staging/Production/Approve run b1c2d3e4, \
           attempt 1 'The action role may not publish to the topic'"],
    ),
    (
        "approval-rejected",
        &["2026-10-06T10:41:58Z approval 6d3e1a52: failed JobFailed at 2026-10-06T10:41:58Z, asked \
           2026-10-06T09:12:07.412Z, in 111122223333/eu-west-1/payments-prod/Production/Approve run 4c1f0f2e, \
           attempt 1 'Smoke tests of the refund path are red'"],
    ),
    (
        "approval-started",
        &["2026-10-06T09:12:07Z approval 6d3e1a52: asked at 2026-10-06T09:12:07.412Z in \
           111122223333/eu-west-1/payments-prod/Production/Approve run 4c1f0f2e, attempt 1"],
    ),
    (
        "approval-started-2018",
        &["2018-05-14T07:40:12Z approval by place: asked at 2018-05-14T07:40:12Z in \
           111122223333/eu-west-1/billing/Release/SignOff run c2d3e4f5"],
    ),
    (
        "approval-started-after-retry",
        &["2026-10-06T11:05:30Z approval b8a40c77: asked at 2026-10-06T11:05:30.067Z in \
           111122223333/eu-west-1/payments-prod/Production/Approve run 4c1f0f2e, attempt 2"],
    ),
    (
        "approval-succeeded",
        &["2026-10-06T11:48:02Z approval b8a40c77: succeeded at 2026-10-06T11:48:02Z, asked \
           2026-10-06T11:05:30.067Z, in 111122223333/eu-west-1/payments-prod/Production/Approve run 4c1f0f2e, \
           attempt 2 'Refund path fixed, see PAY-2291'"],
    ),
    (
        "cloudtrail-approved-sso-session-wrapped",
        &["2026-10-06T11:47:31Z approval b8a40c77: approved at 2026-10-06T11:47:31Z by \
           arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseManager_0123456789abcdef/noor@example.com \
           (AssumedRole, noor@example.com) in 111122223333/eu-west-1/payments-prod/Production/Approve 'Refund \
           path fixed, see PAY-2291'"],
    ),
    (
        "cloudtrail-delete-pipeline-refused-wrapped",
        &["2026-10-06T09:51:02Z skipped: a refused `DeletePipeline` (AccessDenied)"],
    ),
    (
        "cloudtrail-delete-pipeline-wrapped",
        &["2026-10-06T09:52:40Z pipeline 111122223333/eu-west-1/payments-prod: deleted at 2026-10-06T09:52:40Z"],
    ),
    (
        "cloudtrail-lookup-events",
        &[
            "2026-10-06T10:41:27Z approval 6d3e1a52: rejected at 2026-10-06T10:41:27Z by \
             arn:aws:iam::111122223333:user/grace (IAMUser, grace) in \
             111122223333/eu-west-1/payments-prod/Production/Approve 'Smoke tests of the refund path are red'",
            "2026-10-06T11:05:29Z skipped: API call `RetryStageExecution` of `codepipeline.amazonaws.com` neither answers an approval nor edits a pipeline",
        ],
    ),
    (
        "cloudtrail-refused-wrapped",
        &["2026-10-06T10:58:03Z approval 6d3e1a52: approved at 2026-10-06T10:58:03Z by \
           arn:aws:iam::111122223333:user/grace (IAMUser, grace) in \
           111122223333/eu-west-1/payments-prod/Production/Approve 'Changed my mind', refused: \
           ApprovalAlreadyCompletedException"],
    ),
    (
        "cloudtrail-rejected-iam-user",
        &["2026-10-06T10:41:27Z approval 6d3e1a52: rejected at 2026-10-06T10:41:27Z by \
           arn:aws:iam::111122223333:user/grace (IAMUser, grace) in \
           111122223333/eu-west-1/payments-prod/Production/Approve 'Smoke tests of the refund path are red'"],
    ),
    (
        "cloudtrail-rejected-iam-user-wrapped",
        &["2026-10-06T10:41:27Z approval 6d3e1a52: rejected at 2026-10-06T10:41:27Z by \
           arn:aws:iam::111122223333:user/grace (IAMUser, grace) in \
           111122223333/eu-west-1/payments-prod/Production/Approve 'Smoke tests of the refund path are red'"],
    ),
    (
        "cloudtrail-retry-stage",
        &["2026-10-06T11:05:29Z skipped: API call `RetryStageExecution` of `codepipeline.amazonaws.com` neither \
           answers an approval nor edits a pipeline"],
    ),
    (
        "cloudtrail-start-pipeline-by-events",
        &["2026-10-06T09:04:41Z skipped: API call `StartPipelineExecution` of `codepipeline.amazonaws.com` neither \
           answers an approval nor edits a pipeline"],
    ),
    (
        "cloudtrail-update-pipeline-wrapped",
        &["2026-10-06T09:40:12Z pipeline 111122223333/eu-west-1/payments-prod: edited at 2026-10-06T09:40:12Z by \
           arn:aws:iam::111122223333:user/grace"],
    ),
    (
        "codestar-failed-2022",
        &["2022-06-20T12:11:17Z approval by place, token f0d2c4f7: failed JobFailed at 2022-06-20T12:11:17Z, \
           asked -, in 111122223333/eu-west-1/web-prod/Live/GoLive run f5061728 'Not during the sale'"],
    ),
    (
        "codestar-needed-2022",
        &["2022-06-20T12:00:05Z approval by place: asked at 2022-06-20T12:00:05Z in \
           111122223333/eu-west-1/web-prod/Live/GoLive run f5061728"],
    ),
    (
        "codestar-needed-2026",
        &["2026-10-08T06:30:12.208Z approval 01e3d508: asked at 2026-10-08T06:30:12.208Z in \
           111122223333/eu-west-1/web-prod/Live/GoLive run 06172839, attempt 1 'https://preview.example.com/web' \
           'Compare the checkout with the preview.'"],
    ),
    (
        "codestar-succeeded-2022",
        &["2022-06-20T12:09:41Z approval by place, token efc1b3e6: succeeded at 2022-06-20T12:09:41Z, asked -, \
           in 111122223333/eu-west-1/web-prod/Live/GoLive run f5061728 'Approved by \
           arn:aws:sts::111122223333:assumed-role/Developer/mallory'"],
    ),
    ("deploy-abandoned", &["2026-10-07T15:20:44Z skipped: action category `Deploy` is not an approval"]),
    (
        "lambda-records-sns",
        &["2026-10-06T09:12:08.131Z approval 6d3e1a52: notified at 2026-10-06T09:12:08.131Z, expires \
           2026-10-13T09:12:00Z, in 111122223333/eu-west-1/payments-prod/Production/Approve \
           'https://ci.example.com/payments/1841' 'Check the dashboard before approving.'"],
    ),
    (
        "malformed",
        &["- malformed: `detail.start-time` is `yesterday evening`, not a time such as 2026-09-28T17:33:53Z"],
    ),
    (
        "pipeline-canceled",
        &["2026-10-07T16:30:11Z 111122223333/eu-west-1/ledger-prod run a0b1c2d3: run canceled at \
           2026-10-07T16:30:11Z"],
    ),
    (
        "pipeline-failed",
        &["2026-10-06T10:41:59Z 111122223333/eu-west-1/payments-prod run 4c1f0f2e: run failed at \
           2026-10-06T10:41:59Z"],
    ),
    ("pipeline-resumed", &["2026-10-06T11:05:29Z skipped: pipeline state `RESUMED` ends no wait"]),
    (
        "pipeline-started-by-push",
        &["2026-10-06T09:04:41Z 111122223333/eu-west-1/payments-prod run 4c1f0f2e: triggered by WebhookV2 \
           arn:aws:codestar-connections:eu-west-1:111122223333:connection/5f1d7a3c-0e9b-4c8d-a7f6-e5d4c3b2a190 \
           'Amara Okafor' 'amara@example.com' 'example-org/payments' 'main' \
           '8c1f2a9be07d4653fa1029b8c7d6e5f4a3b2c1d0' 'Retry refunds that the acquirer answered late'"],
    ),
    (
        "pipeline-started-by-tag",
        &["2026-10-06T09:30:02Z 111122223333/eu-west-1/mobile-release run d3e4f506: triggered by WebhookV2 \
           arn:aws:codestar-connections:eu-west-1:111122223333:connection/5f1d7a3c-0e9b-4c8d-a7f6-e5d4c3b2a190 \
           'Amara Okafor' 'amara@example.com' 'example-org/mobile' 'v4.18.0' \
           '8c1f2a9be07d4653fa1029b8c7d6e5f4a3b2c1d0' 'Release 4.18.0'"],
    ),
    (
        "pipeline-started-by-user",
        &["2026-10-07T13:55:27Z 111122223333/eu-west-1/payments-prod run 9d8e7f60: triggered by \
           StartPipelineExecution arn:aws:sts::111122223333:assumed-role/ReleaseEngineer/tomas@example.com"],
    ),
    (
        "pipeline-stopped",
        &["2026-10-07T15:20:46Z 111122223333/eu-west-1/payments-prod run 9d8e7f60: run abandoned at \
           2026-10-07T15:20:46Z"],
    ),
    (
        "pipeline-stopping",
        &["2026-10-07T15:20:40Z 111122223333/eu-west-1/payments-prod run 9d8e7f60: stopping 'Wrong branch, \
           starting over'"],
    ),
    (
        "pipeline-succeeded",
        &["2026-10-06T11:59:20Z 111122223333/eu-west-1/payments-prod run 4c1f0f2e: run succeeded at \
           2026-10-06T11:59:20Z"],
    ),
    (
        "pipeline-superseded",
        &["2026-10-07T17:12:33Z 111122223333/eu-west-1/ledger-prod run e4f50617: run superseded at \
           2026-10-07T17:12:33Z"],
    ),
    ("scheduled", &["2026-10-06T09:15:00Z tick"]),
    (
        "sns-body",
        &["- approval e5c2b9d4: notified at -, expires 2026-10-14T14:02:00Z, in \
           -/eu-west-1/payments-prod/Production/Approve"],
    ),
    (
        "sns-body-full",
        &["- approval 6d3e1a52: notified at -, expires 2026-10-13T09:12:00Z, in \
           -/eu-west-1/payments-prod/Production/Approve 'https://ci.example.com/payments/1841' 'Check the \
           dashboard before approving.'"],
    ),
    (
        "sns-envelope",
        &["2026-10-06T09:12:08.131Z approval 6d3e1a52: notified at 2026-10-06T09:12:08.131Z, expires \
           2026-10-13T09:12:00Z, in 111122223333/eu-west-1/payments-prod/Production/Approve \
           'https://ci.example.com/payments/1841' 'Check the dashboard before approving.'"],
    ),
    (
        "sns-subscription-confirmation",
        &["- skipped: an SNS SubscriptionConfirmation: confirm it at the subscription's end point"],
    ),
    ("source-started", &["2026-10-06T09:04:43Z skipped: action category `Source` is not an approval"]),
    (
        "source-succeeded",
        &["2026-10-06T09:04:47Z 111122223333/eu-west-1/payments-prod run 4c1f0f2e: revision of Artifact: \
           qXz0k8VbT1mE_3nPfGd5.RhYw7Ju2sLa 'Amazon S3 version id: qXz0k8VbT1mE_3nPfGd5.RhYw7Ju2sLa'"],
    ),
    (
        "source-succeeded-connection",
        &["2026-10-06T09:04:46Z 111122223333/eu-west-1/payments-prod run 4c1f0f2e: revision of Code: \
           8c1f2a9be07d4653fa1029b8c7d6e5f4a3b2c1d0 'Retry refunds that the acquirer answered late', with a link"],
    ),
    (
        "sqs-messages",
        &[
            "2026-10-06T09:12:08.131Z approval 6d3e1a52: notified at 2026-10-06T09:12:08.131Z, expires \
             2026-10-13T09:12:00Z, in 111122223333/eu-west-1/payments-prod/Production/Approve \
             'https://ci.example.com/payments/1841' 'Check the dashboard before approving.'",
            "2026-10-06T10:41:58Z approval 6d3e1a52: failed JobFailed at 2026-10-06T10:41:58Z, asked \
             2026-10-06T09:12:07.412Z, in 111122223333/eu-west-1/payments-prod/Production/Approve run 4c1f0f2e, \
             attempt 1 'Smoke tests of the refund path are red'",
        ],
    ),
    (
        "sqs-records",
        &[
            "2026-10-06T09:12:08.131Z approval 6d3e1a52: notified at 2026-10-06T09:12:08.131Z, expires \
             2026-10-13T09:12:00Z, in 111122223333/eu-west-1/payments-prod/Production/Approve \
             'https://ci.example.com/payments/1841' 'Check the dashboard before approving.'",
            "2026-10-06T10:41:58Z approval 6d3e1a52: failed JobFailed at 2026-10-06T10:41:58Z, asked \
             2026-10-06T09:12:07.412Z, in 111122223333/eu-west-1/payments-prod/Production/Approve run 4c1f0f2e, \
             attempt 1 'Smoke tests of the refund path are red'",
        ],
    ),
    (
        "stage-canceled",
        &["2026-10-07T16:30:10Z 111122223333/eu-west-1/ledger-prod run a0b1c2d3: stage Production canceled at \
           2026-10-07T16:30:10Z"],
    ),
    (
        "stage-failed",
        &["2026-10-06T10:41:59Z 111122223333/eu-west-1/payments-prod run 4c1f0f2e: stage Production failed at \
           2026-10-06T10:41:59Z"],
    ),
    ("stage-resumed", &["2026-10-06T11:05:29Z skipped: stage state `RESUMED` ends no wait"]),
    ("stage-started", &["2026-10-06T09:12:07Z skipped: stage state `STARTED` ends no wait"]),
    (
        "stage-stopped",
        &["2026-10-07T15:20:45Z 111122223333/eu-west-1/payments-prod run 9d8e7f60: stage Production abandoned at \
           2026-10-07T15:20:45Z"],
    ),
    ("stage-stopping", &["2026-10-07T15:20:40Z skipped: stage state `STOPPING` ends no wait"]),
    (
        "stage-succeeded",
        &["2026-10-06T11:48:03Z 111122223333/eu-west-1/payments-prod run 4c1f0f2e: stage Production succeeded at \
           2026-10-06T11:48:03Z"],
    ),
    (
        "unknown-detail-type",
        &["2026-10-06T09:21:00Z skipped: detail type `CodePipeline Condition State Change` is not known"],
    ),
    ("unknown-provider", &["2026-10-06T09:22:00Z skipped: approval provider `ChangeBoard` is not known"]),
    ("unknown-source", &["2026-10-06T09:23:00Z skipped: source `example.rehearsal` is not aws.codepipeline"]),
    ("unknown-state", &["2026-10-06T09:20:00Z skipped: action state `DEFERRED` is not known"]),
];

#[test]
fn each_shape_is_read_as_the_table_says() {
    for (name, expected) in TABLE {
        let shown: Vec<String> = readings(&text(name)).iter().map(shown).collect();
        assert_eq!(&shown, expected, "{name}");
    }
}

#[test]
fn the_table_leaves_no_fixture_out() {
    let files: Vec<String> = texts(&folder()).into_iter().map(|(name, _)| name).collect();
    let rows: Vec<&str> = TABLE.iter().map(|(name, _)| *name).collect();
    assert_eq!(files, rows);
}
