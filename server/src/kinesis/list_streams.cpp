// ListStreams: every lane is asked for its part, the sorted parts are merged and cut to a page, and
// each stream of the page is described. A page's token is the last name shown.
#include <algorithm>

#include "kinesis/names.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/page_token.hpp"
#include "kinesis/stream_output.hpp"

namespace millrace::kinesis {
namespace {

namespace in = shapes::list_streams_input;
namespace out = shapes::list_streams_output;
namespace row = shapes::stream_summary;

constexpr std::int64_t page_default = 100;

std::size_t page_size(const call& c) {
  return static_cast<std::size_t>(c.input[in::limit].integer(page_default));
}

// Stage n asks lane n; behind the lanes, a stage a stream of the page.

progress ask_lane(call& c) {
  return submitted(c, streams(c).submit_list_streams(c.stage, c.kept, page_size(c) + 1, c.token));
}

progress start(call& c) {
  if (!read(c)) return progress::answered;
  const aws::value& token = c.input[in::next_token];
  if (!token.present()) {
    c.kept = c.input[in::exclusive_start_stream_name].text();
  } else if (!read_page_token(c, token_kind::streams, token.text(), c.kept)) {
    return progress::answered;
  }
  return ask_lane(c);
}

progress answer(call& c) {
  const bool more = c.names.size() > page_size(c);
  if (more) c.names.resize(page_size(c));
  return reply(c, 100 + c.names.size() * 300, [&](aws::reply_writer& writer) {
    writer.member(out::stream_names);
    writer.begin_list();
    for (const std::string& name : c.names) writer.text(name);
    writer.end_list();
    writer.boolean(out::has_more_streams, more);
    if (more) writer.text(out::next_token, page_token(c, token_kind::streams, c.names.back()));
    writer.member(out::stream_summaries);
    writer.begin_list();
    for (const stream_description& s : c.listed) {
      writer.begin_structure();
      writer.text(row::stream_name, s.name);
      writer.text(row::stream_arn, stream_arn(*c.context, s.name));
      writer.text(row::stream_status, status_text(s.status));
      writer.member(row::stream_mode_details);
      write_mode(writer, s.settings.mode);
      writer.timestamp(row::stream_creation_timestamp, s.created_at_ms);
      writer.end_structure();
    }
    writer.end_list();
  });
}

progress describe_next(call& c) {
  const std::size_t next = c.stage - c.context->lanes;
  if (next == std::min(c.names.size(), page_size(c))) return answer(c);
  return submitted(c, streams(c).submit_describe_stream(std::string_view(c.names[next]), c.token));
}

progress resume(call& c, const completion& done) {
  const bool of_a_lane = c.stage < c.context->lanes;
  if (of_a_lane) {
    if (done.status != errc::ok) return fail(c, done.status);
    c.names.insert(c.names.end(), done.names.begin(), done.names.end());
    if (++c.stage < c.context->lanes) return ask_lane(c);
    std::sort(c.names.begin(), c.names.end());
    return describe_next(c);
  }
  if (done.status == errc::ok) {
    c.listed.push_back(done.stream->description);
    ++c.stage;
  } else {  // deleted meanwhile
    c.names.erase(c.names.begin() + static_cast<std::ptrdiff_t>(c.stage - c.context->lanes));
  }
  return describe_next(c);
}

}  // namespace

const handler list_streams = handler_on<start, nullptr, resume>();

}  // namespace millrace::kinesis
