"""Streams and the account's settings and limits on a data directory, over a restart and a crash."""
import re
import signal
import time

import pytest

from kinesis.stream_calls import not_found, put, read_all
from support.boto3_client import Boto3Client
from support.errors import Kinesis as errors

CHANGE_MS = 1500


@pytest.fixture
def restarted(start_server, tmp_path):
    """start(*options) -> client of a server on one data directory; the one before is stopped or killed."""
    running = []

    def start(*options, how="stop"):
        end(how)
        server = start_server("--data", str(tmp_path / "data"), *options)
        running.append((server, Boto3Client(server, service="kinesis")))
        return running[0][1]

    def end(how="stop"):
        while running:
            server, client = running.pop()
            client.close()
            if how == "kill":
                server.process.send_signal(signal.SIGKILL)
                server.process.wait()
            server.stop()

    yield start
    end()


def commitment(client):
    return client.call("DescribeAccountSettings")["MinimumThroughputBillingCommitment"]


def commit(client, status):
    client.call("UpdateAccountSettings", MinimumThroughputBillingCommitment={"Status": status})


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_the_account_stays_committed(restarted, how):
    client = restarted()
    assert commitment(client)["Status"] == "DISABLED"
    commit(client, "ENABLED")
    before = commitment(client)
    client = restarted(how=how)
    assert commitment(client) == before
    commit(client, "DISABLED")
    client = restarted(how=how)
    after = commitment(client)
    assert after["Status"] == "ENABLED_UNTIL_EARLIEST_ALLOWED_END"
    assert after["StartedAt"] == before["StartedAt"]
    assert after["EndedAt"] == before["EarliestAllowedEndAt"]


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_what_counts_towards_the_limits_counts_again(restarted, refused, how):
    client = restarted("--limits", "aws")
    client.call("CreateStream", StreamName="most", ShardCount=19_999)
    for i in range(50):
        client.call("CreateStream", StreamName=f"auto-{i}", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    before = client.call("DescribeLimits")
    assert (before["OpenShardCount"], before["OnDemandStreamCount"]) == (19_999, 50)
    client = restarted("--limits", "aws", how=how)
    limits = client.call("DescribeLimits")
    assert {**before, "ResponseMetadata": 0} == {**limits, "ResponseMetadata": 0}
    refused(client, errors.LIMIT_EXCEEDED, re.compile("limit|maximum"), "CreateStream", StreamName="two", ShardCount=2)
    refused(client, errors.LIMIT_EXCEEDED, re.compile("limit|maximum"), "CreateStream", StreamName="more",
            StreamModeDetails={"StreamMode": "ON_DEMAND"})
    client.call("CreateStream", StreamName="one", ShardCount=1)


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_what_was_under_way_comes_to_its_end(restarted, refused, how):
    slow = ("--stream-change-ms", str(CHANGE_MS))
    client = restarted(*slow)
    status = lambda name: client.call(  # noqa: E731
        "DescribeStreamSummary", StreamName=name)["StreamDescriptionSummary"]["StreamStatus"]
    for name in ("changes", "goes"):
        client.call("CreateStream", StreamName=name, ShardCount=1)
    await_active(status, "changes", "goes")
    put(client, "changes", b"before")
    client.call("UpdateShardCount", StreamName="changes", TargetShardCount=2,
                ScalingType="UNIFORM_SCALING")
    client.call("DeleteStream", StreamName="goes")
    client.call("CreateStream", StreamName="comes", ShardCount=1)
    assert [status(name) for name in ("changes", "goes", "comes")] == ["UPDATING", "DELETING", "CREATING"]
    client = restarted(*slow, how=how)
    assert client.call("ListStreams")["StreamNames"] == ["changes", "comes"]
    refused(client, errors.RESOURCE_NOT_FOUND, not_found("goes"), "DescribeStreamSummary", StreamName="goes")
    assert status("changes") == "ACTIVE"
    assert [record["Data"] for record in read_all(client, "changes")] == [b"before"]
    await_active(status, "comes")
    put(client, "comes", b"first")
    client.call("CreateStream", StreamName="goes", ShardCount=1)


def await_active(status, *names):
    end = time.monotonic() + 20
    while any(status(name) != "ACTIVE" for name in names):
        assert time.monotonic() < end
        time.sleep(0.02)
