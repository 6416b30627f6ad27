"""CreateQueue: names, attributes, tags, and asking again for a queue that is there."""
import json
import re

import pytest

from actions import attribute_rules as rules
from support import errors

BAD_NAME = re.compile(r"alphanumeric characters, hyphens, or underscores.*1 to 80", re.S)


def attributes_of(sqs, url, *wanted):
    answer = sqs.call("GetQueueAttributes", QueueUrl=url, AttributeNames=list(wanted or ["All"]))
    return answer["Attributes"]


def test_url_has_host_of_request_account_and_name(server, created, new_name):
    name = new_name()
    account = r"\d{12}"
    assert re.fullmatch(rf"{re.escape(server.url)}/{account}/{name}", created(name))


@pytest.mark.parametrize("name", ["a", "-", "_", "Z9-_" * 20])
def test_names_of_1_to_80_allowed_characters_are_taken(created, name):
    assert created(name).endswith(f"/{name}")


@pytest.mark.parametrize(
    "name", ["", "a" * 81, "with space", "dot.ted", "umlaut-ä", "sla/sh", "per%63ent"]
)
def test_other_names_are_refused(sqs, refused, name):
    refused(sqs, errors.INVALID_PARAMETER_VALUE, BAD_NAME, "CreateQueue", QueueName=name)


def test_every_attribute_can_be_given(sqs, created, make_queue, new_name):
    dead_letters = attributes_of(sqs, make_queue(), "QueueArn")["QueueArn"]
    given = {
        "DelaySeconds": "7",
        "MaximumMessageSize": "2048",
        "MessageRetentionPeriod": "3600",
        "ReceiveMessageWaitTimeSeconds": "3",
        "VisibilityTimeout": "45",
        "Policy": '{"Version":"2012-10-17","Statement":[]}',
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": dead_letters, "maxReceiveCount": 4}),
        "RedriveAllowPolicy": '{"redrivePermission":"allowAll"}',
        "SqsManagedSseEnabled": "true",
    }
    answered = attributes_of(sqs, created(new_name(), Attributes=given))
    redrive = json.loads(answered.pop("RedrivePolicy"))
    assert redrive == json.loads(given.pop("RedrivePolicy"))
    assert {name: answered[name] for name in given} == given


# Shows: attribute.ranges
@pytest.mark.parametrize("name", rules.NUMBERS)
def test_numbers_are_taken_from_lowest_to_highest(sqs, created, new_name, name):
    low, high, default = rules.NUMBERS[name]
    for value in (low, high):
        url = created(new_name(), Attributes={name: str(value)})
        assert attributes_of(sqs, url, name) == {name: str(value)}
    assert attributes_of(sqs, created(new_name()), name) == {name: str(default)}


# Shows: attribute.ranges
@pytest.mark.parametrize("name, value", rules.BAD_NUMBERS)
def test_other_numbers_are_refused(sqs, refused, new_name, name, value):
    refused(
        sqs, errors.INVALID_ATTRIBUTE_VALUE, rules.names(name), "CreateQueue",
        QueueName=new_name(), Attributes={name: value},
    )


@pytest.mark.parametrize("name", rules.UNKNOWN_NAMES)
def test_unknown_attributes_are_refused(sqs, refused, new_name, name):
    refused(
        sqs, errors.INVALID_ATTRIBUTE_NAME, f"Unknown Attribute {name}.", "CreateQueue",
        QueueName=new_name(), Attributes={name: "1"},
    )


# Shows: text.fifo-attributes
@pytest.mark.parametrize("name, value, text", rules.FIFO_NAMES)
def test_fifo_attributes_are_unknown_to_a_standard_queue(sqs, refused, new_name, name, value, text):
    refused(
        sqs, errors.INVALID_ATTRIBUTE_NAME, text, "CreateQueue",
        QueueName=new_name(), Attributes={name: value},
    )


@pytest.mark.parametrize("policy", rules.BAD_REDRIVE)
def test_bad_dead_letter_policies_are_refused(sqs, refused, make_queue, new_name, policy):
    arn = attributes_of(sqs, make_queue(), "QueueArn")["QueueArn"]
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, rules.names("RedrivePolicy"), "CreateQueue",
        QueueName=new_name(), Attributes={"RedrivePolicy": policy.replace("TARGET", arn)},
    )


def test_the_same_queue_again_is_the_same_queue(created, new_name):
    name = new_name()
    url = created(name, Attributes={"DelaySeconds": "1", "VisibilityTimeout": "9"})
    assert created(name, Attributes={"DelaySeconds": "1", "VisibilityTimeout": "9"}) == url
    assert created(name, Attributes={"DelaySeconds": "1"}) == url
    assert created(name) == url


# Shows: error.QueueNameExists, text.other-value
def test_another_value_for_an_attribute_is_refused(sqs, refused, created, new_name):
    name = new_name()
    url = created(name, Attributes={"DelaySeconds": "1"})
    text = (
        "A queue already exists with the same name and a different value for attribute DelaySeconds"
    )
    for value in ("2", "0"):
        refused(
            sqs, errors.QUEUE_NAME_EXISTS, text, "CreateQueue",
            QueueName=name, Attributes={"DelaySeconds": value},
        )
    assert attributes_of(sqs, url, "DelaySeconds") == {"DelaySeconds": "1"}


def test_tags_are_kept(sqs, created, new_name):
    url = created(new_name(), tags={"team": "orders", "empty": ""})
    assert sqs.call("ListQueueTags", QueueUrl=url)["Tags"] == {"team": "orders", "empty": ""}
