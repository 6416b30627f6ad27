// PutRecord: one record. Its order behind earlier ones of the same key is as they come, whether
// SequenceNumberForOrdering asks for it or not.
#include "kinesis/errors.hpp"
#include "kinesis/names.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/record_input.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::put_record_input;
namespace out = shapes::put_record_output;

enum stage : std::uint32_t { putting, size_asked };

std::optional<aws::error> check_order(const call& c) {
  const aws::value& after = c.input[in::sequence_number_for_ordering];
  if (!after.present()) return std::nullopt;
  constexpr std::int64_t ms_per_second = 1000;
  const std::optional<sequence_number> number = parse_sequence_number(after.text());
  const auto now_s = static_cast<std::uint64_t>(now_ms(c) / ms_per_second);
  if (number && number->arrived_s <= now_s) return std::nullopt;
  std::string text = "ExclusiveMinimumSequenceNumber ";
  text.append(after.text()).append(" used in PutRecord on stream ").append(c.stream_name);
  text.append(" under account ").append(c.context->account_id);
  return invalid_argument(text.append(" is invalid."));
}

progress start(call& c) {
  if (!read(c, in::stream_name, in::stream_arn)) return progress::answered;
  begin_records(c, 1);
  if (const auto wrong = add_record(c, c.input[in::data], c.input[in::partition_key],
                                    c.input[in::explicit_hash_key])) {
    return fail(c, *wrong);
  }
  if (const auto wrong = check_order(c)) return fail(c, *wrong);
  if (!large(c.entries[0])) return hash_records(c);
  c.stage = size_asked;
  return submitted(c, streams(c).submit_describe_stream(c.stream_name, c.token));
}

progress resume(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  if (c.stage == size_asked) {
    const stream_settings& settings = done.stream->description.settings;
    if (first_too_large(c, settings) == 0)
      return fail(c, too_large(c.entries[0], "data", settings));
    c.stage = putting;
    return put_unhashed(c);
  }
  const put_result& put = done.put[0];
  c.shard = put.shard;
  if (put.status != errc::ok) return fail(c, put.status);
  return reply(c, 150, [&](aws::reply_writer& writer) {
    writer.text(out::shard_id, shard_id(put.shard));
    writer.text(out::sequence_number, to_text(put.sequence));
    if (done.stream->encrypted) writer.text(out::encryption_type, "KMS");
  });
}

}  // namespace

const handler put_record = handler_on<start, put_hashed, resume>();

}  // namespace millrace::kinesis
