// The rows of SQS: complete, consistent, found by name.
#include "aws/model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "aws/tables/sqs.hpp"

namespace millrace::aws {
namespace {

TEST(sqs_model, has_all_operations_found_by_name) {
  EXPECT_EQ(sqs::model.operations.size(), 23u);
  EXPECT_EQ(sqs::model.operations.size(), sqs::operation_count);
  for (std::size_t i = 0; i < sqs::model.operations.size(); ++i) {
    EXPECT_EQ(find_operation(sqs::model, sqs::model.operations[i].name), i);
  }
  EXPECT_EQ(find_operation(sqs::model, "SendMessage"),
            static_cast<std::size_t>(sqs::operation::send_message));
  for (const std::string_view unknown : {"", "Send", "SendMessageX", "sendMessage", "Zz"}) {
    EXPECT_EQ(find_operation(sqs::model, unknown), sqs::operation_count);
  }
}

TEST(sqs_model, rows_point_at_rows) {
  const service_model& m = sqs::model;
  for (const shape_row& shape : m.shapes) {
    if (shape.kind == shape_kind::structure) {
      EXPECT_LE(shape.first_member.index + shape.member_count, m.members.size()) << shape.name;
    }
    if (shape.kind == shape_kind::list || shape.kind == shape_kind::map) {
      EXPECT_LT(shape.element.index, m.shapes.size()) << shape.name;
    }
  }
  for (const member_row& member : m.members) EXPECT_LT(member.shape.index, m.shapes.size());
  for (const operation_row& operation : m.operations) {
    ASSERT_NE(operation.input, no_shape);
    EXPECT_EQ(m.shape(operation.input).kind, shape_kind::structure);
  }
}

TEST(sqs_model, numbers_name_the_right_rows) {
  namespace input = sqs::send_message_request;
  EXPECT_EQ(sqs::model.shape(input::shape).name, "SendMessageRequest");
  EXPECT_EQ(sqs::model.member(input::message_body).name(), "MessageBody");
  EXPECT_EQ(sqs::model.member(input::message_body).json_key, "\"MessageBody\":");
  EXPECT_TRUE(sqs::model.member(input::message_body).required);
  EXPECT_FALSE(sqs::model.member(input::delay_seconds).required);
  EXPECT_EQ(sqs::model.member(sqs::message::md5_of_body).name(), "MD5OfBody");
  EXPECT_EQ(sqs::model.member(sqs::create_queue_request::tags).name(), "tags");
}

TEST(sqs_model, has_a_query_row_beside_each_of_its_own) {
  const query_rows& query = *sqs::model.query;
  EXPECT_EQ(query.xml_namespace, "http://queue.amazonaws.com/doc/2012-11-05/");
  ASSERT_EQ(query.members.size(), sqs::model.members.size());
  ASSERT_EQ(query.shapes.size(), sqs::model.shapes.size());
  EXPECT_EQ(query.member(sqs::send_message_request::message_attributes).name, "MessageAttribute");
  EXPECT_TRUE(query.member(sqs::send_message_request::message_attributes).flattened);
  EXPECT_EQ(query.member(sqs::list_dead_letter_source_queues_result::queue_urls).name, "QueueUrl");
  EXPECT_FALSE(query.member(sqs::send_message_request::message_body).flattened);
  for (std::size_t i = 0; i < query.shapes.size(); ++i) {
    const shape_kind kind = sqs::model.shapes[i].kind;
    EXPECT_EQ(!query.shapes[i].item.empty(), kind == shape_kind::list || kind == shape_kind::map);
    EXPECT_EQ(!query.shapes[i].key.empty(), kind == shape_kind::map);
  }
}

TEST(sqs_model, errors_carry_their_codes) {
  const error_row& missing = sqs::errors::queue_does_not_exist;
  EXPECT_EQ(missing.type, "com.amazonaws.sqs#QueueDoesNotExist");
  EXPECT_EQ(missing.name(), "QueueDoesNotExist");
  EXPECT_EQ(missing.query_code, "AWS.SimpleQueueService.NonExistentQueue");
  EXPECT_EQ(missing.status, 400);
  EXPECT_EQ(sqs::errors::receipt_handle_is_invalid.status, 404);
  EXPECT_EQ(sqs::errors::purge_queue_in_progress.status, 403);
  EXPECT_EQ(sqs::errors::over_limit.status, 403);
  for (const error_row& row : sqs::error_rows) EXPECT_TRUE(row.sender_fault) << row.type;
}

TEST(sqs_model, lists_the_values_of_enumerated_strings) {
  const auto& names = sqs::queue_attribute_name_values;
  EXPECT_NE(std::find(names.begin(), names.end(), "VisibilityTimeout"), names.end());
  const auto& system = sqs::message_system_attribute_name_values;
  EXPECT_NE(std::find(system.begin(), system.end(), "DeadLetterQueueSourceArn"), system.end());
}

}  // namespace
}  // namespace millrace::aws
