// The measurements of one interleaved run: named series of samples, one sample a repeat. Cases add
// competitors; the repeats go round all of them in turn, so that a disturbance hits each alike.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "burst.hpp"
#include "core_watch.hpp"

namespace millrace::bench {

/// A spread: the middle half of the samples.
struct spread {
  double low = 0;
  double middle = 0;
  double high = 0;
};

class ring_series {
 public:
  explicit ring_series(int repeats) : repeats_(repeats) {}

  /// One competitor of a group: `measure` runs one burst and reports samples through add().
  struct competitor {
    std::function<void()> measure;
  };
  /// Runs every competitor once a repeat, in an order that rotates, with a rest after each burst.
  /// Before a repeat it waits, for a while, until the two cores are two.
  void run_interleaved(const std::vector<competitor>& group);

  void add(const std::string& name, double value) { samples_[name].push_back(value); }
  void count(const burst_result& burst, std::uint64_t errors);

  [[nodiscard]] int repeats() const noexcept { return repeats_; }
  [[nodiscard]] bool realtime() const noexcept { return realtime_; }
  /// False: a repeat began while the cores were one.
  [[nodiscard]] bool two_cores() const noexcept { return cores_.two(); }
  [[nodiscard]] std::uint64_t errors() const noexcept { return errors_; }
  [[nodiscard]] spread of(const std::string& name) const;
  [[nodiscard]] double middle(const std::string& name) const { return of(name).middle; }
  [[nodiscard]] const std::map<std::string, std::vector<double>>& all() const noexcept {
    return samples_;
  }
  /// Prints `title` and one line a series whose name begins with `prefix`.
  void print(const std::string& title, const std::string& prefix) const;

 private:
  int repeats_;
  bool realtime_ = true;
  core_watch cores_{20};
  std::uint64_t errors_ = 0;
  std::map<std::string, std::vector<double>> samples_;
};

}  // namespace millrace::bench
