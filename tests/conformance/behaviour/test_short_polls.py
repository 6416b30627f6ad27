"""--short-poll-sampling: a short poll asks some of the hosts that a queue lies on, as in AWS."""
import pytest

from behaviour.queue_calls import receive, send

SERVER_OPTIONS = ("--short-poll-sampling", "--seed", "7")
pytestmark = pytest.mark.own_server


def polls(sqs, url, count=30, **more):
    return [len(receive(sqs, url, VisibilityTimeout=0, **more)) for _ in range(count)]


# Shows: poll.short
def test_a_short_poll_may_find_nothing_and_others_find_it(sqs, queue):
    send(sqs, queue)
    assert set(polls(sqs, queue)) == {0, 1}


# Shows: poll.short
def test_a_long_poll_finds_everything(sqs, queue, make_queue):
    by_default = make_queue(ReceiveMessageWaitTimeSeconds="1")
    for url, more in ((queue, {"WaitTimeSeconds": 1}), (by_default, {})):
        send(sqs, url)
        send(sqs, url)
        assert polls(sqs, url, **more) == [2] * 30


def test_a_short_poll_of_a_fifo_queue_finds_everything(sqs, fifo):
    send(sqs, fifo, MessageGroupId="g", MessageDeduplicationId="d")
    assert polls(sqs, fifo) == [1] * 30
