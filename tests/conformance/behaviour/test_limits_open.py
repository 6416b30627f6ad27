"""--limits open, the default: no waits."""
from behaviour.queue_calls import receive, send


def test_purge_twice(sqs, queue):
    for _ in range(2):
        send(sqs, queue)
        sqs.call("PurgeQueue", QueueUrl=queue)
        assert receive(sqs, queue) == []


def test_delete_and_create_at_once(sqs, new_name):
    name = new_name()
    for _ in range(3):
        url = sqs.call("CreateQueue", QueueName=name)["QueueUrl"]
        send(sqs, url)
        sqs.call("DeleteQueue", QueueUrl=url)
