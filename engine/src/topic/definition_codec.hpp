// What topics say of themselves in entries, as bytes: definitions of topics and of subscriptions,
// and the targets of a publication. Numbers are little-endian and of fixed size, texts have their
// length in front; settings are key and value texts, so that later versions may add some.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "topic/publication.hpp"

namespace millrace::topic {

struct topic_definition {
  std::string name;
  topic_settings settings;
  base::time_ms created_at_ms = 0;
  friend bool operator==(const topic_definition&, const topic_definition&) = default;
};

struct subscription_definition {
  subscription_settings settings;
  base::time_ms created_at_ms = 0;
  friend bool operator==(const subscription_definition&, const subscription_definition&) = default;
};

std::vector<std::byte> encode(const topic_definition& d);
std::vector<std::byte> encode(const subscription_definition& d);
/// False when the bytes are none.
bool decode(bytes_view encoded, topic_definition& out);
bool decode(bytes_view encoded, subscription_definition& out);

/// One delivery as a target.
void encode_target(const route& to, std::uint64_t number, bool dead_letter,
                   std::vector<std::byte>& out);
/// Reads targets one by one.
class target_reader {
 public:
  explicit target_reader(bytes_view encoded) noexcept : left_(encoded) {}
  /// Null: at the end, or the bytes are no target (see at_end()). The caller owns it.
  route* next(std::uint64_t& number, bool& dead_letter);
  [[nodiscard]] bool at_end() const noexcept { return left_.empty(); }

 private:
  bytes_view left_;
};

}  // namespace millrace::topic
