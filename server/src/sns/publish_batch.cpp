// PublishBatch: up to ten messages. One that cannot be published anywhere fails all; what only the
// topic refuses fails alone.
#include <algorithm>

#include "sns/errors.hpp"
#include "sns/names.hpp"
#include "sns/operations.hpp"
#include "sns/publish_input.hpp"
#include "sns/publishing.hpp"

namespace millrace::sns {
namespace {

namespace in = shapes::publish_batch_input;
namespace row = shapes::publish_batch_request_entry;
namespace out = shapes::publish_batch_response;
namespace published_row = shapes::publish_batch_result_entry;
namespace failed_row = shapes::batch_result_error_entry;

enum stage : std::uint32_t { topic_asked, publishing };

constexpr std::size_t id_bytes_max = 80;

std::optional<aws::error> check_id(std::string_view id) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  const std::string about = "The Id of a batch entry in the batch request ";
  namespace rows = shapes::errors;
  if (id.size() > id_bytes_max) {
    return aws::error{rows::invalid_batch_entry_id_exception,
                      about + "is too long: " + std::string(id.substr(0, 256))};
  }
  if (!id.empty() && std::all_of(id.begin(), id.end(), fits)) return std::nullopt;
  return aws::error{rows::invalid_batch_entry_id_exception,
                    about + "contains an impermissible character: " + std::string(id)};
}

std::optional<aws::error> check_entries(std::span<const aws::value> entries) {
  if (entries.empty()) return error_of(errc::empty_batch);
  if (entries.size() > batch_entries_max) return error_of(errc::too_many_entries);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string_view id = entries[i][row::id].text();
    if (auto wrong = check_id(id)) return wrong;
    const auto same = [&](const aws::value& other) { return other[row::id].text() == id; };
    if (std::none_of(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(i), same)) {
      continue;
    }
    return aws::error{shapes::errors::batch_entry_ids_not_distinct_exception,
                      "Two or more batch entries in the request have the same Id."};
  }
  return std::nullopt;
}

std::optional<aws::error> read_entries(call& c, std::span<const aws::value> entries) {
  if (auto wrong = check_entries(entries)) return wrong;
  c.publications.reserve(entries.size());  // hashing keeps addresses into it
  for (const aws::value& e : entries) {
    publication& one = c.publications.emplace_back();
    one.id = e[row::id].text();
    auto wrong = prepare(
        c,
        {e[row::message], e[row::subject], e[row::message_structure], e[row::message_attributes],
         e[row::message_group_id], e[row::message_deduplication_id]},
        one);
    if (wrong) return wrong;
  }
  return std::nullopt;
}

progress start(call& c) {
  if (!read_topic(c, in::topic_arn)) return progress::answered;
  const aws::value& entries = c.input[in::publish_batch_request_entries];
  if (auto wrong = read_entries(c, entries.elements())) return fail(c, *wrong);
  return hash_messages(c);
}

void write_failure(aws::reply_writer& writer, std::string_view id, const aws::error& why) {
  writer.begin_structure();
  writer.text(failed_row::id, id);
  writer.text(failed_row::code, why.row().query_code);
  writer.text(failed_row::message, why.message());
  writer.boolean(failed_row::sender_fault, why.row().sender_fault);
  writer.end_structure();
}

progress answer(call& c, std::span<const publish_result> results) {
  return reply(c, 1500, [&](aws::reply_writer& writer) {
    writer.member(out::successful);
    writer.begin_list();
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i].status != errc::ok) continue;
      writer.begin_structure();
      writer.text(published_row::id, c.publications[i].id);
      write_published(writer, published_row::message_id, published_row::sequence_number,
                      results[i]);
      writer.end_structure();
    }
    writer.end_list();
    writer.member(out::failed);
    writer.begin_list();
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i].status == errc::ok) continue;
      write_failure(writer, c.publications[i].id, error_of(results[i].status));
    }
    writer.end_list();
  });
}

progress resume(call& c, const completion& done) {
  if (done.status == errc::changed_meanwhile) {
    c.stage = topic_asked;
    return ask_topic(c);
  }
  if (done.status != errc::ok) return fail(c, done.status);
  if (c.stage == publishing) return answer(c, done.published);
  c.stage = publishing;
  return publish_all(c, done.topic->description);
}

}  // namespace

const handler publish_batch = handler_on<start, ask_topic, resume>();

}  // namespace millrace::sns
