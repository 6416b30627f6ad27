#include "stream_history.hpp"

#include <algorithm>

#include "sim_engine.hpp"
#include "stream/hash_space.hpp"

namespace millrace::sim {
namespace {

constexpr const char* name = "clicks";
constexpr std::uint64_t lives_most = 6;

}  // namespace

stream_history::stream_history(std::uint64_t seed)
    : random_(seed),
      plan_(random_),
      disk_(random_.next()),
      clock_ns_(1'700'000'000 * base::ns_per_s) {}

std::string stream_history::run(stream_tally& counts) {
  counts_ = &counts;
  ++counts.histories;
  for (std::uint64_t life = random_.below(lives_most) + 2; life > 0 && complaint_.empty(); --life) {
    live();
  }
  disk_.forget_faults();
  if (complaint_.empty() && open()) {
    check_records();
    end(true);
  }
  return complaint_;
}

void stream_history::complain(std::string what) {
  if (complaint_.empty()) complaint_ = std::move(what);
}

void stream_history::live() {
  disk_.interrupt_nth(0, crash_kind::kill);
  if (one_in(2)) {
    disk_.interrupt_nth(random_.below(std::uint64_t{1} << random_.below(9)) + 1,
                        one_in(2) ? crash_kind::kill : crash_kind::power);
  }
  if (!open()) return;
  if (created_ && settle()) check_records();
  for (std::uint64_t left = random_.below(400); left > 0 && !disk_.interrupted(); --left) step();
  end(one_in(4) && !disk_.interrupted());
}

bool stream_history::open() {
  for (int i = 0; i < 20 && complaint_.empty(); ++i) {
    std::string why;
    auto opened = open_engine(disk_, plan_,
                              {.lanes = static_cast<std::uint32_t>(random_.below(3)) + 1,
                               .seed = random_.next(),
                               .start_ns = clock_ns_},
                              why);
    if (opened) {
      core_ = std::move(opened).value();
      if (core_->data()->recovered().damaged) complain("a crash is called damage");
      client_ = std::make_unique<detail::client_core>(*core_, *core_->claim_place({}));
      return true;
    }
    if (!disk_.interrupted()) complain("does not open: " + why);
    disk_.crash(crash_kind::kill);
    ++counts_->crashes;
  }
  return false;
}

/// What is under way is neither acknowledged nor forgotten.
void stream_history::end(bool in_order) {
  if (in_order) {
    static_cast<void>(settle());
  } else {
    disk_.crash(one_in(2) ? crash_kind::kill : crash_kind::power);
    ++counts_->crashes;
  }
  under_way_.clear();
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

lane::operation* stream_history::begin(operation_kind kind, std::uint64_t token) {
  lane::operation* op = client_->begin_stream(kind, token);
  if (op == nullptr) return nullptr;
  const errc e = detail::client_core::address_stream(*op, name);
  MR_ASSERT(e == errc::ok);
  return op;
}

std::string stream_history::data_of(std::uint64_t number) const {
  std::string data = std::to_string(number) + ":";
  data.resize(data.size() + base::mix64(number) % (number % 50 == 0 ? 9'000 : 300), 'x');
  return data;
}

void stream_history::step() {
  ++counts_->operations;
  const std::uint64_t what = random_.below(16);
  if (!created_ && one_in(3)) {
    if (lane::operation* op = begin(operation_kind::create_stream, 0)) {
      op->stream->settings.shard_count = 2;
      op->stream->given = given_shard_count;
      if (client_->submit(*op) != errc::ok) client_->abandon(*op);
    }
  } else if (what < 6) {
    put();
  } else if (what == 6 && one_in(4)) {
    reshard();
  } else if (what == 7) {
    core_->virtual_time()->advance(static_cast<std::int64_t>(random_.below(2'000)) *
                                   base::ns_per_ms);
  }
  turns(random_.below(4));
}

void stream_history::put() {
  const std::uint64_t count = one_in(10) ? random_.below(60) + 1 : random_.below(4) + 1;
  std::vector<std::string> data;
  std::vector<hash_key> keys;
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t i = 0; i < count; ++i) {
    numbers.push_back(next_number_++);
    data.push_back(data_of(numbers.back()));
    keys.push_back({random_.next(), 0});
  }
  std::vector<put_entry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    entries.push_back({as_bytes(data[i]), "key", &keys[i]});
  }
  lane::operation* op = begin(operation_kind::put_records, ++next_token_);
  if (op == nullptr) return;
  errc e = client_->fill_puts(*op, entries);
  if (e == errc::ok) e = client_->submit(*op);
  if (e != errc::ok) return client_->abandon(*op);
  for (const std::uint64_t n : numbers) book_.asked[n] = false;
  under_way_[next_token_] = std::move(numbers);
}

void stream_history::reshard() {
  lane::operation* op = begin(operation_kind::update_shard_count, 0);
  if (op == nullptr) return;
  op->stream->other_shard = static_cast<std::uint32_t>(random_.below(5)) + 1;
  if (client_->submit(*op) != errc::ok) client_->abandon(*op);
}

void stream_history::turns(std::size_t most) {
  for (std::size_t i = 0; i < most && !disk_.interrupted(); ++i) {
    client_->flush();
    core_->lane_at(static_cast<std::uint32_t>(random_.below(core_->lanes()))).poll(256);
    if (one_in(2)) core_->data()->log().work();
    client_->poll(
        [](void* me, const completion& c) { static_cast<stream_history*>(me)->answered(c); }, this,
        64);
  }
}

void stream_history::answered(const completion& done) {
  switch (done.kind) {
    case operation_kind::create_stream: created_ |= done.status == errc::ok; return;
    case operation_kind::update_shard_count:
      counts_->reshards += done.status == errc::ok ? 1 : 0;
      return;
    case operation_kind::list_shards:
      if (done.status == errc::ok) shards_ = done.stream->shards;
      return;
    case operation_kind::read_records:
      reading_ = false;
      if (done.status != errc::ok) return complain("a shard that was listed is not read");
      read_ = *done.read;
      for (const record_view& r : done.records) {
        found_.emplace_back(to_text(r.sequence), std::string(as_text(r.data)));
      }
      return;
    case operation_kind::put_records: break;
    default: return;
  }
  const auto call = under_way_.find(done.token);
  if (call == under_way_.end()) return;
  for (std::size_t i = 0; i < done.put.size(); ++i) {
    const put_result& r = done.put[i];
    if (done.status != errc::ok || r.status != errc::ok) continue;
    const std::string sequence = to_text(r.sequence);
    std::string& last = last_of_[r.shard];
    if (sequence <= last) complain("a number is not above the one before it");
    last = sequence;
    book_.acked[r.shard][sequence] = call->second[i];
    book_.asked[call->second[i]] = true;
    ++counts_->acked;
  }
  under_way_.erase(call);
}

/// Until nothing is under way. False: the life ended before.
bool stream_history::settle() {
  for (int i = 0; i < 10'000 && !disk_.interrupted(); ++i) {
    client_->flush();
    for (std::uint32_t lane = 0; lane < core_->lanes(); ++lane) core_->lane_at(lane).poll(256);
    core_->data()->log().work();
    client_->poll(
        [](void* me, const completion& c) { static_cast<stream_history*>(me)->answered(c); }, this,
        64);
    if (client_->outstanding() == 0) return true;
    core_->virtual_time()->advance(base::ns_per_ms);
  }
  if (!disk_.interrupted()) complain("calls are not answered");
  return false;
}

/// All shards from their oldest record on: what was acknowledged is there, in order and once; what
/// was asked for and not acknowledged may be there.
void stream_history::check_records() {
  if (!created_) return;
  lane::operation* op = begin(operation_kind::list_shards, 0);
  op->stream->max = 10'000;
  if (client_->submit(*op) != errc::ok) return client_->abandon(*op);
  shards_.clear();
  if (!settle()) return;
  if (shards_.empty()) return complain("the stream is gone");
  check_ranges();
  std::map<std::uint64_t, bool> seen;
  for (const shard_description& d : shards_) {
    check_shard(d.number);
    if (disk_.interrupted() || !complaint_.empty()) return;
    auto& acked = book_.acked[d.number];
    std::size_t found_acked = 0;
    for (const auto& [sequence, data] : found_) {
      const std::uint64_t number = std::stoull(data);
      if (!book_.asked.contains(number) || data != data_of(number)) complain("it was never put");
      if (std::exchange(seen[number], true)) complain("a record is there twice");
      const auto known = acked.find(sequence);
      if (known != acked.end() && known->second != number)
        complain("another record has its number");
      found_acked += known != acked.end() ? 1 : 0;
      if (known != acked.end()) continue;
      if (book_.asked[number]) complain("an acknowledged record has another number");
      book_.asked[number] = true;  // shown, so from now on it stays
      acked[sequence] = number;
      last_of_[d.number] = std::max(last_of_[d.number], sequence);
    }
    if (found_.size() < acked.size()) {
      complain(std::to_string(acked.size() - found_.size()) + " acknowledged records are lost");
    }
    counts_->refound += found_acked;
  }
}

void stream_history::check_shard(std::uint32_t shard) {
  found_.clear();
  shard_position from{shard, 0};
  for (std::size_t before = 1; before != found_.size();) {
    before = found_.size();
    lane::operation* op = begin(operation_kind::read_records, ++next_token_);
    op->stream->wait.wanted = {.from = from, .max_records = 700};
    if (client_->submit(*op) != errc::ok) return client_->abandon(*op);
    if (!settle()) return;
    from = read_.next;
    if (before == 0 && found_.empty()) return;
  }
  for (std::size_t i = 1; i < found_.size(); ++i) {
    if (found_[i].first <= found_[i - 1].first) complain("a shard is not in order");
  }
}

/// Every key has one open shard.
void stream_history::check_ranges() {
  std::vector<shard_description> open;
  for (const shard_description& d : shards_) {
    if (d.closed_at_ms == 0) open.push_back(d);
  }
  std::sort(open.begin(), open.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  bool good = !open.empty() && open.front().first == hash_key{} && open.back().last == hash_key_max;
  for (std::size_t i = 1; i < open.size() && good; ++i) {
    good = stream::after(open[i - 1].last) == open[i].first;
  }
  for (const shard_description& d : shards_) {
    if (d.parent && *d.parent < shards_.size() && shards_[*d.parent].number == *d.parent) {
      good = good && to_text(shards_[*d.parent].starting) < to_text(d.starting);
    }
  }
  if (!good)
    complain("the open shards do not cover the hash space, or a child is not above its parent");
}

}  // namespace millrace::sim
