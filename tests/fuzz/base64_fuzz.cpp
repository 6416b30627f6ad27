// Any text as base64: what decodes is exactly what its bytes encode to.
#include <string>

#include "aws/base64.hpp"
#include "fuzz.hpp"

using namespace millrace::aws;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string bytes(base64_decoded_size_max(size), '\0');
  std::size_t decoded = 0;
  if (base64_decode(text, bytes.data(), decoded)) {
    std::string again(base64_encoded_size(decoded), '\0');
    base64_encode({bytes.data(), decoded}, again.data());
    MR_FUZZ_CHECK(again == text);
  }
  std::string encoded(base64_encoded_size(size), '\0');
  base64_encode(text, encoded.data());
  std::string back(base64_decoded_size_max(encoded.size()), '\0');
  MR_FUZZ_CHECK(base64_decode(encoded, back.data(), decoded));
  MR_FUZZ_CHECK((std::string_view{back.data(), decoded} == text));
  return 0;
}
