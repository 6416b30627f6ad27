#include "kinesis/time_text.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>

namespace millrace::kinesis {

std::string utc_text(std::int64_t ms) {
  namespace chrono = std::chrono;
  constexpr std::string_view days = "SunMonTueWedThuFriSat";
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const chrono::sys_time<chrono::milliseconds> at{chrono::milliseconds(ms)};
  const auto day = chrono::floor<chrono::days>(at);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss<chrono::milliseconds> time(at - day);
  std::array<char, 64> text;
  const int size =
      std::snprintf(text.data(), text.size(), "%.3s %.3s %02u %02d:%02d:%02d UTC %d",
                    days.data() + std::size_t{3} * chrono::weekday(day).c_encoding(),
                    months.data() + std::size_t{3} * (static_cast<unsigned>(date.month()) - 1),
                    static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                    static_cast<int>(time.minutes().count()),
                    static_cast<int>(time.seconds().count()), static_cast<int>(date.year()));
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace millrace::kinesis
