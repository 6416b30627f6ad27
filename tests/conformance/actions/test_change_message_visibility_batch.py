"""ChangeMessageVisibilityBatch: each entry has its own fate."""
import re

import pytest

from support import errors


@pytest.fixture
def entries(sqs, queue):
    """Three messages in flight, as entries that make them visible."""
    sent = [{"Id": str(i), "MessageBody": f"body {i}"} for i in range(3)]
    sqs.call("SendMessageBatch", QueueUrl=queue, Entries=sent)
    messages = sqs.call("ReceiveMessage", QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert len(messages) == 3
    return [
        {"Id": f"id-{i}", "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
        for i, message in enumerate(messages)
    ]


def visible(sqs, url):
    name = "ApproximateNumberOfMessages"
    answer = sqs.call("GetQueueAttributes", QueueUrl=url, AttributeNames=[name])
    return int(answer["Attributes"][name])


def change(sqs, url, entries):
    return sqs.call("ChangeMessageVisibilityBatch", QueueUrl=url, Entries=entries)


def test_all_are_changed(sqs, queue, entries):
    answer = change(sqs, queue, entries)
    assert sorted(row["Id"] for row in answer["Successful"]) == ["id-0", "id-1", "id-2"]
    assert answer.get("Failed", []) == []
    assert visible(sqs, queue) == 3


def test_a_bad_entry_fails_alone(sqs, queue, entries):
    entries[0]["ReceiptHandle"] = "nonsense"
    entries[1]["VisibilityTimeout"] = 43201
    answer = change(sqs, queue, entries)
    assert [row["Id"] for row in answer["Successful"]] == ["id-2"]
    failed = {row["Id"]: row for row in answer["Failed"]}
    assert failed["id-0"]["Code"] == "ReceiptHandleIsInvalid"
    assert failed["id-1"]["Code"] == "InvalidParameterValue"
    assert all(row["SenderFault"] is True and row["Message"] for row in failed.values())
    assert visible(sqs, queue) == 1


# Shows: text.too-many-entries
@pytest.mark.parametrize("count", [11, 20])
def test_more_than_ten_entries_are_refused(sqs, refused, queue, count):
    many = [{"Id": str(i), "ReceiptHandle": "any", "VisibilityTimeout": 0} for i in range(count)]
    refused(
        sqs, errors.TOO_MANY_ENTRIES,
        f"Maximum number of entries per request are 10. You have sent {count}.",
        "ChangeMessageVisibilityBatch", QueueUrl=queue, Entries=many,
    )


# Shows: text.empty-batch
def test_no_entry_is_refused(sqs, refused, queue):
    refused(
        sqs, errors.EMPTY_BATCH,
        "There should be at least one ChangeMessageVisibilityBatchRequestEntry in the request.",
        "ChangeMessageVisibilityBatch", QueueUrl=queue, Entries=[],
    )


def test_ids_are_checked(sqs, refused, queue, entries):
    entries[2]["Id"] = "co:lon"
    refused(
        sqs, errors.INVALID_BATCH_ENTRY_ID, re.compile("^A batch entry id can only contain"),
        "ChangeMessageVisibilityBatch", QueueUrl=queue, Entries=entries,
    )
    entries[2]["Id"] = "id-1"
    refused(
        sqs, errors.IDS_NOT_DISTINCT, "Id id-1 repeated.", "ChangeMessageVisibilityBatch",
        QueueUrl=queue, Entries=entries,
    )
    assert visible(sqs, queue) == 0
