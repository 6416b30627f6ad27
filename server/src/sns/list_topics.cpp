// ListTopics: every lane is asked for its part; the sorted parts are merged and cut to a page.
#include <algorithm>

#include "sns/names.hpp"
#include "sns/operations.hpp"
#include "sns/page_token.hpp"

namespace millrace::sns {
namespace {

namespace in = shapes::list_topics_input;
namespace out = shapes::list_topics_response;

/// Stage n asks lane n.
progress ask_lane(call& c) {
  return submitted(c, topics(c).submit_list_topics(c.stage, c.kept, page_size + 1, c.token));
}

progress start(call& c) {
  return read(c) && read_page_token(c, in::next_token) ? ask_lane(c) : progress::answered;
}

progress answer(call& c) {
  std::sort(c.names.begin(), c.names.end());
  const bool more = c.names.size() > page_size;
  if (more) c.names.resize(page_size);
  return reply(c, 200 + c.names.size() * 100, [&](aws::reply_writer& writer) {
    writer.member(out::topics);
    writer.begin_list();
    for (const std::string& name : c.names) {
      writer.begin_structure();
      writer.text(shapes::topic::topic_arn, topic_arn(*c.context, name));
      writer.end_structure();
    }
    writer.end_list();
    if (more) writer.text(out::next_token, page_token(c.names.back()));
  });
}

progress resume(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  c.names.insert(c.names.end(), done.names.begin(), done.names.end());
  return ++c.stage < c.context->lanes ? ask_lane(c) : answer(c);
}

}  // namespace

const handler list_topics = handler_on<start, nullptr, resume>();

}  // namespace millrace::sns
