#include "kinesis/patterns.hpp"

#include <algorithm>
#include <array>

namespace millrace::kinesis {
namespace {

bool digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
bool name_character(char c) noexcept {
  return lower(c) || (c >= 'A' && c <= 'Z') || digit(c) || c == '_' || c == '.' || c == '-';
}
bool space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r';
}

template <class Is>
bool all(std::string_view text, Is is) noexcept {
  return std::all_of(text.begin(), text.end(), is);
}

/// 0|([1-9]\d{0,N-1})
template <std::size_t DigitsMax>
bool number(std::string_view text) noexcept {
  if (text.empty() || text.size() > DigitsMax || !all(text, digit)) return false;
  return text[0] != '0' || text.size() == 1;
}

bool name(std::string_view text) noexcept { return !text.empty() && all(text, name_character); }

bool stream_id(std::string_view text) noexcept {
  const auto is = [](char c) { return lower(c) || digit(c); };
  return text.size() == 24 && all(text.substr(0, 20), is) && text[20] == '-' &&
         all(text.substr(21), is);
}

/// What may follow `arn:aws.*:kinesis:.*:\d{12}:` in `text`, each in turn to found(rest).
template <class Found>
bool behind_account(std::string_view text, Found found) noexcept {
  constexpr std::string_view begin = "arn:aws";
  constexpr std::string_view service = ":kinesis:";
  if (!text.starts_with(begin) || text.find_first_of("\n\r") != text.npos) return false;
  const std::size_t at = text.find(service, begin.size());
  if (at == text.npos) return false;
  for (std::size_t i = at + service.size(); i + 14 <= text.size(); ++i) {
    if (text[i] != ':' || text[i + 13] != ':' || !all(text.substr(i + 1, 12), digit)) continue;
    if (found(text.substr(i + 14))) return true;
  }
  return false;
}

/// stream/\S+
bool stream_path(std::string_view text) noexcept {
  constexpr std::string_view begin = "stream/";
  return text.starts_with(begin) && text.size() > begin.size() &&
         std::none_of(text.begin(), text.end(), space);
}

bool stream_arn(std::string_view text) noexcept { return behind_account(text, stream_path); }

/// .*stream/\S+: the last that something follows is the one with the fewest spaces behind it.
bool any_stream_path(std::string_view text) noexcept {
  constexpr std::string_view begin = "stream/";
  const std::size_t at = text.empty() ? text.npos : text.substr(0, text.size() - 1).rfind(begin);
  return at != text.npos && stream_path(text.substr(at));
}

bool resource_arn(std::string_view text) noexcept { return behind_account(text, any_stream_path); }

/// .*stream\/NAME\/consumer\/NAME:[0-9]+, read from its end.
bool consumer_path(std::string_view text) noexcept {
  constexpr std::string_view consumer = "/consumer/";
  constexpr std::string_view stream = "stream/";
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos || colon + 1 == text.size() || !all(text.substr(colon + 1), digit)) {
    return false;
  }
  const std::size_t at = text.substr(0, colon).rfind(consumer);
  if (at == text.npos || !name(text.substr(at + consumer.size(), colon - at - consumer.size()))) {
    return false;
  }
  const std::string_view before = text.substr(0, at);
  const std::size_t slash = before.rfind('/');
  return slash != before.npos && name(before.substr(slash + 1)) &&
         before.substr(0, slash + 1).ends_with(stream);
}

bool consumer_arn(std::string_view text) noexcept { return behind_account(text, consumer_path); }

constexpr std::array<aws::pattern_matcher, 7> matchers{
    number<129>, number<39>, stream_id, name, consumer_arn, resource_arn, stream_arn,
};

}  // namespace

std::span<const aws::pattern_matcher> pattern_matchers() noexcept { return matchers; }

}  // namespace millrace::kinesis
