#include "kinesis/page_token.hpp"

#include "kinesis/errors.hpp"

namespace millrace::kinesis {
namespace {

constexpr std::int64_t token_ms = 300'000;

}  // namespace

std::string page_token(const call& c, token_kind kind, std::string_view content) {
  return aws::seal(c.context->tokens, static_cast<std::uint8_t>(kind), now_ms(c), content);
}

bool read_page_token(call& c, token_kind kind, std::string_view token, std::string& content) {
  using verdict = aws::opened_token::verdict;
  aws::opened_token opened =
      aws::open_token(c.context->tokens, static_cast<std::uint8_t>(kind), token);
  if (opened.is == verdict::forged) {
    fail(c, invalid_argument("NextToken is invalid."));
    return false;
  }
  if (opened.is == verdict::earlier || now_ms(c) - opened.made_at_ms > token_ms) {
    fail(c, {shapes::errors::expired_next_token_exception,
             "NextToken has expired: it is good for 300 seconds."});
    return false;
  }
  content = std::move(opened.content);
  return true;
}

}  // namespace millrace::kinesis
