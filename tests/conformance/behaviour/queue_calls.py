"""Short forms of what nearly every behaviour test does, over any client."""
COUNTERS = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
]


def send(sqs, url, body="body", **parameters):
    return sqs.call("SendMessage", QueueUrl=url, MessageBody=body, **parameters)["MessageId"]


def receive(sqs, url, **parameters):
    """The messages of one call, ten at most."""
    parameters.setdefault("MaxNumberOfMessages", 10)
    return sqs.call("ReceiveMessage", QueueUrl=url, **parameters).get("Messages", [])


def delete(sqs, url, message):
    return sqs.call("DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def change(sqs, url, message, seconds):
    return sqs.call(
        "ChangeMessageVisibility", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"],
        VisibilityTimeout=seconds,
    )


def attributes(sqs, url, *names):
    answer = sqs.call("GetQueueAttributes", QueueUrl=url, AttributeNames=list(names or ["All"]))
    return answer.get("Attributes", {})


def counters(sqs, url):
    """[visible, delayed, in flight]"""
    answered = attributes(sqs, url, *COUNTERS)
    return [int(answered[name]) for name in COUNTERS]


def drain(sqs, url):
    """Receives and deletes until nothing is visible: the bodies in order of receipt."""
    bodies = []
    while messages := receive(sqs, url):
        for message in messages:
            delete(sqs, url, message)
            bodies.append(message["Body"])
    return bodies
