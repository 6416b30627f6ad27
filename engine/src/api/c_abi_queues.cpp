// Queues in C: attributes to and from the C++ structs, and answers, which hold the texts that they
// show. Called on the client's thread.
#include "api/c_abi.hpp"

namespace c_abi = millrace::c_abi;

namespace {

constexpr std::uint32_t known_given =
    millrace::given_all | millrace::given_durability | millrace::given_fifo;
constexpr bool same(mr_given c, millrace::given_attributes cpp) {
  return static_cast<unsigned>(c) == static_cast<unsigned>(cpp);
}
static_assert(same(MR_GIVEN_DELAY_SECONDS, millrace::given_delay_seconds));
static_assert(same(MR_GIVEN_MAXIMUM_MESSAGE_SIZE, millrace::given_maximum_message_size));
static_assert(same(MR_GIVEN_MESSAGE_RETENTION_PERIOD, millrace::given_message_retention_period));
static_assert(same(MR_GIVEN_RECEIVE_MESSAGE_WAIT_TIME_SECONDS,
                   millrace::given_receive_message_wait_time_seconds));
static_assert(same(MR_GIVEN_VISIBILITY_TIMEOUT, millrace::given_visibility_timeout));
static_assert(same(MR_GIVEN_REDRIVE, millrace::given_redrive));
static_assert(same(MR_GIVEN_DURABILITY, millrace::given_durability));
static_assert(same(MR_GIVEN_FIFO_QUEUE, millrace::given_fifo_queue));
static_assert(same(MR_GIVEN_CONTENT_BASED_DEDUPLICATION,
                   millrace::given_content_based_deduplication));
static_assert(same(MR_GIVEN_DEDUPLICATION_SCOPE, millrace::given_deduplication_scope));
static_assert(same(MR_GIVEN_FIFO_THROUGHPUT_LIMIT, millrace::given_fifo_throughput_limit));
static_assert(MR_DEDUPLICATION_MESSAGE_GROUP ==
                  static_cast<int>(millrace::deduplication_scope::message_group) &&
              MR_FIFO_PER_MESSAGE_GROUP_ID ==
                  static_cast<int>(millrace::fifo_throughput_limit::per_message_group_id));
static_assert(MR_DURABILITY_OS == static_cast<int>(millrace::durability::os) &&
              MR_DURABILITY_DISK == static_cast<int>(millrace::durability::disk));

/// Runs a call about queues with checked attributes: use(attributes, given) -> code.
template <class Use>
std::int32_t with_attributes(const mr_queue_attributes* from, Use&& use) noexcept {
  return c_abi::guarded([&]() -> std::int32_t {
    millrace::queue_attributes attributes;
    std::uint32_t given = 0;
    if (const auto e = c_abi::read(from, attributes, given); e != MR_OK) return e;
    return use(attributes, given);
  });
}

}  // namespace

namespace millrace::c_abi {

/// What FIFO queues have besides; each is the first of two or the second.
static std::int32_t read_fifo(const mr_queue_attributes& a, queue_attributes& to) {
  const std::pair<std::uint32_t, std::uint32_t> values[] = {
      {given_fifo_queue, a.fifo_queue},
      {given_content_based_deduplication, a.content_based_deduplication},
      {given_deduplication_scope, a.deduplication_scope},
      {given_fifo_throughput_limit, a.fifo_throughput_limit}};
  for (const auto& [bit, value] : values) {
    if ((a.given & bit) != 0 && value > 1) return MR_NOT_SUPPORTED;
  }
  to.fifo_queue = a.fifo_queue != 0;
  to.content_based_deduplication = a.content_based_deduplication != 0;
  to.scope = static_cast<deduplication_scope>(a.deduplication_scope);
  to.throughput_limit = static_cast<fifo_throughput_limit>(a.fifo_throughput_limit);
  return MR_OK;
}

std::int32_t read(const mr_queue_attributes* from, queue_attributes& to, std::uint32_t& given) {
  given = given_nothing;
  if (from == nullptr) return MR_OK;
  mr_queue_attributes a;
  if (const std::int32_t e = read_struct(from, a); e != MR_OK) return e;
  if ((a.given & ~known_given) != 0) return MR_NOT_SUPPORTED;
  given = a.given;
  if (given & given_delay_seconds) to.delay_seconds = a.delay_seconds;
  if (given & given_maximum_message_size) to.maximum_message_size = a.maximum_message_size;
  if (given & given_message_retention_period) {
    to.message_retention_period = a.message_retention_period;
  }
  if (given & given_receive_message_wait_time_seconds) {
    to.receive_message_wait_time_seconds = a.receive_message_wait_time_seconds;
  }
  if (given & given_visibility_timeout) to.visibility_timeout = a.visibility_timeout;
  if (given & given_redrive) {
    to.redrive.target_queue = text(a.dead_letter_queue);
    if (a.max_receive_count != 0) to.redrive.max_receive_count = a.max_receive_count;
  }
  if (given & given_durability) {
    if (a.durability > MR_DURABILITY_DISK) return MR_NOT_SUPPORTED;
    to.level = static_cast<durability>(a.durability);
  }
  if (const std::int32_t e = read_fifo(a, to); e != MR_OK) return e;
  if (a.stored == nullptr && a.stored_count != 0) return MR_INVALID_ARGUMENT;
  for (std::size_t i = 0; i < a.stored_count; ++i) {
    if (text(a.stored[i].name).empty()) return MR_INVALID_ATTRIBUTE_NAME;
    to.stored.emplace_back(a.stored[i].name, text(a.stored[i].value));
  }
  std::sort(to.stored.begin(), to.stored.end());
  return MR_OK;
}

mr_statistics to_c(const lane_statistics& s) noexcept {
  return {.struct_size = sizeof(mr_statistics),
          .reserved = 0,
          .operations = s.operations,
          .messages_sent = s.messages_sent,
          .messages_received = s.messages_received,
          .messages_deleted = s.messages_deleted,
          .bytes_sent = s.bytes_sent,
          .empty_receives = s.empty_receives,
          .refused = s.refused,
          .queues = s.queues,
          .messages = s.messages,
          .parked_receives = s.parked_receives,
          .polls = s.polls,
          .memory_in_use = s.memory_in_use,
          .memory_max = s.memory_max,
          .now_ms = s.now_ms};
}

}  // namespace millrace::c_abi

void mr_answer::describe(const millrace::queue_description& from) {
  has = content::description;
  description = from;
  stored.clear();
  for (const auto& [name, value] : description.attributes.stored) {
    stored.push_back({name.c_str(), value.c_str()});
  }
}

mr_queue_attributes mr_answer::attributes() const noexcept {
  const millrace::queue_attributes& a = description.attributes;
  return {.struct_size = sizeof(mr_queue_attributes),
          .given = known_given,
          .delay_seconds = a.delay_seconds,
          .maximum_message_size = a.maximum_message_size,
          .message_retention_period = a.message_retention_period,
          .receive_message_wait_time_seconds = a.receive_message_wait_time_seconds,
          .visibility_timeout = a.visibility_timeout,
          .max_receive_count = a.redrive.max_receive_count,
          .dead_letter_queue = a.redrive.target_queue.c_str(),
          .stored = stored.data(),
          .stored_count = stored.size(),
          .durability = static_cast<std::uint32_t>(a.level),
          .reserved = 0,
          .fifo_queue = a.fifo_queue,
          .content_based_deduplication = a.content_based_deduplication,
          .deduplication_scope = static_cast<std::uint32_t>(a.scope),
          .fifo_throughput_limit = static_cast<std::uint32_t>(a.throughput_limit)};
}

std::int32_t mr_create_queue(mr_client* client, const char* name,
                             const mr_queue_attributes* attributes, mr_queue* queue) noexcept {
  if (client == nullptr || name == nullptr || queue == nullptr) return MR_INVALID_ARGUMENT;
  *queue = 0;
  return with_attributes(attributes, [=](const auto& wanted, std::uint32_t given) -> std::int32_t {
    const auto made = client->core.create_queue(name, wanted, given);
    if (!made) return c_abi::code(made.error());
    *queue = made->id;
    return MR_OK;
  });
}

std::int32_t mr_find_queue(mr_client* client, const char* name, mr_queue* queue) noexcept {
  if (client == nullptr || name == nullptr || queue == nullptr) return MR_INVALID_ARGUMENT;
  *queue = 0;
  return c_abi::guarded([=]() -> std::int32_t {
    const auto found = client->core.find_queue(name);
    if (!found) return c_abi::code(found.error());
    *queue = found->id;
    return MR_OK;
  });
}

std::int32_t mr_set_queue_attributes(mr_client* client, mr_queue queue,
                                     const mr_queue_attributes* attributes) noexcept {
  if (client == nullptr || attributes == nullptr) return MR_INVALID_ARGUMENT;
  return with_attributes(attributes, [=](const auto& wanted, std::uint32_t given) {
    return c_abi::code(client->core.set_queue_attributes(c_abi::handle(queue), wanted, given));
  });
}

std::int32_t mr_delete_queue(mr_client* client, mr_queue queue) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  return c_abi::guarded(
      [=] { return c_abi::code(client->core.delete_queue(c_abi::handle(queue))); });
}

std::int32_t mr_purge_queue(mr_client* client, mr_queue queue) noexcept {
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  return c_abi::guarded(
      [=] { return c_abi::code(client->core.purge_queue(c_abi::handle(queue))); });
}

std::int32_t mr_describe_queue(mr_client* client, mr_queue queue, mr_answer** answer) noexcept {
  if (answer == nullptr) return MR_INVALID_ARGUMENT;
  *answer = nullptr;
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  return c_abi::guarded([=]() -> std::int32_t {
    const auto described = client->core.describe_queue(c_abi::handle(queue));
    if (!described) return c_abi::code(described.error());
    auto made = std::make_unique<mr_answer>();
    made->describe(*described);
    *answer = made.release();
    return MR_OK;
  });
}

std::int32_t mr_list_queues(mr_client* client, const char* prefix, const char* after,
                            std::size_t max, mr_answer** answer) noexcept {
  if (answer == nullptr) return MR_INVALID_ARGUMENT;
  *answer = nullptr;
  if (client == nullptr) return MR_INVALID_ARGUMENT;
  return c_abi::guarded([=]() -> std::int32_t {
    auto listed = client->core.list_queues(c_abi::text(prefix), c_abi::text(after),
                                           max == 0 ? c_abi::names_max_if_zero : max);
    if (!listed) return c_abi::code(listed.error());
    auto made = std::make_unique<mr_answer>();
    made->has = mr_answer::content::names;
    made->names = std::move(*listed);
    *answer = made.release();
    return static_cast<std::int32_t>((*answer)->names.size());
  });
}

const char* mr_answer_name(const mr_answer* answer, std::size_t index) noexcept {
  if (answer == nullptr || index >= answer->names.size()) return nullptr;
  return answer->names[index].c_str();
}

std::int32_t mr_answer_description(const mr_answer* answer,
                                   mr_queue_description* description) noexcept {
  if (answer == nullptr || answer->has != mr_answer::content::description) {
    return MR_INVALID_ARGUMENT;
  }
  const millrace::queue_description& d = answer->description;
  return c_abi::write_struct<mr_queue_description>({.struct_size = sizeof(mr_queue_description),
                                                    .reserved = 0,
                                                    .queue = d.handle.id,
                                                    .name = d.name.c_str(),
                                                    .messages = d.messages,
                                                    .messages_not_visible = d.messages_not_visible,
                                                    .messages_delayed = d.messages_delayed,
                                                    .created_at_ms = d.created_at_ms,
                                                    .modified_at_ms = d.modified_at_ms},
                                                   description);
}

std::int32_t mr_answer_attributes(const mr_answer* answer,
                                  mr_queue_attributes* attributes) noexcept {
  if (answer == nullptr || answer->has != mr_answer::content::description) {
    return MR_INVALID_ARGUMENT;
  }
  return c_abi::write_struct(answer->attributes(), attributes);
}

void mr_answer_release(mr_answer* answer) noexcept { delete answer; }

std::int32_t mr_lane_statistics(mr_client* client, std::uint32_t lane,
                                mr_statistics* statistics) noexcept {
  if (client == nullptr || !client->home->has_lane(lane)) return MR_INVALID_ARGUMENT;
  return c_abi::guarded([=]() -> std::int32_t {
    const auto answered = client->core.statistics(lane);
    if (!answered) return c_abi::code(answered.error());
    return c_abi::write_struct(c_abi::to_c(*answered), statistics);
  });
}

std::int32_t mr_answer_statistics(const mr_answer* answer, mr_statistics* statistics) noexcept {
  if (answer == nullptr || answer->has != mr_answer::content::statistics) {
    return MR_INVALID_ARGUMENT;
  }
  return c_abi::write_struct(c_abi::to_c(answer->statistics), statistics);
}
