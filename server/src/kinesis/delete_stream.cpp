// DeleteStream: with its consumers only if the request says so.
#include "kinesis/operations.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::delete_stream_input;

progress start(call& c) {
  if (!read(c, in::stream_name, in::stream_arn)) return progress::answered;
  const bool with_consumers = c.input[in::enforce_consumer_deletion].boolean();
  return submitted(c, streams(c).submit_delete_stream(c.stream_name, with_consumers, c.token));
}

progress resume(call& c, const completion& done) {
  return done.status == errc::ok ? succeed(c) : fail(c, done.status);
}

}  // namespace

const handler delete_stream = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
