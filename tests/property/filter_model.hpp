// filter_model: filter policies and bodies made of random numbers, and what event-ruler's own way
// of matching says of them: fields in the order of their paths, one after the other, each with the
// elements of arrays that it is in, and every choice tried.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace millrace::test {

/// Numbers that decide, one after the other; 0 when there are no more.
class decisions {
 public:
  explicit decisions(std::vector<std::uint64_t> of) : of_(std::move(of)) {}
  std::size_t pick(std::size_t below) { return next_ < of_.size() ? of_[next_++] % below : 0; }

 private:
  std::vector<std::uint64_t> of_;
  std::size_t next_ = 0;
};

struct model_scalar {
  enum class kind { text, number, constant };
  kind is = kind::text;
  std::string json;
  std::string text = {};  ///< of a text
  double number = 0;
};

struct model_pattern {
  std::string json;
  std::function<bool(const model_scalar&)> matches;
  bool absence = false;
};

/// A value in the body, under a path, with its element of each array of objects it is in.
struct model_field {
  std::string path;
  model_scalar value;
  std::map<int, int> elements;
};

struct model_body {
  explicit model_body(decisions& by);
  std::string json;
  std::vector<model_field> fields;

 private:
  void add_object(decisions& by, int depth);
  /// `array`: the one that it is an element of; -1: none.
  void add_value(decisions& by, int depth, int array = -1);
  void add_array(decisions& by, int depth);

  std::vector<std::string> path_;
  std::map<int, int> elements_;
  int arrays_ = 0;
};

struct model_policy {
  explicit model_policy(decisions& by);
  [[nodiscard]] bool matches(const model_body& body) const;

  using way = std::map<std::string, std::vector<const model_pattern*>>;
  std::string json;
  std::vector<way> ways = {{}};

 private:
  void add_object(decisions& by, const std::string& above, int depth, bool with_or);
};

}  // namespace millrace::test
