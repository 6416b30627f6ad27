// ListQueues and ListDeadLetterSourceQueues: every lane is asked for its part; the sorted parts are
// merged and cut to a page. A next token is the base64 of the last name shown.
#include <algorithm>

#include "aws/base64.hpp"
#include "sqs/operations.hpp"

namespace millrace::sqs {
namespace {

struct page_members {
  aws::member_id next_token;
  aws::member_id max_results;
};

bool decode_token(std::string_view token, std::string& name) {
  name.resize(aws::base64_decoded_size_max(token.size()));
  std::size_t size = 0;
  if (!aws::base64_decode(token, name.data(), size)) return false;
  name.resize(size);
  return true;
}

/// Reads the page's bounds. False: an error is answered.
bool read_page(call& c, const page_members& in, std::size_t& size, std::string& after) {
  const aws::value& max = c.input[in.max_results];
  if (max.present() && (max.integer() < 1 || max.integer() > queues_listed_max)) {
    fail(c, aws::invalid_parameter(std::to_string(max.integer()), "MaxResults",
                                   "MaxResults must be an integer between 1 and 1000."));
    return false;
  }
  size = static_cast<std::size_t>(max.integer(queues_listed_max));
  const aws::value& token = c.input[in.next_token];
  if (!token.present() || decode_token(token.text(), after)) return true;
  fail(c, aws::invalid_parameter(token.text(), "NextToken", "Invalid or expired next token."));
  return false;
}

/// Writes a page of c.names, and a token if asked to page and there is more.
progress write_page(call& c, const page_members& in, aws::member_id urls, aws::member_id token,
                    bool always) {
  std::size_t size = 0;
  std::string after;
  if (!read_page(c, in, size, after)) return progress::answered;
  std::sort(c.names.begin(), c.names.end());
  const bool more = c.names.size() > size;
  if (more) c.names.resize(size);
  return reply(c, 200 + c.names.size() * 80, [&](aws::reply_writer& writer) {
    writer.begin_structure();
    if (!c.names.empty() || always) {
      writer.member(urls);
      writer.begin_list();
      for (const std::string& name : c.names) writer.text(queue_url(c, name));
      writer.end_list();
    }
    if (more && c.input[in.max_results].present()) {
      writer.text(token, aws::base64_text(c.names.back()));
    }
    writer.end_structure();
  });
}

constexpr page_members queues_page{shapes::list_queues_request::next_token,
                                   shapes::list_queues_request::max_results};
constexpr page_members sources_page{shapes::list_dead_letter_source_queues_request::next_token,
                                    shapes::list_dead_letter_source_queues_request::max_results};

progress ask_lane(call& c) {
  std::size_t size = 0;
  std::string after;
  if (!read_page(c, queues_page, size, after)) return progress::answered;
  const std::string_view prefix = c.input[shapes::list_queues_request::queue_name_prefix].text();
  return submitted(
      c, c.context->engine->submit_list_queues(c.stage, prefix, after, size + 1, c.token));
}

progress start_queues(call& c) { return read(c) ? ask_lane(c) : progress::answered; }

progress resume_queues(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  c.names.insert(c.names.end(), done.names.begin(), done.names.end());
  if (++c.stage < c.context->lanes) return ask_lane(c);
  return write_page(c, queues_page, shapes::list_queues_result::queue_urls,
                    shapes::list_queues_result::next_token, false);
}

// Sources: stage 0 asks whether the queue exists, stage n asks lane n - 1.

progress start_sources(call& c) {
  if (!read(c, shapes::list_dead_letter_source_queues_request::queue_url)) {
    return progress::answered;
  }
  return submitted(c, c.context->engine->submit_describe_queue(c.queue_name, c.token));
}

progress resume_sources(call& c, const completion& done) {
  if (done.status != errc::ok) return fail(c, done.status);
  std::size_t size = 0;
  std::string after;
  if (!read_page(c, sources_page, size, after)) return progress::answered;
  for (const std::string& name : done.names) {
    if (name > after) c.names.push_back(name);
  }
  if (c.stage < c.context->lanes) {
    return submitted(c, c.context->engine->submit_list_sources(c.stage++, c.queue_name, c.token));
  }
  return write_page(c, sources_page, shapes::list_dead_letter_source_queues_result::queue_urls,
                    shapes::list_dead_letter_source_queues_result::next_token, true);
}

}  // namespace

const handler list_queues = handler_on<start_queues, nullptr, resume_queues>();
const handler list_dead_letter_source_queues = handler_on<start_sources, nullptr, resume_sources>();

}  // namespace millrace::sqs
