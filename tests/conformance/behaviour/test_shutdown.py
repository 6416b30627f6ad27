"""SIGTERM: long polls end early, what is under way is answered, the process ends with 0, soon."""
import concurrent.futures
import time

import pytest

from behaviour.queue_calls import receive, send
from support.boto3_client import Boto3Client
from support.server import ServerFailed

pytestmark = pytest.mark.own_server
STOP_SECONDS_MAX = 2


@pytest.fixture
def running(start_server):
    server = start_server()
    yield server
    server.stop()


def test_idle_server_ends_at_once(running):
    assert running.terminate() < STOP_SECONDS_MAX


def test_long_polls_are_answered_empty(running):
    client = Boto3Client(running)
    url = client.call("CreateQueue", QueueName="stopping")["QueueUrl"]
    with concurrent.futures.ThreadPoolExecutor(max_workers=16) as pool:
        waiting = [pool.submit(receive, client, url, WaitTimeSeconds=20) for _ in range(16)]
        time.sleep(0.7)
        began = time.monotonic()
        assert running.terminate() < STOP_SECONDS_MAX
        assert [future.result(timeout=10) for future in waiting] == [[]] * 16
    assert time.monotonic() - began < STOP_SECONDS_MAX + 1


def test_idle_connections_do_not_hold_it_up(running):
    clients = [Boto3Client(running) for _ in range(4)]
    for client in clients:
        client.call("ListQueues")
    assert running.terminate() < STOP_SECONDS_MAX


def test_what_was_answered_was_done(running):
    """Every send under load either is answered as sent, or fails as a connection does."""
    client = Boto3Client(running)
    url = client.call("CreateQueue", QueueName="stopping")["QueueUrl"]
    answers = []

    def keep_sending():
        try:
            while True:
                answers.append(send(client, url))
        except Exception as error:  # the server has gone
            return type(error).__name__

    with concurrent.futures.ThreadPoolExecutor(max_workers=8) as pool:
        senders = [pool.submit(keep_sending) for _ in range(8)]
        time.sleep(0.5)
        assert running.terminate() < STOP_SECONDS_MAX
        ends = {sender.result(timeout=20) for sender in senders}
    assert len(answers) == len(set(answers)) > 0
    assert ends <= {
        "EndpointConnectionError", "ConnectionClosedError", "ConnectTimeoutError", "Refused",
        "HTTPClientError",
    }


def test_the_port_is_free_again(start_server):
    first = start_server()
    port = first.port
    first.stop()
    second = start_server("--port", str(port))
    try:
        assert second.port == port
    finally:
        second.stop()


def test_a_taken_port_is_said_and_not_shared(start_server, running):
    with pytest.raises(ServerFailed, match=str(running.port)):
        start_server("--port", str(running.port)).stop()
    assert running.request("GET", "/_millrace/ready")[0] == 200


def test_another_address_is_refused_without_authentication(start_server):
    with pytest.raises(ServerFailed, match="(?s)ended with [1-9].*loopback"):
        start_server("--host", "0.0.0.0").stop()
