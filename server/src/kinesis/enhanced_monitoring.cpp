// EnableEnhancedMonitoring and DisableEnhancedMonitoring: which metrics of each shard are wanted.
#include <algorithm>

#include "kinesis/editing.hpp"
#include "kinesis/names.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/stream_output.hpp"

namespace millrace::kinesis {
namespace {

namespace enable_in = shapes::enable_enhanced_monitoring_input;
namespace disable_in = shapes::disable_enhanced_monitoring_input;
namespace out = shapes::enhanced_monitoring_output;

/// A bit for each name; the model has seen to it that each is one of them, or ALL.
std::uint8_t metrics_of(const aws::value& names) {
  unsigned bits = 0;
  for (const aws::value& name : names.elements()) {
    for (unsigned i = 0; i < std::size(shard_metric_names); ++i) {
      if (name.text() == "ALL" || name.text() == shard_metric_names[i]) bits |= 1U << i;
    }
  }
  return static_cast<std::uint8_t>(bits);
}

std::optional<aws::error> set(call& c, unsigned metrics) {
  c.settings.metrics = static_cast<std::uint8_t>(metrics);
  c.given = given_metrics;
  return std::nullopt;
}

progress start_enable(call& c) {
  return read(c, enable_in::stream_name, enable_in::stream_arn) ? ask_settings(c)
                                                                : progress::answered;
}
std::optional<aws::error> enable(call& c) {
  return set(c,
             c.description.settings.metrics | metrics_of(c.input[enable_in::shard_level_metrics]));
}

progress start_disable(call& c) {
  return read(c, disable_in::stream_name, disable_in::stream_arn) ? ask_settings(c)
                                                                  : progress::answered;
}
std::optional<aws::error> disable(call& c) {
  const unsigned gone = metrics_of(c.input[disable_in::shard_level_metrics]);
  return set(c, c.description.settings.metrics & ~gone);
}

progress answer(call& c) {
  return reply(c, 400, [&](aws::reply_writer& writer) {
    writer.text(out::stream_name, c.stream_name);
    writer.member(out::current_shard_level_metrics);
    write_metrics(writer, c.description.settings.metrics);
    writer.member(out::desired_shard_level_metrics);
    write_metrics(writer, c.settings.metrics);
    writer.text(out::stream_arn, stream_arn(*c.context, c.stream_name));
  });
}

}  // namespace

const handler enable_enhanced_monitoring = editing<start_enable, enable, answer>();
const handler disable_enhanced_monitoring = editing<start_disable, disable, answer>();

}  // namespace millrace::kinesis
