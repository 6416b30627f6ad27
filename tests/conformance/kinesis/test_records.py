"""PutRecord, PutRecords and GetRecords: what is put is read, once, in order, where it belongs."""
import hashlib
import re

import pytest

from kinesis.stream_calls import HASH_KEYS, iterator, put, read_all, shard_id
from support.boto3_client import Boto3Client
from support.errors import Kinesis as errors


def home(key, count):
    """The shard of a key among `count` equal ones."""
    hashed = int.from_bytes(hashlib.md5(key.encode()).digest(), "big")
    return min(hashed // (HASH_KEYS // count), count - 1)


def test_a_record_comes_back(kinesis, stream):
    answer = put(kinesis, stream, b"hello", "pk")
    assert answer["ShardId"] == shard_id(0)
    assert re.fullmatch("[1-9][0-9]{55}", answer["SequenceNumber"])
    (record,) = read_all(kinesis, stream)
    assert record["Data"] == b"hello"
    assert record["PartitionKey"] == "pk"
    assert record["SequenceNumber"] == answer["SequenceNumber"]
    assert record["ApproximateArrivalTimestamp"]


@pytest.mark.only("boto3")
@pytest.mark.parametrize("data", [b"", b"\x00", bytes(range(256)), b"\xff" * 70_001], ids=len)
def test_bytes_of_all_kinds(kinesis, stream, data):
    put(kinesis, stream, data, "clé ✓")
    (record,) = read_all(kinesis, stream)
    assert record["Data"] == data
    assert record["PartitionKey"] == "clé ✓"


@pytest.mark.parametrize("records", [2, 40], ids="{} records".format)
def test_a_batch_for_no_stream_is_told_its_name(kinesis, refused, records):
    refused(
        kinesis, errors.RESOURCE_NOT_FOUND, "Stream none-such under account 000000000000 not found.",
        "PutRecords", StreamName="none-such",
        Records=[{"Data": b"d" * 100, "PartitionKey": f"key-{i}"} for i in range(records)],
    )


# Shows: hash.md5
def test_keys_choose_shards_by_their_md5(kinesis, make_stream):
    name = make_stream(ShardCount=3)
    for key in ("a", "b", "c", "key-1", "clé"):
        assert put(kinesis, name, b"d", key)["ShardId"] == shard_id(home(key, 3))


# Shows: hash.explicit
def test_explicit_hash_keys_override(kinesis, make_stream, refused):
    name = make_stream(ShardCount=2)
    half = HASH_KEYS // 2
    for hash_key, number in ((0, 0), (half - 1, 0), (half, 1), (HASH_KEYS - 1, 1)):
        answer = put(kinesis, name, b"d", "a", ExplicitHashKey=str(hash_key))
        assert answer["ShardId"] == shard_id(number)
    text = (
        "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. "
        f"Specified value was {HASH_KEYS}"
    )
    refused(
        kinesis, errors.INVALID_ARGUMENT, text, "PutRecord",
        StreamName=name, Data=b"d", PartitionKey="a", ExplicitHashKey=str(HASH_KEYS),
    )
    refused(
        kinesis, errors.INVALID_ARGUMENT, text, "PutRecords", StreamName=name,
        Records=[{"Data": b"d", "PartitionKey": "a", "ExplicitHashKey": str(HASH_KEYS)}],
    )


# Shows: put.order, sequence.order
def test_five_hundred_records_keep_their_order_in_each_shard(kinesis, make_stream):
    name = make_stream(ShardCount=2)
    records = [{"Data": b"%d" % i, "PartitionKey": f"key-{i}"} for i in range(500)]
    answer = kinesis.call("PutRecords", StreamName=name, Records=records)
    assert answer["FailedRecordCount"] == 0
    rows = answer["Records"]
    assert [row["ShardId"] for row in rows] == [shard_id(home(f"key-{i}", 2)) for i in range(500)]
    assert all("ErrorCode" not in row for row in rows)
    for number in range(2):
        mine = [i for i in range(500) if rows[i]["ShardId"] == shard_id(number)]
        read = read_all(kinesis, name, number)
        assert [int(record["Data"]) for record in read] == mine
        assert [r["SequenceNumber"] for r in read] == [rows[i]["SequenceNumber"] for i in mine]
        sequence = [int(r["SequenceNumber"]) for r in read]
        assert sequence == sorted(set(sequence))


# Shows: put.ordering
def test_order_may_be_asked_for(kinesis, refused, stream):
    first = put(kinesis, stream, b"1")["SequenceNumber"]
    second = put(kinesis, stream, b"2", SequenceNumberForOrdering=first)["SequenceNumber"]
    assert int(second) > int(first)
    text = (
        f"ExclusiveMinimumSequenceNumber 5 used in PutRecord on stream {stream} under account "
        "000000000000 is invalid."
    )
    refused(
        kinesis, errors.INVALID_ARGUMENT, text, "PutRecord",
        StreamName=stream, Data=b"d", PartitionKey="k", SequenceNumberForOrdering="5",
    )


def test_read_in_pieces(kinesis, stream):
    kinesis.call("PutRecords", StreamName=stream, Records=[
        {"Data": b"%d" % i, "PartitionKey": "k"} for i in range(7)
    ])
    place, sizes, seen = iterator(kinesis, stream), [], []
    for _ in range(4):
        answer = kinesis.call("GetRecords", ShardIterator=place, Limit=3)
        sizes.append(len(answer["Records"]))
        seen += [record["Data"] for record in answer["Records"]]
        place = answer["NextShardIterator"]
    assert sizes == [3, 3, 1, 0]
    assert seen == [b"%d" % i for i in range(7)]
    again = kinesis.call("GetRecords", ShardIterator=place)
    assert again["Records"] == [] and again["MillisBehindLatest"] == 0


# Shows: put.record-size
@pytest.mark.only("boto3")
def test_large_records_only_where_they_are_allowed(kinesis, refused, make_stream):
    usual, large = make_stream(ShardCount=1), make_stream(ShardCount=1, MaxRecordSizeInKiB=10240)
    data = b"x" * (1024 * 1024 + 1)
    size = len(data)
    text = (
        f"1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim={size} cap={size}]' "
        "at '{}' failed to satisfy constraint: Member must have length less than or equal to 1048576"
    )
    refused(
        kinesis, errors.VALIDATION, text.format("data"), "PutRecord",
        StreamName=usual, Data=data, PartitionKey="k",
    )
    refused(
        kinesis, errors.VALIDATION, text.format("records.2.member.data"), "PutRecords",
        StreamName=usual, Records=[
            {"Data": b"small", "PartitionKey": "k"}, {"Data": data, "PartitionKey": "k"},
        ],
    )
    assert read_all(kinesis, usual) == []
    put(kinesis, large, data)
    kinesis.call("PutRecords", StreamName=large, Records=[{"Data": data, "PartitionKey": "k"}])
    assert [r["Data"] == data for r in read_all(kinesis, large)] == [True, True]


# Shows: put.size
@pytest.mark.only("boto3")
def test_ten_mebibytes_a_call(kinesis, refused, stream):
    """Keys count."""
    records = [{"Data": b"x" * 1_048_575, "PartitionKey": "k"} for _ in range(10)]
    large = [{"Data": b"x" * 1_048_575, "PartitionKey": "kk"}, *records[1:]]
    refused(
        kinesis, errors.INVALID_ARGUMENT, re.compile("10 MB"), "PutRecords",
        StreamName=stream, Records=large,
    )
    assert read_all(kinesis, stream) == []
    assert kinesis.call("PutRecords", StreamName=stream, Records=records)["FailedRecordCount"] == 0


# Shows: get.limit
@pytest.mark.only("boto3")
def test_a_read_takes_ten_mebibytes_at_most(kinesis, stream):
    for _ in range(12):
        put(kinesis, stream, b"x" * 1_000_000)
    answer = kinesis.call("GetRecords", ShardIterator=iterator(kinesis, stream))
    assert len(answer["Records"]) == 10
    assert answer["MillisBehindLatest"] >= 0
    rest = kinesis.call("GetRecords", ShardIterator=answer["NextShardIterator"])
    assert len(rest["Records"]) == 2


# Shows: get.limit
@pytest.mark.only("boto3")
def test_a_read_takes_ten_thousand_records_at_most(kinesis, stream):
    batch = [{"Data": b"d", "PartitionKey": "k"}] * 500
    for _ in range(21):
        kinesis.call("PutRecords", StreamName=stream, Records=batch)
    answer = kinesis.call("GetRecords", ShardIterator=iterator(kinesis, stream))
    assert len(answer["Records"]) == 10_000
    rest = kinesis.call("GetRecords", ShardIterator=answer["NextShardIterator"])
    assert len(rest["Records"]) == 500


# Shows: error.500, put.internal-failure
@pytest.mark.only("boto3")
def test_a_server_without_memory_says_so_of_each_record(kinesis, start_server, refused):
    server = start_server("--memory-max", "64MiB")
    client = Boto3Client(server, service="kinesis")
    client.call("CreateStream", StreamName="s", ShardCount=1)
    records = [{"Data": b"x" * 1_000_000, "PartitionKey": "k"}] * 10
    while True:
        answer = client.call("PutRecords", StreamName="s", Records=records)
        if answer["FailedRecordCount"]:
            break
    failed = [row for row in answer["Records"] if "ErrorCode" in row]
    assert len(failed) == answer["FailedRecordCount"]
    assert all(row["ErrorCode"] == "InternalFailure" and row["ErrorMessage"] for row in failed)
    assert all(row["SequenceNumber"] for row in answer["Records"] if "ErrorCode" not in row)
    refused(client, errors.INTERNAL_FAILURE, re.compile("memory"), "PutRecord", StreamName="s",
            Data=b"x" * 1_000_000, PartitionKey="k")
    client.close()
    server.stop()
