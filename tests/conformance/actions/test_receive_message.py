"""ReceiveMessage: how many, which attributes, and what is out of range."""
import re
import time

import pytest

from actions.message_rules import DIGESTS, string
from support import errors

SYSTEM = [
    "ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount", "SenderId", "SentTimestamp",
]


def receive(sqs, url, **parameters):
    return sqs.call("ReceiveMessage", QueueUrl=url, **parameters).get("Messages", [])


def send(sqs, url, count=1, **parameters):
    for number in range(count):
        sqs.call("SendMessage", QueueUrl=url, MessageBody=f"body {number}", **parameters)


# Shows: receive.nothing
def test_empty_queue_answers_without_messages(sqs, queue):
    assert sqs.call("ReceiveMessage", QueueUrl=queue) == {}
    assert sqs.call("ReceiveMessage", QueueUrl=queue, WaitTimeSeconds=0) == {}


def test_a_plain_receive_answers_one_message_without_attributes(sqs, queue):
    send(sqs, queue, 2, MessageAttributes={"a": string("b")})
    (message,) = receive(sqs, queue)
    assert set(message) == {"MessageId", "ReceiptHandle", "MD5OfBody", "Body"}
    assert 0 < len(message["ReceiptHandle"]) <= 1024


def test_as_many_as_asked_for_each_once(sqs, queue):
    send(sqs, queue, 12)
    first = receive(sqs, queue, MaxNumberOfMessages=10)
    second = receive(sqs, queue, MaxNumberOfMessages=10)
    assert (len(first), len(second)) == (10, 2)
    assert len({m["MessageId"] for m in first + second}) == 12
    assert len({m["ReceiptHandle"] for m in first + second}) == 12
    assert receive(sqs, queue) == []


# Shows: error.InvalidParameterValue, text.max-messages
@pytest.mark.parametrize("count", [-1, 0, 11])
def test_number_of_messages_out_of_range(sqs, refused, queue, count):
    text = (
        f"Value {count} for parameter MaxNumberOfMessages is invalid. Reason: "
        "Must be between 1 and 10, if provided."
    )
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, text, "ReceiveMessage",
        QueueUrl=queue, MaxNumberOfMessages=count,
    )


# Shows: text.wait-time
@pytest.mark.parametrize("seconds", [-1, 21])
def test_wait_out_of_range(sqs, refused, queue, seconds):
    text = (
        f"Value {seconds} for parameter WaitTimeSeconds is invalid. Reason: "
        "Must be >= 0 and <= 20, if provided."
    )
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, text, "ReceiveMessage",
        QueueUrl=queue, WaitTimeSeconds=seconds,
    )


@pytest.mark.parametrize("seconds", [-1, 43201])
def test_visibility_timeout_out_of_range(sqs, refused, queue, seconds):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE,
        re.compile(rf"Value {seconds} for parameter VisibilityTimeout is invalid\. Reason: .*43200"),
        "ReceiveMessage", QueueUrl=queue, VisibilityTimeout=seconds,
    )


# Shows: receive.system
@pytest.mark.parametrize("member", ["AttributeNames", "MessageSystemAttributeNames"])
def test_all_system_attributes(sqs, queue, member):
    before = int(time.time() * 1000)
    send(sqs, queue)
    (message,) = receive(sqs, queue, **{member: ["All"]})
    after = int(time.time() * 1000)
    attributes = message["Attributes"]
    assert sorted(attributes) == SYSTEM
    sent = int(attributes["SentTimestamp"])
    received = int(attributes["ApproximateFirstReceiveTimestamp"])
    assert before - 5 <= sent <= received <= after + 5
    assert attributes["ApproximateReceiveCount"] == "1"
    assert attributes["SenderId"]


# Shows: receive.system
@pytest.mark.parametrize("member", ["AttributeNames", "MessageSystemAttributeNames"])
@pytest.mark.parametrize("name", SYSTEM)
def test_one_system_attribute(sqs, queue, member, name):
    send(sqs, queue)
    (message,) = receive(sqs, queue, **{member: [name]})
    assert list(message["Attributes"]) == [name]


# Shows: receive.system
def test_both_lists_of_names_count(sqs, queue):
    send(sqs, queue)
    (message,) = receive(
        sqs, queue, AttributeNames=["SenderId"], MessageSystemAttributeNames=["SentTimestamp"]
    )
    assert sorted(message["Attributes"]) == ["SenderId", "SentTimestamp"]


@pytest.mark.parametrize("name", ["MessageGroupId", "SequenceNumber", "AWSTraceHeader",
                                  "MessageDeduplicationId", "DeadLetterQueueSourceArn"])
def test_system_attribute_that_a_message_has_not(sqs, queue, name):
    send(sqs, queue)
    (message,) = receive(sqs, queue, MessageSystemAttributeNames=[name])
    assert "Attributes" not in message or message["Attributes"] == {}


def test_unknown_system_attribute_is_refused(sqs, refused, queue):
    refused(
        sqs, errors.INVALID_ATTRIBUTE_NAME, re.compile(r"\bColour\b"), "ReceiveMessage",
        QueueUrl=queue, MessageSystemAttributeNames=["Colour"],
    )


# Shows: digest.returned, receive.filters
@pytest.mark.parametrize("names, expected", [
    (["All"], ["General", "Hello", "Help.Me"]),
    ([".*"], ["General", "Hello", "Help.Me"]),
    (["*"], ["General", "Hello", "Help.Me"]),
    (["Hello"], ["Hello"]),
    (["Hello", "General", "Nothing"], ["General", "Hello"]),
    (["Help.*"], ["Help.Me"]),
    (["Hel.*"], ["Hello", "Help.Me"]),
    (["hello"], []),
    (["Nothing"], []),
], ids=str)
def test_message_attributes_by_name_and_prefix(sqs, queue, names, expected):
    attributes, digest = DIGESTS[2]
    send(sqs, queue, MessageAttributes=attributes)
    (message,) = receive(sqs, queue, MessageAttributeNames=names)
    assert sorted(message.get("MessageAttributes", {})) == expected
    assert ("MD5OfMessageAttributes" in message) == bool(expected)
    if len(expected) == 3:
        assert message["MD5OfMessageAttributes"] == digest


# Shows: digest.returned
def test_digest_covers_only_the_attributes_returned(sqs, queue):
    attributes = {**DIGESTS[1][0], "Other": string("more")}
    send(sqs, queue, MessageAttributes=attributes)
    (message,) = receive(sqs, queue, MessageAttributeNames=["Foo"])
    assert message["MessageAttributes"] == DIGESTS[1][0]
    assert message["MD5OfMessageAttributes"] == DIGESTS[1][1]


# Shows: visibility.receive-zero
def test_receive_count_and_first_receive_time(sqs, queue):
    send(sqs, queue)
    seen = [
        receive(sqs, queue, VisibilityTimeout=0, MessageSystemAttributeNames=["All"])[0]
        for _ in range(3)
    ]
    attributes = [message["Attributes"] for message in seen]
    assert [a["ApproximateReceiveCount"] for a in attributes] == ["1", "2", "3"]
    assert len({a["ApproximateFirstReceiveTimestamp"] for a in attributes}) == 1
    assert len({a["SentTimestamp"] for a in attributes}) == 1
    assert len({message["ReceiptHandle"] for message in seen}) == 3


# Shows: visibility.receive-zero
def test_visibility_timeout_of_0_shows_a_message_once_a_call(sqs, queue):
    """LocalStack issue 7397: one call returned the same message many times."""
    send(sqs, queue, 3)
    for _ in range(2):
        messages = receive(sqs, queue, MaxNumberOfMessages=10, VisibilityTimeout=0)
        assert sorted(m["Body"] for m in messages) == ["body 0", "body 1", "body 2"]


def test_an_attempt_id_is_for_fifo_and_harmless_here(sqs, refused, queue):
    """SQS documents the parameter for FIFO queues only; a standard queue must not lose messages
    over it, whether it refuses or ignores it."""
    send(sqs, queue)
    try:
        receive(sqs, queue, ReceiveRequestAttemptId="attempt-1", VisibilityTimeout=0)
    except errors.Refused as refusal:
        sqs.check_refusal(refusal, errors.INVALID_PARAMETER_VALUE)
    assert len(receive(sqs, queue)) == 1
