"""StartMessageMoveTask, CancelMessageMoveTask, ListMessageMoveTasks: out of a dead-letter queue."""
import base64
import json
import time

import pytest

from behaviour.queue_calls import attributes, counters, drain, receive, send
from support import errors


def arn(sqs, url):
    return attributes(sqs, url, "QueueArn")["QueueArn"]


@pytest.fixture
def pair(sqs, make_queue):
    """(source queue, its dead-letter queue with three dead letters)."""
    dead = make_queue()
    policy = json.dumps({"deadLetterTargetArn": arn(sqs, dead), "maxReceiveCount": 1})
    source = make_queue(RedrivePolicy=policy)
    for body in "abc":
        send(sqs, source, body)
        assert len(receive(sqs, source, VisibilityTimeout=0)) == 1
        assert receive(sqs, source) == []
    wait_for(lambda: counters(sqs, dead) == [3, 0, 0])
    return source, dead


def wait_for(holds, seconds=10):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def tasks(sqs, url, **more):
    answer = sqs.call("ListMessageMoveTasks", SourceArn=arn(sqs, url), **more)
    return answer.get("Results", [])


def start(sqs, url, **more):
    return sqs.call("StartMessageMoveTask", SourceArn=arn(sqs, url), **more)["TaskHandle"]


def finished(sqs, url):
    wait_for(lambda: tasks(sqs, url)[0]["Status"] != "RUNNING")
    return tasks(sqs, url)[0]


# Shows: move.states
def test_dead_letters_go_back_to_where_they_came_from(sqs, pair):
    source, dead = pair
    start(sqs, dead)
    task = finished(sqs, dead)
    assert task["Status"] == "COMPLETED"
    assert task["SourceArn"] == arn(sqs, dead)
    assert "DestinationArn" not in task and "TaskHandle" not in task
    assert task["ApproximateNumberOfMessagesMoved"] == 3
    assert task["ApproximateNumberOfMessagesToMove"] == 3
    assert abs(task["StartedTimestamp"] / 1000 - time.time()) < 60
    assert sorted(drain(sqs, source)) == ["a", "b", "c"]
    assert counters(sqs, dead) == [0, 0, 0]


# Shows: move.as-new
def test_or_to_another_queue_as_new_messages(sqs, pair, make_queue):
    _, dead = pair
    other = make_queue()
    wanted = {"MessageSystemAttributeNames": ["All"]}
    old = {m["MessageId"] for m in receive(sqs, dead, VisibilityTimeout=0, **wanted)}
    start(sqs, dead, DestinationArn=arn(sqs, other))
    assert finished(sqs, dead)["DestinationArn"] == arn(sqs, other)
    messages = []
    wait_for(lambda: messages.extend(receive(sqs, other, **wanted)) or len(messages) == 3)
    assert old.isdisjoint(m["MessageId"] for m in messages)
    for message in messages:
        assert message["Attributes"]["ApproximateReceiveCount"] == "1"
        assert "DeadLetterQueueSourceArn" not in message["Attributes"]


# Shows: error.UnsupportedOperation, text.move-running, move.one-a-source, move.states
def test_task_that_runs_can_be_cancelled(sqs, pair, refused):
    source, dead = pair
    handle = start(sqs, dead, MaxNumberOfMessagesPerSecond=1)
    (task,) = tasks(sqs, dead)
    assert task["Status"] == "RUNNING"
    assert task["TaskHandle"] == handle
    assert task["MaxNumberOfMessagesPerSecond"] == 1
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE,
        "There is already a task running. Only one active task is allowed for a source queue arn "
        "at a given time.", "StartMessageMoveTask", SourceArn=arn(sqs, dead),
    )
    moved = sqs.call("CancelMessageMoveTask", TaskHandle=handle)
    moved = moved["ApproximateNumberOfMessagesMoved"]
    assert moved < 3
    assert finished(sqs, dead)["Status"] == "CANCELLED"
    wait_for(lambda: counters(sqs, source)[0] == moved)
    assert counters(sqs, dead)[0] == 3 - moved
    refused(
        sqs, errors.UNSUPPORTED_OPERATION, "Only a task whose status is RUNNING can be cancelled.",
        "CancelMessageMoveTask", TaskHandle=handle,
    )


# Shows: move.one-a-source
def test_latest_task_comes_first(sqs, pair):
    _, dead = pair
    start(sqs, dead)
    finished(sqs, dead)
    start(sqs, dead)
    finished(sqs, dead)
    assert len(tasks(sqs, dead)) == 1
    both = tasks(sqs, dead, MaxResults=10)
    assert [task["ApproximateNumberOfMessagesToMove"] for task in both] == [0, 3]


# Shows: move.states
def test_messages_of_no_source_stay_and_the_task_fails(sqs, pair):
    _, dead = pair
    drain(sqs, dead)
    send(sqs, dead, "sent here")
    start(sqs, dead)
    task = finished(sqs, dead)
    assert (task["Status"], task["FailureReason"]) == ("FAILED", "CouldNotDetermineMessageSource")
    assert drain(sqs, dead) == ["sent here"]


# The texts are recorded from AWS.

# Shows: text.move-source
def test_source_must_be_a_dead_letter_queue(sqs, queue, refused):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE,
        "Source queue must be configured as a Dead Letter Queue.", "StartMessageMoveTask",
        SourceArn=arn(sqs, queue),
    )


# Shows: error.ResourceNotFoundException, text.move-destination
def test_queues_must_exist(sqs, pair, refused):
    _, dead = pair
    missing = arn(sqs, dead) + "-not"
    text = "The resource that you specified for the {} parameter doesn't exist."
    refused(sqs, errors.RESOURCE_NOT_FOUND, text.format("SourceArn"), "StartMessageMoveTask",
            SourceArn=missing)
    refused(sqs, errors.RESOURCE_NOT_FOUND, text.format("DestinationArn"), "StartMessageMoveTask",
            SourceArn=arn(sqs, dead), DestinationArn=missing)
    refused(sqs, errors.RESOURCE_NOT_FOUND, text.format("SourceArn"), "ListMessageMoveTasks",
            SourceArn=missing)


def handle_of(task, source):
    return base64.b64encode(json.dumps({"taskId": task, "sourceArn": source}).encode()).decode()


# Shows: text.move-handle
def test_bad_handles_are_refused(sqs, pair, refused):
    _, dead = pair
    task = "4bb7a8e2-0d7a-4bb5-9a58-08c9a2f3c0b1"
    refused(sqs, errors.INVALID_PARAMETER_VALUE, "Value for parameter TaskHandle is invalid.",
            "CancelMessageMoveTask", TaskHandle="foobared")
    refused(sqs, errors.RESOURCE_NOT_FOUND,
            "The resource that you specified for the SourceArn parameter doesn't exist.",
            "CancelMessageMoveTask", TaskHandle=handle_of(task, arn(sqs, dead) + "-not"))
    refused(sqs, errors.RESOURCE_NOT_FOUND, "Task does not exist.",
            "CancelMessageMoveTask", TaskHandle=handle_of(task, arn(sqs, dead)))


# Shows: move.rate
@pytest.mark.parametrize("rate", [0, 501, -1])
def test_rates_out_of_range_are_refused(sqs, pair, refused, rate):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE,
        f"Value {rate} for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be "
        "between 1 and 500, if provided.", "StartMessageMoveTask", SourceArn=arn(sqs, pair[1]),
        MaxNumberOfMessagesPerSecond=rate,
    )
