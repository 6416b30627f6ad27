#include "sns/page_token.hpp"

#include "aws/base64.hpp"
#include "sns/errors.hpp"

namespace millrace::sns {

std::string page_token(std::string_view last) { return aws::base64_text(last); }

bool read_page_token(call& c, aws::member_id token) {
  const std::string_view text = c.input[token].text();
  c.kept.resize(aws::base64_decoded_size_max(text.size()));
  std::size_t size = 0;
  if (aws::base64_decode(text, c.kept.data(), size)) {
    c.kept.resize(size);
    return true;
  }
  fail(c, invalid("NextToken", "it is none that this server has given out"));
  return false;
}

}  // namespace millrace::sns
