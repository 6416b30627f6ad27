// IncreaseStreamRetentionPeriod and DecreaseStreamRetentionPeriod.
#include "kinesis/editing.hpp"
#include "kinesis/errors.hpp"
#include "kinesis/operations.hpp"

namespace millrace::kinesis {
namespace {

namespace more_in = shapes::increase_stream_retention_period_input;
namespace less_in = shapes::decrease_stream_retention_period_input;

std::string hours_text(std::int64_t hours) { return "(" + std::to_string(hours) + " hours)"; }

std::optional<aws::error> out_of_range(std::int64_t hours) {
  if (hours < retention_hours_min) {
    return invalid_argument(
        "Minimum allowed retention period is " + std::to_string(retention_hours_min) +
        " hours. Requested retention period " + hours_text(hours) + " is too short.");
  }
  if (hours > retention_hours_max) {
    return invalid_argument(
        "Maximum allowed retention period is " + std::to_string(retention_hours_max) +
        " hours. Requested retention period " + hours_text(hours) + " is too long.");
  }
  return std::nullopt;
}

aws::error wrong_way(const call& c, std::int64_t hours, std::string_view what,
                     std::string_view instead) {
  std::string text = "Requested retention period " + hours_text(hours) + " for stream ";
  text.append(c.stream_name).append(" can not be ").append(what);
  text.append(" than existing retention period ");
  text.append(hours_text(c.description.settings.retention_hours)).append(". Use ");
  return invalid_argument(text.append(instead).append(" API."));
}

std::optional<aws::error> set(call& c, std::int64_t hours) {
  c.settings.retention_hours = static_cast<std::uint32_t>(hours);
  if (hours != c.description.settings.retention_hours) c.given = given_retention;
  return std::nullopt;
}

progress start_more(call& c) {
  return read(c, more_in::stream_name, more_in::stream_arn) ? ask_settings(c) : progress::answered;
}

std::optional<aws::error> more(call& c) {
  const std::int64_t hours = c.input[more_in::retention_period_hours].integer();
  if (auto wrong = out_of_range(hours)) return wrong;
  if (hours >= c.description.settings.retention_hours) return set(c, hours);
  return wrong_way(c, hours, "shorter", "DecreaseRetentionPeriod");
}

progress start_less(call& c) {
  return read(c, less_in::stream_name, less_in::stream_arn) ? ask_settings(c) : progress::answered;
}

std::optional<aws::error> less(call& c) {
  const std::int64_t hours = c.input[less_in::retention_period_hours].integer();
  if (auto wrong = out_of_range(hours)) return wrong;
  if (hours <= c.description.settings.retention_hours) return set(c, hours);
  return wrong_way(c, hours, "longer", "IncreaseRetentionPeriod");
}

}  // namespace

const handler increase_stream_retention_period = editing<start_more, more>();
const handler decrease_stream_retention_period = editing<start_less, less>();

}  // namespace millrace::kinesis
