// crash_image: a disk in the middle of a history: what is on the medium for sure, and each sector
// and name that may or may not have got there. Sectors are turned to and fro in place. One thread.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "history.hpp"

namespace millrace::crash_states {

constexpr std::size_t sector_bytes = sim::sim_inode::sector_bytes;

/// A sector that is not synced: its place shows one of the two.
struct pending_sector {
  std::uint32_t file = 0;
  std::uint64_t offset = 0;
  bool kept = true;  ///< shows `after`
  std::array<std::byte, sector_bytes> before{};
  std::array<std::byte, sector_bytes> after{};
};

class crash_image {
 public:
  explicit crash_image(const history& of);

  /// Does the operation, so that nothing of it is on the medium for sure.
  void begin(const sim::disk_operation& operation);
  /// It has returned: what it promises holds.
  void finish(const sim::disk_operation& operation);

  [[nodiscard]] std::vector<pending_sector>& sectors() noexcept { return sectors_; }
  [[nodiscard]] std::size_t name_changes() const noexcept { return changes_.size(); }
  void show(pending_sector& sector, bool kept) noexcept;

  /// Shows the names as they are with those of the changes (bit i: the i-th) that are applicable;
  /// unfinished files, of which nobody reads anything, are left out.
  void choose_names(std::uint64_t changes);
  using named_file = std::pair<std::string, std::uint32_t>;
  [[nodiscard]] const std::vector<named_file>& names() const noexcept { return shown_; }
  [[nodiscard]] std::span<const std::byte> bytes(std::uint32_t file) const {
    return files_.at(file);
  }
  [[nodiscard]] bool is_shown(std::uint32_t file) const noexcept;

 private:
  using directory = std::map<std::string, std::uint32_t>;
  static void apply(directory& to, const sim::disk_operation& change);
  void write(const sim::disk_operation& operation);
  void settle(std::uint32_t file, std::uint64_t offset, std::uint64_t size);

  std::map<std::uint32_t, std::vector<std::byte>> files_;
  std::vector<pending_sector> sectors_;
  directory on_medium_;
  std::vector<sim::disk_operation> changes_;  ///< of names, since the directory was synced
  std::vector<named_file> shown_;
};

/// What a process finds there after the crash; for reading.
class image_storage final : public journal::storage {
 public:
  explicit image_storage(const crash_image& of) noexcept : image_(of) {}
  journal::io_status lock() noexcept override { return journal::io_status::ok; }
  journal::io_status list(std::vector<std::string>& names) noexcept override;
  journal::io_status open(std::string_view name, bool writable,
                          std::unique_ptr<journal::file>& out) noexcept override;
  journal::io_status create(std::string_view, std::unique_ptr<journal::file>&) noexcept override {
    return journal::io_status::failed;
  }
  journal::io_status rename(std::string_view, std::string_view) noexcept override {
    return journal::io_status::failed;
  }
  journal::io_status remove(std::string_view) noexcept override {
    return journal::io_status::failed;
  }
  journal::io_status sync_directory() noexcept override { return journal::io_status::failed; }
  [[nodiscard]] std::string last_error() const override { return "read only"; }

 private:
  const crash_image& image_;
};

}  // namespace millrace::crash_states
