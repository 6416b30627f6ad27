"""What the service model demands is checked, and told as AWS tells it: all of it at once."""
import re

import pytest

from support.errors import Kinesis as errors

NAME = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
ARN = r"Member must satisfy regular expression pattern: arn:aws.*:kinesis:.*:\d{12}:stream/\S+"
pytestmark = pytest.mark.only("boto3")


def said(*violations):
    plural = "s" if len(violations) > 1 else ""
    return f"{len(violations)} validation error{plural} detected: " + "; ".join(
        f"Value {shown} at '{path}' failed to satisfy constraint: {demand}"
        for shown, path, demand in violations
    )


@pytest.fixture(scope="module")
def kinesis(unchecked):
    """The client that checks nothing itself."""
    return unchecked


# Shows: error.validation
@pytest.mark.parametrize("operation, parameters, text", [
    ("CreateStream", {}, said(("null", "streamName", "Member must not be null"))),
    ("CreateStream", {"StreamName": "", "ShardCount": 0}, said(
        ("''", "streamName", NAME),
        ("''", "streamName", "Member must have length greater than or equal to 1"),
        ("'0'", "shardCount", "Member must have value greater than or equal to 1"))),
    ("CreateStream", {"StreamName": "a" * 129}, said(
        ("'" + "a" * 129 + "'", "streamName", "Member must have length less than or equal to 128"))),
    ("CreateStream", {"StreamName": "a b", "StreamModeDetails": {"StreamMode": "SOME"}}, said(
        ("'a b'", "streamName", NAME),
        ("'SOME'", "streamModeDetails.streamMode",
         "Member must satisfy enum value set: [PROVISIONED, ON_DEMAND]"))),
    ("PutRecords", {"StreamName": "s", "Records": []}, said(
        ("'[]'", "records", "Member must have length greater than or equal to 1"))),
    ("PutRecords", {"StreamName": "s", "Records": [
        {"Data": b"", "PartitionKey": "k"}, {"PartitionKey": "", "ExplicitHashKey": ""}]}, said(
        ("null", "records.2.member.data", "Member must not be null"),
        ("''", "records.2.member.explicitHashKey",
         r"Member must satisfy regular expression pattern: 0|([1-9]\d{0,38})"),
        ("''", "records.2.member.partitionKey",
         "Member must have length greater than or equal to 1"))),
    ("PutRecord", {"StreamName": "s", "Data": b"", "PartitionKey": "k" * 257}, said(
        ("'" + "k" * 257 + "'", "partitionKey", "Member must have length less than or equal to 256"))),
    ("GetRecords", {"ShardIterator": "x", "Limit": 10001}, said(
        ("'10001'", "limit", "Member must have value less than or equal to 10000"))),
    ("DescribeStream", {"StreamARN": "arn:of:nothing"}, said(("'arn:of:nothing'", "streamARN", ARN))),
    ("TagResource", {"ResourceARN": "x"}, said(
        ("null", "tags", "Member must not be null"),
        ("'x'", "resourceARN", r"Member must satisfy regular expression pattern: "
         r"arn:aws.*:kinesis:.*:\d{12}:.*stream/\S+"))),
    ("ListTagsForStream", {"StreamName": "s", "Limit": 0}, said(
        ("'0'", "limit", "Member must have value greater than or equal to 1"))),
], ids=lambda v: v if isinstance(v, str) and " " not in v else "")
def test_demands(kinesis, refused, operation, parameters, text):
    refused(kinesis, errors.VALIDATION, text, operation, **parameters)


def test_keys_are_counted_in_characters(kinesis, boto3_kinesis, stream):
    boto3_kinesis.call("PutRecord", StreamName=stream, Data=b"", PartitionKey="é" * 256)


def test_ten_are_told(kinesis, refused):
    records = [{"Data": b"", "PartitionKey": ""}] * 20
    violation = "Member must have length greater than or equal to 1"
    text = said(*(("''", f"records.{i}.member.partitionKey", violation) for i in range(1, 11)))
    refused(kinesis, errors.VALIDATION, text, "PutRecords", StreamName="s", Records=records)


# Shows: put.batch
def test_five_hundred_records_a_call(kinesis, refused):
    record = {"Data": b"", "PartitionKey": "k"}
    refused(
        kinesis, errors.VALIDATION,
        re.compile("^1 validation error .* 'records' .*: Member must have length less than or equal to 500$"),
        "PutRecords", StreamName="s", Records=[record] * 501,
    )


# Shows: error.json
def test_errors_of_json_have_bare_names(server):
    status, headers, body = server.json("DescribeStream", {"StreamName": "none"}, headers={
        "X-Amz-Target": "Kinesis_20131202.DescribeStream",
        "Content-Type": "application/x-amz-json-1.1",
    })
    assert status == 400
    assert headers["Content-Type"] == "application/x-amz-json-1.1"
    assert headers["x-amzn-RequestId"] and headers["x-amz-id-2"]
    assert "x-amzn-query-error" not in headers
    assert body == {
        "__type": "ResourceNotFoundException",
        "message": "Stream none under account 000000000000 not found.",
    }


# Shows: error.serialization
def test_what_is_no_json(server):
    for body in ("{", '{"StreamName": 5}', '{"StreamName": []}'):
        status, _, answer = server.json("DescribeStream", body, headers={
            "X-Amz-Target": "Kinesis_20131202.DescribeStream",
            "Content-Type": "application/x-amz-json-1.1",
        })
        assert (status, answer["__type"]) == (400, "SerializationException")
