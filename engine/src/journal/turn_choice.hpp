// turn_choice: when the journal's thread takes brief turns (sync/time_slice.hpp). Where it waits
// long for a processor, all who wait for an ack wait with it; where it does not, brief turns only
// make it interrupt the threads that fill its next group, and groups become smaller. With brief
// turns it cannot tell, so from time to time it looks what the usual ones would be like.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.hpp"
#include "sync/machine_waits.hpp"
#include "sync/time_slice.hpp"

namespace millrace::journal {

class turn_choice {
 public:
  /// Steps of the thread between two looks.
  static constexpr int steps_a_look = 64;
  /// Of one wait for a processor, on average over the steps of a look.
  static constexpr std::int64_t too_long_ns = 400'000;
  /// How long brief turns stay, at first and after every look that found waits too long again.
  static constexpr std::int64_t brief_min_ns = base::ns_per_s;
  static constexpr std::int64_t brief_max_ns = 16 * base::ns_per_s;

  /// `total`: the waits since the thread began. What to take from now on.
  sync::turns look(const sync::processor_waits& total, std::int64_t now_ns) noexcept {
    const std::int64_t waited_ns = total.total_ns - before_.total_ns;
    const std::int64_t times = total.times - before_.times;
    before_ = total;
    if (chosen_ == sync::turns::brief) {
      if (now_ns >= until_ns_) chosen_ = sync::turns::usual;
    } else if (times > 0 && waited_ns / times > too_long_ns) {
      // Soon after brief turns: the machine is still busy.
      const bool again = until_ns_ != 0 && now_ns - until_ns_ < brief_min_ns;
      brief_ns_ = again ? std::min(2 * brief_ns_, brief_max_ns) : brief_min_ns;
      until_ns_ = now_ns + brief_ns_;
      chosen_ = sync::turns::brief;
    }
    return chosen_;
  }

 private:
  sync::turns chosen_ = sync::turns::usual;
  sync::processor_waits before_;
  std::int64_t brief_ns_ = brief_min_ns;
  std::int64_t until_ns_ = 0;
};

}  // namespace millrace::journal
