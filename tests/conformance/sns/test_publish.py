"""Publish and PublishBatch: what is taken and refused, and what queues receive."""
import hashlib
import json
import re
import time

import pytest

from sns.topic_calls import ACCOUNT, notifications, queue_arn, receive, subscribe, topic_arn
from support.errors import Sns as errors

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
NUMBER = {"attr1": {"DataType": "Number", "StringValue": "99.12"}}


def text(name, value="value", kind="String"):
    return {name: {"DataType": kind, "StringValue": value}}


def test_notification_wraps_the_message(sns, boto3_sqs, topic, queue, server):
    arn = subscribe(sns, topic, queue)
    message = 'ö§a1"_!?,. £$-\\\n\t/'
    sent = sns.call("Publish", TopicArn=topic, Message=message, Subject="About it", MessageAttributes=NUMBER)
    assert UUID.fullmatch(sent["MessageId"]) and "SequenceNumber" not in sent
    got, = receive(boto3_sqs, queue)
    body = json.loads(got["Body"])
    names = list(body)
    for signed in ("SignatureVersion", "Signature", "SigningCertURL"):
        if signed in names:
            names.remove(signed)
    assert names == ["Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "UnsubscribeURL",
                     "MessageAttributes"]
    assert body["Type"] == "Notification"
    assert body["MessageId"] == sent["MessageId"] != got["MessageId"]
    assert body["TopicArn"] == topic
    assert body["Subject"] == "About it"
    assert body["Message"] == message
    assert body["UnsubscribeURL"] == f"{server.url}/?Action=Unsubscribe&SubscriptionArn={arn}"
    assert body["MessageAttributes"] == {"attr1": {"Type": "Number", "Value": "99.12"}}
    assert "MessageAttributes" not in got
    assert got["MD5OfBody"] == hashlib.md5(got["Body"].encode()).hexdigest()
    stamp = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{3}Z", body["Timestamp"])
    assert abs(time.mktime(time.strptime(stamp[1], "%Y-%m-%dT%H:%M:%S")) - time.timezone - time.time()) < 60


def test_raw_delivery_is_the_message_itself(sns, boto3_sqs, topic, queue):
    subscribe(sns, topic, queue, RawMessageDelivery="true")
    given = {**NUMBER, "store": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"}}
    sns.call("Publish", TopicArn=topic, Message="Test msg", Subject="not shown", MessageAttributes=given)
    got, = receive(boto3_sqs, queue)
    assert got["Body"] == "Test msg"
    assert got["MD5OfBody"] == hashlib.md5(b"Test msg").hexdigest()
    assert got["MessageAttributes"] == given
    assert got["MD5OfMessageAttributes"]


@pytest.mark.only("js", "boto3")
def test_sdks_check_digests_of_what_was_published(sns, js, topic, make_queue):
    """The JavaScript SDK for queues fails a receive whose MD5s are wrong."""
    queues = [make_queue(), make_queue()]
    subscribe(sns, topic, queues[0])
    subscribe(sns, topic, queues[1], RawMessageDelivery="true")
    sns.call("Publish", TopicArn=topic, Message="m" * 70_000, MessageAttributes=NUMBER)
    for queue in queues:
        assert len(js.call("ReceiveMessage", QueueUrl=queue, WaitTimeSeconds=2)["Messages"]) == 1


def test_binary_attributes_are_base64_in_a_notification(sns, boto3_sqs, topic, queue):
    subscribe(sns, topic, queue)
    sns.call("Publish", TopicArn=topic, Message="m",
             MessageAttributes={"store": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"}})
    assert notifications(boto3_sqs, queue)[0]["MessageAttributes"] == {"store": {"Type": "Binary", "Value": "AgME"}}


def test_every_queue_gets_it(sns, boto3_sqs, topic, make_queue):
    queues = [make_queue() for _ in range(10)]
    for queue in queues:
        subscribe(sns, topic, queue)
    sns.call("Publish", TopicArn=topic, Message="to all")
    arns = set()
    for queue in queues:
        body, = notifications(boto3_sqs, queue)
        assert body["Message"] == "to all"
        arns.add(body["UnsubscribeURL"])
    assert len(arns) == 10


def test_earlier_messages_are_not_for_later_subscribers(sns, boto3_sqs, topic, queue):
    sns.call("Publish", TopicArn=topic, Message="before")
    subscribe(sns, topic, queue)
    sns.call("Publish", TopicArn=topic, Message="after")
    assert [body["Message"] for body in notifications(boto3_sqs, queue, count=2, wait=1)] == ["after"]


def test_topic_may_be_the_target(sns, boto3_sqs, topic, queue):
    subscribe(sns, topic, queue)
    sns.call("Publish", TargetArn=topic, Message="to the target")
    assert notifications(boto3_sqs, queue)[0]["Message"] == "to the target"


def test_filter_policies_choose(sns, boto3_sqs, topic, make_queue):
    by_attribute, by_body, everything = make_queue(), make_queue(), make_queue()
    subscribe(sns, topic, by_attribute, FilterPolicy=json.dumps({"attr1": [{"numeric": [">", 0, "<=", 100]}]}))
    subscribe(sns, topic, by_body, FilterPolicyScope="MessageBody", FilterPolicy=json.dumps({"a": {"b": ["c"]}}))
    subscribe(sns, topic, everything)
    nested = json.dumps({"a": {"b": "c"}})
    sns.call("Publish", TopicArn=topic, Message="number", MessageAttributes=NUMBER)
    sns.call("Publish", TopicArn=topic, Message="plain")
    sns.call("Publish", TopicArn=topic, Message=nested)
    assert [b["Message"] for b in notifications(boto3_sqs, by_attribute, 2, wait=1)] == ["number"]
    assert [b["Message"] for b in notifications(boto3_sqs, by_body, 2, wait=1)] == [nested]
    assert sorted(b["Message"] for b in notifications(boto3_sqs, everything, 3)) == sorted(["number", "plain", nested])


def test_dead_letters_of_a_subscription(sns, boto3_sqs, topic, make_queue):
    gone, dead_letters, raw_dead_letters, also_gone = (make_queue() for _ in range(4))
    subscribe(sns, topic, gone, RedrivePolicy=json.dumps({"deadLetterTargetArn": queue_arn(dead_letters)}))
    subscribe(sns, topic, also_gone, RawMessageDelivery="true",
              RedrivePolicy=json.dumps({"deadLetterTargetArn": queue_arn(raw_dead_letters)}))
    for url in (gone, also_gone):
        boto3_sqs.call("DeleteQueue", QueueUrl=url)
    sns.call("Publish", TopicArn=topic, Message="undeliverable", MessageAttributes=NUMBER)
    assert notifications(boto3_sqs, dead_letters)[0]["Message"] == "undeliverable"
    raw, = receive(boto3_sqs, raw_dead_letters)
    assert raw["Body"] == "undeliverable" and raw["MessageAttributes"] == NUMBER


def test_structure_gives_queues_a_message_of_their_own(sns, boto3_sqs, topic, queue):
    subscribe(sns, topic, queue)
    for structure, told in (
            ({"default": "all", "sqs": json.dumps({"field": "value"})}, '{"field": "value"}'),
            ({"default": "all", "sqs": {"field": "value"}}, "all"), ({"default": "all", "sms": "x"}, "all")):
        sns.call("Publish", TopicArn=topic, Message=json.dumps(structure), MessageStructure="json")
        assert notifications(boto3_sqs, queue)[0]["Message"] == told


@pytest.mark.parametrize("message, why", [
    ('{"sqs": "Test message"}', "No default entry in JSON message body"),
    ('{"default": {"object": "test"}}', "No default entry in JSON message body"),
    ('{"default": "This is a default message"} }', "JSON message body failed to parse"),
])
def test_bad_structures_are_refused(sns, topic, refused, message, why):
    refused(sns, errors.INVALID_PARAMETER, f"Invalid parameter: Message Structure - {why}", "Publish",
            TopicArn=topic, Message=message, MessageStructure="json")


def test_duplicate_keys_are_taken(sns, topic):
    sns.call("Publish", TopicArn=topic, Message='{"default": "a", "default": "b"}', MessageStructure="json")


def test_group_goes_along_to_standard_queues(sns, boto3_sqs, topic, queue):
    subscribe(sns, topic, queue)
    sns.call("Publish", TopicArn=topic, Message="m", MessageGroupId="my-group-id-1")
    assert receive(boto3_sqs, queue)[0]["Attributes"]["MessageGroupId"] == "my-group-id-1"


def test_standard_topics_have_no_deduplication(sns, topic, refused):
    refused(sns, errors.INVALID_PARAMETER,
            "Invalid parameter: MessageDeduplicationId Reason: The request includes "
            "MessageDeduplicationId parameter that is not valid for this topic type",
            "Publish", TopicArn=topic, Message="test", MessageDeduplicationId="a")


def test_empty_message_and_bad_subjects(unchecked, topic, refused):
    refused(unchecked, errors.INVALID_PARAMETER, "Invalid parameter: Empty message", "Publish",
            TopicArn=topic, Message="")
    for subject in ("", "a" * 101, "two\nlines", " begins with a space", "\u00f6"):
        refused(unchecked, errors.INVALID_PARAMETER, "Invalid parameter: Subject", "Publish",
                TopicArn=topic, Message="m", Subject=subject)


@pytest.mark.only("boto3", "js")
def test_longest_message(sns, topic, refused):
    sns.call("Publish", TopicArn=topic, Message="a" * 262_144)
    too_long = "Invalid parameter: Message too long"
    refused(sns, errors.INVALID_PARAMETER, too_long, "Publish", TopicArn=topic, Message="a" * 262_145)
    counted = len("attr1") + len("Number") + len("99.12")
    sns.call("Publish", TopicArn=topic, Message="a" * (262_144 - counted), MessageAttributes=NUMBER)
    refused(sns, errors.INVALID_PARAMETER, too_long, "Publish", TopicArn=topic,
            Message="a" * (262_145 - counted), MessageAttributes=NUMBER)


@pytest.mark.only("boto3", "js")
def test_maximum_of_a_topic(sns, boto3_sqs, make_topic, queue, refused):
    small, large = make_topic(MaximumMessageSize="1024"), make_topic(MaximumMessageSize="1048576")
    refused(sns, errors.INVALID_PARAMETER, "Invalid parameter: Message too long", "Publish", TopicArn=small,
            Message="a" * 1025)
    subscribe(sns, large, queue, RawMessageDelivery="true")
    sns.call("Publish", TopicArn=large, Message="a" * 1_048_576)
    assert len(receive(boto3_sqs, queue)[0]["Body"]) == 1_048_576


@pytest.mark.only("boto3", "js")
def test_notification_longer_than_a_message_is_not_delivered(sns, boto3_sqs, make_topic, queue):
    """The message fits, what is wrapped around it does not."""
    large = make_topic(MaximumMessageSize="1048576")
    subscribe(sns, large, queue)
    sns.call("Publish", TopicArn=large, Message="a" * 1_048_576)
    sns.call("Publish", TopicArn=large, Message="next")
    assert [body["Message"] for body in notifications(boto3_sqs, queue, count=2, wait=1)] == ["next"]


def test_who_is_to_get_it(unchecked, refused):
    refused(unchecked, errors.INVALID_PARAMETER,
            "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter", "Publish", Message="m")
    refused(unchecked, errors.INVALID_PARAMETER,
            "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified", "Publish",
            Message="m", TargetArn=f"arn:aws:sns:us-east-1:{ACCOUNT}:endpoint/APNS/abcdef/0f7d5971")
    for number in ("+1a234", "NAA+15551234567"):
        refused(unchecked, errors.INVALID_PARAMETER,
                f"Invalid parameter: PhoneNumber Reason: {number} is not valid to publish to", "Publish",
                Message="m", PhoneNumber=number)
    refused(unchecked, errors.INVALID_PARAMETER, re.compile("text messages are not sent"), "Publish",
            Message="m", PhoneNumber="+15551234567")


def wrong_attributes():
    kinds = "the set of supported type prefixes is Binary, Number, and String."
    empty = "The message attribute 'attr1' must contain non-empty message attribute value for message attribute type "
    yield "empty", text("attr1", ""), f"{empty}'String'."
    yield "absent", {"attr1": {"DataType": "String"}}, f"{empty}'String'."
    yield "empty-binary", {"attr1": {"DataType": "Binary", "BinaryValue": b""}}, f"{empty}'Binary'."
    yield ("string-in-bytes", {"attr1": {"DataType": "String", "BinaryValue": b"123"}},
           "The message attribute 'attr1' with type 'String' must use field 'String'.")
    yield ("bytes-in-string", {"attr1": {"DataType": "Binary", "StringValue": "123"}},
           "The message attribute 'attr1' with type 'Binary' must use field 'Binary'.")
    for kind in ("InvalidType", "String.", "Stringprefixed"):
        yield kind, text("attr1", kind=kind), f"The message attribute 'attr1' has an invalid message attribute type, {kinds}"
    yield "long-name", text("a" * 257), "Length of message attribute name must be less than 256 bytes."
    yield ("odd-name", text("a^*?"), "Invalid non-alphanumeric character '#x5E' was found in the message attribute "
           "name. Can only include alphanumeric characters, hyphens, underscores, or dots.")
    yield "dot-first", text(".abc"), "Invalid message attribute name starting with character '.' was found."
    yield "dot-last", text("abc."), "Invalid message attribute name ending with character '.' was found."
    yield "dots", text("a..bc"), "Message attribute name can not have successive '.' character."


@pytest.mark.parametrize("given, why", [pytest.param(g, w, id=i) for i, g, w in wrong_attributes()])
def test_bad_attributes_are_refused(unchecked, topic, refused, given, why):
    refused(unchecked, errors.INVALID_PARAMETER_VALUE, why, "Publish", TopicArn=topic, Message="m",
            MessageAttributes=given)
    refused(unchecked, errors.INVALID_PARAMETER_VALUE, why, "PublishBatch", TopicArn=topic,
            PublishBatchRequestEntries=[{"Id": "1", "Message": "m", "MessageAttributes": given},
                                        {"Id": "3", "Message": "valid"}])


def test_attribute_without_a_type(unchecked, topic, refused):
    given = {"attr1": {"StringValue": "value"}}
    null = "failed to satisfy constraint: Member must not be null"
    refused(unchecked, errors.VALIDATION,
            f"1 validation error detected: Value null at 'messageAttributes.attr1.member.dataType' {null}",
            "Publish", TopicArn=topic, Message="m", MessageAttributes=given)
    refused(unchecked, errors.VALIDATION,
            "1 validation error detected: Value null at 'publishBatchRequestEntries.1.member.messageAttributes."
            f"attr1.member.dataType' {null}",
            "PublishBatch", TopicArn=topic,
            PublishBatchRequestEntries=[{"Id": "1", "Message": "m", "MessageAttributes": given}])


def test_custom_types_are_taken(sns, topic):
    for kind in ("String.prefixed", "String.  prefixed.", "Number.int", "String.Array"):
        sns.call("Publish", TopicArn=topic, Message="m", MessageAttributes=text("attr1", "1", kind))


def test_batch(sns, boto3_sqs, topic, queue):
    subscribe(sns, topic, queue, RawMessageDelivery="true")
    entries = [
        {"Id": "1", "Message": "with an attribute", "Subject": "Subject", "MessageAttributes": NUMBER},
        {"Id": "2", "Message": "without"},
        {"Id": "valid-message_123", "Message": json.dumps({"default": "d", "sqs": "picked"}), "MessageStructure": "json"},
    ]
    done = sns.call("PublishBatch", TopicArn=topic, PublishBatchRequestEntries=entries)
    assert done.get("Failed", []) == []
    assert [each["Id"] for each in done["Successful"]] == ["1", "2", "valid-message_123"]
    assert len({each["MessageId"] for each in done["Successful"]}) == 3
    got = {message["Body"]: message.get("MessageAttributes") for message in receive(boto3_sqs, queue, 3)}
    assert got == {"with an attribute": NUMBER, "without": None, "picked": None}


def test_bad_batches_are_refused(sns, topic, refused):
    def refuse(kind, why, entries):
        refused(sns, kind, why, "PublishBatch", TopicArn=topic, PublishBatchRequestEntries=entries)

    refuse(errors.TOO_MANY_ENTRIES, "The batch request contains more entries than permissible.",
           [{"Id": f"Id_{i}", "Message": "Too many messages"} for i in range(11)])
    refuse(errors.IDS_NOT_DISTINCT, "Two or more batch entries in the request have the same Id.",
           [{"Id": "1", "Message": "Messages with the same ID"}] * 2)
    about = "The Id of a batch entry in the batch request"
    for entry_id in ("message.id", "msg@123#test"):
        refuse(errors.INVALID_BATCH_ENTRY_ID, f"{about} contains an impermissible character: {entry_id}",
               [{"Id": entry_id, "Message": "m"}])
    refuse(errors.INVALID_BATCH_ENTRY_ID, f"{about} is too long: {'a' * 81}", [{"Id": "a" * 81, "Message": "m"}])
    refuse(errors.INVALID_PARAMETER, "Invalid parameter: Message Structure - No default entry in JSON message body",
           [{"Id": "1", "Message": json.dumps({"sqs": "test sqs"}), "MessageStructure": "json"}])


def test_longest_batch(boto3_sns, topic, refused):
    half = 131_072
    too_long = "The length of all the messages put together is more than the limit."
    entries = [{"Id": "1", "Message": "a" * half}, {"Id": "2", "Message": "b" * (half + 1)}]
    refused(boto3_sns, errors.BATCH_TOO_LONG, too_long, "PublishBatch", TopicArn=topic,
            PublishBatchRequestEntries=entries)
    entries[1]["Message"] = "b" * half
    done = boto3_sns.call("PublishBatch", TopicArn=topic, PublishBatchRequestEntries=entries)
    assert len(done["Successful"]) == 2
    entries[1]["MessageAttributes"] = NUMBER
    refused(boto3_sns, errors.BATCH_TOO_LONG, too_long, "PublishBatch", TopicArn=topic,
            PublishBatchRequestEntries=entries)


@pytest.mark.parametrize("raw", ["true", "false"])
def test_trace_goes_along(boto3_sns, boto3_sqs, topic, queue, raw):
    trace = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
    events = boto3_sns.sdk.meta.events
    subscribe(boto3_sns, topic, queue, RawMessageDelivery=raw)

    def add(request, **_):
        request.headers["X-Amzn-Trace-Id"] = trace

    events.register("before-send.sns.Publish", add)
    try:
        boto3_sns.call("Publish", TopicArn=topic, Message="traced", MessageAttributes=NUMBER)
    finally:
        events.unregister("before-send.sns.Publish", add)
    got, = receive(boto3_sqs, queue)
    assert got["Attributes"]["AWSTraceHeader"] == trace
    assert "traced" in got["Body"]


def test_form_without_a_client(boto3_sqs, boto3_sns, server, topic, queue):
    """By GET, as from a shell."""
    subscribe(boto3_sns, topic, queue)
    status, headers, body = server.request(
        "POST", f"/?Action=Publish&Version=2010-03-31&TopicArn={topic}&Message=by+hand")
    assert status == 200 and headers["Content-Type"] == "text/xml"
    assert body.startswith(b'<?xml version="1.0"?><PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">')
    assert notifications(boto3_sqs, queue)[0]["Message"] == "by hand"
    status, _, body = server.request("GET", f"/?Action=Publish&TopicArn={topic_arn('none')}&Message=a")
    assert status == 404
    assert b"<Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message>" in body
