#include "sqs/batch.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "aws/error_of.hpp"

namespace millrace::sqs {
namespace {

bool valid_id(std::string_view id) {
  return !id.empty() && id.size() <= 80 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

/// The first eight bytes, as something that compares fast.
std::uint64_t beginning_of(std::string_view id) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, id.data(), std::min(id.size(), sizeof bytes));
  return bytes;
}

void write_failure(aws::reply_writer& writer, std::string_view id, const aws::error& why) {
  namespace row = shapes::batch_result_error_entry;
  writer.begin_structure();
  writer.text(row::id, id);
  writer.boolean(row::sender_fault, why.row().sender_fault);
  writer.text(row::code, why.row().query_code);
  writer.text(row::message, why.message());
  writer.end_structure();
}

}  // namespace

bool check_entries(call& c, std::span<const aws::value> entries, aws::member_id id) {
  if (entries.empty()) {
    fail(c, {shapes::errors::empty_batch_request,
             "There should be at least one " +
                 std::string(shapes::model.operations[c.operation].name) +
                 "RequestEntry in the request."});
    return false;
  }
  if (entries.size() > batch_entries_max) {
    fail(c, {shapes::errors::too_many_entries_in_batch_request,
             "Maximum number of entries per request are 10. You have sent " +
                 std::to_string(entries.size()) + "."});
    return false;
  }
  std::array<std::uint64_t, batch_entries_max> beginnings;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string_view mine = entries[i][id].text();
    if (!valid_id(mine)) {
      fail(c, {shapes::errors::invalid_batch_entry_id,
               "A batch entry id can only contain alphanumeric characters, hyphens and "
               "underscores. It can be at most 80 letters long."});
      return false;
    }
    beginnings[i] = beginning_of(mine);
    for (std::size_t j = 0; j < i; ++j) {
      if (beginnings[j] != beginnings[i] || entries[j][id].text() != mine) continue;
      fail(c, {shapes::errors::batch_entry_ids_not_distinct,
               "Id " + std::string(mine) + " repeated."});
      return false;
    }
  }
  return true;
}

void write_successful_ids(const call& c, aws::reply_writer& writer, aws::member_id successful,
                          aws::member_id successful_id, std::span<const aws::value> entries,
                          aws::member_id id, std::span<const errc> statuses) {
  if (std::find(statuses.begin(), statuses.end(), errc::ok) == statuses.end()) return;
  writer.member(successful);
  writer.begin_list();
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    if (statuses[i] != errc::ok) continue;
    writer.begin_structure();
    writer.token(successful_id, entries[c.submitted[i]][id].text());
    writer.end_structure();
  }
  writer.end_list();
}

void write_failed(call& c, aws::reply_writer& writer, aws::member_id failed,
                  std::span<const aws::value> entries, aws::member_id id,
                  std::span<const errc> statuses) {
  const bool refused =
      std::any_of(statuses.begin(), statuses.end(), [](errc e) { return e != errc::ok; });
  if (c.failed.empty() && !refused) return;
  writer.member(failed);
  writer.begin_list();
  for (const auto& [entry, why] : c.failed) write_failure(writer, entries[entry][id].text(), why);
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    if (statuses[i] == errc::ok) continue;
    write_failure(writer, entries[c.submitted[i]][id].text(), aws::error_of(statuses[i]));
  }
  writer.end_list();
}

}  // namespace millrace::sqs
