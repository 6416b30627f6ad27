#include "script.hpp"

#include "process/cpu_time.hpp"

namespace millrace::crash {

namespace {

constexpr std::uint32_t drain_visibility_s = 30;

bool is_there(const queue_entry& queue) {
  return queue.there == existence::present && !queue.asked;
}

}  // namespace

std::optional<std::size_t> mixed_script::queue_that(bool (*fits)(const queue_entry&)) {
  const std::size_t from = below(queues_.size());
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    const std::size_t queue = (from + i) % queues_.size();
    if (fits(queues_[queue])) return queue;
  }
  return std::nullopt;
}

std::optional<request> mixed_script::next() {
  const std::uint64_t rare = below(1000);
  if (rare < 8) return churn();
  if (rare < 10) return purge();
  // Few messages: mostly sends; many: mostly receives and deletes.
  const std::uint64_t present = book_.present();
  const std::uint64_t sends = present < wanted_.present / 2   ? 60
                              : present < wanted_.present     ? 40
                              : present < 2 * wanted_.present ? 25
                                                              : 5;
  const std::uint64_t share = below(100);
  if (share < sends) return send();
  if (share < sends + (100 - sends) / 2) return receive();
  auto removal = use_receipts();
  return removal ? std::move(removal) : receive();
}

std::optional<request> mixed_script::send() {
  const auto queue = queue_that(
      [](const queue_entry& q) { return is_there(q) && !q.rules.receives_dead_letters; });
  if (!queue) return std::nullopt;
  request made{.what = action::send, .queue = *queue};
  const bool fifo = queues_[*queue].rules.fifo;
  if (fifo && below(4) == 0) {
    if (const auto id = book_.resendable(*queue, dice_(), perf::monotonic_ns())) {
      made.messages = {*id};
      made.again = true;
      return made;
    }
  }
  if (below(3) == 0) {
    made.what = action::send_batch;
    made.count = below(4) == 0 ? 1 + below(10) : 10;
  }
  if (wanted_.delays && !fifo && below(30) == 0) made.delay_s = 1;
  return made;
}

std::optional<request> mixed_script::receive() {
  const auto queue = queue_that(is_there);
  if (!queue) return std::nullopt;
  request made{.what = action::receive, .queue = *queue};
  made.count = below(2) == 0 ? 10 : 1 + below(10);
  // Seen again at once now and then, and mostly so where that leads to the dead letters.
  const bool redrives = queues_[*queue].rules.receives_max != 0;
  made.visibility_s = below(10) < (redrives ? 7 : 1) ? 0 : 1;
  if (below(50) == 0) made.wait_s = 1;
  return made;
}

std::optional<request> mixed_script::use_receipts() {
  const bool batch = below(2) == 0;
  const bool changes = below(10) == 0;
  // A FIFO queue takes the receipt only of a receive that holds the message still.
  const std::size_t most = batch && !changes ? 10 : 1;
  auto receipts = below(3) == 0 ? notes_.take_latest(most) : notes_.take_receipts(most, dice_);
  if (receipts.empty()) return std::nullopt;
  // A queue with dead letters should have some: most receipts for it are thrown away.
  if (queues_[receipts[0].queue].rules.receives_max != 0 && below(10) < 7) return std::nullopt;
  request made{.what = action::remove, .queue = receipts[0].queue};
  if (batch) made.what = action::remove_batch;
  if (changes) {
    made.what = action::change_visibility;
    made.visibility_s = static_cast<std::uint32_t>(below(2));
  }
  made.receipts = std::move(receipts);
  return made;
}

std::optional<request> mixed_script::churn() {
  const auto queue = queue_that([](const queue_entry& q) {
    return q.rules.churns && !q.asked && q.there != existence::maybe;
  });
  if (!queue) return send();
  request made{.what = action::delete_queue, .queue = *queue};
  if (queues_[*queue].there == existence::absent) {
    made.what = action::create_queue;
    made.visibility_s = 1 + static_cast<std::uint32_t>(below(40'000));
  }
  return made;
}

std::optional<request> mixed_script::purge() {
  const auto queue = queue_that([](const queue_entry& q) { return q.rules.purges && is_there(q); });
  if (!queue || book_.clearing(*queue)) return send();
  return request{.what = action::purge, .queue = *queue};
}

std::optional<request> drain_script::next() {
  if (auto receipts = notes_.take_receipts(10, dice_); !receipts.empty()) {
    request made{.what = action::remove_batch, .queue = receipts[0].queue};
    made.receipts = std::move(receipts);
    return made;
  }
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    const std::size_t queue = turn_++ % queues_.size();
    if (!is_there(queues_[queue]) || dry_[queue]) continue;
    return request{
        .what = action::receive, .queue = queue, .count = 10, .visibility_s = drain_visibility_s};
  }
  return std::nullopt;
}

void drain_script::received(std::size_t queue, std::size_t messages) {
  dry_[queue] = messages == 0;
  // What a queue with dead letters lets go of comes out of another one.
  const auto target = queues_[queue].rules.dead_letters;
  if (messages == 0 && target) dry_[*target] = false;
}

bool drain_script::is_dry() const {
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    if (is_there(queues_[i]) && !dry_[i]) return false;
  }
  return notes_.receipts().empty();
}

std::optional<request> fill_script::next() {
  return request{.what = action::send_batch, .queue = turn_++ % queues_.size(), .count = 10};
}

}  // namespace millrace::crash
