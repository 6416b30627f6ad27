#include "sqs/redrive_text.hpp"

#include <charconv>

#include "aws/json_reader.hpp"

namespace millrace::sqs {
namespace {

using aws::member_id;
using aws::shape_id;

constexpr member_id target_arn{0};
constexpr member_id receive_max{1};

// The policy's own little model; maxReceiveCount may be written as a number or as a text.
constexpr aws::shape_row shapes_with(aws::shape_kind count) {
  return {"maxReceiveCount", count, 0, {0}, aws::no_shape};
}
constexpr aws::shape_row policy_shape{
    "RedrivePolicy", aws::shape_kind::structure, 2, {0}, aws::no_shape};
constexpr aws::shape_row text_shape{"arn", aws::shape_kind::string, 0, {0}, aws::no_shape};
constexpr std::array<aws::shape_row, 3> with_number{policy_shape, text_shape,
                                                    shapes_with(aws::shape_kind::integer)};
constexpr std::array<aws::shape_row, 3> with_text{policy_shape, text_shape,
                                                  shapes_with(aws::shape_kind::string)};
constexpr std::array<aws::member_row, 2> members{{
    {"\"deadLetterTargetArn\":", {1}, false},
    {"\"maxReceiveCount\":", {2}, false},
}};
constexpr aws::service_model number_model{"redrive", "", "", false, {}, with_number, members, {}};
constexpr aws::service_model text_model{"redrive", "", "", false, {}, with_text, members, {}};

aws::error invalid(std::string_view text, std::string_view reason) {
  return aws::invalid_parameter(text, "RedrivePolicy", reason);
}

}  // namespace

std::optional<aws::error> read_redrive(const service_context& context, std::string_view text,
                                       redrive_policy& out) {
  out = {};
  if (text.empty()) return std::nullopt;
  std::string padded(text);
  padded.append(64, '\0');
  const std::string_view body(padded.data(), text.size());
  aws::document policy;
  std::int64_t count = 10;
  if (aws::read_json(policy, number_model, shape_id{0}, body)) {
    count = policy[receive_max].integer(count);
  } else if (aws::read_json(policy, text_model, shape_id{0}, body)) {
    const std::string_view digits = policy[receive_max].text();
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (error != std::errc{} || end != digits.data() + digits.size()) count = -1;
  } else {
    return invalid(text, "Redrive policy is not a valid JSON map.");
  }
  const std::string_view arn = policy[target_arn].text();
  if (arn.empty()) {
    return invalid(text,
                   "Redrive policy does not contain mandatory attribute: "
                   "deadLetterTargetArn.");
  }
  if (!policy[receive_max].present()) {
    return invalid(text, "Redrive policy does not contain mandatory attribute: maxReceiveCount.");
  }
  if (count < 1 || count > 1000) {
    return invalid(text, "Invalid value for maxReceiveCount: " + std::to_string(count) +
                             ", valid values are from 1 to 1000 both inclusive.");
  }
  out.target_queue = name_in_arn(context, arn);
  if (out.target_queue.empty()) return invalid(text, "Dead letter target does not exist.");
  out.max_receive_count = static_cast<std::uint32_t>(count);
  return std::nullopt;
}

std::string redrive_text(const service_context& context, const redrive_policy& policy) {
  return "{\"deadLetterTargetArn\":\"" + queue_arn(context, policy.target_queue) +
         "\",\"maxReceiveCount\":" + std::to_string(policy.max_receive_count) + "}";
}

}  // namespace millrace::sqs
