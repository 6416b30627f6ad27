"""FIFO topics: what they demand, order, deduplication, and FIFO and standard queues behind them."""
import json

import pytest

from sns.topic_calls import queue_arn, receive, subscribe
from support.errors import Sns as errors

NO_GROUP = "Invalid parameter: The MessageGroupId parameter is required for FIFO topics"
NO_ID = ("Invalid parameter: The topic should either have ContentBasedDeduplication enabled or "
         "MessageDeduplicationId provided explicitly")


def test_group_and_deduplication_are_demanded(sns, make_fifo_topic, refused):
    topic = make_fifo_topic()
    refused(sns, errors.INVALID_PARAMETER, NO_GROUP, "Publish", TopicArn=topic, Message="test")
    refused(sns, errors.INVALID_PARAMETER, NO_ID, "Publish", TopicArn=topic, Message="test", MessageGroupId="g")
    for entry, why in (({}, NO_GROUP), ({"MessageGroupId": "g"}, NO_ID)):
        refused(sns, errors.INVALID_PARAMETER, why, "PublishBatch", TopicArn=topic,
                PublishBatchRequestEntries=[{"Id": "1", "Message": "m", **entry}])


def test_notification_has_a_sequence_number_and_no_signature(sns, boto3_sqs, make_fifo_topic, fifo):
    topic = make_fifo_topic(ContentBasedDeduplication="true")
    arn = subscribe(sns, topic, fifo)
    sent = sns.call("Publish", TopicArn=topic, Message="Test", MessageGroupId="g1")
    assert len(sent["SequenceNumber"]) == 20
    got, = receive(boto3_sqs, fifo)
    body = json.loads(got["Body"])
    assert list(body) == ["Type", "MessageId", "SequenceNumber", "TopicArn", "Message", "Timestamp", "UnsubscribeURL"]
    assert (body["MessageId"], body["SequenceNumber"]) == (sent["MessageId"], sent["SequenceNumber"])
    assert body["UnsubscribeURL"].endswith(arn)
    assert got["Attributes"]["MessageGroupId"] == "g1"
    assert got["Attributes"]["SequenceNumber"] != sent["SequenceNumber"], "the queue counts for itself"
    # SHA-256 of the message, not of the notification
    assert got["Attributes"]["MessageDeduplicationId"] == (
        "532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25")


@pytest.mark.parametrize("by_content", [True, False], ids=["content", "id"])
def test_duplicates_are_taken_and_not_delivered(sns, boto3_sqs, make_fifo_topic, make_fifo, queue, by_content):
    content = {"ContentBasedDeduplication": "true"} if by_content else {}
    topic, fifo = make_fifo_topic(**content), make_fifo()
    subscribe(sns, topic, fifo)
    subscribe(sns, topic, queue, RawMessageDelivery="true")
    more = {} if by_content else {"MessageDeduplicationId": "d1"}
    sent = [sns.call("Publish", TopicArn=topic, Message="Test", MessageGroupId="g1", **more) for _ in range(2)]
    assert sent[0] == sent[1]
    assert len(receive(boto3_sqs, fifo, count=2, wait=1)) == 1
    assert len(receive(boto3_sqs, queue, count=2, wait=1)) == 1


def test_order_of_a_group(sns, boto3_sqs, make_fifo_topic, make_fifo):
    topic, queues = make_fifo_topic(ContentBasedDeduplication="true"), [make_fifo(), make_fifo()]
    for queue in queues:
        subscribe(sns, topic, queue, RawMessageDelivery="true")
    numbers = []
    for first in range(0, 30, 10):
        entries = [{"Id": str(i), "Message": f"{i}", "MessageGroupId": "g"} for i in range(first, first + 10)]
        done = sns.call("PublishBatch", TopicArn=topic, PublishBatchRequestEntries=entries)
        numbers += [int(each["SequenceNumber"]) for each in done["Successful"]]
    assert numbers == sorted(numbers) and len(set(numbers)) == 30
    for queue in queues:
        assert [m["Body"] for m in receive(boto3_sqs, queue, 30)] == [f"{i}" for i in range(30)]


def test_standard_queue_behind_a_fifo_topic(sns, boto3_sqs, make_fifo_topic, queue):
    topic = make_fifo_topic(ContentBasedDeduplication="true")
    subscribe(sns, topic, queue)
    sent = sns.call("Publish", TopicArn=topic, Message="Test", MessageGroupId="g1")
    got, = receive(boto3_sqs, queue)
    assert json.loads(got["Body"])["SequenceNumber"] == sent["SequenceNumber"]
    assert not {"MessageGroupId", "MessageDeduplicationId", "SequenceNumber"} & set(got["Attributes"])


def test_dead_letters_of_a_fifo_queue_need_one(sns, make_fifo_topic, fifo, make_fifo, queue, refused):
    topic = make_fifo_topic()
    arn = subscribe(sns, topic, fifo)

    def policy(url):
        return {"SubscriptionArn": arn, "AttributeName": "RedrivePolicy",
                "AttributeValue": json.dumps({"deadLetterTargetArn": queue_arn(url)})}

    refused(sns, errors.INVALID_PARAMETER,
            "Invalid parameter: RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.",
            "SetSubscriptionAttributes", **policy(queue))
    sns.call("SetSubscriptionAttributes", **policy(make_fifo()))


def test_attributes_of_fifo_topics_only(sns, topic, make_fifo_topic, refused):
    for name, value in (("ContentBasedDeduplication", "true"), ("FifoThroughputScope", "MessageGroup")):
        refused(sns, errors.INVALID_PARAMETER, f"Invalid parameter: {name}: it is for FIFO topics only",
                "SetTopicAttributes", TopicArn=topic, AttributeName=name, AttributeValue=value)
    fifo = make_fifo_topic()
    sns.call("SetTopicAttributes", TopicArn=fifo, AttributeName="ContentBasedDeduplication", AttributeValue="true")
    assert sns.call("GetTopicAttributes", TopicArn=fifo)["Attributes"]["ContentBasedDeduplication"] == "true"
