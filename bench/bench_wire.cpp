// The wire layers on a SendMessage of 1 KiB as boto3 and the JavaScript SDK write it: parsing the
// HTTP request, routing, decoding the JSON (simdjson's DOM beside it), writing the answer.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <cstring>
#include <string>

#include "aws/json_reader.hpp"
#include "aws/json_writer.hpp"
#include "aws/route.hpp"
#include "aws/tables/sqs.hpp"
#include "http/request_parser.hpp"
#include "http/response.hpp"
#include "wire_requests.hpp"

namespace {

using namespace millrace;
using namespace millrace::aws;
using namespace millrace::bench;
namespace send = sqs::send_message_request;

void receive(http::receive_buffer& in, std::string_view bytes) {
  const std::span<char> room = in.prepare(bytes.size());
  std::memcpy(room.data(), bytes.data(), bytes.size());
  in.commit(bytes.size());
}

void http_parse(benchmark::State& state) {
  const std::string bytes = post(send_message_json(false));
  http::request_parser parser;
  http::receive_buffer in({});
  for (auto _ : state) {
    receive(in, bytes);
    if (parser.parse(in) != http::parse_status::complete) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(parser.message().body.data());
    parser.next(in);
  }
}
BENCHMARK(http_parse);

void http_receive_only(benchmark::State& state) {
  const std::string bytes = post(send_message_json(false));
  http::receive_buffer in({});
  for (auto _ : state) {
    receive(in, bytes);
    benchmark::DoNotOptimize(in.data());
    in.consume(bytes.size());
  }
}
BENCHMARK(http_receive_only);

void find_the_route(benchmark::State& state) {
  const std::string bytes = post(send_message_json(false));
  http::request_parser parser;
  http::receive_buffer in({});
  receive(in, bytes);
  if (parser.parse(in) != http::parse_status::complete) return state.SkipWithError("refused");
  for (auto _ : state) {
    const destination to = find_route(parser.message());
    benchmark::DoNotOptimize(to.row);
  }
}
BENCHMARK(find_the_route);

void decode(benchmark::State& state, const std::string& json, shape_id shape) {
  const std::string padded = json + std::string(64, ' ');
  document into;
  for (auto _ : state) {
    const decode_result read = read_json(into, sqs::model, shape, {padded.data(), json.size()});
    if (!read) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(into.root());
  }
}
BENCHMARK_CAPTURE(decode, send_message, send_message_json(false), send::shape);
BENCHMARK_CAPTURE(decode, send_message_escaped, send_message_json(true), send::shape);
BENCHMARK_CAPTURE(decode, batch_of_10, batch_json(), sqs::send_message_batch_request::shape);

void simdjson_dom(benchmark::State& state, const std::string& json) {
  const simdjson::padded_string padded(json);
  simdjson::dom::parser parser;
  for (auto _ : state) {
    simdjson::dom::element root;
    if (parser.parse(padded).get(root) != simdjson::SUCCESS) return state.SkipWithError("refused");
    std::string_view url = root["QueueUrl"];
    benchmark::DoNotOptimize(url);
  }
}
BENCHMARK_CAPTURE(simdjson_dom, send_message, send_message_json(false));
BENCHMARK_CAPTURE(simdjson_dom, send_message_escaped, send_message_json(true));
BENCHMARK_CAPTURE(simdjson_dom, batch_of_10, batch_json());

void answer_send_message(benchmark::State& state) {
  http::send_buffer out;
  for (auto _ : state) {
    const http::open_response open =
        http::begin_response(out, {.content_type = "application/x-amz-json-1.0",
                                   .request_id = "0f4a2d2e-0000-4000-8000-000000000000"});
    json_writer json(out, sqs::model);
    json.begin_structure();
    json.text(sqs::send_message_result::md5_of_message_body, "5d41402abc4b2a76b9719d911017c592");
    json.text(sqs::send_message_result::message_id, "0f4a2d2e-0000-4000-8000-000000000000");
    json.end_structure();
    http::finish_response(out, open);
    benchmark::DoNotOptimize(out.data());
    out.consume(out.size());
  }
}
BENCHMARK(answer_send_message);

void write_body(benchmark::State& state) {
  const std::string body(1024, 'x');
  http::send_buffer out;
  for (auto _ : state) {
    append_json_string(out, body);
    benchmark::DoNotOptimize(out.data());
    out.consume(out.size());
  }
}
BENCHMARK(write_body);

}  // namespace

BENCHMARK_MAIN();
