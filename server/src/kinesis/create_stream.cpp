// CreateStream, with its tags.
#include <algorithm>

#include "kinesis/errors.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/stream_output.hpp"
#include "kinesis/tags.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::create_stream_input;

void give_number(call& c, const aws::value& from, std::uint32_t& to, given_settings flag) {
  if (!from.present()) return;
  to = static_cast<std::uint32_t>(from.integer());
  c.given |= flag;
}

/// Who asks for neither a mode nor shards gets an on-demand stream, as AWS was recorded to do.
stream_mode wanted_mode(const call& c) {
  const aws::value& mode = c.input[in::stream_mode_details];
  if (!mode.present() && !c.input[in::shard_count].present()) return stream_mode::on_demand;
  return read_mode(mode);
}

progress start(call& c) {
  if (!read(c)) return progress::answered;
  c.stream_name = c.input[in::stream_name].text();
  c.settings.mode = wanted_mode(c);
  c.given = given_mode;
  const bool on_demand = c.settings.mode == stream_mode::on_demand;
  if (on_demand && c.input[in::shard_count].present()) {
    return fail(c, invalid_argument("ShardCount is for streams in PROVISIONED mode."));
  }
  if (!on_demand && c.input[in::warm_throughput_mi_bps].present()) {
    return fail(c, invalid_argument("WarmThroughputMiBps is for streams in ON_DEMAND mode."));
  }
  give_number(c, c.input[in::shard_count], c.settings.shard_count, given_shard_count);
  give_number(c, c.input[in::warm_throughput_mi_bps], c.settings.warm_throughput_mibps,
              given_warm_throughput);
  give_number(c, c.input[in::max_record_size_in_ki_b], c.settings.record_kib_max,
              given_record_size);
  if (const auto wrong = give_tags(c, c.input[in::tags])) return fail(c, *wrong);
  std::sort(c.settings.stored.begin(), c.settings.stored.end());
  return submitted(c, streams(c).submit_create_stream(c.stream_name, c.settings, c.given, c.token));
}

progress resume(call& c, const completion& done) {
  return done.status == errc::ok ? succeed(c) : fail(c, done.status);
}

}  // namespace

const handler create_stream = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
