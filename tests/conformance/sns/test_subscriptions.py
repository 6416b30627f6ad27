"""Subscribe, ConfirmSubscription, Unsubscribe, the lists of subscriptions and their attributes."""
import json
import re
import uuid

import pytest

from sns.topic_calls import ACCOUNT, queue_arn, subscribe, subscription, topic_arn
from support.errors import Sns as errors

NOT_FOUND = "Subscription does not exist"
DIFFERENT = "Invalid parameter: Attributes Reason: Subscription already exists with different attributes"


def test_subscription_of_a_queue_is_confirmed(sns, topic, queue):
    answer = sns.call("Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=queue_arn(queue))
    arn = answer["SubscriptionArn"]
    assert arn.startswith(topic + ":")
    assert str(uuid.UUID(arn.rsplit(":", 1)[1])) == arn.rsplit(":", 1)[1]
    assert subscription(sns, arn) == {
        "SubscriptionArn": arn, "TopicArn": topic, "Protocol": "sqs", "Endpoint": queue_arn(queue),
        "Owner": ACCOUNT, "RawMessageDelivery": "false", "PendingConfirmation": "false",
        "ConfirmationWasAuthenticated": "true",
        "SubscriptionPrincipal": f"arn:aws:iam::{ACCOUNT}:user/anonymous",
    }
    confirmed = sns.call("GetTopicAttributes", TopicArn=topic)["Attributes"]["SubscriptionsConfirmed"]
    assert confirmed == "1"


def test_queue_need_not_exist(sns, topic):
    arn = sns.call("Subscribe", TopicArn=topic, Protocol="sqs",
                   Endpoint=f"arn:aws:sqs:us-east-1:{ACCOUNT}:unknown")["SubscriptionArn"]
    assert arn.startswith(topic)


def test_endpoint_is_the_arn_of_a_queue_here(sns, topic, queue, refused):
    for endpoint in (queue, "unknown", topic):
        refused(sns, errors.INVALID_PARAMETER, "Invalid parameter: SQS endpoint ARN", "Subscribe",
                TopicArn=topic, Protocol="sqs", Endpoint=endpoint)
    refused(sns, errors.INVALID_PARAMETER, re.compile("us-east-1"), "Subscribe", TopicArn=topic,
            Protocol="sqs", Endpoint=f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q")


def test_standard_topic_takes_no_fifo_queue(sns, topic, fifo, refused):
    refused(sns, errors.INVALID_PARAMETER,
            "Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be "
            "subscribed to standard SNS topics",
            "Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=queue_arn(fifo))


def test_other_protocols_are_refused(sns, topic, refused):
    refused(sns, errors.INVALID_PARAMETER,
            "Invalid parameter: Amazon SNS does not support this protocol string: test-protocol",
            "Subscribe", TopicArn=topic, Protocol="test-protocol", Endpoint="a@example.com")
    for protocol in ("http", "https", "email", "email-json", "sms", "lambda", "firehose", "application"):
        refused(sns, errors.INVALID_PARAMETER, re.compile("this version does not serve it"), "Subscribe",
                TopicArn=topic, Protocol=protocol, Endpoint="+12/34-567.890" if protocol == "sms" else "https://example.com/")


@pytest.mark.parametrize("number", ["+15--551234567", "NAA+15551234567", "+15551234567.", "/+15551234567"])
def test_bad_phone_numbers_are_told_first(sns, topic, refused, number):
    refused(sns, errors.INVALID_PARAMETER, f"Invalid SMS endpoint: {number}", "Subscribe", TopicArn=topic,
            Protocol="sms", Endpoint=number)


def test_wrong_attributes_are_told_before_the_protocol_is_refused(sns, topic, refused):
    for attributes, text in (
        ({"FilterPolicy": '{"key": [{"suffixes": "x"}]}'}, re.compile("FilterPolicy: Unrecognized match type")),
        ({"RawMessageDelivery": "maybe"}, re.compile("RawMessageDelivery: Invalid value .maybe.")),
        ({"FilterPolicy": '{"key": ["x"]}'}, re.compile("this version does not serve it")),
    ):
        refused(sns, errors.INVALID_PARAMETER, text, "Subscribe", TopicArn=topic, Protocol="sms",
                Endpoint="+15551234567", Attributes=attributes)


def test_attributes_given_at_once(sns, topic, queue, refused):
    wrong = {"RawMessageDelivery": "wrongvalue", "FilterPolicyScope": "MessageBody", "FilterPolicy": ""}
    refused(sns, errors.INVALID_PARAMETER,
            "Invalid parameter: Attributes Reason: RawMessageDelivery: Invalid value [wrongvalue]. "
            "Must be true or false.",
            "Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=queue_arn(queue), Attributes=wrong)
    arn = subscribe(sns, topic, queue, RawMessageDelivery="TrUe", FilterPolicyScope="MessageBody", FilterPolicy="")
    shown = subscription(sns, arn)
    assert shown["RawMessageDelivery"] == "true"
    assert "FilterPolicyScope" not in shown and "FilterPolicy" not in shown


def test_same_subscription_is_found_again(sns, topic, queue, refused):
    arn = subscribe(sns, topic, queue, RawMessageDelivery="True")
    for same in ({}, {"RawMessageDelivery": "true"}, {"FilterPolicyScope": "MessageAttributes"},
                 {"RawMessageDelivery": "true", "FilterPolicyScope": "MessageAttributes"}):
        assert subscribe(sns, topic, queue, **same) == arn
    refused(sns, errors.INVALID_PARAMETER, DIFFERENT, "Subscribe", TopicArn=topic, Protocol="sqs",
            Endpoint=queue_arn(queue),
            Attributes={"RawMessageDelivery": "false", "FilterPolicyScope": "MessageBody"})


def test_attributes_set_one_by_one(sns, topic, queue, make_queue, refused):
    arn = subscribe(sns, topic, queue)

    def set_to(name, value):
        sns.call("SetSubscriptionAttributes", SubscriptionArn=arn, AttributeName=name, AttributeValue=value)
        return subscription(sns, arn)

    assert set_to("RawMessageDelivery", "true")["RawMessageDelivery"] == "true"
    dead_letters = json.dumps({"deadLetterTargetArn": queue_arn(make_queue())})
    assert json.loads(set_to("RedrivePolicy", dead_letters)["RedrivePolicy"]) == json.loads(dead_letters)
    assert "RedrivePolicy" not in set_to("RedrivePolicy", "")
    assert "FilterPolicyScope" not in set_to("FilterPolicyScope", "MessageBody")
    policy = json.dumps({"attr": ["match-this"]})
    shown = set_to("FilterPolicy", policy)
    assert json.loads(shown["FilterPolicy"]) == json.loads(policy)
    assert shown["FilterPolicyScope"] == "MessageBody"
    assert "FilterPolicy" not in set_to("FilterPolicy", "")


@pytest.mark.parametrize("name, value, why", [
    ("FakeAttribute", "test-value", "AttributeName"),
    ("RawMessageDelivery", "test-ValUe", "RawMessageDelivery: Invalid value [test-ValUe]. Must be true or false."),
    ("FilterPolicyScope", "RandomValue",
     "FilterPolicyScope: Invalid value [RandomValue]. Please use either MessageBody or MessageAttributes"),
    ("RedrivePolicy", '{"deadLetterTargetArn": "fake-arn"}', "RedrivePolicy: deadLetterTargetArn is an invalid arn"),
    ("RedrivePolicy", "{invalidjson}", "RedrivePolicy: failed to parse JSON."),
])
def test_bad_attributes_are_refused(sns, topic, queue, refused, name, value, why):
    arn = subscribe(sns, topic, queue)
    refused(sns, errors.INVALID_PARAMETER, f"Invalid parameter: {why}", "SetSubscriptionAttributes",
            SubscriptionArn=arn, AttributeName=name, AttributeValue=value)


def test_bad_filter_policy_is_refused_with_the_reason(sns, topic, queue, refused):
    arn = subscribe(sns, topic, queue)
    refused(sns, errors.INVALID_PARAMETER, re.compile(r"^Invalid parameter: FilterPolicy: failed to parse JSON\."),
            "SetSubscriptionAttributes", SubscriptionArn=arn, AttributeName="FilterPolicy",
            AttributeValue="{invalidjson}")
    refused(sns, errors.INVALID_PARAMETER,
            "Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy",
            "SetSubscriptionAttributes", SubscriptionArn=arn, AttributeName="FilterPolicy",
            AttributeValue=json.dumps({"object": {"key": [{"prefix": "auto-"}]}}))
    refused(sns, errors.INVALID_PARAMETER,
            re.compile("^Invalid parameter: Attributes Reason: FilterPolicy: Unrecognized match type wrong-operator"),
            "Subscribe", TopicArn=topic, Protocol="sqs", Endpoint=queue_arn(queue),
            Attributes={"FilterPolicy": json.dumps({"key": [{"wrong-operator": True}]})})


def test_unsubscribed_twice(sns, topic, queue, refused):
    arn = subscribe(sns, topic, queue)
    assert sns.call("Unsubscribe", SubscriptionArn=arn) == {}
    assert sns.call("Unsubscribe", SubscriptionArn=arn) == {}
    assert sns.call("ListSubscriptionsByTopic", TopicArn=topic).get("Subscriptions", []) == []
    refused(sns, errors.NOT_FOUND, NOT_FOUND, "GetSubscriptionAttributes", SubscriptionArn=arn)
    refused(sns, errors.NOT_FOUND, NOT_FOUND, "SetSubscriptionAttributes", SubscriptionArn=arn,
            AttributeName="RawMessageDelivery", AttributeValue="true")
    shown = sns.call("GetTopicAttributes", TopicArn=topic)["Attributes"]
    assert (shown["SubscriptionsConfirmed"], shown["SubscriptionsDeleted"]) == ("0", "1")


def test_unsubscribe_url_needs_no_client(boto3_sns, topic, queue, server):
    arn = subscribe(boto3_sns, topic, queue)
    status, headers, body = server.request("GET", f"/?Action=Unsubscribe&SubscriptionArn={arn}")
    assert status == 200 and headers["Content-Type"] == "text/xml"
    assert b"<UnsubscribeResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\">" in body
    assert boto3_sns.call("ListSubscriptionsByTopic", TopicArn=topic)["Subscriptions"] == []


@pytest.mark.parametrize("arn, why", [
    ("randomstring", "SubscriptionArn Reason: An ARN must have at least 6 elements, not 1"),
    ("arn:aws:sns:us-east-1:random", "SubscriptionArn Reason: An ARN must have at least 6 elements, not 5"),
    ("arn:aws:sns:us-east-1:111111111111:random", "SubscriptionId"),
])
def test_bad_subscription_arns(sns, refused, arn, why):
    for operation, more in (("Unsubscribe", {}), ("GetSubscriptionAttributes", {}),
                            ("SetSubscriptionAttributes", {"AttributeName": "RawMessageDelivery"})):
        refused(sns, errors.INVALID_PARAMETER, f"Invalid parameter: {why}", operation, SubscriptionArn=arn, **more)


def test_subscription_arn_is_required(unchecked, refused):
    refused(unchecked, errors.INVALID_PARAMETER,
            "Invalid parameter: SubscriptionArn Reason: no value for required parameter", "Unsubscribe")


def test_subscription_of_no_topic(sns, refused):
    arn = f"{topic_arn('nonexistent')}:{uuid.uuid4()}"
    refused(sns, errors.NOT_FOUND, NOT_FOUND, "GetSubscriptionAttributes", SubscriptionArn=arn)
    assert sns.call("Unsubscribe", SubscriptionArn=arn) == {}


def test_topics_take_their_subscriptions_with_them(sns, new_name, queue, refused):
    name = new_name()
    topic = sns.call("CreateTopic", Name=name)["TopicArn"]
    arn = subscribe(sns, topic, queue)
    sns.call("DeleteTopic", TopicArn=topic)
    refused(sns, errors.NOT_FOUND, NOT_FOUND, "GetSubscriptionAttributes", SubscriptionArn=arn)
    sns.call("CreateTopic", Name=name)
    assert sns.call("ListSubscriptionsByTopic", TopicArn=topic).get("Subscriptions", []) == []
    sns.call("DeleteTopic", TopicArn=topic)


def test_confirmation_needs_a_token_that_was_given_out(sns, topic, refused):
    token = "51b2ff3edb475b7d91550e0ab6edf0c1"
    refused(sns, errors.INVALID_PARAMETER, "Invalid parameter: Token", "ConfirmSubscription",
            TopicArn=topic, Token=token)
    refused(sns, errors.INVALID_PARAMETER, "Invalid parameter: Token", "ConfirmSubscription",
            TopicArn=topic_arn("no-such-topic"), Token=token)
    refused(sns, errors.INVALID_PARAMETER, "Invalid token", "ConfirmSubscription", TopicArn=topic,
            Token="randomtoken")
    refused(sns, errors.INVALID_PARAMETER, "Invalid parameter: Topic", "ConfirmSubscription",
            TopicArn="no-arn", Token=token)


def test_lists_name_what_there_is(sns, make_topic, make_queue):
    topics = [make_topic(), make_topic()]
    queues = [make_queue(), make_queue()]
    made = {subscribe(sns, topic, queue): (topic, queue_arn(queue)) for topic in topics for queue in queues}
    for topic in topics:
        listed = sns.call("ListSubscriptionsByTopic", TopicArn=topic)["Subscriptions"]
        assert {each["SubscriptionArn"] for each in listed} == {a for a, (t, _) in made.items() if t == topic}
        assert all(each["Owner"] == ACCOUNT and each["Protocol"] == "sqs" for each in listed)
    everything = sns.call("ListSubscriptions")["Subscriptions"]
    found = {each["SubscriptionArn"]: (each["TopicArn"], each["Endpoint"]) for each in everything}
    assert {arn: found.get(arn) for arn in made} == made


@pytest.mark.only("boto3", "js")
@pytest.mark.parametrize("operation", ["ListSubscriptionsByTopic", "ListSubscriptions"])
def test_lists_come_in_pages_of_a_hundred(sns, boto3_sns, topic, operation):
    made = {
        boto3_sns.call("Subscribe", TopicArn=topic, Protocol="sqs",
                       Endpoint=f"arn:aws:sqs:us-east-1:{ACCOUNT}:q{i}")["SubscriptionArn"]
        for i in range(101)
    }
    of_topic = {"TopicArn": topic} if operation == "ListSubscriptionsByTopic" else {}
    first = sns.call(operation, **of_topic)
    assert len(first["Subscriptions"]) == 100
    seen, token = first["Subscriptions"], first["NextToken"]
    while token:
        page = sns.call(operation, NextToken=token, **of_topic)
        seen, token = seen + page["Subscriptions"], page.get("NextToken")
    arns = [each["SubscriptionArn"] for each in seen]
    assert len(arns) == len(set(arns)) and made <= set(arns)
