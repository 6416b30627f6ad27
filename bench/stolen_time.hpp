// stolen_time: for how long the processor of a thread that does not sleep was not its own. A
// hypervisor that has more to run than processors takes one away for milliseconds, and what two
// threads do together suffers more from that than what one does. A sleep counts as well. Where the
// guest is not told of it there is none. One thread, without other threads on its processor.
#pragma once

#include <cstdint>

namespace millrace::bench {

class stolen_time {
 public:
  stolen_time() noexcept;
  /// Since then, in seconds; about a microsecond of interrupts a millisecond is in it.
  [[nodiscard]] double seconds() const noexcept;

 private:
  std::int64_t began_ns_;
  std::int64_t had_ns_;
};

}  // namespace millrace::bench
