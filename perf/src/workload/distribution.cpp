// Zipf draws by a search in the cumulated shares: exact for every exponent, 20 steps for a million.

#include "workload/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "workload/duration.hpp"

namespace millrace::perf {

namespace {

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t colon = text.find(':');
    parts.push_back(text.substr(0, colon));
    if (colon == std::string_view::npos) return parts;
    text.remove_prefix(colon + 1);
  }
}

[[noreturn]] void refuse(std::string_view text, std::string_view wanted) {
  throw std::runtime_error("'" + std::string(text) + "' is not one of " + std::string(wanted));
}

std::uint64_t whole(std::string_view text) {
  const double value = parse_number(text, "a distribution");
  if (value < 0 || value > 1e12 || value != std::floor(value)) {
    throw std::runtime_error("'" + std::string(text) + "' is no whole number of 0..10^12");
  }
  return static_cast<std::uint64_t>(value);
}

}  // namespace

distribution distribution::uniform(std::uint64_t low, std::uint64_t high) {
  if (low > high) throw std::runtime_error("uniform: the first bound is above the second");
  distribution made(low);
  made.kind_ = kind::uniform;
  made.high_ = high;
  return made;
}

distribution distribution::round_robin(std::uint64_t low, std::uint64_t high) {
  distribution made = uniform(low, high);
  made.kind_ = kind::round_robin;
  made.next_ = low;
  return made;
}

distribution distribution::zipf(double exponent, std::uint64_t low, std::uint64_t high) {
  distribution made = uniform(low, high);
  made.kind_ = kind::zipf;
  if (!(exponent >= 0 && exponent <= 10)) throw std::runtime_error("zipf: exponents are 0..10");
  if (high - low >= zipf_values_max) throw std::runtime_error("zipf: at most a million values");
  auto shares = std::make_shared<std::vector<double>>(high - low + 1);
  double sum = 0;
  for (std::size_t i = 0; i < shares->size(); ++i) {
    sum += std::pow(static_cast<double>(i + 1), -exponent);
    (*shares)[i] = sum;
  }
  for (double& each : *shares) each /= sum;
  made.shares_ = std::move(shares);
  return made;
}

distribution distribution::exponential(double mean) {
  distribution made;
  made.kind_ = kind::exponential;
  made.high_ = UINT64_MAX;
  made.mean_ = mean;
  return made;
}

std::uint64_t distribution::draw(sample_generator& random) {
  switch (kind_) {
    case kind::fixed: break;
    case kind::uniform: return low_ + random.next() % (high_ - low_ + 1);
    case kind::round_robin: {
      const std::uint64_t drawn = next_;
      next_ = next_ == high_ ? low_ : next_ + 1;
      return drawn;
    }
    case kind::exponential:
      return static_cast<std::uint64_t>(std::llround(-mean_ * std::log1p(-random.unit())));
    case kind::zipf: {
      const auto found = std::upper_bound(shares_->begin(), shares_->end(), random.unit());
      return std::min(low_ + static_cast<std::uint64_t>(found - shares_->begin()), high_);
    }
  }
  return low_;
}

double distribution::mean() const noexcept {
  const auto middle = (static_cast<double>(low_) + static_cast<double>(high_)) / 2;
  if (kind_ == kind::exponential) return mean_;
  if (kind_ != kind::zipf) return middle;
  double sum = 0;
  for (std::size_t i = 0; i + 1 < shares_->size(); ++i) sum += 1 - (*shares_)[i];
  return static_cast<double>(low_) + sum;
}

distribution parse_sizes(std::string_view text) {
  const auto parts = split(text);
  if (parts.size() == 1) return distribution(whole(parts[0]));
  if (parts[0] == "uniform" && parts.size() == 3) {
    return distribution::uniform(whole(parts[1]), whole(parts[2]));
  }
  if (parts[0] == "zipf" && parts.size() == 4) {
    return distribution::zipf(parse_number(parts[1], "zipf"), whole(parts[2]), whole(parts[3]));
  }
  refuse(text, "BYTES, uniform:LOW:HIGH, zipf:EXPONENT:LOW:HIGH");
}

distribution parse_keys(std::string_view text) {
  const auto parts = split(text);
  if (parts.size() == 1 && (text == "none" || text == "one")) return distribution(0);
  const bool zipf = parts[0] == "zipf";
  if (parts.size() == (zipf ? 3 : 2)) {
    const std::uint64_t count = whole(parts.back());
    if (count == 0 || count > (1u << 24)) throw std::runtime_error("keys: 1 to 16777216 of them");
    if (zipf) return distribution::zipf(parse_number(parts[1], "zipf"), 0, count - 1);
    if (parts[0] == "uniform") return distribution::uniform(0, count - 1);
    if (parts[0] == "roundRobin") return distribution::round_robin(0, count - 1);
  }
  refuse(text, "none, one, uniform:N, zipf:EXPONENT:N, roundRobin:N");
}

distribution parse_times(std::string_view text) {
  const auto parts = split(text);
  if (parts.size() == 1) return distribution(text == "0" ? 0 : parse_duration_ns(text));
  if (parts[0] == "uniform" && parts.size() == 3) {
    return distribution::uniform(parse_duration_ns(parts[1]), parse_duration_ns(parts[2]));
  }
  if (parts[0] == "exponential" && parts.size() == 2) {
    return distribution::exponential(static_cast<double>(parse_duration_ns(parts[1])));
  }
  refuse(text, "TIME, uniform:LOW:HIGH, exponential:MEAN");
}

}  // namespace millrace::perf
