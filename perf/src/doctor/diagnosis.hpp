// What is wrong with a machine for measuring, and what to do about it. Pure functions of the facts.
#pragma once

#include <string>
#include <vector>

#include "doctor/machine_facts.hpp"
#include "doctor/noise_probe.hpp"
#include "results/trust.hpp"

namespace millrace::perf {

enum class diagnosis_level : std::uint8_t {
  fine,
  note,    ///< figures stay true, but say less than they could
  suspect  ///< runs on this machine would be called suspect or worse
};

struct diagnosis {
  diagnosis_level level = diagnosis_level::fine;
  std::string subject;  ///< "steal", "governor" ...
  std::string seen;
  std::string advice;  ///< a sentence or a command; empty when fine
};

[[nodiscard]] const char* to_string(diagnosis_level level) noexcept;

/// One diagnosis a subject, in a fixed order.
[[nodiscard]] std::vector<diagnosis> diagnose(const machine_facts& machine,
                                              const noise_facts& noise);

/// The trust that a run would get from what was seen.
[[nodiscard]] trust worst_of(const std::vector<diagnosis>& found, const noise_facts& noise,
                             bool debug_build);

[[nodiscard]] std::string diagnosis_text(const std::vector<diagnosis>& found, trust verdict);
[[nodiscard]] std::string diagnosis_json(const std::vector<diagnosis>& found, trust verdict,
                                         const noise_facts& noise);

}  // namespace millrace::perf
