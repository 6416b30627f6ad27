"""ChangeMessageVisibility: longer, shorter, now; and what has no visibility to change."""
import re
import time

import pytest

from support import errors


def receive(sqs, url, **parameters):
    answer = sqs.call("ReceiveMessage", QueueUrl=url, **parameters)
    return answer["Messages"][0] if "Messages" in answer else None


def change(sqs, url, message, seconds):
    return sqs.call(
        "ChangeMessageVisibility", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"],
        VisibilityTimeout=seconds,
    )


@pytest.fixture
def received(sqs, queue):
    """A message in flight."""
    sqs.call("SendMessage", QueueUrl=queue, MessageBody="b")
    return receive(sqs, queue)


# Shows: visibility.zero
def test_zero_makes_visible_at_once(sqs, queue, received):
    assert receive(sqs, queue) is None
    assert change(sqs, queue, received, 0) == {}
    assert receive(sqs, queue)["MessageId"] == received["MessageId"]


def test_shorter_time_ends_sooner(sqs, queue, received):
    change(sqs, queue, received, 1)
    assert receive(sqs, queue) is None
    began = time.monotonic()
    again = receive(sqs, queue, WaitTimeSeconds=5)
    assert again["MessageId"] == received["MessageId"]
    assert time.monotonic() - began < 3


def test_longer_time_is_taken_and_not_remembered(sqs, queue, received):
    change(sqs, queue, received, 40000)
    change(sqs, queue, received, 0)
    again = receive(sqs, queue, VisibilityTimeout=1)
    assert receive(sqs, queue, WaitTimeSeconds=3)["MessageId"] == again["MessageId"]


@pytest.mark.parametrize("seconds", [-1, 43201])
def test_time_out_of_range_is_refused(sqs, refused, queue, received, seconds):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE,
        re.compile(rf"Value {seconds} for parameter VisibilityTimeout is invalid\. Reason: .*43200"),
        "ChangeMessageVisibility", QueueUrl=queue, ReceiptHandle=received["ReceiptHandle"],
        VisibilityTimeout=seconds,
    )


def test_what_is_no_handle_is_refused(sqs, refused, queue):
    refused(
        sqs, errors.RECEIPT_HANDLE_IS_INVALID, re.compile("receipt handle"),
        "ChangeMessageVisibility", QueueUrl=queue, ReceiptHandle="nonsense", VisibilityTimeout=1,
    )


# Shows: visibility.deleted
def test_message_that_is_deleted_cannot_be_changed(sqs, refused, queue, received):
    handle = received["ReceiptHandle"]
    sqs.call("DeleteMessage", QueueUrl=queue, ReceiptHandle=handle)
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE,
        f"Value {handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or "
        "is not available for visibility timeout change.",
        "ChangeMessageVisibility", QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=5,
    )


# Shows: visibility.earlier-receipt
def test_an_earlier_receipt_names_its_message_as_well(sqs, queue, received):
    change(sqs, queue, received, 0)
    again = receive(sqs, queue)
    assert again["ReceiptHandle"] != received["ReceiptHandle"]
    change(sqs, queue, received, 0)
    assert receive(sqs, queue)["MessageId"] == received["MessageId"]
