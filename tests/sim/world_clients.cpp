// What simulated clients do, and what they tell the checker of the answers.
#include "base/hash.hpp"
#include "world.hpp"

namespace millrace::sim {

void world::submit(sim_client& c, call what, const fill& complete) {
  const std::uint64_t token = ++last_token_;
  lane::operation* op = c.core->begin(what.kind, token);
  if (op == nullptr) return;  // the window is full
  errc e = detail::client_core::address(*op, queue_name_or_handle(what.queue));
  if (e == errc::ok) e = complete(*op);
  if (e != errc::ok) {
    complain("a call was refused before it was made");
    return c.core->abandon(*op);
  }
  what.submitted_at = step_;
  for (const std::string& body : what.bodies) {
    if (what.kind == operation_kind::send) checker_.attempted(what.queue, body);
  }
  ++checker_.so_far.operations;
  c.calls.emplace(token, std::move(what));
  if (c.core->submit(*op) != errc::ok) complain("an inbox was full within the window");
}

void world::send(sim_client& c, const std::string& queue) {
  call what{operation_kind::send, queue, 0, {}};
  for (std::uint64_t n = random_.below(3) == 0 ? random_.below(10) + 1 : 1; n > 0; --n) {
    what.bodies.push_back("message " + std::to_string(++last_body_));
    if (random_.below(20) == 0) what.bodies.back().resize(20'000, '.');
  }
  const std::int32_t delay =
      random_.below(4) == 0 ? static_cast<std::int32_t>(random_.below(5)) : -1;
  const std::vector<std::string> bodies = what.bodies;
  submit(c, std::move(what), [&](lane::operation& op) {
    std::vector<send_entry> entries;
    for (const std::string& body : bodies) {
      entries.push_back({.body = as_bytes(body), .delay_seconds = delay});
    }
    return c.core->fill_send(op, entries);
  });
}

void world::receive(sim_client& c, const std::string& queue) {
  constexpr std::int32_t timeouts[] = {0, 1, 5, 5, 30, 30};
  constexpr std::int32_t waits[] = {0, 0, 1, 20};
  receive_options how;
  how.max_messages = static_cast<std::int32_t>(random_.below(10)) + 1;
  how.visibility_timeout = timeouts[random_.below(std::size(timeouts))];
  how.wait_time_seconds = waits[random_.below(std::size(waits))];
  submit(c, {operation_kind::receive, queue, 0, {}}, [&](lane::operation& op) {
    op.receive = how;
    return errc::ok;
  });
}

/// Deletes some of the held messages of one queue, or changes their visibility.
void world::use_receipts(sim_client& c, bool deletes) {
  if (c.receipts.empty()) return;
  const std::string queue = c.receipts[random_.below(c.receipts.size())].queue;
  call what{
      deletes ? operation_kind::delete_message : operation_kind::change_visibility, queue, 0, {}};
  std::vector<visibility_entry> changes;
  std::vector<receipt_handle> receipts;
  for (std::size_t i = 0; i < c.receipts.size() && receipts.size() < 10;) {
    const held& h = c.receipts[i];
    if (h.queue != queue || random_.below(4) == 0) {
      ++i;
      continue;
    }
    what.bodies.push_back(h.body);
    receipts.push_back(h.receipt);
    changes.push_back({h.receipt, static_cast<std::int32_t>(random_.below(3)) * 10});
    if (deletes) {
      c.receipts.erase(c.receipts.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
  if (receipts.empty()) return;
  submit(c, std::move(what), [&](lane::operation& op) {
    return deletes ? detail::client_core::fill_receipts(op, receipts)
                   : detail::client_core::fill_receipts(op, changes);
  });
}

void world::cancel(sim_client& c) {
  for (const auto& [token, what] : c.calls) {
    if (what.kind != operation_kind::receive) continue;
    ++checker_.so_far.operations;
    const errc e = c.core->cancel(token);
    if (e != errc::ok && e != errc::would_block) complain("a call without its operation");
    return;
  }
}

void world::simple(sim_client& c, operation_kind kind, const std::string& queue) {
  submit(c, {kind, queue, 0, {}}, [](lane::operation& op) {
    op.more = std::make_unique<lane::control>();
    return errc::ok;
  });
}

/// Closes the client, whatever is under way, and connects another.
void world::reopen(sim_client& c) {
  c.core.reset();
  for (const auto& [token, what] : c.calls) {
    if (what.kind == operation_kind::purge_queue) checker_.purge_under_way(what.queue);
  }
  c.calls.clear();
  c.receipts.clear();
  c.core = std::make_unique<detail::client_core>(*core_, *core_->claim_place({}));
}

void world::completed(sim_client& c, const completion& done) {
  ++step_;
  checker_.note(done.token << 16 ^ static_cast<std::uint64_t>(done.status));
  const auto at = c.calls.find(done.token);
  if (at == c.calls.end()) return complain("an answer to nothing");
  const call what = std::move(at->second);
  c.calls.erase(at);
  if (done.kind != what.kind) complain("an answer of another kind");
  const bool fine = done.status == errc::ok || done.status == errc::cancelled ||
                    done.status == errc::over_limit ||
                    (done.status == errc::journal_failed && journal_.broken);
  if (!fine) complain("status " + std::string(to_string(done.status)));
  for (std::size_t i = 0; i < done.sent.size(); ++i) {
    if (done.sent[i].status != errc::ok) complain("a send was refused");
    checker_.note(base::hash_bytes({reinterpret_cast<const char*>(&done.sent[i].id), 16}));
    checker_.acked(what.bodies[i]);
  }
  for (const message_view& m : done.messages) {
    const std::string body(as_text(m.body));
    checker_.delivered(what.queue, body, what.submitted_at);
    c.receipts.push_back({what.queue, body, m.receipt});
  }
  if (what.kind == operation_kind::purge_queue) checker_.purge_under_way(what.queue);
  if (what.kind != operation_kind::delete_message) return;
  for (std::size_t i = 0; i < done.entries.size(); ++i) {
    if (done.entries[i] != errc::ok) complain("a delete was refused");
    checker_.delete_acked(what.queue, what.bodies[i], step_);
  }
}

}  // namespace millrace::sim
