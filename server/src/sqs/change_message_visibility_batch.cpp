// ChangeMessageVisibilityBatch: up to ten changes; a bad one fails alone.
#include "sqs/batch.hpp"
#include "sqs/message_output.hpp"
#include "sqs/operations.hpp"
#include "sqs/visibility.hpp"

namespace millrace::sqs {
namespace {

namespace in = shapes::change_message_visibility_batch_request;
namespace row = shapes::change_message_visibility_batch_request_entry;
namespace out = shapes::change_message_visibility_batch_result;
namespace changed_row = shapes::change_message_visibility_batch_result_entry;

/// What the engine refused joins what was refused here, with its text.
progress answer(call& c, std::span<const errc> statuses) {
  const std::span<const aws::value> entries = c.input[in::entries].elements();
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const aws::value& e = entries[c.submitted[i]];
    if (statuses[i] == errc::ok) continue;
    c.failed.emplace_back(c.submitted[i], visibility_error(statuses[i], e[row::receipt_handle],
                                                           e[row::visibility_timeout]));
  }
  return reply(c, 300, [&](aws::reply_writer& writer) {
    writer.begin_structure();
    write_successful_ids(c, writer, out::successful, changed_row::id, entries, row::id, statuses);
    write_failed(c, writer, out::failed, entries, row::id, {});
    writer.end_structure();
  });
}

progress start(call& c) {
  if (!read(c, in::queue_url)) return progress::answered;
  const std::span<const aws::value> entries = c.input[in::entries].elements();
  if (!check_entries(c, entries, row::id)) return progress::answered;
  std::array<visibility_entry, batch_entries_max> changes;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const aws::value& handle = entries[i][row::receipt_handle];
    if (!handle.present()) return fail(c, aws::missing_parameter("ReceiptHandle"));
    auto wrong =
        read_visibility(handle, entries[i][row::visibility_timeout], changes[c.submitted_count]);
    if (wrong) {
      c.failed.emplace_back(static_cast<std::uint8_t>(i), std::move(*wrong));
      continue;
    }
    submit_entry(c, i);
  }
  if (c.submitted_count == 0) {  // all failed; but if there is no such queue, that is the answer
    return submitted(c, c.context->engine->submit_describe_queue(c.queue_name, c.token));
  }
  return submitted(c, c.context->engine->submit_change_visibility(
                          c.queue_name, std::span(changes).first(c.submitted_count), c.token));
}

progress resume(call& c, const completion& done) {
  return done.status == errc::ok ? answer(c, done.entries) : fail(c, done.status);
}

}  // namespace

const handler change_message_visibility_batch = handler_on<start, nullptr, resume>();

}  // namespace millrace::sqs
