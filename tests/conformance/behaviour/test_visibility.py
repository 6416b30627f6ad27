"""Visibility timeouts, on a clock that the test moves."""
import re

import pytest

from behaviour.queue_calls import change, counters, delete, receive, send
from support import errors

SERVER_OPTIONS = ("--virtual-time",)
pytestmark = pytest.mark.own_server
TWELVE_HOURS = 43200


# Shows: receipt.new
def test_received_message_is_back_when_its_timeout_is_over(sqs, server, queue):
    send(sqs, queue)
    (first,) = receive(sqs, queue)
    server.advance(29.999)
    assert receive(sqs, queue) == []
    assert counters(sqs, queue) == [0, 0, 1]
    server.advance(0.001)
    assert counters(sqs, queue) == [1, 0, 0]
    (second,) = receive(sqs, queue)
    assert second["MessageId"] == first["MessageId"]
    assert second["ReceiptHandle"] != first["ReceiptHandle"]


# Shows: visibility.to-the-back
def test_a_message_that_was_received_three_times_comes_after_the_others(sqs, server, queue):
    send(sqs, queue, "unloved")
    for times in range(3):
        (message,) = receive(sqs, queue, VisibilityTimeout=60)
        assert message["Body"] == "unloved"
        if times == 2:
            send(sqs, queue, "other")
        server.advance(60)
    assert [message["Body"] for message in receive(sqs, queue)] == ["other", "unloved"]


def test_timeout_of_the_receive_wins_over_that_of_the_queue(sqs, server, make_queue):
    url = make_queue(VisibilityTimeout="10")
    send(sqs, url)
    receive(sqs, url, VisibilityTimeout=100)
    server.advance(99)
    assert receive(sqs, url) == []
    server.advance(1)
    assert len(receive(sqs, url)) == 1


def test_each_message_has_a_timeout_of_its_own(sqs, server, queue):
    for body in ("a", "b", "c"):
        send(sqs, queue, body)
    for seconds in (30, 10, 20):
        assert len(receive(sqs, queue, MaxNumberOfMessages=1, VisibilityTimeout=seconds)) == 1
    server.advance(10)
    assert counters(sqs, queue) == [1, 0, 2]
    server.advance(10)
    assert counters(sqs, queue) == [2, 0, 1]
    server.advance(10)
    assert counters(sqs, queue) == [3, 0, 0]


def test_changed_timeout_counts_from_the_change(sqs, server, queue):
    send(sqs, queue)
    (message,) = receive(sqs, queue, VisibilityTimeout=30)
    server.advance(20)
    change(sqs, queue, message, 30)
    server.advance(29)
    assert receive(sqs, queue) == []
    server.advance(1)
    assert len(receive(sqs, queue)) == 1


# Shows: visibility.not-remembered
def test_change_is_not_remembered_for_the_next_receive(sqs, server, make_queue):
    url = make_queue(VisibilityTimeout="10")
    send(sqs, url)
    (message,) = receive(sqs, url)
    change(sqs, url, message, 1000)
    change(sqs, url, message, 0)
    assert len(receive(sqs, url)) == 1
    server.advance(10)
    assert len(receive(sqs, url)) == 1


# Shows: visibility.twelve-hours
def test_twelve_hours_from_the_receive_are_the_most(sqs, server, refused, queue):
    send(sqs, queue)
    (message,) = receive(sqs, queue, VisibilityTimeout=3600)
    server.advance(600)
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, re.compile("VisibilityTimeout.*43200"),
        "ChangeMessageVisibility", QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"],
        VisibilityTimeout=TWELVE_HOURS - 599,
    )
    change(sqs, queue, message, TWELVE_HOURS - 600)
    server.advance(TWELVE_HOURS - 601)
    assert receive(sqs, queue) == []
    server.advance(1)
    assert len(receive(sqs, queue)) == 1


def test_a_new_receive_has_twelve_hours_again(sqs, server, queue):
    send(sqs, queue)
    receive(sqs, queue, VisibilityTimeout=TWELVE_HOURS)
    server.advance(TWELVE_HOURS)
    (message,) = receive(sqs, queue, VisibilityTimeout=10)
    change(sqs, queue, message, TWELVE_HOURS)
    server.advance(TWELVE_HOURS - 1)
    assert receive(sqs, queue) == []


# Shows: receipt.old
def test_old_handle_after_expiry_deletes_what_nobody_else_holds(sqs, server, queue):
    send(sqs, queue)
    (message,) = receive(sqs, queue)
    server.advance(31)
    delete(sqs, queue, message)
    assert receive(sqs, queue) == []
    assert counters(sqs, queue) == [0, 0, 0]


# Shows: visibility.after-expiry
def test_visibility_may_be_changed_after_it_has_expired(sqs, server, queue):
    send(sqs, queue)
    (message,) = receive(sqs, queue, VisibilityTimeout=1)
    server.advance(2)
    change(sqs, queue, message, 10)
    assert receive(sqs, queue) == []
    server.advance(10)
    assert len(receive(sqs, queue)) == 1


def test_receive_count_and_first_receive_time_over_expiries(sqs, server, queue):
    send(sqs, queue)
    seen = []
    for _ in range(3):
        (message,) = receive(sqs, queue, MessageSystemAttributeNames=["All"])
        seen.append(message["Attributes"])
        server.advance(30)
    assert [a["ApproximateReceiveCount"] for a in seen] == ["1", "2", "3"]
    assert len({a["ApproximateFirstReceiveTimestamp"] for a in seen}) == 1


def test_thousand_messages_expire_together(sqs, server, queue):
    for batch in range(100):
        entries = [{"Id": str(i), "MessageBody": f"{batch}-{i}"} for i in range(10)]
        sqs.call("SendMessageBatch", QueueUrl=queue, Entries=entries)
    first = set()
    while messages := receive(sqs, queue):
        first |= {message["Body"] for message in messages}
    assert len(first) == 1000
    assert counters(sqs, queue) == [0, 0, 1000]
    server.advance(30)
    assert counters(sqs, queue) == [1000, 0, 0]
