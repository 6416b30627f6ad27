// ListStreamConsumers: by name, in pages; a page's token is the last name shown.
#include <algorithm>

#include "kinesis/consumers.hpp"
#include "kinesis/errors.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/page_token.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::list_stream_consumers_input;
namespace out = shapes::list_stream_consumers_output;

constexpr std::int64_t page_default = 100;

progress start(call& c) {
  if (!read_arn(c, in::stream_arn)) return progress::answered;
  const aws::value& token = c.input[in::next_token];
  if (token.present() && !read_page_token(c, token_kind::consumers, token.text(), c.kept)) {
    return progress::answered;
  }
  return submitted(c, streams(c).submit_list_consumers(c.stream_name, c.token));
}

progress resume(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  std::vector<consumer_description> all = done.stream->consumers;
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  std::erase_if(all, [&](const auto& one) { return one.name <= c.kept; });
  const auto max = static_cast<std::size_t>(c.input[in::max_results].integer(page_default));
  const bool more = all.size() > max;
  if (more) all.resize(max);
  return reply(c, 100 + all.size() * 300, [&](aws::reply_writer& writer) {
    writer.member(out::consumers);
    writer.begin_list();
    for (const consumer_description& one : all) write_consumer(c, writer, one);
    writer.end_list();
    if (more) {
      writer.text(out::next_token, page_token(c, token_kind::consumers, all.back().name));
    }
  });
}

}  // namespace

const handler list_stream_consumers = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
