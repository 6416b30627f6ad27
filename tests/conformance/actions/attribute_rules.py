"""What CreateQueue and SetQueueAttributes accept, in one table for the tests of both."""
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
