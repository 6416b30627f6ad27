"""GetShardIterator: its five types, what contradicts itself, and how long an iterator is good."""
import base64
import re

import pytest

from kinesis.stream_calls import ACCOUNT, iterator, put, shard_id
from support.errors import Kinesis as errors

SERVER_OPTIONS = ("--virtual-time",)
pytestmark = pytest.mark.own_server


def data_from(client, place):
    return [r["Data"] for r in client.call("GetRecords", ShardIterator=place)["Records"]]


@pytest.fixture
def three(boto3_kinesis, server, stream):
    """A stream with three records, a minute apart: (name, answers, times in seconds)."""
    answers, times = [], []
    for i in range(3):
        answers.append(put(boto3_kinesis, stream, b"%d" % i))
        place = iterator(boto3_kinesis, stream, kind="AT_SEQUENCE_NUMBER",
                         StartingSequenceNumber=answers[-1]["SequenceNumber"])
        record = boto3_kinesis.call("GetRecords", ShardIterator=place)["Records"][0]
        times.append(record["ApproximateArrivalTimestamp"].timestamp())
        server.advance(60)
    return stream, answers, times


# Shows: iterator.types
def test_from_the_oldest(kinesis, three):
    assert data_from(kinesis, iterator(kinesis, three[0])) == [b"0", b"1", b"2"]


# Shows: iterator.next
def test_each_read_gives_a_new_one(kinesis, three):
    place = iterator(kinesis, three[0])
    following = kinesis.call("GetRecords", ShardIterator=place, Limit=2)["NextShardIterator"]
    assert following != place and len(following) <= 512
    assert data_from(kinesis, following) == [b"2"]
    assert data_from(kinesis, place) == [b"0", b"1", b"2"]


def test_it_may_be_in_quotes(kinesis, three):
    assert data_from(kinesis, f'"{iterator(kinesis, three[0])}"') == [b"0", b"1", b"2"]


# Shows: iterator.types
def test_from_the_next(kinesis, three):
    place = iterator(kinesis, three[0], kind="LATEST")
    assert data_from(kinesis, place) == []
    put(kinesis, three[0], b"3")
    assert data_from(kinesis, place) == [b"3"]


# Shows: iterator.types
def test_at_and_after_a_sequence_number(kinesis, three):
    name, answers, _ = three
    second = {"StartingSequenceNumber": answers[1]["SequenceNumber"]}
    place = iterator(kinesis, name, kind="AT_SEQUENCE_NUMBER", **second)
    assert data_from(kinesis, place) == [b"1", b"2"]
    place = iterator(kinesis, name, kind="AFTER_SEQUENCE_NUMBER", **second)
    assert data_from(kinesis, place) == [b"2"]


# Shows: iterator.types
def test_at_a_time(kinesis, three):
    name, _, times = three
    for shift, expected in ((0, [b"1", b"2"]), (1, [b"2"]), (-30, [b"1", b"2"]), (-3600, [b"0", b"1", b"2"])):
        place = iterator(kinesis, name, kind="AT_TIMESTAMP", Timestamp=times[1] + shift)
        assert data_from(kinesis, place) == expected, shift


# Shows: iterator.future
def test_times_to_come_are_refused(kinesis, refused, three):
    name, _, times = three
    refused(
        kinesis, errors.INVALID_ARGUMENT,
        re.compile("^The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. "
                   r"timestampInMillis: \d+, currentTimestampInMillis: \d+$"),
        "GetShardIterator", StreamName=name, ShardId=shard_id(0), ShardIteratorType="AT_TIMESTAMP",
        Timestamp=times[2] + 86400,
    )


@pytest.mark.parametrize("kind, more, text", [
    ("AT_TIMESTAMP", {},
     "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request "
     "has no timestamp parameter."),
    ("AT_SEQUENCE_NUMBER", {},
     "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber "
     "or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified "
     "AT_SEQUENCE_NUMBER and no StartingSequenceNumber."),
    ("LATEST", {"StartingSequenceNumber": "5"},
     "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber "
     "or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified LATEST and also "
     "a StartingSequenceNumber."),
    ("AT_SEQUENCE_NUMBER", {"StartingSequenceNumber": "5"},
     "StartingSequenceNumber 5 used in GetShardIterator on shard shardId-000000000000 in stream {} "
     f"under account {ACCOUNT} is invalid."),
], ids=["no time", "no number", "a number too many", "no number at all"])
def test_contradictions_are_refused(kinesis, refused, stream, kind, more, text):
    refused(
        kinesis, errors.INVALID_ARGUMENT, text.format(stream), "GetShardIterator",
        StreamName=stream, ShardId=shard_id(0), ShardIteratorType=kind, **more,
    )


def test_numbers_of_other_shards_and_streams_are_refused(kinesis, server, refused, make_stream):
    name = make_stream(ShardCount=2)
    number = put(kinesis, name, b"d", ExplicitHashKey="0")["SequenceNumber"]
    refused(
        kinesis, errors.INVALID_ARGUMENT,
        "Invalid StartingSequenceNumber. It encodes shardId-000000000000, while it was used in a "
        "call to a shard with shardId-000000000001",
        "GetShardIterator", StreamName=name, ShardId=shard_id(1),
        ShardIteratorType="AT_SEQUENCE_NUMBER", StartingSequenceNumber=number,
    )
    server.advance(10)
    other = make_stream(ShardCount=1)
    refused(
        kinesis, errors.INVALID_ARGUMENT,
        re.compile("is invalid because it did not come from this stream.$"),
        "GetShardIterator", StreamName=other, ShardId=shard_id(0),
        ShardIteratorType="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=number,
    )


def test_shards_that_do_not_exist(kinesis, refused, stream):
    place = f"in stream {stream} under account {ACCOUNT}"
    for name, text in (
        (shard_id(1), f"Shard {shard_id(1)} {place} does not exist"),
        ("shardId-1", f"Shard {shard_id(1)} {place} does not exist"),
        ("shardId-x", f"Could not find shard shardId-x {place}."),
        (f"shardId-{2**31}", f"Could not find shard shardId-{2**31} {place}."),
    ):
        refused(
            kinesis, errors.RESOURCE_NOT_FOUND, text,
            "GetShardIterator", StreamName=stream, ShardId=name, ShardIteratorType="LATEST",
        )


def test_the_shard_is_looked_for_before_the_number(kinesis, refused, stream):
    refused(
        kinesis, errors.RESOURCE_NOT_FOUND, re.compile(f"^Shard {shard_id(5)} .* does not exist$"),
        "GetShardIterator", StreamName=stream, ShardId=shard_id(5),
        ShardIteratorType="AT_SEQUENCE_NUMBER", StartingSequenceNumber="5",
    )


def test_the_number_of_a_shard_is_what_counts(kinesis, stream):
    for name in ("shardId-0", "0", "x-000"):
        kinesis.call(
            "GetShardIterator", StreamName=stream, ShardId=name, ShardIteratorType="LATEST"
        )


# Shows: iterator.expiry, iterator.length
def test_good_for_five_minutes(kinesis, server, refused, three):
    place = iterator(kinesis, three[0])
    assert len(place) <= 512
    server.advance(300)
    assert data_from(kinesis, place) == [b"0", b"1", b"2"]
    server.advance(1)
    refused(
        kinesis, errors.EXPIRED_ITERATOR,
        re.compile(
            r"^Iterator expired\. The iterator was created at time \w{3} \w{3} \d\d [\d:]{8} UTC \d{4} "
            r"while right now it is \w{3} \w{3} \d\d [\d:]{8} UTC \d{4} which is further in the future "
            r"than the tolerated delay of 300000 milliseconds\.$"),
        "GetRecords", ShardIterator=place,
    )


def test_nobody_else_makes_one(kinesis, refused, stream):
    place = iterator(kinesis, stream)
    changed = bytearray(base64.b64decode(place))
    changed[25] ^= 1
    for text in ("AAAA", "no base64", place[:-4], base64.b64encode(bytes(changed)).decode()):
        refused(
            kinesis, errors.INVALID_ARGUMENT, "Invalid ShardIterator.", "GetRecords",
            ShardIterator=text,
        )


def test_goes_with_its_stream(kinesis, refused, stream):
    place = iterator(kinesis, stream)
    kinesis.call("DeleteStream", StreamName=stream)
    kinesis.call("CreateStream", StreamName=stream, ShardCount=1)
    refused(
        kinesis, errors.RESOURCE_NOT_FOUND,
        f"Shard {shard_id(0)} in stream {stream} under account {ACCOUNT} does not exist",
        "GetRecords", ShardIterator=place,
    )


def test_records_go_after_the_retention(kinesis, server, stream):
    put(kinesis, stream, b"old")
    server.advance(23 * 3600)
    put(kinesis, stream, b"new")
    assert data_from(kinesis, iterator(kinesis, stream)) == [b"old", b"new"]
    server.advance(3600 + 1)
    assert data_from(kinesis, iterator(kinesis, stream)) == [b"new"]


def test_a_longer_retention_keeps_them(kinesis, server, stream):
    kinesis.call("IncreaseStreamRetentionPeriod", StreamName=stream, RetentionPeriodHours=48)
    put(kinesis, stream, b"old")
    server.advance(47 * 3600)
    assert data_from(kinesis, iterator(kinesis, stream)) == [b"old"]
    server.advance(3600 + 1)
    assert data_from(kinesis, iterator(kinesis, stream)) == []
