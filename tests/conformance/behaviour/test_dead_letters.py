"""Dead letters: after maxReceiveCount receives a message goes to the other queue, as it is."""
import json
import re

import pytest

from behaviour.queue_calls import attributes, counters, drain, receive, send
from support import errors

SERVER_OPTIONS = ("--virtual-time",)
pytestmark = pytest.mark.own_server


@pytest.fixture
def pair(sqs, make_queue):
    """make(count, ...): (source, its dead-letter queue)."""

    def make(count, **more):
        target = make_queue(**more.pop("target", {}))
        arn = attributes(sqs, target, "QueueArn")["QueueArn"]
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": count})
        return make_queue(RedrivePolicy=policy, **more), target

    return make


# Shows: dead.when
def test_message_goes_after_exactly_so_many_receives(sqs, pair):
    source, target = pair(3)
    send(sqs, source)
    for _ in range(3):
        assert len(receive(sqs, source, VisibilityTimeout=0)) == 1
        assert counters(sqs, target) == [0, 0, 0]
    assert receive(sqs, source) == []
    assert counters(sqs, source) == [0, 0, 0]
    assert counters(sqs, target) == [1, 0, 0]


# Shows: dead.same-message, receive.system
def test_it_is_the_same_message(sqs, server, pair):
    source, target = pair(1)
    sent = send(sqs, source, "kept", MessageAttributes={
        "Foo": {"DataType": "String", "StringValue": "Bar"},
    })
    wanted = {"MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"]}
    (first,) = receive(sqs, source, VisibilityTimeout=0, **wanted)
    server.advance(5)
    assert receive(sqs, source) == []
    (dead,) = receive(sqs, target, **wanted)
    for key in ("MessageId", "Body", "MD5OfBody", "MessageAttributes", "MD5OfMessageAttributes"):
        assert dead[key] == first[key]
    assert dead["MessageId"] == sent
    before, after = first["Attributes"], dead["Attributes"]
    assert after["SentTimestamp"] == before["SentTimestamp"]
    assert after["ApproximateReceiveCount"] == "2"
    assert after["DeadLetterQueueSourceArn"] == attributes(sqs, source, "QueueArn")["QueueArn"]
    assert "DeadLetterQueueSourceArn" not in before


def test_expired_visibility_counts_as_a_receive(sqs, server, pair):
    source, target = pair(2, VisibilityTimeout="10")
    send(sqs, source)
    for _ in range(2):
        assert len(receive(sqs, source)) == 1
        server.advance(10)
    assert receive(sqs, source) == []
    assert counters(sqs, target) == [1, 0, 0]


def test_others_are_still_received(sqs, pair):
    source, target = pair(1)
    send(sqs, source, "poison")
    receive(sqs, source, VisibilityTimeout=0)
    for body in ("a", "b"):
        send(sqs, source, body)
    assert sorted(drain(sqs, source)) == ["a", "b"]
    assert drain(sqs, target) == ["poison"]


def test_many_go_and_none_is_lost(sqs, pair):
    source, target = pair(1)
    for batch in range(30):
        entries = [{"Id": str(i), "MessageBody": f"{batch}-{i}"} for i in range(10)]
        sqs.call("SendMessageBatch", QueueUrl=source, Entries=entries)
    received = set()
    for _ in range(60):  # a call may end with an empty answer while many move
        messages = receive(sqs, source, VisibilityTimeout=0)
        received |= {message["MessageId"] for message in messages}
    assert len(received) == 300
    assert counters(sqs, source) == [0, 0, 0]
    assert counters(sqs, target) == [300, 0, 0]
    assert len(set(drain(sqs, target))) == 300


# Shows: dead.standard-time
def test_dead_letters_keep_their_age(sqs, server, pair):
    source, target = pair(1, target={"MessageRetentionPeriod": "100"})
    send(sqs, source)
    receive(sqs, source, VisibilityTimeout=0)
    server.advance(90)
    assert receive(sqs, source) == []
    assert counters(sqs, target) == [1, 0, 0]
    server.advance(10)
    assert counters(sqs, target) == [0, 0, 0]


def test_dead_letter_wakes_a_long_poll_of_its_queue(sqs, js, pair):
    source, target = pair(1)
    send(sqs, source)
    receive(sqs, source, VisibilityTimeout=0)
    poll = js.begin("ReceiveMessage", QueueUrl=target, WaitTimeSeconds=20)
    assert receive(sqs, source) == []
    assert len(js.finish(poll)["answer"]["Messages"]) == 1


def test_without_a_policy_a_message_is_received_for_ever(sqs, pair):
    source, target = pair(1)
    sqs.call("SetQueueAttributes", QueueUrl=source, Attributes={"RedrivePolicy": ""})
    send(sqs, source)
    for _ in range(20):
        assert len(receive(sqs, source, VisibilityTimeout=0)) == 1
    assert counters(sqs, target) == [0, 0, 0]


def test_a_target_that_has_gone_loses_nothing(sqs, pair):
    source, target = pair(1)
    send(sqs, source)
    receive(sqs, source, VisibilityTimeout=0)
    sqs.call("DeleteQueue", QueueUrl=target)
    receive(sqs, source, VisibilityTimeout=0)
    sqs.call("SetQueueAttributes", QueueUrl=source, Attributes={"RedrivePolicy": ""})
    assert len(receive(sqs, source)) == 1


def policy_to(sqs, target):
    arn = attributes(sqs, target, "QueueArn")["QueueArn"]
    return json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})


# Shows: attribute.redrive-allow
def test_a_queue_takes_the_dead_letters_of_those_that_it_allows(sqs, make_queue, refused):
    ours, other = make_queue(), make_queue()
    allowed = {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [attributes(sqs, ours, "QueueArn")["QueueArn"]],
    }
    target = make_queue(RedriveAllowPolicy=json.dumps(allowed))
    policy = {"RedrivePolicy": policy_to(sqs, target)}
    sqs.call("SetQueueAttributes", QueueUrl=ours, Attributes=policy)
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, re.compile("RedriveAllowPolicy does not allow"),
        "SetQueueAttributes", QueueUrl=other, Attributes=policy,
    )
    assert attributes(sqs, other, "RedrivePolicy") == {}
    sqs.call("SetQueueAttributes", QueueUrl=target,
             Attributes={"RedriveAllowPolicy": '{"redrivePermission": "denyAll"}'})
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, re.compile("RedriveAllowPolicy does not allow"),
        "SetQueueAttributes", QueueUrl=ours, Attributes=policy,
    )
