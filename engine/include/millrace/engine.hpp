// engine: the lanes, their memory and their journal. Open one, connect a client for each thread.
// With thread_mode::none the program runs the lanes itself by poll(); with thread_mode::own the
// engine has a thread for each. All functions may be called on any thread, but a lane is polled by
// one thread at a time (checked; a second one stops the program).
#pragma once

#include <memory>
#include <millrace/client.hpp>
#include <millrace/export.hpp>
#include <millrace/options.hpp>
#include <millrace/result.hpp>

namespace millrace {
inline namespace v1 {

namespace detail {
class engine_core;
}

class MR_EXPORT engine {
 public:
  engine() noexcept;
  engine(engine&&) noexcept;
  engine& operator=(engine&&) noexcept;
  /// Stops the lanes. Every client must have gone before.
  ~engine();

  /// errc::invalid_option, errc::durability_missing, errc::system.
  static result<engine> open(const options& = {});

  /// errc::too_many_clients.
  result<client> connect(const client_options& = {});

  [[nodiscard]] std::uint32_t lanes() const noexcept;
  /// The lane that owns queues of this name.
  [[nodiscard]] std::uint32_t lane_of(std::string_view queue_name) const noexcept;

  /// Engine time: milliseconds since the Unix epoch.
  [[nodiscard]] std::int64_t now_ms() const noexcept;
  /// Virtual time only: moves engine time on by `by_ms` >= 0. What becomes due is done by the
  /// lanes' next polls. errc::not_supported with the system clock.
  result<void> advance(std::int64_t by_ms);

  // thread_mode::none only.

  /// One bounded turn of a lane; returns how much was done, 0 when it is idle. Never blocks.
  std::size_t poll(std::uint32_t lane, std::size_t budget = 256) noexcept;
  /// Monotonic nanoseconds (CLOCK_MONOTONIC) until which an idle lane needs no poll unless
  /// options::on_lane_wake is called; INT64_MAX: for ever.
  [[nodiscard]] std::int64_t next_poll_ns(std::uint32_t lane) noexcept;
  /// CLOCK_MONOTONIC, in which next_poll_ns() counts.
  [[nodiscard]] static std::int64_t monotonic_ns() noexcept;
  /// Announces that the lane's poller is going to sleep. False: there is work, poll instead. After
  /// true, sleep until on_lane_wake or next_poll_ns(), then call end_sleep().
  bool prepare_to_sleep(std::uint32_t lane) noexcept;
  void end_sleep(std::uint32_t lane) noexcept;

 private:
  explicit engine(std::unique_ptr<detail::engine_core> core) noexcept;
  std::unique_ptr<detail::engine_core> core_;
};

}  // namespace v1
}  // namespace millrace
