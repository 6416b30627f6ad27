#include "topic/definition_codec.hpp"

#include <charconv>
#include <cstring>
#include <type_traits>

namespace millrace::topic {
namespace {

constexpr std::string_view fifo = "FifoTopic";
constexpr std::string_view by_content = "ContentBasedDeduplication";
constexpr std::string_view scope = "FifoThroughputScope";
constexpr std::string_view message_size = "MaximumMessageSize";
constexpr std::string_view level = "millrace:durability";

constexpr std::string_view protocol = "Protocol";
constexpr std::string_view endpoint = "Endpoint";
constexpr std::string_view raw = "RawMessageDelivery";
constexpr std::string_view policy_scope = "FilterPolicyScope";
constexpr std::string_view policy = "FilterPolicy";
constexpr std::string_view dead_letters = "RedrivePolicy";

enum target_flag : std::uint8_t { target_raw = 1, target_dead_letter = 2 };

using texts = std::vector<std::pair<std::string, std::string>>;

template <class Number>
void put(std::vector<std::byte>& out, Number n) {
  static_assert(std::is_trivially_copyable_v<Number>);
  const std::size_t before = out.size();
  out.resize(before + sizeof n);
  std::memcpy(&out[before], &n, sizeof n);
}
void put(std::vector<std::byte>& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  const bytes_view bytes = as_bytes(text);
  out.insert(out.end(), bytes.begin(), bytes.end());
}
void put(std::vector<std::byte>& out, const texts& all) {
  put(out, static_cast<std::uint32_t>(all.size()));
  for (const auto& [key, value] : all) {
    put(out, std::string_view(key));
    put(out, std::string_view(value));
  }
}

template <class Number>
bool take(bytes_view& left, Number& out) {
  static_assert(std::is_trivially_copyable_v<Number>);
  if (left.size() < sizeof out) return false;
  std::memcpy(&out, left.data(), sizeof out);
  left = left.subspan(sizeof out);
  return true;
}
bool take(bytes_view& left, std::string& out) {
  std::uint32_t size = 0;
  if (!take(left, size) || left.size() < size) return false;
  out = as_text(left.first(size));
  left = left.subspan(size);
  return true;
}
/// Calls assign(key, value) -> bool for each pair.
template <class Assign>
bool take_texts(bytes_view& left, Assign&& assign) {
  std::uint32_t count = 0;
  if (!take(left, count)) return false;
  std::string key;
  std::string value;
  for (; count != 0; --count) {
    if (!take(left, key) || !take(left, value) || !assign(key, value)) return false;
  }
  return true;
}

bool to_number(std::string_view text, std::uint32_t most, std::uint32_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && out <= most;
}
template <class Value>
bool assign(std::string_view text, Value most, Value& out) {
  std::uint32_t number = 0;
  if (!to_number(text, static_cast<std::uint32_t>(most), number)) return false;
  out = static_cast<Value>(number);
  return true;
}
template <class Value>
std::string text_of(Value value) {
  return std::to_string(static_cast<std::uint32_t>(value));
}

bool assign(topic_settings& s, const std::string& key, const std::string& value) {
  if (key == fifo) return assign(value, true, s.fifo);
  if (key == by_content) return assign(value, true, s.content_based_deduplication);
  if (key == scope) return assign(value, topic_deduplication_scope::message_group, s.scope);
  if (key == message_size) return assign(value, UINT32_MAX, s.maximum_message_size);
  if (key == level) return assign(value, durability::replicated, s.level);
  s.stored.emplace_back(key, value);
  return true;
}

bool assign(subscription_settings& s, const std::string& key, const std::string& value) {
  if (key == protocol) return assign(value, subscription_protocol::queue, s.protocol);
  if (key == raw) return assign(value, true, s.raw);
  if (key == policy_scope) return assign(value, filter_scope::body, s.scope);
  if (key == endpoint) {
    s.endpoint = value;
  } else if (key == policy) {
    s.filter_policy = value;
  } else if (key == dead_letters) {
    s.dead_letter_queue = value;
  } else {
    s.stored.emplace_back(key, value);
  }
  return true;
}

}  // namespace

std::vector<std::byte> encode(const topic_definition& d) {
  const topic_settings& s = d.settings;
  std::vector<std::byte> out;
  put(out, std::string_view(d.name));
  put(out, d.created_at_ms);
  put(out, texts{{std::string(fifo), text_of(s.fifo)},
                 {std::string(by_content), text_of(s.content_based_deduplication)},
                 {std::string(scope), text_of(s.scope)},
                 {std::string(message_size), text_of(s.maximum_message_size)},
                 {std::string(level), text_of(s.level)}});
  put(out, s.stored);
  return out;
}

std::vector<std::byte> encode(const subscription_definition& d) {
  const subscription_settings& s = d.settings;
  std::vector<std::byte> out;
  put(out, d.created_at_ms);
  put(out, texts{{std::string(protocol), text_of(s.protocol)},
                 {std::string(endpoint), s.endpoint},
                 {std::string(raw), text_of(s.raw)},
                 {std::string(policy_scope), text_of(s.scope)},
                 {std::string(policy), s.filter_policy},
                 {std::string(dead_letters), s.dead_letter_queue}});
  put(out, s.stored);
  return out;
}

bool decode(bytes_view encoded, topic_definition& out) {
  out = {};
  const auto set = [&](const std::string& key, const std::string& value) {
    return assign(out.settings, key, value);
  };
  const auto store = [&](const std::string& key, const std::string& value) {
    out.settings.stored.emplace_back(key, value);
    return true;
  };
  return take(encoded, out.name) && take(encoded, out.created_at_ms) && take_texts(encoded, set) &&
         take_texts(encoded, store) && encoded.empty();
}

bool decode(bytes_view encoded, subscription_definition& out) {
  out = {};
  const auto set = [&](const std::string& key, const std::string& value) {
    return assign(out.settings, key, value);
  };
  const auto store = [&](const std::string& key, const std::string& value) {
    out.settings.stored.emplace_back(key, value);
    return true;
  };
  return take(encoded, out.created_at_ms) && take_texts(encoded, set) &&
         take_texts(encoded, store) && encoded.empty();
}

void encode_target(const route& to, std::uint64_t number, bool dead_letter,
                   std::vector<std::byte>& out) {
  put(out, number);
  put(out, to.id);
  put(out, static_cast<std::uint8_t>((to.raw ? target_raw : 0) |
                                     (dead_letter ? target_dead_letter : 0)));
  put(out, std::string_view(to.queue.name));
  put(out, std::string_view(to.dead_letter.name));
}

route* target_reader::next(std::uint64_t& number, bool& dead_letter) {
  subscription_id id;
  std::uint8_t flags = 0;
  std::string queue;
  std::string dead_letters_to;
  const bool good = take(left_, number) && take(left_, id) && take(left_, flags) &&
                    take(left_, queue) && take(left_, dead_letters_to);
  if (!good) return nullptr;
  dead_letter = (flags & target_dead_letter) != 0;
  auto* made = new route;
  made->id = id;
  made->raw = (flags & target_raw) != 0;
  made->queue = queue_address(std::move(queue));
  if (!dead_letters_to.empty()) made->dead_letter = queue_address(std::move(dead_letters_to));
  return made;
}

}  // namespace millrace::topic
