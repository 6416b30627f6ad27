"""What tests do with topics again and again."""
import json

from support.errors import Refused

ACCOUNT = "000000000000"
REGION = "us-east-1"


def topic_arn(name, region=REGION, account=ACCOUNT):
    return f"arn:aws:sns:{region}:{account}:{name}"


def queue_arn(url):
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{url.rsplit('/', 1)[1]}"


def attributes(sns, topic):
    return sns.call("GetTopicAttributes", TopicArn=topic)["Attributes"]


def subscribe(sns, topic, queue, **attributes):
    """The ARN of a new subscription of a queue, by its URL."""
    more = {"Attributes": attributes} if attributes else {}
    return sns.call(
        "Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=queue_arn(queue),
        ReturnSubscriptionArn=True, **more,
    )["SubscriptionArn"]


def subscription(sns, arn):
    return sns.call("GetSubscriptionAttributes", SubscriptionArn=arn)["Attributes"]


def receive(sqs, queue, count=1, wait=2):
    """`count` messages, whichever calls bring them, deleted; fewer if no more come."""
    taken = []
    while len(taken) < count:
        got = sqs.call(
            "ReceiveMessage", QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=wait,
            MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"],
        ).get("Messages", [])
        if not got:
            break
        taken += got
        for message in got:
            sqs.call("DeleteMessage", QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return taken


def notifications(sqs, queue, count=1, wait=2):
    """The bodies of as many messages, as JSON."""
    return [json.loads(message["Body"]) for message in receive(sqs, queue, count, wait)]


def delete_topic(sns, topic):
    try:
        sns.call("DeleteTopic", TopicArn=topic)
    except Refused:
        pass  # the test has spoilt it
