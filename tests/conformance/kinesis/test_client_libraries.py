"""The call sequences of Amazon's own libraries: how the Producer Library finds shards and puts
aggregated records, and how the Client Library follows a shard and its children by enhanced fan-out.
(How it polls is in test_shards.py.)"""
import hashlib
import threading
import time

import pytest

from kinesis.stream_calls import ACCOUNT, HASH_KEYS, REGION, arn, read_all, shard_id
from support.errors import Kinesis as errors
from support.errors import Refused

SERVER_OPTIONS = ("--virtual-time",)
pytestmark = [pytest.mark.own_server, pytest.mark.only("boto3")]

MAGIC = b"\xf3\x89\x9a\xc2"
APPLICATION = "conformance"


def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes((*out, n))


def field(number, content):
    """Of a protobuf message: a string or bytes, or a number."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def aggregate(records):
    """[(partition key, explicit hash key, data)] as the one record that the KPL puts."""
    keys = sorted({key for key, _, _ in records})
    hashes = sorted({str(hash_key) for _, hash_key, _ in records})
    body = b"".join(field(1, key.encode()) for key in keys)
    body += b"".join(field(2, hash_key.encode()) for hash_key in hashes)
    for key, hash_key, data in records:
        body += field(3, field(1, keys.index(key)) + field(2, hashes.index(str(hash_key))) + field(3, data))
    return MAGIC + body + hashlib.md5(body).digest()


def fields_of(message):
    """[(number, content)] of a protobuf message."""
    out, at = [], 0

    def number():
        nonlocal at
        n = shift = 0
        while True:
            byte = message[at]
            at += 1
            n |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return n

    while at < len(message):
        tag = number()
        size = number()
        if tag & 7 == 2:
            out.append((tag >> 3, message[at:at + size]))
            at += size
        else:
            out.append((tag >> 3, size))
    return out


def deaggregate(data):
    assert data[:4] == MAGIC and hashlib.md5(data[4:-16]).digest() == data[-16:]
    rows = fields_of(data[4:-16])
    keys = [content.decode() for number, content in rows if number == 1]
    return [(keys[dict(fields_of(content))[1]], dict(fields_of(content))[3])
            for number, content in rows if number == 3]


class Producer:
    """What the KPL's core does: it predicts the shard of each record, aggregates those of one shard,
    and lists the shards again when a record lands elsewhere."""

    def __init__(self, client, stream):
        self.client, self.stream = client, stream
        self.listed = 0
        self.list_shards()

    def list_shards(self):
        self.listed += 1
        rows, more = [], {"StreamName": self.stream, "ShardFilter": {"Type": "AT_LATEST"}}
        while more:
            answer = self.client.call("ListShards", MaxResults=1000, **more)
            rows += answer["Shards"]
            token = answer.get("NextToken")
            more = {"NextToken": token} if token else None
        self.ends = sorted((int(r["HashKeyRange"]["EndingHashKey"]), r["ShardId"]) for r in rows)
        assert self.ends[-1][0] == HASH_KEYS - 1

    def shard_of(self, hash_key):
        return next(shard for end, shard in self.ends if hash_key <= end)

    def put(self, records):
        """Until all are stored; the number of those that landed elsewhere than predicted."""
        by_shard = {}
        for key, data in records:
            hash_key = int.from_bytes(hashlib.md5(key.encode()).digest(), "big")
            by_shard.setdefault(self.shard_of(hash_key), []).append((key, hash_key, data))
        entries = [{"Data": aggregate(rows), "PartitionKey": "a", "ExplicitHashKey": str(rows[0][1])}
                   for rows in by_shard.values()]
        answer = self.client.call("PutRecords", StreamName=self.stream, Records=entries,
                                  StreamARN=arn(self.stream))
        assert answer["FailedRecordCount"] == 0
        surprises = sum(result["ShardId"] != shard for result, shard in zip(answer["Records"], by_shard))
        if surprises:
            self.list_shards()
        return surprises


# Shows: aggregation.outer
def test_as_kpl_does(kinesis, make_stream):
    name = make_stream(ShardCount=4)
    producer = Producer(kinesis, name)
    assert producer.put([(f"key-{i}", b"%d" % i) for i in range(200)]) == 0
    kinesis.call("SplitShard", StreamName=name, ShardToSplit=shard_id(1),
                 NewStartingHashKey=str(HASH_KEYS // 4 + HASH_KEYS // 8))
    assert producer.put([(f"key-{i}", b"%d" % i) for i in range(200, 400)]) == 1
    assert producer.listed == 2
    assert producer.put([(f"key-{i}", b"%d" % i) for i in range(400, 600)]) == 0
    seen = []
    for number in range(6):
        for record in read_all(kinesis, name, number):
            assert record["PartitionKey"] == "a"
            seen += deaggregate(record["Data"])
    assert sorted(seen) == sorted((f"key-{i}", b"%d" % i) for i in range(600))


class Worker:
    """What the KCL's scheduler does with enhanced fan-out, for one application."""

    def __init__(self, client, stream):
        self.client, self.stream = client, stream
        self.seen, self.ended, self.children = {}, set(), {}
        self.consumer = self.register()

    def register(self):
        summary = self.client.call("DescribeStreamSummary", StreamName=self.stream)
        stream = summary["StreamDescriptionSummary"]["StreamARN"]
        assert summary["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE"
        try:
            return self.described(stream)
        except Refused as refusal:
            self.client.check_refusal(refusal, errors.RESOURCE_NOT_FOUND)
        self.client.call("RegisterStreamConsumer", StreamARN=stream, ConsumerName=APPLICATION)
        return self.described(stream)

    def described(self, stream):
        while True:
            found = self.client.call("DescribeStreamConsumer", StreamARN=stream, ConsumerName=APPLICATION)
            if found["ConsumerDescription"]["ConsumerStatus"] == "ACTIVE":
                return found["ConsumerDescription"]["ConsumerARN"]
            time.sleep(0.05)

    def leases(self):
        """Of an empty table: the shards that are open at the horizon."""
        rows = self.client.call("ListShards", StreamName=self.stream,
                                ShardFilter={"Type": "AT_TRIM_HORIZON"})["Shards"]
        return [row["ShardId"] for row in rows]

    def follow(self, shard):
        """Subscribes again and again, each time where the last one stopped, until the shard ends."""
        place = {"Type": "TRIM_HORIZON"}
        while shard not in self.ended:
            events = self.client.sdk.subscribe_to_shard(
                ConsumerARN=self.consumer, ShardId=shard, StartingPosition=place)["EventStream"]
            for row in events:
                event = row["SubscribeToShardEvent"]
                self.seen.setdefault(shard, []).extend(r["Data"] for r in event["Records"])
                if event.get("ChildShards"):
                    self.ended.add(shard)
                    self.children[shard] = event["ChildShards"]
                if event.get("ContinuationSequenceNumber"):
                    place = {"Type": "AFTER_SEQUENCE_NUMBER",
                             "SequenceNumber": event["ContinuationSequenceNumber"]}


def until(condition):
    end = time.monotonic() + 10
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


# Shows: shard.parents-first
def test_as_kcl_does_by_fan_out(kinesis, server, make_stream):
    name = make_stream(ShardCount=1)

    def put(text):
        kinesis.call("PutRecord", StreamName=name, Data=text, PartitionKey="k", ExplicitHashKey="1")

    put(b"before")
    worker = Worker(kinesis, name)
    assert worker.consumer.startswith(
        f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}/consumer/{APPLICATION}:")
    assert worker.leases() == [shard_id(0)]
    follower = threading.Thread(target=worker.follow, args=(shard_id(0),))
    follower.start()
    until(lambda: worker.seen.get(shard_id(0)) == [b"before"])
    server.advance(301)  # the first subscription ends; the second goes on behind what was seen
    put(b"after five minutes")
    until(lambda: worker.seen[shard_id(0)] == [b"before", b"after five minutes"])
    kinesis.call("SplitShard", StreamName=name, ShardToSplit=shard_id(0),
                 NewStartingHashKey=str(HASH_KEYS // 2))
    put(b"to a child")
    follower.join(10)
    assert not follower.is_alive()
    assert worker.seen[shard_id(0)] == [b"before", b"after five minutes"]
    children = [row["ShardId"] for row in worker.children[shard_id(0)]]
    assert children == [shard_id(1), shard_id(2)]
    assert all(row["ParentShards"] == [shard_id(0)] for row in worker.children[shard_id(0)])
    follower = threading.Thread(target=worker.follow, args=(children[0],))
    follower.start()
    until(lambda: worker.seen.get(children[0]) == [b"to a child"])
    kinesis.call("MergeShards", StreamName=name, ShardToMerge=children[0],
                 AdjacentShardToMerge=children[1])
    follower.join(10)
    assert not follower.is_alive()
    merged = worker.children[children[0]]
    assert [row["ShardId"] for row in merged] == [shard_id(3)]
    assert sorted(merged[0]["ParentShards"]) == children
    assert worker.register() == worker.consumer  # a second worker finds the registration
