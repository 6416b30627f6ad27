// sim_engine: an engine on a simulated disk, as the plan wants it: polled by its caller, in virtual
// time, with a journal without threads. One thread.
#pragma once

#include <memory>
#include <string>

#include "api/engine_core.hpp"
#include "plan.hpp"
#include "sim_disk.hpp"

namespace millrace::sim {

struct engine_choice {
  std::uint32_t lanes = 1;
  std::uint64_t seed = 1;  ///< of ids, receipts, and what tells one life's entries from another's
  base::time_ns start_ns = 0;
};

/// `why`: of a failure, in words.
result<std::unique_ptr<detail::engine_core>> open_engine(sim_disk& disk, const history_plan& plan,
                                                         const engine_choice& wanted,
                                                         std::string& why);

}  // namespace millrace::sim
