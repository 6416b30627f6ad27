#include "sqs/queue_attributes.hpp"

#include <algorithm>
#include <charconv>

#include "aws/error_of.hpp"
#include "http/scan.hpp"
#include "sqs/policy_check.hpp"
#include "sqs/queue_tags.hpp"
#include "sqs/redrive_allow_text.hpp"
#include "sqs/redrive_text.hpp"

namespace millrace::sqs {
namespace {

enum class kind : std::uint8_t {
  number,  ///< a field of queue_attributes
  redrive,
  redrive_allow,
  text,       ///< stored and returned as it is
  key_reuse,  ///< a number, stored as it is and returned beside a key
  policy,     ///< the same, within its limits
  boolean,    ///< text, "true" or "false", in capitals too
  computed,   ///< read-only
  fifo,       ///< a field that FIFO queues have: one of two texts
};

struct row {
  std::string_view name;
  kind what;
  std::uint32_t given = 0;
  std::int64_t low = 0;
  std::int64_t high = 0;
  std::string_view first = {};  ///< fifo: the default
  std::string_view second = {};
};

constexpr std::string_view own_key = "KmsMasterKeyId";
constexpr std::string_view reuse_period = "KmsDataKeyReusePeriodSeconds";
constexpr std::string_view managed_encryption = "SqsManagedSseEnabled";

constexpr std::array<row, 21> rows{{
    {"DelaySeconds", kind::number, given_delay_seconds, 0, delay_seconds_max},
    {"MaximumMessageSize", kind::number, given_maximum_message_size, message_bytes_min,
     message_bytes_max},
    {"MessageRetentionPeriod", kind::number, given_message_retention_period, retention_seconds_min,
     retention_seconds_max},
    {"ReceiveMessageWaitTimeSeconds", kind::number, given_receive_message_wait_time_seconds, 0,
     wait_seconds_max},
    {"VisibilityTimeout", kind::number, given_visibility_timeout, 0, visibility_seconds_max},
    {"RedrivePolicy", kind::redrive, given_redrive},
    {"Policy", kind::policy},
    {"RedriveAllowPolicy", kind::redrive_allow},
    {own_key, kind::text},
    {reuse_period, kind::key_reuse, 0, 60, 86400},
    {managed_encryption, kind::boolean},
    {"QueueArn", kind::computed},
    {"ApproximateNumberOfMessages", kind::computed},
    {"ApproximateNumberOfMessagesNotVisible", kind::computed},
    {"ApproximateNumberOfMessagesDelayed", kind::computed},
    {"CreatedTimestamp", kind::computed},
    {"LastModifiedTimestamp", kind::computed},
    {"FifoQueue", kind::fifo, given_fifo_queue, 0, 0, "false", "true"},
    {"ContentBasedDeduplication", kind::fifo, given_content_based_deduplication, 0, 0, "false",
     "true"},
    {"DeduplicationScope", kind::fifo, given_deduplication_scope, 0, 0, "queue", "messageGroup"},
    {"FifoThroughputLimit", kind::fifo, given_fifo_throughput_limit, 0, 0, "perQueue",
     "perMessageGroupId"},
}};

const row* find(std::string_view name) {
  const auto at =
      std::find_if(rows.begin(), rows.end(), [&](const row& r) { return r.name == name; });
  return at == rows.end() ? nullptr : &*at;
}

aws::error unknown_attribute(std::string_view name) {
  return {shapes::errors::invalid_attribute_name,
          "Unknown Attribute " + std::string(name.substr(0, 256)) + "."};
}

aws::error bad_value(std::string_view name) {
  return {shapes::errors::invalid_attribute_value,
          "Invalid value for the parameter " + std::string(name) + "."};
}

bool parse(std::string_view text, std::int64_t low, std::int64_t high, std::int64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && out >= low && out <= high;
}

void set_number(queue_attributes& a, std::uint32_t which, std::int64_t value) {
  const auto v = static_cast<std::int32_t>(value);
  if (which == given_delay_seconds) a.delay_seconds = v;
  if (which == given_maximum_message_size) a.maximum_message_size = static_cast<std::uint32_t>(v);
  if (which == given_message_retention_period) a.message_retention_period = v;
  if (which == given_receive_message_wait_time_seconds) a.receive_message_wait_time_seconds = v;
  if (which == given_visibility_timeout) a.visibility_timeout = v;
}

std::int64_t get_number(const queue_attributes& a, std::uint32_t which) {
  if (which == given_delay_seconds) return a.delay_seconds;
  if (which == given_maximum_message_size) return a.maximum_message_size;
  if (which == given_message_retention_period) return a.message_retention_period;
  if (which == given_receive_message_wait_time_seconds) return a.receive_message_wait_time_seconds;
  return a.visibility_timeout;
}

/// Which of a fifo row's two texts.
void set_second(queue_attributes& a, std::uint32_t which, bool second) {
  if (which == given_fifo_queue) a.fifo_queue = second;
  if (which == given_content_based_deduplication) a.content_based_deduplication = second;
  if (which == given_deduplication_scope) a.scope = static_cast<deduplication_scope>(second);
  if (which == given_fifo_throughput_limit) {
    a.throughput_limit = static_cast<fifo_throughput_limit>(second);
  }
}

bool has_second(const queue_attributes& a, std::uint32_t which) {
  if (which == given_fifo_queue) return a.fifo_queue;
  if (which == given_content_based_deduplication) return a.content_based_deduplication;
  if (which == given_deduplication_scope) return a.scope == deduplication_scope::message_group;
  return a.throughput_limit == fifo_throughput_limit::per_message_group_id;
}

void store(queue_attributes& a, std::string_view key, std::string_view value) {
  a.stored.emplace_back(key, value);
}

std::string_view stored(const queue_attributes& a, std::string_view key) {
  for (const auto& [name, value] : a.stored) {
    if (name == key) return value;
  }
  return {};
}

/// Whether SQS has the queue's key: so it is until somebody says otherwise.
std::string_view managed_encryption_of(const queue_attributes& a) {
  const std::string_view value = stored(a, managed_encryption);
  if (!value.empty()) return value;
  return stored(a, own_key).empty() ? "true" : "false";
}

/// "true" or "false", which may come with capitals, as Python's bool does; empty: neither.
std::string_view as_boolean(std::string_view text) {
  for (const std::string_view truth : {"true", "false"}) {
    if (http::same_ignoring_case(text, truth)) return truth;
  }
  return {};
}

aws::error not_for_standard(const row& r) {
  if (r.name == "DeduplicationScope" || r.name == "FifoThroughputLimit") {
    return {shapes::errors::invalid_attribute_name,
            "You can specify the " + std::string(r.name) + " only when FifoQueue is set to true."};
  }
  return unknown_attribute(r.name);
}

std::optional<aws::error> read_fifo(call& c, const row& r, std::string_view value, bool creating) {
  const bool type = r.given == given_fifo_queue;
  if (const std::string_view truth = as_boolean(value); !truth.empty()) value = truth;
  if (!names_fifo_queue(c.queue_name)) {
    if (!creating || !type || value != r.second) return not_for_standard(r);
    return aws::error{aws::common_errors::invalid_parameter_value,
                      "The name of a FIFO queue can only include alphanumeric characters, hyphens, "
                      "or underscores, must end with .fifo suffix and be 1 to 80 in length."};
  }
  if (value != r.first && value != r.second) return bad_value(r.name);
  if (!creating && type && value == r.first) {
    return aws::error{shapes::errors::invalid_attribute_value,
                      "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is "
                      "not supported."};
  }
  set_second(c.attributes, r.given, value == r.second);
  c.given |= r.given;
  return std::nullopt;
}

std::optional<aws::error> read_policy(call& c, std::string_view value) {
  redrive_policy& policy = c.attributes.redrive;
  c.given |= given_redrive;
  if (auto wrong = read_redrive(*c.context, value, policy)) return wrong;
  if (policy.target_queue.empty() ||
      names_fifo_queue(policy.target_queue) == names_fifo_queue(c.queue_name)) {
    return std::nullopt;
  }
  return aws::invalid_parameter(value, "RedrivePolicy",
                                "Dead-letter queue must be same type of queue as the source..");
}

std::optional<aws::error> read_one(call& c, const row& r, std::string_view value, bool creating) {
  switch (r.what) {
    case kind::number: {
      std::int64_t number = 0;
      const bool size = r.given == given_maximum_message_size;
      const std::int64_t high = size ? c.context->message_size_max : r.high;
      if (!parse(value, r.low, high, number)) return bad_value(r.name);
      set_number(c.attributes, r.given, number);
      c.given |= r.given;
      return std::nullopt;
    }
    case kind::redrive: return read_policy(c, value);
    case kind::redrive_allow:
      if (!value.empty() && !is_redrive_allow_policy(value)) {
        return aws::invalid_parameter(value, r.name,
                                      "Amazon SQS can't create the redrive allow policy, as it's "
                                      "in an unsupported format.");
      }
      store(c.attributes, r.name, value);
      return std::nullopt;
    case kind::boolean: {
      const std::string_view truth = as_boolean(value);
      if (!truth.empty() != !value.empty()) return bad_value(r.name);
      store(c.attributes, r.name, truth);
      return std::nullopt;
    }
    case kind::policy:
      if (auto wrong = check_policy(std::string(value))) return wrong;
      store(c.attributes, r.name, value);
      return std::nullopt;
    case kind::text: store(c.attributes, r.name, value); return std::nullopt;
    case kind::key_reuse: {
      std::int64_t number = 0;
      if (!value.empty() && !parse(value, r.low, r.high, number)) return bad_value(r.name);
      store(c.attributes, r.name, value);
      return std::nullopt;
    }
    case kind::fifo: return read_fifo(c, r, value, creating);
    case kind::computed: break;
  }
  return unknown_attribute(r.name);
}

/// A queue has one kind of encryption: the one that is asked for ends the other, which does not
/// come back with the end of the first.
std::optional<aws::error> settle_encryption(queue_attributes& asked) {
  const bool own = !stored(asked, own_key).empty();
  const bool managed = stored(asked, managed_encryption) == "true";
  if (own && managed) {
    return aws::error{shapes::errors::invalid_attribute_name,
                      "You can use one type of server-side encryption (SSE) at one time. You can "
                      "either enable KMS SSE or SQS SSE."};
  }
  if (own && stored(asked, managed_encryption).empty()) store(asked, managed_encryption, "false");
  if (managed) {
    store(asked, own_key, "");
    store(asked, reuse_period, "");
  }
  return std::nullopt;
}

std::string computed(const call& c, const queue_description& q, std::string_view name) {
  if (name == "QueueArn") return queue_arn(*c.context, q.name);
  if (name == "CreatedTimestamp") return std::to_string(q.created_at_ms / 1000);
  if (name == "LastModifiedTimestamp") return std::to_string(q.modified_at_ms / 1000);
  if (name == "ApproximateNumberOfMessages") return std::to_string(q.messages);
  if (name == "ApproximateNumberOfMessagesDelayed") return std::to_string(q.messages_delayed);
  return std::to_string(q.messages_not_visible);
}

std::string value_of(const call& c, const queue_description& q, const row& r) {
  switch (r.what) {
    case kind::number: return std::to_string(get_number(q.attributes, r.given));
    case kind::redrive:
      return q.attributes.redrive.target_queue.empty()
                 ? std::string()
                 : redrive_text(*c.context, q.attributes.redrive);
    case kind::boolean: return std::string(managed_encryption_of(q.attributes));
    case kind::key_reuse: {
      if (stored(q.attributes, own_key).empty()) return {};
      const std::string_view value = stored(q.attributes, r.name);
      return std::string(value.empty() ? "300" : value);
    }
    case kind::text:
    case kind::redrive_allow:
    case kind::policy: return std::string(stored(q.attributes, r.name));
    case kind::computed: return computed(c, q, r.name);
    case kind::fifo:
      if (!q.attributes.fifo_queue) break;
      return std::string(has_second(q.attributes, r.given) ? r.second : r.first);
  }
  return {};
}

bool same(const queue_attributes& a, const queue_attributes& b, const row& r) {
  if (r.what == kind::number) return get_number(a, r.given) == get_number(b, r.given);
  if (r.what == kind::fifo) return has_second(a, r.given) == has_second(b, r.given);
  return a.redrive == b.redrive;
}

}  // namespace

std::optional<aws::error> read_attributes(call& c, const aws::value& map, bool creating) {
  c.attributes = {};
  c.given = 0;
  for (const aws::map_entry& entry : map.entries()) {
    const row* r = find(entry.key);
    if (r == nullptr) return unknown_attribute(entry.key);
    if (auto wrong = read_one(c, *r, entry.item.text(), creating)) return wrong;
  }
  return settle_encryption(c.attributes);
}

aws::error attributes_error(const call& c, errc why) {
  constexpr std::uint32_t pair = given_deduplication_scope | given_fifo_throughput_limit;
  if (why != errc::invalid_attribute_value || (c.given & pair) == 0) return aws::error_of(why);
  return {shapes::errors::invalid_attribute_value,
          "Invalid value for the parameter FifoThroughputLimit. Reason: The perMessageGroupId "
          "value is allowed only when the value for DeduplicationScope is messageGroup."};
}

std::optional<aws::error> refuse_target(const call& c, const queue_description& target) {
  if (allows_redrive(stored(target.attributes, "RedriveAllowPolicy"),
                     queue_arn(*c.context, c.queue_name))) {
    return std::nullopt;
  }
  return aws::invalid_parameter(
      redrive_text(*c.context, c.attributes.redrive), "RedrivePolicy",
      "The dead-letter queue's RedriveAllowPolicy does not allow this source queue.");
}

bool read_names(std::span<const aws::value> names, std::uint64_t& wanted,
                std::string_view& unknown) {
  wanted = 0;
  for (const aws::value& name : names) {
    if (name.text() == "All") {
      wanted = ~std::uint64_t{0};
      continue;
    }
    const row* r = find(name.text());
    if (r == nullptr) {
      unknown = name.text();
      return false;
    }
    wanted |= std::uint64_t{1} << (r - rows.data());
  }
  return true;
}

void write_attributes(const call& c, aws::reply_writer& writer, aws::member_id to,
                      const queue_description& q, std::uint64_t wanted) {
  bool begun = false;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if ((wanted >> i & 1) == 0) continue;
    const std::string value = value_of(c, q, rows[i]);
    if (value.empty()) continue;
    if (!begun) {
      writer.member(to);
      writer.begin_map();
      begun = true;
    }
    writer.key(rows[i].name);
    writer.text(value);
  }
  if (begun) writer.end_map();
}

std::string_view first_difference(const queue_attributes& has, const queue_attributes& wanted,
                                  std::uint32_t given) {
  if ((given & given_durability) != 0 && has.level != wanted.level) return durability_tag;
  for (const row& r : rows) {
    if ((given & r.given) != 0 && !same(has, wanted, r)) return r.name;
  }
  for (const auto& [key, value] : wanted.stored) {
    const bool managed = key == managed_encryption;
    const std::string_view there = managed ? managed_encryption_of(has) : stored(has, key);
    if (there != (managed ? managed_encryption_of(wanted) : std::string_view(value)))
      return key.starts_with("tag:") ? "tags" : std::string_view(key);
  }
  return {};
}

}  // namespace millrace::sqs
