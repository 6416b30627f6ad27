// The names that SNS gives to things: ARNs of topics and subscriptions; and those of queues, which
// subscriptions name. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "aws/call.hpp"

namespace millrace::sns {

/// Names of FIFO topics and queues, and no others, end so.
inline bool names_fifo(std::string_view name) noexcept { return name.ends_with(".fifo"); }

/// 1 to 256 letters, digits, '-' and '_'; of a FIFO topic ".fifo" at the end, counted too.
bool valid_topic_name(std::string_view name, bool fifo) noexcept;

std::string topic_arn(const aws::service_context& context, std::string_view topic);
/// `id` as text, or what is to be written in its place.
std::string subscription_arn(const aws::service_context& context, std::string_view topic,
                             std::string_view id);
std::string queue_arn(const aws::service_context& context, std::string_view queue);

/// An ARN taken apart at its colons: arn, partition, service, region, account, resource, and what
/// stands behind it. Parts that it lacks are empty.
struct arn_parts {
  std::size_t count = 0;  ///< elements that there are, at least 1
  std::array<std::string_view, 7> part;

  [[nodiscard]] std::string_view service() const noexcept { return part[2]; }
  [[nodiscard]] std::string_view region() const noexcept { return part[3]; }
  [[nodiscard]] std::string_view account() const noexcept { return part[4]; }
  [[nodiscard]] std::string_view resource() const noexcept { return part[5]; }
  /// Of a subscription its id.
  [[nodiscard]] std::string_view last() const noexcept { return part[6]; }
};
/// The seventh part holds all the rest, and each colon in it counts as an element more.
arn_parts split_arn(std::string_view arn) noexcept;
/// "arn:<partition>:<service>:..." with six elements or more, the resource not empty.
bool is_arn_of(const arn_parts& arn, std::string_view service) noexcept;

}  // namespace millrace::sns
