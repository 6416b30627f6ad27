#include "aws/iso_time.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace millrace::aws {

iso_time::iso_time(std::int64_t ms) noexcept {
  using namespace std::chrono;
  const sys_time<milliseconds> when{milliseconds(ms)};
  const auto day = floor<days>(when);
  const year_month_day date(day);
  const hh_mm_ss<milliseconds> time(when - day);
  const int size = std::snprintf(
      text_.data(), text_.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
      static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
      static_cast<int>(time.subseconds().count()));
  size_ = std::min(static_cast<std::size_t>(size), text_.size() - 1);
}

}  // namespace millrace::aws
