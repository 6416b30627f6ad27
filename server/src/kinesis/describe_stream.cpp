// DescribeStream: the stream, then a page of its shards.
#include "kinesis/names.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/stream_output.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::describe_stream_input;
namespace out = shapes::stream_description;

constexpr std::int64_t shards_default = 100;

enum stage : std::uint32_t { asked, shards_asked };

progress start(call& c) {
  if (!read(c, in::stream_name, in::stream_arn)) return progress::answered;
  const aws::value& after = c.input[in::exclusive_start_shard_id];
  if (after.present() && !read_shard(c, after.text())) return progress::answered;
  c.stage = asked;
  return submitted(c, streams(c).submit_describe_stream(c.stream_name, c.token));
}

void write_description(const call& c, aws::reply_writer& writer,
                       std::span<const shard_description> shards, bool more) {
  const stream_description& s = c.description;
  writer.begin_structure();
  writer.text(out::stream_name, s.name);
  writer.text(out::stream_arn, stream_arn(*c.context, s.name));
  writer.text(out::stream_status, status_text(s.status));
  writer.member(out::stream_mode_details);
  write_mode(writer, s.settings.mode);
  writer.member(out::shards);
  writer.begin_list();
  for (const shard_description& shard : shards) write_shard(writer, shard);
  writer.end_list();
  writer.boolean(out::has_more_shards, more);
  writer.integer(out::retention_period_hours, s.settings.retention_hours);
  writer.timestamp(out::stream_creation_timestamp, s.created_at_ms);
  writer.member(out::enhanced_monitoring);
  write_monitoring(writer, s.settings.metrics);
  const bool encrypted = !s.settings.encryption_key.empty();
  writer.text(out::encryption_type, encrypted ? "KMS" : "NONE");
  if (encrypted) writer.text(out::key_id, s.settings.encryption_key);
  writer.end_structure();
}

progress answer(call& c, std::span<const shard_description> shards, bool more) {
  return reply(c, 500 + shards.size() * 500, [&](aws::reply_writer& writer) {
    writer.member(shapes::describe_stream_output::stream_description);
    write_description(c, writer, shards, more);
  });
}

progress resume(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  const auto max = static_cast<std::size_t>(c.input[in::limit].integer(shards_default));
  if (c.stage == asked) {
    c.description = done.stream->description;
    c.stage = shards_asked;
    if (c.description.status == stream_status::deleting) return answer(c, {}, false);
    const bool from_first = !c.input[in::exclusive_start_shard_id].present();
    return submitted(c, streams(c).submit_list_shards(
                            c.description.handle, from_first ? 0 : c.shard + 1, max + 1, c.token));
  }
  std::span<const shard_description> shards = done.stream->shards;
  if (c.description.status == stream_status::creating) shards = {};  // they come with ACTIVE
  const bool more = shards.size() > max;
  if (more) shards = shards.first(max);
  return answer(c, shards, more);
}

}  // namespace

const handler describe_stream = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
