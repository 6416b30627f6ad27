// A message may be received before its send is answered, so both sides look for the other's bit.

#include "run/delivery_check.hpp"

#include <algorithm>

namespace millrace::perf {

bool delivery_check::bitmap::set(std::uint64_t at) {
  const std::size_t word = at / 64;
  if (word >= words_.size()) words_.resize(word + word / 2 + 1024);
  const std::uint64_t bit = 1ull << (at % 64);
  const bool is_new = (words_[word] & bit) == 0;
  words_[word] |= bit;
  return is_new;
}

bool delivery_check::bitmap::get(std::uint64_t at) const noexcept {
  const std::size_t word = at / 64;
  return word < words_.size() && (words_[word] >> (at % 64) & 1) != 0;
}

delivery_check::delivery_check(std::size_t topics, std::size_t subscriptions, bool ordered)
    : subscriptions_(subscriptions),
      ordered_(ordered),
      seen_(subscriptions),
      last_seen_(topics * subscriptions) {}

void delivery_check::accepted(std::uint64_t sequence) {
  if (!accepted_.set(sequence)) return;
  ++verdict_.accepted;
  for (const bitmap& each : seen_) delivered_early_ -= each.get(sequence) ? 1 : 0;
}

void delivery_check::received(std::size_t topic, std::size_t subscription, std::uint64_t sequence,
                              std::uint32_t key) {
  if (!seen_[subscription].set(sequence)) {
    ++verdict_.duplicated;
    return;
  }
  ++verdict_.delivered;
  delivered_early_ += accepted_.get(sequence) ? 0 : 1;
  if (!ordered_) return;
  auto& last = last_seen_[topic * subscriptions_ + subscription];
  if (key >= last.size()) last.resize(key + std::size_t{1});
  verdict_.out_of_order += sequence + 1 < last[key] ? 1 : 0;
  last[key] = std::max(last[key], sequence + 1);
}

std::uint64_t delivery_check::outstanding() const noexcept {
  return verdict_.accepted * seen_.size() - (verdict_.delivered - delivered_early_);
}

delivery_verdict delivery_check::verdict() const {
  delivery_verdict now = verdict_;
  now.lost = outstanding();
  return now;
}

}  // namespace millrace::perf
