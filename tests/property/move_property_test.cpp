// Message moves do what the model does, whatever the history; a recovery from the journal, or from
// what was kept of it behind a part that was carried forward, brings them to their end with each
// message there once.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <set>

#include "move_model.hpp"
#include "projection.hpp"
#include "walks.hpp"

namespace {

using namespace millrace;
using test::durable;
using test::got;
using test::move_model;
using test::project;
using test::queue_bench;

std::string name_in(const std::string& begin, const std::string& end, bool same_slot,
                    const std::string& as) {
  for (int i = 0;; ++i) {
    std::string name = begin + std::to_string(i) + end;
    if ((queue::slot_of(name) == queue::slot_of(as)) == same_slot) return name;
  }
}

class move_history {
 public:
  move_history(bool fifo, const std::vector<std::uint64_t>& steps)
      : fifo_(fifo), end_(fifo ? ".fifo" : "") {
    queue_attributes plain;
    plain.fifo_queue = fifo;
    queue_attributes redrives = plain;
    if (!fifo) redrives.redrive = {dead_, 1};
    for (const std::string& name : {dead_, near_, far_}) bench_.create(name, plain);
    for (const std::string& name : {near_source_, far_source_}) {
      bench_.create(name, redrives);
      if (!fifo) model_.redrives[name] = true;
    }
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
  std::uint64_t moved = 0;

  /// In the next life all tasks end, and everything that was there is there once.
  std::string recovery_difference() {
    queue_bench fresh({.record = true});
    const bool runs = model_.runs();
    test::recover(bench_, carried.needed_from(), fresh);
    if (!runs && durable(project(bench_.queues)) != durable(project(fresh.queues))) {
      return "a recovery gives another state";
    }
    fresh.route = true;
    for (int i = 0; i < 400 && task_runs(fresh); ++i) fresh.advance(1000);
    if (task_runs(fresh)) return "a task does not go on after a recovery";
    model_.finish();
    const test::projection found = project(fresh.queues);
    std::multiset<std::string> mine;
    std::multiset<std::string> theirs;
    for (const std::string& name : {dead_, near_, far_, near_source_, far_source_}) {
      for (const auto& [sequence, m] : found.queues.at(name).messages) mine.insert(m.body);
      for (const auto& item : model_.queues[name]) theirs.insert(item.body);
    }
    return mine == theirs ? "" : "after a recovery other messages are there";
  }

 private:
  std::uint64_t pick(std::uint64_t n) {
    const std::uint64_t out = left_ % n;
    left_ /= n;
    return out;
  }
  template <class A, class B>
  void expect(const char* what, const A& mine, const B& theirs) {
    if (mine == theirs || !difference.empty()) return;
    difference = std::string(what) + " differs after" + told;
  }
  bool task_runs(queue_bench& of) const {
    std::vector<message_move> all;
    of.queues.list_moves(of.at(dead_), all);
    return !all.empty() && all.front().status == move_status::running;
  }

  void step() {
    jump(bench_.now_ms() + 1);
    const std::uint64_t what = pick(16);
    if (what < 6) return send();
    if (what < 9) return receive();
    if (what < 12) return start();
    if (what == 12) return cancel();
    if (what == 13) return purge();
    static constexpr base::time_ms jumps[] = {3, 100, 999, 1000, 5000};
    const base::time_ms by = jumps[pick(5)];
    told += " +" + std::to_string(by);
    jump(bench_.now_ms() + by);
  }

  void send() {
    const std::uint64_t many = pick(8) + 1;
    // What is sent to a FIFO queue beside what is moved there would stand somewhere in between.
    const std::string& name = fifo_ || pick(3) == 0 ? dead_
                              : pick(2) == 0        ? near_source_
                                                    : far_source_;
    told += " send " + std::to_string(many) + " to " + name;
    for (std::uint64_t i = 0; i < many; ++i) {
      const std::string body = std::to_string(++bodies_);
      if (fifo_) {
        bench_.try_send(bench_.at(name), test::fifo_send{body, group_of(body), body});
      } else {
        bench_.send(bench_.at(name), body);
      }
      model_.queues[name].push_back({body, {}, false});
    }
  }
  static std::string group_of(const std::string& body) {
    return "g" + std::to_string(std::stoull(body) % 3);
  }

  void receive() {
    const std::string* all[] = {&near_source_, &far_source_, &near_source_, &far_source_,
                                &near_,        &far_,        &dead_};
    const std::string& name = *all[pick(7)];
    const std::size_t max = pick(10) + 1;
    const bool deletes = fifo_ || pick(3) == 0;
    told += " receive " + std::to_string(max) + " of " + name + (deletes ? " and delete" : "");
    if (fifo_) adopt();
    const auto mine =
        bench_.receive(bench_.at(name), static_cast<std::int32_t>(max), deletes ? 30 : 0);
    if (fifo_) {
      take_in_groups(name, mine);
    } else {
      const auto theirs = model_.receive(name, max, deletes);
      expect("number of messages", mine.size(), theirs.size());
      for (std::size_t i = 0; i < mine.size() && difference.empty(); ++i) {
        expect("body", mine[i].body, theirs[i].body);
        expect("source", mine[i].dead_letter_source, theirs[i].source);
      }
    }
    for (const got& m : mine) {
      if (deletes) expect("delete", bench_.remove(bench_.at(name), m.receipt), errc::ok);
    }
  }
  /// Each is the first of its group that has not been deleted, wherever it is.
  void take_in_groups(const std::string& name, const std::vector<got>& mine) {
    auto& here = model_.queues[name];
    expect("number of messages", mine.size() != 0, !here.empty());
    for (const got& m : mine) {
      const auto same_group = [&](const move_model::item& i) {
        return group_of(i.body) == group_of(m.body);
      };
      const auto first = std::find_if(here.begin(), here.end(), same_group);
      if (first == here.end()) return expect("queue of a message", 0, 1);
      expect("first of a group", m.body, first->body);
      std::uint64_t& last = last_[name + '/' + group_of(m.body)];
      expect("order of a group", last < std::stoull(m.body), true);
      last = std::stoull(m.body);
      here.erase(first);
    }
  }
  /// Whose group's turn it is in a move is the service's choice: where it has them, but not how
  /// many.
  void adopt() {
    std::map<std::string, std::deque<move_model::item>> found;
    for (const auto& [name, q] : project(bench_.queues).queues) {
      std::map<std::uint64_t, std::string> in_order;
      for (const auto& [sequence, m] : q.messages) in_order[m.order] = m.body;
      for (const auto& [order, body] : in_order) found[name].push_back({body, {}, false});
    }
    for (auto& [name, items] : model_.queues) {
      expect("number of messages", found[name].size(), items.size());
    }
    model_.queues = found;
  }

  void start() {
    static constexpr std::uint32_t rates[] = {0, 0, 1, 3, 7, 500};
    const std::string target = pick(3) == 0 && !fifo_ ? "" : pick(2) == 0 ? near_ : far_;
    const std::uint32_t rate = rates[pick(6)];
    told += " move to '" + target + "' at " + std::to_string(rate);
    const errc e = bench_.queues.start_move(bench_.at(dead_), {target, rate});
    expect("start", e, model_.may_start() ? errc::ok : errc::message_move_running);
    if (e != errc::ok) return;
    message_move as;
    std::vector<message_move> all;
    bench_.queues.list_moves(bench_.at(dead_), all);
    as.id = all.front().id;
    as.target_queue = target;
    as.messages_per_second = rate;
    as.started_at_ms = bench_.now_ms();
    model_.start(as);
  }

  void cancel() {
    if (model_.tasks.empty()) return;
    told += " cancel";
    message_move& t = model_.tasks.back().what;
    const errc e = bench_.queues.cancel_move(bench_.at(dead_), t.id);
    expect("cancel", e, model_.runs() ? errc::ok : errc::message_move_not_running);
    if (e == errc::ok) t.status = move_status::cancelled;
  }

  void purge() {
    if (pick(4) != 0) return;
    told += " purge";
    if (fifo_) adopt();
    expect("purge", bench_.purge(bench_.at(dead_)), errc::ok);
    model_.dead().clear();
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
    for (const std::string& name : {dead_, near_, far_, near_source_, far_source_}) {
      expect("messages", bench_.describe(bench_.at(name)).messages, model_.queues[name].size());
    }
    std::vector<message_move> mine;
    bench_.queues.list_moves(bench_.at(dead_), mine);
    std::vector<message_move> theirs;
    for (auto t = model_.tasks.rbegin(); t != model_.tasks.rend(); ++t) theirs.push_back(t->what);
    expect("tasks", mine, theirs);
    moved = 0;
    for (const message_move& t : mine) moved += t.moved;
  }

  const bool fifo_;
  const std::string end_;
  const std::string dead_ = "dead" + end_;
  const std::string near_ = name_in("near", end_, true, dead_);
  const std::string far_ = name_in("far", end_, false, dead_);
  const std::string near_source_ = name_in("orders", end_, true, dead_);
  const std::string far_source_ = name_in("payments", end_, false, dead_);
  queue_bench bench_{{.limits = {.level_default = durability::disk}, .record = true}};
  move_model model_{dead_};
  std::map<std::string, std::uint64_t> last_;  ///< by queue and group: what came last
  std::uint64_t left_ = 0;
  std::uint64_t bodies_ = 0;
};

void check(bool fifo) {
  const char* wanted = std::getenv("MILLRACE_SEQUENCES");
  // Half of them for each type of queue.
  const std::size_t sequences =
      (wanted == nullptr ? 2'000 : std::strtoull(wanted, nullptr, 10)) / 2;
  const char* given = std::getenv("RC_PARAMS");
  const std::string before = given == nullptr ? "" : given;
  const std::string params = "max_success=" + std::to_string(sequences) + " max_size=120 " + before;
  setenv("RC_PARAMS", params.c_str(), 1);
  std::size_t carries = 0;
  std::uint64_t moved = 0;
  EXPECT_TRUE(rc::check("moves are move_model", [&] {
    move_history run(fifo, *rc::gen::container<std::vector<std::uint64_t>>(
                               rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 48)));
    if (!run.difference.empty()) RC_FAIL(run.difference);
    if (const std::string d = run.recovery_difference(); !d.empty()) RC_FAIL(d + run.told);
    carries += run.carried.rounds();
    moved += run.moved;
  }));
  EXPECT_GT(carries, sequences / 4) << "too few to mean anything";
  EXPECT_GT(moved, sequences) << "too few to mean anything";
}

TEST(message_moves, do_what_the_model_does_and_go_on_after_a_recovery) { check(false); }
TEST(message_moves, of_fifo_queues_do_what_the_model_does) { check(true); }

}  // namespace
