// The queues of a crash test and what is known of each: its rules, and whether it must exist.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millrace::crash {

/// What an ack promises, weakest first.
enum class level : std::uint8_t { memory, os, disk };
[[nodiscard]] const char* to_string(level value) noexcept;

/// What happens to the server, weakest first: what is acked at `level` survives blows up to its
/// own.
enum class blow : std::uint8_t { none, kill, power_cut };
[[nodiscard]] bool survives(level stored, blow struck) noexcept;

/// Whether a queue is there, as far as the answers tell.
enum class existence : std::uint8_t { absent, maybe, present };

struct queue_rules {
  std::string name;
  std::optional<level> tag{};  ///< none: the server's default
  std::optional<std::size_t> dead_letters{};
  std::uint32_t receives_max = 0;  ///< of a queue with dead letters
  bool purges = false;             ///< is purged now and then
  bool churns = false;             ///< is deleted and made again now and then
  bool receives_dead_letters = false;
  bool fifo = false;
};

struct queue_entry {
  queue_rules rules;
  existence there = existence::absent;
  bool asked = false;              ///< its creation or deletion is under way
  std::uint32_t visibility_s = 0;  ///< its attribute, as it was last created
  std::uint32_t created = 0;       ///< how many times
};

using roster = std::vector<queue_entry>;

/// Plain queues, one that is purged, two with dead letters, one at each lower level, two FIFO
/// queues, and four that come and go. Names end in `suffix`, so that each seed spreads them over
/// other slots.
[[nodiscard]] roster mixed_roster(const std::string& suffix);

/// `count` plain queues.
[[nodiscard]] roster plain_roster(const std::string& suffix, std::size_t count);

}  // namespace millrace::crash
