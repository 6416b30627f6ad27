#include "sns/notification.hpp"

#include <millrace/attributes.hpp>
#include <millrace/engine.hpp>

#include "aws/base64.hpp"
#include "aws/iso_time.hpp"
#include "sns/names.hpp"
#include "sns/settings_text.hpp"

namespace millrace::sns {
namespace {

void append_member(std::string& to, std::string_view name, std::string_view value) {
  to.append(to.size() == 1 ? "\"" : ",\"").append(name).append("\":");
  append_quoted(to, value);
}

std::uint32_t leave_place(std::string& to, std::size_t length) {
  const auto at = static_cast<std::uint32_t>(to.size());
  to.append(length, '0');
  return at;
}

void append_attributes(std::string& to, bytes_view encoded) {
  if (encoded.empty()) return;
  to.append(R"(,"MessageAttributes":{)");
  attribute_reader reader(encoded);
  bool first = true;
  for (message_attribute a; reader.next(a); first = false) {
    if (!first) to += ',';
    append_quoted(to, a.name);
    to.append(R"(:{"Type":)");
    append_quoted(to, a.data_type);
    to.append(R"(,"Value":)");
    const std::string_view value = as_text(a.value);
    append_quoted(to,
                  a.data_type.starts_with("Binary") ? aws::base64_text(value) : std::string(value));
    to += '}';
  }
  to += '}';
}

signature_version version_of(const topic_settings& settings) noexcept {
  const std::string* const given = find_stored(settings.stored, "SignatureVersion");
  return given != nullptr && *given == "2" ? signature_version::sha256 : signature_version::sha1;
}

}  // namespace

void append_quoted(std::string& to, std::string_view utf8) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  to += '"';
  for (const char c : utf8) {
    switch (c) {
      case '"': to.append("\\\""); break;
      case '\\': to.append("\\\\"); break;
      case '\b': to.append("\\b"); break;
      case '\f': to.append("\\f"); break;
      case '\n': to.append("\\n"); break;
      case '\r': to.append("\\r"); break;
      case '\t': to.append("\\t"); break;
      default:
        if (static_cast<unsigned char>(c) >= ' ') {
          to += c;
        } else {
          to.append("\\u00") += hex[static_cast<unsigned char>(c) >> 4];
          to += hex[static_cast<unsigned char>(c) & 15];
        }
    }
  }
  to += '"';
}

notification_writer::notification_writer(const call& c, const topic_description& topic)
    : signer_(topic.settings.fifo ? nullptr : c.context->signer),
      version_(version_of(topic.settings)),
      topic_arn_(topic_arn(*c.context, topic.name)),
      timestamp_(aws::iso_time(c.context->host->now_ms()).view()),
      unsubscribe_url_(base_url(c)),
      fifo_(topic.settings.fifo) {
  if (signer_ != nullptr) certificate_url_ = unsubscribe_url_ + signer_->certificate_path();
  unsubscribe_url_.append("/?Action=Unsubscribe&SubscriptionArn=").append(topic_arn_).append(":");
}

/// Names and values, each with a line of its own, the last one too.
std::string notification_writer::signature_of(const publication& p, std::string_view id) const {
  std::string text;
  const auto line = [&](std::string_view name, std::string_view value) {
    text.append(name).append("\n").append(value).append("\n");
  };
  line("Message", p.text);
  line("MessageId", id);
  if (p.has_subject) line("Subject", p.subject);
  line("Timestamp", timestamp_);
  line("TopicArn", topic_arn_);
  line("Type", "Notification");
  return signer_->sign(version_, text);
}

std::optional<notification> notification_writer::write(const publication& p) const {
  notification out;
  std::string& to = out.text;
  char id[36];
  p.message.to_text(id);
  to.reserve(p.text.size() + 700);
  to += '{';
  append_member(to, "Type", "Notification");
  append_member(to, "MessageId", {id, sizeof id});
  if (fifo_) {
    to.append(R"(,"SequenceNumber":")");
    out.sequence_at = leave_place(to, sequence_length);
    to += '"';
  }
  append_member(to, "TopicArn", topic_arn_);
  if (p.has_subject) append_member(to, "Subject", p.subject);
  append_member(to, "Message", p.text);
  append_member(to, "Timestamp", timestamp_);
  if (signer_ != nullptr) {
    const std::string signature = signature_of(p, {id, sizeof id});
    if (signature.empty()) return std::nullopt;
    append_member(to, "SignatureVersion", version_ == signature_version::sha1 ? "1" : "2");
    append_member(to, "Signature", signature);
    append_member(to, "SigningCertURL", certificate_url_);
  }
  to.append(R"(,"UnsubscribeURL":)");
  append_quoted(to, unsubscribe_url_);
  to.pop_back();
  out.subscription_at = leave_place(to, subscription_id_length);
  to += '"';
  append_attributes(to, p.entry.attributes);
  to += '}';
  return out;
}

}  // namespace millrace::sns
