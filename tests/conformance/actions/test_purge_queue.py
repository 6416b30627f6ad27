"""PurgeQueue: messages in every state are gone, and stay gone."""
COUNTERS = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
]


def test_visible_delayed_and_received_messages_are_gone(sqs, make_queue):
    url = make_queue()
    for body in "abc":
        sqs.call("SendMessage", QueueUrl=url, MessageBody=body)
    sqs.call("SendMessage", QueueUrl=url, MessageBody="later", DelaySeconds=900)
    handle = sqs.call("ReceiveMessage", QueueUrl=url)["Messages"][0]["ReceiptHandle"]
    assert sqs.call("PurgeQueue", QueueUrl=url) == {}
    answer = sqs.call("GetQueueAttributes", QueueUrl=url, AttributeNames=COUNTERS)
    assert answer["Attributes"] == dict.fromkeys(COUNTERS, "0")
    assert sqs.call("ReceiveMessage", QueueUrl=url) == {}
    sqs.call("DeleteMessage", QueueUrl=url, ReceiptHandle=handle)  # as of a deleted message


def test_queue_is_in_use_again_at_once(sqs, queue):
    sqs.call("SendMessage", QueueUrl=queue, MessageBody="before")
    sqs.call("PurgeQueue", QueueUrl=queue)
    sqs.call("SendMessage", QueueUrl=queue, MessageBody="after")
    messages = sqs.call("ReceiveMessage", QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in messages] == ["after"]
