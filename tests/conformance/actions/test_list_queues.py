"""ListQueues: prefix and pages."""
import re

import pytest

from support import errors


@pytest.fixture
def family(boto3_sqs, new_name):
    """Seven queues with one prefix: (prefix, their URLs in order)."""
    prefix = new_name() + "-family"
    urls = [
        boto3_sqs.call("CreateQueue", QueueName=f"{prefix}-{i}")["QueueUrl"] for i in range(7)
    ]
    yield prefix, urls
    for url in urls:
        boto3_sqs.call("DeleteQueue", QueueUrl=url)


def test_prefix_selects(sqs, family):
    prefix, urls = family
    assert sorted(sqs.call("ListQueues", QueueNamePrefix=prefix)["QueueUrls"]) == urls
    assert sqs.call("ListQueues", QueueNamePrefix=f"{prefix}-3")["QueueUrls"] == [urls[3]]


def test_without_prefix_all_are_listed(sqs, family):
    assert set(family[1]) <= set(sqs.call("ListQueues")["QueueUrls"])


def test_none_is_an_answer_without_the_key(sqs, family):
    assert sqs.call("ListQueues", QueueNamePrefix=family[0] + "-none") == {}


def test_pages_show_each_queue_once(sqs, family):
    prefix, urls = family
    seen, token, pages = [], {}, 0
    while True:
        answer = sqs.call("ListQueues", QueueNamePrefix=prefix, MaxResults=3, **token)
        assert len(answer["QueueUrls"]) <= 3
        seen += answer["QueueUrls"]
        pages += 1
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert pages == 3
    assert sorted(seen) == urls


def test_page_that_holds_all_is_the_last(sqs, family):
    answer = sqs.call("ListQueues", QueueNamePrefix=family[0], MaxResults=1000)
    assert sorted(answer["QueueUrls"]) == family[1]
    assert "NextToken" not in answer


@pytest.mark.parametrize("count", [0, -1, 1001])
def test_pages_of_another_size_are_refused(sqs, refused, count):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, re.compile("MaxResults"), "ListQueues",
        MaxResults=count,
    )


def test_token_that_nobody_gave_is_refused(sqs, refused):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, re.compile("NextToken"), "ListQueues",
        MaxResults=3, NextToken="not a token",
    )
