// What a simulated client makes of the answers, and of those that never come.
#include <cstdio>
#include <utility>

#include "base/hash.hpp"
#include "bodies.hpp"
#include "sim_client.hpp"

namespace millrace::sim {
namespace {

constexpr std::size_t receipts_most = 150;  // of a queue, in anybody's hands

/// What a full disk may refuse.
bool grows(operation_kind kind) {
  return kind == operation_kind::send || kind == operation_kind::create_queue ||
         kind == operation_kind::set_queue_attributes || kind == operation_kind::start_message_move;
}

bool is_about_data(operation_kind kind) {
  return kind != operation_kind::list_queues && kind != operation_kind::get_queue &&
         kind != operation_kind::list_message_moves;
}

}  // namespace

void sim_client::answered(const completion& done) {
  call& c = calls_[done.token & 0xff];
  const instant now = scene_.next_instant();
  scene_.note(done.token << 16 ^ static_cast<std::uint64_t>(done.status));
  scene_.note(static_cast<std::uint64_t>(now.ms) << 8 ^ done.messages.size());
  if (c.token != done.token || c.kind != done.kind) {
    return scene_.complain(breach::unanswered, "an answer to nothing");
  }
  if (scene_.tracing) trace(c, now, done);
  check_status(c, now, done.status);
  switch (done.kind) {
    case operation_kind::send: sent(c, now, done); break;
    case operation_kind::receive: got(c, now, done); break;
    case operation_kind::delete_message: removed(c, now, done); break;
    case operation_kind::change_visibility: changed(c, now, done); break;
    case operation_kind::list_queues:
      names.insert(names.end(), done.names.begin(), done.names.end());
      break;
    case operation_kind::start_message_move:
    case operation_kind::cancel_message_move:
    case operation_kind::list_message_moves: of_move(c, now, done); break;
    default: of_queue(c, now, done);
  }
  end(c);
}

void sim_client::trace(const call& c, const instant& now, const completion& done) const {
  const std::string status(to_string(done.status));
  std::fprintf(stderr, "%llu   answer to %llu: %s", static_cast<unsigned long long>(now.moment),
               static_cast<unsigned long long>(c.asked.moment), status.c_str());
  for (const send_result& r : done.sent) std::fprintf(stderr, " %d", static_cast<int>(r.status));
  for (const errc e : done.entries) std::fprintf(stderr, " %d", static_cast<int>(e));
  for (const message_view& m : done.messages) {
    std::fprintf(stderr, ", %u count %u as %02x%02x of %lld", number_of(m.body_digest).value_or(0),
                 m.receive_count, m.id.bytes[0], m.id.bytes[1],
                 static_cast<long long>(m.sent_at_ms));
  }
  for (const message_move& m : done.moves) {
    std::fprintf(stderr, ", move %02x%02x to %s: %llu of %llu, status %d", m.id.bytes[0],
                 m.id.bytes[1], m.target_queue.c_str(), static_cast<unsigned long long>(m.moved),
                 static_cast<unsigned long long>(m.to_move), static_cast<int>(m.status));
  }
  if (done.description != nullptr) {
    const queue_description& d = *done.description;
    std::fprintf(stderr, " %llu ready, %llu in flight, %llu delayed",
                 static_cast<unsigned long long>(d.messages),
                 static_cast<unsigned long long>(d.messages_not_visible),
                 static_cast<unsigned long long>(d.messages_delayed));
  }
  std::fprintf(stderr, "\n");
}

/// Whether a call may be answered so, as things were.
bool sim_client::explained(const call& c, errc status) const {
  switch (status) {
    case errc::ok: return true;
    case errc::over_limit:
      return c.kind == operation_kind::receive && scene_.plan.in_flight_max < 1000;
    case errc::cancelled: return c.kind == operation_kind::receive && c.wait_s > 0;
    case errc::disk_full: return scene_.space_is_short && (grows(c.kind) || scene_.space_is_tiny);
    case errc::journal_failed: return scene_.device_failing();
    case errc::queue_does_not_exist:
      return c.queue == queue_without_name || scene_.tolerant ||
             scene_.queues.may_have_been_absent(c.queue, c.asked.moment);
    case errc::receipt_handle_is_invalid:
      return scene_.plan.queues[c.queue].comes_and_goes || scene_.tolerant;
    case errc::message_not_in_flight:
    case errc::message_does_not_exist: return c.kind == operation_kind::change_visibility;
    case errc::receipt_handle_expired:
      return c.kind == operation_kind::delete_message && scene_.plan.queues[c.queue].fifo;
    case errc::message_move_running:
      return c.kind == operation_kind::start_message_move && scene_.moves.may_run(c.queue);
    case errc::message_move_not_running: return c.kind == operation_kind::cancel_message_move;
    case errc::receive_attempt_over:
      return c.attempt != 0 && scene_.attempts.may_be_over(c.attempt);
    default: return false;
  }
}

void sim_client::check_status(const call& c, const instant& now, errc status) {
  scene_.counts.refused_full += status == errc::disk_full ? 1 : 0;
  if (!explained(c, status)) {
    scene_.complain(breach::refused, "a call of kind " + std::to_string(static_cast<int>(c.kind)) +
                                         " got " + std::string(to_string(status)));
  }
  if (status != errc::ok || c.queue == queue_without_name || !is_about_data(c.kind)) return;
  const bool kept = scene_.plan.queues[c.queue].level != durability::memory;
  if (kept && scene_.device_died != 0 && c.asked.moment > scene_.device_died) {
    scene_.complain(breach::false_ack, "a call of kind " +
                                           std::to_string(static_cast<int>(c.kind)) +
                                           " after the device had died");
  }
  const bool makes = c.kind == operation_kind::create_queue;
  if (!makes && scene_.queues.was_absent(c.queue, c.asked.moment)) {
    scene_.complain(breach::definition,
                    "a call of a queue that was deleted, at " + std::to_string(now.moment));
  }
}

void sim_client::sent(const call& c, const instant& now, const completion& done) {
  const bool disk = scene_.plan.queues[c.queue].level == durability::disk;
  const bool absent = scene_.queues.may_have_been_absent(c.queue, c.asked.moment);
  const bool fifo = scene_.plan.queues[c.queue].fifo;
  for (std::uint32_t i = 0; i < c.count; ++i) {
    const errc status = done.status != errc::ok ? done.status : done.sent[i].status;
    if (status == errc::ok) {
      if (fifo) {
        scene_.fifo.acked(c.first + i, now, done.sent[i]);
      } else {
        scene_.book.acked(c.first + i, now, done.sent[i].id);
      }
      // A duplicate's answer waits for what was decided before, and decides nothing itself.
      const message_account& m = scene_.book.at(c.first + i);
      const bool decided = m.state == standing::acked && !m.unclear;
      if (disk && decided) scene_.durable_since(c.asked);
      scene_.note(base::hash_bytes({reinterpret_cast<const char*>(&done.sent[i].id), 16}));
    } else if (status == errc::journal_failed) {
      scene_.book.unanswered(c.first + i, absent);
    } else {
      scene_.book.refused(c.first + i);
      if (fifo) scene_.fifo.refused(c.first + i);
    }
    if (done.status == errc::ok) check_status(c, now, status);
  }
}

/// Without messages.
void sim_client::end_attempt(const call& c, const instant& now, errc status) {
  if (c.attempt == 0) return;
  if (status == errc::receive_attempt_over) return scene_.attempts.over(c.attempt, now);
  scene_.attempts.refused(c.attempt);
}

delivery_seen sim_client::seen(const call& c, const instant& now) const {
  const bool named = c.queue != queue_without_name;
  const bool fixed = c.visibility_s >= 0;
  return {.queue = c.queue,
          .asked = c.asked,
          .now = now,
          .visibility_least_s = fixed ? c.visibility_s : default_visibility_least_s,
          .visibility_most_s = fixed ? c.visibility_s : default_visibility_most_s,
          .target_is_there =
              !named || !scene_.plan.queues[c.queue].counts() ||
              scene_.queues.has_long_been_there(
                  static_cast<std::size_t>(scene_.plan.queues[c.queue].target), c.asked)};
}

void sim_client::got(call& c, const instant& now, const completion& done) {
  received += done.messages.size();
  scene_.counts.operations += done.messages.size();
  if (done.status == errc::journal_failed) return lost(c, now);
  if (c.queue != queue_without_name) scene_.book.receive_answered(c.queue);
  if (done.status != errc::ok) return end_attempt(c, now, done.status);
  if (done.messages.empty() && c.wait_s > 0 &&
      now.ms < c.asked.ms + base::time_ms{c.wait_s} * 1000 && !scene_.tolerant) {
    scene_.complain(breach::early, "a wait ended early");
  }
  const bool named = c.queue != queue_without_name;
  delivery_seen how = seen(c, now);
  std::vector<std::optional<ledger::found>> known;
  std::vector<attempt_book::item> given;
  for (const message_view& m : done.messages) {
    known.push_back(scene_.book.identify(how, m));
    given.push_back({known.back().value_or(ledger::found{}), m.receive_count, m.receipt});
  }
  if (c.attempt != 0) how.repeated = scene_.attempts.answered(c.attempt, how, std::move(given));
  std::vector<held>& into = named ? scene_.receipts[c.queue] : unnamed_;
  for (std::size_t i = 0; i < done.messages.size(); ++i) {
    const message_view& m = done.messages[i];
    const auto& what = known[i];
    if (!what) continue;
    if (scene_.book.is_present(*what)) {
      scene_.fifo.delivered(*what, how, m);
      scene_.book.delivered(*what, how, m);
    }
    scene_.note(what->number << 8 ^ m.receive_count);
    const held got_now{*what, m.receive_count, m.receipt, scene_.book.life()};
    if (named && into.size() >= receipts_most) {
      into[scene_.random.below(into.size())] = got_now;
    } else {
      into.push_back(got_now);
    }
    const bool disk = named && scene_.plan.queues[c.queue].level == durability::disk;
    if (disk && scene_.plan.queues[c.queue].keeps_receives()) scene_.durable_since(c.asked);
  }
}

void sim_client::removed(const call& c, const instant& now, const completion& done) {
  for (std::size_t i = 0; i < c.receipts.size(); ++i) {
    const errc status = done.status != errc::ok ? done.status : done.entries[i];
    if (status == errc::ok) scene_.book.delete_acked(c.receipts[i].message, now);
    if (status == errc::receipt_handle_expired) {
      scene_.book.delete_refused(c.receipts[i].message);
    }
    if (done.status == errc::ok) check_status(c, now, status);
  }
}

void sim_client::changed(const call& c, const instant& now, const completion& done) {
  for (std::size_t i = 0; i < c.receipts.size(); ++i) {
    const errc status = done.status != errc::ok ? done.status : done.entries[i];
    const held& h = c.receipts[i];
    if (status == errc::ok) {
      const bool of_this_life = h.life == scene_.book.life();
      scene_.book.change_acked(h.message, c.asked, now, c.visibility_s, of_this_life ? h.count : 0);
    } else {
      scene_.book.change_ended(h.message, status != errc::journal_failed, now, c.visibility_s);
    }
    if (done.status == errc::ok) check_status(c, now, status);
  }
}

void sim_client::of_queue(const call& c, const instant& now, const completion& done) {
  if (done.status == errc::journal_failed) return lost(c, now);
  const bool fine = done.status == errc::ok;
  bool decides = fine && c.kind != operation_kind::get_queue;
  queue_book& book = scene_.queues;
  switch (c.kind) {
    case operation_kind::create_queue:
      if (fine) {
        decides = book.created(c.queue, now);
      } else {
        book.unchanged(c.queue, now.moment);
      }
      break;
    case operation_kind::delete_queue: {
      auto& cuts = scene_.book.cuts(c.queue);
      fine ? cuts.ended(c.cut, now.moment, true) : cuts.refused(c.cut);
      const bool gone = fine || done.status == errc::queue_does_not_exist;
      gone ? book.ended(c.queue, now.moment) : book.unchanged(c.queue, now.moment);
      break;
    }
    case operation_kind::purge_queue: {
      auto& cuts = scene_.book.cuts(c.queue);
      fine ? cuts.ended(c.cut, now.moment, true) : cuts.refused(c.cut);
      break;
    }
    case operation_kind::set_queue_attributes:
      fine ? book.version_acked(c.queue, c.version) : book.unchanged(c.queue, now.moment);
      break;
    case operation_kind::get_queue: {
      if (!fine) break;
      const queue_description& d = *done.description;
      described = d.messages + d.messages_not_visible + d.messages_delayed;
      const std::string wrong = book.check(c.queue, c.asked.moment, c.version, d);
      if (!wrong.empty()) {
        scene_.complain(breach::definition, scene_.plan.queues[c.queue].name + ' ' + wrong);
      }
      break;
    }
    default: break;
  }
  if (decides) scene_.durable_since(c.asked);
}

/// No answer, for good.
void sim_client::lost(const call& c, const instant& now) {
  switch (c.kind) {
    case operation_kind::send: {
      const bool absent = scene_.queues.may_have_been_absent(c.queue, c.asked.moment);
      for (std::uint32_t i = 0; i < c.count; ++i) scene_.book.unanswered(c.first + i, absent);
      return;
    }
    case operation_kind::receive: {
      const std::int32_t most = c.visibility_s >= 0 ? c.visibility_s : default_visibility_most_s;
      if (c.queue == queue_without_name) return;
      if (c.attempt != 0) scene_.attempts.lost(c.attempt, now, most);
      scene_.book.receive_answered(c.queue);
      scene_.book.receive_lost(c.queue, base::time_ms{most} * 1000);
      return;
    }
    case operation_kind::change_visibility:
      for (const held& h : c.receipts) {
        scene_.book.change_ended(h.message, false, now, c.visibility_s);
      }
      return;
    case operation_kind::create_queue:
    case operation_kind::delete_queue:
    case operation_kind::set_queue_attributes: return scene_.queues.unknown(c.queue);
    default: return;
  }
}

}  // namespace millrace::sim
