"""Long polls in real time: woken at once, answered in time when nothing comes, nothing lost when
their caller goes away."""
import concurrent.futures
import json
import socket
import threading
import time

import pytest

from behaviour.queue_calls import attributes, counters, delete, drain, receive, send

WAKE_SECONDS_MAX = 0.5  # of wall time, on a machine that builds and tests other things meanwhile


@pytest.fixture
def later():
    """Runs calls on other threads."""
    with concurrent.futures.ThreadPoolExecutor(max_workers=80) as pool:
        yield pool.submit


def timed(call, *arguments, **parameters):
    began = time.monotonic()
    answer = call(*arguments, **parameters)
    return answer, time.monotonic() - began


def test_empty_wait_lasts_as_long_as_asked(sqs, queue):
    messages, seconds = timed(receive, sqs, queue, WaitTimeSeconds=1)
    assert messages == []
    assert 0.99 <= seconds < 1 + WAKE_SECONDS_MAX


def test_wait_of_the_queue_is_the_default(sqs, make_queue):
    url = make_queue(ReceiveMessageWaitTimeSeconds="1")
    assert timed(receive, sqs, url)[1] >= 0.99
    assert timed(receive, sqs, url, WaitTimeSeconds=0)[1] < WAKE_SECONDS_MAX


# Shows: poll.long
def test_message_that_is_there_is_answered_at_once(sqs, queue):
    send(sqs, queue)
    messages, seconds = timed(receive, sqs, queue, WaitTimeSeconds=20)
    assert len(messages) == 1  # and it does not wait for more
    assert seconds < WAKE_SECONDS_MAX


# Shows: poll.long
def test_send_wakes_a_wait_of_20_seconds(sqs, boto3_sqs, queue, later):
    waiting = later(timed, receive, sqs, queue, WaitTimeSeconds=20)
    time.sleep(0.5)
    sent_at = time.monotonic()
    send(boto3_sqs, queue, "wake up")
    messages, _ = waiting.result(timeout=10)
    assert time.monotonic() - sent_at < WAKE_SECONDS_MAX
    assert [message["Body"] for message in messages] == ["wake up"]


def test_expiry_of_a_visibility_timeout_wakes(sqs, boto3_sqs, queue, later):
    send(sqs, queue)
    receive(sqs, queue, VisibilityTimeout=1)
    messages, seconds = timed(receive, sqs, queue, WaitTimeSeconds=20)
    assert len(messages) == 1
    assert seconds < 1 + WAKE_SECONDS_MAX


def test_end_of_a_delay_wakes(sqs, queue):
    send(sqs, queue, DelaySeconds=1)
    messages, seconds = timed(receive, sqs, queue, WaitTimeSeconds=20)
    assert len(messages) == 1
    assert 0.9 <= seconds < 1 + WAKE_SECONDS_MAX


def test_visibility_set_to_0_wakes(sqs, boto3_sqs, queue, later):
    send(sqs, queue)
    (message,) = receive(sqs, queue)
    waiting = later(receive, sqs, queue, WaitTimeSeconds=20)
    time.sleep(0.3)
    boto3_sqs.call(
        "ChangeMessageVisibility", QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"],
        VisibilityTimeout=0,
    )
    assert len(waiting.result(timeout=10)) == 1


def test_a_thousand_dead_letters_do_not_hide_a_sound_message(sqs, boto3_sqs, make_queue):
    dead = make_queue()
    arn = attributes(boto3_sqs, dead, "QueueArn")["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    url = make_queue(RedrivePolicy=policy)
    for _ in range(100):
        entries = [{"Id": str(i), "MessageBody": "poison"} for i in range(10)]
        boto3_sqs.call("SendMessageBatch", QueueUrl=url, Entries=entries)
    for _ in range(100):
        receive(boto3_sqs, url, VisibilityTimeout=1)
    send(boto3_sqs, url, "sound", DelaySeconds=1)
    time.sleep(1.2)  # everything is visible again
    messages, seconds = timed(receive, sqs, url, WaitTimeSeconds=20)
    assert [message["Body"] for message in messages] == ["sound"]
    assert seconds < WAKE_SECONDS_MAX
    assert counters(boto3_sqs, dead) == [1000, 0, 0]


def test_one_message_wakes_one_of_64(boto3_sqs, queue, later):
    waiting = [later(receive, boto3_sqs, queue, WaitTimeSeconds=3) for _ in range(64)]
    time.sleep(0.7)
    for number in range(32):
        send(boto3_sqs, queue, str(number))
    answers = [future.result(timeout=20) for future in waiting]
    bodies = sorted(int(message["Body"]) for messages in answers for message in messages)
    assert bodies == list(range(32))
    assert counters(boto3_sqs, queue) == [0, 0, 32]


def test_64_pollers_share_5000_messages(boto3_sqs, queue, later):
    """Every message is received once while it is in flight, and none is left."""
    total, lock, received = 5000, threading.Lock(), []

    def poll():
        while True:
            messages = receive(boto3_sqs, queue, WaitTimeSeconds=1)
            if not messages:
                return
            entries = [
                {"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]}
                for i, message in enumerate(messages)
            ]
            with lock:
                received.extend(message["Body"] for message in messages)
            boto3_sqs.call("DeleteMessageBatch", QueueUrl=queue, Entries=entries)

    pollers = [later(poll) for _ in range(64)]
    for first in range(0, total, 10):
        entries = [{"Id": str(i), "MessageBody": str(first + i)} for i in range(10)]
        boto3_sqs.call("SendMessageBatch", QueueUrl=queue, Entries=entries)
    for poller in pollers:
        poller.result(timeout=60)
    assert sorted(map(int, received)) == list(range(total))
    assert counters(boto3_sqs, queue) == [0, 0, 0]


def open_poll(server, url, seconds=20):
    """A long poll whose answer nobody reads yet: its socket."""
    body = json.dumps({"QueueUrl": url, "WaitTimeSeconds": seconds}).encode()
    peer = socket.create_connection((server.host, server.port), timeout=10)
    peer.sendall(
        b"POST / HTTP/1.1\r\nHost: test\r\nContent-Type: application/x-amz-json-1.0\r\n"
        b"X-Amz-Target: AmazonSQS.ReceiveMessage\r\nContent-Length: %d\r\n\r\n%s"
        % (len(body), body)
    )
    return peer


def test_poll_whose_caller_has_gone_takes_no_message(boto3_sqs, server, queue):
    for peer in [open_poll(server, queue) for _ in range(20)]:
        peer.close()
    time.sleep(0.3)
    for number in range(20):
        send(boto3_sqs, queue, str(number))
    messages = receive(boto3_sqs, queue, MessageSystemAttributeNames=["ApproximateReceiveCount"])
    messages += receive(boto3_sqs, queue, MessageSystemAttributeNames=["ApproximateReceiveCount"])
    assert sorted(int(message["Body"]) for message in messages) == list(range(20))
    assert {m["Attributes"]["ApproximateReceiveCount"] for m in messages} == {"1"}


def test_callers_that_go_while_messages_come_lose_none(boto3_sqs, server, make_queue):
    """A poll may be answered in the moment in which its caller goes: such a message must be back
    after its visibility timeout at the latest."""
    url = make_queue(VisibilityTimeout="1")
    rounds = 150
    for number in range(rounds):
        peer = open_poll(server, url)
        if number % 3:
            time.sleep(0.001)
        sender = threading.Thread(target=send, args=(boto3_sqs, url, str(number)))
        sender.start()
        if number % 2:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # reset
        peer.close()
        sender.join()
    time.sleep(1.2)
    assert sorted(map(int, drain(boto3_sqs, url))) == list(range(rounds))


@pytest.mark.only("js")
def test_aborted_call_takes_no_message(sqs, boto3_sqs, queue):
    poll = sqs.begin("ReceiveMessage", abort_after_ms=200, QueueUrl=queue, WaitTimeSeconds=20)
    assert "error" in sqs.finish(poll)
    time.sleep(0.2)
    send(boto3_sqs, queue)
    (message,) = receive(boto3_sqs, queue, MessageSystemAttributeNames=["ApproximateReceiveCount"])
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    delete(boto3_sqs, queue, message)


def test_poll_on_a_queue_that_is_deleted_ends(boto3_sqs, make_queue, later):
    url = make_queue()
    waiting = later(timed, lambda: outcome(boto3_sqs, url))
    time.sleep(0.3)
    boto3_sqs.call("DeleteQueue", QueueUrl=url)
    answer, seconds = waiting.result(timeout=25)
    assert answer in ([], "QueueDoesNotExist")
    assert seconds < 5


def outcome(sqs, url):
    try:
        return receive(sqs, url, WaitTimeSeconds=20)
    except Exception as error:  # what the SDK makes of it
        return type(error.seen).__name__
