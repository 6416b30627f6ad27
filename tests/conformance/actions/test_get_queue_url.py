"""GetQueueUrl: a URL that the sender of the request can reach."""
import http.client
import json

import pytest

from support import errors

NO_QUEUE = "The specified queue does not exist."


def test_url_is_that_of_create_queue(sqs, queue):
    name = queue.rsplit("/", 1)[1]
    assert sqs.call("GetQueueUrl", QueueName=name) == {"QueueUrl": queue}


def test_own_account_may_be_named(sqs, queue):
    account, name = queue.rsplit("/", 2)[1:]
    answer = sqs.call("GetQueueUrl", QueueName=name, QueueOwnerAWSAccountId=account)
    assert answer == {"QueueUrl": queue}


def test_other_account_has_no_such_queue(sqs, refused, queue):
    refused(
        sqs, errors.QUEUE_DOES_NOT_EXIST, NO_QUEUE, "GetQueueUrl",
        QueueName=queue.rsplit("/", 1)[1], QueueOwnerAWSAccountId="999999999999",
    )


# Shows: error.text-by-wire, text.no-queue
@pytest.mark.parametrize("name", ["never-was", "a" * 80])
def test_unknown_queue_does_not_exist(sqs, refused, name):
    refused(sqs, errors.QUEUE_DOES_NOT_EXIST, NO_QUEUE, "GetQueueUrl", QueueName=name)


# Shows: wire.queue-url
@pytest.mark.only("boto3")
@pytest.mark.parametrize("host", ["localhost:1234", "queues.example.com", "127.0.0.1:9"])
def test_url_follows_the_host_header(sqs, server, queue, host):
    name = queue.rsplit("/", 1)[1]
    status, _, answer = server.json("GetQueueUrl", {"QueueName": name}, headers={"Host": host})
    assert status == 200
    assert answer["QueueUrl"] == queue.replace(f"{server.host}:{server.port}", host)


@pytest.mark.only("boto3")
def test_a_queue_url_of_another_host_names_the_same_queue(sqs, queue):
    path = queue.split("/", 3)[3]
    elsewhere = f"https://sqs.us-east-1.amazonaws.com/{path}"
    sqs.call("SendMessage", QueueUrl=elsewhere, MessageBody="here")
    assert sqs.call("ReceiveMessage", QueueUrl=queue)["Messages"][0]["Body"] == "here"


# Shows: wire.paths
@pytest.mark.only("boto3")
def test_json_is_served_on_the_path_of_the_queue(sqs, server, queue):
    path = "/" + queue.split("/", 3)[3]
    connection = http.client.HTTPConnection(server.host, server.port, timeout=10)
    body = json.dumps({"QueueUrl": queue, "MessageBody": "by path"})
    connection.request("POST", path, body, {
        "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessage",
    })
    answer = connection.getresponse()
    assert (answer.status, "MessageId" in json.loads(answer.read())) == (200, True)
    connection.close()
    assert sqs.call("ReceiveMessage", QueueUrl=queue)["Messages"][0]["Body"] == "by path"
