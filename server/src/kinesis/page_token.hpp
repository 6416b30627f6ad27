// NextToken: where a list goes on, good for five minutes.
#pragma once

#include <string>
#include <string_view>

#include "kinesis/call.hpp"

namespace millrace::kinesis {

/// What a sealed token is good for.
enum class token_kind : std::uint8_t { iterator = 1, streams, shards, consumers };

std::string page_token(const call& c, token_kind kind, std::string_view content);
/// What stood in the token, into `content`. False: it is none, or too old; answered.
bool read_page_token(call& c, token_kind kind, std::string_view token, std::string& content);

}  // namespace millrace::kinesis
