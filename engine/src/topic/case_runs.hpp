// Lower and upper case beyond ASCII, for comparing in any case: characters of the basic plane whose
// other case is one character too, as event-ruler compares them.
#pragma once

#include <cstdint>
#include <span>

namespace millrace::topic {

/// Each `step`th character from `first` to `last` has its other case `distance` away.
struct case_run {
  std::uint16_t first;
  std::uint16_t last;
  std::uint8_t step;
  std::int32_t distance;
};

/// Sorted; no two overlap.
std::span<const case_run> lower_case_runs() noexcept;
std::span<const case_run> upper_case_runs() noexcept;

}  // namespace millrace::topic
