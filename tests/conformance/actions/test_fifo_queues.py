"""FIFO queues: what CreateQueue, SetQueueAttributes and GetQueueAttributes know of them."""
import json
import re

import pytest

from actions.test_create_queue import BAD_NAME, attributes_of
from support import errors

FIFO = {"FifoQueue": "true"}
DEFAULTS = {
    "FifoQueue": "true",
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "FifoThroughputLimit": "perQueue",
}
HIGH_THROUGHPUT = {
    "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId",
}
MODIFIED = "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported."


def change(sqs, url, **attributes):
    sqs.call("SetQueueAttributes", QueueUrl=url, Attributes=attributes)


# Shows: attribute.defaults, attribute.fifo-defaults
def test_fresh_queue_has_the_defaults(sqs, created, new_name):
    url = created(new_name() + ".fifo", Attributes=FIFO)
    assert url.endswith(".fifo")
    seen = attributes_of(sqs, url)
    assert {name: seen[name] for name in DEFAULTS} == DEFAULTS
    assert seen["QueueArn"].endswith(".fifo")
    assert seen["VisibilityTimeout"] == "30"


# Shows: attribute.fifo-defaults
def test_standard_queue_has_none_of_them(sqs, queue):
    assert not DEFAULTS.keys() & attributes_of(sqs, queue).keys()


# Shows: attribute.fifo-values
def test_every_attribute_can_be_given_and_changed(sqs, created, new_name):
    given = {**FIFO, **HIGH_THROUGHPUT, "ContentBasedDeduplication": "true"}
    url = created(new_name() + ".fifo", Attributes=given)
    assert attributes_of(sqs, url, *given) == given
    change(sqs, url, **DEFAULTS)
    assert attributes_of(sqs, url, *given) == DEFAULTS


def test_name_of_80_characters_counts_the_suffix(created, new_name):
    stem = new_name()
    longest = stem + "x" * (75 - len(stem)) + ".fifo"
    assert created(longest, Attributes=FIFO).endswith(longest)


@pytest.mark.parametrize("name", ["", "x" * 76, "a.b"])
def test_other_names_are_refused(sqs, refused, name):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, BAD_NAME, "CreateQueue",
        QueueName=name + ".fifo", Attributes=FIFO,
    )


@pytest.mark.parametrize("attributes", [{}, {"FifoQueue": "false"}, {"DelaySeconds": "1"}])
def test_standard_queue_may_not_be_named_so(sqs, refused, new_name, attributes):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, BAD_NAME, "CreateQueue",
        QueueName=new_name() + ".fifo", Attributes=attributes,
    )


def test_fifo_queue_must_be_named_so(sqs, refused, new_name):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, re.compile(r"must end with \.fifo suffix"),
        "CreateQueue", QueueName=new_name(), Attributes=FIFO,
    )


# Shows: text.other-value
def test_asking_again_finds_it_and_names_what_differs(sqs, refused, created, new_name):
    name = new_name() + ".fifo"
    url = created(name, Attributes={**FIFO, "ContentBasedDeduplication": "true"})
    assert created(name, Attributes=FIFO) == url
    refused(
        sqs, errors.QUEUE_NAME_EXISTS,
        "A queue already exists with the same name and a different value for attribute "
        "ContentBasedDeduplication",
        "CreateQueue", QueueName=name, Attributes={**FIFO, "ContentBasedDeduplication": "false"},
    )


# Shows: text.type-change, attribute.fifo-at-creation
def test_type_of_a_queue_cannot_be_changed(sqs, refused, queue, fifo):
    for value in ("true", "false"):
        refused(
            sqs, errors.INVALID_ATTRIBUTE_NAME, "Unknown Attribute FifoQueue.",
            "SetQueueAttributes", QueueUrl=queue, Attributes={"FifoQueue": value},
        )
    refused(
        sqs, errors.INVALID_ATTRIBUTE_VALUE, MODIFIED,
        "SetQueueAttributes", QueueUrl=fifo, Attributes={"FifoQueue": "false"},
    )
    change(sqs, fifo, FifoQueue="true")


def test_true_may_come_with_a_capital(sqs, created, new_name):
    given = {"FifoQueue": "True", "ContentBasedDeduplication": "TRUE"}
    url = created(new_name() + ".fifo", Attributes=given)
    answer = sqs.call("GetQueueAttributes", QueueUrl=url, AttributeNames=list(given))
    assert answer["Attributes"] == {name: "true" for name in given}
    change(sqs, url, ContentBasedDeduplication="False")
    answer = sqs.call("GetQueueAttributes", QueueUrl=url, AttributeNames=list(given))
    assert answer["Attributes"]["ContentBasedDeduplication"] == "false"


# Shows: attribute.fifo-values
@pytest.mark.parametrize("name", list(DEFAULTS))
def test_other_values_are_refused(sqs, refused, fifo, name):
    refused(
        sqs, errors.INVALID_ATTRIBUTE_VALUE, re.compile(rf"\b{name}\b"),
        "SetQueueAttributes", QueueUrl=fifo, Attributes={name: "maybe"},
    )


# Shows: attribute.fifo-at-creation
def test_rate_per_group_goes_with_the_scope_of_a_group(sqs, refused, new_name, fifo):
    alone = {"FifoThroughputLimit": "perMessageGroupId"}
    text = re.compile("DeduplicationScope is messageGroup")
    refused(
        sqs, errors.INVALID_ATTRIBUTE_VALUE, text, "SetQueueAttributes",
        QueueUrl=fifo, Attributes=alone,
    )
    refused(
        sqs, errors.INVALID_ATTRIBUTE_VALUE, text, "CreateQueue",
        QueueName=new_name() + ".fifo", Attributes={**FIFO, **alone},
    )
    change(sqs, fifo, **HIGH_THROUGHPUT)
    assert attributes_of(sqs, fifo, *HIGH_THROUGHPUT) == HIGH_THROUGHPUT


# Shows: dead.same-type
def test_dead_letters_go_to_a_queue_of_the_same_type(sqs, refused, queue, fifo, make_fifo):
    policies = {
        url: json.dumps({
            "deadLetterTargetArn": attributes_of(sqs, url, "QueueArn")["QueueArn"],
            "maxReceiveCount": 2,
        })
        for url in (queue, fifo)
    }
    for source, target in ((queue, fifo), (fifo, queue)):
        refused(
            sqs, errors.INVALID_PARAMETER_VALUE, re.compile("same type of queue as the source"),
            "SetQueueAttributes", QueueUrl=source, Attributes={"RedrivePolicy": policies[target]},
        )
    source = make_fifo(RedrivePolicy=policies[fifo])
    assert json.loads(attributes_of(sqs, source)["RedrivePolicy"]) == json.loads(policies[fifo])
    answer = sqs.call("ListDeadLetterSourceQueues", QueueUrl=fifo)
    assert answer["queueUrls"] == [source]
