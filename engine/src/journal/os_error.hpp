// os_error: the last system call of a local_storage or of one of its files that failed, kept as one
// number so that any thread may note and any thread may ask.
#pragma once

#include <string>

#include "journal/storage.hpp"
#include "sync/shared_number.hpp"

namespace millrace::journal {

enum class os_call : std::uint8_t {
  none,
  open,
  create,
  stat,
  read,
  write,
  write_through,  ///< pwritev2 with O_DIRECT and RWF_DSYNC
  sync,
  sync_directory,
  rename,
  remove,
  list,
  make_directory,
  lock,
};

class os_error {
 public:
  /// Notes the call and its errno; returns what the seam calls it.
  io_status note(os_call call, int error) noexcept;
  /// E.g. "pwritev2: Input/output error"; empty: nothing failed.
  [[nodiscard]] std::string text() const;

 private:
  sync::shared_number packed_;  ///< call, errno: 32 bits each
};

}  // namespace millrace::journal
