// JSON output of the query protocol byte for byte.
#include "aws/query_json_writer.hpp"

#include <gtest/gtest.h>

#include <string>

#include "aws/tables/sqs.hpp"
#include "every_kind_query.hpp"

namespace millrace::aws {
namespace {

/// An answer whose result's members are written by `write`.
template <class Write>
std::string answer_of(sqs::operation operation, Write&& write) {
  http::send_buffer out;
  query_json_writer w(out, sqs::model, static_cast<std::size_t>(operation), "r");
  w.begin_structure();
  write(w);
  w.end_structure();
  return std::string(out.view());
}

// Shows: wire.accept-json
TEST(query_json_writer, has_every_member_in_the_envelope_of_its_operation) {
  EXPECT_EQ(answer_of(sqs::operation::send_message,
                      [](query_json_writer& w) {
                        w.member(sqs::send_message_result::message_id);
                        w.text("a\"b");
                      }),
            R"({"SendMessageResponse":{"SendMessageResult":{"MessageId":"a\"b",)"
            R"("MD5OfMessageBody":null,"MD5OfMessageAttributes":null,)"
            R"("MD5OfMessageSystemAttributes":null,"SequenceNumber":null},)"
            R"("ResponseMetadata":{"RequestId":"r"}}})");
}

TEST(query_json_writer, answers_an_operation_that_returns_nothing) {
  http::send_buffer out;
  query_json_writer(out, sqs::model, static_cast<std::size_t>(sqs::operation::delete_queue), "r")
      .empty_answer();
  EXPECT_EQ(out.view(), R"({"DeleteQueueResponse":{"ResponseMetadata":{"RequestId":"r"}}})");
}

// Shows: wire.accept-json
TEST(query_json_writer, spells_two_lists_otherwise_than_the_model) {
  const std::string nothing = answer_of(sqs::operation::receive_message, [](auto&) {});
  EXPECT_NE(nothing.find(R"("ReceiveMessageResult":{"messages":null})"), nothing.npos);
  const std::string two = answer_of(sqs::operation::list_queues, [](query_json_writer& w) {
    w.member(sqs::list_queues_result::queue_urls);
    w.begin_list();
    w.text("a");
    w.text("b");
    w.end_list();
  });
  EXPECT_NE(two.find(R"({"queueUrls":["a","b"],"NextToken":null})"), two.npos);
}

// Shows: wire.accept-json
TEST(query_json_writer, writes_flattened_maps_as_lists_of_entries) {
  const std::string all = answer_of(sqs::operation::receive_message, [](query_json_writer& w) {
    namespace value = sqs::message_attribute_value;
    w.member(sqs::receive_message_result::messages);
    w.begin_list();
    w.begin_structure();
    w.member(sqs::message::attributes);
    w.begin_map();
    w.key("SenderId");
    w.text("me");
    w.key("SentTimestamp");
    w.text("1");
    w.end_map();
    w.member(sqs::message::message_attributes);
    w.begin_map();
    w.key("n");
    w.begin_structure();
    w.member(value::binary_value);
    w.blob(std::string_view("\0\1", 2));
    w.member(value::data_type);
    w.text("Binary");
    w.end_structure();
    w.end_map();
    w.member(sqs::message::body);
    w.text("b");
    w.end_structure();
    w.end_list();
  });
  EXPECT_EQ(all.substr(0, all.find(",\"MessageId\"")),
            R"({"ReceiveMessageResponse":{"ReceiveMessageResult":{"messages":[{"Attributes":[)"
            R"({"Name":"SenderId","Value":"me"},{"Name":"SentTimestamp","Value":"1"}],)"
            R"("MessageAttributes":[{"Name":"n","Value":{"BinaryValue":"AAE=",)"
            R"("DataType":"Binary","StringValue":null,"StringListValues":null,)"
            R"("BinaryListValues":null}}],"Body":"b")");
}

TEST(query_json_writer, writes_other_maps_as_objects_and_values_of_every_kind) {
  namespace kind = test::every_kind;
  http::send_buffer out;
  query_json_writer w(out, kind::query_model, 0, "r");
  w.begin_structure();
  w.member(member_id{2});
  w.boolean(true);
  w.member(member_id{3});
  w.integer(-3);
  w.member(member_id{5});
  w.real(0.5);
  w.member(member_id{6});
  w.timestamp(1'500'000'000'123);
  w.member(member_id{9});
  w.begin_map();
  w.key("k");
  w.text("v");
  w.end_map();
  w.end_structure();
  EXPECT_EQ(out.view(),
            R"({"DoResponse":{"DoResult":{"Truth":true,"Small":-3,"Real":0.5,)"
            R"("Time":1500000000.123,"Map":{"k":"v"},"Text":null,"Bytes":null,"Large":null,)"
            R"("Inner":null,"List":null},"ResponseMetadata":{"RequestId":"r"}}})");
}

}  // namespace
}  // namespace millrace::aws
