#include "property/filter_model.hpp"

#include <algorithm>
#include <array>

namespace millrace::test {
namespace {

using kind = model_scalar::kind;

const std::vector<model_scalar>& scalars() {
  static const std::vector<model_scalar> all = {
      {kind::text, R"("a")", "a"},     {kind::text, R"("b")", "b"},
      {kind::text, R"("AB")", "AB"},   {kind::text, R"("ab")", "ab"},
      {kind::text, R"("bab")", "bab"}, {kind::text, R"("\u0061")", "a"},
      {kind::text, R"("1")", "1"},     {kind::number, "1", {}, 1},
      {kind::number, "1.0", {}, 1},    {kind::number, "2e0", {}, 2},
      {kind::constant, "true"},        {kind::constant, "null"},
  };
  return all;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}
std::function<bool(const model_scalar&)> of_text(std::function<bool(const std::string&)> is) {
  return [is = std::move(is)](const model_scalar& s) { return s.is == kind::text && is(s.text); };
}
std::function<bool(const model_scalar&)> of_number(std::function<bool(double)> is) {
  return
      [is = std::move(is)](const model_scalar& s) { return s.is == kind::number && is(s.number); };
}
std::function<bool(const model_scalar&)> none_of(std::function<bool(const model_scalar&)> is) {
  return [is = std::move(is)](const model_scalar& s) { return !is(s); };
}
std::function<bool(const model_scalar&)> constant(const char* json) {
  return [json](const model_scalar& s) { return s.json == json; };
}

const std::vector<model_pattern>& patterns() {
  const auto a = of_text([](const std::string& t) { return t == "a"; });
  const auto starts = of_text([](const std::string& t) { return t.starts_with("a"); });
  const auto one = of_number([](double n) { return n == 1; });
  static const std::vector<model_pattern> all = {
      {R"("a")", a},
      {R"("b")", of_text([](const std::string& t) { return t == "b"; })},
      {"1", one},
      {"true", constant("true")},
      {"null", constant("null")},
      {R"({"prefix":"a"})", starts},
      {R"({"suffix":"b"})", of_text([](const std::string& t) { return t.ends_with("b"); })},
      {R"({"equals-ignore-case":"Ab"})",
       of_text([](const std::string& t) { return lower(t) == "ab"; })},
      {R"({"wildcard":"b*b"})", of_text([](const std::string& t) {
         return t.size() > 1 && t[0] == 'b' && t.back() == 'b';
       })},
      {R"({"numeric":["=",1]})", one},
      {R"({"numeric":[">",1,"<=",2]})", of_number([](double n) { return n > 1 && n <= 2; })},
      {R"({"numeric":["<",2]})", of_number([](double n) { return n < 2; })},
      {R"({"exists":true})", [](const model_scalar&) { return true; }},
      {R"({"exists":false})", [](const model_scalar&) { return false; }, true},
      {R"({"exists":false})", [](const model_scalar&) { return false; }, true},
      {R"({"anything-but":"a"})", none_of(a)},
      {R"({"anything-but":[1,3]})", none_of(one)},
      {R"({"anything-but":{"prefix":"a"}})", none_of(starts)},
  };
  return all;
}

bool consistent(const std::map<int, int>& so_far, const std::map<int, int>& also) {
  return std::all_of(also.begin(), also.end(), [&so_far](const auto& element) {
    const auto known = so_far.find(element.first);
    return known == so_far.end() || known->second == element.second;
  });
}

using rest = model_policy::way::const_iterator;
bool satisfied(rest at, rest end, const model_body& body, const std::map<int, int>& so_far) {
  if (at == end) return true;
  const auto& [path, wanted] = *at;
  const rest next = std::next(at);
  bool there = false;
  for (const model_field& field : body.fields) {
    if (field.path != path || !consistent(so_far, field.elements)) continue;
    there = true;
    const bool matched = std::any_of(wanted.begin(), wanted.end(), [&field](const auto* pattern) {
      return pattern->matches(field.value);
    });
    if (!matched) continue;
    std::map<int, int> with = so_far;
    with.insert(field.elements.begin(), field.elements.end());
    if (satisfied(next, end, body, with)) return true;
  }
  const bool may_be_absent = std::any_of(wanted.begin(), wanted.end(),
                                         [](const auto* pattern) { return pattern->absence; });
  return may_be_absent && !there && satisfied(next, end, body, so_far);
}

}  // namespace

model_body::model_body(decisions& by) { add_object(by, 0); }

void model_body::add_object(decisions& by, int depth) {
  static const std::array<const char*, 5> names = {"a", "b", "a", "b", "a.b"};
  json += '{';
  const std::size_t members = by.pick(4) + (depth == 0 ? 1 : 0);
  for (std::size_t i = 0; i < members; ++i) {
    path_.emplace_back(names[by.pick(names.size())]);
    json += (i == 0 ? "\"" : ",\"") + path_.back() + "\":";
    add_value(by, depth + 1);
    path_.pop_back();
  }
  json += '}';
}

void model_body::add_array(decisions& by, int depth) {
  const int array = arrays_++;
  json += '[';
  const std::size_t count = by.pick(4);
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) json += ',';
    elements_[array] = static_cast<int>(i);
    add_value(by, depth + 1, array);
    elements_.erase(array);
  }
  json += ']';
}

void model_body::add_value(decisions& by, int depth, int array) {
  const std::size_t what = depth > 4 ? 0 : by.pick(6);
  if (what == 4 || what == 3) return add_object(by, depth);
  if (what == 5 || what == 2) return add_array(by, depth);
  const model_scalar& value = scalars()[by.pick(scalars().size())];
  json += value.json;
  model_field field{{}, value, elements_};
  for (const std::string& step : path_) field.path += (field.path.empty() ? "" : ".") + step;
  // A scalar is in the arrays above it, but not in the one that it is an element of.
  field.elements.erase(array);
  fields.push_back(std::move(field));
}

model_policy::model_policy(decisions& by) { add_object(by, {}, 1, true); }

void model_policy::add_object(decisions& by, const std::string& above, int depth, bool with_or) {
  static const std::array<const char*, 2> names = {"a", "b"};
  json += '{';
  const std::size_t members = by.pick(2) + 1;
  for (std::size_t i = 0; i < members; ++i) {
    if (i != 0) json += ',';
    const std::string name = names[(by.pick(2) + i) % 2];
    json += '"' + name + "\":";
    const std::string path = above + name;
    if (depth < 3 && by.pick(2) == 1) {
      add_object(by, path + '.', depth + 1, with_or);
      continue;
    }
    std::vector<const model_pattern*> wanted;
    json += '[';
    const std::size_t count = by.pick(2) + 1;
    for (std::size_t p = 0; p < count; ++p) {
      wanted.push_back(&patterns()[by.pick(patterns().size())]);
      json += (p == 0 ? "" : ",") + wanted.back()->json;
    }
    json += ']';
    for (way& each : ways) each[path] = wanted;
  }
  if (with_or && by.pick(4) == 1) {
    const std::vector<way> before = ways;
    std::vector<way> after;
    json += ",\"$or\":[";
    for (int i = 0; i < 2; ++i) {
      if (i != 0) json += ',';
      ways = before;
      add_object(by, above, depth, false);
      after.insert(after.end(), ways.begin(), ways.end());
    }
    json += ']';
    ways = after;
  }
  json += '}';
}

bool model_policy::matches(const model_body& body) const {
  return std::any_of(ways.begin(), ways.end(), [&body](const way& each) {
    return satisfied(each.begin(), each.end(), body, {});
  });
}

}  // namespace millrace::test
