// Binding of the calling thread to a processor and of its future memory to a NUMA node. Best
// effort: the answer says whether the system permitted it, and everything runs on without.
#pragma once

namespace millrace::sync {

/// As a processor: wherever the scheduler wants.
inline constexpr int any_cpu = -1;

/// Binds the calling thread to processor `cpu` (the system's number). False: not permitted, or
/// there is none of that number.
bool bind_this_thread(int cpu) noexcept;

/// The processor that the calling thread is on, a moment ago.
int this_processor() noexcept;

/// Moves the calling thread to another of the processors that it may run on; it may still run on
/// all of them. For a thread that somebody busy shares its processor with: the scheduler may leave
/// them there for many milliseconds while another one is idle. False: there is no other.
bool leave_this_processor() noexcept;

/// Memory that the calling thread touches first comes from NUMA node `node` (the system's number)
/// as long as that has any. False: not permitted, or there is no such node.
bool prefer_memory_of(int node) noexcept;

/// The processors that the calling thread may run on, as the system counts them; 0 if unknown.
int processors_permitted() noexcept;

}  // namespace millrace::sync
