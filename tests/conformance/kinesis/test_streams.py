"""CreateStream, DescribeStream, DescribeStreamSummary, ListStreams, DeleteStream, and names."""
import time

import boto3
import botocore.config
import pytest

from kinesis.stream_calls import ACCOUNT, HASH_KEYS, arn, not_found, shard_id
from support.errors import Kinesis as errors

WITH_A_STREAM = [
    ("DescribeStream", {}), ("DescribeStreamSummary", {}), ("DeleteStream", {}),
    ("ListTagsForStream", {}), ("AddTagsToStream", {"Tags": {"a": "b"}}),
    ("RemoveTagsFromStream", {"TagKeys": ["a"]}), ("ListShards", {}),
    ("IncreaseStreamRetentionPeriod", {"RetentionPeriodHours": 48}),
    ("DecreaseStreamRetentionPeriod", {"RetentionPeriodHours": 24}),
    ("EnableEnhancedMonitoring", {"ShardLevelMetrics": ["ALL"]}),
    ("DisableEnhancedMonitoring", {"ShardLevelMetrics": ["ALL"]}),
    ("PutRecord", {"Data": b"d", "PartitionKey": "k"}),
    ("PutRecords", {"Records": [{"Data": b"d", "PartitionKey": "k"}]}),
    ("GetShardIterator", {"ShardId": shard_id(0), "ShardIteratorType": "LATEST"}),
    ("SplitShard", {"ShardToSplit": shard_id(0), "NewStartingHashKey": "5"}),
    ("MergeShards", {"ShardToMerge": shard_id(0), "AdjacentShardToMerge": shard_id(1)}),
    ("UpdateShardCount", {"TargetShardCount": 2, "ScalingType": "UNIFORM_SCALING"}),
    ("StartStreamEncryption", {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}),
    ("StopStreamEncryption", {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}),
]
BY_NAME = pytest.mark.parametrize("operation, more", WITH_A_STREAM, ids=lambda v: v if isinstance(v, str) else "")


# Shows: hash.shares, shard.id
def test_shards_divide_the_hash_space(kinesis, make_stream):
    name = make_stream(ShardCount=3)
    description = kinesis.call("DescribeStream", StreamName=name)["StreamDescription"]
    assert description["StreamName"] == name
    assert description["StreamARN"] == arn(name)
    assert description["StreamStatus"] == "ACTIVE"
    assert description["StreamModeDetails"] == {"StreamMode": "PROVISIONED"}
    assert description["RetentionPeriodHours"] == 24
    assert description["EncryptionType"] == "NONE"
    assert description["EnhancedMonitoring"] == [{"ShardLevelMetrics": []}]
    assert description["HasMoreShards"] is False
    ranges = [shard["HashKeyRange"] for shard in description["Shards"]]
    each = HASH_KEYS // 3
    assert ranges == [
        {"StartingHashKey": str(i * each),
         "EndingHashKey": str((i + 1) * each - 1 if i < 2 else HASH_KEYS - 1)}
        for i in range(3)
    ]
    assert ranges[1]["StartingHashKey"] == "113427455640312821154458202477256070485"
    for number, shard in enumerate(description["Shards"]):
        assert shard["ShardId"] == shard_id(number)
        assert "ParentShardId" not in shard
        sequence = shard["SequenceNumberRange"]
        assert len(sequence["StartingSequenceNumber"]) == 56
        assert "EndingSequenceNumber" not in sequence


def test_summary(kinesis, make_stream):
    name = make_stream(ShardCount=2, MaxRecordSizeInKiB=2048)
    before = time.time()
    summary = kinesis.call("DescribeStreamSummary", StreamARN=arn(name))["StreamDescriptionSummary"]
    created = summary.pop("StreamCreationTimestamp")
    assert abs((created if isinstance(created, (int, float)) else created.timestamp()) - before) < 60
    assert summary == {
        "StreamName": name, "StreamARN": arn(name), "StreamStatus": "ACTIVE",
        "StreamModeDetails": {"StreamMode": "PROVISIONED"}, "RetentionPeriodHours": 24,
        "EnhancedMonitoring": [{"ShardLevelMetrics": []}], "EncryptionType": "NONE",
        "OpenShardCount": 2, "ConsumerCount": 0, "MaxRecordSizeInKiB": 2048,
    }


# Shows: on-demand.start
def test_on_demand_streams_begin_with_four_shards(kinesis, make_stream):
    name = make_stream(StreamModeDetails={"StreamMode": "ON_DEMAND"})
    summary = kinesis.call("DescribeStreamSummary", StreamName=name)["StreamDescriptionSummary"]
    assert summary["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert summary["OpenShardCount"] == 4
    assert summary["WarmThroughput"] == {"TargetMiBps": 0, "CurrentMiBps": 0}


def test_tags_given_at_creation(kinesis, new_name):
    name = new_name()
    kinesis.call("CreateStream", StreamName=name, ShardCount=1, Tags={"b": "2", "a": "1"})
    tags = kinesis.call("ListTagsForStream", StreamName=name)["Tags"]
    assert tags == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    kinesis.call("DeleteStream", StreamName=name)


def test_a_name_is_taken_once(kinesis, refused, stream):
    refused(
        kinesis, errors.RESOURCE_IN_USE,
        f"Stream {stream} under account 000000000000 already exists.",
        "CreateStream", StreamName=stream, ShardCount=1,
    )


def test_neither_mode_nor_shards_gives_four_on_demand(kinesis, make_stream):
    described = kinesis.call("DescribeStream", StreamName=make_stream())["StreamDescription"]
    assert described["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert len(described["Shards"]) == 4


def test_deleted_is_gone_and_the_name_is_free(kinesis, refused, stream):
    kinesis.call("DeleteStream", StreamName=stream)
    refused(kinesis, errors.RESOURCE_NOT_FOUND, not_found(stream), "DescribeStream", StreamName=stream)
    kinesis.call("CreateStream", StreamName=stream, ShardCount=2)
    assert len(kinesis.call("DescribeStream", StreamName=stream)["StreamDescription"]["Shards"]) == 2


def test_described_in_pages(kinesis, make_stream):
    name = make_stream(ShardCount=5)
    first = kinesis.call("DescribeStream", StreamName=name, Limit=3)["StreamDescription"]
    assert [s["ShardId"] for s in first["Shards"]] == [shard_id(i) for i in range(3)]
    assert first["HasMoreShards"] is True
    rest = kinesis.call(
        "DescribeStream", StreamName=name, ExclusiveStartShardId=shard_id(2), Limit=3
    )["StreamDescription"]
    assert [s["ShardId"] for s in rest["Shards"]] == [shard_id(3), shard_id(4)]
    assert rest["HasMoreShards"] is False


def test_listed_by_name_in_pages(kinesis, make_stream):
    names = sorted(make_stream(ShardCount=1) for _ in range(5))
    only_mine = lambda listed: [name for name in listed if name in names]  # noqa: E731
    seen, token, pages = [], {"ExclusiveStartStreamName": names[0]}, 0
    while True:
        answer = kinesis.call("ListStreams", Limit=2, **token)
        seen += answer["StreamNames"]
        assert [s["StreamName"] for s in answer["StreamSummaries"]] == answer["StreamNames"]
        assert all(s["StreamARN"] == arn(s["StreamName"]) for s in answer["StreamSummaries"])
        pages += 1
        if not answer["HasMoreStreams"]:
            break
        token = {"NextToken": answer["NextToken"]}
    assert only_mine(seen) == names[1:]
    assert seen == sorted(seen)
    assert pages >= 2


@pytest.mark.only("boto3")
def test_a_token_that_nobody_gave_is_refused(kinesis, refused):
    refused(kinesis, errors.INVALID_ARGUMENT, "NextToken is invalid.", "ListStreams", NextToken="no")


@BY_NAME
def test_a_stream_that_does_not_exist(kinesis, refused, operation, more, new_name):
    name = new_name()
    text = not_found(name)
    if operation == "GetShardIterator":
        text = f"Shard {shard_id(0)} in stream {name} under account 000000000000 does not exist"
    refused(kinesis, errors.RESOURCE_NOT_FOUND, text, operation, StreamName=name, **more)


# Shows: wire.arn
@pytest.mark.only("boto3")
@BY_NAME
def test_the_arn_will_do_for_the_name(kinesis, make_stream, operation, more):
    name = make_stream(ShardCount=2)
    call = {"StreamARN": arn(name), **more}
    kinesis.call(operation, **call)


@pytest.mark.only("boto3")
@BY_NAME
def test_neither_name_nor_arn(kinesis, refused, operation, more):
    text = (
        "Either NextToken or StreamName should be provided." if operation == "ListShards"
        else "Either StreamName or StreamARN should be provided."
    )
    refused(kinesis, errors.INVALID_ARGUMENT, text, operation, **more)


def test_name_and_arn_must_agree(kinesis, refused, stream):
    kinesis.call("DescribeStream", StreamName=stream, StreamARN=arn(stream))
    refused(
        kinesis, errors.INVALID_ARGUMENT, "StreamName and StreamARN do not name the same stream.",
        "DescribeStream", StreamName=stream, StreamARN=arn("other"),
    )


@pytest.mark.only("boto3")
def test_streams_of_others_are_not_found(kinesis, refused, stream):
    refused(
        kinesis, errors.RESOURCE_NOT_FOUND, f"Stream {stream} under account 123456789012 not found.",
        "DescribeStream", StreamARN=arn(stream).replace("000000000000", "123456789012"),
    )


def test_mode_decides_what_may_be_given(kinesis, refused, new_name):
    refused(
        kinesis, errors.INVALID_ARGUMENT, "ShardCount is for streams in PROVISIONED mode.",
        "CreateStream", StreamName=new_name(), ShardCount=2,
        StreamModeDetails={"StreamMode": "ON_DEMAND"},
    )


# Shows: endpoint.account
@pytest.mark.only("boto3")
def test_an_account_has_no_endpoint_of_its_own(kinesis, server, stream):
    client = boto3.client(
        "kinesis", endpoint_url=server.url, region_name="us-east-1", verify=server.certificate,
        aws_access_key_id="test", aws_secret_access_key="test", aws_account_id=ACCOUNT,
        config=botocore.config.Config(account_id_endpoint_mode="required"),
    )
    assert client.describe_stream(StreamARN=arn(stream))["StreamDescription"]["StreamName"] == stream
    client.close()
