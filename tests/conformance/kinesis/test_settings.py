"""Retention, monitoring, encryption, mode, sizes; the account's limits and settings."""
import pytest

from kinesis.stream_calls import ACCOUNT, arn, iterator, put, shard_id
from support.errors import Kinesis as errors

METRICS = [
    "IncomingBytes", "IncomingRecords", "OutgoingBytes", "OutgoingRecords",
    "WriteProvisionedThroughputExceeded", "ReadProvisionedThroughputExceeded",
    "IteratorAgeMilliseconds",
]


def describe(client, name):
    return client.call("DescribeStreamSummary", StreamName=name)["StreamDescriptionSummary"]


# Shows: stream.retention
def test_retention_grows_and_shrinks(kinesis, refused, stream):
    kinesis.call("IncreaseStreamRetentionPeriod", StreamName=stream, RetentionPeriodHours=8760)
    assert describe(kinesis, stream)["RetentionPeriodHours"] == 8760
    kinesis.call("DecreaseStreamRetentionPeriod", StreamName=stream, RetentionPeriodHours=30)
    kinesis.call("IncreaseStreamRetentionPeriod", StreamName=stream, RetentionPeriodHours=30)
    assert describe(kinesis, stream)["RetentionPeriodHours"] == 30
    for what, hours, text in (
        ("Increase", 29, f"Requested retention period (29 hours) for stream {stream} can not be shorter "
         "than existing retention period (30 hours). Use DecreaseRetentionPeriod API."),
        ("Decrease", 31, f"Requested retention period (31 hours) for stream {stream} can not be longer "
         "than existing retention period (30 hours). Use IncreaseRetentionPeriod API."),
        ("Decrease", 23, "Minimum allowed retention period is 24 hours. Requested retention period "
         "(23 hours) is too short."),
        ("Increase", 8761, "Maximum allowed retention period is 8760 hours. Requested retention period "
         "(8761 hours) is too long."),
    ):
        refused(
            kinesis, errors.INVALID_ARGUMENT, text, f"{what}StreamRetentionPeriod",
            StreamName=stream, RetentionPeriodHours=hours,
        )


def test_monitoring(kinesis, stream):
    two = kinesis.call("EnableEnhancedMonitoring", StreamName=stream, ShardLevelMetrics=METRICS[:2])
    assert two == {
        "StreamName": stream, "StreamARN": arn(stream), "CurrentShardLevelMetrics": [],
        "DesiredShardLevelMetrics": METRICS[:2],
    }
    every = kinesis.call("EnableEnhancedMonitoring", StreamName=stream, ShardLevelMetrics=["ALL"])
    assert every["CurrentShardLevelMetrics"] == METRICS[:2]
    assert every["DesiredShardLevelMetrics"] == METRICS
    fewer = kinesis.call("DisableEnhancedMonitoring", StreamName=stream, ShardLevelMetrics=METRICS[1:])
    assert fewer["DesiredShardLevelMetrics"] == METRICS[:1]
    assert describe(kinesis, stream)["EnhancedMonitoring"] == [{"ShardLevelMetrics": METRICS[:1]}]
    kinesis.call("DisableEnhancedMonitoring", StreamName=stream, ShardLevelMetrics=["ALL"])
    assert describe(kinesis, stream)["EnhancedMonitoring"] == [{"ShardLevelMetrics": []}]


# Shows: encryption.type
def test_encryption_is_a_flag(kinesis, stream):
    key = {"StreamName": stream, "EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}
    kinesis.call("StartStreamEncryption", **key)
    summary = describe(kinesis, stream)
    assert (summary["EncryptionType"], summary["KeyId"]) == ("KMS", "alias/aws/kinesis")
    assert put(kinesis, stream, b"d")["EncryptionType"] == "KMS"
    answer = kinesis.call(
        "PutRecords", StreamName=stream, Records=[{"Data": b"d", "PartitionKey": "key"}]
    )
    assert answer["EncryptionType"] == "KMS"
    place = iterator(kinesis, stream)
    for record in kinesis.call("GetRecords", ShardIterator=place)["Records"]:
        assert record["EncryptionType"] == "KMS"
    kinesis.call("StopStreamEncryption", **key)
    summary = describe(kinesis, stream)
    assert summary["EncryptionType"] == "NONE" and "KeyId" not in summary
    assert "EncryptionType" not in put(kinesis, stream, b"d")


# Shows: advantage.warm
def test_mode_and_warm_throughput(kinesis, refused, stream):
    refused(
        kinesis, errors.VALIDATION,
        f"Warm throughput is for streams in ON_DEMAND mode, and stream {stream} is not in it.",
        "UpdateStreamWarmThroughput", StreamName=stream, WarmThroughputMiBps=100,
    )
    kinesis.call(
        "UpdateStreamMode", StreamARN=arn(stream), StreamModeDetails={"StreamMode": "ON_DEMAND"}
    )
    assert describe(kinesis, stream)["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    answer = kinesis.call("UpdateStreamWarmThroughput", StreamARN=arn(stream), WarmThroughputMiBps=100)
    warm = {"TargetMiBps": 100, "CurrentMiBps": 100}
    assert answer == {"StreamARN": arn(stream), "StreamName": stream, "WarmThroughput": warm}
    summary = describe(kinesis, stream)
    assert summary["WarmThroughput"] == warm and summary["OpenShardCount"] == 100


# Shows: on-demand.scales-itself
def test_an_on_demand_stream_scales_itself(kinesis, refused, make_stream):
    name = make_stream(StreamModeDetails={"StreamMode": "ON_DEMAND"})
    text = f"Request is invalid. Stream {name} under account {ACCOUNT} is in On-Demand mode."
    for operation, more in (
        ("UpdateShardCount", {"TargetShardCount": 2, "ScalingType": "UNIFORM_SCALING"}),
        ("SplitShard", {"ShardToSplit": shard_id(0), "NewStartingHashKey": "1000"}),
        ("MergeShards", {"ShardToMerge": shard_id(0), "AdjacentShardToMerge": shard_id(1)}),
    ):
        refused(kinesis, errors.VALIDATION, text, operation, StreamName=name, **more)


def test_the_size_of_records(kinesis, stream):
    assert describe(kinesis, stream)["MaxRecordSizeInKiB"] == 1024
    kinesis.call("UpdateMaxRecordSize", StreamARN=arn(stream), MaxRecordSizeInKiB=10240)
    assert describe(kinesis, stream)["MaxRecordSizeInKiB"] == 10240


def test_limits_count_what_there_is(kinesis, make_stream):
    before = kinesis.call("DescribeLimits")
    make_stream(ShardCount=3)
    make_stream(StreamModeDetails={"StreamMode": "ON_DEMAND"})
    after = kinesis.call("DescribeLimits")
    assert after["OpenShardCount"] - before["OpenShardCount"] == 3
    assert after["OnDemandStreamCount"] - before["OnDemandStreamCount"] == 1
    assert after["ShardLimit"] == 20_000 and after["OnDemandStreamCountLimit"] == 50


# Shows: advantage.day
def test_the_account_commits_itself(kinesis):
    status = lambda answer: answer["MinimumThroughputBillingCommitment"]["Status"]  # noqa: E731
    update = lambda to: kinesis.call(  # noqa: E731
        "UpdateAccountSettings", MinimumThroughputBillingCommitment={"Status": to}
    )
    assert status(kinesis.call("DescribeAccountSettings")) in (
        "DISABLED", "ENABLED_UNTIL_EARLIEST_ALLOWED_END"
    )
    assert status(update("ENABLED")) == "ENABLED"
    answer = kinesis.call("DescribeAccountSettings")["MinimumThroughputBillingCommitment"]
    assert answer["Status"] == "ENABLED" and answer["StartedAt"]
    seconds = lambda time: time if isinstance(time, (int, float)) else time.timestamp()  # noqa: E731
    assert round(seconds(answer["EarliestAllowedEndAt"]) - seconds(answer["StartedAt"])) == 86_400
    assert status(update("DISABLED")) == "ENABLED_UNTIL_EARLIEST_ALLOWED_END"


def test_changes_at_once_are_none_lost(kinesis, boto3_kinesis, stream):
    """Each reads, decides and writes; what another wrote in between must stay."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(
            lambda i: boto3_kinesis.call("AddTagsToStream", StreamName=stream, Tags={f"t{i}": "v"}),
            range(40),
        ))
    assert len(kinesis.call("ListTagsForStream", StreamName=stream)["Tags"]) == 40


# Shows: error.operation, wire.later
@pytest.mark.only("boto3")
def test_operations_of_later_models(server):
    for operation in ("CreateChannel", "DeleteChannel", "DescribeChannel", "ListChannels", "UpdateChannel"):
        status, _, body = server.json(operation, {}, headers={
            "X-Amz-Target": f"Kinesis_20131202.{operation}",
            "Content-Type": "application/x-amz-json-1.1",
        })
        assert status == 400
        assert body["__type"] == "UnsupportedOperationException"
        assert body["message"].startswith(operation) and "Firehose" in body["message"]
    for operation in ("UpdateStreamRecordDistributionStrategy", "MakeCoffee"):
        status, _, body = server.json(operation, {}, headers={
            "X-Amz-Target": f"Kinesis_20131202.{operation}",
            "Content-Type": "application/x-amz-json-1.1",
        })
        assert (status, body["__type"]) == (400, "UnknownOperationException")
