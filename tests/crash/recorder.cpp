#include "recorder.hpp"

#include <algorithm>

namespace millrace::crash {

namespace {

constexpr std::size_t receipts_max = 4000;
constexpr std::uint64_t ns_per_s = 1'000'000'000;

bool is_removal(action what) noexcept {
  return what == action::remove || what == action::remove_batch;
}
bool is_send(action what) noexcept { return what == action::send || what == action::send_batch; }

}  // namespace

level recorder::level_of(std::size_t queue) const noexcept {
  return queues_[queue].rules.tag.value_or(default_level_);
}

void recorder::asked(request& what, std::uint64_t now) {
  what.asked = now;
  queue_entry& queue = queues_[what.queue];
  const bool stored = level_of(what.queue) != level::memory && book_.holds(what.queue);
  if (what.again) {
    book_.send_asked_again(what.messages[0]);  // what is there already needs no entry
  } else if (is_send(what.what)) {
    what.must_store = stored;
    if (!texts_.fits_batch(book_.next())) what.what = action::send;
    do {
      what.messages.push_back(book_.send_asked(what.queue, now));
    } while (what.what == action::send_batch && what.messages.size() < what.count &&
             texts_.fits_batch(book_.next()));
  }
  if (is_removal(what.what)) {
    what.must_store = stored && queue.rules.receives_max == 0;
    for (const receipt& each : what.receipts) {
      what.must_store &= book_.delete_asked(each.message, each.queue);
    }
  }
  switch (what.what) {
    case action::receive:
      book_.receive_asked(what.queue);
      what.must_store = stored && (queue.rules.receives_max != 0 || queue.rules.fifo);
      break;
    case action::change_visibility: book_.visibility_asked(what.receipts[0].message); break;
    case action::create_queue:
      what.must_store = stored && queue.there == existence::absent;
      queue.asked = true;
      break;
    case action::delete_queue:
      what.must_store = stored && queue.there == existence::present;
      queue.asked = true;
      [[fallthrough]];
    case action::purge: book_.clear_asked(what.queue, now); break;
    default: break;
  }
}

std::size_t recorder::answered(const request& what, int status, std::string_view body,
                               std::uint64_t now) {
  const outcome result = outcome_of(status, body);
  ++done_.requests;
  if (result == outcome::done) {
    done_.operations += std::max<std::uint64_t>(1, what.messages.size() + what.receipts.size());
  }
  done_.refused += result == outcome::refused;
  done_.failed += result == outcome::failed;
  const bool grows = is_send(what.what) || what.what == action::create_queue;
  const bool known = result == outcome::done ||
                     (result == outcome::refused && tolerated_.refusals && grows) ||
                     (result == outcome::failed && tolerated_.failures) ||
                     (result == outcome::no_queue && may_be_missing(what)) ||
                     (result == outcome::bad_receipt && !what.receipts.empty()) ||
                     (result == outcome::late && queue_is_fifo(what)) ||
                     (result == outcome::not_in_flight && what.what == action::change_visibility);
  if (!known) complain(what, "answered " + std::to_string(status), body);
  if (result == outcome::failed) count_hit(what);
  return settle(what, result, body, now);
}

bool recorder::queue_is_fifo(const request& what) const noexcept {
  return queues_[what.queue].rules.fifo && !what.receipts.empty();
}

bool recorder::may_be_missing(const request& what) const noexcept {
  return queues_[what.queue].rules.churns || !book_.holds(what.queue);
}

std::size_t recorder::settle(const request& what, outcome result, std::string_view body,
                             std::uint64_t now) {
  switch (what.what) {
    case action::send:
    case action::send_batch: settle_sends(what, result, body, now); break;
    case action::receive: return settle_receive(what, result, body, now);
    case action::remove:
    case action::remove_batch: settle_removes(what, result, body, now); break;
    case action::change_visibility: settle_visibility(what, result, now); break;
    case action::purge:
    case action::create_queue:
    case action::delete_queue: settle_queue(what, result, now); break;
  }
  return 0;
}

void recorder::settle_visibility(const request& what, outcome result, std::uint64_t now) {
  book_.visibility_answered(what.receipts[0].message, now);
  if (result == outcome::bad_receipt && !may_be_missing(what)) {
    book_.report(book_.counts().receipts_refused, "a receipt is refused to change visibility");
  }
}

void recorder::settle_sends(const request& what, outcome result, std::string_view body,
                            std::uint64_t now) {
  std::vector<outcome> entries(what.messages.size(), result);
  if (what.what == action::send_batch && result == outcome::done) {
    entries = read_entries(body, what.messages.size());
  }
  std::uint64_t acked = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    switch (entries[i]) {
      case outcome::done:
        book_.send_acked(what.messages[i], now);
        ++acked;
        break;
      case outcome::refused:
      case outcome::no_queue: book_.send_refused(what.messages[i]); break;
      case outcome::failed: break;
      default: complain(what, "an entry is not answered", body);
    }
  }
  check_alive(what, acked);
}

std::size_t recorder::settle_receive(const request& what, outcome result, std::string_view body,
                                     std::uint64_t now) {
  if (result == outcome::failed) return 0;  // received or not: as if it had no answer
  book_.receive_answered(what.queue);
  if (result != outcome::done) return 0;
  auto messages = read_messages(body, texts_);
  if (!messages) {
    complain(what, "answered no messages", body);
    return 0;
  }
  for (received_message& each : *messages) {
    book_.delivered({.id = each.id,
                     .queue = what.queue,
                     .intact = each.intact,
                     .receive_count = each.receive_count,
                     .visibility_ns = what.visibility_s * ns_per_s,
                     .asked = what.asked,
                     .answered = now,
                     .name = each.name,
                     .sequence = each.sequence});
    if (receipts_.size() == receipts_max) receipts_.erase(receipts_.begin());
    receipts_.push_back({each.id, what.queue, std::move(each.receipt), life_});
  }
  if (messages->size() > what.count) complain(what, "brought more than asked for", {});
  check_alive(what, messages->size());
  return messages->size();
}

void recorder::settle_removes(const request& what, outcome result, std::string_view body,
                              std::uint64_t now) {
  std::vector<outcome> entries(what.receipts.size(), result);
  if (what.what == action::remove_batch && result == outcome::done) {
    entries = read_entries(body, what.receipts.size());
  }
  std::uint64_t acked = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    settle_remove(what.receipts[i], entries[i], now);
    acked += entries[i] == outcome::done;
    if (entries[i] == outcome::other) complain(what, "an entry is not answered", body);
  }
  check_alive(what, acked);
}

void recorder::settle_remove(const receipt& used, outcome result, std::uint64_t now) {
  switch (result) {
    case outcome::done:
      book_.counts().old_deletes += used.life != life_;
      return book_.delete_acked(used.message, used.queue, now);
    case outcome::failed: return;
    case outcome::late: return book_.delete_late(used.message, now);
    case outcome::bad_receipt:
      if (!queues_[used.queue].rules.churns && book_.holds(used.queue)) {
        book_.report(book_.counts().receipts_refused,
                     "a receipt of " + queues_[used.queue].rules.name + " from life " +
                         std::to_string(used.life) + " is refused in life " +
                         std::to_string(life_));
      }
      [[fallthrough]];
    default: return book_.delete_refused(used.message, now);
  }
}

void recorder::settle_queue(const request& what, outcome result, std::uint64_t now) {
  queue_entry& queue = queues_[what.queue];
  const bool done = result == outcome::done;
  if (what.what == action::purge || what.what == action::delete_queue) {
    if (done) book_.clear_acked(what.queue, now);
    if (!done && result != outcome::failed) book_.clear_refused(what.queue, now);
  }
  if (what.what == action::purge) {
    book_.counts().purges += done;
    return;
  }
  queue.asked = false;
  if (result == outcome::failed) queue.there = existence::maybe;
  if (!done) return;
  const bool made = what.what == action::create_queue;
  queue.there = made ? existence::present : existence::absent;
  if (made) queue.visibility_s = what.visibility_s;
  (made ? book_.counts().queues_created : book_.counts().queues_deleted) += 1;
  check_alive(what, 1);
}

void recorder::check_alive(const request& what, std::uint64_t acked) {
  if (acked == 0 || !what.must_store ||
      what.asked <= std::atomic_ref(*death_).load(std::memory_order_acquire)) {
    return;
  }
  book_.report(book_.counts().acks_after_death,
               std::string("acked after the journal's device was dead: ") + to_string(what.what) +
                   " of " + queues_[what.queue].rules.name);
}

void recorder::complain(const request& what, std::string_view about, std::string_view body) {
  book_.report(book_.counts().errors,
               std::string(to_string(what.what)) + " of " + queues_[what.queue].rules.name + ": " +
                   std::string(about) + " " + std::string(body.substr(0, 300)));
}

void recorder::struck(std::uint64_t now, bool device) noexcept {
  struck_.store(now, std::memory_order_release);
  if (device) std::atomic_ref(own_death_).store(now, std::memory_order_release);
}

void recorder::count_hit(const request& what) noexcept {
  done_.hit += what.changes() && what.asked <= struck_.load(std::memory_order_acquire);
}

void recorder::unanswered(const request& what) noexcept { count_hit(what); }

void recorder::crashed(std::uint64_t now) {
  ++life_;
  own_death_ = ~0ull;
  death_ = &own_death_;
  book_.crashed(now);
  for (queue_entry& each : queues_) {
    if (each.asked) each.there = existence::maybe;
    each.asked = false;
  }
}

std::vector<receipt> recorder::take_latest(std::size_t most) {
  return receipts_.empty() ? std::vector<receipt>() : take_receipts(most, receipts_.size() - 1);
}

std::vector<receipt> recorder::take_receipts(std::size_t most, std::mt19937_64& dice) {
  return receipts_.empty() ? std::vector<receipt>()
                           : take_receipts(most, dice() % receipts_.size());
}

std::vector<receipt> recorder::take_receipts(std::size_t most, std::size_t at) {
  std::vector<receipt> taken;
  const std::size_t queue = receipts_[at].queue;
  for (std::size_t looked = 0; looked < 4 * most && taken.size() < most; ++looked) {
    if (at >= receipts_.size()) break;
    if (receipts_[at].queue != queue) {
      ++at;
      continue;
    }
    taken.push_back(std::move(receipts_[at]));
    receipts_[at] = std::move(receipts_.back());
    receipts_.pop_back();
  }
  return taken;
}

}  // namespace millrace::crash
