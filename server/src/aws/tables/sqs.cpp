// Rows of the service sqs, api version 2012-11-05.
// Written by scripts/generate-shapes from botocore 1.43.67; do not edit.
#include "aws/tables/sqs.hpp"

// clang-format off
namespace millrace::aws::sqs {
namespace {

constexpr std::array<operation_row, 23> operations{{
    {"AddPermission", {2}, no_shape},
    {"CancelMessageMoveTask", {10}, {11}},
    {"ChangeMessageVisibility", {18}, no_shape},
    {"ChangeMessageVisibilityBatch", {12}, {15}},
    {"CreateQueue", {19}, {20}},
    {"DeleteMessage", {27}, no_shape},
    {"DeleteMessageBatch", {21}, {24}},
    {"DeleteQueue", {28}, no_shape},
    {"GetQueueAttributes", {29}, {30}},
    {"GetQueueUrl", {31}, {32}},
    {"ListDeadLetterSourceQueues", {33}, {34}},
    {"ListMessageMoveTasks", {35}, {36}},
    {"ListQueueTags", {39}, {40}},
    {"ListQueues", {41}, {42}},
    {"PurgeQueue", {57}, no_shape},
    {"ReceiveMessage", {61}, {62}},
    {"RemovePermission", {63}, no_shape},
    {"SendMessage", {70}, {71}},
    {"SendMessageBatch", {64}, {67}},
    {"SetQueueAttributes", {72}, no_shape},
    {"StartMessageMoveTask", {73}, {74}},
    {"TagQueue", {80}, no_shape},
    {"UntagQueue", {83}, no_shape},
}};

constexpr std::array<shape_row, 84> shapes{{
    {"AWSAccountIdList", shape_kind::list, 0, {0}, {75}},
    {"ActionNameList", shape_kind::list, 0, {0}, {75}},
    {"AddPermissionRequest", shape_kind::structure, 4, {0}, no_shape},
    {"AttributeNameList", shape_kind::list, 0, {0}, {59}},
    {"BatchResultErrorEntry", shape_kind::structure, 4, {4}, no_shape},
    {"BatchResultErrorEntryList", shape_kind::list, 0, {0}, {4}},
    {"Binary", shape_kind::blob, 0, {0}, no_shape},
    {"BinaryList", shape_kind::list, 0, {0}, {6}},
    {"Boolean", shape_kind::boolean, 0, {0}, no_shape},
    {"BoxedInteger", shape_kind::integer, 0, {0}, no_shape},
    {"CancelMessageMoveTaskRequest", shape_kind::structure, 1, {8}, no_shape},
    {"CancelMessageMoveTaskResult", shape_kind::structure, 1, {9}, no_shape},
    {"ChangeMessageVisibilityBatchRequest", shape_kind::structure, 2, {10}, no_shape},
    {"ChangeMessageVisibilityBatchRequestEntry", shape_kind::structure, 3, {12}, no_shape},
    {"ChangeMessageVisibilityBatchRequestEntryList", shape_kind::list, 0, {0}, {13}},
    {"ChangeMessageVisibilityBatchResult", shape_kind::structure, 2, {15}, no_shape},
    {"ChangeMessageVisibilityBatchResultEntry", shape_kind::structure, 1, {17}, no_shape},
    {"ChangeMessageVisibilityBatchResultEntryList", shape_kind::list, 0, {0}, {16}},
    {"ChangeMessageVisibilityRequest", shape_kind::structure, 3, {18}, no_shape},
    {"CreateQueueRequest", shape_kind::structure, 3, {21}, no_shape},
    {"CreateQueueResult", shape_kind::structure, 1, {24}, no_shape},
    {"DeleteMessageBatchRequest", shape_kind::structure, 2, {25}, no_shape},
    {"DeleteMessageBatchRequestEntry", shape_kind::structure, 2, {27}, no_shape},
    {"DeleteMessageBatchRequestEntryList", shape_kind::list, 0, {0}, {22}},
    {"DeleteMessageBatchResult", shape_kind::structure, 2, {29}, no_shape},
    {"DeleteMessageBatchResultEntry", shape_kind::structure, 1, {31}, no_shape},
    {"DeleteMessageBatchResultEntryList", shape_kind::list, 0, {0}, {25}},
    {"DeleteMessageRequest", shape_kind::structure, 2, {32}, no_shape},
    {"DeleteQueueRequest", shape_kind::structure, 1, {34}, no_shape},
    {"GetQueueAttributesRequest", shape_kind::structure, 2, {35}, no_shape},
    {"GetQueueAttributesResult", shape_kind::structure, 1, {37}, no_shape},
    {"GetQueueUrlRequest", shape_kind::structure, 2, {38}, no_shape},
    {"GetQueueUrlResult", shape_kind::structure, 1, {40}, no_shape},
    {"ListDeadLetterSourceQueuesRequest", shape_kind::structure, 3, {41}, no_shape},
    {"ListDeadLetterSourceQueuesResult", shape_kind::structure, 2, {44}, no_shape},
    {"ListMessageMoveTasksRequest", shape_kind::structure, 2, {46}, no_shape},
    {"ListMessageMoveTasksResult", shape_kind::structure, 1, {48}, no_shape},
    {"ListMessageMoveTasksResultEntry", shape_kind::structure, 9, {49}, no_shape},
    {"ListMessageMoveTasksResultEntryList", shape_kind::list, 0, {0}, {37}},
    {"ListQueueTagsRequest", shape_kind::structure, 1, {58}, no_shape},
    {"ListQueueTagsResult", shape_kind::structure, 1, {59}, no_shape},
    {"ListQueuesRequest", shape_kind::structure, 3, {60}, no_shape},
    {"ListQueuesResult", shape_kind::structure, 2, {63}, no_shape},
    {"Long", shape_kind::long_integer, 0, {0}, no_shape},
    {"Message", shape_kind::structure, 7, {65}, no_shape},
    {"MessageAttributeName", shape_kind::string, 0, {0}, no_shape},
    {"MessageAttributeNameList", shape_kind::list, 0, {0}, {45}},
    {"MessageAttributeValue", shape_kind::structure, 5, {72}, no_shape},
    {"MessageBodyAttributeMap", shape_kind::map, 0, {0}, {47}},
    {"MessageBodySystemAttributeMap", shape_kind::map, 0, {0}, {54}},
    {"MessageList", shape_kind::list, 0, {0}, {44}},
    {"MessageSystemAttributeList", shape_kind::list, 0, {0}, {53}},
    {"MessageSystemAttributeMap", shape_kind::map, 0, {0}, {75}},
    {"MessageSystemAttributeName", shape_kind::string, 0, {0}, no_shape},
    {"MessageSystemAttributeValue", shape_kind::structure, 5, {77}, no_shape},
    {"NullableInteger", shape_kind::integer, 0, {0}, no_shape},
    {"NullableLong", shape_kind::long_integer, 0, {0}, no_shape},
    {"PurgeQueueRequest", shape_kind::structure, 1, {82}, no_shape},
    {"QueueAttributeMap", shape_kind::map, 0, {0}, {75}},
    {"QueueAttributeName", shape_kind::string, 0, {0}, no_shape},
    {"QueueUrlList", shape_kind::list, 0, {0}, {75}},
    {"ReceiveMessageRequest", shape_kind::structure, 8, {83}, no_shape},
    {"ReceiveMessageResult", shape_kind::structure, 1, {91}, no_shape},
    {"RemovePermissionRequest", shape_kind::structure, 2, {92}, no_shape},
    {"SendMessageBatchRequest", shape_kind::structure, 2, {94}, no_shape},
    {"SendMessageBatchRequestEntry", shape_kind::structure, 7, {96}, no_shape},
    {"SendMessageBatchRequestEntryList", shape_kind::list, 0, {0}, {65}},
    {"SendMessageBatchResult", shape_kind::structure, 2, {103}, no_shape},
    {"SendMessageBatchResultEntry", shape_kind::structure, 6, {105}, no_shape},
    {"SendMessageBatchResultEntryList", shape_kind::list, 0, {0}, {68}},
    {"SendMessageRequest", shape_kind::structure, 7, {111}, no_shape},
    {"SendMessageResult", shape_kind::structure, 5, {118}, no_shape},
    {"SetQueueAttributesRequest", shape_kind::structure, 2, {123}, no_shape},
    {"StartMessageMoveTaskRequest", shape_kind::structure, 3, {125}, no_shape},
    {"StartMessageMoveTaskResult", shape_kind::structure, 1, {128}, no_shape},
    {"String", shape_kind::string, 0, {0}, no_shape},
    {"StringList", shape_kind::list, 0, {0}, {75}},
    {"TagKey", shape_kind::string, 0, {0}, no_shape},
    {"TagKeyList", shape_kind::list, 0, {0}, {77}},
    {"TagMap", shape_kind::map, 0, {0}, {81}},
    {"TagQueueRequest", shape_kind::structure, 2, {129}, no_shape},
    {"TagValue", shape_kind::string, 0, {0}, no_shape},
    {"Token", shape_kind::string, 0, {0}, no_shape},
    {"UntagQueueRequest", shape_kind::structure, 2, {131}, no_shape},
}};

constexpr std::array<member_row, 133> members{{
    {R"("QueueUrl":)", {75}, true},  // AddPermissionRequest
    {R"("Label":)", {75}, true},  // AddPermissionRequest
    {R"("AWSAccountIds":)", {0}, true},  // AddPermissionRequest
    {R"("Actions":)", {1}, true},  // AddPermissionRequest
    {R"("Id":)", {75}, true},  // BatchResultErrorEntry
    {R"("SenderFault":)", {8}, true},  // BatchResultErrorEntry
    {R"("Code":)", {75}, true},  // BatchResultErrorEntry
    {R"("Message":)", {75}, false},  // BatchResultErrorEntry
    {R"("TaskHandle":)", {75}, true},  // CancelMessageMoveTaskRequest
    {R"("ApproximateNumberOfMessagesMoved":)", {43}, false},  // CancelMessageMoveTaskResult
    {R"("QueueUrl":)", {75}, true},  // ChangeMessageVisibilityBatchRequest
    {R"("Entries":)", {14}, true},  // ChangeMessageVisibilityBatchRequest
    {R"("Id":)", {75}, true},  // ChangeMessageVisibilityBatchRequestEntry
    {R"("ReceiptHandle":)", {75}, true},  // ChangeMessageVisibilityBatchRequestEntry
    {R"("VisibilityTimeout":)", {55}, false},  // ChangeMessageVisibilityBatchRequestEntry
    {R"("Successful":)", {17}, true},  // ChangeMessageVisibilityBatchResult
    {R"("Failed":)", {5}, true},  // ChangeMessageVisibilityBatchResult
    {R"("Id":)", {75}, true},  // ChangeMessageVisibilityBatchResultEntry
    {R"("QueueUrl":)", {75}, true},  // ChangeMessageVisibilityRequest
    {R"("ReceiptHandle":)", {75}, true},  // ChangeMessageVisibilityRequest
    {R"("VisibilityTimeout":)", {55}, true},  // ChangeMessageVisibilityRequest
    {R"("QueueName":)", {75}, true},  // CreateQueueRequest
    {R"("Attributes":)", {58}, false},  // CreateQueueRequest
    {R"("tags":)", {79}, false},  // CreateQueueRequest
    {R"("QueueUrl":)", {75}, false},  // CreateQueueResult
    {R"("QueueUrl":)", {75}, true},  // DeleteMessageBatchRequest
    {R"("Entries":)", {23}, true},  // DeleteMessageBatchRequest
    {R"("Id":)", {75}, true},  // DeleteMessageBatchRequestEntry
    {R"("ReceiptHandle":)", {75}, true},  // DeleteMessageBatchRequestEntry
    {R"("Successful":)", {26}, true},  // DeleteMessageBatchResult
    {R"("Failed":)", {5}, true},  // DeleteMessageBatchResult
    {R"("Id":)", {75}, true},  // DeleteMessageBatchResultEntry
    {R"("QueueUrl":)", {75}, true},  // DeleteMessageRequest
    {R"("ReceiptHandle":)", {75}, true},  // DeleteMessageRequest
    {R"("QueueUrl":)", {75}, true},  // DeleteQueueRequest
    {R"("QueueUrl":)", {75}, true},  // GetQueueAttributesRequest
    {R"("AttributeNames":)", {3}, false},  // GetQueueAttributesRequest
    {R"("Attributes":)", {58}, false},  // GetQueueAttributesResult
    {R"("QueueName":)", {75}, true},  // GetQueueUrlRequest
    {R"("QueueOwnerAWSAccountId":)", {75}, false},  // GetQueueUrlRequest
    {R"("QueueUrl":)", {75}, false},  // GetQueueUrlResult
    {R"("QueueUrl":)", {75}, true},  // ListDeadLetterSourceQueuesRequest
    {R"("NextToken":)", {82}, false},  // ListDeadLetterSourceQueuesRequest
    {R"("MaxResults":)", {9}, false},  // ListDeadLetterSourceQueuesRequest
    {R"("queueUrls":)", {60}, true},  // ListDeadLetterSourceQueuesResult
    {R"("NextToken":)", {82}, false},  // ListDeadLetterSourceQueuesResult
    {R"("SourceArn":)", {75}, true},  // ListMessageMoveTasksRequest
    {R"("MaxResults":)", {55}, false},  // ListMessageMoveTasksRequest
    {R"("Results":)", {38}, false},  // ListMessageMoveTasksResult
    {R"("TaskHandle":)", {75}, false},  // ListMessageMoveTasksResultEntry
    {R"("Status":)", {75}, false},  // ListMessageMoveTasksResultEntry
    {R"("SourceArn":)", {75}, false},  // ListMessageMoveTasksResultEntry
    {R"("DestinationArn":)", {75}, false},  // ListMessageMoveTasksResultEntry
    {R"("MaxNumberOfMessagesPerSecond":)", {55}, false},  // ListMessageMoveTasksResultEntry
    {R"("ApproximateNumberOfMessagesMoved":)", {43}, false},  // ListMessageMoveTasksResultEntry
    {R"("ApproximateNumberOfMessagesToMove":)", {56}, false},  // ListMessageMoveTasksResultEntry
    {R"("FailureReason":)", {75}, false},  // ListMessageMoveTasksResultEntry
    {R"("StartedTimestamp":)", {43}, false},  // ListMessageMoveTasksResultEntry
    {R"("QueueUrl":)", {75}, true},  // ListQueueTagsRequest
    {R"("Tags":)", {79}, false},  // ListQueueTagsResult
    {R"("QueueNamePrefix":)", {75}, false},  // ListQueuesRequest
    {R"("NextToken":)", {82}, false},  // ListQueuesRequest
    {R"("MaxResults":)", {9}, false},  // ListQueuesRequest
    {R"("QueueUrls":)", {60}, false},  // ListQueuesResult
    {R"("NextToken":)", {82}, false},  // ListQueuesResult
    {R"("MessageId":)", {75}, false},  // Message
    {R"("ReceiptHandle":)", {75}, false},  // Message
    {R"("MD5OfBody":)", {75}, false},  // Message
    {R"("Body":)", {75}, false},  // Message
    {R"("Attributes":)", {52}, false},  // Message
    {R"("MD5OfMessageAttributes":)", {75}, false},  // Message
    {R"("MessageAttributes":)", {48}, false},  // Message
    {R"("StringValue":)", {75}, false},  // MessageAttributeValue
    {R"("BinaryValue":)", {6}, false},  // MessageAttributeValue
    {R"("StringListValues":)", {76}, false},  // MessageAttributeValue
    {R"("BinaryListValues":)", {7}, false},  // MessageAttributeValue
    {R"("DataType":)", {75}, true},  // MessageAttributeValue
    {R"("StringValue":)", {75}, false},  // MessageSystemAttributeValue
    {R"("BinaryValue":)", {6}, false},  // MessageSystemAttributeValue
    {R"("StringListValues":)", {76}, false},  // MessageSystemAttributeValue
    {R"("BinaryListValues":)", {7}, false},  // MessageSystemAttributeValue
    {R"("DataType":)", {75}, true},  // MessageSystemAttributeValue
    {R"("QueueUrl":)", {75}, true},  // PurgeQueueRequest
    {R"("QueueUrl":)", {75}, true},  // ReceiveMessageRequest
    {R"("AttributeNames":)", {3}, false},  // ReceiveMessageRequest
    {R"("MessageSystemAttributeNames":)", {51}, false},  // ReceiveMessageRequest
    {R"("MessageAttributeNames":)", {46}, false},  // ReceiveMessageRequest
    {R"("MaxNumberOfMessages":)", {55}, false},  // ReceiveMessageRequest
    {R"("VisibilityTimeout":)", {55}, false},  // ReceiveMessageRequest
    {R"("WaitTimeSeconds":)", {55}, false},  // ReceiveMessageRequest
    {R"("ReceiveRequestAttemptId":)", {75}, false},  // ReceiveMessageRequest
    {R"("Messages":)", {50}, false},  // ReceiveMessageResult
    {R"("QueueUrl":)", {75}, true},  // RemovePermissionRequest
    {R"("Label":)", {75}, true},  // RemovePermissionRequest
    {R"("QueueUrl":)", {75}, true},  // SendMessageBatchRequest
    {R"("Entries":)", {66}, true},  // SendMessageBatchRequest
    {R"("Id":)", {75}, true},  // SendMessageBatchRequestEntry
    {R"("MessageBody":)", {75}, true},  // SendMessageBatchRequestEntry
    {R"("DelaySeconds":)", {55}, false},  // SendMessageBatchRequestEntry
    {R"("MessageAttributes":)", {48}, false},  // SendMessageBatchRequestEntry
    {R"("MessageSystemAttributes":)", {49}, false},  // SendMessageBatchRequestEntry
    {R"("MessageDeduplicationId":)", {75}, false},  // SendMessageBatchRequestEntry
    {R"("MessageGroupId":)", {75}, false},  // SendMessageBatchRequestEntry
    {R"("Successful":)", {69}, true},  // SendMessageBatchResult
    {R"("Failed":)", {5}, true},  // SendMessageBatchResult
    {R"("Id":)", {75}, true},  // SendMessageBatchResultEntry
    {R"("MessageId":)", {75}, true},  // SendMessageBatchResultEntry
    {R"("MD5OfMessageBody":)", {75}, true},  // SendMessageBatchResultEntry
    {R"("MD5OfMessageAttributes":)", {75}, false},  // SendMessageBatchResultEntry
    {R"("MD5OfMessageSystemAttributes":)", {75}, false},  // SendMessageBatchResultEntry
    {R"("SequenceNumber":)", {75}, false},  // SendMessageBatchResultEntry
    {R"("QueueUrl":)", {75}, true},  // SendMessageRequest
    {R"("MessageBody":)", {75}, true},  // SendMessageRequest
    {R"("DelaySeconds":)", {55}, false},  // SendMessageRequest
    {R"("MessageAttributes":)", {48}, false},  // SendMessageRequest
    {R"("MessageSystemAttributes":)", {49}, false},  // SendMessageRequest
    {R"("MessageDeduplicationId":)", {75}, false},  // SendMessageRequest
    {R"("MessageGroupId":)", {75}, false},  // SendMessageRequest
    {R"("MD5OfMessageBody":)", {75}, false},  // SendMessageResult
    {R"("MD5OfMessageAttributes":)", {75}, false},  // SendMessageResult
    {R"("MD5OfMessageSystemAttributes":)", {75}, false},  // SendMessageResult
    {R"("MessageId":)", {75}, false},  // SendMessageResult
    {R"("SequenceNumber":)", {75}, false},  // SendMessageResult
    {R"("QueueUrl":)", {75}, true},  // SetQueueAttributesRequest
    {R"("Attributes":)", {58}, true},  // SetQueueAttributesRequest
    {R"("SourceArn":)", {75}, true},  // StartMessageMoveTaskRequest
    {R"("DestinationArn":)", {75}, false},  // StartMessageMoveTaskRequest
    {R"("MaxNumberOfMessagesPerSecond":)", {55}, false},  // StartMessageMoveTaskRequest
    {R"("TaskHandle":)", {75}, false},  // StartMessageMoveTaskResult
    {R"("QueueUrl":)", {75}, true},  // TagQueueRequest
    {R"("Tags":)", {79}, true},  // TagQueueRequest
    {R"("QueueUrl":)", {75}, true},  // UntagQueueRequest
    {R"("TagKeys":)", {78}, true},  // UntagQueueRequest
}};

constexpr std::array<query_member_row, 133> query_members{{
    {"QueueUrl", false},  // AddPermissionRequest
    {"Label", false},  // AddPermissionRequest
    {"AWSAccountId", true},  // AddPermissionRequest
    {"ActionName", true},  // AddPermissionRequest
    {"Id", false},  // BatchResultErrorEntry
    {"SenderFault", false},  // BatchResultErrorEntry
    {"Code", false},  // BatchResultErrorEntry
    {"Message", false},  // BatchResultErrorEntry
    {"TaskHandle", false},  // CancelMessageMoveTaskRequest
    {"ApproximateNumberOfMessagesMoved", false},  // CancelMessageMoveTaskResult
    {"QueueUrl", false},  // ChangeMessageVisibilityBatchRequest
    {"ChangeMessageVisibilityBatchRequestEntry", true},  // ChangeMessageVisibilityBatchRequest
    {"Id", false},  // ChangeMessageVisibilityBatchRequestEntry
    {"ReceiptHandle", false},  // ChangeMessageVisibilityBatchRequestEntry
    {"VisibilityTimeout", false},  // ChangeMessageVisibilityBatchRequestEntry
    {"ChangeMessageVisibilityBatchResultEntry", true},  // ChangeMessageVisibilityBatchResult
    {"BatchResultErrorEntry", true},  // ChangeMessageVisibilityBatchResult
    {"Id", false},  // ChangeMessageVisibilityBatchResultEntry
    {"QueueUrl", false},  // ChangeMessageVisibilityRequest
    {"ReceiptHandle", false},  // ChangeMessageVisibilityRequest
    {"VisibilityTimeout", false},  // ChangeMessageVisibilityRequest
    {"QueueName", false},  // CreateQueueRequest
    {"Attribute", true},  // CreateQueueRequest
    {"Tag", true},  // CreateQueueRequest
    {"QueueUrl", false},  // CreateQueueResult
    {"QueueUrl", false},  // DeleteMessageBatchRequest
    {"DeleteMessageBatchRequestEntry", true},  // DeleteMessageBatchRequest
    {"Id", false},  // DeleteMessageBatchRequestEntry
    {"ReceiptHandle", false},  // DeleteMessageBatchRequestEntry
    {"DeleteMessageBatchResultEntry", true},  // DeleteMessageBatchResult
    {"BatchResultErrorEntry", true},  // DeleteMessageBatchResult
    {"Id", false},  // DeleteMessageBatchResultEntry
    {"QueueUrl", false},  // DeleteMessageRequest
    {"ReceiptHandle", false},  // DeleteMessageRequest
    {"QueueUrl", false},  // DeleteQueueRequest
    {"QueueUrl", false},  // GetQueueAttributesRequest
    {"AttributeName", true},  // GetQueueAttributesRequest
    {"Attribute", true},  // GetQueueAttributesResult
    {"QueueName", false},  // GetQueueUrlRequest
    {"QueueOwnerAWSAccountId", false},  // GetQueueUrlRequest
    {"QueueUrl", false},  // GetQueueUrlResult
    {"QueueUrl", false},  // ListDeadLetterSourceQueuesRequest
    {"NextToken", false},  // ListDeadLetterSourceQueuesRequest
    {"MaxResults", false},  // ListDeadLetterSourceQueuesRequest
    {"QueueUrl", true},  // ListDeadLetterSourceQueuesResult
    {"NextToken", false},  // ListDeadLetterSourceQueuesResult
    {"SourceArn", false},  // ListMessageMoveTasksRequest
    {"MaxResults", false},  // ListMessageMoveTasksRequest
    {"ListMessageMoveTasksResultEntry", true},  // ListMessageMoveTasksResult
    {"TaskHandle", false},  // ListMessageMoveTasksResultEntry
    {"Status", false},  // ListMessageMoveTasksResultEntry
    {"SourceArn", false},  // ListMessageMoveTasksResultEntry
    {"DestinationArn", false},  // ListMessageMoveTasksResultEntry
    {"MaxNumberOfMessagesPerSecond", false},  // ListMessageMoveTasksResultEntry
    {"ApproximateNumberOfMessagesMoved", false},  // ListMessageMoveTasksResultEntry
    {"ApproximateNumberOfMessagesToMove", false},  // ListMessageMoveTasksResultEntry
    {"FailureReason", false},  // ListMessageMoveTasksResultEntry
    {"StartedTimestamp", false},  // ListMessageMoveTasksResultEntry
    {"QueueUrl", false},  // ListQueueTagsRequest
    {"Tag", true},  // ListQueueTagsResult
    {"QueueNamePrefix", false},  // ListQueuesRequest
    {"NextToken", false},  // ListQueuesRequest
    {"MaxResults", false},  // ListQueuesRequest
    {"QueueUrl", true},  // ListQueuesResult
    {"NextToken", false},  // ListQueuesResult
    {"MessageId", false},  // Message
    {"ReceiptHandle", false},  // Message
    {"MD5OfBody", false},  // Message
    {"Body", false},  // Message
    {"Attribute", true},  // Message
    {"MD5OfMessageAttributes", false},  // Message
    {"MessageAttribute", true},  // Message
    {"StringValue", false},  // MessageAttributeValue
    {"BinaryValue", false},  // MessageAttributeValue
    {"StringListValue", true},  // MessageAttributeValue
    {"BinaryListValue", true},  // MessageAttributeValue
    {"DataType", false},  // MessageAttributeValue
    {"StringValue", false},  // MessageSystemAttributeValue
    {"BinaryValue", false},  // MessageSystemAttributeValue
    {"StringListValue", true},  // MessageSystemAttributeValue
    {"BinaryListValue", true},  // MessageSystemAttributeValue
    {"DataType", false},  // MessageSystemAttributeValue
    {"QueueUrl", false},  // PurgeQueueRequest
    {"QueueUrl", false},  // ReceiveMessageRequest
    {"AttributeName", true},  // ReceiveMessageRequest
    {"MessageSystemAttributeName", true},  // ReceiveMessageRequest
    {"MessageAttributeName", true},  // ReceiveMessageRequest
    {"MaxNumberOfMessages", false},  // ReceiveMessageRequest
    {"VisibilityTimeout", false},  // ReceiveMessageRequest
    {"WaitTimeSeconds", false},  // ReceiveMessageRequest
    {"ReceiveRequestAttemptId", false},  // ReceiveMessageRequest
    {"Message", true},  // ReceiveMessageResult
    {"QueueUrl", false},  // RemovePermissionRequest
    {"Label", false},  // RemovePermissionRequest
    {"QueueUrl", false},  // SendMessageBatchRequest
    {"SendMessageBatchRequestEntry", true},  // SendMessageBatchRequest
    {"Id", false},  // SendMessageBatchRequestEntry
    {"MessageBody", false},  // SendMessageBatchRequestEntry
    {"DelaySeconds", false},  // SendMessageBatchRequestEntry
    {"MessageAttribute", true},  // SendMessageBatchRequestEntry
    {"MessageSystemAttribute", true},  // SendMessageBatchRequestEntry
    {"MessageDeduplicationId", false},  // SendMessageBatchRequestEntry
    {"MessageGroupId", false},  // SendMessageBatchRequestEntry
    {"SendMessageBatchResultEntry", true},  // SendMessageBatchResult
    {"BatchResultErrorEntry", true},  // SendMessageBatchResult
    {"Id", false},  // SendMessageBatchResultEntry
    {"MessageId", false},  // SendMessageBatchResultEntry
    {"MD5OfMessageBody", false},  // SendMessageBatchResultEntry
    {"MD5OfMessageAttributes", false},  // SendMessageBatchResultEntry
    {"MD5OfMessageSystemAttributes", false},  // SendMessageBatchResultEntry
    {"SequenceNumber", false},  // SendMessageBatchResultEntry
    {"QueueUrl", false},  // SendMessageRequest
    {"MessageBody", false},  // SendMessageRequest
    {"DelaySeconds", false},  // SendMessageRequest
    {"MessageAttribute", true},  // SendMessageRequest
    {"MessageSystemAttribute", true},  // SendMessageRequest
    {"MessageDeduplicationId", false},  // SendMessageRequest
    {"MessageGroupId", false},  // SendMessageRequest
    {"MD5OfMessageBody", false},  // SendMessageResult
    {"MD5OfMessageAttributes", false},  // SendMessageResult
    {"MD5OfMessageSystemAttributes", false},  // SendMessageResult
    {"MessageId", false},  // SendMessageResult
    {"SequenceNumber", false},  // SendMessageResult
    {"QueueUrl", false},  // SetQueueAttributesRequest
    {"Attribute", true},  // SetQueueAttributesRequest
    {"SourceArn", false},  // StartMessageMoveTaskRequest
    {"DestinationArn", false},  // StartMessageMoveTaskRequest
    {"MaxNumberOfMessagesPerSecond", false},  // StartMessageMoveTaskRequest
    {"TaskHandle", false},  // StartMessageMoveTaskResult
    {"QueueUrl", false},  // TagQueueRequest
    {"Tag", true},  // TagQueueRequest
    {"QueueUrl", false},  // UntagQueueRequest
    {"TagKey", true},  // UntagQueueRequest
}};

constexpr std::array<query_shape_row, 84> query_shapes{{
    {"member", "", ""},  // AWSAccountIdList
    {"member", "", ""},  // ActionNameList
    {"", "", ""},  // AddPermissionRequest
    {"member", "", ""},  // AttributeNameList
    {"", "", ""},  // BatchResultErrorEntry
    {"member", "", ""},  // BatchResultErrorEntryList
    {"", "", ""},  // Binary
    {"BinaryListValue", "", ""},  // BinaryList
    {"", "", ""},  // Boolean
    {"", "", ""},  // BoxedInteger
    {"", "", ""},  // CancelMessageMoveTaskRequest
    {"", "", ""},  // CancelMessageMoveTaskResult
    {"", "", ""},  // ChangeMessageVisibilityBatchRequest
    {"", "", ""},  // ChangeMessageVisibilityBatchRequestEntry
    {"member", "", ""},  // ChangeMessageVisibilityBatchRequestEntryList
    {"", "", ""},  // ChangeMessageVisibilityBatchResult
    {"", "", ""},  // ChangeMessageVisibilityBatchResultEntry
    {"member", "", ""},  // ChangeMessageVisibilityBatchResultEntryList
    {"", "", ""},  // ChangeMessageVisibilityRequest
    {"", "", ""},  // CreateQueueRequest
    {"", "", ""},  // CreateQueueResult
    {"", "", ""},  // DeleteMessageBatchRequest
    {"", "", ""},  // DeleteMessageBatchRequestEntry
    {"member", "", ""},  // DeleteMessageBatchRequestEntryList
    {"", "", ""},  // DeleteMessageBatchResult
    {"", "", ""},  // DeleteMessageBatchResultEntry
    {"member", "", ""},  // DeleteMessageBatchResultEntryList
    {"", "", ""},  // DeleteMessageRequest
    {"", "", ""},  // DeleteQueueRequest
    {"", "", ""},  // GetQueueAttributesRequest
    {"", "", ""},  // GetQueueAttributesResult
    {"", "", ""},  // GetQueueUrlRequest
    {"", "", ""},  // GetQueueUrlResult
    {"", "", ""},  // ListDeadLetterSourceQueuesRequest
    {"", "", ""},  // ListDeadLetterSourceQueuesResult
    {"", "", ""},  // ListMessageMoveTasksRequest
    {"", "", ""},  // ListMessageMoveTasksResult
    {"", "", ""},  // ListMessageMoveTasksResultEntry
    {"member", "", ""},  // ListMessageMoveTasksResultEntryList
    {"", "", ""},  // ListQueueTagsRequest
    {"", "", ""},  // ListQueueTagsResult
    {"", "", ""},  // ListQueuesRequest
    {"", "", ""},  // ListQueuesResult
    {"", "", ""},  // Long
    {"", "", ""},  // Message
    {"", "", ""},  // MessageAttributeName
    {"member", "", ""},  // MessageAttributeNameList
    {"", "", ""},  // MessageAttributeValue
    {"entry", "Name", "Value"},  // MessageBodyAttributeMap
    {"entry", "Name", "Value"},  // MessageBodySystemAttributeMap
    {"member", "", ""},  // MessageList
    {"member", "", ""},  // MessageSystemAttributeList
    {"entry", "Name", "Value"},  // MessageSystemAttributeMap
    {"", "", ""},  // MessageSystemAttributeName
    {"", "", ""},  // MessageSystemAttributeValue
    {"", "", ""},  // NullableInteger
    {"", "", ""},  // NullableLong
    {"", "", ""},  // PurgeQueueRequest
    {"entry", "Name", "Value"},  // QueueAttributeMap
    {"", "", ""},  // QueueAttributeName
    {"member", "", ""},  // QueueUrlList
    {"", "", ""},  // ReceiveMessageRequest
    {"", "", ""},  // ReceiveMessageResult
    {"", "", ""},  // RemovePermissionRequest
    {"", "", ""},  // SendMessageBatchRequest
    {"", "", ""},  // SendMessageBatchRequestEntry
    {"member", "", ""},  // SendMessageBatchRequestEntryList
    {"", "", ""},  // SendMessageBatchResult
    {"", "", ""},  // SendMessageBatchResultEntry
    {"member", "", ""},  // SendMessageBatchResultEntryList
    {"", "", ""},  // SendMessageRequest
    {"", "", ""},  // SendMessageResult
    {"", "", ""},  // SetQueueAttributesRequest
    {"", "", ""},  // StartMessageMoveTaskRequest
    {"", "", ""},  // StartMessageMoveTaskResult
    {"", "", ""},  // String
    {"StringListValue", "", ""},  // StringList
    {"", "", ""},  // TagKey
    {"member", "", ""},  // TagKeyList
    {"entry", "Key", "Value"},  // TagMap
    {"", "", ""},  // TagQueueRequest
    {"", "", ""},  // TagValue
    {"", "", ""},  // Token
    {"", "", ""},  // UntagQueueRequest
}};

constexpr query_rows query{
    "http://queue.amazonaws.com/doc/2012-11-05/",
    query_members,
    query_shapes,
};

}  // namespace

const std::array<error_row, 28> error_rows{{
    {"com.amazonaws.sqs#BatchEntryIdsNotDistinct",
     "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", 400, true},
    {"com.amazonaws.sqs#BatchRequestTooLong",
     "AWS.SimpleQueueService.BatchRequestTooLong", 400, true},
    {"com.amazonaws.sqs#EmptyBatchRequest",
     "AWS.SimpleQueueService.EmptyBatchRequest", 400, true},
    {"com.amazonaws.sqs#InvalidAddress",
     "InvalidAddress", 404, true},
    {"com.amazonaws.sqs#InvalidAttributeName",
     "InvalidAttributeName", 400, true},
    {"com.amazonaws.sqs#InvalidAttributeValue",
     "InvalidAttributeValue", 400, true},
    {"com.amazonaws.sqs#InvalidBatchEntryId",
     "AWS.SimpleQueueService.InvalidBatchEntryId", 400, true},
    {"com.amazonaws.sqs#InvalidIdFormat",
     "InvalidIdFormat", 400, true},
    {"com.amazonaws.sqs#InvalidMessageContents",
     "InvalidMessageContents", 400, true},
    {"com.amazonaws.sqs#InvalidSecurity",
     "InvalidSecurity", 403, true},
    {"com.amazonaws.sqs#KmsAccessDenied",
     "KMS.AccessDeniedException", 400, true},
    {"com.amazonaws.sqs#KmsDisabled",
     "KMS.DisabledException", 400, true},
    {"com.amazonaws.sqs#KmsInvalidKeyUsage",
     "KMS.InvalidKeyUsageException", 400, true},
    {"com.amazonaws.sqs#KmsInvalidState",
     "KMS.InvalidStateException", 400, true},
    {"com.amazonaws.sqs#KmsNotFound",
     "KMS.NotFoundException", 400, true},
    {"com.amazonaws.sqs#KmsOptInRequired",
     "KMS.OptInRequired", 403, true},
    {"com.amazonaws.sqs#KmsThrottled",
     "KMS.ThrottlingException", 400, true},
    {"com.amazonaws.sqs#MessageNotInflight",
     "AWS.SimpleQueueService.MessageNotInflight", 400, true},
    {"com.amazonaws.sqs#OverLimit",
     "OverLimit", 403, true},
    {"com.amazonaws.sqs#PurgeQueueInProgress",
     "AWS.SimpleQueueService.PurgeQueueInProgress", 403, true},
    {"com.amazonaws.sqs#QueueDeletedRecently",
     "AWS.SimpleQueueService.QueueDeletedRecently", 400, true},
    {"com.amazonaws.sqs#QueueDoesNotExist",
     "AWS.SimpleQueueService.NonExistentQueue", 400, true},
    {"com.amazonaws.sqs#QueueNameExists",
     "QueueAlreadyExists", 400, true},
    {"com.amazonaws.sqs#ReceiptHandleIsInvalid",
     "ReceiptHandleIsInvalid", 404, true},
    {"com.amazonaws.sqs#RequestThrottled",
     "RequestThrottled", 403, true},
    {"com.amazonaws.sqs#ResourceNotFoundException",
     "ResourceNotFoundException", 404, true},
    {"com.amazonaws.sqs#TooManyEntriesInBatchRequest",
     "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", 400, true},
    {"com.amazonaws.sqs#UnsupportedOperation",
     "AWS.SimpleQueueService.UnsupportedOperation", 400, true},
}};

const service_model model{
    "sqs",
    "AmazonSQS",
    "2012-11-05",
    true,
    operations,
    shapes,
    members,
    error_rows,
    &query,
};

}  // namespace millrace::aws::sqs
// clang-format on
