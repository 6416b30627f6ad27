// How messages and their digests are written into replies.
#pragma once

#include "sqs/call.hpp"

namespace millrace::sqs {

/// MD5 over encoded attributes, as SQS defines it. Not for none.
aws::md5_digest attributes_digest(bytes_view encoded);

/// Writes a digest as 32 hexadecimal characters under `id`.
void write_digest(aws::reply_writer& writer, aws::member_id id,
                  std::span<const std::uint8_t, 16> digest);

/// The three digests of a sent message, whose member ids differ by reply shape.
struct digest_members {
  aws::member_id body;
  aws::member_id attributes;
  aws::member_id system_attributes;
};
void write_digests(aws::reply_writer& writer, const digest_members& members,
                   const aws::md5_digest& body, const send_entry& entry);

void write_message_id(aws::reply_writer& writer, aws::member_id id, const message_id& value);

/// Of a message of a FIFO queue: 20 digits, as AWS's have.
void write_sequence_number(aws::reply_writer& writer, aws::member_id id, std::uint64_t sequence);

/// Base64 of the handle's 32 bytes.
void write_receipt(aws::reply_writer& writer, aws::member_id id, const receipt_handle& handle);
/// False: not one of ours by its form.
bool read_receipt(std::string_view text, receipt_handle& out);
aws::error invalid_receipt(std::string_view text);
/// What to say of a receipt that the engine has refused.
aws::error receipt_error(errc why, std::string_view text);

/// What a receive wants to see of its messages, from the request's three lists.
struct message_filter {
  enum system : std::uint32_t {
    sender_id = 1,
    sent_timestamp = 2,
    receive_count = 4,
    first_receive_timestamp = 8,
    trace_header = 16,
    dead_letter_source = 32,
    group_id = 64,
    deduplication_id = 128,
    sequence_number = 256,
    all = 511,
  };
  std::uint32_t wanted = 0;
  std::span<const aws::value> attributes;
};

/// Reads the lists. On an unknown system attribute's name `unknown` is set to it.
message_filter read_filter(const aws::document& input, std::string_view& unknown);

void write_message(const call& c, aws::reply_writer& writer, const message_view& m,
                   const message_filter& filter);

}  // namespace millrace::sqs
