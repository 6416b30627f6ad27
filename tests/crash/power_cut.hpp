// The disaster of a power cut: the file system under the data directory dies at one instant, while
// the server works on for a moment and may still answer; then the server is killed.
#pragma once

#include <memory>
#include <random>
#include <string>

#include "disaster.hpp"
#include "ext4_image.hpp"

namespace millrace::crash {

class power_cut final : public disaster {
 public:
  /// Throws std::runtime_error where loop mounts or the ioctl are not permitted.
  power_cut(const std::string& folder, std::uint64_t bytes, std::uint64_t seed);

  [[nodiscard]] blow kind() const noexcept override { return blow::power_cut; }
  [[nodiscard]] const std::string& data_dir() const noexcept override { return data_dir_; }
  void strike(server_process& server, recorder& notes) override;
  void restore() override { disk_.remount(); }

 private:
  ext4_image disk_;
  std::string data_dir_;
  std::mt19937_64 dice_;
};

}  // namespace millrace::crash
