"""SetQueueAttributes: what changes, what is refused, and that a refused call changes nothing."""
import json

import pytest

from actions import attribute_rules as rules
from support import errors


def attributes_of(sqs, url, *wanted):
    answer = sqs.call("GetQueueAttributes", QueueUrl=url, AttributeNames=list(wanted or ["All"]))
    return answer.get("Attributes", {})


def change(sqs, url, **attributes):
    assert sqs.call("SetQueueAttributes", QueueUrl=url, Attributes=attributes) == {}


def test_numbers_change_and_others_stay(sqs, make_queue):
    url = make_queue(DelaySeconds="5")
    given = {
        "MaximumMessageSize": "1024", "MessageRetentionPeriod": "60",
        "ReceiveMessageWaitTimeSeconds": "20", "VisibilityTimeout": "0",
    }
    change(sqs, url, **given)
    assert attributes_of(sqs, url, "DelaySeconds", *given) == {**given, "DelaySeconds": "5"}


@pytest.mark.parametrize("name, value", rules.BAD_NUMBERS)
def test_bad_numbers_are_refused_and_change_nothing(sqs, refused, queue, name, value):
    before = attributes_of(sqs, queue)
    other = "DelaySeconds" if name != "DelaySeconds" else "VisibilityTimeout"
    refused(
        sqs, errors.INVALID_ATTRIBUTE_VALUE, rules.names(name), "SetQueueAttributes",
        QueueUrl=queue, Attributes={other: "3", name: value},
    )
    assert attributes_of(sqs, queue) == before


@pytest.mark.parametrize("name", rules.UNKNOWN_NAMES + ["FifoQueue"])
def test_unknown_and_read_only_attributes_are_refused(sqs, refused, queue, name):
    refused(
        sqs, errors.INVALID_ATTRIBUTE_NAME, f"Unknown Attribute {name}.", "SetQueueAttributes",
        QueueUrl=queue, Attributes={name: "true"},
    )


def test_access_policy_is_kept_and_cleared(sqs, queue):
    policy = '{"Version":"2012-10-17","Statement":[]}'
    change(sqs, queue, Policy=policy)
    assert attributes_of(sqs, queue, "Policy") == {"Policy": policy}
    change(sqs, queue, Policy="")
    assert attributes_of(sqs, queue, "Policy") == {}


def test_redrive_policy_is_kept_and_cleared(sqs, queue, make_queue):
    target = attributes_of(sqs, make_queue(), "QueueArn")["QueueArn"]
    policy = {"deadLetterTargetArn": target, "maxReceiveCount": 1000}
    change(sqs, queue, RedrivePolicy=json.dumps(policy))
    assert json.loads(attributes_of(sqs, queue)["RedrivePolicy"]) == policy
    change(sqs, queue, RedrivePolicy="")
    assert "RedrivePolicy" not in attributes_of(sqs, queue)


def test_count_of_a_redrive_policy_may_be_text(sqs, queue, make_queue):
    target = attributes_of(sqs, make_queue(), "QueueArn")["QueueArn"]
    policy = {"deadLetterTargetArn": target, "maxReceiveCount": "5"}
    change(sqs, queue, RedrivePolicy=json.dumps(policy))
    answered = json.loads(attributes_of(sqs, queue)["RedrivePolicy"])
    assert answered["deadLetterTargetArn"] == target
    assert int(answered["maxReceiveCount"]) == 5


@pytest.mark.parametrize("policy", rules.BAD_REDRIVE)
def test_bad_redrive_policies_are_refused(sqs, refused, queue, make_queue, policy):
    target = attributes_of(sqs, make_queue(), "QueueArn")["QueueArn"]
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, rules.names("RedrivePolicy"), "SetQueueAttributes",
        QueueUrl=queue, Attributes={"RedrivePolicy": policy.replace("TARGET", target)},
    )


@pytest.mark.parametrize("policy", rules.BAD_REDRIVE_ALLOW)
def test_bad_redrive_allow_policies_are_refused(sqs, refused, queue, policy):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, rules.names("RedriveAllowPolicy"),
        "SetQueueAttributes", QueueUrl=queue, Attributes={"RedriveAllowPolicy": policy},
    )


def test_a_key_of_ones_own_turns_managed_encryption_off(sqs, queue):
    change(sqs, queue, KmsMasterKeyId="alias/mine")
    answered = attributes_of(sqs, queue)
    assert answered["KmsMasterKeyId"] == "alias/mine"
    assert answered["SqsManagedSseEnabled"] == "false"


def test_change_is_in_force_at_the_next_call(sqs, queue):
    change(sqs, queue, VisibilityTimeout="0")
    sqs.call("SendMessage", QueueUrl=queue, MessageBody="again and again")
    first = sqs.call("ReceiveMessage", QueueUrl=queue)["Messages"][0]
    second = sqs.call("ReceiveMessage", QueueUrl=queue)["Messages"][0]
    assert first["MessageId"] == second["MessageId"]
