// Any bytes through the HTTP request parser: nothing is read out of bounds, the outcome does not
// depend on how the bytes were cut, and no message is larger than its bytes.
#include "fuzz.hpp"

#include "feed.hpp"

using namespace millrace::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 16 * 1024) return 0;
  const std::size_t piece = 1 + data[0] % 32u;  // how the second feeding is cut
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = test::feed_whole(bytes);
  const std::string cut =
      test::feed(bytes, [&](std::size_t left) { return left < piece ? left : piece; });
  MR_FUZZ_CHECK(whole == cut);
  MR_FUZZ_CHECK(whole.size() <= bytes.size() + 8);
  return 0;
}
