"""What CreateQueue and SetQueueAttributes accept, in one table for the tests of both."""
import json
import re

# name: (lowest, highest, default)
NUMBERS = {
    "DelaySeconds": (0, 900, 0),
    "MaximumMessageSize": (1024, 1048576, 1048576),
    "MessageRetentionPeriod": (60, 1209600, 345600),
    "ReceiveMessageWaitTimeSeconds": (0, 20, 0),
    "VisibilityTimeout": (0, 43200, 30),
}
BAD_NUMBERS = [
    (name, value)
    for name, (low, high, _) in NUMBERS.items()
    for value in (str(low - 1), str(high + 1), "")
    if not (name == "DelaySeconds" and value == "")
] + [
    ("DelaySeconds", "ten"),
    ("VisibilityTimeout", "1.5"),
    ("VisibilityTimeout", "99999999999999999999"),
    ("MessageRetentionPeriod", " 60"),
]

# Recorded from AWS.
FIFO_NAMES = [
    ("FifoQueue", "false", "Unknown Attribute FifoQueue."),
    ("ContentBasedDeduplication", "false", "Unknown Attribute ContentBasedDeduplication."),
    (
        "DeduplicationScope", "queue",
        "You can specify the DeduplicationScope only when FifoQueue is set to true.",
    ),
    (
        "FifoThroughputLimit", "perQueue",
        "You can specify the FifoThroughputLimit only when FifoQueue is set to true.",
    ),
]
UNKNOWN_NAMES = ["Colour", "delaySeconds", "QueueArn", "ApproximateNumberOfMessages", "All"]

BAD_POLICIES = ["not json", "[]", "{}", '{"Statement": "all"}', '{"Statement": ["all"]}']


def policy_of(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


# The first three texts were seen from AWS.
LARGE_POLICIES = [
    (policy_of({"Sid": "s" * 8192}), "Submitted policy is over max allowed size."),
    (
        policy_of(*[{"Sid": str(i)} for i in range(21)]),
        "21 statements were found in the submitted policy, max allowed is 20",
    ),
    (
        policy_of({"Action": ["sqs:SendMessage"] * 8}),
        "8 actions were found in a statement from the submitted policy, max allowed is 7",
    ),
    (
        policy_of({"Principal": {"AWS": ["111122223333"] * 51}}),
        "51 principals were found in the submitted policy, max allowed is 50",
    ),
    (
        policy_of({"Condition": {"StringEquals": {f"aws:k{i}": "v" for i in range(11)}}}),
        "11 conditions were found in a statement from the submitted policy, max allowed is 10",
    ),
]

BAD_REDRIVE = [
    "not json",
    "[]",
    '{"maxReceiveCount": 3}',
    '{"deadLetterTargetArn": "TARGET"}',
    '{"deadLetterTargetArn": "", "maxReceiveCount": 3}',
    '{"deadLetterTargetArn": "TARGET", "maxReceiveCount": 0}',
    '{"deadLetterTargetArn": "TARGET", "maxReceiveCount": 1001}',
    '{"deadLetterTargetArn": "TARGET", "maxReceiveCount": "three"}',
    '{"deadLetterTargetArn": "TARGET-that-is-not-there", "maxReceiveCount": 3}',
    '{"deadLetterTargetArn": "orders", "maxReceiveCount": 3}',
]

BAD_REDRIVE_ALLOW = [
    "not json",
    "{}",
    '{"redrivePermission": "some"}',
    '{"redrivePermission": "byQueue"}',
    '{"redrivePermission": "byQueue", "sourceQueueArns": []}',
    '{"redrivePermission": "denyAll", "sourceQueueArns": ["x"]}',
]


def names(word):
    """A message that names the parameter at fault."""
    return re.compile(rf"\b{word}\b")
