// A topic's tags: from requests, and as they are stored. Pure.
#pragma once

#include <optional>

#include "sns/call.hpp"
#include "sns/settings_text.hpp"

namespace millrace::sns {

/// A request's tags into c.settings and c.given; the tag millrace:durability is the topic's level,
/// which is given at creation only.
std::optional<aws::error> read_tags(call& c, const aws::value& tags, bool creation);

/// Whether all of a request's tags are there with the same values.
bool has_tags(const stored_texts& stored, const aws::value& tags);

}  // namespace millrace::sns
