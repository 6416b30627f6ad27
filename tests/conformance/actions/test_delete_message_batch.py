"""DeleteMessageBatch: each entry has its own fate."""

import pytest

from support import errors


def fill(sqs, url, count):
    entries = [{"Id": str(i), "MessageBody": f"body {i}"} for i in range(count)]
    sqs.call("SendMessageBatch", QueueUrl=url, Entries=entries)
    messages = sqs.call("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert len(messages) == count
    return [
        {"Id": f"id-{i}", "ReceiptHandle": message["ReceiptHandle"]}
        for i, message in enumerate(messages)
    ]


def in_flight(sqs, url):
    name = "ApproximateNumberOfMessagesNotVisible"
    answer = sqs.call("GetQueueAttributes", QueueUrl=url, AttributeNames=[name])
    return int(answer["Attributes"][name])


def test_ten_are_deleted(sqs, queue):
    entries = fill(sqs, queue, 10)
    answer = sqs.call("DeleteMessageBatch", QueueUrl=queue, Entries=entries)
    assert sorted(row["Id"] for row in answer["Successful"]) == [f"id-{i}" for i in range(10)]
    assert answer.get("Failed", []) == []
    assert in_flight(sqs, queue) == 0


def test_a_bad_handle_fails_alone(sqs, queue):
    entries = fill(sqs, queue, 3)
    entries[1]["ReceiptHandle"] = "nonsense"
    answer = sqs.call("DeleteMessageBatch", QueueUrl=queue, Entries=entries)
    assert sorted(row["Id"] for row in answer["Successful"]) == ["id-0", "id-2"]
    (failed,) = answer["Failed"]
    assert (failed["Id"], failed["Code"], failed["SenderFault"]) == (
        "id-1", "ReceiptHandleIsInvalid", True
    )
    assert failed["Message"]
    assert in_flight(sqs, queue) == 1


# Shows: text.too-many-entries
@pytest.mark.parametrize("count", [11, 20])
def test_more_than_ten_entries_are_refused(sqs, refused, queue, count):
    entries = [{"Id": str(i), "ReceiptHandle": "any"} for i in range(count)]
    text = f"Maximum number of entries per request are 10. You have sent {count}."
    refused(
        sqs, errors.TOO_MANY_ENTRIES, text, "DeleteMessageBatch", QueueUrl=queue, Entries=entries
    )


# Shows: text.empty-batch
def test_no_entry_is_refused(sqs, refused, queue):
    refused(
        sqs, errors.EMPTY_BATCH,
        "There should be at least one DeleteMessageBatchRequestEntry in the request.",
        "DeleteMessageBatch", QueueUrl=queue, Entries=[],
    )


# Shows: text.batch-id
@pytest.mark.parametrize("bad", ["", "testLongId" * 10, "invalid:id"])
def test_ids_follow_rules(sqs, refused, queue, bad):
    text = (
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
        "It can be at most 80 letters long."
    )
    refused(
        sqs, errors.INVALID_BATCH_ENTRY_ID, text, "DeleteMessageBatch",
        QueueUrl=queue, Entries=[{"Id": bad, "ReceiptHandle": "any"}],
    )


def test_ids_are_distinct(sqs, refused, queue):
    entries = fill(sqs, queue, 2)
    entries[1]["Id"] = "id-0"
    refused(
        sqs, errors.IDS_NOT_DISTINCT, "Id id-0 repeated.", "DeleteMessageBatch",
        QueueUrl=queue, Entries=entries,
    )
    assert in_flight(sqs, queue) == 2
