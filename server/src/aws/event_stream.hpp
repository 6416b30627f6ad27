// Messages of an event stream (application/vnd.amazon.eventstream), in which SubscribeToShard
// answers: lengths, headers, payload and two CRC-32s, written straight to a send_buffer. A payload
// may be written in place:
//
//   const open_message open = begin_event(out, "SubscribeToShardEvent", content_type);
//   ... append the payload to `out` ...
//   finish_message(out, open);
//
// The first message of an answer is an event "initial-response" with the payload {}.
#pragma once

#include <cstddef>
#include <string_view>

#include "http/send_buffer.hpp"

namespace millrace::aws {

inline constexpr std::string_view event_stream_type = "application/vnd.amazon.eventstream";

/// A message whose payload is being appended. Offsets from the front of the send_buffer.
struct open_message {
  std::size_t begin = 0;
  std::size_t payload_at = 0;
};

/// An event of the output's union, e.g. "SubscribeToShardEvent", with a payload of `content_type`.
/// Nothing may be consumed from `out` until finish_message(). Names are below 64 KiB.
open_message begin_event(http::send_buffer& out, std::string_view event_type,
                         std::string_view content_type) noexcept;
/// What ends a stream that fails: an error of the model by its bare name.
open_message begin_exception(http::send_buffer& out, std::string_view exception_type,
                             std::string_view content_type) noexcept;
/// All of the payload has been appended: fills in lengths and sums.
void finish_message(http::send_buffer& out, const open_message& open) noexcept;

/// The message that the stream begins with.
void write_initial_response(http::send_buffer& out, std::string_view content_type,
                            std::string_view payload) noexcept;

}  // namespace millrace::aws
