// PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy: of streams, and of consumers.
#include <simdjson.h>

#include "kinesis/consumers.hpp"
#include "kinesis/editing.hpp"
#include "kinesis/errors.hpp"
#include "kinesis/operations.hpp"
#include "kinesis/tags.hpp"

namespace millrace::kinesis {
namespace {

namespace put_in = shapes::put_resource_policy_input;
namespace get_in = shapes::get_resource_policy_input;
namespace delete_in = shapes::delete_resource_policy_input;
namespace get_out = shapes::get_resource_policy_output;

constexpr std::string_view policy_key = "Policy";
constexpr std::size_t policy_bytes = 20'480;

std::string stored_key(const call& c) {
  if (c.consumer_name.empty()) return std::string(policy_key);
  return consumer_prefix(c.consumer_name).append(policy_key);
}

bool is_object(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  return parser.parse(text.data(), text.size()).get(object) == simdjson::SUCCESS;
}

progress start_put(call& c) {
  if (!read_arn(c, put_in::resource_arn)) return progress::answered;
  const std::string_view text = c.input[put_in::policy].text();
  if (text.size() > policy_bytes) return fail(c, limit_exceeded("The policy is too long."));
  if (!is_object(text)) return fail(c, invalid_argument("The policy is not a JSON object."));
  return ask_resource(c);
}

std::optional<aws::error> put(call& c) {
  c.settings.stored.emplace_back(stored_key(c), c.input[put_in::policy].text());
  c.given = given_stored;
  return std::nullopt;
}

template <const aws::member_id& Arn>
progress start(call& c) {
  return read_arn(c, Arn) ? ask_resource(c) : progress::answered;
}

std::optional<aws::error> nothing_to_change(call&) { return std::nullopt; }

progress get(call& c) {
  const std::string* stored = find_stored(c.description.settings, stored_key(c));
  const std::string_view text = stored != nullptr ? std::string_view(*stored) : "{}";
  return reply(c, text.size() + 100,
               [&](aws::reply_writer& writer) { writer.text(get_out::policy, text); });
}

std::optional<aws::error> remove(call& c) {
  if (find_stored(c.description.settings, stored_key(c)) == nullptr) {
    return not_found("No resource policy found for resource ARN " +
                     std::string(c.input[delete_in::resource_arn].text()));
  }
  c.settings.stored.emplace_back(stored_key(c), "");
  c.given = given_stored_removed;
  return std::nullopt;
}

}  // namespace

const handler put_resource_policy = editing_resource<start_put, put>();
const handler get_resource_policy =
    editing_resource<start<get_in::resource_arn>, nothing_to_change, get>();
const handler delete_resource_policy = editing_resource<start<delete_in::resource_arn>, remove>();

}  // namespace millrace::kinesis
