"""Bodies that are not what the operation takes: an error that every client knows, by name."""
import json

import pytest

from support.raw_http import exchange, request

MEBIBYTE = 1048576


def refusal(server, operation, body, path="/"):
    """(status, error name, x-amzn-query-error)"""
    answer = exchange(server, request(operation, body, path))
    assert answer.fields["content-type"] == "application/x-amz-json-1.0"
    assert answer.fields["x-amzn-requestid"]
    return answer.status, answer.error(), answer.fields["x-amzn-query-error"]


SERIALIZATION = (400, "SerializationException", "SerializationException;Sender")


@pytest.mark.parametrize("body", [
    b"{", b"}", b"[]", b'""', b"1", b"nothing", b"{]", b'{"QueueName"}', b'{"QueueName":}',
    b"{'QueueName':'a'}", b'{"QueueName":"a",}', b'{"QueueName":"a"} x', b'{"QueueName":"a"}{}',
    b'{"QueueName":"a', b'{"QueueName":"\\x"}', b'{"QueueName":"\\u12"}', b'{"QueueName":"\n"}',
    b'\xef\xbb\xbf{"QueueName":"a"}', b'{"QueueName":"\xff"}', b'{"QueueName":"\xc0\xaf"}',
    b'{"QueueName":"\xed\xa0\x80"}', b"\x00", b'{"QueueName":"a"}\x00', b"{" * 100000,
    b'{"a":' * 100000 + b"1" + b"}" * 100000, b"[" * MEBIBYTE, b'{"QueueName":nul}',
], ids=lambda body: repr(body[:24]))
def test_what_is_no_json_object_is_refused(server, body):
    assert refusal(server, "CreateQueue", body) == SERIALIZATION


@pytest.mark.parametrize("operation, body", [
    ("CreateQueue", {"QueueName": 1}),
    ("CreateQueue", {"QueueName": ["a"]}),
    ("CreateQueue", {"QueueName": {"a": "b"}}),
    ("CreateQueue", {"QueueName": True}),
    ("CreateQueue", {"QueueName": "a", "Attributes": []}),
    ("CreateQueue", {"QueueName": "a", "Attributes": "DelaySeconds"}),
    ("CreateQueue", {"QueueName": "a", "Attributes": {"DelaySeconds": 5}}),
    ("CreateQueue", {"QueueName": "a", "tags": {"a": 1}}),
    ("ListQueues", {"MaxResults": "3"}),
    ("ListQueues", {"MaxResults": 10**30}),
    ("ReceiveMessage", {"QueueUrl": "URL", "MaxNumberOfMessages": "1"}),
    ("ReceiveMessage", {"QueueUrl": "URL", "MaxNumberOfMessages": True}),
    ("ReceiveMessage", {"QueueUrl": "URL", "MaxNumberOfMessages": [1]}),
    ("ReceiveMessage", {"QueueUrl": "URL", "WaitTimeSeconds": 2**31}),
    ("ReceiveMessage", {"QueueUrl": "URL", "WaitTimeSeconds": -(2**63)}),
    ("ReceiveMessage", {"QueueUrl": "URL", "AttributeNames": "All"}),
    ("ReceiveMessage", {"QueueUrl": "URL", "AttributeNames": [1]}),
    ("ReceiveMessage", {"QueueUrl": {"URL": 1}}),
    ("SendMessage", {"QueueUrl": "URL", "MessageBody": 5}),
    ("SendMessage", {"QueueUrl": "URL", "MessageBody": {"a": 1}}),
    ("SendMessage", {"QueueUrl": "URL", "MessageBody": "b", "DelaySeconds": "1"}),
    ("SendMessage", {"QueueUrl": "URL", "MessageBody": "b", "MessageAttributes": ["a"]}),
    ("SendMessage", {"QueueUrl": "URL", "MessageBody": "b", "MessageAttributes": {"a": "b"}}),
    ("SendMessage", {"QueueUrl": "URL", "MessageBody": "b", "MessageAttributes": {
        "a": {"DataType": "Binary", "BinaryValue": "no base64!"}}}),
    ("SendMessage", {"QueueUrl": "URL", "MessageBody": "b", "MessageAttributes": {
        "a": {"DataType": "Binary", "BinaryValue": 7}}}),
    ("SendMessageBatch", {"QueueUrl": "URL", "Entries": {"Id": "a", "MessageBody": "b"}}),
    ("SendMessageBatch", {"QueueUrl": "URL", "Entries": ["a"]}),
    ("SendMessageBatch", {"QueueUrl": "URL", "Entries": [{"Id": 1, "MessageBody": "b"}]}),
    ("DeleteMessageBatch", {"QueueUrl": "URL", "Entries": "none"}),
    ("ChangeMessageVisibility",
     {"QueueUrl": "URL", "ReceiptHandle": "r", "VisibilityTimeout": "soon"}),
], ids=lambda value: json.dumps(value)[:60] if isinstance(value, dict) else value)
def test_wrong_types_are_refused(server, kept, operation, body):
    text = json.dumps(body).replace('"URL"', json.dumps(kept))
    assert refusal(server, operation, text.encode()) == SERIALIZATION


@pytest.mark.parametrize("number", [b"1.5", b"1e400", b"01", b"+1", b"0x1", b"NaN", b"-", b"1e"])
def test_numbers_that_are_no_integers_are_refused(server, kept, number):
    body = b'{"QueueUrl":%s,"MaxNumberOfMessages":%s}' % (json.dumps(kept).encode(), number)
    assert refusal(server, "ReceiveMessage", body) == SERIALIZATION


@pytest.mark.parametrize("escaped", [b"\\ud800", b"\\udc00", b"\\ud800x", b"\\ud800\\u0041"])
def test_half_a_surrogate_pair_is_no_character(server, kept, escaped):
    body = b'{"QueueUrl":%s,"MessageBody":"a%sb"}' % (json.dumps(kept).encode(), escaped)
    status, name, _ = refusal(server, "SendMessage", body)
    assert (status, name) in [(400, "SerializationException"), (400, "InvalidMessageContents")]


ENTRY = {"Id": "a"}
MISSING = [
    ("CreateQueue", {}, "QueueName"),
    ("CreateQueue", {"QueueName": None}, "QueueName"),
    ("GetQueueUrl", {}, "QueueName"),
    ("SendMessage", {"QueueUrl": "URL"}, "MessageBody"),
    ("SendMessage", {"QueueUrl": "URL", "MessageBody": None}, "MessageBody"),
    ("DeleteMessage", {"QueueUrl": "URL"}, "ReceiptHandle"),
    ("ChangeMessageVisibility", {"QueueUrl": "URL", "VisibilityTimeout": 1}, "ReceiptHandle"),
    ("ChangeMessageVisibility", {"QueueUrl": "URL", "ReceiptHandle": "r"}, "VisibilityTimeout"),
    *[
        (operation, {}, "QueueUrl")
        for operation in (
            "DeleteQueue", "PurgeQueue", "GetQueueAttributes", "SetQueueAttributes", "SendMessage",
            "SendMessageBatch", "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch",
            "ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "ListQueueTags",
            "ListDeadLetterSourceQueues", "TagQueue", "UntagQueue",
        )
    ],
]


# Shows: error.MissingParameter
@pytest.mark.parametrize("operation, body, missing", MISSING, ids=str)
def test_missing_members_are_named(server, kept, operation, body, missing):
    text = json.dumps(body).replace('"URL"', json.dumps(kept))
    answer = exchange(server, request(operation, text.encode()))
    assert (answer.status, answer.error()) == (400, "MissingRequiredParameterException")
    assert answer.fields["x-amzn-query-error"] == "MissingParameter;Sender"
    assert answer.json()["message"] == f"The request must contain the parameter {missing}."


@pytest.mark.parametrize("operation", [
    "SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch",
])
@pytest.mark.parametrize("entries", [{}, {"Entries": None}, {"Entries": []}], ids=str)
def test_batch_without_entries(server, kept, operation, entries):
    status, name, code = refusal(server, operation, {"QueueUrl": kept, **entries})
    assert status == 400
    assert (name, code) in [
        ("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest;Sender"),
        ("MissingRequiredParameterException", "MissingParameter;Sender"),
    ]


@pytest.mark.parametrize("entry", [{}, {"Id": None}, {"MessageBody": "b"}], ids=str)
def test_entry_without_an_id_refuses_the_batch(server, kept, entry):
    body = {"QueueUrl": kept, "Entries": [{"Id": "a", "MessageBody": "b"}, entry]}
    status, name, _ = refusal(server, "SendMessageBatch", body)
    assert status == 400
    assert name in ("MissingRequiredParameterException", "InvalidBatchEntryId")


def test_entry_without_a_body_sends_nothing_of_it(server, boto3_sqs):
    url = boto3_sqs.call("CreateQueue", QueueName="entries")["QueueUrl"]
    body = {"QueueUrl": url, "Entries": [{"Id": "a"}, {"Id": "b", "MessageBody": "good"}]}
    answer = exchange(server, request("SendMessageBatch", body))
    messages = boto3_sqs.call("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)
    bodies = [message["Body"] for message in messages.get("Messages", [])]
    if answer.status == 200:
        assert [row["Id"] for row in answer.json()["Failed"]] == ["a"]
        assert bodies == ["good"]
    else:
        assert answer.error() == "MissingRequiredParameterException"
        assert bodies == []


# Shows: error.InvalidAddress
@pytest.mark.parametrize("url", [
    "", "x", "/", "//", "http://", "http://localhost", "http://localhost/", "not/a/url/at/all",
    "http://localhost/000000000000/", "http://localhost/000000000000/never-was",
    "http://localhost/111111111111/kept", "http://localhost/000000000000/kept/more",
    "http://localhost/000000000000/never-was?a=b", "http://localhost/000000000000/kept%00",
    "\x00", "http://localhost/000000000000/" + "k" * 100000,
], ids=lambda url: repr(url[:60]))
@pytest.mark.parametrize("operation, more", [
    ("SendMessage", {"MessageBody": "never"}), ("PurgeQueue", {}), ("DeleteQueue", {}),
], ids=["SendMessage", "PurgeQueue", "DeleteQueue"])
def test_urls_that_name_no_queue(server, operation, more, url):
    status, name, _ = refusal(server, operation, {"QueueUrl": url, **more})
    assert (status, name) in [
        (400, "QueueDoesNotExist"), (404, "InvalidAddress"),
        (400, "MissingRequiredParameterException"), (400, "InvalidParameterValueException"),
    ]


# Shows: wire.json
@pytest.mark.parametrize("body", [
    {"Colour": "red", "Deep": {"er": [1, {"a": None}]}},
    {"NextToken": None, "MaxResults": None, "QueueNamePrefix": None},
], ids=str)
def test_unknown_members_and_nulls_are_ignored(server, body):
    assert exchange(server, request("ListQueues", body)).status == 200


# Shows: wire.json
def test_no_body_is_an_empty_object(server):
    assert exchange(server, request("ListQueues", b"")).status == 200


def test_every_character_may_be_escaped(server, boto3_sqs):
    url = boto3_sqs.call("CreateQueue", QueueName="escapes")["QueueUrl"]
    text = "aä€\U0001f600/\"\\\t"
    escaped = "".join(
        f"\\u{unit:04x}" for unit in memoryview(text.encode("utf-16-le")).cast("H")
    )
    body = f'{{"\\u0051ueueUrl":{json.dumps(url)},"MessageBody":"{escaped}"}}'.encode()
    assert exchange(server, request("SendMessage", body)).status == 200
    assert boto3_sqs.call("ReceiveMessage", QueueUrl=url)["Messages"][0]["Body"] == text


def test_a_mebibyte_written_in_escapes_is_taken(server, boto3_sqs):
    url = boto3_sqs.call("CreateQueue", QueueName="escapes-large")["QueueUrl"]
    body = b'{"QueueUrl":%s,"MessageBody":"%s"}' % (
        json.dumps(url).encode(), b"\\u0061" * MEBIBYTE
    )
    assert exchange(server, request("SendMessage", body)).status == 200
    assert boto3_sqs.call("ReceiveMessage", QueueUrl=url)["Messages"][0]["Body"] == "a" * MEBIBYTE
