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


# Shows: error.InvalidAttributeValue
@pytest.mark.parametrize("name, value", rules.BAD_NUMBERS)
def test_bad_numbers_are_refused_and_change_nothing(sqs, refused, queue, name, value):
    before = attributes_of(sqs, queue)
    other = "DelaySeconds" if name != "DelaySeconds" else "VisibilityTimeout"
    refused(
        sqs, errors.INVALID_ATTRIBUTE_VALUE, rules.names(name), "SetQueueAttributes",
        QueueUrl=queue, Attributes={other: "3", name: value},
    )
    assert attributes_of(sqs, queue) == before


# Shows: error.InvalidAttributeName, attribute.read-only
@pytest.mark.parametrize("name", rules.UNKNOWN_NAMES + ["FifoQueue"])
def test_unknown_and_read_only_attributes_are_refused(sqs, refused, queue, name):
    refused(
        sqs, errors.INVALID_ATTRIBUTE_NAME, f"Unknown Attribute {name}.", "SetQueueAttributes",
        QueueUrl=queue, Attributes={name: "true"},
    )


# Shows: attribute.reset, attribute.policy-unchanged
def test_access_policy_is_kept_and_cleared(sqs, queue):
    policy = '{ "Version" : "2012-10-17",\n "Statement":[] }'
    change(sqs, queue, Policy=policy)
    assert attributes_of(sqs, queue, "Policy") == {"Policy": policy}
    change(sqs, queue, Policy="")
    assert attributes_of(sqs, queue, "Policy") == {}


# Shows: attribute.reset
def test_the_reuse_of_a_key_is_shown_beside_a_key(sqs, queue):
    change(sqs, queue, KmsMasterKeyId="alias/mine", KmsDataKeyReusePeriodSeconds="6000")
    names = ["KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds"]
    assert attributes_of(sqs, queue, *names) == {names[0]: "alias/mine", names[1]: "6000"}
    change(sqs, queue, KmsMasterKeyId="", KmsDataKeyReusePeriodSeconds="300")
    assert attributes_of(sqs, queue, *names) == {}


# Shows: text.policy
@pytest.mark.parametrize("policy", rules.BAD_POLICIES)
def test_what_is_no_access_policy_is_refused(sqs, refused, queue, policy):
    refused(
        sqs, errors.INVALID_ATTRIBUTE_VALUE, "Invalid value for the parameter Policy.",
        "SetQueueAttributes", QueueUrl=queue, Attributes={"Policy": policy},
    )


# Shows: error.OverLimit, text.policy
@pytest.mark.parametrize("policy, text", rules.LARGE_POLICIES)
def test_access_policy_over_its_limits_is_refused(sqs, refused, queue, policy, text):
    refused(
        sqs, errors.OVER_LIMIT, text, "SetQueueAttributes",
        QueueUrl=queue, Attributes={"Policy": policy},
    )
    assert attributes_of(sqs, queue, "Policy") == {}


# Shows: attribute.reset, attribute.redrive-cleared
def test_redrive_policy_is_kept_and_cleared(sqs, queue, make_queue):
    target = attributes_of(sqs, make_queue(), "QueueArn")["QueueArn"]
    policy = {"deadLetterTargetArn": target, "maxReceiveCount": 1000}
    change(sqs, queue, RedrivePolicy=json.dumps(policy))
    assert json.loads(attributes_of(sqs, queue)["RedrivePolicy"]) == policy
    change(sqs, queue, RedrivePolicy="")
    assert "RedrivePolicy" not in attributes_of(sqs, queue)


# Shows: attribute.redrive
def test_count_of_a_redrive_policy_may_be_text(sqs, queue, make_queue):
    target = attributes_of(sqs, make_queue(), "QueueArn")["QueueArn"]
    policy = {"deadLetterTargetArn": target, "maxReceiveCount": "5"}
    change(sqs, queue, RedrivePolicy=json.dumps(policy))
    answered = json.loads(attributes_of(sqs, queue)["RedrivePolicy"])
    assert answered["deadLetterTargetArn"] == target
    assert int(answered["maxReceiveCount"]) == 5


# Shows: attribute.redrive
@pytest.mark.parametrize("policy", rules.BAD_REDRIVE)
def test_bad_redrive_policies_are_refused(sqs, refused, queue, make_queue, policy):
    target = attributes_of(sqs, make_queue(), "QueueArn")["QueueArn"]
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, rules.names("RedrivePolicy"), "SetQueueAttributes",
        QueueUrl=queue, Attributes={"RedrivePolicy": policy.replace("TARGET", target)},
    )


# Shows: attribute.redrive-allow
@pytest.mark.parametrize("policy", rules.BAD_REDRIVE_ALLOW)
def test_bad_redrive_allow_policies_are_refused(sqs, refused, queue, policy):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, rules.names("RedriveAllowPolicy"),
        "SetQueueAttributes", QueueUrl=queue, Attributes={"RedriveAllowPolicy": policy},
    )


def encryption_of(sqs, url):
    names = ["KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"]
    return attributes_of(sqs, url, *names)


# Shows: attribute.own-key, attribute.key-reuse, attribute.one-key
def test_a_key_of_ones_own_turns_managed_encryption_off(sqs, queue):
    change(sqs, queue, SqsManagedSseEnabled="true")
    change(sqs, queue, KmsMasterKeyId="alias/mine")
    own = {"KmsMasterKeyId": "alias/mine", "SqsManagedSseEnabled": "false"}
    assert encryption_of(sqs, queue) == {**own, "KmsDataKeyReusePeriodSeconds": "300"}
    change(sqs, queue, KmsDataKeyReusePeriodSeconds="60")
    assert encryption_of(sqs, queue) == {**own, "KmsDataKeyReusePeriodSeconds": "60"}
    change(sqs, queue, SqsManagedSseEnabled="true")
    assert encryption_of(sqs, queue) == {"SqsManagedSseEnabled": "true"}


# Shows: attribute.reset, attribute.own-key
def test_an_attribute_that_is_set_to_nothing_is_gone(sqs, queue):
    change(sqs, queue, KmsMasterKeyId="alias/mine", KmsDataKeyReusePeriodSeconds="86400")
    change(sqs, queue, KmsMasterKeyId="", KmsDataKeyReusePeriodSeconds="")
    assert encryption_of(sqs, queue) == {"SqsManagedSseEnabled": "false"}


# Shows: attribute.any-key
@pytest.mark.parametrize("key", [
    "testKeyId", "alias/aws/sqs", "1234abcd-12ab-34cd-56ef-1234567890ab",
    "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "arn:aws:kms:us-east-1:111122223333:alias/mine",
])
def test_any_text_is_taken_for_a_key_and_messages_go_through(sqs, created, new_name, key):
    name = new_name()
    url = created(name, Attributes={"KmsMasterKeyId": key})
    assert encryption_of(sqs, url) == {
        "KmsMasterKeyId": key, "KmsDataKeyReusePeriodSeconds": "300", "SqsManagedSseEnabled": "false",
    }
    sqs.call("SendMessage", QueueUrl=url, MessageBody="b")
    assert sqs.call("ReceiveMessage", QueueUrl=url)["Messages"][0]["Body"] == "b"
    assert created(name, Attributes={"KmsMasterKeyId": key}) == url


# Shows: text.other-value
def test_a_queue_is_found_by_its_encryption(sqs, created, refused, queue):
    name = queue.rsplit("/", 1)[1]
    assert sqs.call("CreateQueue", QueueName=name, Attributes={"SqsManagedSseEnabled": "true"})
    for attribute, value in (("SqsManagedSseEnabled", "false"), ("KmsMasterKeyId", "alias/mine")):
        refused(
            sqs, errors.QUEUE_NAME_EXISTS,
            "A queue already exists with the same name and a different value for attribute "
            + attribute, "CreateQueue", QueueName=name, Attributes={attribute: value},
        )


# Shows: text.encryption
def test_both_kinds_of_encryption_at_once_are_refused(sqs, refused, queue, new_name):
    both = {"SqsManagedSseEnabled": "true", "KmsMasterKeyId": "alias/mine"}
    for operation, name in (
        ("SetQueueAttributes", {"QueueUrl": queue}), ("CreateQueue", {"QueueName": new_name()}),
    ):
        refused(
            sqs, errors.INVALID_ATTRIBUTE_NAME,
            "You can use one type of server-side encryption (SSE) at one time. You can either "
            "enable KMS SSE or SQS SSE.", operation, Attributes=both, **name,
        )


# Shows: attribute.key-reuse
@pytest.mark.parametrize("seconds", ["59", "86401", "soon"])
def test_a_key_is_reused_for_a_minute_to_a_day(sqs, refused, queue, seconds):
    refused(
        sqs, errors.INVALID_ATTRIBUTE_VALUE,
        "Invalid value for the parameter KmsDataKeyReusePeriodSeconds.", "SetQueueAttributes",
        QueueUrl=queue, Attributes={"KmsDataKeyReusePeriodSeconds": seconds},
    )


def test_change_is_in_force_at_the_next_call(sqs, queue):
    change(sqs, queue, VisibilityTimeout="0")
    sqs.call("SendMessage", QueueUrl=queue, MessageBody="again and again")
    first = sqs.call("ReceiveMessage", QueueUrl=queue)["Messages"][0]
    second = sqs.call("ReceiveMessage", QueueUrl=queue)["Messages"][0]
    assert first["MessageId"] == second["MessageId"]
