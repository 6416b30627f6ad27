"""--stream-change-ms: streams are CREATING, UPDATING and DELETING, and waiters wait for them."""
import re

import pytest

from kinesis.stream_calls import arn, not_found, put, read_all
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
