"""Fixtures of streams: a client of the module's server, and streams that go with the test."""
import pytest

from conftest import CLIENTS
from kinesis.stream_calls import delete_stream
from support.boto3_client import Boto3Client


@pytest.fixture(scope="module")
def kinesis(request, server):
    """A client of the module's server: boto3, the AWS CLI and the JavaScript SDK in turn."""
    client = CLIENTS[request.param](server, service="kinesis")
    yield client
    client.close()


@pytest.fixture(scope="module")
def boto3_kinesis(server):
    """A boto3 client whatever the client under test: for what only prepares a test."""
    client = Boto3Client(server, service="kinesis")
    yield client
    client.close()


@pytest.fixture(scope="module")
def unchecked(server):
    """A boto3 client that sends whatever it is told to."""
    client = Boto3Client(server, checked=False, service="kinesis")
    yield client
    client.close()


@pytest.fixture
def make_stream(boto3_kinesis, new_name):
    """Creates streams and deletes them after the test. Returns the name."""
    made = []

    def make(**parameters):
        name = new_name()
        boto3_kinesis.call("CreateStream", StreamName=name, **parameters)
        made.append(name)
        return name

    yield make
    for name in made:
        delete_stream(boto3_kinesis, name)


@pytest.fixture
def stream(make_stream):
    """The name of an empty stream of one shard."""
    return make_stream(ShardCount=1)
