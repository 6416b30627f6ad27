#include "queue/attributes_codec.hpp"

#include <charconv>
#include <cstring>

namespace millrace {
inline namespace v1 {

errc queue_attributes::check() const noexcept {
  const auto within = [](std::int64_t value, std::int64_t low, std::int64_t high) {
    return value >= low && value <= high;
  };
  const bool ok =
      within(delay_seconds, 0, delay_seconds_max) &&
      within(maximum_message_size, message_bytes_min, message_bytes_max) &&
      within(message_retention_period, retention_seconds_min, retention_seconds_max) &&
      within(receive_message_wait_time_seconds, 0, wait_seconds_max) &&
      within(visibility_timeout, 0, visibility_seconds_max) &&
      (redrive.target_queue.empty() || within(redrive.max_receive_count, 1, max_receive_count_max));
  const bool per_group = throughput_limit == fifo_throughput_limit::per_message_group_id;
  if (per_group && scope != deduplication_scope::message_group) {
    return errc::invalid_attribute_value;
  }
  if (!fifo_queue && (content_based_deduplication || scope != deduplication_scope::queue)) {
    return errc::invalid_attribute_name;
  }
  return ok ? errc::ok : errc::invalid_attribute_value;
}

}  // namespace v1

namespace queue {
namespace {

constexpr std::string_view delay = "DelaySeconds";
constexpr std::string_view size_max = "MaximumMessageSize";
constexpr std::string_view retention = "MessageRetentionPeriod";
constexpr std::string_view wait_time = "ReceiveMessageWaitTimeSeconds";
constexpr std::string_view visibility = "VisibilityTimeout";
constexpr std::string_view dead_letter_target = "deadLetterTarget";
constexpr std::string_view receive_max = "maxReceiveCount";
constexpr std::string_view level = "millrace:durability";
constexpr std::string_view fifo_queue = "FifoQueue";
constexpr std::string_view by_content = "ContentBasedDeduplication";
constexpr std::string_view scope = "DeduplicationScope";
constexpr std::string_view throughput = "FifoThroughputLimit";

void put(std::vector<std::byte>& out, std::string_view text) {
  const auto length = static_cast<std::uint32_t>(text.size());
  const auto* p = reinterpret_cast<const std::byte*>(&length);
  out.insert(out.end(), p, p + sizeof length);
  const bytes_view bytes = as_bytes(text);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void put(std::vector<std::byte>& out, std::string_view key, std::int64_t value) {
  put(out, key);
  put(out, std::to_string(value));
}

bool take(bytes_view& left, std::string_view& out) {
  std::uint32_t length = 0;
  if (left.size() < sizeof length) return false;
  std::memcpy(&length, left.data(), sizeof length);
  left = left.subspan(sizeof length);
  if (left.size() < length) return false;
  out = as_text(left.first(length));
  left = left.subspan(length);
  return true;
}

template <class Number>
bool number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

/// One of two texts, as whether it is the second.
template <class Two>
bool choose(std::string_view text, std::string_view first, std::string_view second, Two& out) {
  out = static_cast<Two>(text == second);
  return text == first || text == second;
}

bool assign(queue_attributes& a, std::string_view key, std::string_view value) {
  if (key == delay) return number(value, a.delay_seconds);
  if (key == size_max) return number(value, a.maximum_message_size);
  if (key == retention) return number(value, a.message_retention_period);
  if (key == wait_time) return number(value, a.receive_message_wait_time_seconds);
  if (key == visibility) return number(value, a.visibility_timeout);
  if (key == receive_max) return number(value, a.redrive.max_receive_count);
  if (key == level) {
    const auto known = level_of(value);
    if (known) a.level = *known;
    return known.has_value();
  }
  if (key == dead_letter_target) {
    a.redrive.target_queue = value;
    return true;
  }
  if (key == fifo_queue) return choose(value, "false", "true", a.fifo_queue);
  if (key == by_content) return choose(value, "false", "true", a.content_based_deduplication);
  if (key == scope) return choose(value, "queue", "messageGroup", a.scope);
  if (key == throughput) return choose(value, "perQueue", "perMessageGroupId", a.throughput_limit);
  a.stored.emplace_back(key, value);
  return true;
}

void encode_fifo(const queue_attributes& a, std::vector<std::byte>& out) {
  const bool in_group = a.scope == deduplication_scope::message_group;
  const bool per_group = a.throughput_limit == fifo_throughput_limit::per_message_group_id;
  for (const std::string_view text :
       {fifo_queue, std::string_view("true"), by_content,
        std::string_view(a.content_based_deduplication ? "true" : "false"), scope,
        std::string_view(in_group ? "messageGroup" : "queue"), throughput,
        std::string_view(per_group ? "perMessageGroupId" : "perQueue")}) {
    put(out, text);
  }
}

}  // namespace

void encode(const std::string& name, const queue_attributes& a, std::vector<std::byte>& out) {
  put(out, name);
  put(out, delay, a.delay_seconds);
  put(out, size_max, a.maximum_message_size);
  put(out, retention, a.message_retention_period);
  put(out, wait_time, a.receive_message_wait_time_seconds);
  put(out, visibility, a.visibility_timeout);
  if (!a.redrive.target_queue.empty()) {
    put(out, dead_letter_target);
    put(out, a.redrive.target_queue);
    put(out, receive_max, a.redrive.max_receive_count);
  }
  put(out, level);
  put(out, text_of(a.level));
  if (a.fifo_queue) encode_fifo(a, out);
  for (const auto& [key, value] : a.stored) {
    put(out, key);
    put(out, value);
  }
}

std::string_view text_of(durability d) noexcept {
  switch (d) {
    case durability::memory: return "memory";
    case durability::os: return "os";
    case durability::disk: return "disk";
    case durability::replicated: return "replicated";
  }
  return {};
}

std::optional<durability> level_of(std::string_view text) noexcept {
  for (const durability d :
       {durability::memory, durability::os, durability::disk, durability::replicated}) {
    if (text == text_of(d)) return d;
  }
  return std::nullopt;
}

bool decode(bytes_view encoded, definition& out) {
  std::string_view name;
  if (!take(encoded, name)) return false;
  out.name = name;
  out.attributes = {};
  while (!encoded.empty()) {
    std::string_view key;
    std::string_view value;
    if (!take(encoded, key) || !take(encoded, value)) return false;
    if (!assign(out.attributes, key, value)) return false;
  }
  return true;
}

bool is_own_attribute(std::string_view name) noexcept {
  for (const std::string_view own :
       {delay, size_max, retention, wait_time, visibility, dead_letter_target, receive_max, level,
        fifo_queue, by_content, scope, throughput}) {
    if (name == own) return true;
  }
  return false;
}

bool valid_queue_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > 80) return false;
  if (name.ends_with(fifo_suffix)) name.remove_suffix(fifo_suffix.size());
  if (name.empty()) return false;
  for (const char c : name) {
    const bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '-' || c == '_';
    if (!ok) return false;
  }
  return true;
}

}  // namespace queue
}  // namespace millrace
