// AddTagsToStream, RemoveTagsFromStream and ListTagsForStream.
#include "kinesis/editing.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/tags.hpp"

namespace millrace::kinesis {
namespace {

namespace add_in = shapes::add_tags_to_stream_input;
namespace remove_in = shapes::remove_tags_from_stream_input;
namespace list_in = shapes::list_tags_for_stream_input;
namespace list_out = shapes::list_tags_for_stream_output;

progress start_add(call& c) {
  return read(c, add_in::stream_name, add_in::stream_arn) ? ask_settings(c) : progress::answered;
}
std::optional<aws::error> add(call& c) { return give_tags(c, c.input[add_in::tags]); }

progress start_remove(call& c) {
  return read(c, remove_in::stream_name, remove_in::stream_arn) ? ask_settings(c)
                                                                : progress::answered;
}
std::optional<aws::error> remove(call& c) {
  return take_tags(c, c.input[remove_in::tag_keys].elements());
}

progress start_list(call& c) {
  return read(c, list_in::stream_name, list_in::stream_arn) ? ask_settings(c) : progress::answered;
}

progress list(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  c.description = done.stream->description;
  const std::string_view after = c.input[list_in::exclusive_start_tag_key].text();
  const auto max = static_cast<std::size_t>(c.input[list_in::limit].integer(stream_tags_max));
  return reply(c, 300, [&](aws::reply_writer& writer) {
    writer.member(list_out::tags);
    writer.boolean(list_out::has_more_tags, write_tags(c, writer, after, max));
  });
}

}  // namespace

const handler add_tags_to_stream = editing<start_add, add>();
const handler remove_tags_from_stream = editing<start_remove, remove>();
const handler list_tags_for_stream = handler_on<start_list, nullptr, list>();

}  // namespace millrace::kinesis
