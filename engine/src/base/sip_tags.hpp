// The SIMD half of keyed_tags() for many texts. Internal to the hash files.
#pragma once

#include "base/hash.hpp"

namespace millrace::base {

#if defined(__x86_64__)
/// Of one to four texts. The processor must have AVX-512F.
void keyed_tags_avx512(const std::array<tag_key, 2>& keys, std::span<const tag_job> jobs) noexcept;
#endif

}  // namespace millrace::base
