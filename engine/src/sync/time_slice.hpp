// Turns of the scheduler. A thread that works for microseconds after each sleep, and for which
// others wait, is to run when it wakes on a busy machine; the scheduler takes that from who asks
// for short turns.
#pragma once

#include <cstdint>

namespace millrace::sync {

enum class turns : std::uint8_t { usual, brief };

/// The shortest turn that Linux grants.
inline constexpr std::int64_t brief_turn_ns = 100'000;

/// With brief turns the calling thread goes, when it wakes, before threads of its niceness or lower
/// that have longer ones. Its share of the processor stays, and so do policy and niceness. Needs no
/// privilege. False: refused, or the thread's policy knows no turns (SCHED_FIFO, SCHED_IDLE, ...).
/// Linux before 6.12 grants it and does nothing.
bool take_turns(turns wanted) noexcept;

}  // namespace millrace::sync
