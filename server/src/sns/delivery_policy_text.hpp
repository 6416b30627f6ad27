// DeliveryPolicy of a topic: how deliveries by HTTP are to be tried again, as JSON. Kept and shown;
// this version delivers to queues only. Pure.
#pragma once

#include <string>
#include <string_view>

namespace millrace::sns {

struct delivery_policy_text {
  std::string wrong;      ///< why it is refused; empty: it is not
  std::string own;        ///< as it is shown: what it says, and whether it may be overridden
  std::string effective;  ///< with the defaults for what it does not say
};
delivery_policy_text read_delivery_policy_text(std::string_view json);

/// EffectiveDeliveryPolicy of a topic with this DeliveryPolicy, which was read before; empty: none.
std::string effective_delivery_policy(std::string_view own);

}  // namespace millrace::sns
