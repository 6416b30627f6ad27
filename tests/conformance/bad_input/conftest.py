"""After each test the server must still do its job, and must not have lost what it held."""
import pytest

from support.errors import Refused


@pytest.fixture
def kept(boto3_sqs):
    """A queue with a message that no test may touch."""
    url = boto3_sqs.call("CreateQueue", QueueName="kept")["QueueUrl"]
    boto3_sqs.call("PurgeQueue", QueueUrl=url)
    boto3_sqs.call("SendMessage", QueueUrl=url, MessageBody="kept")
    return url


@pytest.fixture(autouse=True)
def unharmed(boto3_sqs, kept):
    yield
    names = ["ApproximateNumberOfMessages"]
    answer = boto3_sqs.call("GetQueueAttributes", QueueUrl=kept, AttributeNames=names)
    assert answer["Attributes"] == {"ApproximateNumberOfMessages": "1"}
    (message,) = boto3_sqs.call("ReceiveMessage", QueueUrl=kept, VisibilityTimeout=0)["Messages"]
    assert message["Body"] == "kept"
    try:  # what a smuggled request would have made
        boto3_sqs.call("GetQueueUrl", QueueName="smuggled")
    except Refused:
        return
    pytest.fail("a request hidden in another was carried out")
