"""CBOR 1.1, as the Java SDK writes and reads it, by an independent encoder."""
import cbor2
import pytest

from kinesis.stream_calls import arn, iterator, put, shard_id

pytestmark = pytest.mark.only("boto3")
TYPE = "application/x-amz-cbor-1.1"


@pytest.fixture
def call(server):
    """call(operation, {...}) -> (status, headers, answer)."""

    def exchange(operation, request):
        status, headers, body = server.request("POST", "/", cbor2.dumps(request), {
            "Content-Type": TYPE, "X-Amz-Target": f"Kinesis_20131202.{operation}",
        })
        if body:
            assert headers["Content-Type"] == TYPE
        body = body.replace(b"\xc1\x1b", b"\x1b")  # else cbor2 takes the milliseconds for seconds
        return status, headers, cbor2.loads(body) if body else {}

    return exchange


# Shows: wire.cbor
def test_bytes_are_bytes_and_times_are_milliseconds(call, kinesis, stream):
    data = bytes(range(256))
    status, _, put_answer = call("PutRecords", {
        "StreamName": stream, "Records": [{"Data": data, "PartitionKey": "k"}],
    })
    assert status == 200 and put_answer["FailedRecordCount"] == 0
    status, _, answer = call("GetShardIterator", {
        "StreamName": stream, "ShardId": shard_id(0), "ShardIteratorType": "TRIM_HORIZON",
    })
    status, headers, answer = call("GetRecords", {"ShardIterator": answer["ShardIterator"]})
    assert status == 200
    (record,) = answer["Records"]
    assert record["Data"] == data
    assert record["SequenceNumber"] == put_answer["Records"][0]["SequenceNumber"]


# Shows: wire.cbor
def test_times_have_tag_one_and_whole_milliseconds(server, kinesis, stream):
    put(kinesis, stream, b"d")
    _, _, body = server.request("POST", "/", cbor2.dumps({"ShardIterator": iterator(kinesis, stream)}), {
        "Content-Type": TYPE, "X-Amz-Target": "Kinesis_20131202.GetRecords",
    })
    at = body.index(b"ApproximateArrivalTimestamp") + len(b"ApproximateArrivalTimestamp")
    assert body[at] == 0xC1 and body[at + 1] == 0x1B  # tag 1, an integer of 64 bits
    seconds = int.from_bytes(body[at + 2:at + 10], "big") / 1000
    assert 1_600_000_000 < seconds < 10_000_000_000


# Shows: wire.cbor
def test_a_time_in_a_request(call, server, kinesis, stream):
    put(kinesis, stream, b"d")
    # A map of indefinite length, as the Java SDK writes it; the time is tag 1 and milliseconds.
    request = (
        b"\xbf\x6aStreamName" + cbor2.dumps(stream) + b"\x67ShardId" + cbor2.dumps(shard_id(0))
        + b"\x71ShardIteratorType\x6cAT_TIMESTAMP\x69Timestamp\xc1\x1b\x00\x00\x01\x75\x00\x00\x00\x00\xff"
    )
    status, _, body = server.request("POST", "/", request, {
        "Content-Type": TYPE, "X-Amz-Target": "Kinesis_20131202.GetShardIterator",
    })
    assert status == 200, body
    answer = kinesis.call("GetRecords", ShardIterator=cbor2.loads(body)["ShardIterator"])
    assert [r["Data"] for r in answer["Records"]] == [b"d"]


# Shows: wire.cbor-error
def test_errors(call):
    status, headers, answer = call("DescribeStream", {"StreamName": "wrong-stream-name"})
    assert status == 400
    assert headers["X-Amzn-Errortype"].startswith("ResourceNotFoundException")
    assert answer == {
        "__type": "ResourceNotFoundException",
        "message": "Stream wrong-stream-name under account 000000000000 not found.",
    }


# Shows: wire.arn
def test_names_and_arns(call, stream):
    status, _, answer = call("DescribeStreamSummary", {"StreamARN": arn(stream)})
    assert status == 200 and answer["StreamDescriptionSummary"]["StreamName"] == stream
