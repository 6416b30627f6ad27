// DeregisterStreamConsumer: the consumer, and what is stored about it.
#include "kinesis/consumers.hpp"
#include "kinesis/errors.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/tags.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::deregister_stream_consumer_input;

enum stage : std::uint32_t { listed = 50, removing };  // beyond the stages of editing

progress start(call& c) {
  if (!read(c)) return progress::answered;
  if (!find_consumer_names(c, in::stream_arn, in::consumer_name, in::consumer_arn)) {
    return progress::answered;
  }
  c.stage = listed;
  return submitted(c, streams(c).submit_list_consumers(c.stream_name, c.token));
}

std::optional<aws::error> forget(call& c) {
  const std::string prefix = consumer_prefix(c.consumer_name);
  for_stored(c.description.settings, prefix, [&](std::string_view key, std::string_view) {
    c.settings.stored.emplace_back(prefix + std::string(key), "");
    c.given = given_stored_removed;
  });
  return std::nullopt;
}

progress resume(call& c, const completion& done) {
  if (c.stage == listed) {
    if (done.status != errc::ok) return fail(c, done.status);
    if (find_consumer(c, done.stream->consumers) == nullptr) {
      return fail(c, consumer_not_found(c));
    }
    c.stage = removing;
    return submitted(
        c, streams(c).submit_deregister_consumer(c.stream_name, c.consumer_name, c.token));
  }
  if (c.stage == removing) return done.status == errc::ok ? ask_settings(c) : fail(c, done.status);
  return go_on_editing(c, done, forget, succeed);
}

}  // namespace

const handler deregister_stream_consumer = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
