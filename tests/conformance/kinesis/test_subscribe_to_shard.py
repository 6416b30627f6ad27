"""SubscribeToShard: records are pushed as they come, for five minutes, to one at a time."""
import base64
import json
import struct
import threading
import time
import zlib

import pytest

from kinesis.stream_calls import HASH_KEYS, arn, iterator, put, shard_id
from support.boto3_client import Boto3Client
from support.errors import Kinesis as errors

SERVER_OPTIONS = ("--virtual-time",)
pytestmark = [pytest.mark.own_server, pytest.mark.only("boto3")]


@pytest.fixture
def consumer(boto3_kinesis, stream):
    """A consumer of the stream: its ARN."""
    answer = boto3_kinesis.call("RegisterStreamConsumer", StreamARN=arn(stream), ConsumerName="reader")
    return answer["Consumer"]["ConsumerARN"]


def subscribe(client, consumer, shard=0, kind="TRIM_HORIZON", **more):
    answer = client.sdk.subscribe_to_shard(
        ConsumerARN=consumer, ShardId=shard_id(shard), StartingPosition={"Type": kind, **more}
    )
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    return answer["EventStream"]


class Reader(threading.Thread):
    """Reads the events of a subscription until it ends."""

    def __init__(self, events):
        super().__init__()
        self.events, self.seen, self.failure = events, [], None
        self.first = threading.Event()
        self.start()

    def run(self):
        try:
            for event in self.events:
                self.seen.append(event["SubscribeToShardEvent"])
                self.first.set()
        except Exception as failure:  # noqa: BLE001: the test looks at it
            self.failure = failure

    def records(self):
        return [r["Data"] for event in self.seen for r in event["Records"]]


def wait_for(condition):
    end = time.monotonic() + 10
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


# Shows: fan-out.five-minutes
def test_what_is_there_and_what_comes(kinesis, server, stream, consumer):
    put(kinesis, stream, b"before")
    reader = Reader(subscribe(kinesis, consumer))
    wait_for(lambda: reader.records() == [b"before"])
    numbers = [put(kinesis, stream, b"%d" % i)["SequenceNumber"] for i in range(3)]
    wait_for(lambda: reader.records() == [b"before", b"0", b"1", b"2"])
    last = reader.seen[-1]
    assert last["ContinuationSequenceNumber"] == numbers[-1]
    assert last["MillisBehindLatest"] == 0
    server.advance(301)
    reader.join(10)
    assert not reader.is_alive() and reader.failure is None


def test_it_goes_on_where_it_stopped(kinesis, server, stream, consumer):
    put(kinesis, stream, b"0")
    reader = Reader(subscribe(kinesis, consumer))
    wait_for(lambda: reader.records() == [b"0"])
    server.advance(301)
    reader.join(10)
    put(kinesis, stream, b"1")
    place = reader.seen[-1]["ContinuationSequenceNumber"]
    again = Reader(subscribe(kinesis, consumer, kind="AFTER_SEQUENCE_NUMBER", SequenceNumber=place))
    wait_for(lambda: again.records() == [b"1"])
    server.advance(301)
    again.join(10)


def test_nothing_is_told_too(kinesis, server, stream, consumer):
    reader = Reader(subscribe(kinesis, consumer, kind="LATEST"))
    server.advance(6)
    wait_for(lambda: reader.seen)
    event = reader.seen[0]
    assert event["Records"] == [] and event["MillisBehindLatest"] == 0
    assert event["ContinuationSequenceNumber"]
    place = event["ContinuationSequenceNumber"]
    server.advance(301)
    reader.join(10)
    put(kinesis, stream, b"late")
    again = Reader(subscribe(kinesis, consumer, kind="AFTER_SEQUENCE_NUMBER", SequenceNumber=place))
    wait_for(lambda: again.records() == [b"late"])
    server.advance(301)
    again.join(10)


# Shows: fan-out.again, fan-out.takeover
def test_five_seconds_to_oneself_then_another_takes_over(kinesis, server, stream, consumer):
    first = Reader(subscribe(kinesis, consumer))
    server.advance(4.5)
    with pytest.raises(kinesis.sdk.exceptions.ResourceInUseException):
        subscribe(kinesis, consumer)
    server.advance(0.6)
    second = Reader(subscribe(kinesis, consumer))
    first.join(10)
    assert not first.is_alive()
    assert "ResourceInUseException" in str(first.failure)
    put(kinesis, stream, b"for the second")
    wait_for(lambda: second.records() == [b"for the second"])
    assert first.records() == []
    server.advance(301)
    second.join(10)


# Shows: fan-out.children
def test_at_the_end_of_the_shard_come_its_children(kinesis, stream, consumer):
    put(kinesis, stream, b"0")
    reader = Reader(subscribe(kinesis, consumer))
    wait_for(lambda: reader.records() == [b"0"])
    kinesis.call(
        "SplitShard", StreamName=stream, ShardToSplit=shard_id(0),
        NewStartingHashKey=str(HASH_KEYS // 2),
    )
    reader.join(10)
    assert not reader.is_alive() and reader.failure is None
    children = reader.seen[-1]["ChildShards"]
    assert [child["ShardId"] for child in children] == [shard_id(1), shard_id(2)]
    assert all(child["ParentShards"] == [shard_id(0)] for child in children)
    # The KCL takes an event for damaged that has both a place to go on from and children, or neither.
    for event in reader.seen:
        assert bool(event.get("ChildShards")) != ("ContinuationSequenceNumber" in event)


def test_each_consumer_sees_everything(kinesis, server, stream):
    consumers = [
        kinesis.call("RegisterStreamConsumer", StreamARN=arn(stream), ConsumerName=f"c{i}")
        ["Consumer"]["ConsumerARN"] for i in range(5)
    ]
    readers = [Reader(subscribe(kinesis, consumer)) for consumer in consumers]
    for i in range(20):
        put(kinesis, stream, b"%d" % i)
    for reader in readers:
        wait_for(lambda reader=reader: reader.records() == [b"%d" % i for i in range(20)])
    server.advance(301)
    for reader in readers:
        reader.join(10)


# Shows: fan-out.positions
def test_it_starts_where_an_iterator_would(kinesis, server, stream, consumer):
    numbers = []
    for i in range(3):
        numbers.append(put(kinesis, stream, b"%d" % i)["SequenceNumber"])
        server.advance(60)
    at = {"StartingSequenceNumber": numbers[1]}
    (second,) = kinesis.call("GetRecords", Limit=1, ShardIterator=iterator(
        kinesis, stream, kind="AT_SEQUENCE_NUMBER", **at))["Records"]
    for start, expected in (
        ({"kind": "TRIM_HORIZON"}, [b"0", b"1", b"2"]),
        ({"kind": "AT_SEQUENCE_NUMBER", "SequenceNumber": numbers[1]}, [b"1", b"2"]),
        ({"kind": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": numbers[1]}, [b"2"]),
        ({"kind": "AT_TIMESTAMP", "Timestamp": second["ApproximateArrivalTimestamp"]}, [b"1", b"2"]),
        ({"kind": "LATEST"}, [b"late"]),
    ):
        reader = Reader(subscribe(kinesis, consumer, **start))
        if start["kind"] == "LATEST":
            put(kinesis, stream, b"late")
        wait_for(lambda: reader.records() == expected)
        server.advance(301)
        reader.join(10)


def frames(data):
    """[(headers, payload)] of an event stream, by its layout; both sums are checked."""
    out = []
    while data:
        total, size, of_lengths = struct.unpack(">III", data[:12])
        assert zlib.crc32(data[:8]) == of_lengths
        (of_all,) = struct.unpack(">I", data[total - 4:total])
        assert zlib.crc32(data[:total - 4]) == of_all
        headers, at = {}, 12
        while at < 12 + size:
            name = data[at + 1:at + 1 + data[at]].decode()
            at += 1 + data[at]
            assert data[at] == 7  # a text
            (length,) = struct.unpack(">H", data[at + 1:at + 3])
            headers[name] = data[at + 3:at + 3 + length].decode()
            at += 3 + length
        out.append((headers, data[at:total - 4]))
        data = data[total:]
    return out


# Shows: fan-out.frames, fan-out.initial-response
def test_frames(kinesis, server, stream, consumer):
    put(kinesis, stream, b"0")
    kinesis.call("SplitShard", StreamName=stream, ShardToSplit=shard_id(0), NewStartingHashKey="5")
    status, fields, body = server.request("POST", "/", json.dumps({
        "ConsumerARN": consumer, "ShardId": shard_id(0), "StartingPosition": {"Type": "TRIM_HORIZON"},
    }), {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "Kinesis_20131202.SubscribeToShard"})
    assert (status, fields["Content-Type"]) == (200, "application/vnd.amazon.eventstream")
    kind = {":content-type": "application/x-amz-json-1.1", ":message-type": "event"}
    first, *events = frames(body)
    assert first == ({**kind, ":event-type": "initial-response"}, b"{}")
    assert all(headers == {**kind, ":event-type": "SubscribeToShardEvent"} for headers, _ in events)
    seen = [json.loads(payload) for _, payload in events]
    assert [base64.b64decode(r["Data"]) for event in seen for r in event["Records"]] == [b"0"]
    assert len(seen[-1]["ChildShards"]) == 2


def test_refusals(kinesis, refused, stream, consumer):
    position = {"Type": "LATEST"}
    refused(
        kinesis, errors.RESOURCE_NOT_FOUND,
        f"Could not find shard {shard_id(9)} in stream {stream} under account 000000000000.",
        "SubscribeToShard", ConsumerARN=consumer, ShardId=shard_id(9), StartingPosition=position,
    )
    refused(
        kinesis, errors.RESOURCE_NOT_FOUND, "Consumer other, account 000000000000 not found.",
        "SubscribeToShard", ConsumerARN=consumer.replace("/reader:", "/other:"),
        ShardId=shard_id(0), StartingPosition=position,
    )


def test_the_stream_ends_with_the_server(start_server):
    server = start_server()
    client = Boto3Client(server, service="kinesis")
    client.call("CreateStream", StreamName="s", ShardCount=1)
    made = client.call("RegisterStreamConsumer", StreamARN=arn("s"), ConsumerName="c")["Consumer"]
    reader = Reader(subscribe(client, made["ConsumerARN"]))
    put(client, "s", b"0")
    wait_for(lambda: reader.records() == [b"0"])
    assert server.terminate() < 4
    reader.join(10)
    assert not reader.is_alive() and reader.failure is None
    client.close()


def test_a_client_that_goes_is_forgotten(kinesis, server, stream, consumer):
    events = subscribe(kinesis, consumer)
    put(kinesis, stream, b"first")
    next(iter(events))
    events.close()
    server.advance(5.1)
    put(kinesis, stream, b"0")
    reader = Reader(subscribe(kinesis, consumer))
    wait_for(lambda: reader.records() == [b"first", b"0"])
    server.advance(301)
    reader.join(10)


# Shows: wire.h2c
@pytest.mark.only("js")
def test_over_http_2(kinesis, boto3_kinesis, server, stream, consumer):
    put(boto3_kinesis, stream, b"0")
    number = kinesis.begin(
        "SubscribeToShard", ConsumerARN=consumer, ShardId=shard_id(0),
        StartingPosition={"Type": "TRIM_HORIZON"},
    )
    time.sleep(0.5)
    put(boto3_kinesis, stream, b"1")
    time.sleep(0.5)
    server.advance(301)
    events = kinesis.finish(number)["answer"]["EventStream"]
    records = [r for event in events for r in event["SubscribeToShardEvent"]["Records"]]
    assert [r["Data"] for r in records] == [b"0", b"1"]
