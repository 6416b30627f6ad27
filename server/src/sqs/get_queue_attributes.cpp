// GetQueueAttributes: what was asked for; without names, nothing.
#include "sqs/operations.hpp"
#include "sqs/queue_attributes.hpp"

namespace millrace::sqs {
namespace {

namespace in = shapes::get_queue_attributes_request;
namespace out = shapes::get_queue_attributes_result;

progress start(call& c) {
  if (!read(c, in::queue_url)) return progress::answered;
  std::uint64_t wanted = 0;
  std::string_view unknown;
  if (!read_names(c.input[in::attribute_names].elements(), wanted, unknown)) {
    return fail(c, {shapes::errors::invalid_attribute_name,
                    "Unknown Attribute " + std::string(unknown.substr(0, 256)) + "."});
  }
  return submitted(c, c.context->engine->submit_describe_queue(c.queue_name, c.token));
}

progress resume(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  std::uint64_t wanted = 0;
  std::string_view unknown;
  read_names(c.input[in::attribute_names].elements(), wanted, unknown);
  return reply(c, 600, [&](aws::reply_writer& writer) {
    writer.begin_structure();
    write_attributes(c, writer, out::attributes, *done.description, wanted);
    writer.end_structure();
  });
}

}  // namespace

const handler get_queue_attributes = handler_on<start, nullptr, resume>();

}  // namespace millrace::sqs
