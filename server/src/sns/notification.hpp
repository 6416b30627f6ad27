// Notification: what a subscription that is not raw receives, a JSON text around the message. It is
// rendered once a message; the lane puts each subscription's id, and the sequence number, into the
// places that are left for them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sns/call.hpp"
#include "sns/signer.hpp"

namespace millrace::sns {

inline constexpr std::size_t sequence_length = 20;

struct notification {
  std::string text;
  std::uint32_t subscription_at = publish_entry::no_place;
  std::uint32_t sequence_at = publish_entry::no_place;
};

/// Of the messages of one call to one topic.
class notification_writer {
 public:
  notification_writer(const call& c, const topic_description& topic);

  /// Nothing if it cannot be signed.
  [[nodiscard]] std::optional<notification> write(const publication& p) const;

 private:
  [[nodiscard]] std::string signature_of(const publication& p, std::string_view id) const;

  signer* signer_;  ///< nullptr: nothing is signed
  signature_version version_;
  std::string certificate_url_;
  std::string topic_arn_;
  std::string timestamp_;
  std::string unsubscribe_url_;  ///< up to the subscription's id
  bool fifo_;
};

/// Appends `utf8` in the quotes of JSON, as SNS does it: what is not ASCII stays as it is.
void append_quoted(std::string& to, std::string_view utf8);

}  // namespace millrace::sns
