// Reads back what hist/hlog.hpp writes: logs of the HdrHistogram format 1.3 whose histograms have
// our buckets. For reports and exports; off every measured path.
#pragma once

#include <string>
#include <vector>

#include "hist/histogram.hpp"

namespace millrace::perf {

struct hlog_interval {
  double offset_s = 0;
  double length_s = 0;
  std::string tag;
  histogram values;
};

/// The histogram of a base64 payload. Throws std::runtime_error that says what is wrong: damaged,
/// or of other buckets than two significant digits from 1 to histogram::value_max.
[[nodiscard]] histogram decode_hdr_v2(const std::string& base64);

/// All intervals of a log. Throws std::runtime_error with the line's number.
[[nodiscard]] std::vector<hlog_interval> parse_hlog(const std::string& text);

}  // namespace millrace::perf
