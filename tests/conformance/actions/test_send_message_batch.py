"""SendMessageBatch: up to ten entries, each with its own fate."""
import hashlib

import pytest

from actions import message_rules as rules
from support import errors


def entry(number, body=None, **more):
    return {"Id": f"id-{number}", "MessageBody": body or f"body {number}", **more}


def send(sqs, url, entries):
    return sqs.call("SendMessageBatch", QueueUrl=url, Entries=entries)


def bodies(sqs, url):
    answer = sqs.call("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)
    return sorted(message["Body"] for message in answer.get("Messages", []))


def test_ten_entries_are_sent(sqs, queue):
    answer = send(sqs, queue, [entry(i) for i in range(10)])
    assert "Failed" not in answer
    by_id = {row["Id"]: row for row in answer["Successful"]}
    assert len(by_id) == 10
    for i in range(10):
        row = by_id[f"id-{i}"]
        assert row["MD5OfMessageBody"] == hashlib.md5(f"body {i}".encode()).hexdigest()
        assert len(row["MessageId"]) == 36
    received = sqs.call("ReceiveMessage", QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert {m["MessageId"] for m in received} == {row["MessageId"] for row in by_id.values()}


def test_entries_carry_all_that_a_message_can(sqs, queue):
    attributes, digest = rules.DIGESTS[2]
    answer = send(sqs, queue, [
        entry(1, MessageAttributes=attributes,
              MessageSystemAttributes={"AWSTraceHeader": rules.string("Root=1")}),
        entry(2, DelaySeconds=900),
        entry(3, MessageGroupId="tenant"),
    ])
    rows = {row["Id"]: row for row in answer["Successful"]}
    assert rows["id-1"]["MD5OfMessageAttributes"] == digest
    assert len(rows["id-1"]["MD5OfMessageSystemAttributes"]) == 32
    assert "MD5OfMessageAttributes" not in rows["id-2"]
    assert bodies(sqs, queue) == ["body 1", "body 3"]


# Shows: error.TooManyEntriesInBatchRequest, text.too-many-entries
@pytest.mark.parametrize("count", [11, 20])
def test_more_than_ten_entries_are_refused(sqs, refused, queue, count):
    text = f"Maximum number of entries per request are 10. You have sent {count}."
    refused(
        sqs, errors.TOO_MANY_ENTRIES, text, "SendMessageBatch",
        QueueUrl=queue, Entries=[entry(i) for i in range(count)],
    )
    assert bodies(sqs, queue) == []


# Shows: error.EmptyBatchRequest, text.empty-batch
def test_no_entry_is_refused(sqs, refused, queue):
    refused(
        sqs, errors.EMPTY_BATCH,
        "There should be at least one SendMessageBatchRequestEntry in the request.",
        "SendMessageBatch", QueueUrl=queue, Entries=[],
    )


# Shows: error.InvalidBatchEntryId, text.batch-id
@pytest.mark.parametrize("bad", ["", "i" * 81, "with space", "co:lon", "ä"], ids=rules.label)
def test_ids_follow_rules(sqs, refused, queue, bad):
    text = (
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
        "It can be at most 80 letters long."
    )
    refused(
        sqs, errors.INVALID_BATCH_ENTRY_ID, text, "SendMessageBatch",
        QueueUrl=queue, Entries=[entry(1), {"Id": bad, "MessageBody": "b"}],
    )
    assert bodies(sqs, queue) == []


def test_longest_ids_are_taken(sqs, queue):
    ids = ["i" * 80, "-", "_", "0"]
    answer = send(sqs, queue, [{"Id": one, "MessageBody": "b"} for one in ids])
    assert sorted(row["Id"] for row in answer["Successful"]) == sorted(ids)


# Shows: error.BatchEntryIdsNotDistinct
def test_ids_are_distinct(sqs, refused, queue):
    refused(
        sqs, errors.IDS_NOT_DISTINCT, "Id id-1 repeated.", "SendMessageBatch",
        QueueUrl=queue, Entries=[entry(1), entry(2), entry(1)],
    )
    assert bodies(sqs, queue) == []


def test_a_bad_entry_fails_alone(sqs, queue):
    answer = send(sqs, queue, [
        entry(1),
        entry(2, "bad \x01 character"),
        entry(3, DelaySeconds=901),
        entry(4, MessageAttributes={"n": rules.string("ten", "Number")}),
        entry(5),
    ])
    assert sorted(row["Id"] for row in answer["Successful"]) == ["id-1", "id-5"]
    failed = {row["Id"]: row for row in answer["Failed"]}
    assert {name: row["Code"] for name, row in failed.items()} == {
        "id-2": "InvalidMessageContents",
        "id-3": "InvalidParameterValue",
        "id-4": "InvalidParameterValue",
    }
    assert all(row["SenderFault"] is True and row["Message"] for row in failed.values())
    assert bodies(sqs, queue) == ["body 1", "body 5"]


def test_when_all_entries_fail_there_is_no_successful(sqs, queue):
    answer = send(sqs, queue, [entry(1, DelaySeconds=-1)])
    assert "Successful" not in answer or answer["Successful"] == []
    assert [row["Id"] for row in answer["Failed"]] == ["id-1"]


# Shows: message.1-mib
def test_batch_of_one_mebibyte_is_taken(sqs, queue):
    answer = send(sqs, queue, [entry(i, "x" * 524288) for i in range(2)])
    assert len(answer["Successful"]) == 2


# Shows: error.BatchRequestTooLong, text.batch-too-long
def test_batch_of_one_byte_more_is_refused(sqs, refused, queue):
    text = "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes."
    refused(
        sqs, errors.BATCH_TOO_LONG, text, "SendMessageBatch",
        QueueUrl=queue, Entries=[entry(1, "hello"), entry(2, "x" * 1048572)],
    )
    assert bodies(sqs, queue) == []


def test_entry_longer_than_the_queue_takes_fails_alone(sqs, make_queue):
    url = make_queue(MaximumMessageSize="1024")
    answer = send(sqs, url, [entry(1), entry(2, "x" * 1025)])
    assert [row["Id"] for row in answer["Successful"]] == ["id-1"]
    assert [(row["Id"], row["Code"]) for row in answer["Failed"]] == [
        ("id-2", "InvalidParameterValue")
    ]
    assert "shorter than 1024 bytes" in answer["Failed"][0]["Message"]
