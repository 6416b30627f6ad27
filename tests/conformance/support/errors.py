"""The errors of SQS, and those of Kinesis and SNS, as their clients know them: one row an error, from
the public service models.

`code` is the older name of the Query wire, which JSON clients get in x-amzn-query-error; `modelled`
errors have an exception class of their own in every SDK, but for those `since_json` in SDKs that
speak the Query wire."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class ErrorKind:
    shape: str
    code: str
    status: int
    modelled: bool = True
    since_json: bool = False
    query_compatible: bool = True

    def text(self, text, query):
        """The message on the wire in question, given the one of the JSON wire."""
        known = "The specified queue does not exist."
        return f"{known[:-1]} for this wsdl version." if query and text == known else text


def _plain(shape, status=400):
    return ErrorKind(shape, shape, status)


def _simple_queue(shape, status=400):
    return ErrorKind(shape, f"AWS.SimpleQueueService.{shape}", status)


QUEUE_DOES_NOT_EXIST = ErrorKind(
    "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", 400
)
QUEUE_NAME_EXISTS = ErrorKind("QueueNameExists", "QueueAlreadyExists", 400)
QUEUE_DELETED_RECENTLY = _simple_queue("QueueDeletedRecently")
PURGE_QUEUE_IN_PROGRESS = _simple_queue("PurgeQueueInProgress", 403)
MESSAGE_NOT_INFLIGHT = _simple_queue("MessageNotInflight")
RECEIPT_HANDLE_IS_INVALID = _plain("ReceiptHandleIsInvalid", 404)
OVER_LIMIT = _plain("OverLimit", 403)
REQUEST_THROTTLED = ErrorKind("RequestThrottled", "RequestThrottled", 403, since_json=True)
TOO_MANY_ENTRIES = _simple_queue("TooManyEntriesInBatchRequest")
EMPTY_BATCH = _simple_queue("EmptyBatchRequest")
IDS_NOT_DISTINCT = _simple_queue("BatchEntryIdsNotDistinct")
INVALID_BATCH_ENTRY_ID = _simple_queue("InvalidBatchEntryId")
BATCH_TOO_LONG = _simple_queue("BatchRequestTooLong")
RESOURCE_NOT_FOUND = _plain("ResourceNotFoundException", 404)
UNSUPPORTED_OPERATION = _simple_queue("UnsupportedOperation")
INVALID_ATTRIBUTE_NAME = _plain("InvalidAttributeName")
INVALID_ATTRIBUTE_VALUE = ErrorKind(
    "InvalidAttributeValue", "InvalidAttributeValue", 400, since_json=True
)
INVALID_MESSAGE_CONTENTS = _plain("InvalidMessageContents")

# In no model, and sent all the same.
INVALID_PARAMETER_VALUE = ErrorKind(
    "InvalidParameterValueException", "InvalidParameterValue", 400, modelled=False
)
MISSING_PARAMETER = ErrorKind(
    "MissingRequiredParameterException", "MissingParameter", 400, modelled=False
)
SERIALIZATION = ErrorKind(
    "SerializationException", "SerializationException", 400, modelled=False
)
UNKNOWN_OPERATION = ErrorKind(
    "UnknownOperationException", "InvalidAction", 400, modelled=False
)


class Kinesis:
    """The errors of Kinesis, which has no older names."""

    @staticmethod
    def _kind(shape, status=400, modelled=True):
        return ErrorKind(shape, shape, status, modelled, query_compatible=False)

    ACCESS_DENIED = _kind("AccessDeniedException")
    EXPIRED_ITERATOR = _kind("ExpiredIteratorException")
    EXPIRED_NEXT_TOKEN = _kind("ExpiredNextTokenException")
    INTERNAL_FAILURE = _kind("InternalFailureException", 500)
    INVALID_ARGUMENT = _kind("InvalidArgumentException")
    LIMIT_EXCEEDED = _kind("LimitExceededException")
    RESOURCE_IN_USE = _kind("ResourceInUseException")
    RESOURCE_NOT_FOUND = _kind("ResourceNotFoundException")
    THROUGHPUT_EXCEEDED = _kind("ProvisionedThroughputExceededException")
    VALIDATION = _kind("ValidationException")
    SERIALIZATION = _kind("SerializationException", modelled=False)


class Sns:
    """The errors of SNS: shapes, and the codes of the only wire that it has."""

    @staticmethod
    def _kind(code, status=400, shape=None):
        return ErrorKind(shape or f"{code}Exception", code, status, query_compatible=False)

    INVALID_PARAMETER = _kind("InvalidParameter")
    INVALID_PARAMETER_VALUE = _kind("ParameterValueInvalid", shape="InvalidParameterValueException")
    NOT_FOUND = _kind("NotFound", 404)
    RESOURCE_NOT_FOUND = _kind("ResourceNotFound", 404)
    TAG_LIMIT_EXCEEDED = _kind("TagLimitExceeded")
    TOO_MANY_ENTRIES = _kind("TooManyEntriesInBatchRequest")
    EMPTY_BATCH = _kind("EmptyBatchRequest")
    IDS_NOT_DISTINCT = _kind("BatchEntryIdsNotDistinct")
    INVALID_BATCH_ENTRY_ID = _kind("InvalidBatchEntryId")
    BATCH_TOO_LONG = _kind("BatchRequestTooLong")
    # What the model's constraints found is told by another code than the model's.
    VALIDATION = ErrorKind(
        "ValidationException", "ValidationError", 400, modelled=False, query_compatible=False
    )


class Refused(Exception):
    """A call that the server refused; `seen` is the client's own error, whatever its type."""

    def __init__(self, client, operation, message, seen):
        super().__init__(f"{client.name}: {operation}: {message}")
        self.client, self.operation, self.message, self.seen = client, operation, message, seen
