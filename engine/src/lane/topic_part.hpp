// topic_part: what an operation on topics carries, request and reply. A client keeps those that it
// does not use, so that publishing allocates nothing in the long run.
#pragma once

#include <array>
#include <cstdint>
#include <millrace/topic.hpp>
#include <optional>
#include <string>

#include "topic/service.hpp"

namespace millrace::lane {
struct operation;
}

namespace millrace {
inline namespace v1 {
namespace detail {

struct topic_part {
  std::string name;
  topic_handle handle;
  topic_settings settings;
  subscription_id subscription;
  subscription_settings subscribed;
  std::uint32_t given = 0;
  std::optional<std::uint64_t> revision;  ///< only if the settings' is still this
  std::size_t max = 0;

  std::array<topic::publish_args, batch_entries_max> publishes;
  // The lane's: how far it is.
  lane::operation* of = nullptr;
  std::size_t next = 0;
  std::size_t waiting = 0;                ///< deliveries without an answer
  durability level = durability::memory;  ///< of what this lane has decided for it
  std::size_t place = 0;                  ///< among the lane's that wait

  // Replies.
  std::array<publish_result, batch_entries_max> results;
  topic_reply reply;

  /// Gives up the bodies that it still holds.
  void drop_pins() noexcept {
    for (topic::publish_args& p : publishes) {
      if (p.body) sync::release(p.body.home);
      p.body = {};
    }
  }
  void reset() noexcept {
    drop_pins();
    name.clear();
    handle = {};
    next = waiting = 0;
    level = durability::memory;
    if (!used) return;
    used = false;
    settings = {};
    subscribed = {};
    given = 0;
    revision.reset();
    reply = {};
  }
  bool used = true;  ///< more than publishing
};

}  // namespace detail
}  // namespace v1
}  // namespace millrace
