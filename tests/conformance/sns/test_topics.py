"""CreateTopic, DeleteTopic, ListTopics, GetTopicAttributes and SetTopicAttributes."""
import json
import re
import urllib.parse

import pytest

from sns.topic_calls import ACCOUNT, attributes, topic_arn
from support.errors import Sns as errors

NOT_FOUND = "Topic does not exist"
WITH_A_TOPIC = [
    ("GetTopicAttributes", {}),
    ("SetTopicAttributes", {"AttributeName": "DisplayName", "AttributeValue": "a"}),
    ("ListSubscriptionsByTopic", {}),
    ("Publish", {"Message": "m"}),
    ("PublishBatch", {"PublishBatchRequestEntries": [{"Id": "1", "Message": "m"}]}),
    ("Subscribe", {"Protocol": "sqs", "Endpoint": f"arn:aws:sqs:us-east-1:{ACCOUNT}:q"}),
    ("Subscribe", {"Protocol": "sms", "Endpoint": "+15551234567"}),
    ("AddPermission", {"Label": "a", "AWSAccountId": [ACCOUNT], "ActionName": ["Publish"]}),
    ("RemovePermission", {"Label": "a"}),
]
BY_ARN = pytest.mark.parametrize("operation, more", WITH_A_TOPIC, ids=lambda v: v if isinstance(v, str) else "")
USUAL_DELIVERY_POLICY = {
    "http": {
        "defaultHealthyRetryPolicy": {
            "minDelayTarget": 20, "maxDelayTarget": 20, "numRetries": 3, "numMaxDelayRetries": 0,
            "numNoDelayRetries": 0, "numMinDelayRetries": 0, "backoffFunction": "linear",
        },
        "disableSubscriptionOverrides": False,
        "defaultRequestPolicy": {"headerContentType": "text/plain; charset=UTF-8"},
    }
}


def usual_policy(topic):
    return {
        "Version": "2008-10-17", "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID", "Effect": "Allow", "Principal": {"AWS": "*"},
            "Action": [f"SNS:{name}" for name in (
                "GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission",
                "DeleteTopic", "Subscribe", "ListSubscriptionsByTopic", "Publish")],
            "Resource": topic, "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
        }],
    }


def test_topic_has_an_arn_and_attributes(sns, new_name):
    name = new_name()
    topic = sns.call("CreateTopic", Name=name)["TopicArn"]
    assert topic == topic_arn(name)
    shown = attributes(sns, topic)
    assert json.loads(shown.pop("EffectiveDeliveryPolicy")) == USUAL_DELIVERY_POLICY
    assert json.loads(shown.pop("Policy")) == usual_policy(topic)
    assert shown == {
        "TopicArn": topic, "Owner": ACCOUNT, "DisplayName": "", "SubscriptionsConfirmed": "0",
        "SubscriptionsDeleted": "0", "SubscriptionsPending": "0",
    }
    assert sns.call("DeleteTopic", TopicArn=topic) == {}


def test_fifo_topic_says_so(sns, new_name):
    name = new_name() + ".fifo"
    given = {"DisplayName": "TestTopic", "SignatureVersion": "2", "FifoTopic": "true"}
    topic = sns.call("CreateTopic", Name=name, Attributes=given)["TopicArn"]
    shown = attributes(sns, topic)
    assert {key: shown[key] for key in given} == given
    assert shown["ContentBasedDeduplication"] == "false"
    sns.call("DeleteTopic", TopicArn=topic)


def test_false_for_fifo_is_as_good_as_nothing(sns, make_topic, refused):
    topic = make_topic(FifoTopic="false")
    assert "FifoTopic" not in attributes(sns, topic)
    refused(sns, errors.INVALID_PARAMETER, "Invalid parameter: AttributeName", "SetTopicAttributes",
            TopicArn=topic, AttributeName="FifoTopic", AttributeValue="false")


def test_same_topic_is_found_again(sns, new_name, refused):
    name = new_name()
    topic = sns.call("CreateTopic", Name=name, Attributes={"DisplayName": "Value1"})["TopicArn"]
    for given in ({}, {"DisplayName": "Value1"}, {"FifoTopic": "false"}):
        assert sns.call("CreateTopic", Name=name, Attributes=given)["TopicArn"] == topic
    differs = "Invalid parameter: Attributes Reason: Topic already exists with different attributes"
    for given in ({"DisplayName": "Value2"}, {"SignatureVersion": "2"},
                  {"SignatureVersion": "2", "DisplayName": "Value1"}):
        refused(sns, errors.INVALID_PARAMETER, differs, "CreateTopic", Name=name, Attributes=given)
    refused(sns, errors.INVALID_PARAMETER, "Invalid parameter: Topic Name", "CreateTopic", Name=name,
            Attributes={"FifoTopic": "true"})
    assert attributes(sns, topic)["DisplayName"] == "Value1"
    sns.call("DeleteTopic", TopicArn=topic)


def test_tags_are_compared_as_well(sns, new_name, refused):
    name = new_name()
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    topic = sns.call("CreateTopic", Name=name, Tags=tags)["TopicArn"]
    for given in (tags, tags[:1], []):
        assert sns.call("CreateTopic", Name=name, Tags=given)["TopicArn"] == topic
    differs = "Invalid parameter: Tags Reason: Topic already exists with different tags"
    for given in ([{"Key": "a", "Value": "2"}], [{"Key": "c", "Value": "1"}]):
        refused(sns, errors.INVALID_PARAMETER, differs, "CreateTopic", Name=name, Tags=given)
    sns.call("DeleteTopic", TopicArn=topic)


@pytest.mark.parametrize("name", ["", "a" * 257, "test.fifo", "bad:name", "bad name", "bad%name"])
def test_bad_names_are_refused(unchecked, refused, name):
    refused(unchecked, errors.INVALID_PARAMETER, "Invalid parameter: Topic Name", "CreateTopic", Name=name)


def test_fifo_topic_needs_its_suffix(sns, refused):
    refused(sns, errors.INVALID_PARAMETER, "Invalid parameter: Topic Name", "CreateTopic", Name="test",
            Attributes={"FifoTopic": "true"})


def test_longest_name(sns):
    topic = sns.call("CreateTopic", Name="a" * 256)["TopicArn"]
    assert topic == topic_arn("a" * 256)
    sns.call("DeleteTopic", TopicArn=topic)


def test_topic_can_be_deleted_twice(sns, topic, refused):
    assert sns.call("DeleteTopic", TopicArn=topic) == {}
    refused(sns, errors.NOT_FOUND, NOT_FOUND, "GetTopicAttributes", TopicArn=topic)
    assert sns.call("DeleteTopic", TopicArn=topic) == {}


@BY_ARN
def test_topic_must_exist(sns, refused, operation, more):
    refused(sns, errors.NOT_FOUND, NOT_FOUND, operation, TopicArn=topic_arn("no-such-topic"), **more)


@BY_ARN
def test_arn_must_be_one(unchecked, refused, operation, more):
    for arn, count in (("randomstring", 1), ("randomstring:1", 2), ("", 1), ("arn:aws:sns:us-east-1:a", 5)):
        refused(unchecked, errors.INVALID_PARAMETER,
                f"Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not {count}",
                operation, TopicArn=arn, **more)


def test_topic_of_another_region_is_no_parameter(sns, refused):
    for operation, more in WITH_A_TOPIC + [("DeleteTopic", {})]:
        refused(sns, errors.INVALID_PARAMETER, "Invalid parameter: TopicArn", operation,
                TopicArn=topic_arn("t", region="eu-west-1"), **more)


def test_arn_is_required(unchecked, refused):
    refused(unchecked, errors.INVALID_PARAMETER,
            "Invalid parameter: TopicArn Reason: no value for required parameter", "DeleteTopic")


def test_attributes_are_set_one_by_one(sns, topic, refused):
    for name, value in (("DisplayName", "Orders & more"), ("SignatureVersion", "2"), ("TracingConfig", "Active"),
                        ("KmsMasterKeyId", "alias/aws/sns"), ("MaximumMessageSize", "2048"),
                        ("SQSSuccessFeedbackSampleRate", "5")):
        sns.call("SetTopicAttributes", TopicArn=topic, AttributeName=name, AttributeValue=value)
        assert attributes(sns, topic)[name] == value
    sns.call("SetTopicAttributes", TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue="")
    assert "KmsMasterKeyId" not in attributes(sns, topic)
    refused(sns, errors.INVALID_PARAMETER, "Invalid parameter: AttributeName", "SetTopicAttributes",
            TopicArn=topic, AttributeName="Color", AttributeValue="blue")
    refused(sns, errors.INVALID_PARAMETER, re.compile("SignatureVersion"), "SetTopicAttributes",
            TopicArn=topic, AttributeName="SignatureVersion", AttributeValue="3")


def test_delivery_policy_is_completed_and_removed(sns, topic):
    def set_to(value):
        sns.call("SetTopicAttributes", TopicArn=topic, AttributeName="DeliveryPolicy", AttributeValue=value)
        shown = attributes(sns, topic)
        own = shown.get("DeliveryPolicy")
        return own and json.loads(own), json.loads(shown["EffectiveDeliveryPolicy"])

    retries = {"minDelayTarget": 5, "maxDelayTarget": 6, "numRetries": 1}
    own, effective = set_to(json.dumps({"http": {"defaultHealthyRetryPolicy": retries}}))
    assert own == {"http": {"defaultHealthyRetryPolicy": retries, "disableSubscriptionOverrides": False}}
    assert effective["http"]["defaultHealthyRetryPolicy"] == {
        **USUAL_DELIVERY_POLICY["http"]["defaultHealthyRetryPolicy"], **retries}
    own, effective = set_to(json.dumps({"http": {"defaultHealthyRetryPolicy": None}}))
    assert own == {"http": {"disableSubscriptionOverrides": False}}
    assert effective == USUAL_DELIVERY_POLICY
    assert set_to("") == (None, USUAL_DELIVERY_POLICY)


def test_policy_of_ones_own(sns, topic, refused):
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    sns.call("SetTopicAttributes", TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    assert attributes(sns, topic)["Policy"] == policy
    refused(sns, errors.INVALID_PARAMETER, re.compile("Policy"), "SetTopicAttributes",
            TopicArn=topic, AttributeName="Policy", AttributeValue="no policy")
    assert attributes(sns, topic)["Policy"] == policy


@pytest.mark.only("boto3", "js")
def test_lists_come_in_pages_of_a_hundred(sns, boto3_sns, new_name):
    names = [f"{new_name()}-{i}" for i in range(120)]
    made = [boto3_sns.call("CreateTopic", Name=name)["TopicArn"] for name in names]
    first = sns.call("ListTopics")
    assert len(first["Topics"]) == 100
    seen, token = first["Topics"], first["NextToken"]
    while token:
        page = sns.call("ListTopics", NextToken=token)
        seen = seen + page["Topics"]
        token = page.get("NextToken")
    arns = [each["TopicArn"] for each in seen]
    assert len(arns) == len(set(arns))
    assert set(made) <= set(arns)
    for topic in made:
        boto3_sns.call("DeleteTopic", TopicArn=topic)


def test_empty_list(sns, boto3_sns, refused):
    for each in boto3_sns.call("ListTopics")["Topics"]:
        boto3_sns.call("DeleteTopic", TopicArn=each["TopicArn"])
    assert sns.call("ListTopics").get("Topics", []) == []
    refused(sns, errors.INVALID_PARAMETER, re.compile("NextToken"), "ListTopics", NextToken="!")


def test_json_is_answered_to_those_that_accept_it(server, topic):
    def ask(**parameters):
        status, fields, body = server.request(
            "GET", "/?" + urllib.parse.urlencode({"Version": "2010-03-31", **parameters}), None,
            {"Accept": "application/json"},
        )
        assert fields["Content-Type"] == "application/json"
        return status, json.loads(body)

    status, answer = ask(Action="Publish", TopicArn=topic, Message="m")
    result = answer["PublishResponse"]["PublishResult"]
    assert (status, result["SequenceNumber"]) == (200, None)
    assert result["MessageId"] and answer["PublishResponse"]["ResponseMetadata"]["RequestId"]
    _, answer = ask(Action="GetTopicAttributes", TopicArn=topic)
    shown = answer["GetTopicAttributesResponse"]["GetTopicAttributesResult"]["Attributes"]
    assert shown["TopicArn"] == topic
    status, answer = ask(Action="GetTopicAttributes", TopicArn=topic + "-not")
    assert (status, answer["Error"]["Code"], answer["Error"]["Type"]) == (404, "NotFound", "Sender")
