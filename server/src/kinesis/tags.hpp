// Tags of streams and of their consumers, stored with the stream's settings: "tag:KEY", and
// "consumer:NAME:tag:KEY". What operations on them share.
#pragma once

#include <optional>
#include <string>

#include "kinesis/call.hpp"

namespace millrace::kinesis {

inline constexpr std::string_view stream_tag_prefix = "tag:";
/// All that is stored about a consumer begins so.
std::string consumer_prefix(std::string_view consumer);
/// Of the call's consumer, or else of its stream.
std::string tag_prefix(const call& c);

/// Gives the tags of a request to c.settings, unless they, with those that are there, are too many
/// or are no tags.
std::optional<aws::error> give_tags(call& c, const aws::value& tags);
/// Takes those of the keys away that are there, unless one cannot be a tag's.
std::optional<aws::error> take_tags(call& c, std::span<const aws::value> keys);

/// Writes the call's tags, from behind the key `after` on, as a list of Tag. True: not all of them.
bool write_tags(const call& c, aws::reply_writer& writer, std::string_view after, std::size_t max);

}  // namespace millrace::kinesis
