"""--limits aws: what a shard takes and gives in a second."""
import pytest

from kinesis.stream_calls import ACCOUNT, arn, iterator, put, shard_id
from support.errors import Kinesis as errors

SERVER_OPTIONS = ("--virtual-time", "--limits", "aws")
pytestmark = pytest.mark.own_server


def exceeded(name, number=0):
    return f"Rate exceeded for shard {shard_id(number)} in stream {name} under account {ACCOUNT}."


# Shows: put.each, write.rate
def test_a_thousand_records_a_second(kinesis, server, refused, make_stream):
    name = make_stream(ShardCount=1)
    server.advance(2)
    batch = [{"Data": b"d", "PartitionKey": "k"}] * 400
    failed = [
        kinesis.call("PutRecords", StreamName=name, Records=batch)["FailedRecordCount"]
        for _ in range(2)
    ]
    last = kinesis.call("PutRecords", StreamName=name, Records=batch)
    assert failed == [0, 0] and last["FailedRecordCount"] == 200
    refusals = [row for row in last["Records"] if "ErrorCode" in row]
    assert len(refusals) == 200
    assert refusals[0] == {
        "ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": exceeded(name),
    }
    refused(
        kinesis, errors.THROUGHPUT_EXCEEDED, exceeded(name), "PutRecord",
        StreamName=name, Data=b"d", PartitionKey="k",
    )
    server.advance(1)
    put(kinesis, name, b"d")


# Shows: write.rate
@pytest.mark.only("boto3")
def test_a_mebibyte_a_second(kinesis, server, make_stream):
    name = make_stream(ShardCount=1)
    records = [{"Data": b"x" * 104_847, "PartitionKey": "k"}] * 11  # 104,848 counted
    answer = kinesis.call("PutRecords", StreamName=name, Records=records)
    assert answer["FailedRecordCount"] == 1
    server.advance(1)
    assert kinesis.call("PutRecords", StreamName=name, Records=records)["FailedRecordCount"] == 1


# Shows: get.rate
def test_five_reads_a_second(kinesis, server, refused, make_stream):
    name = make_stream(ShardCount=1)
    place = iterator(kinesis, name)
    for _ in range(5):
        kinesis.call("GetRecords", ShardIterator=place)
    refused(kinesis, errors.THROUGHPUT_EXCEEDED, exceeded(name), "GetRecords", ShardIterator=place)
    server.advance(1)
    kinesis.call("GetRecords", ShardIterator=place)


# Shows: get.pause
@pytest.mark.only("boto3")
def test_ten_mebibytes_pause_for_five_seconds(kinesis, server, refused, make_stream):
    name = make_stream(ShardCount=1)
    for _ in range(10):
        put(kinesis, name, b"x" * 1_048_575, "k")
        server.advance(1)
    place = iterator(kinesis, name)
    assert len(kinesis.call("GetRecords", ShardIterator=place)["Records"]) == 10
    for _ in range(4):
        server.advance(1)
        refused(kinesis, errors.THROUGHPUT_EXCEEDED, exceeded(name), "GetRecords", ShardIterator=place)
    server.advance(1)
    kinesis.call("GetRecords", ShardIterator=place)


# Shows: get.exceeded, get.rate
@pytest.mark.only("boto3")
def test_two_mebibytes_a_second(kinesis, server, refused, make_stream):
    name = make_stream(ShardCount=1)
    for _ in range(3):
        put(kinesis, name, b"x" * 1_048_575, "k")
        server.advance(1)
    place = iterator(kinesis, name)
    answer = kinesis.call("GetRecords", ShardIterator=place, Limit=2)
    assert len(answer["Records"]) == 2
    following = answer["NextShardIterator"]
    refused(kinesis, errors.THROUGHPUT_EXCEEDED, exceeded(name), "GetRecords", ShardIterator=following)
    server.advance(1)
    assert len(kinesis.call("GetRecords", ShardIterator=following)["Records"]) == 1


# Shows: put.large
@pytest.mark.only("boto3")
def test_a_large_record_takes_the_seconds_that_it_needs(kinesis, server, refused, make_stream):
    name = make_stream(ShardCount=1, MaxRecordSizeInKiB=10240)
    put(kinesis, name, b"x" * (10 * 1_048_576 - 1), "k")
    more = {"StreamName": name, "Data": b"d", "PartitionKey": "k"}
    for _ in range(2):
        refused(kinesis, errors.THROUGHPUT_EXCEEDED, exceeded(name), "PutRecord", **more)
        server.advance(4.9)
    refused(kinesis, errors.THROUGHPUT_EXCEEDED, exceeded(name), "PutRecord", **more)
    server.advance(0.2)
    kinesis.call("PutRecord", **more)


# Shows: consumers.count
def test_twenty_consumers(kinesis, refused, make_stream):
    name = make_stream(ShardCount=1)
    stream = {"StreamARN": f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/{name}"}
    for i in range(20):
        kinesis.call("RegisterStreamConsumer", ConsumerName=f"c{i}", **stream)
    refused(
        kinesis, errors.LIMIT_EXCEEDED,
        f"Stream {name} has 20 consumers, which is the maximum allowed.",
        "RegisterStreamConsumer", ConsumerName="one-more", **stream,
    )


# Shows: list.rate
@pytest.mark.only("boto3")
def test_a_thousand_lists_a_second(kinesis, server, refused, make_stream):
    name, other = make_stream(ShardCount=1), make_stream(ShardCount=1)
    for _ in range(1000):
        kinesis.call("ListShards", StreamName=name)
    refused(
        kinesis, errors.LIMIT_EXCEEDED, f"Rate exceeded for stream {name} under account {ACCOUNT}.",
        "ListShards", StreamName=name,
    )
    kinesis.call("ListShards", StreamName=other)
    kinesis.call("DescribeStream", StreamName=name)
    server.advance(1)
    kinesis.call("ListShards", StreamName=name)


# Shows: advantage.consumers
@pytest.mark.only("boto3")
def test_fifty_consumers_of_a_committed_account(kinesis, server, refused, make_stream):
    name, other = make_stream(StreamModeDetails={"StreamMode": "ON_DEMAND"}), make_stream(ShardCount=1)
    register = lambda stream, i: {"StreamARN": arn(stream), "ConsumerName": f"c{i}"}  # noqa: E731
    for i in range(20):
        kinesis.call("RegisterStreamConsumer", **register(name, i))
        kinesis.call("RegisterStreamConsumer", **register(other, i))
    text = f"Stream {name} has 20 consumers, which is the maximum allowed."
    refused(kinesis, errors.LIMIT_EXCEEDED, text, "RegisterStreamConsumer", **register(name, 20))
    commit = lambda to: kinesis.call(  # noqa: E731
        "UpdateAccountSettings", MinimumThroughputBillingCommitment={"Status": to}
    )
    commit("ENABLED")
    for i in range(20, 50):
        kinesis.call("RegisterStreamConsumer", **register(name, i))
    for stream, i in ((name, 50), (other, 20)):
        refused(
            kinesis, errors.LIMIT_EXCEEDED,
            f"Stream {stream} has as many consumers as are allowed: 20, in ON_DEMAND mode 50.",
            "RegisterStreamConsumer", **register(stream, i),
        )
    kinesis.call("DeregisterStreamConsumer", **register(name, 0))
    commit("DISABLED")
    server.advance(86_400 - 60)
    kinesis.call("RegisterStreamConsumer", **register(name, 0))
    server.advance(120)
    kinesis.call("DeregisterStreamConsumer", **register(name, 0))
    refused(kinesis, errors.LIMIT_EXCEEDED, text, "RegisterStreamConsumer", **register(name, 0))


# Shows: mode.daily, scaling.daily
@pytest.mark.only("boto3")
def test_changes_of_a_day(kinesis, server, refused, make_stream):
    name = make_stream(ShardCount=2)
    text = f"Stream {name} under account {ACCOUNT} has been changed as often as is allowed in 24 hours."
    scale = lambda to: {  # noqa: E731
        "StreamName": name, "TargetShardCount": to, "ScalingType": "UNIFORM_SCALING"
    }
    mode = lambda to: {"StreamARN": arn(name), "StreamModeDetails": {"StreamMode": to}}  # noqa: E731
    for i in range(10):
        kinesis.call("UpdateShardCount", **scale(3 - i % 2))
    refused(kinesis, errors.LIMIT_EXCEEDED, text, "UpdateShardCount", **scale(3))
    for to in ("ON_DEMAND", "PROVISIONED"):
        kinesis.call("UpdateStreamMode", **mode(to))
    refused(kinesis, errors.LIMIT_EXCEEDED, text, "UpdateStreamMode", **mode("ON_DEMAND"))
    server.advance(86_400)
    kinesis.call("UpdateShardCount", **scale(3))
    kinesis.call("UpdateStreamMode", **mode("ON_DEMAND"))


# Shows: account.on-demand
def test_an_account_has_so_many_on_demand_streams(kinesis, refused, make_stream, new_name):
    limits = kinesis.call("DescribeLimits")
    on_demand = {"StreamMode": "ON_DEMAND"}
    for _ in range(limits["OnDemandStreamCountLimit"] - limits["OnDemandStreamCount"]):
        make_stream(StreamModeDetails=on_demand)
    refused(
        kinesis, errors.LIMIT_EXCEEDED,
        f"Account {ACCOUNT} has 50 streams in ON_DEMAND mode, which is the maximum allowed.",
        "CreateStream", StreamName=new_name(), StreamModeDetails=on_demand,
    )


# Shows: account.shards
def test_an_account_has_so_many_shards(kinesis, refused, make_stream, new_name):
    limits = kinesis.call("DescribeLimits")
    left = limits["ShardLimit"] - limits["OpenShardCount"]
    assert limits["ShardLimit"] == 20_000
    name = make_stream(ShardCount=left - 1)
    text = f"This request would exceed the shard limit for the account {ACCOUNT} in us-east-1. Limit: 20000."
    refused(
        kinesis, errors.LIMIT_EXCEEDED, text, "CreateStream", StreamName=new_name(), ShardCount=2
    )
    make_stream(ShardCount=1)
    refused(
        kinesis, errors.LIMIT_EXCEEDED, text, "SplitShard", StreamName=name,
        ShardToSplit="shardId-000000000000", NewStartingHashKey="1000",
    )
