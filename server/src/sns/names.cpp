#include "sns/names.hpp"

#include <algorithm>

namespace millrace::sns {
namespace {

constexpr std::size_t topic_name_max = 256;

bool name_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

std::string arn(const aws::service_context& context, std::string_view service,
                std::string_view resource) {
  std::string out = "arn:aws:";
  return out.append(service)
      .append(":")
      .append(context.region)
      .append(":")
      .append(context.account_id)
      .append(":")
      .append(resource);
}

}  // namespace

bool valid_topic_name(std::string_view name, bool fifo) noexcept {
  if (name.empty() || name.size() > topic_name_max || names_fifo(name) != fifo) return false;
  if (fifo) name.remove_suffix(std::string_view(".fifo").size());
  return !name.empty() && std::all_of(name.begin(), name.end(), name_character);
}

std::string topic_arn(const aws::service_context& context, std::string_view topic) {
  return arn(context, "sns", topic);
}

std::string subscription_arn(const aws::service_context& context, std::string_view topic,
                             std::string_view id) {
  return topic_arn(context, topic).append(":").append(id);
}

std::string queue_arn(const aws::service_context& context, std::string_view queue) {
  return arn(context, "sqs", queue);
}

arn_parts split_arn(std::string_view arn) noexcept {
  arn_parts out;
  out.count = static_cast<std::size_t>(std::count(arn.begin(), arn.end(), ':')) + 1;
  for (std::size_t i = 0; i + 1 < out.part.size() && i < out.count; ++i) {
    const std::size_t colon = arn.find(':');
    out.part[i] = arn.substr(0, colon);
    arn.remove_prefix(colon == arn.npos ? arn.size() : colon + 1);
  }
  out.part.back() = arn;
  return out;
}

bool is_arn_of(const arn_parts& arn, std::string_view service) noexcept {
  return arn.count >= 6 && arn.part[0] == "arn" && arn.service() == service &&
         !arn.resource().empty();
}

}  // namespace millrace::sns
