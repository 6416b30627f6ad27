// Topics do what the model does, whatever the history: every message comes once to each subscribed
// queue, or to its dead-letter queue, in FIFO queues in order; ids count for
// five minutes; with one lane and with several.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <millrace/millrace.hpp>

#include "topic_model.hpp"

namespace {

using namespace millrace;
using test::topic_model;

constexpr const char* topic_names[] = {"a", "b", "c.fifo", "d.fifo"};
constexpr const char* queue_names[] = {"q0", "q1", "q2", "f0.fifo", "f1.fifo"};
/// Where what they do not take may go: to each another one, for FIFO queues look at ids.
std::string dead_letters_of(const std::string& queue) { return "dead-" + queue; }

class topic_history {
 public:
  explicit topic_history(const std::vector<std::uint64_t>& steps) {
    options o;
    o.lanes = static_cast<std::uint32_t>(1 + steps.size() % 3);
    o.clock = clock_mode::virtual_time;
    e_ = engine::open(o).value();
    c_ = e_.connect().value();
    model_.now_ms = e_.now_ms();
    for (const char* name : topic_names) make_topic(name);
    for (const char* name : queue_names) {
      make_queue(name);
      make_queue(dead_letters_of(name));
    }
    for (const std::uint64_t number : steps) {
      left_ = number;
      step();
      if (!difference.empty()) return;
    }
    for (const auto& [name, texts] : model_.queues) take(name);
    for (const auto& [name, t] : model_.topics) compare(name, t);
  }

  std::string difference;
  std::uint64_t published = 0;
  std::uint64_t taken = 0;

 private:
  std::uint64_t pick(std::uint64_t n) {
    const std::uint64_t out = left_ % n;
    left_ /= n;
    return out;
  }
  template <class A, class B>
  void expect(const std::string& what, const A& mine, const B& theirs) {
    if (mine == theirs || !difference.empty()) return;
    difference = what + " differs after" + told_;
  }
  topic_client topics() { return topic_client(c_); }
  const char* any_topic() { return topic_names[pick(std::size(topic_names))]; }
  const char* any_queue() { return queue_names[pick(std::size(queue_names))]; }

  void step() {
    const std::uint64_t what = pick(16);
    if (what < 7) return publish();
    if (what < 9) return subscribe();
    if (what == 9) return unsubscribe();
    if (what == 10) return change();
    if (what == 11) return take(any_queue());
    if (what == 12 && pick(3) == 0) return toggle_queue(any_queue());
    if (what == 13 && pick(6) == 0) return toggle_topic(any_topic());
    static constexpr std::int64_t jumps[] = {1, 1'000, 299'999, 300'000, 3'000'000};
    const std::int64_t by = jumps[pick(5)];
    told_ += " +" + std::to_string(by);
    e_.advance(by).value();
    model_.now_ms += by;
  }

  void make_topic(const std::string& name) {
    topic_settings wanted;
    wanted.fifo = topic_model::is_fifo(name);
    if (name == "d.fifo") wanted.scope = topic_deduplication_scope::message_group;
    topics().create_topic(name, wanted, given_topic_fifo | given_topic_scope).value();
    model_.topics[name].in_group = name == "d.fifo";
  }
  void make_queue(const std::string& name) {
    queue_attributes wanted;
    wanted.fifo_queue = topic_model::is_fifo(name);
    wanted.message_retention_period = 1'209'600;
    c_.create_queue(name, wanted, given_fifo_queue | given_message_retention_period).value();
    model_.queues[name];
  }

  void publish() {
    const std::string name = any_topic();
    std::vector<topic_model::message> messages(pick(3) + 1);
    std::vector<publish_entry> entries(messages.size());
    std::vector<publish_result> results(messages.size());
    std::vector<std::string> notes(messages.size());
    for (std::size_t i = 0; i < messages.size(); ++i) {
      topic_model::message& m = messages[i];
      m.text = std::to_string(++published);
      notes[i] = "note " + m.text;
      entries[i].message = as_bytes(m.text);
      entries[i].notification = as_bytes(notes[i]);
      if (!topic_model::is_fifo(name)) continue;
      m.group = "g" + std::to_string(pick(2));
      m.id = "id" + std::to_string(pick(12));
      entries[i].message_group_id = m.group;
      entries[i].message_deduplication_id = m.id;
    }
    told_ += " publish " + name;
    const errc e = topics().publish(name, entries, results).error();
    const bool there = model_.topics.contains(name);
    expect("publish", e, there ? errc::ok : errc::topic_does_not_exist);
    if (!there) return;
    for (std::size_t i = 0; i < messages.size(); ++i) {
      expect("status", results[i].status, errc::ok);
      model_.publish(name, messages[i]);
    }
  }

  topic_model::subscription any_settings(const std::string& queue) {
    topic_model::subscription s;
    s.raw = pick(2) == 0;
    if (pick(2) == 0) s.dead_letters = dead_letters_of(queue);
    return s;
  }
  static subscription_settings settings_of(const std::string& queue,
                                           const topic_model::subscription& s) {
    subscription_settings out;
    out.endpoint = queue;
    out.raw = s.raw;
    out.dead_letter_queue = s.dead_letters;
    return out;
  }

  void subscribe() {
    const std::string name = any_topic();
    const std::string queue = any_queue();
    const topic_model::subscription s = any_settings(queue);
    told_ += " subscribe " + queue + " to " + name;
    const result<subscription_id> made = topics().subscribe(name, settings_of(queue, s));
    const auto t = model_.topics.find(name);
    if (t == model_.topics.end()) {
      return expect("subscribe", made.error(), errc::topic_does_not_exist);
    }
    auto& all = t->second.subscriptions;
    const auto known = all.find(queue);
    if (known != all.end()) {
      return expect("again", made.error(),
                    known->second == s ? errc::ok : errc::subscription_exists);
    }
    const bool fits = topic_model::is_fifo(name) || !topic_model::is_fifo(queue);
    expect("subscribe", made.error(), fits ? errc::ok : errc::invalid_subscription);
    if (!fits) return;
    all[queue] = s;
    ids_[{name, queue}] = made.value();
  }
  void unsubscribe() {
    const std::string name = any_topic();
    const std::string queue = any_queue();
    const auto t = model_.topics.find(name);
    if (t == model_.topics.end() || t->second.subscriptions.erase(queue) == 0) return;
    told_ += " unsubscribe " + queue + " from " + name;
    expect("unsubscribe", topics().unsubscribe(name, ids_.at({name, queue})).error(), errc::ok);
  }
  void change() {
    const std::string name = any_topic();
    const std::string queue = any_queue();
    const auto t = model_.topics.find(name);
    if (t == model_.topics.end() || !t->second.subscriptions.contains(queue)) return;
    told_ += " change " + queue + " of " + name;
    topic_model::subscription& s = t->second.subscriptions.at(queue) = any_settings(queue);
    const errc e = topics()
                       .set_subscription(name, ids_.at({name, queue}), settings_of(queue, s),
                                         given_raw | given_dead_letter_queue)
                       .error();
    expect("change", e, errc::ok);
  }

  void toggle_queue(const std::string& name) {
    told_ += " toggle " + name;
    if (!model_.queues.contains(name)) return make_queue(name);
    expect("delete", c_.delete_queue(name).error(), errc::ok);
    model_.queues.erase(name);
    model_.seen.erase(name);
  }
  void toggle_topic(const std::string& name) {
    told_ += " toggle " + name;
    if (!model_.topics.contains(name)) return make_topic(name);
    expect("delete", topics().delete_topic(name).error(), errc::ok);
    model_.topics.erase(name);
  }

  /// All that is in a queue, and takes it out: of FIFO queues in order.
  void take(const std::string& name) {
    const auto theirs = model_.queues.find(name);
    if (theirs == model_.queues.end()) return;
    std::vector<topic_model::queued> mine;
    for (bool more = true; more;) {
      const received got = c_.receive(name, {.max_messages = 10, .wait_time_seconds = 0}).value();
      more = !got.empty();
      for (const message_view& m : got) {
        mine.push_back({std::string(m.message_group_id), std::string(as_text(m.body))});
        c_.delete_message(name, m.receipt).value();
      }
    }
    taken += mine.size();
    told_ += " take " + name;
    std::vector<topic_model::queued> wanted = std::exchange(theirs->second, {});
    const bool fifo = topic_model::is_fifo(name);
    const auto in_group = [&](const topic_model::queued& a, const topic_model::queued& b) {
      return fifo ? a.group < b.group : a < b;  // within a group as they came
    };
    std::stable_sort(mine.begin(), mine.end(), in_group);
    std::stable_sort(wanted.begin(), wanted.end(), in_group);
    expect("messages", mine, wanted);
  }

  void compare(const std::string& name, const topic_model::topic& t) {
    const topic_description is = topics().describe_topic(name).value();
    expect("published", is.published, t.published);
    expect("delivered", is.delivered, t.delivered);
    expect("failed", is.failed, t.failed);
    expect("subscriptions", is.subscriptions, t.subscriptions.size());
  }

  engine e_;
  client c_;
  topic_model model_;
  std::map<std::pair<std::string, std::string>, subscription_id> ids_;
  std::string told_;
  std::uint64_t left_ = 0;
};

TEST(topics, do_what_the_model_does) {
  const char* wanted = std::getenv("MILLRACE_SEQUENCES");
  const std::size_t sequences = wanted == nullptr ? 2'000 : std::strtoull(wanted, nullptr, 10);
  const char* given = std::getenv("RC_PARAMS");
  const std::string before = given == nullptr ? "" : given;
  const std::string params = "max_success=" + std::to_string(sequences) + " max_size=120 " + before;
  setenv("RC_PARAMS", params.c_str(), 1);
  std::uint64_t published = 0;
  std::uint64_t taken = 0;
  EXPECT_TRUE(rc::check("topics are topic_model", [&] {
    topic_history run(*rc::gen::container<std::vector<std::uint64_t>>(
        rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 62)));
    if (!run.difference.empty()) RC_FAIL(run.difference);
    published += run.published;
    taken += run.taken;
  }));
  EXPECT_GT(published, sequences * 4) << "too few to mean anything";
  EXPECT_GT(taken, sequences * 2) << "too few to mean anything";
}

}  // namespace
