// Where requests lead, and that no route is without an authentication verdict.
#include "aws/route.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <type_traits>

#include "aws/tables/sns.hpp"
#include "aws/tables/sqs.hpp"
#include "http/request_parser.hpp"

namespace millrace::aws {
namespace {

static_assert(!std::is_constructible_v<route, const service_model&, wire>,
              "a service without a verdict must not compile");
static_assert(!std::is_constructible_v<route, std::string_view, observation>,
              "a path without a verdict must not compile");
static_assert(!std::is_default_constructible_v<route>);

struct asked {
  explicit asked(const std::string& head, const std::string& body = "") {
    const std::string bytes = head + "\r\n" + body;
    const std::span<char> room = in.prepare(bytes.size());
    std::memcpy(room.data(), bytes.data(), bytes.size());
    in.commit(bytes.size());
    http::parse_status status = parser.parse(in);
    if (status == http::parse_status::head) status = parser.parse(in);
    EXPECT_EQ(status, http::parse_status::complete) << head;
    to = find_route(parser.message());
  }
  http::receive_buffer in{{}};
  http::request_parser parser;
  destination to;
};

std::string post(std::string_view target, std::string_view type, std::string_view path = "/") {
  std::string head = "POST ";
  head.append(path).append(" HTTP/1.1\r\nHost: a\r\nX-Amz-Target: ").append(target);
  return head.append("\r\nContent-Type: ").append(type).append("\r\n");
}

constexpr std::string_view json = "application/x-amz-json-1.0";

// Shows: wire.target
TEST(route, leads_every_operation_to_its_row) {
  for (std::size_t i = 0; i < sqs::model.operations.size(); ++i) {
    const asked a(post("AmazonSQS." + std::string(sqs::model.operations[i].name), json));
    ASSERT_TRUE(a.to);
    EXPECT_EQ(a.to.row->service(), &sqs::model);
    EXPECT_EQ(a.to.operation, i);
    EXPECT_EQ(a.to.row->verdict(), auth_verdict::signature_required);
  }
}

// Shows: wire.paths
TEST(route, takes_any_path_and_parameters_of_the_type) {
  EXPECT_TRUE(asked(post("AmazonSQS.SendMessage", json, "/000000000000/orders")).to);
  EXPECT_TRUE(asked(post("AmazonSQS.SendMessage", "Application/X-Amz-JSON-1.0; charset=utf-8")).to);
}

// Shows: wire.form
TEST(route, leads_forms_to_the_query_wire) {
  const std::string form = "Action=SendMessage&Version=2012-11-05";
  const asked posted(
      "POST /000000000000/q HTTP/1.1\r\nHost: a\r\nContent-Type: "
      "application/x-www-form-urlencoded; charset=utf-8\r\nContent-Length: " +
          std::to_string(form.size()) + "\r\n",
      form);
  const asked got("GET /000000000000/q?X-Amz-Date=1&Action=SendMessage HTTP/1.1\r\nHost: a\r\n");
  for (const asked* a : {&posted, &got}) {
    ASSERT_TRUE(a->to);
    EXPECT_EQ(a->to.row->wire(), wire::query);
    EXPECT_EQ(a->to.operation, static_cast<std::size_t>(sqs::operation::send_message));
    EXPECT_EQ(a->to.row->verdict(), auth_verdict::signature_required);
  }
  EXPECT_EQ(content_type_of(wire::query), "text/xml");
}

// Both services have actions of these names; only one has those.
// Shows: wire.service
TEST(route, tells_topics_from_queues_by_version_then_signature_then_action) {
  const auto model_of = [](std::string_view query, std::string_view scope = "") {
    std::string head = "GET /?";
    head.append(query).append(" HTTP/1.1\r\nHost: a\r\n");
    if (!scope.empty()) {
      head.append("Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/")
          .append(scope)
          .append("/aws4_request, SignedHeaders=host, Signature=0\r\n");
    }
    const asked a(head);
    return a.to ? a.to.row->service() : nullptr;
  };
  EXPECT_EQ(model_of("Action=AddPermission&Version=2010-03-31"), &sns::model);
  EXPECT_EQ(model_of("Action=AddPermission&Version=2012-11-05"), &sqs::model);
  EXPECT_EQ(model_of("Action=AddPermission&Version=2010-03-31", "sqs"), &sns::model);
  EXPECT_EQ(model_of("Action=AddPermission", "sns"), &sns::model);
  EXPECT_EQ(model_of("Action=AddPermission", "sqs"), &sqs::model);
  EXPECT_EQ(model_of("Action=AddPermission"), &sqs::model);
  EXPECT_EQ(model_of("Action=Unsubscribe"), &sns::model);
  EXPECT_EQ(model_of("Action=Unsubscribe", "iam"), nullptr);
  EXPECT_EQ(model_of("Action=Publish&Version=2012-11-05"), nullptr);
}

TEST(route, refuses_an_action_in_the_body_and_in_the_address) {
  const asked a(
      "POST /?Action=ListQueues HTTP/1.1\r\nHost: a\r\nContent-Type: "
      "application/x-www-form-urlencoded\r\nContent-Length: 17\r\n",
      "Action=PurgeQueue");
  ASSERT_FALSE(a.to);
  EXPECT_EQ(&a.to.failure->row(), &common_errors::malformed_query_string);
}

// A form needs no preflight: without this any page in the user's browser could purge queues.
TEST(route, refuses_forms_of_web_pages) {
  const std::string get = "GET /?Action=PurgeQueue HTTP/1.1\r\nHost: a\r\n";
  for (const char* const said : {"Origin: http://evil.example", "Origin: null",
                                 "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-origin"}) {
    const asked a(get + said + "\r\n");
    ASSERT_FALSE(a.to) << said;
    EXPECT_EQ(&a.to.failure->row(), &common_errors::access_denied);
  }
  EXPECT_TRUE(asked(get + "Sec-Fetch-Site: none\r\n").to);
}

// Shows: wire.target, wire.rpc-cbor
TEST(route, answers_what_it_does_not_know) {
  struct {
    std::string head;
    const error_row* row;
  } cases[] = {
      {post("AmazonSQS.Send", json), &common_errors::unknown_operation},
      {post("AmazonSQS.", json), &common_errors::unknown_operation},
      {post("SendMessage", json), &common_errors::unknown_operation},
      {post("", json), &common_errors::unknown_operation},
      {post("DynamoDB_20120810.GetItem", json), &common_errors::unknown_operation},
      {post("AmazonSQS.SendMessage", "application/json"), &common_errors::unsupported_protocol},
      {post("AmazonSQS.SendMessage", "application/x-amz-cbor-1.1"),
       &common_errors::unsupported_protocol},
      {"GET / HTTP/1.1\r\nHost: a\r\nX-Amz-Target: AmazonSQS.SendMessage\r\nContent-Type: "
       "application/x-amz-json-1.0\r\n",
       &common_errors::method_not_allowed},
      {"GET / HTTP/1.1\r\nHost: a\r\n", &common_errors::not_found},
      {"GET /favicon.ico HTTP/1.1\r\nHost: a\r\n", &common_errors::not_found},
      {"GET /_millrace/healthy HTTP/1.1\r\nHost: a\r\n", &common_errors::not_found},
      {"POST /_millrace/health HTTP/1.1\r\nHost: a\r\n", &common_errors::method_not_allowed},
      {post("AmazonSQS.SendMessage", "text/xml"), &common_errors::unsupported_protocol},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded; "
       "charset=utf-8\r\n",
       &common_errors::missing_action},
      {"GET /?Action=Send HTTP/1.1\r\nHost: a\r\n", &common_errors::unknown_operation},
      {"GET /?Action=SendMessage&Version=1 HTTP/1.1\r\nHost: a\r\n",
       &common_errors::no_such_version},
      {"GET /?Action=SendMessage&Action=ListQueues HTTP/1.1\r\nHost: a\r\n",
       &common_errors::malformed_query_string},
      {"PUT /?Action=SendMessage HTTP/1.1\r\nHost: a\r\n", &common_errors::method_not_allowed},
      {"POST /service/X/operation/Y HTTP/1.1\r\nHost: a\r\nSmithy-Protocol: rpc-v2-cbor\r\n",
       &common_errors::unsupported_protocol},
  };
  for (const auto& c : cases) {
    const asked a(c.head);
    EXPECT_FALSE(a.to) << c.head;
    ASSERT_TRUE(a.to.failure.has_value());
    EXPECT_EQ(&a.to.failure->row(), c.row) << c.head;
    EXPECT_FALSE(a.to.failure->message().empty());
  }
}

TEST(route, failure_is_told_in_the_format_that_the_client_reads) {
  http::send_buffer out;
  write_failure(out, asked("GET /?Action=List HTTP/1.1\r\nHost: a\r\n").to, {});
  EXPECT_NE(out.view().find("<Code>InvalidAction</Code>"), std::string::npos);
  out.consume(out.size());
  write_failure(out, asked("GET / HTTP/1.1\r\nHost: a\r\n").to, {});
  EXPECT_NE(out.view().find("HTTP/1.1 404 Not Found\r\n"), std::string::npos);
  EXPECT_EQ(out.view().find("Allow:"), std::string::npos);
  EXPECT_NE(out.view().find("\r\n\r\n<UnknownOperationException/>\n"), std::string::npos);
  out.consume(out.size());
  write_failure(out, asked("GET /_millrace/healthy HTTP/1.1\r\nHost: a\r\n").to, {});
  EXPECT_NE(out.view().find("{\"__type\":\"com.amazon.coral.service#UnknownOperationException\""),
            std::string::npos);
}

// Shows: wire.accept-json, wire.no-operation
TEST(route, a_form_is_answered_in_json_where_that_is_accepted_before_xml) {
  const auto reads = [](const std::string& accept,
                        const std::string& path = "/?Action=ListQueues") {
    return asked("GET " + path + " HTTP/1.1\r\nHost: a\r\nAccept: " + accept + "\r\n").to.wire;
  };
  for (const char* accept : {"application/json", "Application/JSON;q=0.9, */*",
                             "text/html ,\tapplication/json , text/xml"}) {
    EXPECT_EQ(reads(accept), wire::query_json) << accept;
    EXPECT_EQ(reads(accept, "/?Action=Dance"), wire::query_json) << accept;
    EXPECT_EQ(reads(accept, "/000000000000/q"), wire::query) << accept;
  }
  for (const char* accept : {"", ",", "*/*", "text/xml, application/json", "application/json5",
                             "application/xml;q=0.1,application/json"}) {
    EXPECT_EQ(reads(accept), wire::query) << accept;
  }
  EXPECT_EQ(content_type_of(wire::query_json), "application/json");
}

TEST(route, clock_is_advanced_by_post_only) {
  const asked posted("POST /_millrace/clock/advance HTTP/1.1\r\nHost: a\r\n");
  ASSERT_TRUE(posted.to);
  EXPECT_EQ(posted.to.row->observed(), observation::advance_clock);
  EXPECT_EQ(posted.to.row->verdict(), auth_verdict::loopback_open);
  EXPECT_EQ(asked("GET /_millrace/clock/advance HTTP/1.1\r\nHost: a\r\n").to.allow,
            "Allow: POST\r\n");
}

TEST(route, wrong_method_is_told_the_right_one) {
  http::send_buffer out;
  write_failure(out, asked("PUT /_millrace/ready HTTP/1.1\r\nHost: a\r\n").to, {});
  EXPECT_NE(out.view().find("HTTP/1.1 405 Method Not Allowed\r\n"), std::string::npos);
  EXPECT_NE(out.view().find("Allow: GET, HEAD\r\n"), std::string::npos);
}

TEST(route, leads_to_a_folder_of_certificates) {
  const asked a("GET /_millrace/sns/SimpleNotificationService-0.pem HTTP/1.1\r\nHost: a\r\n");
  ASSERT_TRUE(a.to);
  EXPECT_EQ(a.to.row->observed(), observation::signing_certificate);
  EXPECT_FALSE(asked("GET /_millrace/sns HTTP/1.1\r\nHost: a\r\n").to);
}

TEST(route, leads_to_observation) {
  const asked health("GET /_millrace/health?x HTTP/1.1\r\nHost: a\r\n");
  ASSERT_TRUE(health.to);
  EXPECT_EQ(health.to.row->observed(), observation::health);
  EXPECT_EQ(health.to.row->verdict(), auth_verdict::public_health);
  EXPECT_EQ(asked("HEAD /_millrace/ready HTTP/1.1\r\nHost: a\r\n").to.row->observed(),
            observation::ready);
  EXPECT_EQ(asked("GET /_millrace/metrics HTTP/1.1\r\nHost: a\r\n").to.row->observed(),
            observation::metrics);
}

TEST(auth_verdict, admits_only_whom_it_names) {
  const admission open{.loopback_listener = true, .auth_off = true};
  const admission exposed{.loopback_listener = false, .auth_off = true};
  const admission strict{.loopback_listener = true, .auth_off = false};
  const admission signed_{.signature_verified = true};
  EXPECT_TRUE(admits(auth_verdict::signature_required, open));
  EXPECT_FALSE(admits(auth_verdict::signature_required, exposed));
  EXPECT_FALSE(admits(auth_verdict::signature_required, strict));
  EXPECT_TRUE(admits(auth_verdict::signature_required, signed_));
  EXPECT_TRUE(admits(auth_verdict::loopback_open, strict));
  EXPECT_FALSE(admits(auth_verdict::loopback_open, exposed));
  EXPECT_FALSE(admits(auth_verdict::loopback_open, signed_));
  EXPECT_TRUE(admits(auth_verdict::public_health, admission{}));
}

}  // namespace
}  // namespace millrace::aws
