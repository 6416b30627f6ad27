#include "topic_history.hpp"

#include <algorithm>
#include <array>

#include "sim_engine.hpp"

namespace millrace::sim {
namespace {

struct topic_plan {
  const char* name;
  durability level;
};
constexpr std::array topics{topic_plan{"news", durability::disk},
                            topic_plan{"quick", durability::memory},
                            topic_plan{"order.fifo", durability::disk}};
/// "ghost" does not exist: what is for it goes to "dead".
constexpr std::array queues{"q0", "q1", "q2", "q3", "ghost", "f0.fifo", "f1.fifo", "dead"};
constexpr std::size_t ghost = 4;
constexpr std::size_t dead = 7;
constexpr std::uint64_t lives_most = 6;
constexpr std::uint64_t groups = 3;

bool is_fifo(std::string_view name) { return name.ends_with(".fifo"); }

/// Places where messages to a queue end.
std::size_t home_of(std::size_t queue) { return queue == ghost ? dead : queue; }

}  // namespace

topic_history::topic_history(std::uint64_t seed)
    : random_(seed),
      plan_(random_),
      disk_(random_.next()),
      clock_ns_(1'700'000'000 * base::ns_per_s) {}

std::string topic_history::run(topic_tally& counts) {
  counts_ = &counts;
  ++counts.histories;
  for (std::uint64_t life = random_.below(lives_most) + 2; life > 0 && complaint_.empty(); --life) {
    live();
  }
  disk_.forget_faults();
  if (complaint_.empty() && open()) {
    if (settle()) check();
    end(true);
  }
  return complaint_;
}

void topic_history::complain(std::string what) {
  if (complaint_.empty()) complaint_ = std::move(what);
}

void topic_history::live() {
  disk_.interrupt_nth(0, crash_kind::kill);
  if (one_in(2)) {
    disk_.interrupt_nth(random_.below(std::uint64_t{1} << random_.below(9)) + 1,
                        one_in(2) ? crash_kind::kill : crash_kind::power);
  }
  if (!open()) return;
  if (ready_) {
    repeat();
    if (settle()) check();
  }
  for (std::uint64_t left = random_.below(400); left > 0 && !disk_.interrupted(); --left) step();
  end(one_in(4) && !disk_.interrupted());
}

bool topic_history::open() {
  for (int i = 0; i < 20 && complaint_.empty(); ++i) {
    std::string why;
    auto opened = open_engine(disk_, plan_,
                              {.lanes = static_cast<std::uint32_t>(random_.below(4)) + 1,
                               .seed = random_.next(),
                               .start_ns = clock_ns_},
                              why);
    if (opened) {
      core_ = std::move(opened).value();
      if (core_->data()->recovered().damaged) complain("a crash is called damage");
      client_ = std::make_unique<detail::client_core>(*core_, *core_->claim_place({}));
      made_ = 0;
      return true;
    }
    if (!disk_.interrupted()) complain("does not open: " + why);
    disk_.crash(crash_kind::kill);
    ++counts_->crashes;
  }
  return false;
}

/// What is under way is neither acknowledged nor forgotten.
void topic_history::end(bool in_order) {
  if (in_order) {
    static_cast<void>(settle());
  } else {
    disk_.crash(one_in(2) ? crash_kind::kill : crash_kind::power);
    ++counts_->crashes;
  }
  for (const auto& [token, numbers] : publishing_) {
    for (const std::uint64_t n : numbers) {
      if (is_fifo(topics[messages_.at(n).topic].name)) unanswered_.push_back(n);
    }
  }
  publishing_.clear();
  for (const auto& [token, what] : changing_) {
    link& l = links_[{what.topic, what.queue}];
    l.is = link::state::unknown;
    ++l.version;
  }
  changing_.clear();
  for (int i = 0; !in_order && i < 8 && !core_->data()->log().statistics().failed; ++i) {
    for (std::uint32_t lane = 0; lane < core_->lanes(); ++lane) core_->lane_at(lane).poll(256);
    core_->data()->log().work();
    core_->virtual_time()->advance(300 * base::ns_per_ms);
  }
  clock_ns_ = core_->clock().now();
  client_.reset();
  core_.reset();
  if (disk_.interrupted()) {
    disk_.crash(crash_kind::power);
    ++counts_->crashes;
  }
}

/// "<number>:<group>:" and something to fill it.
std::string topic_history::data_of(std::uint64_t number) const {
  std::string data = std::to_string(number) + ":";
  data.resize(data.size() + base::mix64(number) % (number % 50 == 0 ? 9'000 : 300), 'x');
  return data;
}

/// Again in each life until all was acknowledged in one.
void topic_history::set_up() {
  const std::size_t from = made_ + changing_.size();
  if (from == 0 && next_token_ != 0 && client_->outstanding() != 0) return;
  for (const char* queue : queues) {
    if (std::string_view(queue) == queues[ghost]) continue;
    lane::operation* op = client_->begin(operation_kind::create_queue, 0);
    if (op == nullptr) return;
    op->more = std::make_unique<lane::control>();
    static_cast<void>(detail::client_core::address(*op, std::string_view(queue)));
    op->more->wanted.name = queue;
    op->more->wanted.attributes.level = durability::disk;
    op->more->wanted.attributes.fifo_queue = is_fifo(queue);
    op->more->given = given_durability | given_fifo_queue;
    if (client_->submit(*op) != errc::ok) client_->abandon(*op);
  }
  for (const topic_plan& t : topics) {
    lane::operation* op = client_->begin_topic(operation_kind::create_topic, 0);
    if (op == nullptr) return;
    static_cast<void>(detail::client_core::address_topic(*op, std::string_view(t.name)));
    op->topic->settings.level = t.level;
    op->topic->settings.fifo = is_fifo(t.name);
    op->topic->given = given_topic_level | given_topic_fifo;
    if (client_->submit(*op) != errc::ok) client_->abandon(*op);
  }
}

void topic_history::step() {
  ++counts_->operations;
  const std::uint64_t what = random_.below(16);
  if (!ready_) {
    if (client_->outstanding() == 0) set_up();
  } else if (what < 7) {
    publish();
  } else if (what < 9) {
    change_link();
  } else if (what == 9) {
    core_->virtual_time()->advance(static_cast<std::int64_t>(random_.below(500)) * base::ns_per_ms);
  }
  turns(random_.below(4));
}

void topic_history::publish() {
  const std::size_t topic = random_.below(topics.size());
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t i = random_.below(one_in(4) ? 10 : 2) + 1; i > 0; --i) {
    const std::uint64_t n = next_number_++;
    message& m = messages_[n];
    m.topic = topic;
    m.group = random_.below(groups);
    numbers.push_back(n);
  }
  submit_publish(topic, numbers);
}

void topic_history::submit_publish(std::size_t topic, const std::vector<std::uint64_t>& numbers) {
  std::vector<std::string> data;
  std::vector<std::string> ids;
  std::vector<std::string> names;
  std::vector<publish_entry> entries(numbers.size());
  for (const std::uint64_t n : numbers) {
    data.push_back(data_of(n));
    ids.push_back("id" + std::to_string(n));
    names.push_back("g" + std::to_string(messages_.at(n).group));
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    entries[i].message = as_bytes(data[i]);
    if (numbers[i] % 3 == 0) entries[i].notification = as_bytes(data[i]);
    if (!is_fifo(topics[topic].name)) continue;
    entries[i].message_group_id = names[i];
    entries[i].message_deduplication_id = ids[i];
  }
  lane::operation* op = client_->begin_topic(operation_kind::publish, ++next_token_);
  errc e = op == nullptr ? errc::would_block : errc::ok;
  if (e == errc::ok) {
    static_cast<void>(
        detail::client_core::address_topic(*op, std::string_view(topics[topic].name)));
    e = client_->fill_publish(*op, entries);
    if (e == errc::ok) e = client_->submit(*op);
    if (e != errc::ok) client_->abandon(*op);
  }
  if (e != errc::ok) {  // never asked for: nobody may ever see it
    for (const std::uint64_t n : numbers) messages_.erase(n);
    return;
  }
  for (const std::uint64_t n : numbers) {
    message& m = messages_.at(n);
    if (std::exchange(m.asked, true)) continue;  // the first time may have been the one
    for (auto& [which, l] : links_) {
      if (which.first == topic && l.is == link::state::on) m.on[which.second] = l.version;
    }
  }
  publishing_[next_token_] = numbers;
}

/// What nobody answered in the life before, in its order and before anything else.
void topic_history::repeat() {
  std::sort(unanswered_.begin(), unanswered_.end());
  for (const std::uint64_t n : std::exchange(unanswered_, {})) {
    ++counts_->repeated;
    submit_publish(messages_.at(n).topic, {n});
    if (client_->outstanding() > 40 && !settle()) return;
  }
}

void topic_history::change_link() {
  const std::size_t topic = random_.below(topics.size());
  const std::size_t queue = random_.below(dead);
  if (is_fifo(queues[queue]) && !is_fifo(topics[topic].name)) return;
  link& l = links_[{topic, queue}];
  for (const auto& [token, what] : changing_) {
    if (what.topic == topic && what.queue == queue) return;
  }
  const bool more = l.is != link::state::on;
  lane::operation* op = client_->begin_topic(
      more ? operation_kind::subscribe_to_topic : operation_kind::unsubscribe, ++next_token_);
  if (op == nullptr) return;
  static_cast<void>(detail::client_core::address_topic(*op, std::string_view(topics[topic].name)));
  op->topic->subscribed.endpoint = queues[queue];
  op->topic->subscribed.raw = queue % 2 == 0;
  if (queue == ghost) op->topic->subscribed.dead_letter_queue = queues[dead];
  op->topic->subscription = l.id;
  if (client_->submit(*op) != errc::ok) return client_->abandon(*op);
  ++l.version;
  l.is = link::state::unknown;
  l.ever = true;
  changing_[next_token_] = {topic, queue, more};
}

void topic_history::turns(std::size_t most) {
  for (std::size_t i = 0; i < most && !disk_.interrupted(); ++i) {
    client_->flush();
    core_->lane_at(static_cast<std::uint32_t>(random_.below(core_->lanes()))).poll(256);
    if (one_in(2)) core_->data()->log().work();
    client_->poll(
        [](void* me, const completion& c) { static_cast<topic_history*>(me)->answered(c); }, this,
        64);
  }
}

void topic_history::answered(const completion& done) {
  switch (done.kind) {
    case operation_kind::create_queue:
    case operation_kind::create_topic:
      if (done.status == errc::ok) ready_ |= ++made_ == queues.size() - 1 + topics.size();
      return;
    case operation_kind::publish: {
      const auto call = publishing_.find(done.token);
      if (call == publishing_.end()) return;
      published(done, call->second);
      publishing_.erase(call);
      return;
    }
    case operation_kind::subscribe_to_topic:
    case operation_kind::unsubscribe: {
      const auto call = changing_.find(done.token);
      if (call == changing_.end()) return;
      changed(done, call->second);
      changing_.erase(call);
      return;
    }
    default: return;
  }
}

void topic_history::published(const completion& done, const std::vector<std::uint64_t>& numbers) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    message& m = messages_.at(numbers[i]);
    const bool fifo = is_fifo(topics[m.topic].name);
    if (done.status != errc::ok || done.published[i].status != errc::ok) {
      if (fifo) unanswered_.push_back(numbers[i]);
      continue;
    }
    ++counts_->acked;
    for (const auto& [queue, version] : m.on) {
      if (links_.at({m.topic, queue}).version == version) m.required.insert(home_of(queue));
    }
    if (!fifo) continue;
    std::uint64_t& last = last_sequence_[m.topic];
    last = std::max(last, done.published[i].sequence);
  }
}

void topic_history::changed(const completion& done, const change& what) {
  link& l = links_.at({what.topic, what.queue});
  ++l.version;
  // Of an unsubscribe the answer may be that somebody was quicker: this history in the life before.
  const bool gone = done.status == errc::subscription_does_not_exist;
  if (done.status != errc::ok && !gone) return;
  l.is = what.more ? link::state::on : link::state::off;
  if (what.more) l.id = done.topic->subscription;
}

/// Until nothing is under way. False: the life ended before.
bool topic_history::settle() {
  for (int i = 0; i < 10'000 && !disk_.interrupted(); ++i) {
    client_->flush();
    for (std::uint32_t lane = 0; lane < core_->lanes(); ++lane) core_->lane_at(lane).poll(256);
    core_->data()->log().work();
    client_->poll(
        [](void* me, const completion& c) { static_cast<topic_history*>(me)->answered(c); }, this,
        64);
    bool open = client_->outstanding() != 0;
    for (std::uint32_t lane = 0; lane < core_->lanes(); ++lane) {
      open |= core_->lane_at(lane).topics().topics().publication_count() != 0;
    }
    if (!open) return true;
    core_->virtual_time()->advance(base::ns_per_ms);
  }
  if (!disk_.interrupted()) complain("calls are not answered, or deliveries do not come to an end");
  return false;
}

std::vector<std::string> topic_history::bodies_of(const std::string& queue) const {
  std::vector<std::string> out;
  lane::lane& of = core_->lane_at(core_->lane_of_slot(queue::slot_of(queue)));
  const queue::queue_state* q = of.queues().find(queue, base::hash_bytes(queue));
  if (q == nullptr) return out;
  std::vector<const queue::message*> all;
  for (const queue::message* m = q->by_age.front(); m != nullptr; m = q->by_age.after(*m)) {
    all.push_back(m);
  }
  std::sort(all.begin(), all.end(),
            [](const auto* a, const auto* b) { return a->sequence < b->sequence; });
  for (const queue::message* m : all) {
    const bytes_view bytes = m->body.bytes();
    const auto* head = reinterpret_cast<const queue::envelope*>(bytes.data());
    out.emplace_back(as_text(bytes.last(head->body_bytes)));
  }
  return out;
}

void topic_history::check() {
  for (std::size_t i = 0; i < queues.size(); ++i) {
    if (i != ghost) check_queue(i);
  }
}

/// What was acknowledged is there; what was asked for may be; all of it once, and in FIFO queues in
/// order.
void topic_history::check_queue(std::size_t which) {
  const std::string name = queues[which];
  const bool fifo = is_fifo(name);
  std::map<std::uint64_t, int> seen;
  std::map<std::uint64_t, std::uint64_t> last_of_group;
  for (const std::string& body : bodies_of(name)) {
    const std::uint64_t number = std::stoull(body);
    const auto known = messages_.find(number);
    if (known == messages_.end() || body != data_of(number)) {
      return complain(name + " has what was never published: " + body.substr(0, 20));
    }
    bool linked = false;
    for (const auto& [what, l] : links_) {
      linked |= what.first == known->second.topic && home_of(what.second) == which && l.ever;
    }
    if (!linked) return complain(name + " has what is not for it: " + std::to_string(number));
    // Who has not published it twice finds it once, in standard queues as well.
    if (++seen[number] > 1) return complain(name + " has one twice: " + std::to_string(number));
    if (!fifo) continue;
    std::uint64_t& last = last_of_group[known->second.group];
    if (number + 1 <= last) return complain(name + " is not in order at " + std::to_string(number));
    last = number + 1;
    ++counts_->ordered;
  }
  for (const auto& [number, m] : messages_) {
    if (!m.required.contains(which)) continue;
    if (!seen.contains(number)) {
      return complain(name + " lacks " + std::to_string(number) + " of " + topics[m.topic].name);
    }
    ++counts_->found;
  }
}

}  // namespace millrace::sim
