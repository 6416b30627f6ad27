"""Messages that are not there yet, and messages that are too old, on a clock that the test moves."""
import time

import pytest

from behaviour.queue_calls import counters, receive, send

SERVER_OPTIONS = ("--virtual-time",)
pytestmark = pytest.mark.own_server
DAY = 86400


def test_delay_of_the_queue(sqs, server, make_queue):
    url = make_queue(DelaySeconds="60")
    send(sqs, url)
    server.advance(59)
    assert receive(sqs, url) == []
    assert counters(sqs, url) == [0, 1, 0]
    server.advance(1)
    assert len(receive(sqs, url)) == 1


def test_delay_of_the_message_wins(sqs, server, make_queue):
    url = make_queue(DelaySeconds="60")
    send(sqs, url, "now", DelaySeconds=0)
    send(sqs, url, "late", DelaySeconds=900)
    assert [m["Body"] for m in receive(sqs, url)] == ["now"]
    server.advance(899)
    assert [m["Body"] for m in receive(sqs, url)] == ["now"]  # its visibility is over
    server.advance(1)
    assert [m["Body"] for m in receive(sqs, url)] == ["late"]


def test_new_delay_of_the_queue_is_for_new_messages(sqs, server, make_queue):
    url = make_queue(DelaySeconds="10")
    send(sqs, url, "old")
    sqs.call("SetQueueAttributes", QueueUrl=url, Attributes={"DelaySeconds": "900"})
    send(sqs, url, "new")
    server.advance(10)
    assert [m["Body"] for m in receive(sqs, url)] == ["old"]


def test_sent_time_is_the_time_of_sending(sqs, server, queue):
    send(sqs, queue, DelaySeconds=100)
    server.advance(100)
    (message,) = receive(sqs, queue, MessageSystemAttributeNames=["All"])
    times = message["Attributes"]
    waited = int(times["ApproximateFirstReceiveTimestamp"]) - int(times["SentTimestamp"])
    assert waited == 100_000


def test_messages_live_four_days_by_default(sqs, server, queue):
    send(sqs, queue)
    server.advance(4 * DAY - 1)
    assert len(receive(sqs, queue, VisibilityTimeout=0)) == 1
    server.advance(1)
    assert receive(sqs, queue) == []
    assert counters(sqs, queue) == [0, 0, 0]


def test_fourteen_days_are_the_most(sqs, server, make_queue):
    url = make_queue(MessageRetentionPeriod=str(14 * DAY))
    send(sqs, url, "old")
    server.advance(7 * DAY)
    send(sqs, url, "young")
    server.advance(7 * DAY)
    assert [m["Body"] for m in receive(sqs, url)] == ["young"]


def test_shortest_retention(sqs, server, make_queue):
    url = make_queue(MessageRetentionPeriod="60")
    send(sqs, url)
    server.advance(59)
    assert counters(sqs, url) == [1, 0, 0]
    server.advance(1)
    assert counters(sqs, url) == [0, 0, 0]


def test_retention_takes_messages_in_flight_too(sqs, server, make_queue):
    url = make_queue(MessageRetentionPeriod="60")
    send(sqs, url)
    (message,) = receive(sqs, url, VisibilityTimeout=100)
    server.advance(61)
    assert counters(sqs, url) == [0, 0, 0]
    sqs.call("DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def test_receiving_does_not_lengthen_a_life(sqs, server, make_queue):
    url = make_queue(MessageRetentionPeriod="60")
    send(sqs, url)
    for _ in range(6):
        assert len(receive(sqs, url, VisibilityTimeout=0)) == 1
        server.advance(10)
    assert receive(sqs, url) == []


def test_shorter_retention_counts_for_messages_that_are_there(sqs, server, queue):
    send(sqs, queue)
    server.advance(100)
    sqs.call("SetQueueAttributes", QueueUrl=queue, Attributes={"MessageRetentionPeriod": "60"})
    assert receive(sqs, queue) == []
    send(sqs, queue, "new")
    assert [m["Body"] for m in receive(sqs, queue)] == ["new"]


def parked(js, url):
    """A poll of 20 seconds that has come to its lane."""
    js.call("ListQueues")  # node has started
    poll = js.begin("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=20)
    time.sleep(0.5)
    return poll


def test_a_long_poll_waits_in_virtual_time(sqs, server, js, queue):
    poll = parked(js, queue)
    server.advance(19)
    send(sqs, queue, DelaySeconds=900)  # passes through the same lane, after the 19 seconds
    server.advance(1)
    assert "Messages" not in js.finish(poll)["answer"]


def test_a_long_poll_gets_what_becomes_due_in_virtual_time(sqs, server, js, queue):
    send(sqs, queue, DelaySeconds=10)
    poll = parked(js, queue)
    server.advance(10)
    assert len(js.finish(poll)["answer"]["Messages"]) == 1
