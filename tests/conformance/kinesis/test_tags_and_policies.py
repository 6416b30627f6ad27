"""Tags by both of their APIs, and resource policies: of streams, and of consumers."""
import json
import re

import pytest

from kinesis.stream_calls import arn
from support.errors import Kinesis as errors

POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})


def rows(tags):
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


@pytest.fixture
def consumer(boto3_kinesis, stream):
    answer = boto3_kinesis.call("RegisterStreamConsumer", StreamARN=arn(stream), ConsumerName="reader")
    return answer["Consumer"]["ConsumerARN"]


def test_tags_of_a_stream(kinesis, stream):
    kinesis.call("AddTagsToStream", StreamName=stream, Tags={"b": "2", "a": "1", "empty": ""})
    kinesis.call("AddTagsToStream", StreamName=stream, Tags={"b": "3"})
    answer = kinesis.call("ListTagsForStream", StreamName=stream)
    assert answer == {"Tags": rows({"a": "1", "b": "3", "empty": ""}), "HasMoreTags": False}
    kinesis.call("RemoveTagsFromStream", StreamName=stream, TagKeys=["a", "never"])
    assert kinesis.call("ListTagsForStream", StreamName=stream)["Tags"] == rows({"b": "3", "empty": ""})


def test_tags_in_pages(kinesis, stream):
    kinesis.call("AddTagsToStream", StreamName=stream, Tags={f"t{i}": "" for i in range(5)})
    answer = kinesis.call("ListTagsForStream", StreamName=stream, Limit=2, ExclusiveStartTagKey="t0")
    assert answer == {"Tags": rows({"t1": "", "t2": ""}), "HasMoreTags": True}


def test_fifty_tags_at_most(kinesis, refused, stream):
    kinesis.call("AddTagsToStream", StreamName=stream, Tags={f"t{i}": "" for i in range(50)})
    kinesis.call("AddTagsToStream", StreamName=stream, Tags={"t7": "changed"})
    refused(
        kinesis, errors.INVALID_ARGUMENT, re.compile("cannot have more than 50 tags"),
        "AddTagsToStream", StreamName=stream, Tags={"one-more": ""},
    )


def test_tags_hold_no_other_characters(kinesis, refused, stream):
    text = (
        "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white "
        "space, _ . / = + - % @."
    )
    for tag in ({"a;b": "1"}, {"a": "1,2"}, {"a\tb": "1"}, {"a": "1\n2"}):
        refused(
            kinesis, errors.INVALID_ARGUMENT, text, "AddTagsToStream", StreamName=stream, Tags=tag
        )
    refused(
        kinesis, errors.INVALID_ARGUMENT, text, "RemoveTagsFromStream", StreamName=stream,
        TagKeys=["good", "b,ad"],
    )
    refused(
        kinesis, errors.INVALID_ARGUMENT, re.compile("^Failed to add tags .* illegal characters"),
        "AddTagsToStream", StreamName=stream, Tags={"key": "50%"},
    )


def test_the_other_api_sees_the_same_tags(kinesis, stream):
    kinesis.call("TagResource", ResourceARN=arn(stream), Tags={"a": "1", "b": "2"})
    assert kinesis.call("ListTagsForStream", StreamName=stream)["Tags"] == rows({"a": "1", "b": "2"})
    kinesis.call("UntagResource", ResourceARN=arn(stream), TagKeys=["a"])
    assert kinesis.call("ListTagsForResource", ResourceARN=arn(stream))["Tags"] == rows({"b": "2"})


def test_consumers_have_tags_of_their_own(kinesis, stream, consumer):
    kinesis.call("TagResource", ResourceARN=arn(stream), Tags={"of": "stream"})
    kinesis.call("TagResource", ResourceARN=consumer, Tags={"of": "consumer"})
    assert kinesis.call("ListTagsForResource", ResourceARN=consumer)["Tags"] == rows({"of": "consumer"})
    assert kinesis.call("ListTagsForStream", StreamName=stream)["Tags"] == rows({"of": "stream"})
    kinesis.call("UntagResource", ResourceARN=consumer, TagKeys=["of"])
    assert kinesis.call("ListTagsForResource", ResourceARN=consumer)["Tags"] == []


def test_they_go_with_the_consumer(kinesis, stream):
    call = {"StreamARN": arn(stream), "ConsumerName": "reader"}
    made = kinesis.call("RegisterStreamConsumer", Tags={"a": "1"}, **call)["Consumer"]
    assert kinesis.call("ListTagsForResource", ResourceARN=made["ConsumerARN"])["Tags"] == rows({"a": "1"})
    kinesis.call("DeregisterStreamConsumer", ConsumerARN=made["ConsumerARN"])
    made = kinesis.call("RegisterStreamConsumer", **call)["Consumer"]
    assert kinesis.call("ListTagsForResource", ResourceARN=made["ConsumerARN"])["Tags"] == []


def test_policies(kinesis, refused, stream, consumer):
    for resource in (arn(stream), consumer):
        missing = f"No resource policy found for resource ARN {resource}"
        assert kinesis.call("GetResourcePolicy", ResourceARN=resource)["Policy"] == "{}"
        kinesis.call("PutResourcePolicy", ResourceARN=resource, Policy=POLICY)
        assert kinesis.call("GetResourcePolicy", ResourceARN=resource)["Policy"] == POLICY
        kinesis.call("DeleteResourcePolicy", ResourceARN=resource)
        assert kinesis.call("GetResourcePolicy", ResourceARN=resource)["Policy"] == "{}"
        refused(kinesis, errors.RESOURCE_NOT_FOUND, missing, "DeleteResourcePolicy", ResourceARN=resource)
    assert kinesis.call("ListTagsForStream", StreamName=stream)["Tags"] == []


@pytest.mark.only("boto3")
def test_a_policy_is_an_object(kinesis, refused, stream):
    for text in ("", "no", "[]", "{"):
        refused(
            kinesis, errors.INVALID_ARGUMENT, "The policy is not a JSON object.",
            "PutResourcePolicy", ResourceARN=arn(stream), Policy=text,
        )


def test_consumers_that_do_not_exist(kinesis, refused, stream):
    refused(
        kinesis, errors.RESOURCE_NOT_FOUND, "Consumer nobody, account 000000000000 not found.",
        "TagResource", ResourceARN=arn(stream) + "/consumer/nobody:1700000000", Tags={"a": "b"},
    )
