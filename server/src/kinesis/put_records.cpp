// PutRecords: up to 500 records, each with its own fate.
#include <algorithm>

#include "kinesis/errors.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/put_rows.hpp"
#include "kinesis/record_input.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::put_records_input;
namespace row = shapes::put_records_request_entry;
namespace out = shapes::put_records_output;
namespace out_row = shapes::put_records_result_entry;

enum stage : std::uint32_t { putting, size_asked };

constexpr std::size_t bytes_a_result = 140;

/// As many keys fill the lanes of MD5 by themselves.
constexpr std::size_t keys_hashed_alone = 16;

/// Puts what is in c.entries at once, while it is in the cache, and then lets go of the decoded
/// request, so that the next one's goes into the same memory.
progress put_now(call& c) {
  const progress p = put_unhashed(c);
  if (p != progress::waiting) return p;
  c.kept = c.stream_name;
  c.stream_name = c.kept;
  c.entries.clear();
  c.input.reset();
  return p;
}

progress start(call& c) {
  if (!read(c, in::stream_name, in::stream_arn)) return progress::answered;
  const std::span<const aws::value> records = c.input[in::records].elements();
  begin_records(c, records.size());
  for (const aws::value& r : records) {
    if (const auto wrong =
            add_record(c, r[row::data], r[row::partition_key], r[row::explicit_hash_key])) {
      return fail(c, *wrong);
    }
  }
  std::size_t bytes = 0;
  bool any_large = false;
  for (const put_entry& e : c.entries) {
    bytes += e.data.size() + e.partition_key.size();
    any_large |= large(e);
  }
  if (bytes > put_bytes_max) return fail(c, errc::too_many_records);
  if (!any_large) {
    return c.entries.size() < keys_hashed_alone ? hash_records(c) : put_now(c);
  }
  c.stage = size_asked;
  return submitted(c, streams(c).submit_describe_stream(c.stream_name, c.token));
}

void write_reason(const call& c, aws::reply_writer& writer, const put_result& put) {
  if (put.status == errc::throughput_exceeded) {
    writer.text(out_row::error_code, "ProvisionedThroughputExceededException");
    writer.text(out_row::error_message, rate_exceeded_text(c, put.shard));
    return;
  }
  writer.text(out_row::error_code, "InternalFailure");
  writer.text(out_row::error_message, "Internal service failure.");
}

void write_failure(const call& c, aws::reply_writer& writer, const put_result& put) {
  writer.begin_structure();
  write_reason(c, writer, put);
  writer.end_structure();
}

progress answer(call& c, std::span<const put_result> results, bool encrypted) {
  const auto failed = std::count_if(results.begin(), results.end(),
                                    [](const put_result& r) { return r.status != errc::ok; });
  return reply(c, 60 + results.size() * bytes_a_result, [&](aws::reply_writer& writer) {
    writer.integer(out::failed_record_count, failed);
    writer.member(out::records);
    writer.begin_list();
    put_rows rows(*c.out, writer);
    for (const put_result& put : results) {
      if (put.status == errc::ok) {
        rows.write(put);
      } else {
        write_failure(c, writer, put);
        rows.wrote_other();
      }
    }
    writer.end_list();
    if (encrypted) writer.text(out::encryption_type, "KMS");
  });
}

progress resume(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  if (c.stage == putting) return answer(c, done.put, done.stream->encrypted);
  const stream_settings& settings = done.stream->description.settings;
  const std::size_t bad = first_too_large(c, settings);
  if (bad < c.entries.size()) {
    const std::string path = "records." + std::to_string(bad + 1) + ".member.data";
    return fail(c, too_large(c.entries[bad], path, settings));
  }
  c.stage = putting;
  return put_now(c);
}

}  // namespace

const handler put_records = handler_on<start, put_hashed, resume>();

}  // namespace millrace::kinesis
