"""TagQueue, UntagQueue, ListQueueTags."""
from support import errors
from support.wire import QUERY


def tags(sqs, url):
    return sqs.call("ListQueueTags", QueueUrl=url).get("Tags", {})


def test_tags_are_added_replaced_and_removed(sqs, queue):
    assert tags(sqs, queue) == {}
    assert sqs.call("TagQueue", QueueUrl=queue, Tags={"team": "orders", "stage": "test"}) == {}
    assert tags(sqs, queue) == {"team": "orders", "stage": "test"}
    sqs.call("TagQueue", QueueUrl=queue, Tags={"stage": "live", "colour: + - = . _ / @": "ä"})
    assert tags(sqs, queue) == {"team": "orders", "stage": "live", "colour: + - = . _ / @": "ä"}
    assert sqs.call("UntagQueue", QueueUrl=queue, TagKeys=["team", "not-there"]) == {}
    assert tags(sqs, queue) == {"stage": "live", "colour: + - = . _ / @": "ä"}


def test_tags_are_no_attributes(sqs, queue):
    sqs.call("TagQueue", QueueUrl=queue, Tags={"VisibilityTimeout": "1"})
    answer = sqs.call("GetQueueAttributes", QueueUrl=queue, AttributeNames=["All"])
    assert answer["Attributes"]["VisibilityTimeout"] == "30"
    assert not any("tag" in name.lower() for name in answer["Attributes"])


# Shows: text.tags
def test_no_tags_and_too_many_are_refused(sqs, refused, queue):
    sqs.call("TagQueue", QueueUrl=queue, Tags={"team": "orders"})
    refused(
        sqs, errors.MISSING_PARAMETER, "The request must contain the parameter Tags.", "TagQueue",
        QueueUrl=queue, Tags={},
    )
    name = queue.rsplit("/", 1)[1]
    refused(
        sqs, errors.INVALID_PARAMETER_VALUE, f"Too many tags added for queue {name}.", "TagQueue",
        QueueUrl=queue, Tags={f"k{i}": "v" for i in range(51)},
    )
    if not QUERY:  # a form has no empty list of them
        refused(
            sqs, errors.INVALID_PARAMETER_VALUE,
            "Tag keys must be between 1 and 128 characters in length.", "UntagQueue",
            QueueUrl=queue, TagKeys=[],
        )
    assert tags(sqs, queue) == {"team": "orders"}
