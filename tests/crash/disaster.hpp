// What happens to the server under load, and what must be done before it can start again.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "recorder.hpp"
#include "roster.hpp"
#include "server_process.hpp"

namespace millrace::crash {

class disaster {
 public:
  disaster() = default;
  disaster(const disaster&) = delete;
  disaster& operator=(const disaster&) = delete;
  virtual ~disaster() = default;

  [[nodiscard]] virtual blow kind() const noexcept = 0;
  /// Of the server; survives every blow.
  [[nodiscard]] virtual const std::string& data_dir() const noexcept = 0;
  /// On a thread of its own, while the load runs. When it returns the server is dead or dying.
  virtual void strike(server_process& server, recorder& notes) = 0;
  /// The process is gone: makes the data directory what a new start finds.
  virtual void restore() {}
};

/// Nothing happens; for a run whose load ends by itself.
class no_disaster final : public disaster {
 public:
  explicit no_disaster(std::string data_dir) : data_dir_(std::move(data_dir)) {}
  [[nodiscard]] blow kind() const noexcept override { return blow::none; }
  [[nodiscard]] const std::string& data_dir() const noexcept override { return data_dir_; }
  void strike(server_process&, recorder&) override {}

 private:
  std::string data_dir_;
};

class kill_disaster final : public disaster {
 public:
  explicit kill_disaster(std::string data_dir) : data_dir_(std::move(data_dir)) {}
  [[nodiscard]] blow kind() const noexcept override { return blow::kill; }
  [[nodiscard]] const std::string& data_dir() const noexcept override { return data_dir_; }
  void strike(server_process& server, recorder& notes) override;

 private:
  std::string data_dir_;
};

/// Strikes once at a time on the monotonic clock, from a thread of its own, so that the instant
/// does not depend on what the driver is doing. The destructor waits for it.
class striker {
 public:
  striker(std::uint64_t at_ns, std::function<void()> blow);

 private:
  std::jthread thread_;
};

}  // namespace millrace::crash
