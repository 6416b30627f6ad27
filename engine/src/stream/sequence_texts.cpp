// Texts of sequence numbers, the next one made from the last.
#include <millrace/sequence_texts.hpp>

#include <cstring>

#include "base/assert.hpp"
#include "stream/decimal_add.hpp"

namespace millrace {
inline namespace v1 {
namespace {

/// One in the index, which begins at bit 80.
constexpr auto next_index = stream::decimal_words_of<4>(stream::wide{1} << 80);

bool follows(const sequence_number& n, const sequence_number& last) noexcept {
  return n.index == last.index + 1 && n.index != 0 && n.shard == last.shard &&
         n.arrived_s == last.arrived_s && n.created_s == last.created_s;
}

}  // namespace

void sequence_texts::renew(last_text& last, const sequence_number& number) noexcept {
  const std::string all = to_text(number);
  MR_ASSERT(all.size() == digits);
  std::memcpy(last.text.data(), all.data(), digits);
  last.known = true;
}

std::string_view sequence_texts::text(const sequence_number& number) noexcept {
  last_text& last = last_[number.shard % shards_known];
  if (last.known && follows(number, last.number)) {
    static_cast<void>(stream::decimal_add(std::span(last.text), next_index));
  } else {
    renew(last, number);
  }
  last.number = number;
  return {last.text.data(), digits};
}

void sequence_texts::write(const sequence_number& number, char* to) noexcept {
  last_text& last = last_[number.shard % shards_known];
  if (last.known && follows(number, last.number)) {
    static_cast<void>(stream::decimal_add(std::span(last.text), next_index, to));
  } else {
    renew(last, number);
    std::memcpy(to, last.text.data(), digits);
  }
  last.number = number;
}

}  // namespace v1
}  // namespace millrace
