#include "sns/topic_attributes.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "http/scan.hpp"
#include "sns/delivery_policy_text.hpp"
#include "sns/errors.hpp"
#include "sns/names.hpp"
#include "sns/settings_text.hpp"
#include "sns/topic_policy.hpp"

namespace millrace::sns {
namespace {

constexpr std::size_t display_name_max = 100;
constexpr std::uint32_t message_size_least = 1024;

struct reading {
  given_by by;
  std::string_view name;
  std::string_view value;
  topic_settings& settings;
  std::uint32_t& given;
};
using outcome = std::optional<aws::error>;

outcome wrong(const reading& r, std::string_view why) { return wrong_attribute(r.by, r.name, why); }

/// An empty text is none: at creation nothing is given, and setting it removes what there was.
outcome store(const reading& r, std::string value) {
  if (value.empty() && r.by == given_by::creation) return std::nullopt;
  r.given |= value.empty() ? given_topic_stored_removed : given_topic_stored;
  r.settings.stored.emplace_back(r.name, std::move(value));
  return std::nullopt;
}

outcome read_text(const reading& r) { return store(r, std::string(r.value)); }

outcome read_display_name(const reading& r) {
  const auto printable = [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 0x7f; };
  if (r.value.size() > display_name_max ||
      !std::all_of(r.value.begin(), r.value.end(), printable)) {
    return wrong(r, "it is up to 100 characters without control characters");
  }
  return read_text(r);
}

outcome read_policy(const reading& r) {
  return valid_topic_policy(r.value) ? read_text(r)
                                     : wrong(r, "it must be a JSON policy with its statements");
}

outcome read_delivery_policy(const reading& r) {
  if (r.value.empty()) return read_text(r);
  delivery_policy_text read = read_delivery_policy_text(r.value);
  return read.wrong.empty() ? store(r, std::move(read.own)) : wrong(r, read.wrong);
}

template <std::size_t N>
outcome read_one_of(const reading& r, const std::array<std::string_view, N>& words) {
  if (std::find(words.begin(), words.end(), r.value) != words.end()) return read_text(r);
  std::string why = "Invalid value [" + std::string(r.value.substr(0, 256)) + "]. Must be ";
  for (std::size_t i = 0; i < N; ++i) why.append(i == 0 ? "" : " or ").append(words[i]);
  return wrong(r, why);
}

outcome read_signature_version(const reading& r) {
  return read_one_of(r, std::array<std::string_view, 2>{"1", "2"});
}

outcome read_tracing(const reading& r) {
  return read_one_of(r, std::array<std::string_view, 2>{"PassThrough", "Active"});
}

bool number_within(std::string_view text, std::uint32_t least, std::uint32_t most,
                   std::uint32_t& out) {
  const char* const end = text.data() + text.size();
  const auto [last, failed] = std::from_chars(text.data(), end, out);
  return failed == std::errc{} && last == end && out >= least && out <= most;
}

outcome read_sample_rate(const reading& r) {
  std::uint32_t percent = 0;
  if (r.value.empty() || number_within(r.value, 0, 100, percent)) return read_text(r);
  return wrong(r, "it must be an integer between 0 and 100");
}

outcome read_message_size(const reading& r) {
  if (!number_within(r.value, message_size_least, message_bytes_max,
                     r.settings.maximum_message_size)) {
    return wrong(r, "it must be an integer between 1024 and 1048576");
  }
  r.given |= given_topic_maximum_message_size;
  return std::nullopt;
}

bool read_truth(std::string_view text, bool& out) {
  out = http::same_ignoring_case(text, "true");
  return out || http::same_ignoring_case(text, "false");
}

outcome read_content_based(const reading& r) {
  if (!read_truth(r.value, r.settings.content_based_deduplication)) {
    return wrong(
        r, "Invalid value [" + std::string(r.value.substr(0, 256)) + "]. Must be true or false.");
  }
  r.given |= given_topic_content_based_deduplication;
  return std::nullopt;
}

outcome read_scope(const reading& r) {
  if (r.value != "Topic" && r.value != "MessageGroup") {
    return wrong(r, "Invalid value [" + std::string(r.value.substr(0, 256)) +
                        "]. Must be Topic or MessageGroup");
  }
  r.settings.scope = r.value == "Topic" ? topic_deduplication_scope::topic
                                        : topic_deduplication_scope::message_group;
  r.given |= given_topic_scope;
  return std::nullopt;
}

outcome refuse_archive(const reading& r) {
  return r.value.empty() ? read_text(r) : wrong(r, "this version keeps no archive of messages");
}

struct attribute_row {
  std::string_view name;
  outcome (*read)(const reading& r);
  bool fifo_only = false;
};
constexpr std::array<attribute_row, 10> attribute_rows{{
    {"DisplayName", read_display_name},
    {"Policy", read_policy},
    {"DeliveryPolicy", read_delivery_policy},
    {"KmsMasterKeyId", read_text},
    {"SignatureVersion", read_signature_version},
    {"TracingConfig", read_tracing},
    {"MaximumMessageSize", read_message_size},
    {"ContentBasedDeduplication", read_content_based, true},
    {"FifoThroughputScope", read_scope, true},
    {"ArchivePolicy", refuse_archive, true},
}};

/// <protocol>SuccessFeedbackRoleArn and its like: where the fates of deliveries are to be logged.
outcome (*feedback_reader(std::string_view name))(const reading& r) {
  for (const std::string_view protocol : {"Application", "Firehose", "HTTP", "Lambda", "SQS"}) {
    if (!name.starts_with(protocol)) continue;
    const std::string_view rest = name.substr(protocol.size());
    if (rest == "SuccessFeedbackRoleArn" || rest == "FailureFeedbackRoleArn") return read_text;
    if (rest == "SuccessFeedbackSampleRate") return read_sample_rate;
  }
  return nullptr;
}

}  // namespace

aws::error wrong_attribute(given_by by, std::string_view name, std::string_view why) {
  std::string text = by == given_by::creation ? "Attributes Reason: " : "";
  return invalid(text.append(name).append(": ").append(why));
}

std::optional<aws::error> read_topic_attribute(given_by by, bool fifo, std::string_view name,
                                               std::string_view value, topic_settings& settings,
                                               std::uint32_t& given) {
  const reading r{by, name, value, settings, given};
  for (const attribute_row& row : attribute_rows) {
    if (row.name != name) continue;
    if (row.fifo_only && !fifo) return wrong(r, "it is for FIFO topics only");
    return row.read(r);
  }
  if (const auto read = feedback_reader(name)) return read(r);
  if (by == given_by::setting) return invalid("AttributeName");
  return invalid("Attributes", "Unknown attribute " + std::string(name.substr(0, 256)));
}

std::vector<std::pair<std::string, std::string>> topic_attributes_of(
    const aws::service_context& context, const topic_description& topic) {
  const topic_settings& s = topic.settings;
  const auto truth = [](bool is) { return is ? "true" : "false"; };
  std::vector<std::pair<std::string, std::string>> all;
  const auto add = [&](std::string_view name, std::string value) {
    all.emplace_back(name, std::move(value));
  };
  for (const auto& [key, value] : s.stored) {
    if (!key.starts_with(tag_prefix)) add(key, value);
  }
  const std::string* const policy = find_stored(s.stored, "DeliveryPolicy");
  add("EffectiveDeliveryPolicy", effective_delivery_policy(policy == nullptr ? "" : *policy));
  if (find_stored(s.stored, "DisplayName") == nullptr) add("DisplayName", "");
  if (find_stored(s.stored, "Policy") == nullptr) {
    add("Policy", default_topic_policy(context, topic.name));
  }
  if (s.fifo) {
    add("FifoTopic", "true");
    add("ContentBasedDeduplication", truth(s.content_based_deduplication));
    if (s.scope == topic_deduplication_scope::message_group) {
      add("FifoThroughputScope", "MessageGroup");
    }
  }
  if (s.maximum_message_size != topic_message_bytes_default) {
    add("MaximumMessageSize", std::to_string(s.maximum_message_size));
  }
  add("Owner", context.account_id);
  add("SubscriptionsConfirmed", std::to_string(topic.subscriptions));
  add("SubscriptionsDeleted", std::to_string(topic.subscriptions_deleted));
  add("SubscriptionsPending", "0");
  add("TopicArn", topic_arn(context, topic.name));
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace millrace::sns
