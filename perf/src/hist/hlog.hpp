// Histograms as text in the HdrHistogram log format (version 1.3, V2 compressed payload), which
// HistogramLogAnalyzer, hdr-plot and hdr-histogram-js read. Off every measured path.
#pragma once

#include <string>

#include "hist/histogram.hpp"

namespace millrace::perf {

/// Base64 of the zlib-compressed V2 encoding: one histogram, as in a log line.
/// Throws std::runtime_error when zlib fails.
[[nodiscard]] std::string encode_hdr_v2(const histogram& values);

/// Builds a log of intervals.
class hlog_writer {
 public:
  /// `start_s`: seconds since the epoch, the origin of all intervals.
  explicit hlog_writer(double start_s);
  /// One interval: offset from the start and length in seconds. `tag` may be empty; commas, spaces
  /// and line ends in it become underscores.
  void add(double offset_s, double length_s, const histogram& values, const std::string& tag);
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

}  // namespace millrace::perf
