// Operations that look at a stream's settings, decide, and set them: only as long as nobody else
// has changed them in between; else they look again.
#pragma once

#include <optional>

#include "kinesis/call.hpp"

namespace millrace::kinesis {

/// Looks at c.description and leaves what is to be set in c.settings and c.given, which are empty;
/// nothing given: nothing is to be set. An error ends the call.
using decide_step = std::optional<aws::error> (*)(call& c);
/// Answers when it is set.
using answer_step = progress (*)(call& c);

progress ask_settings(call& c);
progress go_on_editing(call& c, const completion& done, decide_step decide, answer_step answer);

template <decide_step Decide, answer_step Answer>
progress resume_editing(call& c, const completion& done) {
  return go_on_editing(c, done, Decide, Answer);
}
/// The handler of such an operation, whose start() ends with ask_settings(c).
template <auto Start, decide_step Decide, answer_step Answer = succeed>
constexpr handler editing() noexcept {
  return handler_on<Start, nullptr, resume_editing<Decide, Answer>>();
}

// What such an operation may set in c.settings.

/// The value of a key in what is stored with a stream; nullptr: it is not there.
const std::string* find_stored(const stream_settings& settings, std::string_view key);
/// Calls visit(rest of the key, value) for each key that begins so, in order.
template <class Visit>
void for_stored(const stream_settings& settings, std::string_view prefix, Visit&& visit) {
  for (const auto& [key, value] : settings.stored) {
    if (std::string_view(key).starts_with(prefix)) {
      visit(std::string_view(key).substr(prefix.size()), std::string_view(value));
    }
  }
}

}  // namespace millrace::kinesis
