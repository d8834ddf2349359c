// The least that a function in Node does with these clients: it builds them, and asks for work.

import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";

const kinds = [
  CloudWatchClient, CodePipelineClient, DynamoDBClient, EventBridgeClient, S3Client, SNSClient, SSMClient,
];
globalThis.clients = kinds.map((Client) => new Client({}));
const base = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;

for (;;) {
  const invocation = await fetch(`${base}/next`);
  const request = invocation.headers.get("lambda-runtime-aws-request-id");
  await invocation.json();
  await fetch(`${base}/${request}/response`, { method: "POST", body: JSON.stringify({ batchItemFailures: [] }) });
}
