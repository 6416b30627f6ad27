"""--limits aws: the waits that SQS imposes, and the in-flight limit."""
import pytest

from behaviour.queue_calls import counters, delete, receive, send
from support import errors

SERVER_OPTIONS = ("--virtual-time", "--limits", "aws", "--in-flight-max", "12")
pytestmark = pytest.mark.own_server


# Shows: error.PurgeQueueInProgress, text.purge
def test_one_purge_a_minute(sqs, server, refused, queue):
    sqs.call("PurgeQueue", QueueUrl=queue)
    server.advance(59)
    name = queue.rsplit("/", 1)[1]
    refused(
        sqs, errors.PURGE_QUEUE_IN_PROGRESS,
        f"Only one PurgeQueue operation on {name} is allowed every 60 seconds.",
        "PurgeQueue", QueueUrl=queue,
    )
    server.advance(1)
    sqs.call("PurgeQueue", QueueUrl=queue)


# Shows: error.QueueDeletedRecently
def test_a_deleted_name_is_taken_for_a_minute(sqs, server, refused, new_name):
    name = new_name()
    url = sqs.call("CreateQueue", QueueName=name)["QueueUrl"]
    sqs.call("DeleteQueue", QueueUrl=url)
    server.advance(59)
    refused(
        sqs, errors.QUEUE_DELETED_RECENTLY,
        "You must wait 60 seconds after deleting a queue before you can create another with the "
        "same name.",
        "CreateQueue", QueueName=name,
    )
    server.advance(1)
    assert sqs.call("CreateQueue", QueueName=name)["QueueUrl"] == url
    sqs.call("DeleteQueue", QueueUrl=url)


# Shows: error.OverLimit, in-flight.standard
def test_short_poll_over_the_in_flight_limit(sqs, refused, queue):
    for number in range(14):
        send(sqs, queue, f"{number}")
    held = receive(sqs, queue) + receive(sqs, queue)
    assert len(held) == 12
    with pytest.raises(errors.Refused) as caught:
        receive(sqs, queue)
    sqs.check_refusal(caught.value, errors.OVER_LIMIT)
    delete(sqs, queue, held[0])
    assert len(receive(sqs, queue)) == 1
    assert counters(sqs, queue) == [1, 0, 12]


# Shows: in-flight.standard
def test_a_long_poll_over_the_in_flight_limit_finds_nothing(sqs, server, js, queue):
    for number in range(13):
        send(sqs, queue, f"{number}")
    assert len(receive(sqs, queue) + receive(sqs, queue)) == 12
    poll = js.begin("ReceiveMessage", QueueUrl=queue, WaitTimeSeconds=1)
    while b"millrace_parked_receives 1\n" not in server.request("GET", "/_millrace/metrics")[2]:
        pass
    server.advance(1)
    assert "Messages" not in js.finish(poll)["answer"]


# Shows: in-flight.fifo
def test_a_fifo_queue_over_the_in_flight_limit_gives_nothing(sqs, fifo):
    for number in range(13):
        send(sqs, fifo, "b", MessageGroupId=f"{number}", MessageDeduplicationId=f"{number}")
    assert len(receive(sqs, fifo) + receive(sqs, fifo)) == 12
    assert receive(sqs, fifo) == []


# Shows: error.RequestThrottled
def test_a_fifo_queue_takes_300_calls_a_second_of_an_action(sqs, server, refused, fifo):
    calls = {
        "SendMessage": {"MessageBody": "x", "MessageGroupId": "g", "MessageDeduplicationId": "d"},
        "ReceiveMessage": {},
    }
    for action, parameters in calls.items():
        for _ in range(20):
            sqs.call(action, QueueUrl=fifo, **parameters)
        refused(
            sqs, errors.REQUEST_THROTTLED, "Request is throttled.",
            action, QueueUrl=fifo, **parameters,
        )
    server.advance(1)
    for action, parameters in calls.items():
        sqs.call(action, QueueUrl=fifo, **parameters)
