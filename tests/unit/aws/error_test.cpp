// Errors as clients read them: type, status, header and text.
#include "aws/error.hpp"

#include <gtest/gtest.h>

#include <string>

#include "aws/error_of.hpp"
#include "aws/tables/sns.hpp"
#include "aws/tables/sqs.hpp"

namespace millrace::aws {
namespace {

std::string written(const error& why, const service_model* service, std::string_view content_type) {
  http::send_buffer out;
  write_json_error(out, why, service, {.content_type = content_type, .request_id = "r"});
  return std::string(out.view());
}

// Shows: error.header, wire.error-type
TEST(error, of_the_model_has_type_and_query_code) {
  EXPECT_EQ(
      written(error_of(errc::queue_does_not_exist), &sqs::model, "application/x-amz-json-1.0"),
      "HTTP/1.1 400 Bad Request\r\nx-amzn-RequestId: r\r\n"
      "Content-Type: application/x-amz-json-1.0\r\n"
      "x-amzn-query-error: AWS.SimpleQueueService.NonExistentQueue;Sender\r\n"
      "Content-Length: 96\r\n\r\n"
      R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist",)"
      R"("message":"The specified queue does not exist."})");
}

// Shows: error.InvalidParameterValue, wire.error-type
TEST(error, outside_the_model_has_both_names_too) {
  const std::string text = written(
      invalid_parameter("11", "MaxNumberOfMessages", "Must be between 1 and 10, if provided."),
      &sqs::model, "application/x-amz-json-1.0");
  EXPECT_NE(text.find("x-amzn-query-error: InvalidParameterValue;Sender\r\n"), std::string::npos);
  EXPECT_NE(text.find(R"("__type":"com.amazon.coral.service#InvalidParameterValueException")"),
            std::string::npos);
  EXPECT_NE(text.find("Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be "
                      "between 1 and 10, if provided."),
            std::string::npos);
}

TEST(error, of_the_server_is_not_the_senders_fault) {
  const std::string text =
      written(error_of(errc::memory_full), &sqs::model, "application/x-amz-json-1.0");
  EXPECT_NE(text.find("HTTP/1.1 503 Service Unavailable\r\n"), std::string::npos);
  EXPECT_NE(text.find("x-amzn-query-error: ServiceUnavailable;Receiver\r\n"), std::string::npos);
}

TEST(error, before_a_service_is_known_has_no_query_code) {
  const std::string text = written(error_of(errc::queue_does_not_exist), nullptr, "");
  EXPECT_EQ(text.find("x-amzn-query-error"), std::string::npos);
}

TEST(error, on_json_1_1_has_the_bare_name) {
  const std::string text =
      written(error_of(errc::over_limit), nullptr, "application/x-amz-json-1.1");
  EXPECT_NE(text.find(R"("__type":"OverLimit")"), std::string::npos);
}

// Shows: error.xml
TEST(error, for_a_query_client_is_xml) {
  http::send_buffer out;
  write_query_error(out, {common_errors::unsupported_protocol, "a < b & c"}, &sqs::model,
                    {.request_id = "r"});
  EXPECT_NE(out.view().find("HTTP/1.1 415 Unsupported Media Type\r\n"), std::string::npos);
  EXPECT_NE(out.view().find("Content-Type: text/xml\r\n"), std::string::npos);
  EXPECT_NE(out.view().find("<ErrorResponse "
                            "xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">"
                            "<Error><Type>Sender</Type><Code>UnsupportedProtocol</Code>"
                            "<Message>a &lt; b &amp; c</Message><Detail/></Error>"
                            "<RequestId>r</RequestId>"),
            std::string::npos);
}

// Shows: wire.accept-json
TEST(error, for_a_query_client_that_reads_json_is_its_code_and_text) {
  http::send_buffer out;
  http::response_head head;
  head.request_id = "r";
  write_error(out, {sqs::errors::queue_does_not_exist, "It is \"gone\"."}, wire::query_json,
              &sqs::model, head);
  const std::string_view text = out.view();
  EXPECT_NE(text.find("HTTP/1.1 400 "), text.npos);
  EXPECT_NE(text.find("Content-Type: application/json\r\n"), text.npos);
  EXPECT_EQ(text.substr(text.find("\r\n\r\n") + 4),
            R"({"Error":{"Code":"AWS.SimpleQueueService.NonExistentQueue",)"
            R"("Message":"It is \"gone\".","Type":"Sender"},"RequestId":"r"})");
}

TEST(error, of_sns_has_no_detail) {
  http::send_buffer out;
  write_query_error(out, {sns::errors::not_found_exception, "Topic does not exist"}, &sns::model,
                    {.request_id = "r"});
  EXPECT_NE(out.view().find("HTTP/1.1 404 "), std::string::npos);
  EXPECT_NE(out.view().find("<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\">"
                            "<Error><Type>Sender</Type><Code>NotFound</Code>"
                            "<Message>Topic does not exist</Message></Error>"
                            "<RequestId>r</RequestId></ErrorResponse>"),
            std::string::npos);
}

TEST(error, text_is_escaped_and_cut_between_characters) {
  std::string value = "\"";
  for (int i = 0; i < 200; ++i) value += "\xc3\xa9";
  const error why = invalid_parameter(value, "P", "R");
  EXPECT_LT(why.message().size(), 320u);
  EXPECT_NE(why.message().find("\xc3\xa9 for parameter P"), std::string::npos);
  EXPECT_NE(written(why, nullptr, "").find(R"(Value \"é)"), std::string::npos);
}

TEST(error, of_a_body_says_what_was_found_where) {
  decode_result failure;
  failure.status = decode_status::wrong_type;
  failure.found = "NUMBER_VALUE";
  failure.expected = shape_kind::string;
  failure.member = "MessageBody";
  EXPECT_EQ(error_of(failure).message(),
            "NUMBER_VALUE cannot be converted to a String for MessageBody.");
  EXPECT_EQ(error_of(failure).row().query_code, "SerializationException");
  EXPECT_EQ(missing_parameter("MessageBody").message(),
            "The request must contain the parameter MessageBody.");
}

TEST(error, every_errc_has_a_row_and_a_text) {
  int known = 0;
  for (int code = 1; code < 300; ++code) {
    const auto why = static_cast<errc>(code);
    const error e = error_of(why);
    EXPECT_EQ(&e.row(), &error_row_of(why));
    EXPECT_FALSE(e.message().empty());
    known += e.message() != "An unknown failure." ? 1 : 0;
    const bool client_fault = e.row().status < 500;
    EXPECT_EQ(client_fault, e.row().sender_fault) << code;
  }
  EXPECT_GE(known, 32);
  EXPECT_EQ(error_row_of(errc::receipt_handle_is_invalid).status, 404);
  EXPECT_EQ(error_row_of(errc::too_many_entries).query_code,
            "AWS.SimpleQueueService.TooManyEntriesInBatchRequest");
  EXPECT_EQ(error_row_of(errc::batch_too_long).query_code,
            "AWS.SimpleQueueService.BatchRequestTooLong");
  EXPECT_EQ(error_row_of(errc::empty_message).query_code, "MissingParameter");
}

}  // namespace
}  // namespace millrace::aws
