"""What the tests with Amazon's Java libraries share: the programs, compiled once a version, and a
boto3 client that prepares and reads back."""
import os
import subprocess

import pytest

from support.java import Library, split


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """library("kcl2") or ("kcl3"): our programs on that version."""
    made = {}

    def of(name):
        if name not in made:
            made[name] = Library(name, tmp_path_factory.mktemp(name))
        return made[name]

    return of


@pytest.fixture(scope="session")
def ours(request):
    """ours("pack" or "unpack", lines): the same by <millrace/aggregation.hpp>."""
    program = request.config.getoption("--aggregation-lines")

    def run(verb, lines):
        done = subprocess.run([program, verb], input="".join(f"{line}\n" for line in lines).encode(),
                              stdout=subprocess.PIPE, check=True, timeout=60)
        return split(done.stdout.decode())

    return run


def connect(server):
    """A boto3 client for streams of this server, patient with its limits."""
    import boto3  # of the interpreter that runs the tests with clients, and of no other
    from botocore.config import Config
    return boto3.client("kinesis", endpoint_url=server.url, verify=server.certificate or True,
                        region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test",
                        config=Config(retries={"mode": "standard", "total_max_attempts": 12}))


def make_stream(client, shards):
    """The name of a stream that is ACTIVE."""
    name = f"kcl-{os.urandom(4).hex()}"
    client.create_stream(StreamName=name, ShardCount=shards)
    client.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 10})
    return name


def read_all(client, stream):
    """{shard: its records} of a stream."""
    found = {}
    for shard in client.list_shards(StreamName=stream)["Shards"]:
        rows = found.setdefault(shard["ShardId"], [])
        place = client.get_shard_iterator(StreamName=stream, ShardId=shard["ShardId"],
                                          ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while place:
            answer = client.get_records(ShardIterator=place)
            rows += answer["Records"]
            place = answer.get("NextShardIterator") if answer["Records"] else None
    return found
