// NextToken: the last that a page has shown, in base64; pages of 100. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sns/call.hpp"

namespace millrace::sns {

inline constexpr std::size_t page_size = 100;

std::string page_token(std::string_view last);
/// What stood in the request's token, into c.kept; nothing if it has none. False: it is no token;
/// answered.
bool read_page_token(call& c, aws::member_id token);

}  // namespace millrace::sns
