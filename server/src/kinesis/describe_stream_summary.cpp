// DescribeStreamSummary: everything of a stream but its shards.
#include "kinesis/names.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/stream_output.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::describe_stream_summary_input;
namespace out = shapes::stream_description_summary;

progress start(call& c) {
  if (!read(c, in::stream_name, in::stream_arn)) return progress::answered;
  return submitted(c, streams(c).submit_describe_stream(c.stream_name, c.token));
}

void write_summary(const call& c, aws::reply_writer& writer, const stream_description& s) {
  writer.begin_structure();
  writer.text(out::stream_name, s.name);
  writer.text(out::stream_arn, stream_arn(*c.context, s.name));
  writer.text(out::stream_status, status_text(s.status));
  writer.member(out::stream_mode_details);
  write_mode(writer, s.settings.mode);
  writer.integer(out::retention_period_hours, s.settings.retention_hours);
  writer.timestamp(out::stream_creation_timestamp, s.created_at_ms);
  writer.member(out::enhanced_monitoring);
  write_monitoring(writer, s.settings.metrics);
  const bool encrypted = !s.settings.encryption_key.empty();
  writer.text(out::encryption_type, encrypted ? "KMS" : "NONE");
  if (encrypted) writer.text(out::key_id, s.settings.encryption_key);
  writer.integer(out::open_shard_count, s.open_shards);
  writer.integer(out::consumer_count, s.consumers);
  if (s.settings.mode == stream_mode::on_demand) {
    writer.member(out::warm_throughput);
    write_warm_throughput(writer, s.settings.warm_throughput_mibps);
  }
  writer.integer(out::max_record_size_in_ki_b, s.settings.record_kib_max);
  writer.end_structure();
}

progress resume(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  return reply(c, 700, [&](aws::reply_writer& writer) {
    writer.member(shapes::describe_stream_summary_output::stream_description_summary);
    write_summary(c, writer, done.stream->description);
  });
}

}  // namespace

const handler describe_stream_summary = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
