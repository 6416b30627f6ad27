// StartMessageMoveTask, CancelMessageMoveTask, ListMessageMoveTasks: moves out of a dead-letter
// queue. They name queues by ARN.
#include "sqs/operations.hpp"
#include "sqs/task_handle.hpp"

namespace millrace::sqs {
namespace {

namespace start_in = shapes::start_message_move_task_request;
namespace start_out = shapes::start_message_move_task_result;
namespace cancel_in = shapes::cancel_message_move_task_request;
namespace cancel_out = shapes::cancel_message_move_task_result;
namespace list_in = shapes::list_message_move_tasks_request;
namespace list_out = shapes::list_message_move_tasks_result;
namespace entry_out = shapes::list_message_move_tasks_result_entry;

/// Stages of a start; from `sources_asked` on, one for each lane.
enum stage : std::uint32_t { source_asked, target_asked, starting, sources_asked };

aws::error no_such_resource(std::string_view parameter) {
  return {shapes::errors::resource_not_found_exception, "The resource that you specified for the " +
                                                            std::string(parameter) +
                                                            " parameter doesn't exist."};
}

/// An engine's answer where the queue of a SourceArn was addressed.
progress fail_source(call& c, errc status) {
  if (status == errc::queue_does_not_exist) return fail(c, no_such_resource("SourceArn"));
  return fail(c, status);
}

/// Finds the queue of a SourceArn. False: an error is answered.
bool read_source(call& c, const aws::value& arn) {
  if (!arn.present()) {
    fail(c, aws::missing_parameter("SourceArn"));
    return false;
  }
  c.queue_name = name_in_arn(*c.context, arn.text());
  if (!c.queue_name.empty()) return true;
  fail(c, no_such_resource("SourceArn"));
  return false;
}

// Start: the source exists, is some queue's dead-letter queue, and the target exists.

std::string_view target_of(const call& c) {
  return name_in_arn(*c.context, c.input[start_in::destination_arn].text());
}

progress start_task(call& c) {
  c.stage = starting;
  const auto rate =
      static_cast<std::uint32_t>(c.input[start_in::max_number_of_messages_per_second].integer(0));
  return submitted(
      c, c.context->engine->submit_start_message_move(c.queue_name, target_of(c), rate, c.token));
}

progress ask_target(call& c) {
  const aws::value& target = c.input[start_in::destination_arn];
  if (!target.present()) return start_task(c);
  if (target_of(c).empty()) return fail(c, no_such_resource("DestinationArn"));
  c.stage = target_asked;
  return submitted(c, c.context->engine->submit_describe_queue(target_of(c), c.token));
}

progress ask_sources(call& c) {
  const std::uint32_t lane = c.stage++ - sources_asked;
  return submitted(c, c.context->engine->submit_list_sources(lane, c.queue_name, c.token));
}

progress start(call& c) {
  if (!read(c) || !read_source(c, c.input[start_in::source_arn])) return progress::answered;
  const aws::value& rate = c.input[start_in::max_number_of_messages_per_second];
  if (rate.present() && (rate.integer() < 1 || rate.integer() > message_move_rate_max)) {
    return fail(
        c, aws::invalid_parameter(std::to_string(rate.integer()), "MaxNumberOfMessagesPerSecond",
                                  "Must be between 1 and 500, if provided."));
  }
  c.stage = source_asked;
  return submitted(c, c.context->engine->submit_describe_queue(c.queue_name, c.token));
}

progress resume_start(call& c, const completion& done) {
  if (c.stage == starting) {
    if (done.status == errc::invalid_queue_name) {
      return fail(c, {aws::common_errors::invalid_parameter_value,
                      "The destination must be another queue, of the same type as the source."});
    }
    if (done.status != errc::ok) return fail_source(c, done.status);
    return reply(c, 200, [&](aws::reply_writer& writer) {
      writer.begin_structure();
      writer.text(start_out::task_handle,
                  task_handle_text({done.moves[0].id, queue_arn(*c.context, c.queue_name)}));
      writer.end_structure();
    });
  }
  if (c.stage == target_asked) {
    if (done.status == errc::queue_does_not_exist)
      return fail(c, no_such_resource("DestinationArn"));
    return done.status == errc::ok ? start_task(c) : fail(c, done.status);
  }
  if (done.status != errc::ok) return fail_source(c, done.status);
  if (c.stage == source_asked) {
    c.stage = sources_asked;
    return ask_sources(c);
  }
  if (!done.names.empty()) return ask_target(c);
  if (c.stage - sources_asked < c.context->lanes) return ask_sources(c);
  return fail(c, {aws::common_errors::invalid_parameter_value,
                  "Source queue must be configured as a Dead Letter Queue."});
}

// Cancel.

progress start_cancel(call& c) {
  if (!read(c)) return progress::answered;
  const aws::value& given = c.input[cancel_in::task_handle];
  if (!given.present()) return fail(c, aws::missing_parameter("TaskHandle"));
  task_handle handle;
  if (!read_task_handle(given.text(), handle)) {
    return fail(c, {aws::common_errors::invalid_parameter_value,
                    "Value for parameter TaskHandle is invalid."});
  }
  const std::string_view name = name_in_arn(*c.context, handle.source_arn);
  if (name.empty()) return fail(c, no_such_resource("SourceArn"));
  return submitted(c, c.context->engine->submit_cancel_message_move(name, handle.task, c.token));
}

progress resume_cancel(call& c, const completion& done) {
  if (done.status != errc::ok) return fail_source(c, done.status);
  return reply(c, 100, [&](aws::reply_writer& writer) {
    writer.begin_structure();
    writer.integer(cancel_out::approximate_number_of_messages_moved,
                   static_cast<std::int64_t>(done.moves[0].moved));
    writer.end_structure();
  });
}

// List.

std::string_view status_text(move_status status) {
  switch (status) {
    case move_status::running: return "RUNNING";
    case move_status::completed: return "COMPLETED";
    case move_status::cancelled: return "CANCELLED";
    case move_status::failed: return "FAILED";
  }
  return {};
}

void write_task(const call& c, aws::reply_writer& writer, const message_move& task) {
  const std::string source = queue_arn(*c.context, c.queue_name);
  writer.begin_structure();
  if (task.status == move_status::running) {
    writer.text(entry_out::task_handle, task_handle_text({task.id, source}));
  }
  writer.text(entry_out::status, status_text(task.status));
  writer.text(entry_out::source_arn, source);
  if (!task.target_queue.empty()) {
    writer.text(entry_out::destination_arn, queue_arn(*c.context, task.target_queue));
  }
  if (task.messages_per_second != 0) {
    writer.integer(entry_out::max_number_of_messages_per_second, task.messages_per_second);
  }
  writer.integer(entry_out::approximate_number_of_messages_moved,
                 static_cast<std::int64_t>(task.moved));
  writer.integer(entry_out::approximate_number_of_messages_to_move,
                 static_cast<std::int64_t>(task.to_move));
  if (!task.failure_reason.empty()) {
    writer.text(entry_out::failure_reason, task.failure_reason);
  }
  writer.integer(entry_out::started_timestamp, task.started_at_ms);
  writer.end_structure();
}

progress start_list(call& c) {
  if (!read(c) || !read_source(c, c.input[list_in::source_arn])) return progress::answered;
  const aws::value& max = c.input[list_in::max_results];
  if (max.present() && (max.integer() < 1 || max.integer() > message_moves_listed_max)) {
    return fail(c, aws::invalid_parameter(std::to_string(max.integer()), "MaxResults",
                                          "Must be between 1 and 10, if provided."));
  }
  return submitted(c, c.context->engine->submit_list_message_moves(c.queue_name, c.token));
}

progress resume_list(call& c, const completion& done) {
  if (done.status != errc::ok) return fail_source(c, done.status);
  const auto wanted = static_cast<std::size_t>(c.input[list_in::max_results].integer(1));
  const std::size_t count = std::min(wanted, done.moves.size());
  return reply(c, 100 + count * 600, [&](aws::reply_writer& writer) {
    writer.begin_structure();
    writer.member(list_out::results);
    writer.begin_list();
    for (const message_move& task : done.moves.first(count)) write_task(c, writer, task);
    writer.end_list();
    writer.end_structure();
  });
}

}  // namespace

const handler start_message_move_task = handler_on<start, nullptr, resume_start>();
const handler cancel_message_move_task = handler_on<start_cancel, nullptr, resume_cancel>();
const handler list_message_move_tasks = handler_on<start_list, nullptr, resume_list>();

}  // namespace millrace::sqs
