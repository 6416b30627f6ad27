// TagResource, UntagResource and ListTagsForResource: of streams, and of their consumers.
#include "kinesis/consumers.hpp"
#include "kinesis/editing.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/tags.hpp"

namespace millrace::kinesis {
namespace {

namespace tag_in = shapes::tag_resource_input;
namespace untag_in = shapes::untag_resource_input;
namespace list_in = shapes::list_tags_for_resource_input;
namespace list_out = shapes::list_tags_for_resource_output;

template <const aws::member_id& Arn>
progress start(call& c) {
  return read_arn(c, Arn) ? ask_resource(c) : progress::answered;
}

std::optional<aws::error> tag(call& c) { return give_tags(c, c.input[tag_in::tags]); }

std::optional<aws::error> untag(call& c) {
  return take_tags(c, c.input[untag_in::tag_keys].elements());
}

std::optional<aws::error> nothing(call&) { return std::nullopt; }

progress list(call& c) {
  return reply(c, 300, [&](aws::reply_writer& writer) {
    writer.member(list_out::tags);
    write_tags(c, writer, {}, stream_tags_max);
  });
}

}  // namespace

const handler tag_resource = editing_resource<start<tag_in::resource_arn>, tag>();
const handler untag_resource = editing_resource<start<untag_in::resource_arn>, untag>();
const handler list_tags_for_resource =
    editing_resource<start<list_in::resource_arn>, nothing, list>();

}  // namespace millrace::kinesis
