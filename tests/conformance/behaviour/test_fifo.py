"""FIFO queues over time, on a clock that the test moves: groups, the deduplication window, dead
letters and attempts. The prefix rule is as AWS was recorded."""
import json

import pytest

from behaviour.queue_calls import attributes, change, counters, delete, receive, send
from support import errors

SERVER_OPTIONS = ("--virtual-time",)
pytestmark = pytest.mark.own_server


def put(sqs, url, *texts):
    """Sends bodies, each to the group that it begins with. The message ids."""
    return [
        send(sqs, url, text, MessageGroupId=text[0], MessageDeduplicationId=text) for text in texts
    ]


def bodies(messages):
    return [message["Body"] for message in messages]


# Shows: fifo.prefix
@pytest.mark.parametrize("extended, back", [(0, []), (1, ["a1"]), (2, ["a1", "a2"])])
def test_what_is_in_flight_holds_back_all_behind_it(sqs, server, fifo, extended, back):
    put(sqs, fifo, "a1", "a2", "a3")
    messages = receive(sqs, fifo, VisibilityTimeout=1)
    assert bodies(messages) == ["a1", "a2", "a3"]
    change(sqs, fifo, messages[extended], 4)
    server.advance(1)
    assert bodies(receive(sqs, fifo)) == back


# Shows: fifo.sends-keep-the-lock
def test_new_sends_do_not_unlock_a_group(sqs, fifo):
    put(sqs, fifo, "a1")
    (first,) = receive(sqs, fifo)
    put(sqs, fifo, "a2", "b1")
    assert bodies(receive(sqs, fifo)) == ["b1"]
    delete(sqs, fifo, first)
    assert bodies(receive(sqs, fifo)) == ["a2"]


# Shows: error.MessageNotInflight
def test_a_receipt_changes_nothing_when_its_receive_is_over(sqs, server, refused, fifo):
    put(sqs, fifo, "a1")
    (message,) = receive(sqs, fifo, VisibilityTimeout=1)
    server.advance(1)
    refused(
        sqs, errors.MESSAGE_NOT_INFLIGHT, "The message is not in flight.", "ChangeMessageVisibility",
        QueueUrl=fifo, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=5,
    )


# Shows: fifo.counters, fifo.counters-in-flight
def test_held_back_messages_count_as_visible(sqs, fifo):
    put(sqs, fifo, "a1", "a2", "a3")
    receive(sqs, fifo, MaxNumberOfMessages=1)
    assert counters(sqs, fifo) == [2, 0, 1]


def test_unlocked_group_wakes_a_long_poll(sqs, js, fifo):
    put(sqs, fifo, "a1", "a2")
    (first,) = receive(sqs, fifo, MaxNumberOfMessages=1)
    poll = js.begin("ReceiveMessage", QueueUrl=fifo, WaitTimeSeconds=20)
    delete(sqs, fifo, first)
    assert bodies(js.finish(poll)["answer"]["Messages"]) == ["a2"]


# Shows: fifo.window
def test_id_counts_for_five_minutes_from_the_first_send(sqs, server, fifo):
    (first,) = put(sqs, fifo, "a1")
    (message,) = receive(sqs, fifo)
    delete(sqs, fifo, message)
    server.advance(299)
    assert put(sqs, fifo, "a1") == [first]
    server.advance(1)
    assert put(sqs, fifo, "a1") != [first]
    assert bodies(receive(sqs, fifo)) == ["a1"]


def test_delay_of_the_queue_holds_and_keeps_order(sqs, server, make_fifo):
    url = make_fifo(DelaySeconds="10")
    put(sqs, url, "a1", "a2")
    assert receive(sqs, url) == []
    assert counters(sqs, url) == [0, 2, 0]
    server.advance(10)
    assert bodies(receive(sqs, url)) == ["a1", "a2"]


# Shows: fifo.delay
def test_a_changed_delay_counts_for_what_is_delayed_already(sqs, server, make_fifo):
    url = make_fifo(DelaySeconds="10")
    put(sqs, url, "a1")
    server.advance(3)
    sqs.call("SetQueueAttributes", QueueUrl=url, Attributes={"DelaySeconds": "20"})
    server.advance(16)
    assert counters(sqs, url) == [0, 1, 0]
    sqs.call("SetQueueAttributes", QueueUrl=url, Attributes={"DelaySeconds": "0"})
    assert bodies(receive(sqs, url)) == ["a1"]


# Shows: text.expired-handle, receipt.expired-fifo
def test_handle_expires_with_its_visibility(sqs, server, refused, fifo):
    put(sqs, fifo, "a1")
    (message,) = receive(sqs, fifo, VisibilityTimeout=1)
    change(sqs, fifo, message, 5)
    server.advance(4)
    assert receive(sqs, fifo) == []
    server.advance(1)
    handle = message["ReceiptHandle"]
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE,
        f"Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has "
        "expired.",
        "DeleteMessage", QueueUrl=fifo, ReceiptHandle=handle,
    )
    assert bodies(receive(sqs, fifo)) == ["a1"]


# Shows: receipt.expired-fifo
def test_extended_in_time_the_handle_stays_good(sqs, server, fifo):
    put(sqs, fifo, "a1")
    (message,) = receive(sqs, fifo, VisibilityTimeout=2)
    server.advance(1)
    change(sqs, fifo, message, 10)
    server.advance(5)
    delete(sqs, fifo, message)
    assert counters(sqs, fifo) == [0, 0, 0]


# Shows: fifo.attempt
def test_attempt_hides_its_messages_anew_and_ends(sqs, server, refused, fifo):
    put(sqs, fifo, "a1")
    attempt = {"ReceiveRequestAttemptId": "one", "VisibilityTimeout": 30}
    (first,) = receive(sqs, fifo, **attempt)
    server.advance(20)
    (again,) = receive(sqs, fifo, **attempt)
    assert again["ReceiptHandle"] == first["ReceiptHandle"]
    server.advance(20)
    assert counters(sqs, fifo) == [0, 0, 1]
    server.advance(10)
    assert counters(sqs, fifo) == [1, 0, 0]
    with pytest.raises(errors.Refused):
        receive(sqs, fifo, **attempt)
    server.advance(300)
    (new,) = receive(sqs, fifo, **attempt)
    assert new["ReceiptHandle"] != first["ReceiptHandle"]


# Shows: dead.fifo-time
def test_dead_letter_keeps_its_group_and_has_its_message_id_for_an_id(sqs, server, make_fifo):
    target = make_fifo()
    arn = attributes(sqs, target, "QueueArn")["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    source = make_fifo(RedrivePolicy=policy)
    sent, _ = put(sqs, source, "a1", "a2")
    wanted = {"MessageSystemAttributeNames": ["All"]}
    (first,) = receive(sqs, source, MaxNumberOfMessages=1, VisibilityTimeout=0, **wanted)
    server.advance(5)
    # The target may belong to another slot: a2 follows when a1 has arrived there.
    assert bodies(receive(sqs, source, WaitTimeSeconds=1)) == ["a2"]
    (dead,) = receive(sqs, target, **wanted)
    before, after = first["Attributes"], dead["Attributes"]
    assert dead["MessageId"] == sent
    assert after["MessageGroupId"] == "a"
    assert (before["MessageDeduplicationId"], after["MessageDeduplicationId"]) == ("a1", sent)
    assert int(after["SentTimestamp"]) == int(before["SentTimestamp"]) + 5000
    assert after["ApproximateReceiveCount"] == "2"
    assert after["DeadLetterQueueSourceArn"] == attributes(sqs, source, "QueueArn")["QueueArn"]


# Shows: fifo.one-group-first
def test_order_of_each_group_over_many_messages(sqs, make_fifo):
    url = make_fifo()
    sent = {group: [f"{group}{i}" for i in range(30)] for group in "abcde"}
    for i in range(30):
        sqs.call("SendMessageBatch", QueueUrl=url, Entries=[
            {"Id": group, "MessageBody": f"{group}{i}", "MessageGroupId": group,
             "MessageDeduplicationId": f"{group}{i}"}
            for group in sent
        ])
    seen = {group: [] for group in sent}
    while messages := receive(sqs, url, MaxNumberOfMessages=7):
        for message in messages:
            seen[message["Body"][0]].append(message["Body"])
            delete(sqs, url, message)
    assert seen == sent
