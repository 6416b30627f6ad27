// sim_storage: a sim_disk as one process sees it, behind the journal's seam. It and its files fail
// once the disk has crashed. One thread.
#pragma once

#include "sim_disk.hpp"

namespace millrace::sim {

class sim_storage final : public journal::storage {
 public:
  /// The disk outlives it.
  explicit sim_storage(sim_disk& disk) noexcept : disk_(disk), process_(disk.process_) {}
  ~sim_storage() override;

  journal::io_status lock() noexcept override;
  journal::io_status list(std::vector<std::string>& names) noexcept override;
  journal::io_status open(std::string_view name, bool writable,
                          std::unique_ptr<journal::file>& out) noexcept override;
  journal::io_status create(std::string_view name,
                            std::unique_ptr<journal::file>& out) noexcept override;
  journal::io_status rename(std::string_view from, std::string_view to) noexcept override;
  journal::io_status remove(std::string_view name) noexcept override;
  journal::io_status sync_directory() noexcept override;
  [[nodiscard]] std::string last_error() const override;

 private:
  [[nodiscard]] bool dead() const noexcept { return process_ != disk_.process_; }

  sim_disk& disk_;
  const std::uint64_t process_;
  bool locked_ = false;
};

}  // namespace millrace::sim
