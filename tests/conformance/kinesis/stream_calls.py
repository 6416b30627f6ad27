"""What tests do with streams again and again."""
from support.errors import Refused

ACCOUNT = "000000000000"
REGION = "us-east-1"
HASH_KEYS = 2**128


def arn(name):
    return f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"


def not_found(name):
    return f"Stream {name} under account {ACCOUNT} not found."


def shard_id(number):
    return f"shardId-{number:012d}"


def delete_stream(client, name):
    try:
        client.call("DeleteStream", StreamName=name, EnforceConsumerDeletion=True)
    except Refused:
        pass  # the test has deleted it


def put(client, name, data, key="key", **more):
    return client.call("PutRecord", StreamName=name, Data=data, PartitionKey=key, **more)


def iterator(client, name, shard=0, kind="TRIM_HORIZON", **more):
    return client.call(
        "GetShardIterator", StreamName=name, ShardId=shard_id(shard), ShardIteratorType=kind, **more
    )["ShardIterator"]


def read_all(client, name, shard=0, **more):
    """Every record of a shard that is there now."""
    place, records = iterator(client, name, shard, **more), []
    while place:
        answer = client.call("GetRecords", ShardIterator=place)
        records += answer["Records"]
        place = answer.get("NextShardIterator")
        if answer["MillisBehindLatest"] == 0:
            break
    return records


def shards(client, name, **more):
    return client.call("ListShards", StreamName=name, **more)["Shards"]


def numbers(listed):
    return [int(shard["ShardId"].split("-")[1]) for shard in listed]
