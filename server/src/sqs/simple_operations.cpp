// Operations that name a queue and answer nothing: DeleteQueue, PurgeQueue, TagQueue, UntagQueue;
// and ListQueueTags, which only reads it.
#include "sqs/operations.hpp"
#include "sqs/queue_tags.hpp"

namespace millrace::sqs {
namespace {

progress resume_tag(call& c, const completion& done) {
  if (done.status != errc::invalid_attribute_value) {
    return done.status == errc::ok ? succeed(c) : fail(c, done.status);
  }
  return fail(c, {aws::common_errors::invalid_parameter_value,
                  "The durability of a queue cannot be changed after its creation."});
}

progress resume_empty(call& c, const completion& done) {
  return done.status == errc::ok ? succeed(c) : fail(c, done.status);
}

progress start_delete(call& c) {
  if (!read(c, shapes::delete_queue_request::queue_url)) return progress::answered;
  return submitted(c, c.context->engine->submit_delete_queue(c.queue_name, c.token));
}

progress start_purge(call& c) {
  if (!read(c, shapes::purge_queue_request::queue_url)) return progress::answered;
  return submitted(c, c.context->engine->submit_purge_queue(c.queue_name, c.token));
}

progress resume_purge(call& c, const completion& done) {
  if (done.status != errc::purge_in_progress) return resume_empty(c, done);
  return fail(c, {shapes::errors::purge_queue_in_progress, "Only one PurgeQueue operation on " +
                                                               std::string(c.queue_name) +
                                                               " is allowed every 60 seconds."});
}

progress start_tag(call& c) {
  namespace in = shapes::tag_queue_request;
  if (!read(c, in::queue_url)) return progress::answered;
  if (c.input[in::tags].entries().empty()) return fail(c, aws::missing_parameter("Tags"));
  c.attributes = {};
  c.given = given_nothing;
  if (auto wrong = read_tags(c, c.input[in::tags])) return fail(c, *wrong);
  return submitted(c, c.context->engine->submit_set_queue_attributes(c.queue_name, c.attributes,
                                                                     c.given, c.token));
}

progress start_untag(call& c) {
  namespace in = shapes::untag_queue_request;
  if (!read(c, in::queue_url)) return progress::answered;
  if (!c.input[in::tag_keys].present()) return fail(c, aws::missing_parameter("TagKeys"));
  if (c.input[in::tag_keys].elements().empty()) {
    return fail(c, {aws::common_errors::invalid_parameter_value,
                    "Tag keys must be between 1 and 128 characters in length."});
  }
  c.attributes = {};
  remove_tags(c, c.input[in::tag_keys].elements());
  return submitted(c, c.context->engine->submit_set_queue_attributes(c.queue_name, c.attributes,
                                                                     given_nothing, c.token));
}

progress start_list_tags(call& c) {
  if (!read(c, shapes::list_queue_tags_request::queue_url)) return progress::answered;
  return submitted(c, c.context->engine->submit_describe_queue(c.queue_name, c.token));
}

progress resume_list_tags(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  return reply(c, 200, [&](aws::reply_writer& writer) {
    bool any = false;
    writer.begin_structure();
    for_each_tag(done.description->attributes, [&](std::string_view key, std::string_view value) {
      if (!any) {
        writer.member(shapes::list_queue_tags_result::tags);
        writer.begin_map();
        any = true;
      }
      writer.key(key);
      writer.text(value);
    });
    if (any) writer.end_map();
    writer.end_structure();
  });
}

}  // namespace

const handler delete_queue = handler_on<start_delete, nullptr, resume_empty>();
const handler purge_queue = handler_on<start_purge, nullptr, resume_purge>();
const handler tag_queue = handler_on<start_tag, nullptr, resume_tag>();
const handler untag_queue = handler_on<start_untag, nullptr, resume_empty>();
const handler list_queue_tags = handler_on<start_list_tags, nullptr, resume_list_tags>();

}  // namespace millrace::sqs
