"""DeleteQueue: the queue and its messages are gone at once."""
import pytest

from support import errors

NO_QUEUE = "The specified queue does not exist."


def test_deleted_queue_does_not_exist(sqs, refused, make_queue):
    url = make_queue()
    assert sqs.call("DeleteQueue", QueueUrl=url) == {}
    refused(sqs, errors.QUEUE_DOES_NOT_EXIST, NO_QUEUE, "ReceiveMessage", QueueUrl=url)
    refused(
        sqs, errors.QUEUE_DOES_NOT_EXIST, NO_QUEUE, "SendMessage", QueueUrl=url, MessageBody="a"
    )
    assert url not in sqs.call("ListQueues").get("QueueUrls", [])


def test_queue_that_never_was_does_not_exist(sqs, refused, server):
    refused(
        sqs, errors.QUEUE_DOES_NOT_EXIST, NO_QUEUE, "DeleteQueue",
        QueueUrl=f"{server.url}/000000000000/never-was",
    )


def test_queue_made_anew_is_empty_and_has_defaults(sqs, make_queue):
    url = make_queue(VisibilityTimeout="77")
    sqs.call("SendMessage", QueueUrl=url, MessageBody="old")
    sqs.call("DeleteQueue", QueueUrl=url)
    assert sqs.call("CreateQueue", QueueName=url.rsplit("/", 1)[1])["QueueUrl"] == url
    assert sqs.call("ReceiveMessage", QueueUrl=url) == {}
    wanted = ["VisibilityTimeout", "ApproximateNumberOfMessages"]
    answer = sqs.call("GetQueueAttributes", QueueUrl=url, AttributeNames=wanted)
    assert answer["Attributes"] == {"VisibilityTimeout": "30", "ApproximateNumberOfMessages": "0"}


# Shows: error.QueueDoesNotExist
@pytest.mark.parametrize("operation, more", [
    ("ChangeMessageVisibility", {"ReceiptHandle": "any", "VisibilityTimeout": 1}),
    ("ChangeMessageVisibilityBatch",
     {"Entries": [{"Id": "a", "ReceiptHandle": "any", "VisibilityTimeout": 1}]}),
    ("DeleteMessage", {"ReceiptHandle": "any"}),
    ("DeleteMessageBatch", {"Entries": [{"Id": "a", "ReceiptHandle": "any"}]}),
    ("GetQueueAttributes", {"AttributeNames": ["All"]}),
    ("ListDeadLetterSourceQueues", {}),
    ("ListQueueTags", {}),
    ("PurgeQueue", {}),
    ("ReceiveMessage", {"WaitTimeSeconds": 1}),
    ("SendMessage", {"MessageBody": "a"}),
    ("SendMessageBatch", {"Entries": [{"Id": "a", "MessageBody": "a"}]}),
    ("SetQueueAttributes", {"Attributes": {"DelaySeconds": "1"}}),
    ("TagQueue", {"Tags": {"a": "b"}}),
    ("UntagQueue", {"TagKeys": ["a"]}),
])
def test_every_action_says_that_a_queue_does_not_exist(sqs, refused, server, operation, more):
    refused(
        sqs, errors.QUEUE_DOES_NOT_EXIST, NO_QUEUE, operation,
        QueueUrl=f"{server.url}/000000000000/never-was", **more,
    )
