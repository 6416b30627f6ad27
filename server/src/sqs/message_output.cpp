#include "sqs/message_output.hpp"

#include <charconv>
#include <millrace/attributes.hpp>

#include "aws/base64.hpp"
#include "aws/error_of.hpp"
#include "aws/message_attributes_md5.hpp"

namespace millrace::sqs {
namespace {

struct system_name {
  std::string_view name;
  std::uint32_t bits;
};
constexpr std::array<system_name, 10> system_names{{
    {"All", message_filter::all},
    {"SenderId", message_filter::sender_id},
    {"SentTimestamp", message_filter::sent_timestamp},
    {"ApproximateReceiveCount", message_filter::receive_count},
    {"ApproximateFirstReceiveTimestamp", message_filter::first_receive_timestamp},
    {"AWSTraceHeader", message_filter::trace_header},
    {"DeadLetterQueueSourceArn", message_filter::dead_letter_source},
    {"MessageGroupId", message_filter::group_id},
    {"MessageDeduplicationId", message_filter::deduplication_id},
    {"SequenceNumber", message_filter::sequence_number},
}};

bool wants(std::span<const aws::value> patterns, std::string_view name) {
  for (const aws::value& p : patterns) {
    const std::string_view pattern = p.text();
    if (pattern == "All" || pattern == "*" || pattern == ".*" || pattern == name) return true;
    if (pattern.ends_with(".*") && name.starts_with(pattern.substr(0, pattern.size() - 2))) {
      return true;
    }
  }
  return false;
}

bool find(bytes_view encoded, std::string_view name, std::string_view& value) {
  attribute_reader reader(encoded);
  message_attribute a;
  while (reader.next(a)) {
    if (a.name != name) continue;
    value = as_text(a.value);
    return true;
  }
  return false;
}

aws::message_attribute as_hashed(const message_attribute& a) {
  return {a.name, a.data_type, as_text(a.value), a.data_type.starts_with("Binary")};
}

void write_number(aws::reply_writer& writer, std::string_view key, std::int64_t number) {
  writer.key(key);
  writer.text(std::to_string(number));
}

using digits = std::array<char, 20>;

/// Begins with 1, so that the number stays what it is in a client that reads it as one.
digits sequence_number(std::uint64_t sequence) {
  digits out;
  std::to_chars(out.data(), out.data() + out.size(), 10'000'000'000'000'000'000U + sequence);
  return out;
}

void write_fifo_attributes(aws::reply_writer& writer, const message_view& m, std::uint32_t wanted) {
  if (wanted & message_filter::deduplication_id) {
    writer.key("MessageDeduplicationId");
    if (!m.message_deduplication_id.empty()) {
      writer.text(m.message_deduplication_id);
    } else {
      char id[36];
      m.id.to_text(id);
      writer.text({id, sizeof id});
    }
  }
  if (wanted & message_filter::sequence_number) {
    const digits number = sequence_number(m.sequence);
    writer.key("SequenceNumber");
    writer.text({number.data(), number.size()});
  }
}

void write_system_attributes(const call& c, aws::reply_writer& writer, const message_view& m,
                             std::uint32_t wanted) {
  std::string_view text;
  writer.member(shapes::message::attributes);
  writer.begin_map();
  if (wanted & message_filter::sender_id) {
    writer.key("SenderId");
    writer.text(c.context->account_id);
  }
  if (wanted & message_filter::sent_timestamp) write_number(writer, "SentTimestamp", m.sent_at_ms);
  if (wanted & message_filter::receive_count) {
    write_number(writer, "ApproximateReceiveCount", m.receive_count);
  }
  if (wanted & message_filter::first_receive_timestamp) {
    write_number(writer, "ApproximateFirstReceiveTimestamp", m.first_received_at_ms);
  }
  if ((wanted & message_filter::dead_letter_source) && !m.dead_letter_source.empty()) {
    writer.key("DeadLetterQueueSourceArn");
    writer.text(queue_arn(*c.context, m.dead_letter_source));
  }
  if ((wanted & message_filter::trace_header) &&
      find(m.system_attributes, "AWSTraceHeader", text)) {
    writer.key("AWSTraceHeader");
    writer.text(text);
  }
  if ((wanted & message_filter::group_id) && !m.message_group_id.empty()) {
    writer.key("MessageGroupId");
    writer.text(m.message_group_id);
  }
  if (m.sequence != 0) write_fifo_attributes(writer, m, wanted);
  writer.end_map();
}

void write_attributes(aws::reply_writer& writer, const message_view& m,
                      std::span<const aws::value> patterns) {
  namespace row = shapes::message_attribute_value;
  std::array<message_attribute, message_attributes_max> shown;
  std::size_t count = 0;
  attribute_reader reader(m.attributes);
  message_attribute a;
  while (count < shown.size() && reader.next(a)) {
    if (wants(patterns, a.name)) shown[count++] = a;
  }
  if (count == 0) return;
  std::array<aws::message_attribute, message_attributes_max> hashed;
  writer.member(shapes::message::message_attributes);
  writer.begin_map();
  for (std::size_t i = 0; i < count; ++i) {
    hashed[i] = as_hashed(shown[i]);
    writer.key(shown[i].name);
    writer.begin_structure();
    if (hashed[i].binary) {
      writer.blob(row::binary_value, hashed[i].data);
    } else {
      writer.text(row::string_value, hashed[i].data);
    }
    writer.text(row::data_type, shown[i].data_type);
    writer.end_structure();
  }
  writer.end_map();
  write_digest(writer, shapes::message::md5_of_message_attributes,
               aws::message_attributes_md5(std::span(hashed).first(count)));
}

}  // namespace

aws::md5_digest attributes_digest(bytes_view encoded) {
  std::array<aws::message_attribute, message_attributes_max> all;
  std::size_t count = 0;
  attribute_reader reader(encoded);
  message_attribute a;
  while (count < all.size() && reader.next(a)) all[count++] = as_hashed(a);
  return aws::message_attributes_md5(std::span(all).first(count));
}

void write_digest(aws::reply_writer& writer, aws::member_id id,
                  std::span<const std::uint8_t, 16> digest) {
  char hex[32];
  aws::hex_encode(digest, hex);
  writer.token(id, {hex, sizeof hex});
}

void write_digests(aws::reply_writer& writer, const digest_members& members,
                   const aws::md5_digest& body, const send_entry& entry) {
  write_digest(writer, members.body, body);
  if (!entry.attributes.empty()) {
    write_digest(writer, members.attributes, attributes_digest(entry.attributes));
  }
  std::string_view trace;
  if (find(entry.system_attributes, "AWSTraceHeader", trace)) {
    aws::message_attribute one{"AWSTraceHeader", "String", trace, false};
    write_digest(writer, members.system_attributes,
                 aws::message_attributes_md5(std::span(&one, 1)));
  }
}

void write_message_id(aws::reply_writer& writer, aws::member_id id, const message_id& value) {
  char text[36];
  value.to_text(text);
  writer.token(id, {text, sizeof text});
}

void write_sequence_number(aws::reply_writer& writer, aws::member_id id, std::uint64_t sequence) {
  const digits number = sequence_number(sequence);
  writer.token(id, {number.data(), number.size()});
}

void write_receipt(aws::reply_writer& writer, aws::member_id id, const receipt_handle& handle) {
  char text[44];
  aws::base64_encode({reinterpret_cast<const char*>(handle.bytes.data()), handle.bytes.size()},
                     text);
  writer.token(id, {text, sizeof text});
}

bool read_receipt(std::string_view text, receipt_handle& out) {
  std::array<char, 33> bytes;
  std::size_t size = 0;
  if (text.size() != 44 || !aws::base64_decode(text, bytes.data(), size) || size != 32) {
    return false;
  }
  std::memcpy(out.bytes.data(), bytes.data(), 32);
  return true;
}

aws::error invalid_receipt(std::string_view text) {
  return {shapes::errors::receipt_handle_is_invalid, "The input receipt handle \"" +
                                                         std::string(text.substr(0, 256)) +
                                                         "\" is not a valid receipt handle."};
}

aws::error receipt_error(errc why, std::string_view text) {
  if (why == errc::receipt_handle_is_invalid) return invalid_receipt(text);
  aws::error known = aws::error_of(why);
  if (why != errc::receipt_handle_expired && why != errc::message_does_not_exist) return known;
  return aws::invalid_parameter(text, "ReceiptHandle", known.message());
}

message_filter read_filter(const aws::document& input, std::string_view& unknown) {
  namespace in = shapes::receive_message_request;
  message_filter filter;
  filter.attributes = input[in::message_attribute_names].elements();
  for (const aws::member_id list : {in::attribute_names, in::message_system_attribute_names}) {
    for (const aws::value& name : input[list].elements()) {
      bool known = false;
      for (const system_name& s : system_names) {
        if (s.name != name.text()) continue;
        filter.wanted |= s.bits;
        known = true;
      }
      if (!known) unknown = name.text();
    }
  }
  return filter;
}

void write_message(const call& c, aws::reply_writer& writer, const message_view& m,
                   const message_filter& filter) {
  namespace row = shapes::message;
  writer.begin_structure();
  write_message_id(writer, row::message_id, m.id);
  write_receipt(writer, row::receipt_handle, m.receipt);
  if (m.body_digest != nullptr) {
    write_digest(writer, row::md5_of_body, *m.body_digest);
  } else {
    write_digest(writer, row::md5_of_body, aws::md5(as_text(m.body)));
  }
  writer.text(row::body, as_text(m.body));
  if (filter.wanted != 0) write_system_attributes(c, writer, m, filter.wanted);
  if (!filter.attributes.empty()) write_attributes(writer, m, filter.attributes);
  writer.end_structure();
}

}  // namespace millrace::sqs
