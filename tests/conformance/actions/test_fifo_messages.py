"""Messages of FIFO queues: what a send needs, what a receive answers, and the errors of both."""
import hashlib
import re

import pytest

from actions import message_rules as rules
from support import errors

NOT_HERE = "Reason: The request include parameter that is not valid for this queue type."
NO_GROUP = "The request must contain the parameter MessageGroupId."
NO_DEDUPLICATION = (
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
    "provided explicitly"
)


def send(sqs, url, body, group="g", once=None):
    return sqs.call(
        "SendMessage", QueueUrl=url, MessageBody=body, MessageGroupId=group,
        MessageDeduplicationId=once or hashlib.md5(body.encode()).hexdigest(),
    )


def entry(number, group="g", **more):
    return {
        "Id": f"id-{number}", "MessageBody": f"body {number}", "MessageGroupId": group,
        "MessageDeduplicationId": f"once-{number}", **more,
    }


def receive(sqs, url, **parameters):
    parameters.setdefault("MaxNumberOfMessages", 10)
    return sqs.call("ReceiveMessage", QueueUrl=url, **parameters).get("Messages", [])


def bodies(messages):
    return [message["Body"] for message in messages]


@pytest.fixture
def by_content(make_fifo):
    """A queue that takes the body for the deduplication id."""
    return make_fifo(ContentBasedDeduplication="true")


# Shows: fifo.sequence
def test_sequence_numbers_have_20_digits_and_grow(sqs, fifo):
    numbers = [send(sqs, fifo, f"b{i}")["SequenceNumber"] for i in range(3)]
    answer = sqs.call("SendMessageBatch", QueueUrl=fifo, Entries=[entry(i) for i in range(10)])
    rows = {row["Id"]: row["SequenceNumber"] for row in answer["Successful"]}
    numbers += [rows[f"id-{i}"] for i in range(10)]
    assert all(re.fullmatch(r"[1-9]\d{19}", number) for number in numbers)
    assert numbers == sorted(set(numbers), key=int)


def test_standard_queue_has_no_sequence_number(sqs, queue):
    sent = sqs.call("SendMessage", QueueUrl=queue, MessageBody="b", MessageGroupId="g")
    assert "SequenceNumber" not in sent
    (message,) = receive(sqs, queue, MessageSystemAttributeNames=["All"])
    assert message["Attributes"]["MessageGroupId"] == "g"
    assert not {"SequenceNumber", "MessageDeduplicationId"} & message["Attributes"].keys()


def test_receiver_sees_what_the_sender_gave(sqs, fifo):
    sent = send(sqs, fifo, "body", group="tenant-7", once="order-1")
    names = ["MessageGroupId", "MessageDeduplicationId", "SequenceNumber"]
    (message,) = receive(sqs, fifo, MessageSystemAttributeNames=names)
    assert message["MessageId"] == sent["MessageId"]
    assert message["Attributes"] == {
        "MessageGroupId": "tenant-7",
        "MessageDeduplicationId": "order-1",
        "SequenceNumber": sent["SequenceNumber"],
    }


# Shows: receive.system
def test_all_names_all_of_them(sqs, fifo):
    send(sqs, fifo, "body")
    (message,) = receive(sqs, fifo, AttributeNames=["All"])
    assert {
        "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp",
        "MessageGroupId", "MessageDeduplicationId", "SequenceNumber",
    } == message["Attributes"].keys()


# Shows: fifo.content
def test_by_content_the_id_is_the_digest_of_the_body_alone(sqs, by_content):
    given = {"QueueUrl": by_content, "MessageBody": "same", "MessageGroupId": "g"}
    first = sqs.call("SendMessage", **given)
    again = sqs.call(
        "SendMessage", **given, MessageAttributes={"n": rules.string("not part of it")}
    )
    assert again["MessageId"] == first["MessageId"]
    assert again["SequenceNumber"] == first["SequenceNumber"]
    sqs.call("SendMessage", **given, MessageDeduplicationId="given-and-so-not-a-duplicate")
    first_message, second = receive(sqs, by_content, MessageSystemAttributeNames=["All"])
    seen = first_message["Attributes"]["MessageDeduplicationId"]
    assert seen == hashlib.sha256(b"same").hexdigest()
    assert second["Attributes"]["MessageDeduplicationId"] == "given-and-so-not-a-duplicate"


# Shows: fifo.window, fifo.scope-queue, fifo.duplicate-answer
def test_duplicate_is_answered_as_its_first_and_not_delivered(sqs, fifo):
    first = send(sqs, fifo, "body", once="x")
    assert send(sqs, fifo, "another body", group="h", once="x")["MessageId"] == first["MessageId"]
    (message,) = receive(sqs, fifo)
    sqs.call("DeleteMessage", QueueUrl=fifo, ReceiptHandle=message["ReceiptHandle"])
    assert send(sqs, fifo, "body", once="x")["MessageId"] == first["MessageId"]
    assert receive(sqs, fifo) == []


def test_duplicate_within_a_batch(sqs, fifo):
    entries = [entry(1), entry(2, MessageDeduplicationId="once-1"), entry(3)]
    answer = sqs.call("SendMessageBatch", QueueUrl=fifo, Entries=entries)
    rows = {row["Id"]: row for row in answer["Successful"]}
    assert rows["id-2"]["MessageId"] == rows["id-1"]["MessageId"]
    assert bodies(receive(sqs, fifo)) == ["body 1", "body 3"]


# Shows: fifo.scope-group
def test_in_the_scope_of_a_group_another_group_may_have_the_id(sqs, make_fifo):
    url = make_fifo(DeduplicationScope="messageGroup")
    first, other = (send(sqs, url, f"in {g}", group=g, once="x") for g in "gh")
    assert first["MessageId"] != other["MessageId"]
    assert send(sqs, url, "again", group="h", once="x")["MessageId"] == other["MessageId"]
    assert sorted(bodies(receive(sqs, url))) == ["in g", "in h"]


# Shows: error.MissingParameter, text.no-group
def test_group_is_missing(sqs, refused, fifo, by_content):
    for url in (fifo, by_content):
        refused(
            sqs, errors.MISSING_PARAMETER, NO_GROUP, "SendMessage",
            QueueUrl=url, MessageBody="b", MessageDeduplicationId="x",
        )


# Shows: text.no-deduplication
def test_deduplication_id_is_missing(sqs, refused, fifo):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, NO_DEDUPLICATION, "SendMessage",
        QueueUrl=fifo, MessageBody="b", MessageGroupId="g",
    )


# Shows: text.no-group, text.no-deduplication
def test_batch_in_which_one_is_missing_is_refused_whole(sqs, refused, fifo):
    for name, text in (("MessageGroupId", NO_GROUP), ("MessageDeduplicationId", NO_DEDUPLICATION)):
        entries = [entry(1), entry(2)]
        del entries[1][name]
        refused(
            sqs, errors.INVALID_PARAMETER_VALUE, text, "SendMessageBatch",
            QueueUrl=fifo, Entries=entries,
        )
    assert receive(sqs, fifo) == []


# Shows: text.fifo-ids
@pytest.mark.parametrize("name", ["MessageGroupId", "MessageDeduplicationId"])
@pytest.mark.parametrize("value", ["", "x" * 129, "group 123", "ä"], ids=rules.label)
def test_bad_ids_are_refused(sqs, refused, fifo, name, value):
    given = {"MessageGroupId": "g", "MessageDeduplicationId": "x", name: value}
    text = (
        f"Value {value} for parameter {name} is invalid. Reason: {name} can only include "
        "alphanumeric and punctuation characters. 1 to 128 in length."
    )
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, text, "SendMessage",
        QueueUrl=fifo, MessageBody="b", **given,
    )


def test_longest_ids_and_all_punctuation_are_taken(sqs, fifo):
    every = "".join(chr(code) for code in range(33, 127))
    for group, once in (("g" * 128, "x" * 128), (every, every)):
        sqs.call(
            "SendMessage", QueueUrl=fifo, MessageBody="b",
            MessageGroupId=group, MessageDeduplicationId=once,
        )
    seen = receive(sqs, fifo, MessageSystemAttributeNames=["All"])
    assert seen[1]["Attributes"]["MessageGroupId"] == every
    assert seen[1]["Attributes"]["MessageDeduplicationId"] == every


# Shows: text.fifo-delay, fifo.delay
def test_delay_of_a_message_is_not_for_fifo(sqs, refused, fifo):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE,
        f"Value 2 for parameter DelaySeconds is invalid. {NOT_HERE}", "SendMessage",
        QueueUrl=fifo, MessageBody="b", MessageGroupId="g", MessageDeduplicationId="x",
        DelaySeconds=2,
    )
    answer = sqs.call("SendMessageBatch", QueueUrl=fifo, Entries=[
        entry(1, DelaySeconds=2), entry(2, DelaySeconds=0),
    ])
    (failed,) = answer["Failed"]
    assert (failed["Id"], failed["Code"]) == ("id-1", "InvalidParameterValue")
    assert bodies(receive(sqs, fifo)) == ["body 2"]


def test_deduplication_id_is_not_for_standard_queues(sqs, refused, queue):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE,
        f"Value x for parameter MessageDeduplicationId is invalid. {NOT_HERE}", "SendMessage",
        QueueUrl=queue, MessageBody="b", MessageDeduplicationId="x",
    )


# Shows: fifo.lock
def test_a_group_is_received_in_order_and_locked(sqs, fifo):
    for body in ("a1", "b1", "a2", "a3"):
        send(sqs, fifo, body, group=body[0])
    first = receive(sqs, fifo, MaxNumberOfMessages=2)
    assert bodies(first) == ["a1", "a2"]
    assert bodies(receive(sqs, fifo)) == ["b1"]
    assert receive(sqs, fifo) == []
    for message in first:
        sqs.call("DeleteMessage", QueueUrl=fifo, ReceiptHandle=message["ReceiptHandle"])
    assert bodies(receive(sqs, fifo)) == ["a3"]


# Shows: fifo.attempt
def test_attempt_is_repeated_with_the_same_handles(sqs, refused, fifo):
    for body in ("a1", "a2"):
        send(sqs, fifo, body, group="a")
    first = receive(sqs, fifo, ReceiveRequestAttemptId="attempt-1")
    again = receive(sqs, fifo, ReceiveRequestAttemptId="attempt-1")
    assert [m["ReceiptHandle"] for m in again] == [m["ReceiptHandle"] for m in first]
    assert bodies(again) == ["a1", "a2"]
    assert receive(sqs, fifo, ReceiveRequestAttemptId="attempt-2") == []
    sqs.call("DeleteMessage", QueueUrl=fifo, ReceiptHandle=first[0]["ReceiptHandle"])
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE,
        "Value attempt-1 for parameter ReceiveRequestAttemptId is invalid. Reason: The "
        "receiveRequestAttemptId is not valid anymore since the receive call is not retryable.",
        "ReceiveMessage", QueueUrl=fifo, ReceiveRequestAttemptId="attempt-1",
    )


@pytest.mark.parametrize("attempt", ["x" * 129, "a b"], ids=rules.label)
def test_bad_attempt_ids_are_refused(sqs, refused, fifo, attempt):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, re.compile("ReceiveRequestAttemptId.*1 to 128"),
        "ReceiveMessage", QueueUrl=fifo, ReceiveRequestAttemptId=attempt,
    )


def test_handle_from_before_a_new_receive_has_expired(sqs, refused, fifo):
    send(sqs, fifo, "body")
    (old,) = receive(sqs, fifo, VisibilityTimeout=0)
    (message,) = receive(sqs, fifo)
    handle = old["ReceiptHandle"]
    text = f"Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, text, "DeleteMessage",
        QueueUrl=fifo, ReceiptHandle=handle,
    )
    answer = sqs.call("DeleteMessageBatch", QueueUrl=fifo, Entries=[
        {"Id": "old", "ReceiptHandle": handle},
        {"Id": "new", "ReceiptHandle": message["ReceiptHandle"]},
    ])
    (failed,) = answer["Failed"]
    assert (failed["Id"], failed["Code"], failed["Message"]) == ("old", "InvalidParameterValue", text)
    assert [row["Id"] for row in answer["Successful"]] == ["new"]
