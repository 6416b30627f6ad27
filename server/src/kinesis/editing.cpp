#include "kinesis/editing.hpp"

#include <algorithm>

namespace millrace::kinesis {
namespace {

enum stage : std::uint32_t { asked, setting };

}  // namespace

progress ask_settings(call& c) {
  c.stage = asked;
  return submitted(c, streams(c).submit_describe_stream(c.stream_name, c.token));
}

progress go_on_editing(call& c, const completion& done, decide_step decide, answer_step answer) {
  if (c.stage == setting) {
    if (done.status == errc::changed_meanwhile) return ask_settings(c);
    return done.status == errc::ok ? answer(c) : fail(c, done.status);
  }
  if (done.status != errc::ok) return fail(c, done.status);
  c.description = done.stream->description;
  c.settings = {};
  c.given = 0;
  if (const auto wrong = decide(c)) return fail(c, *wrong);
  if (c.given == 0) return answer(c);
  c.stage = setting;
  std::sort(c.settings.stored.begin(), c.settings.stored.end());
  return submitted(c, streams(c).submit_set_stream(c.stream_name, c.settings, c.given, c.token,
                                                   c.description.revision));
}

const std::string* find_stored(const stream_settings& settings, std::string_view key) {
  for (const auto& [name, value] : settings.stored) {
    if (name == key) return &value;
  }
  return nullptr;
}

}  // namespace millrace::kinesis
