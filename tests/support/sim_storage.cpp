#include "sim_storage.hpp"

namespace millrace::sim {

using journal::io_status;

/// An open file of one process.
class sim_handle final : public journal::file {
 public:
  sim_handle(sim_disk& disk, std::shared_ptr<sim_inode> of, bool writable) noexcept
      : disk_(disk), inode_(std::move(of)), process_(disk.process_), writable_(writable) {}

  io_status write(std::uint64_t offset, std::span<const bytes_view> pieces,
                  journal::write_mode mode) noexcept override {
    if (dead() || !writable_) return io_status::failed;
    return disk_.write(*inode_, offset, pieces, mode);
  }
  io_status sync() noexcept override { return dead() ? io_status::failed : disk_.sync(*inode_); }
  io_status read(std::uint64_t offset, std::span<std::byte> into,
                 std::size_t& got) noexcept override {
    got = 0;
    return dead() ? io_status::failed : disk_.read(*inode_, offset, into, got);
  }
  [[nodiscard]] std::uint64_t size() const noexcept override { return inode_->size(); }

 private:
  [[nodiscard]] bool dead() const noexcept { return process_ != disk_.process_; }

  sim_disk& disk_;
  std::shared_ptr<sim_inode> inode_;
  const std::uint64_t process_;
  const bool writable_;
};

sim_storage::~sim_storage() {
  if (locked_ && !dead()) disk_.locked_ = false;
}

io_status sim_storage::lock() noexcept {
  if (dead()) return io_status::failed;
  if (disk_.locked_) return io_status::busy;
  disk_.locked_ = locked_ = true;
  return io_status::ok;
}

io_status sim_storage::list(std::vector<std::string>& names) noexcept {
  io_status status;
  if (dead() || disk_.begin(disk_call::list, status) != sim_disk::fate::done) {
    return io_status::failed;
  }
  names = disk_.names();
  return io_status::ok;
}

io_status sim_storage::open(std::string_view name, bool writable,
                            std::unique_ptr<journal::file>& out) noexcept {
  io_status status;
  if (dead() || disk_.begin(disk_call::open, status) != sim_disk::fate::done) {
    return io_status::failed;
  }
  const auto found = disk_.now_.find(name);
  if (found == disk_.now_.end()) return io_status::not_found;
  out = std::make_unique<sim_handle>(disk_, found->second, writable);
  return io_status::ok;
}

io_status sim_storage::create(std::string_view name, std::unique_ptr<journal::file>& out) noexcept {
  if (dead() || disk_.now_.contains(name)) return io_status::failed;
  if (disk_.used() >= disk_.capacity_) return disk_.refuse(io_status::no_space);
  auto made = disk_.make_inode();
  const io_status status = disk_.change_directory({disk_call::create, {}, std::string(name), made});
  if (status == io_status::ok) out = std::make_unique<sim_handle>(disk_, std::move(made), true);
  return status;
}

io_status sim_storage::rename(std::string_view from, std::string_view to) noexcept {
  if (dead()) return io_status::failed;
  if (!disk_.now_.contains(from)) return io_status::not_found;
  return disk_.change_directory({disk_call::rename, std::string(from), std::string(to), nullptr});
}

io_status sim_storage::remove(std::string_view name) noexcept {
  if (dead()) return io_status::failed;
  if (!disk_.now_.contains(name)) return io_status::not_found;
  return disk_.change_directory({disk_call::remove, std::string(name), {}, nullptr});
}

io_status sim_storage::sync_directory() noexcept {
  return dead() ? io_status::failed : disk_.sync_directory();
}

std::string sim_storage::last_error() const { return "simulated error"; }

}  // namespace millrace::sim
