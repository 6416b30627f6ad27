// data_dir: looks at a data directory without opening an engine on it. Changes nothing.
#pragma once

#include <cstdint>
#include <millrace/export.hpp>
#include <millrace/result.hpp>
#include <string>
#include <vector>

namespace millrace {
inline namespace v1 {

struct data_dir_report {
  std::uint64_t segments = 0;  ///< files, spares included
  std::uint64_t entries = 0;   ///< that are sound
  std::uint64_t bytes = 0;     ///< read
  std::int64_t last_ms = 0;    ///< engine time of the latest entry; 0: there is none
  struct kind {
    std::string name;           ///< e.g. "queue sent"
    std::uint64_t entries = 0;  ///< sound ones
    std::uint64_t bytes = 0;    ///< they take
  };
  std::vector<kind> kinds;  ///< of entries: those that occur
  /// A line for each thing that is not as it should be: what, segment, offset, sequence.
  std::vector<std::string> findings;
  /// A finding is more than a torn end, which was never acknowledged.
  bool damaged = false;
};

/// Reads and checks every byte. errc::data_dir_in_use: an engine has it open; journal_damaged: it
/// is no data directory; system: it cannot be read. `why`, if given, says it in words. Any thread.
MR_EXPORT result<data_dir_report> check_data_dir(const std::string& directory,
                                                 std::string* why = nullptr);

}  // namespace v1
}  // namespace millrace
