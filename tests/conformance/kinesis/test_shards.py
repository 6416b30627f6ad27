"""ListShards, SplitShard, MergeShards, UpdateShardCount: parents, children, and who reads what when."""
import re

import pytest

from kinesis.stream_calls import (
    ACCOUNT, HASH_KEYS, arn, iterator, not_found, numbers, put, read_all, shard_id, shards,
)
from support.errors import Kinesis as errors

SERVER_OPTIONS = ("--virtual-time",)
pytestmark = pytest.mark.own_server
HALF = HASH_KEYS // 2


def split(client, name, number, at):
    client.call("SplitShard", StreamName=name, ShardToSplit=shard_id(number), NewStartingHashKey=str(at))


def merge(client, name, number, adjacent):
    client.call(
        "MergeShards", StreamName=name, ShardToMerge=shard_id(number),
        AdjacentShardToMerge=shard_id(adjacent),
    )


# Shows: sequence.closing, shard.closed, shard.parents
def test_a_split_makes_two_children(kinesis, stream):
    split(kinesis, stream, 0, HALF)
    parent, low, high = shards(kinesis, stream)
    closing = f'{int(parent["SequenceNumberRange"]["EndingSequenceNumber"]):x}'
    assert len(closing) == 47 and closing[11:27] == "7fffffffffffffff"
    for child, first, last in ((low, 0, HALF - 1), (high, HALF, HASH_KEYS - 1)):
        assert child["ParentShardId"] == shard_id(0)
        assert "AdjacentParentShardId" not in child
        assert child["HashKeyRange"] == {"StartingHashKey": str(first), "EndingHashKey": str(last)}
        assert "EndingSequenceNumber" not in child["SequenceNumberRange"]
    assert put(kinesis, stream, b"d", ExplicitHashKey="0")["ShardId"] == shard_id(1)
    assert put(kinesis, stream, b"d", ExplicitHashKey=str(HALF))["ShardId"] == shard_id(2)


# Shows: shard.parents
def test_a_merge_makes_one(kinesis, make_stream):
    name = make_stream(ShardCount=2)
    merge(kinesis, name, 0, 1)
    merged = shards(kinesis, name)[2]
    assert merged["ParentShardId"] == shard_id(0)
    assert merged["AdjacentParentShardId"] == shard_id(1)
    assert merged["HashKeyRange"] == {"StartingHashKey": "0", "EndingHashKey": str(HASH_KEYS - 1)}


# Shows: shard.split-point
@pytest.mark.parametrize("at", [0, 1, HASH_KEYS - 1, HASH_KEYS])
def test_a_split_point_is_inside(kinesis, refused, stream, at):
    refused(
        kinesis, errors.INVALID_ARGUMENT,
        f"NewStartingHashKey {at} used in SplitShard() on shard {shard_id(0)} in stream {stream} "
        f"under account {ACCOUNT} is not both greater than one plus the shard's StartingHashKey 0 "
        f"and less than the shard's EndingHashKey {HASH_KEYS - 1}.",
        "SplitShard", StreamName=stream, ShardToSplit=shard_id(0), NewStartingHashKey=str(at),
    )


# Shows: shard.merge-adjacent
def test_only_neighbours_merge(kinesis, refused, make_stream):
    name = make_stream(ShardCount=3)
    refused(
        kinesis, errors.INVALID_ARGUMENT,
        f"Shards {shard_id(0)} and {shard_id(2)} in stream {name} under account {ACCOUNT} are not an "
        "adjacent pair of shards eligible for merging",
        "MergeShards", StreamName=name, ShardToMerge=shard_id(0), AdjacentShardToMerge=shard_id(2),
    )


# Shows: shard.merge-adjacent
def test_neighbours_are_named_in_the_order_of_their_keys(kinesis, refused, make_stream):
    name = make_stream(ShardCount=2)
    refused(
        kinesis, errors.INVALID_ARGUMENT, re.compile("are not an adjacent pair of shards"),
        "MergeShards", StreamName=name, ShardToMerge=shard_id(1), AdjacentShardToMerge=shard_id(0),
    )


def test_the_shard_that_cannot_be_merged_is_named(kinesis, refused, make_stream):
    name = make_stream(ShardCount=3)
    place = f"in stream {name} under account {ACCOUNT}"
    for pair in ((0, 7), (7, 0)):
        refused(
            kinesis, errors.RESOURCE_NOT_FOUND, f"Could not find shard {shard_id(7)} {place}.",
            "MergeShards", StreamName=name, ShardToMerge=shard_id(pair[0]),
            AdjacentShardToMerge=shard_id(pair[1]),
        )
    split(kinesis, name, 1, HALF)
    refused(
        kinesis, errors.INVALID_ARGUMENT, re.compile(f"^Shard {shard_id(1)} .* already been merged"),
        "MergeShards", StreamName=name, ShardToMerge=shard_id(0), AdjacentShardToMerge=shard_id(1),
    )


def test_shards_that_do_not_exist(kinesis, refused, stream):
    text = f"Could not find shard {{}} in stream {stream} under account {ACCOUNT}."
    for name in (shard_id(7), "nonsense"):
        refused(
            kinesis, errors.RESOURCE_NOT_FOUND, text.format(name), "SplitShard",
            StreamName=stream, ShardToSplit=name, NewStartingHashKey="5",
        )


def test_a_closed_shard_is_closed(kinesis, refused, stream):
    split(kinesis, stream, 0, HALF)
    refused(
        kinesis, errors.INVALID_ARGUMENT, re.compile("has already been merged or split"),
        "SplitShard", StreamName=stream, ShardToSplit=shard_id(0), NewStartingHashKey="5",
    )


# Shows: iterator.end, shard.closed
def test_a_closed_shard_is_read_to_its_end(kinesis, stream):
    put(kinesis, stream, b"before")
    split(kinesis, stream, 0, HALF)
    answer = kinesis.call("GetRecords", ShardIterator=iterator(kinesis, stream))
    assert [r["Data"] for r in answer["Records"]] == [b"before"]
    assert answer.get("NextShardIterator") is None
    assert answer["ChildShards"] == [
        {"ShardId": shard_id(1), "ParentShards": [shard_id(0)],
         "HashKeyRange": {"StartingHashKey": "0", "EndingHashKey": str(HALF - 1)}},
        {"ShardId": shard_id(2), "ParentShards": [shard_id(0)],
         "HashKeyRange": {"StartingHashKey": str(HALF), "EndingHashKey": str(HASH_KEYS - 1)}},
    ]


def test_a_merged_child_names_both_parents(kinesis, make_stream):
    name = make_stream(ShardCount=2)
    merge(kinesis, name, 0, 1)
    answer = kinesis.call("GetRecords", ShardIterator=iterator(kinesis, name, 1))
    assert answer["ChildShards"][0]["ParentShards"] == [shard_id(0), shard_id(1)]


# Shows: shard.parents-first
def test_as_kcl_does(kinesis, make_stream):
    """Its calls: list, an iterator, records; the children when their parents have been read."""
    name = make_stream(ShardCount=2)
    for i in range(10):
        put(kinesis, name, b"%d" % i, f"key-{i}")
    split(kinesis, name, 0, HALF // 2)
    merge(kinesis, name, 3, 1)
    for i in range(10, 20):
        put(kinesis, name, b"%d" % i, f"key-{i}")
    listed = {s["ShardId"]: s for s in kinesis.call("ListShards", StreamARN=arn(name))["Shards"]}
    done, seen = set(), []
    while len(done) < len(listed):
        for shard, row in listed.items():
            parents = {row.get("ParentShardId"), row.get("AdjacentParentShardId")} - {None}
            if shard in done or not parents <= done:
                continue
            number = int(shard.split("-")[1])
            seen += [int(r["Data"]) for r in read_all(kinesis, name, number)]
            done.add(shard)
    assert sorted(seen) == list(range(20))


def test_scaling_up_and_down(kinesis, make_stream):
    name = make_stream(ShardCount=2)
    answer = kinesis.call(
        "UpdateShardCount", StreamName=name, TargetShardCount=4, ScalingType="UNIFORM_SCALING"
    )
    assert answer == {
        "StreamName": name, "CurrentShardCount": 2, "TargetShardCount": 4, "StreamARN": arn(name),
    }
    opened = shards(kinesis, name, ShardFilter={"Type": "AT_LATEST"})
    assert [int(s["HashKeyRange"]["StartingHashKey"]) for s in opened] == [
        i * HASH_KEYS // 4 for i in range(4)
    ]
    kinesis.call("UpdateShardCount", StreamName=name, TargetShardCount=3, ScalingType="UNIFORM_SCALING")
    opened = shards(kinesis, name, ShardFilter={"Type": "AT_LATEST"})
    starts = sorted(int(s["HashKeyRange"]["StartingHashKey"]) for s in opened)
    assert len(starts) == 3 and starts[0] == 0


# Shows: scaling.reach
@pytest.mark.parametrize("count, target", [(2, 5), (4, 1)])
def test_scaling_at_most_doubles_or_halves(kinesis, refused, make_stream, count, target):
    name = make_stream(ShardCount=count)
    refused(
        kinesis, errors.LIMIT_EXCEEDED,
        re.compile(f"Current open shard count: {count}. Target shard count: {target}.$"),
        "UpdateShardCount", StreamName=name, TargetShardCount=target, ScalingType="UNIFORM_SCALING",
    )


def test_listed_in_pages(kinesis, make_stream):
    name = make_stream(ShardCount=5)
    seen, call = [], {"StreamName": name}
    while True:
        answer = kinesis.call("ListShards", MaxResults=2, **call)
        seen += numbers(answer["Shards"])
        if "NextToken" not in answer:
            break
        call = {"NextToken": answer["NextToken"]}
    assert seen == [0, 1, 2, 3, 4]
    assert numbers(shards(kinesis, name, ExclusiveStartShardId=shard_id(2))) == [3, 4]


# Shows: list.token
def test_tokens(kinesis, server, refused, make_stream):
    name = make_stream(ShardCount=3)
    token = kinesis.call("ListShards", StreamName=name, MaxResults=1)["NextToken"]
    refused(
        kinesis, errors.INVALID_ARGUMENT, "NextToken and StreamName cannot be provided together.",
        "ListShards", StreamName=name, NextToken=token,
    )
    server.advance(301)
    refused(
        kinesis, errors.EXPIRED_NEXT_TOKEN, re.compile("expired"), "ListShards", NextToken=token
    )


# Shows: list.filters
def test_filters(kinesis, server, make_stream):
    """0 and 1 at first; a minute later 0 is split into 2 and 3; a day later they are merged."""
    name = make_stream(ShardCount=2)
    listed = lambda **f: numbers(shards(kinesis, name, ShardFilter=f))  # noqa: E731
    place = iterator(kinesis, name)
    server.advance(60)
    answer = put(kinesis, name, b"d", ExplicitHashKey="0")
    split(kinesis, name, 0, HALF // 2)
    split_at = kinesis.call("GetRecords", ShardIterator=place)["Records"][0]
    at = split_at["ApproximateArrivalTimestamp"]
    at = at if isinstance(at, (int, float)) else at.timestamp()
    assert answer["ShardId"] == shard_id(0)
    assert listed(Type="AT_LATEST") == [1, 2, 3]
    assert listed(Type="AT_TRIM_HORIZON") == [0, 1]
    assert listed(Type="FROM_TRIM_HORIZON") == [0, 1, 2, 3]
    assert listed(Type="AFTER_SHARD_ID", ShardId=shard_id(1)) == [2, 3]
    assert listed(Type="AT_TIMESTAMP", Timestamp=at - 30) == [0, 1]
    assert listed(Type="AT_TIMESTAMP", Timestamp=at + 1) == [1, 2, 3]
    assert listed(Type="FROM_TIMESTAMP", Timestamp=at - 30) == [0, 1, 2, 3]
    assert listed(Type="FROM_TIMESTAMP", Timestamp=at + 1) == [1, 2, 3]
    server.advance(12 * 3600)
    merge(kinesis, name, 2, 3)
    server.advance(12 * 3600 + 60)
    assert listed(Type="AT_TRIM_HORIZON") == [1, 2, 3]
    assert listed(Type="AT_LATEST") == [1, 4]


@pytest.mark.parametrize("wanted, lacks", [
    ({"Type": "AFTER_SHARD_ID"}, "ShardId"), ({"Type": "AT_TIMESTAMP"}, "Timestamp"),
    ({"Type": "FROM_TIMESTAMP"}, "Timestamp"),
], ids=lambda v: v if isinstance(v, str) else v["Type"])
def test_filters_that_lack_something(kinesis, refused, stream, wanted, lacks):
    refused(
        kinesis, errors.INVALID_ARGUMENT,
        f"{lacks} must be specified with a shard filter of type {wanted['Type']}.",
        "ListShards", StreamName=stream, ShardFilter=wanted,
    )


# Shows: shard.expired
def test_an_expired_shard_is_gone(kinesis, server, stream):
    split(kinesis, stream, 0, HALF)
    server.advance(25 * 3600)
    assert numbers(shards(kinesis, stream)) == [1, 2]


def test_a_deleted_stream_has_no_shards(kinesis, refused, make_stream):
    name = make_stream(ShardCount=3)
    token = kinesis.call("ListShards", StreamName=name, MaxResults=1)["NextToken"]
    kinesis.call("DeleteStream", StreamName=name)
    refused(kinesis, errors.RESOURCE_NOT_FOUND, not_found(name), "ListShards", NextToken=token)
