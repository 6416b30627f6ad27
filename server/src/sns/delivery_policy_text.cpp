#include "sns/delivery_policy_text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>

namespace millrace::sns {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

struct number_row {
  std::string_view name;
  std::int64_t usual;
  std::int64_t least;
  std::int64_t most;
};
/// In the order in which AWS writes them.
constexpr std::array<number_row, 6> retry_numbers{{
    {"minDelayTarget", 20, 1, 3600},
    {"maxDelayTarget", 20, 1, 3600},
    {"numRetries", 3, 0, 100},
    {"numMaxDelayRetries", 0, 0, 100},
    {"numNoDelayRetries", 0, 0, 100},
    {"numMinDelayRetries", 0, 0, 100},
}};
constexpr std::array<std::string_view, 4> backoff_functions{"linear", "arithmetic", "geometric",
                                                            "exponential"};
constexpr std::string_view usual_content_type = "text/plain; charset=UTF-8";

struct delivery_policy {
  bool has_retries = false;
  std::array<std::optional<std::int64_t>, retry_numbers.size()> retries;
  std::optional<std::string> backoff;
  bool overrides_disabled = false;
  std::optional<std::int64_t> receives_per_second;
  std::optional<std::string> content_type;
};

class policy_reader {
 public:
  /// False: `wrong` says why.
  bool read(std::string_view json) {
    simdjson::dom::parser parser;
    object whole;
    if (parser.parse(simdjson::padded_string(json)).get(whole) != simdjson::SUCCESS) {
      return refuse("failed to parse JSON");
    }
    return each(whole, [&](std::string_view key, const element& item) {
      return key == "http" ? object_of(item, "http.", &policy_reader::http) : unexpected("", key);
    });
  }

  delivery_policy policy;
  std::string wrong;

 private:
  bool refuse(std::string why) {
    wrong = std::move(why);
    return false;
  }
  bool unexpected(std::string_view before, std::string_view key) {
    return refuse("Unexpected JSON member: " + std::string(before).append(key.substr(0, 256)));
  }

  /// Members that are null are as good as absent.
  template <class Visit>
  bool each(const object& members, Visit&& visit) {
    for (const auto& [key, item] : members) {
      if (!item.is_null() && !visit(key, item)) return false;
    }
    return true;
  }
  bool object_of(const element& item, std::string_view path, bool (policy_reader::*of)(object)) {
    object members;
    if (item.get(members) == simdjson::SUCCESS) return (this->*of)(members);
    return refuse(std::string(path.substr(0, path.size() - 1)) + " must be an object");
  }

  bool http(object members) {
    return each(members, [&](std::string_view key, const element& item) {
      if (key == "defaultHealthyRetryPolicy") {
        policy.has_retries = true;
        return object_of(item, "http.defaultHealthyRetryPolicy.", &policy_reader::retries);
      }
      if (key == "disableSubscriptionOverrides") {
        return item.get(policy.overrides_disabled) == simdjson::SUCCESS ||
               refuse("disableSubscriptionOverrides must be true or false");
      }
      if (key == "defaultThrottlePolicy") {
        return object_of(item, "http.defaultThrottlePolicy.", &policy_reader::throttle);
      }
      if (key == "defaultRequestPolicy") {
        return object_of(item, "http.defaultRequestPolicy.", &policy_reader::request);
      }
      return unexpected("http.", key);
    });
  }

  bool number(const number_row& row, const element& item, std::optional<std::int64_t>& out) {
    std::int64_t number = 0;
    if (item.get(number) != simdjson::SUCCESS || number < row.least || number > row.most) {
      return refuse(std::string(row.name) + " must be an integer between " +
                    std::to_string(row.least) + " and " + std::to_string(row.most));
    }
    out = number;
    return true;
  }

  bool retries(object members) {
    return each(members, [&](std::string_view key, const element& item) {
      if (key == "backoffFunction") return backoff(item);
      for (std::size_t i = 0; i < retry_numbers.size(); ++i) {
        if (retry_numbers[i].name == key) return number(retry_numbers[i], item, policy.retries[i]);
      }
      return unexpected("http.defaultHealthyRetryPolicy.", key);
    });
  }

  bool backoff(const element& item) {
    std::string_view name;
    if (item.get(name) != simdjson::SUCCESS ||
        std::find(backoff_functions.begin(), backoff_functions.end(), name) ==
            backoff_functions.end()) {
      return refuse("backoffFunction must be linear, arithmetic, geometric or exponential");
    }
    policy.backoff = name;
    return true;
  }

  bool throttle(object members) {
    constexpr number_row rate{"maxReceivesPerSecond", 0, 1, INT32_MAX};
    return each(members, [&](std::string_view key, const element& item) {
      return key == rate.name ? number(rate, item, policy.receives_per_second)
                              : unexpected("http.defaultThrottlePolicy.", key);
    });
  }

  bool request(object members) {
    return each(members, [&](std::string_view key, const element& item) {
      if (key != "headerContentType") return unexpected("http.defaultRequestPolicy.", key);
      std::string_view type;
      const auto of_a_field = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
      if (item.get(type) != simdjson::SUCCESS || type.empty() ||
          !std::all_of(type.begin(), type.end(), of_a_field)) {
        return refuse("headerContentType must be a media type");
      }
      policy.content_type = type;
      return true;
    });
  }
};

/// Members of a JSON object, one behind the other.
class members_text {
 public:
  void number(std::string_view name, std::int64_t value) { add(name, std::to_string(value)); }
  void text(std::string_view name, std::string_view plain) {
    add(name, "\"" + std::string(plain) + "\"");
  }
  void add(std::string_view name, std::string_view json) {
    text_.append(text_.empty() ? "\"" : ",\"").append(name).append("\":").append(json);
  }
  [[nodiscard]] std::string object() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

std::string retries_text(const delivery_policy& p, bool with_defaults) {
  members_text out;
  for (std::size_t i = 0; i < retry_numbers.size(); ++i) {
    if (!p.retries[i] && !with_defaults) continue;
    out.number(retry_numbers[i].name, p.retries[i].value_or(retry_numbers[i].usual));
  }
  if (p.backoff || with_defaults) out.text("backoffFunction", p.backoff.value_or("linear"));
  return out.object();
}

std::string text_of(const delivery_policy& p, bool with_defaults) {
  members_text http;
  if (p.has_retries || with_defaults) {
    http.add("defaultHealthyRetryPolicy", retries_text(p, with_defaults));
  }
  http.add("disableSubscriptionOverrides", p.overrides_disabled ? "true" : "false");
  if (p.receives_per_second) {
    members_text throttle;
    throttle.number("maxReceivesPerSecond", *p.receives_per_second);
    http.add("defaultThrottlePolicy", throttle.object());
  }
  if (p.content_type || with_defaults) {
    members_text request;
    request.text("headerContentType", p.content_type.value_or(std::string(usual_content_type)));
    http.add("defaultRequestPolicy", request.object());
  }
  members_text whole;
  whole.add("http", http.object());
  return whole.object();
}

}  // namespace

delivery_policy_text read_delivery_policy_text(std::string_view json) {
  policy_reader reader;
  if (!reader.read(json)) return {reader.wrong, {}, {}};
  return {{}, text_of(reader.policy, false), text_of(reader.policy, true)};
}

std::string effective_delivery_policy(std::string_view own) {
  if (own.empty()) return text_of({}, true);
  return read_delivery_policy_text(own).effective;
}

}  // namespace millrace::sns
