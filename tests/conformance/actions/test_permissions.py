"""AddPermission and RemovePermission: labelled statements of the queue's policy."""
import json
import threading

import pytest

from behaviour.queue_calls import attributes
from support import errors
from support.wire import QUERY

ALICE, BOB = "111122223333", "444455556666"


def add(sqs, url, label="first", accounts=(ALICE,), actions=("SendMessage",)):
    return sqs.call("AddPermission", QueueUrl=url, Label=label, AWSAccountIds=list(accounts),
                    Actions=list(actions))


def policy(sqs, url):
    text = attributes(sqs, url, "Policy").get("Policy")
    return json.loads(text) if text else None


def statement(sqs, url, label, principal, action):
    return {
        "Sid": label, "Effect": "Allow", "Principal": {"AWS": principal}, "Action": action,
        "Resource": attributes(sqs, url, "QueueArn")["QueueArn"],
    }


def root(account):
    return f"arn:aws:iam::{account}:root"


# Shows: permission.statement
def test_permission_is_a_statement_of_the_policy(sqs, queue):
    assert add(sqs, queue) == {}
    arn = attributes(sqs, queue, "QueueArn")["QueueArn"]
    assert policy(sqs, queue) == {
        "Version": "2008-10-17", "Id": f"{arn}/SQSDefaultPolicy",
        "Statement": [statement(sqs, queue, "first", root(ALICE), "SQS:SendMessage")],
    }


# Shows: permission.statement
def test_several_accounts_and_actions(sqs, queue):
    add(sqs, queue, "a", [ALICE, BOB], ["SendMessage", "ReceiveMessage"])
    add(sqs, queue, "b", [BOB], ["*"])
    assert policy(sqs, queue)["Statement"] == [
        statement(sqs, queue, "a", [root(ALICE), root(BOB)],
                  ["SQS:SendMessage", "SQS:ReceiveMessage"]),
        statement(sqs, queue, "b", root(BOB), "SQS:*"),
    ]


def test_removal_leaves_the_others_and_at_last_no_policy(sqs, queue):
    add(sqs, queue, "a")
    add(sqs, queue, "b")
    assert sqs.call("RemovePermission", QueueUrl=queue, Label="a") == {}
    assert [each["Sid"] for each in policy(sqs, queue)["Statement"]] == ["b"]
    sqs.call("RemovePermission", QueueUrl=queue, Label="b")
    assert policy(sqs, queue) is None


def test_policy_of_ones_own_is_kept(sqs, queue):
    own = {"Version": "2012-10-17", "Statement": [
        {"Sid": "own", "Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*",
         "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
    ]}
    sqs.call("SetQueueAttributes", QueueUrl=queue, Attributes={"Policy": json.dumps(own)})
    add(sqs, queue)
    assert policy(sqs, queue)["Version"] == "2012-10-17"
    assert policy(sqs, queue)["Statement"][0] == own["Statement"][0]
    sqs.call("RemovePermission", QueueUrl=queue, Label="first")
    assert policy(sqs, queue) == own


# Shows: text.permission-label
def test_labels_are_unique_and_must_exist(sqs, queue, refused):
    add(sqs, queue, "mine")
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE,
        "Value mine for parameter Label is invalid. Reason: Already exists.", "AddPermission",
        QueueUrl=queue, Label="mine", AWSAccountIds=[BOB], Actions=["*"],
    )
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE,
        "Value other for parameter Label is invalid. Reason: can't find label.",
        "RemovePermission", QueueUrl=queue, Label="other",
    )


@pytest.mark.parametrize("change, text", [
    ({"Label": "no spaces"},
     "Value no spaces for parameter Label is invalid. Reason: Can only include alphanumeric "
     "characters, hyphens, or underscores. 1 to 80 in length"),
    ({"AWSAccountIds": ["12345"]},
     "Value 12345 for parameter PrincipalId is invalid. Reason: Unable to verify."),
    pytest.param(
        {"AWSAccountIds": []},
        "Value [] for parameter PrincipalId is invalid. Reason: Unable to verify.",
        marks=pytest.mark.skipif(QUERY, reason="a form has no empty list of them"),
    ),
    ({"Actions": ["Sing"]},
     "Value SQS:Sing for parameter ActionName is invalid. Reason: Please refer to the appropriate "
     "WSDL for a list of valid actions."),
    ({"Actions": ["SendMessage", "CreateQueue"]},
     "Value SQS:CreateQueue for parameter ActionName is invalid. Reason: Only the queue owner is "
     "allowed to invoke this action."),
])
def test_bad_values_are_refused(sqs, queue, refused, change, text):
    given = {"Label": "a", "AWSAccountIds": [ALICE], "Actions": ["*"], **change}
    refused(sqs, errors.INVALID_PARAMETER_VALUE, text, "AddPermission", QueueUrl=queue, **given)
    assert policy(sqs, queue) is None


def test_seven_actions_and_twenty_statements_are_the_most(sqs, queue, refused):
    refused(
        sqs, errors.OVER_LIMIT, "8 Actions were found, maximum allowed is 7.", "AddPermission",
        QueueUrl=queue, Label="a", AWSAccountIds=[ALICE], Actions=["SendMessage"] * 8,
    )
    many = {"Version": "2012-10-17", "Statement": [{"Sid": str(i)} for i in range(20)]}
    sqs.call("SetQueueAttributes", QueueUrl=queue, Attributes={"Policy": json.dumps(many)})
    refused(
        sqs, errors.OVER_LIMIT, "21 statements were found in the submitted policy, max allowed is 20",
        "AddPermission", QueueUrl=queue, Label="a", AWSAccountIds=[ALICE], Actions=["*"],
    )


def test_of_a_queue_that_is_not_there(sqs, queue, refused):
    for operation, more in (("AddPermission", {"AWSAccountIds": [ALICE], "Actions": ["*"]}),
                            ("RemovePermission", {})):
        refused(
            sqs, errors.QUEUE_DOES_NOT_EXIST, "The specified queue does not exist.", operation,
            QueueUrl=queue + "-not", Label="a", **more,
        )


@pytest.mark.only("boto3")
def test_nothing_added_at_the_same_time_is_lost(sqs, queue):
    labels = [f"label-{i}" for i in range(16)]
    threads = [threading.Thread(target=add, args=(sqs, queue, label)) for label in labels]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each["Sid"] for each in policy(sqs, queue)["Statement"]) == sorted(labels)
