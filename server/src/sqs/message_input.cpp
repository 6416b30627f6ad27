#include "sqs/message_input.hpp"

#include <algorithm>
#include <charconv>
#include <millrace/attributes.hpp>

#include "aws/error_of.hpp"

namespace millrace::sqs {
namespace {

namespace attribute_shape = shapes::message_attribute_value;
namespace system_shape = shapes::message_system_attribute_value;

aws::error invalid(std::string text) {
  return {aws::common_errors::invalid_parameter_value, std::move(text)};
}

/// Whether 0xEF 0xBF 0xBE or 0xEF 0xBF 0xBF (U+FFFE, U+FFFF) is in the text.
bool has_noncharacter(std::string_view text) noexcept {
  for (std::size_t at = text.find('\xEF'); at != text.npos; at = text.find('\xEF', at + 1)) {
    if (text.size() - at < 3) return false;
    if (text[at + 1] == '\xBF' && (text[at + 2] == '\xBE' || text[at + 2] == '\xBF')) return true;
  }
  return false;
}

/// '!' to '~' only. To the end whatever it finds, so that the compiler makes a vector of it.
bool visible_ascii(std::string_view text) noexcept {
  std::uint8_t bad = 0;
  for (const char c : text) {
    const auto from_first = static_cast<std::uint8_t>(static_cast<std::uint8_t>(c) - '!');
    bad = static_cast<std::uint8_t>(bad | static_cast<std::uint8_t>(from_first > '~' - '!'));
  }
  return bad == 0;
}

/// U+00C0 to U+017F without the two signs among them: the letters of Latin-1 and Latin Extended-A.
bool latin_letter(char first, char second) noexcept {
  const auto code =
      (static_cast<std::uint8_t>(first) & 0x1f) << 6 | (static_cast<std::uint8_t>(second) & 0x3f);
  return code >= 0xc0 && code <= 0x17f && code != 0xd7 && code != 0xf7;
}

bool valid_name(std::string_view name) {
  if (name.empty() || name.size() > 256 || name.front() == '.' || name.back() == '.' ||
      name.find("..") != name.npos) {
    return false;
  }
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || c == '.';
    if (plain) continue;
    if ((c & '\xe0') != '\xc0' || i + 1 == name.size() || !latin_letter(c, name[i + 1]))
      return false;
    ++i;
  }
  return true;
}

bool reserved_name(std::string_view name) {
  std::string lower(name.substr(0, 7));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return lower.starts_with("aws.") || lower.starts_with("amazon.");
}

/// What stands in a number's text before its exponent.
struct digits_read {
  std::size_t whole = 0;    ///< digits before the point
  std::size_t all = 0;      ///< and with those behind it
  std::size_t leading = 0;  ///< zeros before the first other digit
  bool one = true;          ///< the first other digit is 1, and only zeros follow
};

/// Takes the digits and the point from `text`.
digits_read take_digits(std::string_view& text) {
  digits_read read;
  bool point = false;
  for (; !text.empty(); text.remove_prefix(1)) {
    const char c = text.front();
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    if (read.leading == read.all && c == '0') ++read.leading;
    if (c != '0' && (c != '1' || read.leading != read.all)) read.one = false;
    ++read.all;
    if (!point) ++read.whole;
  }
  return read;
}

/// A decimal number as SQS takes them: of at most 38 digits, zero or of 1e-128 to 1e126.
bool valid_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const digits_read read = take_digits(text);
  if (read.all == 0 || read.all - read.leading > 38) return false;
  int exponent = 0;
  if (!text.empty()) {
    if (text.front() != 'e' && text.front() != 'E') return false;
    text.remove_prefix(1);
    if (text.starts_with('+')) {
      text.remove_prefix(1);
      if (text.starts_with('-')) return false;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (error != std::errc{} || end != text.data() + text.size()) return false;
    if (exponent < -10'000 || exponent > 10'000) return false;
  }
  if (read.all == read.leading) return true;
  const std::int64_t first = static_cast<std::int64_t>(read.whole) -
                             static_cast<std::int64_t>(read.leading) - 1 + exponent;
  return first >= -128 && (first < 126 || (first == 126 && read.one));
}

std::string quoted(std::string_view name) { return "'" + std::string(name.substr(0, 256)) + "'"; }

aws::error not_for_this_type(std::string_view value, std::string_view parameter) {
  return aws::invalid_parameter(
      value, parameter, "The request include parameter that is not valid for this queue type.");
}

/// A group on a standard queue is carried to the receiver; it orders nothing.
std::optional<aws::error> read_ids(const call& c, const message_input& in, send_entry& out) {
  const bool fifo = names_fifo_queue(c.queue_name);
  if (fifo && !in.group_id.present()) return aws::missing_parameter("MessageGroupId");
  if (auto e = read_id(in.group_id, "MessageGroupId", out.message_group_id)) return e;
  if (auto e =
          read_id(in.deduplication_id, "MessageDeduplicationId", out.message_deduplication_id)) {
    return e;
  }
  if (!fifo && in.deduplication_id.present()) {
    return not_for_this_type(in.deduplication_id.text(), "MessageDeduplicationId");
  }
  return std::nullopt;
}

std::optional<aws::error> read_delay(const call& c, const aws::value& value, std::int32_t& out) {
  if (!value.present()) return std::nullopt;
  const std::int64_t delay = value.integer();
  if (delay < 0 || delay > 900) {
    return aws::invalid_parameter(std::to_string(delay), "DelaySeconds",
                                  "DelaySeconds must be >= 0 and <= 900.");
  }
  if (delay != 0 && names_fifo_queue(c.queue_name)) {
    return not_for_this_type(std::to_string(delay), "DelaySeconds");
  }
  out = static_cast<std::int32_t>(delay);
  return std::nullopt;
}

std::optional<aws::error> check_name(std::string_view name) {
  if (name.empty()) {
    return invalid("Message (user) attribute name must be non-empty.");
  }
  if (reserved_name(name)) {
    return invalid("Message (user) attribute name " + quoted(name) +
                   " is invalid. Reason: it must not start with AWS or Amazon.");
  }
  if (!valid_name(name)) {
    return invalid("Invalid message (user) attribute name " + quoted(name) +
                   ". Reason: it can only include alphanumeric characters, underscores, hyphens "
                   "and periods, must not start or end with a period or have two in succession, "
                   "and is 1 to 256 in length.");
  }
  return std::nullopt;
}

std::optional<aws::error> check_type(std::string_view name, std::string_view type) {
  if (type.empty()) {
    return invalid("The message attribute " + quoted(name) +
                   " must contain non-empty message attribute type.");
  }
  const std::string_view base = type.substr(0, type.find('.'));
  if ((base != "String" && base != "Number" && base != "Binary") || type.size() > 256 ||
      type.back() == '.' || !allowed_characters(type)) {
    return invalid("The message attribute " + quoted(name) +
                   " has an invalid message attribute "
                   "type, the set of supported type prefixes is Binary, Number, and String.");
  }
  return std::nullopt;
}

std::optional<aws::error> check_value(std::string_view name, std::string_view type,
                                      std::string_view value, bool binary_given) {
  const bool binary = type.starts_with("Binary");
  if (value.empty()) {
    const std::string_view base = type.substr(0, type.find('.'));
    return invalid("Message (user) attribute " + quoted(name) +
                   " must contain a non-empty value of type '" +
                   std::string(binary             ? "Binary"
                               : base == "Number" ? "Number"
                                                  : "String") +
                   "'.");
  }
  if (binary != binary_given) {
    return invalid("The message attribute " + quoted(name) + " with type '" +
                   std::string(type.substr(0, 256)) + "' must use field '" +
                   (binary ? "Binary" : "String") + "'.");
  }
  if (type.starts_with("Number") && !valid_number(value)) {
    return invalid("Can't cast the value of message (user) attribute " + quoted(name) +
                   " to a number.");
  }
  if (!binary && !allowed_characters(value)) {
    return invalid(aws::error_of(errc::invalid_message_contents).message());
  }
  return std::nullopt;
}

/// Copies the encoding to the request's own memory.
bytes_view keep(call& c) {
  std::vector<std::byte>& from = c.context->scratch;
  char* to = c.input.memory().bytes(from.size());
  std::memcpy(to, from.data(), from.size());
  return {reinterpret_cast<const std::byte*>(to), from.size()};
}

std::optional<aws::error> encode_attributes(call& c, const aws::value& map, bytes_view& out) {
  if (map.entries().empty()) return std::nullopt;
  if (map.entries().size() > message_attributes_max) {
    return invalid("Number of message attributes [" + std::to_string(map.entries().size()) +
                   "] exceeds the allowed maximum [10].");
  }
  c.context->scratch.clear();
  for (const aws::map_entry& entry : map.entries()) {
    const aws::value& text = entry.item[attribute_shape::string_value];
    const aws::value& blob = entry.item[attribute_shape::binary_value];
    const std::string_view type = entry.item[attribute_shape::data_type].text();
    if (auto e = check_name(entry.key)) return e;
    if (auto e = check_type(entry.key, type)) return e;
    if (entry.item[attribute_shape::string_list_values].present() ||
        entry.item[attribute_shape::binary_list_values].present()) {
      return aws::error{shapes::errors::unsupported_operation,
                        "Message attribute list values are not supported."};
    }
    const std::string_view value = blob.present() ? blob.text() : text.text();
    if (auto e = check_value(entry.key, type, value, blob.present() && !text.present())) return e;
    append_attribute(c.context->scratch, {entry.key, type, as_bytes(value)});
  }
  out = keep(c);
  return std::nullopt;
}

/// What X-Ray's clients say in a field of the request stands for the attribute.
std::optional<aws::error> encode_system_attributes(call& c, const message_input& in,
                                                   bytes_view& out) {
  if (in.system_attributes.entries().empty()) {
    const std::string_view trace = c.request->header(http::field_name::x_amzn_trace_id);
    const auto plain = [](char each) { return each >= ' ' && each <= '~'; };
    if (trace.empty() || !std::all_of(trace.begin(), trace.end(), plain)) return std::nullopt;
    c.context->scratch.clear();
    append_attribute(c.context->scratch, {"AWSTraceHeader", "String", as_bytes(trace)});
    out = keep(c);
    return std::nullopt;
  }
  c.context->scratch.clear();
  for (const aws::map_entry& entry : in.system_attributes.entries()) {
    const std::string_view type = entry.item[system_shape::data_type].text();
    const std::string_view value = entry.item[system_shape::string_value].text();
    if (entry.key != "AWSTraceHeader") {
      return invalid("Message system attribute name " + quoted(entry.key) + " is invalid.");
    }
    if (type != "String" || value.empty()) {
      return invalid(
          "Message system attribute 'AWSTraceHeader' must contain a non-empty value of "
          "type 'String'.");
    }
    append_attribute(c.context->scratch, {entry.key, type, as_bytes(value)});
  }
  out = keep(c);
  return std::nullopt;
}

}  // namespace

/// Bytes wide throughout, so that the compiler makes one vector of it.
bool allowed_characters(std::string_view text) noexcept {
  std::uint8_t bad = 0;
  std::uint8_t ef = 0;
  for (const char c : text) {
    const auto u = static_cast<std::uint8_t>(c);
    const auto control = static_cast<std::uint8_t>(u < 0x20);
    const auto blank = static_cast<std::uint8_t>((u == 0x09) | (u == 0x0a) | (u == 0x0d));
    bad = static_cast<std::uint8_t>(bad | (control & (blank ^ 1)));
    ef = static_cast<std::uint8_t>(ef | static_cast<std::uint8_t>(u == 0xEF));
  }
  return bad == 0 && (ef == 0 || !has_noncharacter(text));
}

std::optional<aws::error> read_id(const aws::value& id, std::string_view parameter,
                                  std::string_view& out) {
  if (!id.present()) return std::nullopt;
  out = id.text();
  if (!out.empty() && out.size() <= 128 && visible_ascii(out)) return std::nullopt;
  return aws::invalid_parameter(out, parameter,
                                std::string(parameter) +
                                    " can only include alphanumeric and punctuation characters. "
                                    "1 to 128 in length.");
}

aws::error message_too_long(std::uint32_t bytes_max) {
  return invalid("One or more parameters are invalid. Reason: Message must be shorter than " +
                 std::to_string(bytes_max) + " bytes.");
}

std::size_t counted_bytes(const send_entry& entry) noexcept {
  return entry.body.size() + measure_attributes(entry.attributes).bytes;
}

std::optional<aws::error> prepare(call& c, const message_input& in, send_entry& out) {
  const std::string_view body = in.body.text();
  out = {};
  if (body.empty()) return aws::missing_parameter("MessageBody");
  if (!in.body.plain() && !allowed_characters(body))
    return aws::error_of(errc::invalid_message_contents);
  if (auto e = read_delay(c, in.delay_seconds, out.delay_seconds)) return e;
  if (auto e = read_ids(c, in, out)) return e;
  out.body = as_bytes(body);
  if (auto e = encode_attributes(c, in.attributes, out.attributes)) return e;
  return encode_system_attributes(c, in, out.system_attributes);
}

}  // namespace millrace::sqs
