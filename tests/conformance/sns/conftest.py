"""Fixtures of topics: a client of the module's server, and topics that go with the test."""
import pytest

from conftest import CLIENTS
from sns.topic_calls import delete_topic
from support.boto3_client import Boto3Client


@pytest.fixture(scope="module")
def sns(request, server):
    """A client of the module's server: boto3, the AWS CLI and the JavaScript SDK in turn."""
    client = CLIENTS[request.param](server, service="sns")
    yield client
    client.close()


@pytest.fixture(scope="module")
def boto3_sns(server):
    """A boto3 client whatever the client under test: for what only prepares a test."""
    client = Boto3Client(server, service="sns")
    yield client
    client.close()


@pytest.fixture(scope="module")
def unchecked(server):
    """A boto3 client that sends whatever it is told to."""
    client = Boto3Client(server, checked=False, service="sns")
    yield client
    client.close()


@pytest.fixture
def make_topic(boto3_sns, new_name):
    """Creates topics, given attributes, and deletes them after the test. Returns the ARN."""
    made = []

    def make(suffix="", **attributes):
        answer = boto3_sns.call("CreateTopic", Name=new_name() + suffix, Attributes=attributes)
        made.append(answer["TopicArn"])
        return answer["TopicArn"]

    yield make
    for topic in made:
        delete_topic(boto3_sns, topic)


@pytest.fixture
def topic(make_topic):
    """The ARN of a standard topic."""
    return make_topic()


@pytest.fixture
def make_fifo_topic(make_topic):
    """The same for FIFO topics."""
    return lambda **attributes: make_topic(".fifo", FifoTopic="true", **attributes)
