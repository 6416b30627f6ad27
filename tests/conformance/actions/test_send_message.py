"""SendMessage: bodies, attributes, digests, delays, sizes."""
import hashlib
import re

import pytest

from actions import message_rules as rules
from support import errors

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def receive(sqs, url, **parameters):
    """All that is visible now."""
    return sqs.call(
        "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, **parameters
    ).get("Messages", [])


# Shows: wire.request-id, wire.digest-checked
def test_answer_has_id_and_digest(sqs, queue):
    answer = sqs.call("SendMessage", QueueUrl=queue, MessageBody="hello")
    assert UUID.fullmatch(answer.pop("MessageId"))
    assert answer == {"MD5OfMessageBody": "5d41402abc4b2a76b9719d911017c592"}


# Shows: message.characters
@pytest.mark.parametrize("body", rules.BODIES, ids=rules.label)
def test_body_arrives_as_it_was_sent(sqs, queue, body):
    answer = sqs.call("SendMessage", QueueUrl=queue, MessageBody=body)
    assert answer["MD5OfMessageBody"] == md5(body)
    (message,) = receive(sqs, queue)
    assert message["Body"] == body
    assert message["MD5OfBody"] == md5(body)
    assert message["MessageId"] == answer["MessageId"]


# Shows: error.InvalidMessageContents, message.characters
@pytest.mark.parametrize("character", rules.FORBIDDEN, ids=rules.label)
def test_forbidden_characters_are_refused(sqs, refused, queue, character):
    refused(
        sqs, errors.INVALID_MESSAGE_CONTENTS, re.compile("(?i)invalid characters"), "SendMessage",
        QueueUrl=queue, MessageBody=f"before{character}after",
    )
    assert receive(sqs, queue) == []


# Shows: text.empty-body, wire.request-id
def test_empty_body_is_refused(sqs, refused, queue):
    refused(
        sqs, errors.MISSING_PARAMETER, "The request must contain the parameter MessageBody.",
        "SendMessage", QueueUrl=queue, MessageBody="",
    )


# Shows: message.1-mib
def test_largest_body_is_taken(sqs, queue):
    body = "x" * 1048576
    sqs.call("SendMessage", QueueUrl=queue, MessageBody=body)
    (message,) = receive(sqs, queue)
    assert message["Body"] == body


# Shows: text.message-too-long
def test_one_byte_more_is_refused(sqs, refused, queue):
    text = "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes."
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, text, "SendMessage",
        QueueUrl=queue, MessageBody="x" * 1048577,
    )


# Shows: text.message-too-long, message.size
def test_size_counts_bytes_and_attributes(sqs, refused, make_queue):
    url = make_queue(MaximumMessageSize="1024")
    text = "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes."
    attribute = {"name": rules.string("value")}  # 4 + 6 + 5 bytes
    sqs.call(
        "SendMessage", QueueUrl=url, MessageBody="x" * (1024 - 15), MessageAttributes=attribute
    )
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, text, "SendMessage",
        QueueUrl=url, MessageBody="x" * (1024 - 14), MessageAttributes=attribute,
    )
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, text, "SendMessage", QueueUrl=url,
        MessageBody="ä" * 513,
    )


# Shows: message.size
def test_system_attributes_do_not_count(sqs, make_queue):
    url = make_queue(MaximumMessageSize="1024")
    sqs.call(
        "SendMessage", QueueUrl=url, MessageBody="x" * 1024,
        MessageSystemAttributes={"AWSTraceHeader": rules.string(TRACE)},
    )


# Shows: digest.vectors
@pytest.mark.parametrize("attributes, digest", rules.DIGESTS, ids=rules.label)
def test_digest_of_attributes(sqs, queue, attributes, digest):
    answer = sqs.call(
        "SendMessage", QueueUrl=queue, MessageBody="b", MessageAttributes=attributes
    )
    assert answer["MD5OfMessageAttributes"] == digest
    (message,) = receive(sqs, queue, MessageAttributeNames=["All"])
    assert message["MD5OfMessageAttributes"] == digest
    assert message["MessageAttributes"] == attributes


# Shows: text.empty-attribute, message.attributes, message.reserved-names, message.types, message.number-range
@pytest.mark.parametrize("attributes, kind, text", rules.BAD_ATTRIBUTES, ids=rules.label)
def test_bad_attributes_are_refused(sqs, refused, queue, attributes, kind, text):
    refused(
        sqs, kind, text, "SendMessage",
        QueueUrl=queue, MessageBody="b", MessageAttributes=attributes,
    )
    assert receive(sqs, queue) == []


def test_names_of_attributes_may_have_letters_with_accents(sqs, queue):
    attributes = {name: rules.string("x") for name in rules.LETTERS}
    sqs.call("SendMessage", QueueUrl=queue, MessageBody="b", MessageAttributes=attributes)
    (message,) = receive(sqs, queue, MessageAttributeNames=["All"])
    assert message["MessageAttributes"] == attributes


# Shows: message.attributes, message.types
def test_ten_attributes_of_every_kind_of_name_and_type_arrive(sqs, queue):
    attributes = {name: rules.string(name) for name in rules.GOOD_NAMES}
    attributes.update(
        (f"t{i}", rules.value_of_type(kind)) for i, kind in enumerate(rules.GOOD_TYPES[1:])
    )
    assert len(attributes) == 10
    sqs.call("SendMessage", QueueUrl=queue, MessageBody="b", MessageAttributes=attributes)
    (message,) = receive(sqs, queue, MessageAttributeNames=["All"])
    assert message["MessageAttributes"] == attributes


# Shows: message.numbers, message.number-range
def test_numbers_arrive_as_written(sqs, queue):
    attributes = {
        f"n{i}": rules.string(number, "Number") for i, number in enumerate(rules.GOOD_NUMBERS)
    }
    sqs.call("SendMessage", QueueUrl=queue, MessageBody="b", MessageAttributes=attributes)
    (message,) = receive(sqs, queue, MessageAttributeNames=["All"])
    assert message["MessageAttributes"] == attributes


def test_attributes_hold_no_forbidden_characters(sqs, refused, queue):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, re.compile("(?i)invalid characters"), "SendMessage",
        QueueUrl=queue, MessageBody="b", MessageAttributes={"a": rules.string("x\x01y")},
    )


# Shows: digest.system, receive.system
def test_trace_header_is_a_system_attribute(sqs, queue):
    answer = sqs.call(
        "SendMessage", QueueUrl=queue, MessageBody="b",
        MessageSystemAttributes={"AWSTraceHeader": rules.string(TRACE)},
    )
    def part(text):
        return len(text).to_bytes(4, "big") + text.encode()

    hashed = part("AWSTraceHeader") + part("String") + b"\x01" + part(TRACE)
    assert answer["MD5OfMessageSystemAttributes"] == hashlib.md5(hashed).hexdigest()
    (message,) = receive(sqs, queue, MessageSystemAttributeNames=["AWSTraceHeader"])
    assert message["Attributes"] == {"AWSTraceHeader": TRACE}


@pytest.mark.only("boto3", "js")
def test_other_system_attributes_are_refused(sqs, refused, queue):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, re.compile("SenderId"), "SendMessage",
        QueueUrl=queue, MessageBody="b",
        MessageSystemAttributes={"SenderId": rules.string("me")},
    )


@pytest.mark.parametrize("delay", [-1, 901, 2147483647])
def test_delay_out_of_range_is_refused(sqs, refused, queue, delay):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE,
        re.compile(rf"Value {delay} for parameter DelaySeconds is invalid\. Reason: .*900"),
        "SendMessage", QueueUrl=queue, MessageBody="b", DelaySeconds=delay,
    )


@pytest.mark.parametrize("delay", [1, 900])
def test_delayed_message_is_not_there_yet(sqs, queue, delay):
    sqs.call("SendMessage", QueueUrl=queue, MessageBody="later", DelaySeconds=delay)
    sqs.call("SendMessage", QueueUrl=queue, MessageBody="now", DelaySeconds=0)
    assert [message["Body"] for message in receive(sqs, queue)] == ["now"]


def test_deduplication_belongs_to_fifo(sqs, refused, queue):
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, re.compile("MessageDeduplicationId"), "SendMessage",
        QueueUrl=queue, MessageBody="b", MessageDeduplicationId="once",
    )


def test_group_on_a_standard_queue_is_carried(sqs, queue):
    sqs.call("SendMessage", QueueUrl=queue, MessageBody="b", MessageGroupId="tenant-7")
    (message,) = receive(sqs, queue, MessageSystemAttributeNames=["MessageGroupId"])
    assert message["Attributes"] == {"MessageGroupId": "tenant-7"}


# Shows: text.group-id
@pytest.mark.parametrize("group", ["", "g" * 129, "group 123"], ids=rules.label)
def test_bad_group_is_refused(sqs, refused, queue, group):
    text = (
        f"Value {group} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only "
        "include alphanumeric and punctuation characters. 1 to 128 in length."
    )
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, text, "SendMessage",
        QueueUrl=queue, MessageBody="b", MessageGroupId=group,
    )
