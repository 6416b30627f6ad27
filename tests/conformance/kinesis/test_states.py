"""--stream-change-ms: streams are CREATING, UPDATING and DELETING, and waiters wait for them."""
import re

import pytest

from kinesis.stream_calls import ACCOUNT, arn, not_found, put, read_all, shard_id
from support.boto3_client import Boto3Client
from support.errors import Kinesis as errors

SERVER_OPTIONS = ("--virtual-time", "--stream-change-ms", "5000")
pytestmark = pytest.mark.own_server


def status(client, name):
    return client.call("DescribeStream", StreamName=name)["StreamDescription"]["StreamStatus"]


# Shows: stream.not-active, stream.status
def test_a_stream_is_creating_updating_and_deleting(kinesis, server, refused, new_name):
    name = new_name()
    kinesis.call("CreateStream", StreamName=name, ShardCount=1)
    description = kinesis.call("DescribeStream", StreamName=name)["StreamDescription"]
    assert (description["StreamStatus"], description["Shards"]) == ("CREATING", [])
    record = {"Data": b"d", "PartitionKey": "key"}
    refused(
        kinesis, errors.RESOURCE_NOT_FOUND, not_found(name), "PutRecord", StreamName=name, **record
    )
    server.advance(5)
    description = kinesis.call("DescribeStream", StreamName=name)["StreamDescription"]
    assert (description["StreamStatus"], len(description["Shards"])) == ("ACTIVE", 1)
    count = {"StreamName": name, "ScalingType": "UNIFORM_SCALING"}
    kinesis.call("UpdateShardCount", TargetShardCount=2, **count)
    assert status(kinesis, name) == "UPDATING"
    put(kinesis, name, b"d")
    refused(
        kinesis, errors.RESOURCE_IN_USE, re.compile("not ACTIVE"), "UpdateShardCount", TargetShardCount=4, **count
    )
    server.advance(5)
    assert status(kinesis, name) == "ACTIVE"
    kinesis.call("DeleteStream", StreamName=name)
    description = kinesis.call("DescribeStream", StreamName=name)["StreamDescription"]
    assert (description["StreamStatus"], description["StreamARN"]) == ("DELETING", arn(name))
    refused(
        kinesis, errors.RESOURCE_NOT_FOUND, not_found(name), "PutRecord", StreamName=name, **record
    )
    server.advance(5)
    refused(kinesis, errors.RESOURCE_NOT_FOUND, not_found(name), "DescribeStream", StreamName=name)


# Shows: stream.updating
def test_an_updating_stream_is_written_and_read(kinesis, server, make_stream):
    name = make_stream(ShardCount=1)
    server.advance(5)
    put(kinesis, name, b"before")
    kinesis.call("StartStreamEncryption", StreamName=name, EncryptionType="KMS", KeyId="alias/aws/kinesis")
    put(kinesis, name, b"meanwhile")
    assert status(kinesis, name) == "UPDATING"
    assert [record["Data"] for record in read_all(kinesis, name)] == [b"before", b"meanwhile"]


# Shows: fan-out.states
def test_a_consumer_is_creating_for_a_while(kinesis, server, make_stream):
    name = make_stream(ShardCount=1)
    server.advance(5)
    call = {"StreamARN": arn(name), "ConsumerName": "reader"}
    made = kinesis.call("RegisterStreamConsumer", **call)["Consumer"]
    assert made["ConsumerStatus"] == "CREATING"
    described = lambda: kinesis.call("DescribeStreamConsumer", **call)["ConsumerDescription"]  # noqa: E731
    assert described()["ConsumerStatus"] == "CREATING"
    server.advance(5)
    assert described()["ConsumerStatus"] == "ACTIVE"
    (listed,) = kinesis.call("ListStreamConsumers", StreamARN=arn(name))["Consumers"]
    assert listed["ConsumerStatus"] == "ACTIVE"


@pytest.mark.only("boto3")
def test_a_consumer_reads_when_it_is_active(kinesis, server, refused, make_stream):
    name = make_stream(ShardCount=1)
    server.advance(5)
    made = kinesis.call("RegisterStreamConsumer", StreamARN=arn(name), ConsumerName="reader")
    subscribe = {"ConsumerARN": made["Consumer"]["ConsumerARN"], "ShardId": shard_id(0),
                 "StartingPosition": {"Type": "LATEST"}}
    refused(kinesis, errors.RESOURCE_IN_USE, "Consumer reader is not ACTIVE.", "SubscribeToShard", **subscribe)
    server.advance(5)
    kinesis.sdk.subscribe_to_shard(**subscribe)["EventStream"].close()


# Shows: account.creating, fan-out.creating
@pytest.mark.only("boto3")
def test_five_at_once(start_server, refused):
    server = start_server("--virtual-time", "--limits", "aws", "--stream-change-ms", "5000")
    client = Boto3Client(server, service="kinesis")
    create = lambda name: {"StreamName": name, "ShardCount": 1}  # noqa: E731
    for i in range(5):
        client.call("CreateStream", **create(f"s{i}"))
    refused(
        client, errors.LIMIT_EXCEEDED,
        f"Account {ACCOUNT} has 5 streams that are CREATING, which is the maximum allowed.",
        "CreateStream", **create("more"),
    )
    server.advance(5)
    client.call("CreateStream", **create("more"))
    for i in range(5):
        client.call("RegisterStreamConsumer", StreamARN=arn("s0"), ConsumerName=f"c{i}")
    refused(
        client, errors.LIMIT_EXCEEDED,
        "Stream s0 has 5 consumers that are CREATING, which is the maximum allowed.",
        "RegisterStreamConsumer", StreamARN=arn("s0"), ConsumerName="more",
    )
    client.close()
    server.stop()


@pytest.mark.only("boto3")
def test_waiters_wait(kinesis, server, new_name):
    name = new_name()
    quick = {"Delay": 0, "MaxAttempts": 3}
    kinesis.call("CreateStream", StreamName=name, ShardCount=1)
    with pytest.raises(Exception, match="Max attempts exceeded"):
        kinesis.sdk.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig=quick)
    server.advance(5)
    kinesis.sdk.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig=quick)
    kinesis.call("DeleteStream", StreamName=name)
    with pytest.raises(Exception, match="Max attempts exceeded"):
        kinesis.sdk.get_waiter("stream_not_exists").wait(StreamName=name, WaiterConfig=quick)
    server.advance(5)
    kinesis.sdk.get_waiter("stream_not_exists").wait(StreamName=name, WaiterConfig=quick)
