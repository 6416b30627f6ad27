// SendMessageBatch: up to ten bodies; a bad entry fails alone.
#include <algorithm>

#include "sqs/batch.hpp"
#include "sqs/message_input.hpp"
#include "sqs/message_output.hpp"
#include "sqs/operations.hpp"

namespace millrace::sqs {
namespace {

namespace in = shapes::send_message_batch_request;
namespace row = shapes::send_message_batch_request_entry;
namespace out = shapes::send_message_batch_result;
namespace sent_row = shapes::send_message_batch_result_entry;

void write_sent(const call& c, aws::reply_writer& writer, std::size_t submitted,
                std::string_view id, const send_result& sent) {
  writer.begin_structure();
  writer.token(sent_row::id, id);  // check_entries() has seen its characters
  write_message_id(writer, sent_row::message_id, sent.id);
  write_digests(writer,
                {sent_row::md5_of_message_body, sent_row::md5_of_message_attributes,
                 sent_row::md5_of_message_system_attributes},
                c.digests[submitted], c.entries[submitted]);
  if (sent.sequence != 0) write_sequence_number(writer, sent_row::sequence_number, sent.sequence);
  writer.end_structure();
}

void write_successful(const call& c, aws::reply_writer& writer, std::span<const aws::value> entries,
                      std::span<const send_result> sent) {
  const auto taken = [](const send_result& r) { return r.status == errc::ok; };
  if (std::none_of(sent.begin(), sent.end(), taken)) return;
  writer.member(out::successful);
  writer.begin_list();
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (taken(sent[i])) write_sent(c, writer, i, entries[c.submitted[i]][row::id].text(), sent[i]);
  }
  writer.end_list();
}

/// `bytes_max` is the queue's MaximumMessageSize, if an entry is longer.
progress answer(call& c, std::span<const send_result> sent, std::uint32_t bytes_max = 0) {
  const std::span<const aws::value> entries = c.input[in::entries].elements();
  std::array<errc, batch_entries_max> statuses;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    statuses[i] = sent[i].status;
    if (sent[i].status != errc::message_too_long) continue;
    c.failed.emplace_back(c.submitted[i], message_too_long(bytes_max));
    statuses[i] = errc::ok;  // reported with its text; not once more without
  }
  return reply(c, 1500, [&](aws::reply_writer& writer) {
    writer.begin_structure();
    write_successful(c, writer, entries, sent);
    write_failed(c, writer, out::failed, entries, row::id, std::span(statuses).first(sent.size()));
    writer.end_structure();
  });
}

/// A batch without all its groups fails as a whole, and with another code than a single message.
bool check_groups(call& c, std::span<const aws::value> entries) {
  if (!names_fifo_queue(c.queue_name)) return true;
  const auto grouped = [](const aws::value& e) { return e[row::message_group_id].present(); };
  if (std::all_of(entries.begin(), entries.end(), grouped)) return true;
  fail(c, {aws::common_errors::invalid_parameter_value,
           aws::missing_parameter("MessageGroupId").message()});
  return false;
}

progress start(call& c) {
  if (!read(c, in::queue_url)) return progress::answered;
  const std::span<const aws::value> entries = c.input[in::entries].elements();
  if (!check_entries(c, entries, row::id)) return progress::answered;
  if (!check_groups(c, entries)) return progress::answered;
  std::size_t total = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const aws::value& e = entries[i];
    send_entry& to = c.entries[c.submitted_count];
    auto wrong = prepare(c,
                         {e[row::message_body], e[row::delay_seconds], e[row::message_attributes],
                          e[row::message_system_attributes], e[row::message_group_id],
                          e[row::message_deduplication_id]},
                         to);
    if (wrong) {
      c.failed.emplace_back(static_cast<std::uint8_t>(i), std::move(*wrong));
      continue;
    }
    total += counted_bytes(to);
    submit_entry(c, i);
  }
  if (total > c.context->message_size_max) {
    return fail(
        c, {shapes::errors::batch_request_too_long,
            "Batch requests cannot be longer than " + std::to_string(c.context->message_size_max) +
                " bytes. You have sent " + std::to_string(total) + " bytes."});
  }
  if (c.submitted_count == 0) {  // all failed; but if there is no such queue, that is the answer
    return submitted(c, c.context->engine->submit_describe_queue(c.queue_name, c.token));
  }
  for (std::size_t i = 0; i < c.submitted_count; ++i) {
    c.context->hashing.push_back({as_text(c.entries[i].body), &c.digests[i]});
  }
  return progress::hashing;
}

progress hashed(call& c) {
  for (std::size_t i = 0; i < c.submitted_count; ++i) c.entries[i].body_digest = &c.digests[i];
  return submitted(c, c.context->engine->submit_send(
                          c.queue_name, std::span(c.entries, c.submitted_count), c.token));
}

progress resume(call& c, const completion& done) {
  if (c.stage == 1) {
    const std::uint32_t bytes_max =
        done.status == errc::ok ? done.description->attributes.maximum_message_size
                                : c.context->message_size_max;  // the queue has gone meanwhile
    return answer(c, std::span(c.sent).first(c.submitted_count), bytes_max);
  }
  if (done.status != errc::ok) return fail(c, done.status);
  const auto too_long = [](const send_result& r) { return r.status == errc::message_too_long; };
  if (std::none_of(done.sent.begin(), done.sent.end(), too_long)) return answer(c, done.sent);
  // Only the queue knows its own limit: ask for it, to name it in the answer.
  std::copy(done.sent.begin(), done.sent.end(), c.sent.begin());
  c.stage = 1;
  return submitted(c, c.context->engine->submit_describe_queue(c.queue_name, c.token));
}

}  // namespace

const handler send_message_batch = handler_on<start, hashed, resume>();

}  // namespace millrace::sqs
