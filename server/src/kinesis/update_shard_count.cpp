// UpdateShardCount: to so many shards of equal ranges, at most twice and at least half of those
// that are open.
#include "kinesis/errors.hpp"
#include "kinesis/names.hpp"
#include "kinesis/operations.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::update_shard_count_input;
namespace out = shapes::update_shard_count_output;

enum stage : std::uint32_t { asked, scaling };

std::uint32_t target(const call& c) {
  return static_cast<std::uint32_t>(c.input[in::target_shard_count].integer());
}

progress start(call& c) {
  if (!read(c, in::stream_name, in::stream_arn)) return progress::answered;
  c.stage = asked;
  return submitted(c, streams(c).submit_describe_stream(c.stream_name, c.token));
}

std::optional<aws::error> out_of_reach(const call& c) {
  const std::uint32_t open = c.description.open_shards;
  const auto refusal = [&](std::string_view what) {
    std::string text = "UpdateShardCount cannot scale ";
    text.append(what).append(" your current open shard count. Current open shard count: ");
    text.append(std::to_string(open)).append(". Target shard count: ");
    return limit_exceeded(text.append(std::to_string(target(c))).append("."));
  };
  if (target(c) > 2 * std::uint64_t{open}) return refusal("up to more than double");
  if (2 * std::uint64_t{target(c)} < open) return refusal("down to less than half");
  return std::nullopt;
}

progress resume(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  if (c.stage == asked) {
    c.description = done.stream->description;
    if (c.description.settings.mode == stream_mode::on_demand) {
      return fail(c, errc::stream_is_on_demand);
    }
    if (const auto wrong = out_of_reach(c)) return fail(c, *wrong);
    c.stage = scaling;
    return submitted(c, streams(c).submit_update_shard_count(c.stream_name, target(c), c.token));
  }
  return reply(c, 250, [&](aws::reply_writer& writer) {
    writer.text(out::stream_name, c.stream_name);
    writer.integer(out::current_shard_count, c.description.open_shards);
    writer.integer(out::target_shard_count, target(c));
    writer.text(out::stream_arn, stream_arn(*c.context, c.stream_name));
  });
}

}  // namespace

const handler update_shard_count = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
