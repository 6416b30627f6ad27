// segment: one file of the log. Owned by the segment keeper, which makes, recycles and removes it;
// written by the committer while its number is the current one, and by nobody else meanwhile.
#pragma once

#include <cstdint>
#include <memory>

#include "journal/format.hpp"
#include "journal/storage.hpp"

namespace millrace::journal {

struct segment {
  std::uint64_t number = 0;
  std::uint64_t bytes = 0;       ///< of the file
  std::unique_ptr<file> handle;  ///< null: not open yet
  bool in_log = true;            ///< false: a restart left it behind
  /// Bytes of it that were put into the page cache in large pieces.
  std::uint64_t resident = 0;

  /// What batches may take.
  [[nodiscard]] std::uint64_t room() const noexcept { return bytes - format::block; }
};

}  // namespace millrace::journal
