"""TagResource, UntagResource, ListTagsForResource, AddPermission and RemovePermission."""
import json

import pytest

from sns.topic_calls import ACCOUNT, attributes, topic_arn
from support.errors import Sns as errors


def tags(sns, topic):
    listed = sns.call("ListTagsForResource", ResourceArn=topic).get("Tags", [])
    return {tag["Key"]: tag["Value"] for tag in listed}


def as_tags(**given):
    return [{"Key": key, "Value": value} for key, value in given.items()]


def test_tags_are_added_changed_and_taken_away(sns, topic):
    assert tags(sns, topic) == {}
    assert sns.call("TagResource", ResourceArn=topic, Tags=as_tags(k1="v1", k2="v2")) == {}
    assert tags(sns, topic) == {"k1": "v1", "k2": "v2"}
    assert sns.call("UntagResource", ResourceArn=topic, TagKeys=["k1", "unknown"]) == {}
    sns.call("TagResource", ResourceArn=topic, Tags=as_tags(k2="v2b", k3=""))
    assert tags(sns, topic) == {"k2": "v2b", "k3": ""}
    assert "tag:k2" not in attributes(sns, topic)


def test_keys_are_distinct(sns, topic, refused):
    twice = as_tags(k1="v1") + as_tags(k2="v2") + as_tags(k2="v2")
    refused(sns, errors.INVALID_PARAMETER, "Invalid parameter: Duplicated keys are not allowed.", "TagResource",
            ResourceArn=topic, Tags=twice)


def test_fifty_tags_at_most(sns, topic, refused):
    sns.call("TagResource", ResourceArn=topic, Tags=as_tags(**{f"k{i}": "v" for i in range(50)}))
    sns.call("TagResource", ResourceArn=topic, Tags=as_tags(k0="other"))
    refused(sns, errors.TAG_LIMIT_EXCEEDED, "A topic has at most 50 tags.", "TagResource", ResourceArn=topic,
            Tags=as_tags(k50="v"))


def test_tags_go_with_their_topic(sns, new_name):
    name = new_name()
    topic = sns.call("CreateTopic", Name=name, Tags=as_tags(k1="v1"))["TopicArn"]
    assert tags(sns, topic) == {"k1": "v1"}
    sns.call("DeleteTopic", TopicArn=topic)
    sns.call("CreateTopic", Name=name)
    assert tags(sns, topic) == {}
    sns.call("DeleteTopic", TopicArn=topic)


@pytest.mark.parametrize("operation, more", [
    ("TagResource", {"Tags": as_tags(a="b")}), ("UntagResource", {"TagKeys": ["a"]}), ("ListTagsForResource", {}),
], ids=lambda v: v if isinstance(v, str) else "")
def test_resource_must_exist(sns, refused, operation, more):
    refused(sns, errors.RESOURCE_NOT_FOUND, "Resource does not exist", operation,
            ResourceArn=topic_arn("no-such-topic"), **more)


def test_permissions_are_statements(sns, topic):
    usual = json.loads(attributes(sns, topic)["Policy"])
    assert sns.call("AddPermission", TopicArn=topic, Label="test", AWSAccountId=[ACCOUNT],
                    ActionName=["Publish", "Subscribe"]) == {}
    policy = json.loads(attributes(sns, topic)["Policy"])
    assert policy["Statement"] == [*usual["Statement"], {
        "Sid": "test", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": ["SNS:Publish", "SNS:Subscribe"], "Resource": topic,
    }]
    assert sns.call("RemovePermission", TopicArn=topic, Label="test") == {}
    assert json.loads(attributes(sns, topic)["Policy"]) == usual
    assert sns.call("RemovePermission", TopicArn=topic, Label="unknown") == {}
    sns.call("RemovePermission", TopicArn=topic, Label="__default_statement_ID")
    assert json.loads(attributes(sns, topic)["Policy"]) == {**usual, "Statement": []}


def test_single_action_is_no_list(sns, topic):
    sns.call("AddPermission", TopicArn=topic, Label="one", AWSAccountId=[ACCOUNT], ActionName=["Publish"])
    assert json.loads(attributes(sns, topic)["Policy"])["Statement"][-1]["Action"] == "SNS:Publish"


def test_bad_permissions_are_refused(sns, topic, refused):
    def refuse(why, label, action):
        refused(sns, errors.INVALID_PARAMETER, f"Invalid parameter: {why}", "AddPermission", TopicArn=topic,
                Label=label, AWSAccountId=[ACCOUNT], ActionName=[action])

    sns.call("AddPermission", TopicArn=topic, Label="test", AWSAccountId=[ACCOUNT], ActionName=["Publish"])
    refuse("Statement already exists", "test", "AddPermission")
    refuse("Policy statement action out of service scope!", "test-2", "InvalidAction")
    refused(sns, errors.INVALID_PARAMETER, "Invalid parameter: AWSAccountId Reason: an account is named by twelve digits",
            "AddPermission", TopicArn=topic, Label="b", AWSAccountId=["me"], ActionName=["Publish"])
