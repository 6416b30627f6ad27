"""GetQueueAttributes: names, defaults, counters."""
import time

import pytest

from support import errors

COUNTERS = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
]


# Shows: attribute.defaults, attribute.strings
def test_fresh_queue_has_the_defaults_of_sqs(sqs, queue):
    answer = sqs.call("GetQueueAttributes", QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    account, name = queue.rsplit("/", 2)[1:]
    now = time.time()
    for stamp in ("CreatedTimestamp", "LastModifiedTimestamp"):
        assert abs(int(answer.pop(stamp)) - now) < 60
    assert answer == {
        **dict.fromkeys(COUNTERS, "0"),
        "DelaySeconds": "0",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "QueueArn": f"arn:aws:sqs:us-east-1:{account}:{name}",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    }


def test_only_the_named_are_answered(sqs, queue):
    wanted = ["DelaySeconds", "VisibilityTimeout"]
    answer = sqs.call("GetQueueAttributes", QueueUrl=queue, AttributeNames=wanted)
    assert answer == {"Attributes": {"DelaySeconds": "0", "VisibilityTimeout": "30"}}


# Shows: attribute.no-names
def test_no_names_no_attributes(sqs, queue):
    assert sqs.call("GetQueueAttributes", QueueUrl=queue) == {}


def test_attribute_that_is_not_set_is_not_answered(sqs, queue):
    wanted = ["RedrivePolicy", "Policy", "DelaySeconds"]
    answer = sqs.call("GetQueueAttributes", QueueUrl=queue, AttributeNames=wanted)
    assert answer == {"Attributes": {"DelaySeconds": "0"}}


@pytest.mark.parametrize("names", [["Colour"], ["DelaySeconds", "Colour"], ["All", "Colour"]])
def test_unknown_name_is_refused(sqs, refused, queue, names):
    refused(
        sqs, errors.INVALID_ATTRIBUTE_NAME, "Unknown Attribute Colour.", "GetQueueAttributes",
        QueueUrl=queue, AttributeNames=names,
    )


# Shows: fair.metrics
@pytest.mark.parametrize("name", [
    "ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisibleInQuietGroups",
    "ApproximateNumberOfMessagesNotVisibleInQuietGroups",
    "ApproximateNumberOfMessagesDelayedInQuietGroups",
])
def test_metrics_are_no_attributes(sqs, refused, queue, name):
    refused(
        sqs, errors.INVALID_ATTRIBUTE_NAME, f"Unknown Attribute {name}.", "GetQueueAttributes",
        QueueUrl=queue, AttributeNames=[name],
    )


def test_counters_follow_messages(sqs, make_queue):
    url = make_queue()

    def counters():
        answer = sqs.call("GetQueueAttributes", QueueUrl=url, AttributeNames=COUNTERS)
        return [int(answer["Attributes"][name]) for name in COUNTERS]

    for body in "abc":
        sqs.call("SendMessage", QueueUrl=url, MessageBody=body)
    sqs.call("SendMessage", QueueUrl=url, MessageBody="later", DelaySeconds=900)
    assert counters() == [3, 1, 0]
    received = sqs.call("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=2)["Messages"]
    in_flight = len(received)
    assert 1 <= in_flight <= 2
    assert counters() == [3 - in_flight, 1, in_flight]
    sqs.call("DeleteMessage", QueueUrl=url, ReceiptHandle=received[0]["ReceiptHandle"])
    assert counters() == [3 - in_flight, 1, in_flight - 1]
