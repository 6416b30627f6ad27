// history: a short life of a journal, as the calls that reached the disk and what was acknowledged
// between them, on top of what earlier lives left. Made by a script or a seed, on one thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "journal/local_journal.hpp"
#include "log_writer.hpp"
#include "sim_storage.hpp"

namespace millrace::crash_states {

/// What a script may do.
enum class step : std::uint8_t {
  disk_one,  ///< a group of one batch, durable
  disk_two,  ///< a group of two batches, durable
  os_one,    ///< a group of one batch, cached
  os_two,    ///< a group of two batches, cached
  seal,      ///< syncs and says so
  roll,      ///< goes on in the next segment
  recycle,   ///< lets the oldest segment go, and makes it the next one
};
constexpr std::size_t steps = 7;

/// What is there before.
enum class ground : std::uint8_t {
  fresh,   ///< a segment without a batch
  clean,   ///< an earlier life that was closed
  killed,  ///< one whose last writes are cached only
  torn,    ///< one that ended by a power cut in the middle of a group
};
constexpr std::size_t grounds = 4;

/// Holds from when so many operations have returned.
struct mark {
  std::size_t operations = 0;
  std::uint64_t acked_disk = 0;
  std::uint64_t acked_os = 0;
  std::uint64_t needed_from = 1;  ///< sequences before may be gone
};

struct stored_file {
  std::string name;
  std::uint32_t number = 0;
  std::vector<std::byte> bytes;
};

struct history {
  std::string name;  ///< says how to make it again
  std::vector<stored_file> files;
  std::vector<sim::disk_operation> operations;
  std::vector<mark> marks;
  std::vector<test::entry_name> entries{1};  ///< by sequence; [0] is none
  std::uint32_t incarnation = 1;             ///< of the life that is recorded
  journal::format::directory_id directory{};

  bool by_journal = false;  ///< local_journal wrote it, and goes on with it

  [[nodiscard]] std::uint64_t last_sequence() const noexcept { return entries.size() - 1; }
};

/// Of a log_writer.
history make_history(ground under, const std::vector<step>& script, std::uint64_t seed);
/// Random ground, several lives, 3 to 12 steps.
history make_history(std::uint64_t seed);

/// Of local_journal, without threads: 1 to 3 lanes, random steps, in the end a close.
history make_journal_history(std::uint64_t seed);
/// How all of these are opened.
journal::local_journal::options journal_options(std::uint32_t incarnation, std::uint32_t lanes,
                                                const base::clock& clock);

}  // namespace millrace::crash_states
