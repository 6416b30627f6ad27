// The errors of Kinesis and their texts: those of the engine's reasons, in one switch, and those
// that several operations tell themselves.
#pragma once

#include <string>
#include <string_view>

#include "kinesis/call.hpp"

namespace millrace::kinesis {

/// The engine's reason as a client of Kinesis knows it, about the call's stream, shard or consumer.
aws::error error_of(const call& c, errc code);

aws::error validation(std::string text);
aws::error invalid_argument(std::string text);
aws::error not_found(std::string text);
aws::error limit_exceeded(std::string text);

/// "... stream NAME under account NUMBER"
std::string in_stream(const call& c);
/// "Could not find shard ID in stream ...".
aws::error shard_not_found(const call& c, std::string_view id);
/// "Shard ID in stream ... does not exist": what those who read are told, if the stream is what is
/// missing as well.
aws::error no_such_shard(const call& c);
/// Whether it is one of the two.
bool names_no_shard(errc status) noexcept;
/// "Rate exceeded for shard ID in stream NAME under account NUMBER."
std::string rate_exceeded_text(const call& c, std::uint32_t shard);
aws::error consumer_not_found(const call& c);

}  // namespace millrace::kinesis
