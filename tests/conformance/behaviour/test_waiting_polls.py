"""Long polls that have waited for a while: the server keeps little of them but their bytes, and reads
these again when a message comes. Nothing of that may show."""
import contextlib
import json
import time
import urllib.parse

import pytest

from behaviour.queue_calls import attributes, counters, receive, send
from support.boto3_client import Boto3Client
from support.raw_http import Peer, request

FOLDED_SECONDS = 0.3  # a multiple of what it takes until a poll counts as waiting
NAMES = ["n.one", "n.two", "other"]
VALUES = {name: {"DataType": "String", "StringValue": "value of " + name} for name in NAMES}


def json_poll(url, **parameters):
    return request("ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 20, **parameters})


def chunked_poll(url, **parameters):
    body = json.dumps({"QueueUrl": url, "WaitTimeSeconds": 20, **parameters}).encode()
    parts = b"".join(b"%x\r\n%c\r\n" % (1, byte) for byte in body)
    return request("ReceiveMessage", parts + b"0\r\n\r\n", length=False,
                   fields=[b"Transfer-Encoding: chunked"])


def form_poll(url, **parameters):
    pairs = {"Action": "ReceiveMessage", "QueueUrl": url, "WaitTimeSeconds": 20}
    for name, value in parameters.items():
        if isinstance(value, list):
            pairs |= {f"{name.removesuffix('s')}.{i}": one for i, one in enumerate(value, 1)}
        else:
            pairs[name] = value
    form = urllib.parse.urlencode(pairs).encode()
    return (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\nContent-Type: "
            b"application/x-www-form-urlencoded\r\n\r\n%s" % (len(form), form))


POLLS = pytest.mark.parametrize("poll", [json_poll, chunked_poll, form_poll])


@contextlib.contextmanager
def folded(server, data):
    """A connection that has sent this, a while later."""
    with Peer(server) as peer:
        peer.send(data)
        time.sleep(FOLDED_SECONDS)
        yield peer


@POLLS
def test_poll_is_answered_as_it_asked(server, boto3_sqs, queue, poll):
    asked = poll(queue, MaxNumberOfMessages=10, VisibilityTimeout=1,
                 AttributeNames=["SenderId", "ApproximateReceiveCount"],
                 MessageAttributeNames=["n.*", "absent"])
    with folded(server, asked) as peer:
        send(boto3_sqs, queue, "body <&>", MessageAttributes=VALUES)
        answer = peer.read()
    assert answer.status == 200
    shown = answer.body.decode()
    assert "body &lt;&amp;&gt;" in shown or "body <&>" in shown
    for wanted in ("SenderId", "ApproximateReceiveCount", "n.one", "value of n.two"):
        assert wanted in shown
    for unwanted in ("SentTimestamp", "other"):
        assert unwanted not in shown
    time.sleep(1.1)
    assert len(receive(boto3_sqs, queue)) == 1  # its visibility timeout was honoured


@POLLS
def test_poll_without_filters_shows_no_attributes(server, boto3_sqs, queue, poll):
    with folded(server, poll(queue)) as peer:
        send(boto3_sqs, queue, "plain", MessageAttributes=VALUES)
        shown = peer.read().body.decode()
    assert "plain" in shown and "SenderId" not in shown and "n.one" not in shown


@POLLS
def test_requests_behind_a_poll_wait_their_turn(server, boto3_sqs, queue, poll):
    large = request("SendMessage", {"QueueUrl": queue, "MessageBody": "x" * 200_000})
    behind = request("ListQueues") + poll(queue, WaitTimeSeconds=0) + large + request("ListQueues")
    with folded(server, poll(queue) + behind) as peer:
        send(boto3_sqs, queue, "first")
        assert b"first" in peer.read().body
        assert b"QueueUrls" in peer.read().body
        assert b"<Message>" not in peer.read().body
        assert b"MessageId" in peer.read().body
        assert peer.read().status == 200
    assert counters(boto3_sqs, queue) == [1, 0, 1]


@POLLS
def test_one_connection_polls_again_and_again(server, boto3_sqs, queue, poll):
    with Peer(server) as peer:
        for number in range(4):
            peer.send(poll(queue))
            time.sleep(FOLDED_SECONDS if number % 2 else 0)
            send(boto3_sqs, queue, f"number {number}")
            assert f"number {number}".encode() in peer.read().body


@POLLS
def test_wait_that_ends_empty_is_answered_empty(server, queue, poll):
    with Peer(server) as peer:
        peer.send(poll(queue, WaitTimeSeconds=1))
        answer = peer.read()
    assert answer.status == 200 and b"<Message>" not in answer.body and b"Body" not in answer.body
    assert answer.fields["x-amzn-requestid"]


@POLLS
def test_peer_that_goes_takes_no_message(server, boto3_sqs, queue, poll):
    with contextlib.ExitStack() as all_of_them:
        peers = [all_of_them.enter_context(Peer(server)) for _ in range(20)]
        for peer in peers:
            peer.send(poll(queue))
        time.sleep(FOLDED_SECONDS)
        for peer in peers[1:]:
            peer.socket.close()
        time.sleep(FOLDED_SECONDS)
        send(boto3_sqs, queue, "for the one that stayed")
        assert b"for the one that stayed" in peers[0].read().body
        send(boto3_sqs, queue, "for the next")
        assert len(receive(boto3_sqs, queue, WaitTimeSeconds=5)) == 1


@POLLS
def test_poll_of_a_deleted_queue_gets_its_wires_error(server, boto3_sqs, make_queue, poll):
    url = make_queue()
    with folded(server, poll(url)) as peer:
        boto3_sqs.call("DeleteQueue", QueueUrl=url)
        answer = peer.read()
    assert answer.status in (200, 400)
    assert answer.fields["content-type"] == (
        "text/xml" if poll is form_poll else "application/x-amz-json-1.0"
    )


@POLLS
def test_attempt_of_a_fifo_queue_is_remembered(server, boto3_sqs, fifo, poll):
    attempt = "attempt-" + "x" * 100
    with folded(server, poll(fifo, ReceiveRequestAttemptId=attempt)) as peer:
        send(boto3_sqs, fifo, "once", MessageGroupId="g", MessageDeduplicationId="d")
        first = peer.read().body.decode()
    assert "once" in first
    assert receive(boto3_sqs, fifo) == []
    (again,) = receive(boto3_sqs, fifo, ReceiveRequestAttemptId=attempt)
    assert again["ReceiptHandle"] in first


def test_a_thousand_polls_are_woken_one_by_one(server, boto3_sqs, queue):
    with contextlib.ExitStack() as all_of_them:
        peers = [all_of_them.enter_context(Peer(server)) for _ in range(1000)]
        for peer in peers:
            peer.send(json_poll(queue))
        time.sleep(2 * FOLDED_SECONDS)
        entries = [{"Id": str(i), "MessageBody": f"number {i}."} for i in range(10)]
        for _ in range(100):
            boto3_sqs.call("SendMessageBatch", QueueUrl=queue, Entries=entries)
        answers = [peer.read().json()["Messages"] for peer in peers]
    assert all(len(messages) == 1 for messages in answers)
    bodies = [messages[0]["Body"] for messages in answers]
    assert sorted(bodies) == sorted(f"number {i}." for i in range(10) for _ in range(100))
    assert int(attributes(boto3_sqs, queue)["ApproximateNumberOfMessages"]) == 0


@pytest.mark.own_server
def test_sigterm_ends_polls_that_wait(start_server):
    server = start_server()
    try:
        url = Boto3Client(server).call("CreateQueue", QueueName="stopping")["QueueUrl"]
        asked = [poll(url) for poll in (json_poll, chunked_poll, form_poll)]
        with contextlib.ExitStack() as all_of_them:
            peers = [all_of_them.enter_context(folded(server, each)) for each in asked]
            assert server.terminate() < 2
            answers = [peer.read() for peer in peers]
            assert all(peer.ends() for peer in peers)
    finally:
        server.stop()
    assert [answer.status for answer in answers] == [200] * 3
    assert [answer.fields.get("connection") for answer in answers] == ["close"] * 3
