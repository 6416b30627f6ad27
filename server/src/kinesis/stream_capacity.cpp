// UpdateStreamMode, UpdateMaxRecordSize and UpdateStreamWarmThroughput.
#include "kinesis/editing.hpp"
#include "kinesis/errors.hpp"
#include "kinesis/names.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/stream_output.hpp"

namespace millrace::kinesis {
namespace {

namespace mode_in = shapes::update_stream_mode_input;
namespace size_in = shapes::update_max_record_size_input;
namespace warm_in = shapes::update_stream_warm_throughput_input;
namespace warm_out = shapes::update_stream_warm_throughput_output;

aws::error not_on_demand(const call& c) {
  return validation("Warm throughput is for streams in ON_DEMAND mode, and stream " +
                    std::string(c.stream_name) + " is not in it.");
}

progress start_mode(call& c) {
  return read_arn(c, mode_in::stream_arn) ? ask_settings(c) : progress::answered;
}

std::optional<aws::error> set_mode(call& c) {
  c.settings.mode = read_mode(c.input[mode_in::stream_mode_details]);
  if (c.settings.mode != c.description.settings.mode) c.given |= given_mode;
  const aws::value& warm = c.input[mode_in::warm_throughput_mi_bps];
  if (!warm.present()) return std::nullopt;
  if (c.settings.mode != stream_mode::on_demand) return not_on_demand(c);
  c.settings.warm_throughput_mibps = static_cast<std::uint32_t>(warm.integer());
  c.given |= given_warm_throughput;
  return std::nullopt;
}

progress start_size(call& c) {
  if (!read(c)) return progress::answered;
  const aws::value& arn = c.input[size_in::stream_arn];
  if (!arn.present()) return fail(c, invalid_argument("StreamARN should be provided."));
  return find_resource(c, arn.text()) ? ask_settings(c) : progress::answered;
}

std::optional<aws::error> set_size(call& c) {
  const std::int64_t kib = c.input[size_in::max_record_size_in_ki_b].integer();
  c.settings.record_kib_max = static_cast<std::uint32_t>(kib);
  c.given = given_record_size;
  return std::nullopt;
}

progress start_warm(call& c) {
  return read(c, warm_in::stream_name, warm_in::stream_arn) ? ask_settings(c) : progress::answered;
}

std::optional<aws::error> set_warm(call& c) {
  if (c.description.settings.mode != stream_mode::on_demand) return not_on_demand(c);
  const std::int64_t mibps = c.input[warm_in::warm_throughput_mi_bps].integer();
  c.settings.warm_throughput_mibps = static_cast<std::uint32_t>(mibps);
  c.given = given_warm_throughput;
  return std::nullopt;
}

progress answer_warm(call& c) {
  return reply(c, 300, [&](aws::reply_writer& writer) {
    writer.text(warm_out::stream_arn, stream_arn(*c.context, c.stream_name));
    writer.text(warm_out::stream_name, c.stream_name);
    writer.member(warm_out::warm_throughput);
    write_warm_throughput(writer, c.settings.warm_throughput_mibps);
  });
}

}  // namespace

const handler update_stream_mode = editing<start_mode, set_mode>();
const handler update_max_record_size = editing<start_size, set_size>();
const handler update_stream_warm_throughput = editing<start_warm, set_warm, answer_warm>();

}  // namespace millrace::kinesis
