"""DeleteMessage: by a receipt handle, new or old."""
import re

import pytest

from support import errors


def receive(sqs, url, **parameters):
    return sqs.call("ReceiveMessage", QueueUrl=url, **parameters)["Messages"][0]


def remaining(sqs, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = sqs.call("GetQueueAttributes", QueueUrl=url, AttributeNames=names)
    return sum(int(value) for value in answer["Attributes"].values())


def delete(sqs, url, message):
    return sqs.call("DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def test_deleted_message_is_gone(sqs, queue):
    sqs.call("SendMessage", QueueUrl=queue, MessageBody="b")
    assert delete(sqs, queue, receive(sqs, queue)) == {}
    assert remaining(sqs, queue) == 0


def test_deleting_again_succeeds(sqs, queue):
    sqs.call("SendMessage", QueueUrl=queue, MessageBody="b")
    message = receive(sqs, queue)
    delete(sqs, queue, message)
    assert delete(sqs, queue, message) == {}


def test_handle_of_an_expired_receive_deletes(sqs, queue):
    sqs.call("SendMessage", QueueUrl=queue, MessageBody="b")
    message = receive(sqs, queue, VisibilityTimeout=0)
    assert delete(sqs, queue, message) == {}
    assert remaining(sqs, queue) == 0


# Shows: receipt.old
def test_handle_of_an_earlier_receive_succeeds(sqs, queue):
    """SQS promises success and not that the message goes; whoever holds the newest handle can
    delete it in any case."""
    sqs.call("SendMessage", QueueUrl=queue, MessageBody="b")
    earlier = receive(sqs, queue, VisibilityTimeout=0)
    newest = receive(sqs, queue)
    assert earlier["ReceiptHandle"] != newest["ReceiptHandle"]
    assert delete(sqs, queue, earlier) == {}
    assert delete(sqs, queue, newest) == {}
    assert remaining(sqs, queue) == 0


# Shows: error.ReceiptHandleIsInvalid
@pytest.mark.parametrize("handle", ["nonsense", "A" * 44, "ä", "x" * 1024])
def test_what_is_no_handle_is_refused(sqs, refused, queue, handle):
    refused(
        sqs, errors.RECEIPT_HANDLE_IS_INVALID, re.compile("receipt handle"), "DeleteMessage",
        QueueUrl=queue, ReceiptHandle=handle,
    )


def test_handle_of_another_queue_deletes_nothing(sqs, refused, queue, make_queue):
    sqs.call("SendMessage", QueueUrl=queue, MessageBody="b")
    message = receive(sqs, queue)
    other = make_queue()
    refused(
        sqs, errors.RECEIPT_HANDLE_IS_INVALID, re.compile("receipt handle"), "DeleteMessage",
        QueueUrl=other, ReceiptHandle=message["ReceiptHandle"],
    )
    assert remaining(sqs, queue) == 1
