// The way of what topics deliver: to queues of this lane at once, to those of other lanes as
// notices; and what other lanes' topics deliver here. In the order in which it was published; a
// queue that has no room holds back what comes for it later.
#include <algorithm>
#include <charconv>
#include <cstring>
#include <unordered_set>

#include "base/mutant.hpp"
#include "lane/lane.hpp"
#include "queue/fifo_envelope.hpp"

namespace millrace::lane {
namespace {

constexpr base::time_ms pause_ms = 1'000;  // until a queue without room is tried again

const topic::published_head& head_of(const topic::delivery& d) noexcept {
  return *reinterpret_cast<const topic::published_head*>(d.of->body.bytes().data());
}

/// The envelope behind the head, for raw deliveries.
bytes_view raw_of(const topic::delivery& d) noexcept {
  return d.of->body.bytes().subspan(sizeof(topic::published_head), head_of(d).raw_bytes);
}

bool is_raw(const topic::delivery& d) noexcept {
  return d.to->raw || (head_of(d).notification_bytes | head_of(d).notification_lost) == 0;
}

void put_hex(const subscription_id& id, std::byte* to) noexcept {
  message_id shown;
  shown.bytes = id.bytes;
  char text[subscription_id_length];
  shown.to_text(text);
  std::memcpy(to, text, sizeof text);
}

void put_sequence(std::uint64_t sequence, std::byte* to) noexcept {
  char digits[20];
  std::to_chars(digits, digits + sizeof digits, topic_sequence_base + sequence);
  std::memcpy(to, digits, sizeof digits);
}

}  // namespace

bool lane::is_mine(const topic::delivery& d) const noexcept {
  return parts_.router->lane_of_slot(d.of->slot()) == parts_.number;
}

/// As far as the journal has room. Notices last: they leave when all is durable that was decided
/// before, and what a publish has delivered here need not be waited for again when they are
/// answered.
void lane::route_deliveries() noexcept {
  while (topic::delivery* d = topics_.next_delivery()) {
    if (!may_execute()) break;
    topics_.pop_delivery();
    d->settled_below = topics_.settled_below(*d);
    if (parts_.router->lane_of_slot(d->address().slot) == parts_.number) {
      arrive(*d);
    } else {
      to_other_lanes_.push_back({d, notice::kind::arrive});
    }
  }
  fresh_notices_.insert(fresh_notices_.end(), to_other_lanes_.begin(), to_other_lanes_.end());
  to_other_lanes_.clear();
}

std::size_t lane::take_notices() noexcept {
  std::size_t done = 0;
  notice n;
  while (!queues_.log().nearly_full() && parts_.router->take(parts_.number, n)) {
    if (n.is == notice::kind::arrive) {
      arrive(*n.what);
    } else {
      topics_.answered(*n.what, n.how);
    }
    ++done;
  }
  return done;
}

void lane::send_notices() noexcept {
  while (!notices_.empty() && may_leave(notices_.front().wait_for)) {
    if (!parts_.router->send(parts_.number, notices_.front().what)) return;
    notices_.pop_front();
  }
}

void lane::arrive(topic::delivery& d) noexcept {
  const std::uint64_t queue = d.address().hash;
  const bool behind =
      !waiting_for_.empty() && waiting_for_.contains(queue) && !MR_MUTANT(delivery_overtakes);
  if (!behind) {
    if (const std::optional<topic::outcome> how = deliver(d)) return tell(d, *how);
  }
  if (refused_for_now_.empty()) deliver_again_ms_ = queues_.time() + pause_ms;
  refused_for_now_.push_back(&d);
  ++waiting_for_[queue];
  tell(d, topic::outcome::deferred);
}

/// Those of one queue in their order: behind one that it does not take the others wait.
void lane::retry_deliveries() noexcept {
  if (queues_.time() < deliver_again_ms_) return;
  std::unordered_set<std::uint64_t> full;
  for (std::size_t left = refused_for_now_.size(); left != 0; --left) {
    topic::delivery& d = *refused_for_now_.front();
    refused_for_now_.pop_front();
    const std::uint64_t queue = d.address().hash;
    std::optional<topic::outcome> how;
    if (!full.contains(queue) && !queues_.log().nearly_full()) how = deliver(d);
    if (!how) {
      full.insert(queue);
      refused_for_now_.push_back(&d);
      continue;
    }
    const auto waiting = waiting_for_.find(queue);
    if (--waiting->second == 0) waiting_for_.erase(waiting);
    tell(d, *how);
  }
  deliver_again_ms_ = queues_.time() + pause_ms;
}

/// The topic's lane, this one or another.
void lane::tell(topic::delivery& d, topic::outcome how) noexcept {
  if (how == topic::outcome::taken) ++counts_.messages_delivered;
  if (!is_mine(d)) {
    fresh_notices_.push_back({&d, notice::kind::answer, how});
    return;
  }
  if (how == topic::outcome::taken && d.awaited && d.of->owner != nullptr) {
    durability& level = static_cast<detail::topic_part*>(d.of->owner)->level;
    level = std::max(level, delivered_level_);
  }
  topics_.answered(d, how);
}

/// Nothing: not now.
std::optional<topic::outcome> lane::deliver(const topic::delivery& d) noexcept {
  const topic::queue_address& to = d.address();
  const queue::delivered_from from{d.of->kept() ? d.number : 0, d.settled_below, d.of->slot()};
  delivered_level_ = durability::disk;
  if (queues_.has_taken(to.slot, from)) return topic::outcome::taken;
  queue::queue_state* q = queues_.find(to.name, to.hash);
  if (q == nullptr) return topic::outcome::missing;
  delivered_level_ = q->attributes.level;
  const bool disk_full =
      admission_ == journal::admission::reserved || admission_ == journal::admission::full;
  if (delivered_level_ != durability::memory && disk_full) return std::nullopt;
  return deliver_to(*q, d, from);
}

std::optional<topic::outcome> lane::deliver_to(queue::queue_state& q, const topic::delivery& d,
                                               const queue::delivered_from& from) noexcept {
  const topic::published_head& head = head_of(d);
  queue::send_args args;
  if (is_raw(d)) {
    if (head.attributes > message_attributes_max) return topic::outcome::refused;
    args.body = {d.of->body.home,
                 d.of->body.offset + static_cast<std::uint32_t>(sizeof(topic::published_head)),
                 head.raw_bytes};
    args.bytes = head.raw_counted;
    sync::retain(args.body.home);
  } else {
    if (head.notification_lost != 0) return topic::outcome::refused;
    args.body = notification_of(d);
    if (!args.body) return std::nullopt;
    args.bytes = head.notification_bytes;
  }
  queue::fifo_part fifo = queue::fifo_part_of(raw_of(d));
  // The topic's own id, were it of the content: it counts whatever the queue is told about that.
  fifo.deduplication_from = queue::fifo_part::id_from::sender;
  if (q.fifo) {
    args.fifo = &fifo;
  } else {
    args.grouped = fifo.has_group;
  }
  const errc e = queues_.deliver(q, args, from);
  if (e == errc::ok) return topic::outcome::taken;
  sync::release(args.body.home);
  if (e == errc::memory_full) return std::nullopt;
  return topic::outcome::refused;
}

/// An envelope of its own, with the subscription's id and the sequence number in their places.
sync::body_ref lane::notification_of(const topic::delivery& d) noexcept {
  const topic::published_head& head = head_of(d);
  const bytes_view raw = raw_of(d);
  queue::envelope envelope;
  std::memcpy(&envelope, raw.data(), sizeof envelope);
  const std::size_t fifo_bytes = queue::fifo_bytes_of(envelope);
  const bytes_view system =
      raw.subspan(sizeof envelope + fifo_bytes + envelope.attributes_bytes, envelope.system_bytes);
  envelope.attributes_bytes = 0;
  envelope.body_bytes = head.notification_bytes;
  envelope.has_digest = 0;
  const std::size_t before = sizeof envelope + fifo_bytes + system.size();
  std::byte* const to = writer_.reserve(before + head.notification_bytes);
  if (to == nullptr) return {};
  std::memcpy(to, &envelope, sizeof envelope);
  if (fifo_bytes != 0) std::memcpy(to + sizeof envelope, &raw[sizeof envelope], fifo_bytes);
  if (!system.empty()) {
    std::memcpy(to + sizeof envelope + fifo_bytes, system.data(), system.size());
  }
  std::byte* const text = to + before;
  std::memcpy(text, &d.of->body.bytes()[head.notification_at], head.notification_bytes);
  if (head.subscription_at != publish_entry::no_place)
    put_hex(d.to->id, text + head.subscription_at);
  if (head.sequence_at != publish_entry::no_place) {
    put_sequence(d.of->sequence, text + head.sequence_at);
  }
  return writer_.commit(before + head.notification_bytes);
}

}  // namespace millrace::lane
