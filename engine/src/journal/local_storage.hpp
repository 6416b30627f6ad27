// local_storage: a data directory on a local file system. DIR/lock is held while it is open, the
// files of the seam lie in DIR/journal. Used by the engine (writer) and by --check (reader).
#pragma once

#include "journal/descriptor.hpp"
#include "journal/os_error.hpp"
#include "journal/storage.hpp"

namespace millrace::journal {

class local_storage final : public storage {
 public:
  enum class access : std::uint8_t {
    writer,  ///< makes the directory (not its parents) if need be; alone
    reader,  ///< changes nothing; beside other readers, not beside a writer
  };
  explicit local_storage(std::string directory, access wanted = access::writer);

  /// First of all; the other calls fail before. Makes what is missing, durably.
  io_status lock() noexcept override;
  io_status list(std::vector<std::string>& names) noexcept override;
  io_status open(std::string_view name, bool writable,
                 std::unique_ptr<file>& out) noexcept override;
  io_status create(std::string_view name, std::unique_ptr<file>& out) noexcept override;
  io_status rename(std::string_view from, std::string_view to) noexcept override;
  io_status remove(std::string_view name) noexcept override;
  io_status sync_directory() noexcept override;
  [[nodiscard]] std::string last_error() const override { return errors_.text(); }

 private:
  io_status make_directories() noexcept;
  io_status take_lock() noexcept;
  io_status make_file(std::string_view name, descriptor cached, bool writable,
                      std::unique_ptr<file>& out) noexcept;

  std::string path_;
  access access_;
  descriptor root_;
  descriptor journal_;
  descriptor lock_;
  os_error errors_;
};

}  // namespace millrace::journal
