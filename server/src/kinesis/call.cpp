// What the operations of Kinesis share: reading a request, finding its stream, failing.
#include "kinesis/call.hpp"

#include <millrace/engine.hpp>

#include "aws/read_request.hpp"
#include "kinesis/errors.hpp"
#include "kinesis/names.hpp"
#include "kinesis/patterns.hpp"

namespace millrace::kinesis {

void call::reset() {
  constexpr std::size_t records_kept = 64;
  aws::call::reset();
  stream_name = consumer_name = {};
  kept.clear();
  shard = 0;
  consumer_created_s = consumer_created_ms = 0;
  settings = {};
  given = 0;
  description = {};
  shards.clear();
  names.clear();
  listed.clear();
  open_shards = on_demand_streams = 0;
  committed = {};
  enables = consumer_creating = false;
  entries.clear();
  if (entries.capacity() <= records_kept) return;
  entries = {};
  hashes = {};
  digests = {};
}

progress fail(call& c, const aws::error& why) {
  aws::write_error(*c.out, why, c.wire, &shapes::model, c.head);
  return progress::answered;
}

progress fail(call& c, errc code) { return fail(c, error_of(c, code)); }

progress submitted(call& c, const result<void>& done) {
  return done ? progress::waiting : fail(c, done.error());
}

progress succeed(call& c) {
  http::write_response(*c.out, c.head, {});
  return progress::answered;
}

std::int64_t now_ms(const call& c) { return c.context->host->now_ms(); }

bool read(call& c) {
  c.fields.assign("x-amz-id-2: ").append(c.head.request_id).append("\r\n");
  c.head.fields = c.fields;
  const aws::shape_id input = shapes::model.operations[c.operation].input;
  const aws::decode_result decoded =
      aws::read_request(c.input, shapes::model, input, c.wire, *c.request);
  if (!decoded) {
    fail(c, aws::error_of(decoded, c.wire));
    return false;
  }
  std::string wrong = aws::violations(shapes::model, input, c.input.root(), pattern_matchers());
  if (wrong.empty()) return true;
  fail(c, validation(std::move(wrong)));
  return false;
}

bool read(call& c, aws::member_id name, aws::member_id arn) {
  return read(c) && find_stream(c, name, arn);
}

bool find_stream(call& c, aws::member_id name, aws::member_id arn) {
  const aws::value& by_name = c.input[name];
  const aws::value& by_arn = c.input[arn];
  if (by_arn.present()) {
    if (!find_resource(c, by_arn.text())) return false;
    if (!by_name.present() || by_name.text() == c.stream_name) return true;
    fail(c, invalid_argument("StreamName and StreamARN do not name the same stream."));
    return false;
  }
  c.stream_name = by_name.text();
  if (by_name.present()) return true;
  fail(c, invalid_argument("Either StreamName or StreamARN should be provided."));
  return false;
}

bool read_arn(call& c, aws::member_id arn) {
  return read(c) && find_resource(c, c.input[arn].text());
}

bool find_resource(call& c, std::string_view arn) {
  const arn_parts parts = split_arn(arn);
  c.stream_name = parts.stream;
  c.consumer_name = parts.consumer;
  c.consumer_created_s = parts.consumer_created_s;
  if (parts.account == c.context->account_id && parts.region == c.context->region) return true;
  fail(c, not_found("Stream " + std::string(parts.stream) + " under account " +
                    std::string(parts.account) + " not found."));
  return false;
}

bool read_shard(call& c, std::string_view id) {
  if (read_shard_id(id, c.shard)) return true;
  fail(c, shard_not_found(c, id));
  return false;
}

}  // namespace millrace::kinesis
