// The regular expressions of the model, by hand: each in one pass, whatever a client sends.
#pragma once

#include <span>

#include "aws/constraints.hpp"

namespace millrace::sns {

/// In the order of the model's patterns.
std::span<const aws::pattern_matcher> pattern_matchers() noexcept;

}  // namespace millrace::sns
