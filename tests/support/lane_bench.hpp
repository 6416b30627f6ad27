// lane_bench: an engine core with virtual time and a journal of the test's, or one on its simulated
// disk, polled by the test. One thread.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/client_core.hpp"
#include "api/engine_core.hpp"

namespace millrace::test {

/// Durable as far as the test says, or broken; may look at entries as they are appended.
class hand_journal final : public journal::journal {
 public:
  using position = millrace::journal::position;

  position append(std::span<const millrace::journal::entry> entries) noexcept override {
    ++appends;
    for (const auto& e : entries) {
      if (on_entry) on_entry(e);
    }
    appended += entries.size();
    if (automatic) done = done_os = appended;
    return appended;
  }
  [[nodiscard]] position reached(durability level) const noexcept override {
    switch (level) {
      case durability::memory: return appended;
      case durability::os: return std::max(done, done_os);
      default: return done;
    }
  }
  position append_carried(std::span<const millrace::journal::entry> entries) noexcept override {
    carried_entries += entries.size();
    return append(entries);
  }
  [[nodiscard]] std::uint32_t carry_wanted() const noexcept override { return carry; }
  void carried(std::uint32_t epoch) noexcept override { carried_until = epoch; }
  [[nodiscard]] bool failed() const noexcept override { return broken; }
  [[nodiscard]] millrace::journal::admission admits() noexcept override { return admitted; }

  bool automatic = true;  ///< durable at once
  bool broken = false;
  position appended = 0;
  position done = 0;     ///< at level disk
  position done_os = 0;  ///< at level os
  millrace::journal::admission admitted = millrace::journal::admission::open;
  std::size_t appends = 0;
  std::uint32_t carry = 0;  ///< what lies before that epoch
  std::uint32_t carried_until = 0;
  std::size_t carried_entries = 0;
  std::function<void(const millrace::journal::entry&)> on_entry;
};

/// What a completion said, copied out.
struct answer {
  operation_kind kind = operation_kind::none;
  errc status = errc::ok;
  std::vector<send_result> sent;
  std::vector<receipt_handle> receipts;
  std::vector<std::string> bodies;
  std::vector<errc> entries;
  std::uint64_t messages = 0;  ///< of get_queue
};

class lane_bench {
 public:
  explicit lane_bench(options wanted = {})
      : core(open(std::move(wanted), log)),
        client(std::make_unique<detail::client_core>(*core, *core->claim_place({}))) {}
  lane_bench(options wanted, detail::engine_seams seams)
      : core(open(std::move(wanted), std::move(seams))),
        client(std::make_unique<detail::client_core>(*core, *core->claim_place({}))) {}

  /// Submits; the answer will be in answers[token].
  std::uint64_t submit(operation_kind kind, const std::string& queue,
                       const std::function<void(lane::operation&)>& fill = {}) {
    const std::uint64_t token = ++last_token_;
    lane::operation* op = client->begin(kind, token);
    MR_ASSERT(op != nullptr);
    op->more = std::make_unique<lane::control>();
    MR_ASSERT(detail::client_core::address(*op, queue_name_or_handle(std::string_view(queue))) ==
              errc::ok);
    if (fill) fill(*op);
    MR_ASSERT(client->submit(*op) == errc::ok);
    return token;
  }
  std::uint64_t create(const std::string& queue, const queue_attributes& attributes = {}) {
    return submit(operation_kind::create_queue, queue, [&](lane::operation& op) {
      op.more->wanted = {queue, attributes};
      op.more->given = given_all;
    });
  }
  std::uint64_t send(const std::string& queue, const std::string& body) {
    return submit(operation_kind::send, queue, [&](lane::operation& op) {
      send_entry e;
      e.body = as_bytes(body);
      MR_ASSERT(client->fill_send(op, std::span(&e, 1)) == errc::ok);
    });
  }
  std::uint64_t receive(const std::string& queue, receive_options how = {}) {
    return submit(operation_kind::receive, queue, [&](lane::operation& op) { op.receive = how; });
  }
  std::uint64_t remove(const std::string& queue, const receipt_handle& receipt) {
    return submit(operation_kind::delete_message, queue, [&](lane::operation& op) {
      MR_ASSERT(detail::client_core::fill_receipts(op, std::span(&receipt, 1)) == errc::ok);
    });
  }

  /// Some turns of the lanes, then all completions.
  void run(int turns = 4) {
    for (int i = 0; i < turns; ++i) {
      for (std::uint32_t lane = 0; lane < core->lanes(); ++lane) core->lane_at(lane).poll(256);
    }
    client->poll(&lane_bench::note, this, SIZE_MAX);
  }
  [[nodiscard]] bool answered(std::uint64_t token) const { return answers.contains(token); }
  answer& expect(std::uint64_t token) {
    run();
    MR_ASSERT(answered(token));
    return answers[token];
  }
  void advance(std::int64_t by_ms) { core->virtual_time()->advance(by_ms * base::ns_per_ms); }

  hand_journal log;
  std::unique_ptr<detail::engine_core> core;
  std::unique_ptr<detail::client_core> client;
  std::map<std::uint64_t, answer> answers;

 private:
  static std::unique_ptr<detail::engine_core> open(options wanted, journal::journal& log) {
    return open(std::move(wanted), detail::engine_seams{.log = &log, .directory = nullptr});
  }
  static std::unique_ptr<detail::engine_core> open(options wanted, detail::engine_seams seams) {
    wanted.clock = clock_mode::virtual_time;
    wanted.seed = 1;
    return detail::engine_core::open(wanted, std::move(seams)).value();
  }
  static void note(void* context, const completion& c) {
    answer& a = static_cast<lane_bench*>(context)->answers[c.token];
    a.kind = c.kind;
    a.status = c.status;
    a.sent.assign(c.sent.begin(), c.sent.end());
    for (const message_view& m : c.messages) {
      a.receipts.push_back(m.receipt);
      a.bodies.emplace_back(as_text(m.body));
    }
    a.entries.assign(c.entries.begin(), c.entries.end());
    if (c.description != nullptr) a.messages = c.description->messages;
  }

  std::uint64_t last_token_ = 0;
};

}  // namespace millrace::test
