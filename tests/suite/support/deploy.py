"""Deploys the template to a server that stands in for AWS: deploy.py TEMPLATE BOOTSTRAP STACK [NAME=VALUE ...]

Prints outputs, resources and the functions' environments as JSON. What `sam deploy` does, without its pauses; and what
the server cannot do is replaced by what comes closest. Secrets that parameters name are made before.
"""
import io
import json
import sys
import time
import zipfile

import boto3
from samtranslator.yaml_helper import yaml_parse

template_path, bootstrap, name, *parameters = sys.argv[1:]
with open(template_path) as file:
    template = yaml_parse(file.read())


s3, bucket = boto3.client("s3"), f"{name}-code"
s3.create_bucket(Bucket=bucket)


def package():
    """The functions' code, where CloudFormation looks for it."""
    archive = io.BytesIO()
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(archive, "w") as files, open(bootstrap, "rb") as program:
        files.writestr(entry, program.read(), compresslevel=1)
    s3.put_object(Bucket=bucket, Key="lambda.zip", Body=archive.getvalue())
    template["Globals"]["Function"]["CodeUri"] = f"s3://{bucket}/lambda.zip"


def without_metric_math(alarm):
    """The server refuses alarms on metric math: the alarm looks at the share alone, however few decisions there are."""
    share = next(metric["MetricStat"] for metric in alarm.pop("Metrics") if metric["Id"] == "share")
    alarm.update(share["Metric"], Statistic=share["Stat"], Period=share["Period"])


def wait(cloudformation):
    for _ in range(600):
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            return stack
        time.sleep(0.1)
    sys.exit("the stack is still not there")


if "Globals" in template:
    package()
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]:
        without_metric_math(resource["Properties"])

for parameter in parameters:
    key, secret = parameter.split("=", 1)
    if key.endswith("Secret"):
        boto3.client("secretsmanager").create_secret(Name=secret, SecretString=f"what {secret} holds")

# It is too long to be handed over as it is.
s3.put_object(Bucket=bucket, Key="template.json", Body=json.dumps(template))
cloudformation = boto3.client("cloudformation")
cloudformation.create_stack(
    StackName=name,
    TemplateURL=s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "template.json"}),
    Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    Parameters=[dict(zip(("ParameterKey", "ParameterValue"), p.split("=", 1))) for p in parameters],
)
stack = wait(cloudformation)
if stack["StackStatus"] != "CREATE_COMPLETE":
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    failed = [e for e in events if e["ResourceStatus"].endswith("_FAILED")]
    sys.exit("\n".join(f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason')}" for e in failed) or str(stack))
resources = cloudformation.describe_stack_resources(StackName=name)["StackResources"]


def environment(function):
    return boto3.client("lambda").get_function_configuration(FunctionName=function)["Environment"]["Variables"]


print(json.dumps({
    "outputs": {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])},
    "resources": {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources},
    "environments": {
        r["LogicalResourceId"]: environment(r["PhysicalResourceId"])
        for r in resources if r["ResourceType"] == "AWS::Lambda::Function"
    },
}))
