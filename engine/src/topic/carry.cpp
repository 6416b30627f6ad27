#include "topic/carry.hpp"

#include "base/mutant.hpp"
#include "topic/definition_codec.hpp"

namespace millrace::topic {
namespace {

/// Of a turn's entries and a publication together, targets apart.
constexpr std::size_t bytes_with_publication =
    journal::append_bytes_max - published_targets_max - 16 * 1024;

void log_slot(entry_log& log, const slot_numbers& s, std::uint8_t number, base::time_ms now_ms) {
  journal::entry& e = log.add();
  begin<slot_payload>(e, entry_kind::slot_carried, number, now_ms) = {s.next_topic, s.next_number,
                                                                      s.next_sequence};
}

void log_topic(entry_log& log, topic_state& t, base::time_ms now_ms) {
  journal::entry& e = log.add();
  begin<topic_payload>(e, entry_kind::topic_carried, t.slot(), now_ms).topic = t.uid;
  e.object = &t;
  e.extra = log.keep(encode(topic_definition{t.name, t.settings, t.created_at_ms}));
}

void log_subscription(entry_log& log, topic_state& t, const subscription& s, base::time_ms now_ms) {
  journal::entry& e = log.add();
  begin<subscription_payload>(e, entry_kind::subscription_carried, t.slot(), now_ms) = {t.uid,
                                                                                        s.id};
  e.object = &t;
  e.extra = log.keep(encode(subscription_definition{s.settings, s.created_at_ms}));
}

void log_publication(entry_log& log, publication& p, base::time_ms now_ms) {
  journal::entry& e = log.add();
  auto& what = begin<published_payload>(e, entry_kind::publication_carried, p.slot(), now_ms);
  what.topic = p.topic;
  what.first = p.first;
  what.sequence = p.sequence;
  what.id = p.id;
  what.deliveries = static_cast<std::uint32_t>(p.deliveries.size());
  e.level = p.level;
  e.body = p.body;
  e.subject = &p;
  std::vector<std::byte> targets;
  for (const delivery& d : p.deliveries) {
    if (!d.settled) encode_target(*d.to, d.number, d.dead_letter, targets);
  }
  e.extra = log.keep(std::move(targets));
}

/// Duplicates of one topic that stand behind each other share an entry.
class duplicate_writer {
 public:
  duplicate_writer(state& all, entry_log& log, base::time_ms now_ms)
      : all_(all), log_(log), now_ms_(now_ms) {}
  void add(topic_state& t, const duplicate& d) {
    if (of_ != &t || level_ != d.level || count_ == carried_duplicates_max) finish();
    of_ = &t;
    level_ = d.level;
    const carried_duplicate known{d.key, d.id, d.sequence, d.until_ms};
    const auto* bytes = reinterpret_cast<const std::byte*>(&known);
    encoded_.insert(encoded_.end(), bytes, bytes + sizeof known);
    ++count_;
  }
  void finish() {
    if (count_ == 0) return;
    journal::entry& e = log_.add();
    begin<topic_payload>(e, entry_kind::duplicates_carried, of_->slot(), now_ms_).topic = of_->uid;
    e.level = level_;
    e.object = of_;
    e.extra = log_.keep(std::exchange(encoded_, {}));
    all_.evolve(e);
    count_ = 0;
  }

 private:
  state& all_;
  entry_log& log_;
  base::time_ms now_ms_;
  topic_state* of_ = nullptr;
  durability level_ = durability::memory;
  std::vector<std::byte> encoded_;
  std::size_t count_ = 0;
};

}  // namespace

void carry_walk::begin(state& all, std::uint32_t epoch) {
  epoch_ = epoch;
  slot_ = 0;
  topic_.clear();
  subscription_ = {};
  topics_done_ = false;
  all.rewind();
  all.seen().rewind();
}

bool carry_walk::step(state& all, entry_log& log, base::time_ms now_ms, std::size_t bytes) {
  bytes_until_ = log.bytes() + bytes;
  return step_slots(all, log, now_ms) && step_topics(all, log, now_ms) &&
         step_publications(all, log, now_ms) && step_duplicates(all, log, now_ms);
}

bool carry_walk::step_slots(const state& all, entry_log& log, base::time_ms now_ms) {
  for (; slot_ < slot_count; ++slot_) {
    const auto number = static_cast<std::uint8_t>(slot_);
    const slot_numbers& s = all.slot(number);
    if (s.next_topic == 1 && s.next_number == 1) continue;
    if (used_up(log)) return false;
    log_slot(log, s, number, now_ms);
  }
  return true;
}

bool carry_walk::step_topics(state& all, entry_log& log, base::time_ms now_ms) {
  if (topics_done_) return true;
  for (auto it = all.by_name().lower_bound(topic_); it != all.by_name().end(); ++it) {
    topic_state& t = *it->second;
    if (it->first != topic_) {
      topic_ = it->first;
      subscription_ = {};
    }
    if (t.log_epoch < epoch_) {
      if (used_up(log)) return false;
      log_topic(log, t, now_ms);
      all.evolve(log.all().back());
    }
    if (!step_subscriptions(all, t, log, now_ms)) return false;
  }
  topics_done_ = true;
  return true;
}

bool carry_walk::step_subscriptions(state& all, topic_state& t, entry_log& log,
                                    base::time_ms now_ms) {
  for (std::size_t i = t.place_after(subscription_); i < t.subscriptions.size(); ++i) {
    subscription& s = *t.subscriptions[i];
    if (s.log_epoch < epoch_ && !MR_MUTANT(subscription_not_carried)) {
      if (used_up(log)) return false;
      log_subscription(log, t, s, now_ms);
      all.evolve(log.all().back());
    }
    subscription_ = s.id;
  }
  return true;
}

bool carry_walk::step_publications(state& all, entry_log& log, base::time_ms now_ms) {
  return all.walk([&](publication& p) {
    if (p.log_epoch >= epoch_ || !p.kept() || MR_MUTANT(publication_not_carried)) return true;
    if (used_up(log) || log.bytes() + p.body.length > bytes_with_publication) return false;
    log_publication(log, p, now_ms);
    all.evolve(log.all().back());
    return true;
  });
}

bool carry_walk::step_duplicates(state& all, entry_log& log, base::time_ms now_ms) {
  duplicate_writer writer(all, log, now_ms);
  const bool done = all.seen().walk([&](const duplicate& d) {
    topic_state* t = all.find(d.topic);
    const bool dead = t == nullptr || d.until_ms <= now_ms;
    if (dead || d.log_epoch >= epoch_ || d.level == durability::memory) return true;
    if (used_up(log)) return false;
    writer.add(*t, d);
    return true;
  });
  writer.finish();
  return done;
}

}  // namespace millrace::topic
