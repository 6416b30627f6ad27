"""What is different when clients come by TLS: whom they trust, which HTTP they agree on, URLs."""
import socket
import ssl
import time

import botocore.exceptions
import pytest

from support.boto3_client import Boto3Client
from support.js_client import JsClient

pytestmark = pytest.mark.own_server


@pytest.fixture(scope="module")
def secure(start_server, request):
    if not request.config.getoption("--tls"):
        pytest.skip("runs with --tls")
    running = start_server()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def by_boto3(secure):
    client = Boto3Client(secure)
    yield client
    client.close()


def test_a_client_that_does_not_know_the_certificate_does_not_talk(secure):
    class Trusting:
        url, certificate = secure.url, None

    client = Boto3Client(Trusting)
    with pytest.raises(botocore.exceptions.SSLError, match="self.signed"):
        client.call("ListQueues")
    client.close()


def test_urls_of_queues_are_https_and_lead_back(secure, by_boto3, new_name):
    url = by_boto3.call("CreateQueue", QueueName=new_name())["QueueUrl"]
    assert url.startswith(secure.url + "/")
    by_boto3.call("SendMessage", QueueUrl=url, MessageBody="x" * 1_000_000)
    message, = by_boto3.call("ReceiveMessage", QueueUrl=url)["Messages"]
    assert message["Body"] == "x" * 1_000_000


def test_a_long_poll_waits_and_is_answered(secure, by_boto3, new_name):
    url = by_boto3.call("CreateQueue", QueueName=new_name())["QueueUrl"]
    begin = time.monotonic()
    assert "Messages" not in by_boto3.call("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=1)
    assert time.monotonic() - begin > 0.9


def test_http_2_is_agreed_on_where_a_client_offers_it(secure):
    for offered, agreed in ((["h2"], "h2"), (["http/1.1"], "http/1.1"), (["h2", "http/1.1"], "h2")):
        trusting = ssl.create_default_context(cafile=secure.certificate)
        trusting.set_alpn_protocols(offered)
        raw = socket.create_connection((secure.host, secure.port), timeout=10)
        with trusting.wrap_socket(raw, server_hostname="localhost") as connection:
            assert connection.selected_alpn_protocol() == agreed


def test_records_are_pushed_to_the_javascript_sdk_by_http_2(secure, start_server, new_name):
    assert secure.certificate
    server = start_server("--virtual-time")
    client = JsClient(server, service="kinesis")
    try:
        name = new_name()
        client.call("CreateStream", StreamName=name, ShardCount=1)
        described = client.call("DescribeStreamSummary", StreamName=name)
        consumer = client.call(
            "RegisterStreamConsumer", ConsumerName="reader",
            StreamARN=described["StreamDescriptionSummary"]["StreamARN"],
        )["Consumer"]["ConsumerARN"]
        client.call("PutRecord", StreamName=name, Data=b"before", PartitionKey="a")
        subscribed = client.begin(
            "SubscribeToShard", ConsumerARN=consumer, ShardId="shardId-000000000000",
            StartingPosition={"Type": "TRIM_HORIZON"},
        )
        for i in range(20):
            client.call("PutRecord", StreamName=name, Data=b"%d" % i * 10_000, PartitionKey="a")
        time.sleep(0.2)
        server.advance(301)
        events = client.finish(subscribed)["answer"]["EventStream"]
        data = [r["Data"] for e in events for r in e["SubscribeToShardEvent"]["Records"]]
        assert data == [b"before", *(b"%d" % i * 10_000 for i in range(20))]
    finally:
        client.close()
        server.stop()
