// A queue's definition (name and attributes) as bytes: the variable part of queue_created and
// attributes_set entries. Fields are u32le-length-prefixed texts: name, then key and value pairs.
#pragma once

#include <millrace/queue.hpp>
#include <optional>
#include <string>
#include <vector>

namespace millrace::queue {

struct definition {
  std::string name;
  queue_attributes attributes;
};

void encode(const std::string& name, const queue_attributes& attributes,
            std::vector<std::byte>& out);

/// False when the bytes are no definition. Unknown keys go to attributes.stored.
bool decode(bytes_view encoded, definition& out);

/// "memory", "os", "disk", "replicated": as in options and in the tag millrace:durability.
std::string_view text_of(durability d) noexcept;
std::optional<durability> level_of(std::string_view text) noexcept;

/// Names of attributes that have a field of their own, and so cannot be stored ones.
bool is_own_attribute(std::string_view name) noexcept;

/// What names of FIFO queues, and of no others, end with.
constexpr std::string_view fifo_suffix = ".fifo";

/// Account-scoped rules for names: 1..80 characters [A-Za-z0-9_-], with the suffix of FIFO queues
/// or not.
bool valid_queue_name(std::string_view name) noexcept;

}  // namespace millrace::queue
