// FIFO queues do what the model does, whatever the history; a replay of what they journaled, and a
// recovery from a log whose beginning was carried forward, give the same state.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <sstream>

#include "fifo_model.hpp"
#include "projection.hpp"
#include "walks.hpp"

namespace {

using namespace millrace;
using test::durable;
using test::fifo_model;
using test::fifo_model_message;
using test::got;
using test::place;
using test::project;
using test::queue_bench;

std::string fifo_name_in_slot_of(const std::string& other, bool same) {
  for (int i = 0;; ++i) {
    std::string name = "dead-" + std::to_string(i) + ".fifo";
    if ((queue::slot_of(name) == queue::slot_of(other)) == same) return name;
  }
}

class fifo_history {
 public:
  explicit fifo_history(const std::vector<std::uint64_t>& steps) {
    create(near_, 0, "");
    create(far_, 0, "");
    create("a.fifo", 2, near_);
    create("b.fifo", 0, "");
    create("c.fifo", 1, far_);
    for (const std::uint64_t number : steps) {
      left_ = number;
      step();
      settle();
      carried.step(bench_, number);
      if (!difference.empty()) return;
    }
  }

  std::string difference;
  std::string told;
  test::carrying carried;

  std::string replay_difference() {
    queue_bench fresh({.record = true});
    replay(bench_, fresh);
    return project(bench_.queues) == project(fresh.queues) ? "" : "a replay gives another state";
  }
  std::string recovery_difference() {
    queue_bench fresh({.record = true});
    recover(bench_, carried.needed_from(), fresh);
    if (!fresh.journal().empty()) return "a recovery decided something";
    if (durable(project(bench_.queues)) != durable(project(fresh.queues))) {
      return "a recovery gives another state";
    }
    return "";
  }

 private:
  std::uint64_t pick(std::uint64_t n) {
    const std::uint64_t out = left_ % n;
    left_ /= n;
    return out;
  }
  void create(const std::string& name, std::uint32_t receives, const std::string& target) {
    queue_attributes a;
    a.fifo_queue = true;
    if (name == "b.fifo") a.scope = deduplication_scope::message_group;
    if (receives != 0) a.redrive = {target, receives};
    bench_.create(name, a);
    model_.queues[name] = a;
    names_.push_back(name);
  }
  template <class A, class B>
  void expect(const char* what, const A& mine, const B& theirs) {
    if (mine == theirs || !difference.empty()) return;
    difference = std::string(what) + " differs after" + told;
  }

  void step() {
    const std::uint64_t what = pick(32);
    jump(bench_.now_ms() + 1);
    if (what >= 28) {
      static constexpr base::time_ms jumps[] = {999, 1000, 5000, 60'000, 299'000, 345'600'000};
      const base::time_ms by = jumps[pick(6)];
      told += " +" + std::to_string(by);
      return jump(bench_.now_ms() + by);
    }
    const std::string& name = names_[pick(names_.size())];
    queue::queue_state& q = bench_.at(name);
    told += ' ' + name;
    if (what < 11) return send(name, q);
    if (what < 18) return receive(name, q);
    if (what < 24) return use_receipt(true);
    if (what < 27) return use_receipt(false);
    if (pick(2) == 0) {
      told += ":purge";
      expect("purge", bench_.purge(q), errc::ok);
      return model_.purge(name);
    }
    queue_attributes a = model_.queues.at(name);
    a.delay_seconds = static_cast<std::int32_t>(pick(2)) * 3;
    told += ":delay " + std::to_string(a.delay_seconds);
    expect("set", bench_.set(q, a, given_delay_seconds), errc::ok);
    model_.set_delay(name, a.delay_seconds);
  }

  void send(const std::string& name, queue::queue_state& q) {
    const std::uint64_t many = pick(4) == 0 ? pick(10) + 1 : 1;
    for (std::uint64_t i = 0; i < many; ++i) {
      const std::string group = "g" + std::to_string(pick(4));
      const std::string id = pick(3) == 0 ? "i" + std::to_string(pick(8)) : std::to_string(bodies_);
      const std::string body = "body " + std::to_string(++bodies_);
      told += ":send " + group + ' ' + id;
      queue::sent_as as;
      expect("status of send", bench_.try_send(q, test::fifo_send{body, group, id}, &as), errc::ok);
      const queue::sent_as theirs = model_.send(name, {group, id, body}, as);
      expect("id of a send", as.id, theirs.id);
      expect("order of a send", as.order, theirs.order);
    }
  }

  void receive(const std::string& name, queue::queue_state& q) {
    static constexpr std::int32_t maxima[] = {1, 2, 3, 10};
    static constexpr std::int32_t timeouts[] = {0, 1, 2, 30, 600};
    const std::int32_t max = maxima[pick(4)];
    const std::int32_t timeout = timeouts[pick(5)];
    told += ":receive " + std::to_string(max) + " for " + std::to_string(timeout);
    const std::vector<got> mine = bench_.receive(q, max, timeout);
    const std::vector<fifo_model_message> theirs = model_.receive(name, max, timeout);
    expect("number of messages", mine.size(), theirs.size());
    for (std::size_t i = 0; i < mine.size() && difference.empty(); ++i) {
      expect("id", mine[i].id, theirs[i].id);
      expect("body", mine[i].body, theirs[i].body);
      expect("count", mine[i].receive_count, theirs[i].receive_count);
      expect("source", mine[i].dead_letter_source, theirs[i].source);
      expect("time", mine[i].sent_at_ms, theirs[i].sent_at_ms);
      receipts_.push_back({mine[i].receipt, theirs[i]});
    }
  }

  void use_receipt(bool deletes) {
    if (receipts_.empty()) return;
    const std::uint64_t back = pick(2) == 0 ? pick(3) : pick(receipts_.size());
    const auto& [handle, m] =
        receipts_[receipts_.size() - 1 - std::min<std::uint64_t>(back, receipts_.size() - 1)];
    queue::queue_state& q = bench_.at(m.queue);
    told += (deletes ? ":delete " : ":change ") + m.body + " of " + m.queue;
    if (deletes) {
      return expect("delete", bench_.remove(q, handle),
                    model_.remove(m.key, m.queue, m.receive_count));
    }
    static constexpr std::int32_t timeouts[] = {0, 1, 10, 3600};
    const std::int32_t timeout = timeouts[pick(4)];
    told += " to " + std::to_string(timeout);
    expect("change", bench_.change(q, handle, timeout),
           model_.change(m.key, m.queue, m.receive_count, timeout));
  }

  void jump(base::time_ms to_ms) {
    test::pass_time(bench_, to_ms, [&] {
      settle();
      return difference.empty();
    });
    settle();
  }

  void settle() {
    bench_.work();
    model_.work(bench_.now_ms());
    for (const std::string& name : names_) {
      const queue_description d = bench_.describe(bench_.at(name));
      expect("messages", d.messages, model_.count(name, place::ready));
      expect("in flight", d.messages_not_visible, model_.count(name, place::in_flight));
      expect("delayed", d.messages_delayed, model_.count(name, place::delayed));
    }
  }

  const std::string near_ = fifo_name_in_slot_of("a.fifo", true);
  const std::string far_ = fifo_name_in_slot_of("c.fifo", false);
  queue_bench bench_{{.record = true}};
  fifo_model model_;
  std::vector<std::string> names_;
  std::vector<std::pair<receipt_handle, fifo_model_message>> receipts_;
  std::uint64_t left_ = 0;
  std::uint64_t bodies_ = 0;
};

TEST(fifo_queues, do_what_the_model_does_and_their_journal_replays) {
  const char* wanted = std::getenv("MILLRACE_SEQUENCES");
  const std::size_t sequences = wanted == nullptr ? 6'000 : std::strtoull(wanted, nullptr, 10);
  const std::string params = "max_success=" + std::to_string(sequences) + " max_size=250 " +
                             (std::getenv("RC_PARAMS") != nullptr ? std::getenv("RC_PARAMS") : "");
  setenv("RC_PARAMS", params.c_str(), 1);
  std::size_t carries = 0;
  EXPECT_TRUE(rc::check("queue::service is fifo_model", [&] {
    fifo_history run(*rc::gen::container<std::vector<std::uint64_t>>(
        rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 48)));
    if (!run.difference.empty()) RC_FAIL(run.difference);
    if (const std::string d = run.replay_difference(); !d.empty()) RC_FAIL(d + run.told);
    if (const std::string d = run.recovery_difference(); !d.empty()) RC_FAIL(d + run.told);
    carries += run.carried.rounds();
  }));
  EXPECT_GT(carries, sequences / 4) << "too few to mean anything";
}

}  // namespace
