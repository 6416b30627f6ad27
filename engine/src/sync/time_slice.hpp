// Turns of the scheduler. A thread that works for microseconds after each sleep, and for which
// others wait, is to run when it wakes; the scheduler takes that from who asks for short turns.
#pragma once

namespace millrace::sync {

/// The shortest turn that Linux grants.
inline constexpr long short_turn_ns = 100'000;

/// From now on the calling thread's turns are short, and when it wakes it goes before threads of
/// its niceness or lower that have longer ones. Its share of the processor stays, and so do policy
/// and niceness. Needs no privilege. False: refused, or the thread's policy knows no turns
/// (SCHED_FIFO, SCHED_IDLE, ...). Linux before 6.12 grants it and does nothing.
bool take_short_turns() noexcept;

}  // namespace millrace::sync
