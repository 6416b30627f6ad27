"""TagQueue, UntagQueue, ListQueueTags."""


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
