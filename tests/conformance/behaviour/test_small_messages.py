"""--message-size-max 256KiB: sizes as they were before 2025, with the texts of that time."""
import pytest

from behaviour.queue_calls import send
from support import errors

SERVER_OPTIONS = ("--message-size-max", "256KiB")
pytestmark = pytest.mark.own_server


def test_a_message_has_256_kib(sqs, refused, queue):
    send(sqs, queue, "x" * 262144)
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE,
        "One or more parameters are invalid. Reason: Message must be shorter than 262144 bytes.",
        "SendMessage", QueueUrl=queue, MessageBody="x" * 262145,
    )


def test_a_batch_has_256_kib(sqs, refused, queue):
    refused(
        sqs, errors.BATCH_TOO_LONG,
        "Batch requests cannot be longer than 262144 bytes. You have sent 262146 bytes.",
        "SendMessageBatch", QueueUrl=queue,
        Entries=[{"Id": str(i), "MessageBody": "x" * 131073} for i in range(2)],
    )


def test_maximum_message_size_goes_up_to_256_kib(sqs, refused, queue):
    read = sqs.call("GetQueueAttributes", QueueUrl=queue, AttributeNames=["MaximumMessageSize"])
    assert read["Attributes"] == {"MaximumMessageSize": "262144"}
    refused(
        sqs, errors.INVALID_ATTRIBUTE_VALUE,
        "Invalid value for the parameter MaximumMessageSize.",
        "SetQueueAttributes", QueueUrl=queue, Attributes={"MaximumMessageSize": "262145"},
    )
