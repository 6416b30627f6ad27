"""Runs tables.mjs, a stand-in for DynamoDB on a free loopback port."""
import os
import pathlib
import subprocess

from .js_client import node_modules, node_program

# What version 3 of the Kinesis Client Library asks of its lease table. It would add the index to a
# table that is there, which dynalite does not show; so the table is made with it.
INDEX = "LeaseOwnerToLeaseKeyIndex"
RATE = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10}


class Tables:
    def __init__(self):
        self.process = subprocess.Popen(
            [node_program(), str(pathlib.Path(__file__).with_name("tables.mjs"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "MILLRACE_NODE_MODULES": node_modules()},
        )
        port = self.process.stdout.readline().strip()
        assert port, "dynalite did not start"
        self.url = f"http://127.0.0.1:{port.decode()}"

    def make_lease_table(self, name):
        import boto3  # of the interpreter that runs the tests with clients, and of no other
        client = boto3.client("dynamodb", endpoint_url=self.url, region_name="us-east-1",
                              aws_access_key_id="test", aws_secret_access_key="test")
        client.create_table(
            TableName=name, ProvisionedThroughput=RATE, KeySchema=keys("leaseKey"),
            AttributeDefinitions=[{"AttributeName": column, "AttributeType": "S"}
                                  for column in ("leaseKey", "leaseOwner")],
            GlobalSecondaryIndexes=[{
                "IndexName": INDEX, "KeySchema": keys("leaseOwner", "leaseKey"),
                "Projection": {"ProjectionType": "KEYS_ONLY"}, "ProvisionedThroughput": RATE}],
        )

    def stop(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        finally:
            self.process.kill()
            self.process.stdout.close()


def keys(*columns):
    return [{"AttributeName": column, "KeyType": kind} for column, kind in zip(columns, ("HASH", "RANGE"))]
