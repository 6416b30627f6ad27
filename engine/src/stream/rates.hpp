// The rates of limits=aws on a shard, as pure functions of time: windows of one second of engine
// time that begin with the first request and carry nothing over, so that ten full windows pass
// exactly ten times the rate. Source: Kinesis developer guide, quotas and limits (2026).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <millrace/limits.hpp>

#include "base/clock.hpp"

namespace millrace::stream {

/// What may come in: 1,000 records and 1 MiB a second. A larger record (MaxRecordSizeInKiB) fills
/// as many windows as it has MiB, once the one in which it comes has room.
class write_rate {
 public:
  [[nodiscard]] bool pass(base::time_ns now, std::uint64_t bytes) noexcept {
    if (now >= until_) *this = write_rate(now + base::ns_per_s);
    const bool large = bytes > shard_bytes_in_per_second;
    if (records_ == shard_records_in_per_second) return false;
    if (large ? bytes_ != 0 : bytes_ + bytes > shard_bytes_in_per_second) return false;
    ++records_;
    bytes_ += bytes;
    if (large) until_ += base::ns_per_s * static_cast<std::int64_t>((bytes - 1) >> 20);
    return true;
  }
  write_rate() = default;

 private:
  explicit write_rate(base::time_ns until) noexcept : until_(until) {}
  base::time_ns until_ = 0;  ///< end of the window
  std::uint64_t bytes_ = 0;
  std::uint32_t records_ = 0;
};

/// What may go out: 2 MiB a second and, where calls count, five of them. A read is charged when its
/// size is known: it may exceed its window, and then takes later ones as well.
class read_rate {
 public:
  [[nodiscard]] bool may(base::time_ns now, std::uint32_t calls_max) noexcept {
    if (now >= until_) begin(now);
    return calls_ < calls_max && bytes_ < shard_bytes_out_per_second;
  }
  void charge(std::uint64_t bytes) noexcept {
    ++calls_;
    bytes_ += bytes;
    const std::uint64_t windows =
        (bytes_ + shard_bytes_out_per_second - 1) / shard_bytes_out_per_second;
    if (windows > 1) {
      until_ = began_ + base::ns_per_s * static_cast<std::int64_t>(windows);
    }
  }
  /// Whether anything went out in the present window.
  [[nodiscard]] bool begun() const noexcept { return bytes_ != 0; }
  /// Of a consumer's window: what it may still have.
  [[nodiscard]] std::uint64_t bytes_left() const noexcept {
    return shard_bytes_out_per_second - std::min(bytes_, shard_bytes_out_per_second);
  }
  [[nodiscard]] base::time_ns until() const noexcept { return until_; }

 private:
  void begin(base::time_ns now) noexcept {
    began_ = now;
    until_ = now + base::ns_per_s;
    bytes_ = 0;
    calls_ = 0;
  }
  base::time_ns began_ = 0;
  base::time_ns until_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint32_t calls_ = 0;
};

/// Calls of one kind.
class call_rate {
 public:
  [[nodiscard]] bool pass(base::time_ns now, std::uint32_t max) noexcept {
    if (now >= until_) *this = call_rate(now + base::ns_per_s);
    if (calls_ == max) return false;
    ++calls_;
    return true;
  }
  call_rate() = default;

 private:
  explicit call_rate(base::time_ns until) noexcept : until_(until) {}
  base::time_ns until_ = 0;  ///< end of the window
  std::uint32_t calls_ = 0;
};

/// What came into a shard of an on-demand stream, minute by minute: one that had more than 500 KB/s
/// for a minute is to be split. AWS says "within 15 minutes".
class minute_load {
 public:
  static constexpr std::uint64_t hot_bytes_per_second = 500'000;

  /// True: the minute that has just ended was hot.
  [[nodiscard]] bool add(base::time_ms now_ms, std::uint64_t bytes) noexcept {
    constexpr base::time_ms minute_ms = 60'000;
    const base::time_ms past_ms = now_ms - began_ms_;
    bool hot = false;
    if (past_ms >= minute_ms) {
      hot = bytes_ * 1'000 > hot_bytes_per_second * static_cast<std::uint64_t>(past_ms);
      began_ms_ = now_ms;
      bytes_ = 0;
    }
    bytes_ += bytes;
    return hot;
  }

 private:
  base::time_ms began_ms_ = 0;
  std::uint64_t bytes_ = 0;
};

/// Changes of which so many may be made in any 24 hours.
template <std::size_t Max>
class daily_changes {
 public:
  daily_changes() noexcept { at_ms_.fill(never_ms); }
  [[nodiscard]] bool may(base::time_ms now_ms) const noexcept {
    constexpr base::time_ms day_ms = 86'400'000;
    return at_ms_[oldest_] == never_ms || now_ms - at_ms_[oldest_] >= day_ms;
  }
  void add(base::time_ms now_ms) noexcept {
    at_ms_[oldest_] = now_ms;
    oldest_ = (oldest_ + 1) % Max;
  }

 private:
  static constexpr base::time_ms never_ms = INT64_MIN;
  std::array<base::time_ms, Max> at_ms_;
  std::size_t oldest_ = 0;
};

struct shard_rates {
  minute_load load;
  write_rate in;
  read_rate out;
};

}  // namespace millrace::stream
