// TagResource, UntagResource and ListTagsForResource: of topics, the only resources with tags.
#include <algorithm>

#include "sns/errors.hpp"
#include "sns/operations.hpp"
#include "sns/tags.hpp"

namespace millrace::sns {
namespace {

namespace tag_in = shapes::tag_resource_request;
namespace untag_in = shapes::untag_resource_request;
namespace list_in = shapes::list_tags_for_resource_request;
namespace list_out = shapes::list_tags_for_resource_response;

enum stage : std::uint32_t { asked, setting };

progress refuse(call& c, errc code) {
  if (code != errc::topic_does_not_exist) return fail(c, code);
  return fail(c, {shapes::errors::resource_not_found_exception, "Resource does not exist"});
}

progress ask(call& c) {
  c.stage = asked;
  return submitted(c, topics(c).submit_describe_topic(c.topic, c.token));
}

template <const aws::member_id& Arn>
progress start(call& c) {
  return read_topic(c, Arn) ? ask(c) : progress::answered;
}

std::size_t count_tags(const stored_texts& stored) {
  std::size_t count = 0;
  for_stored(stored, tag_prefix, [&](std::string_view, std::string_view) { ++count; });
  return count;
}

std::optional<aws::error> tag(call& c, const stored_texts& stored) {
  if (auto wrong = read_tags(c, c.input[tag_in::tags], false)) return wrong;
  std::size_t count = count_tags(stored);
  for (const auto& [key, value] : c.settings.stored) count += find_stored(stored, key) == nullptr;
  if (count <= topic_tags_max) return std::nullopt;
  return aws::error{shapes::errors::tag_limit_exceeded_exception,
                    "A topic has at most " + std::to_string(topic_tags_max) + " tags."};
}

std::optional<aws::error> untag(call& c, const stored_texts& stored) {
  for (const aws::value& key : c.input[untag_in::tag_keys].elements()) {
    std::string name = std::string(tag_prefix).append(key.text());
    if (find_stored(stored, name) == nullptr) continue;
    c.settings.stored.emplace_back(std::move(name), "");
    c.given = given_topic_stored_removed;
  }
  return std::nullopt;
}

/// Looks at the tags, decides, and sets, only as long as nobody else has set anything in between.
template <auto Decide>
progress resume_edit(call& c, const completion& done) {
  if (c.stage == setting) {
    if (done.status == errc::changed_meanwhile) return ask(c);
    return done.status == errc::ok ? succeed(c) : refuse(c, done.status);
  }
  if (done.status != errc::ok) return refuse(c, done.status);
  c.settings = {};
  c.given = 0;
  const topic_description& topic = done.topic->description;
  if (auto wrong = Decide(c, topic.settings.stored)) return fail(c, *wrong);
  if (c.given == 0) return succeed(c);
  std::sort(c.settings.stored.begin(), c.settings.stored.end());
  c.stage = setting;
  return submitted(
      c, topics(c).submit_set_topic(c.topic, c.settings, c.given, c.token, topic.revision));
}

progress resume_list(call& c, const completion& done) {
  if (done.status != errc::ok) return refuse(c, done.status);
  return reply(c, 300, [&](aws::reply_writer& writer) {
    writer.member(list_out::tags);
    writer.begin_list();
    for_stored(done.topic->description.settings.stored, tag_prefix,
               [&](std::string_view key, std::string_view value) {
                 writer.begin_structure();
                 writer.text(shapes::tag::key, key);
                 writer.text(shapes::tag::value, value);
                 writer.end_structure();
               });
    writer.end_list();
  });
}

}  // namespace

const handler tag_resource = handler_on<start<tag_in::resource_arn>, nullptr, resume_edit<tag>>();
const handler untag_resource =
    handler_on<start<untag_in::resource_arn>, nullptr, resume_edit<untag>>();
const handler list_tags_for_resource =
    handler_on<start<list_in::resource_arn>, nullptr, resume_list>();

}  // namespace millrace::sns
