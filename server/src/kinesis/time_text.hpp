// "Thu Jan 22 01:22:02 UTC 2015": a time as Kinesis writes it into its errors. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace millrace::kinesis {

std::string utc_text(std::int64_t ms);

}  // namespace millrace::kinesis
