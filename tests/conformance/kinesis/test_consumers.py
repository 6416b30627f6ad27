"""RegisterStreamConsumer, DescribeStreamConsumer, ListStreamConsumers, DeregisterStreamConsumer."""
import pytest

from kinesis.stream_calls import arn, not_found
from support.errors import Kinesis as errors


def register(client, stream, name):
    return client.call("RegisterStreamConsumer", StreamARN=arn(stream), ConsumerName=name)["Consumer"]


def test_registered_and_described(kinesis, stream):
    made = register(kinesis, stream, "reader")
    assert made["ConsumerName"] == "reader"
    assert made["ConsumerStatus"] == "ACTIVE"
    start, created = made["ConsumerARN"].rsplit(":", 1)
    assert start == arn(stream) + "/consumer/reader" and created.isdigit()
    by_arn = kinesis.call("DescribeStreamConsumer", ConsumerARN=made["ConsumerARN"])
    by_name = kinesis.call("DescribeStreamConsumer", StreamARN=arn(stream), ConsumerName="reader")
    assert by_arn == by_name == {"ConsumerDescription": {**made, "StreamARN": arn(stream)}}
    summary = kinesis.call("DescribeStreamSummary", StreamName=stream)["StreamDescriptionSummary"]
    assert summary["ConsumerCount"] == 1


def test_a_name_is_taken_once(kinesis, refused, stream):
    register(kinesis, stream, "reader")
    refused(
        kinesis, errors.RESOURCE_IN_USE,
        f"Consumer reader under stream {arn(stream)} already exists for account 000000000000.",
        "RegisterStreamConsumer", StreamARN=arn(stream), ConsumerName="reader",
    )


def test_listed_in_pages(kinesis, stream):
    for name in "edcba":
        register(kinesis, stream, name)
    seen, token = [], {}
    while True:
        answer = kinesis.call("ListStreamConsumers", StreamARN=arn(stream), MaxResults=2, **token)
        seen += [row["ConsumerName"] for row in answer["Consumers"]]
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert seen == list("abcde")


def test_deregistered_is_gone(kinesis, refused, stream):
    by_arn = register(kinesis, stream, "one")["ConsumerARN"]
    register(kinesis, stream, "two")
    kinesis.call("DeregisterStreamConsumer", ConsumerARN=by_arn)
    kinesis.call("DeregisterStreamConsumer", StreamARN=arn(stream), ConsumerName="two")
    assert kinesis.call("ListStreamConsumers", StreamARN=arn(stream))["Consumers"] == []
    text = "Consumer one, account 000000000000 not found."
    for operation in ("DescribeStreamConsumer", "DeregisterStreamConsumer"):
        refused(kinesis, errors.RESOURCE_NOT_FOUND, text, operation, ConsumerARN=by_arn)


def test_a_stream_with_consumers_goes_only_if_told(kinesis, refused, stream):
    register(kinesis, stream, "reader")
    with_text = f"Stream {stream} under account 000000000000 has consumers: deregister them, or set " \
        "EnforceConsumerDeletion."
    refused(kinesis, errors.RESOURCE_IN_USE, with_text, "DeleteStream", StreamName=stream)
    kinesis.call("DeleteStream", StreamName=stream, EnforceConsumerDeletion=True)
    refused(kinesis, errors.RESOURCE_NOT_FOUND, not_found(stream), "DescribeStream", StreamName=stream)


@pytest.mark.only("boto3")
def test_an_arn_or_both_names(kinesis, refused, stream):
    text = "Either ConsumerARN or both StreamARN and ConsumerName should be provided."
    for operation in ("DescribeStreamConsumer", "DeregisterStreamConsumer"):
        refused(kinesis, errors.INVALID_ARGUMENT, text, operation, StreamARN=arn(stream))
