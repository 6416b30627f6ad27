// Requests of 1 KiB a message into documents, and answers out.
#include <array>
#include <cstring>
#include <string>

#include "aws/cbor_reader.hpp"
#include "aws/cbor_writer.hpp"
#include "aws/json_reader.hpp"
#include "aws/json_writer.hpp"
#include "aws/query_reader.hpp"
#include "aws/tables/kinesis.hpp"
#include "aws/tables/sqs.hpp"
#include "hot_path.hpp"
#include "http/request_parser.hpp"
#include "http/response.hpp"
#include "wire_requests.hpp"

namespace millrace::bench {
namespace {

using namespace aws;

constexpr std::size_t records = 100;
constexpr std::size_t body_bytes = 1024;

void parse_http(std::size_t rounds) {
  const std::string bytes = post(send_message_json(false));
  http::request_parser parser;
  http::receive_buffer in({});
  for (std::size_t i = 0; i < rounds; ++i) {
    std::memcpy(in.prepare(bytes.size()).data(), bytes.data(), bytes.size());
    in.commit(bytes.size());
    expect(parser.parse(in) == http::parse_status::complete, "the request was refused");
    keep(parser.message().body.data());
    parser.next(in);
  }
}

using reader = decode_result (*)(document&, const service_model&, shape_id, std::string_view);

void decode(std::size_t rounds, reader read, const service_model& model, shape_id shape,
            const std::string& request) {
  const std::string padded = request + std::string(64, ' ');
  document into;
  for (std::size_t i = 0; i < rounds; ++i) {
    expect(static_cast<bool>(read(into, model, shape, {padded.data(), request.size()})),
           "the request was refused");
    keep(into.root());
  }
}

std::string put_records_json() {
  std::string json = R"({"StreamName": "orders", "Records": [)";
  for (std::size_t i = 0; i < records; ++i) {
    json.append(i == 0 ? "" : ", ").append(R"({"Data": ")").append(body_bytes * 4 / 3 / 4 * 4, 'A');
    json.append(R"(", "PartitionKey": "key-)").append(std::to_string(i)).append("\"}");
  }
  return json.append("]}");
}

std::string put_records_cbor() {
  http::send_buffer out;
  cbor_writer cbor(out, kinesis::model);
  cbor.begin_structure();
  cbor.member(kinesis::put_records_input::stream_name);
  cbor.text("orders");
  cbor.member(kinesis::put_records_input::records);
  cbor.begin_list();
  for (std::size_t i = 0; i < records; ++i) {
    cbor.begin_structure();
    cbor.member(kinesis::put_records_request_entry::data);
    cbor.blob(std::string(body_bytes, 'x'));
    cbor.member(kinesis::put_records_request_entry::partition_key);
    cbor.text("key-" + std::to_string(i));
    cbor.end_structure();
  }
  cbor.end_list();
  cbor.end_structure();
  return std::string(out.view());
}

std::string form_of(std::string_view action) {
  return std::string("Action=").append(action).append(
      "&Version=2012-11-05&QueueUrl=http%3A%2F%2F127.0.0.1%3A4566%2F000000000000%2Forders");
}

std::string send_message_form() {
  return form_of("SendMessage") + "&MessageBody=" + std::string(body_bytes, 'x');
}

/// A body of JSON, in which every fifth character or so is written with an escape.
std::string send_escaped_form() {
  std::string form = form_of("SendMessage") + "&MessageBody=";
  for (std::size_t bytes = 0; bytes < body_bytes; bytes += 33) {
    form += "%7B%22order%22%3A+12345%2C+%22to%22%3A+%22Oslo%22%7D%0A";
  }
  return form;
}

std::string batch_form(int attributes) {
  std::string form = form_of("SendMessageBatch");
  for (int i = 1; i <= 10; ++i) {
    const std::string entry = "&SendMessageBatchRequestEntry." + std::to_string(i) + ".";
    form += entry + "Id=entry-" + std::to_string(i);
    form += entry + "MessageBody=" + std::string(body_bytes, 'x');
    for (int a = 1; a <= attributes; ++a) {
      const std::string attribute = entry + "MessageAttribute." + std::to_string(a) + ".";
      form += attribute + "Name=attribute-" + std::to_string(a);
      form += attribute + "Value.StringValue=value";
      form += attribute + "Value.DataType=String";
    }
  }
  return form;
}

/// A whole answer, head and body, written by `body`.
template <class Write>
void answer(std::size_t rounds, const Write& body) {
  http::send_buffer out;
  for (std::size_t i = 0; i < rounds; ++i) {
    const auto open =
        http::begin_response(out, {.content_type = "application/x-amz-json-1.0",
                                   .request_id = "0f4a2d2e-0000-4000-8000-000000000000"});
    json_writer json(out, sqs::model);
    json.begin_structure();
    body(json);
    json.end_structure();
    http::finish_response(out, open);
    keep(out.data());
    out.consume(out.size());
  }
}

void answer_send(std::size_t rounds) {
  answer(rounds, [](json_writer& json) {
    json.token(sqs::send_message_result::md5_of_message_body, "5d41402abc4b2a76b9719d911017c592");
    json.token(sqs::send_message_result::message_id, "0f4a2d2e-0000-4000-8000-000000000000");
  });
}

void answer_receive(std::size_t rounds) {
  const std::string text(body_bytes, 'x');
  answer(rounds, [&](json_writer& json) {
    json.member(sqs::receive_message_result::messages);
    json.begin_list();
    for (int i = 0; i < 10; ++i) {
      json.begin_structure();
      json.text(sqs::message::body, text);
      json.end_structure();
    }
    json.end_list();
  });
}

constexpr std::array paths = {
    hot_path{"wire.parse_http_send_message", 3'000, parse_http},
    hot_path{"wire.decode_json_send_message", 3'000,
             [](std::size_t rounds) {
               decode(rounds, read_json, sqs::model, sqs::send_message_request::shape,
                      send_message_json(false));
             }},
    hot_path{"wire.decode_json_batch_of_10", 500,
             [](std::size_t rounds) {
               decode(rounds, read_json, sqs::model, sqs::send_message_batch_request::shape,
                      batch_json());
             }},
    hot_path{"wire.decode_query_send_message", 1'000,
             [](std::size_t rounds) {
               decode(rounds, read_query, sqs::model, sqs::send_message_request::shape,
                      send_message_form());
             }},
    hot_path{"wire.decode_query_send_escaped", 1'000,
             [](std::size_t rounds) {
               decode(rounds, read_query, sqs::model, sqs::send_message_request::shape,
                      send_escaped_form());
             }},
    hot_path{"wire.decode_query_batch_of_10", 300,
             [](std::size_t rounds) {
               decode(rounds, read_query, sqs::model, sqs::send_message_batch_request::shape,
                      batch_form(0));
             }},
    hot_path{"wire.decode_query_batch_attributes", 100,
             [](std::size_t rounds) {
               decode(rounds, read_query, sqs::model, sqs::send_message_batch_request::shape,
                      batch_form(10));
             }},
    hot_path{"wire.decode_json_put_records_100", 50,
             [](std::size_t rounds) {
               decode(rounds, read_json, kinesis::model, kinesis::put_records_input::shape,
                      put_records_json());
             }},
    hot_path{"wire.decode_cbor_put_records_100", 300,
             [](std::size_t rounds) {
               decode(rounds, read_cbor, kinesis::model, kinesis::put_records_input::shape,
                      put_records_cbor());
             }},
    hot_path{"wire.answer_send_message", 5'000, answer_send},
    hot_path{"wire.answer_receive_10", 300, answer_receive},
};

}  // namespace

std::span<const hot_path> wire_paths() { return paths; }

}  // namespace millrace::bench
