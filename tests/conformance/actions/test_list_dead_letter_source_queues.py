"""ListDeadLetterSourceQueues: who sends its dead letters here."""
import json
import re

import pytest

from support import errors


@pytest.fixture
def house(sqs, make_queue):
    """(target, its three sources)."""
    target = make_queue()
    answer = sqs.call("GetQueueAttributes", QueueUrl=target, AttributeNames=["QueueArn"])
    policy = {"deadLetterTargetArn": answer["Attributes"]["QueueArn"], "maxReceiveCount": 2}
    return target, sorted(make_queue(RedrivePolicy=json.dumps(policy)) for _ in range(3))


def test_sources_are_listed(sqs, house):
    target, sources = house
    answer = sqs.call("ListDeadLetterSourceQueues", QueueUrl=target)
    assert sorted(answer["queueUrls"]) == sources


def test_pages_show_each_once(sqs, house):
    target, sources = house
    first = sqs.call("ListDeadLetterSourceQueues", QueueUrl=target, MaxResults=2)
    assert len(first["queueUrls"]) == 2
    second = sqs.call(
        "ListDeadLetterSourceQueues", QueueUrl=target, MaxResults=2, NextToken=first["NextToken"]
    )
    assert "NextToken" not in second
    assert sorted(first["queueUrls"] + second["queueUrls"]) == sources


def test_cleared_policy_leaves_the_list(sqs, house):
    target, sources = house
    sqs.call("SetQueueAttributes", QueueUrl=sources[0], Attributes={"RedrivePolicy": ""})
    sqs.call("DeleteQueue", QueueUrl=sources[1])
    answer = sqs.call("ListDeadLetterSourceQueues", QueueUrl=target)
    assert answer["queueUrls"] == [sources[2]]


def test_queue_without_sources(sqs, queue):
    assert sqs.call("ListDeadLetterSourceQueues", QueueUrl=queue).get("queueUrls", []) == []


@pytest.mark.parametrize("count", [0, 1001])
def test_pages_of_another_size_are_refused(sqs, refused, queue, count):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, re.compile("MaxResults"),
        "ListDeadLetterSourceQueues", QueueUrl=queue, MaxResults=count,
    )
