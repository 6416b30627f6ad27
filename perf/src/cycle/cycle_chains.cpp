// A chain is known to its completions by its index, the token. A receive may bring less than was
// sent, or nothing, when other clients share the queue: the chain asks again for what it is owed.

#include "cycle/cycle_chains.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace millrace::perf {

namespace {

constexpr std::size_t sequence_bytes = sizeof(std::uint64_t);
constexpr std::uint64_t whole_check_every = 64;

std::uint64_t mix(std::uint64_t value) noexcept {
  value = (value ^ (value >> 31)) * 0x7fb5d329728ea185u;
  return value ^ (value >> 27);
}

}  // namespace

void cycle_tally::add(const cycle_tally& other) noexcept {
  cycles += other.cycles;
  sent += other.sent;
  received += other.received;
  deleted += other.deleted;
  sum_sent += other.sum_sent;
  sum_received += other.sum_received;
  mixed_sent += other.mixed_sent;
  mixed_received += other.mixed_received;
  altered += other.altered;
  failed += other.failed;
  empty_receives += other.empty_receives;
  if (first_error == errc::ok) first_error = other.first_error;
}

bool cycle_tally::is_complete() const noexcept {
  return sent == received && received == deleted && sum_sent == sum_received &&
         mixed_sent == mixed_received && altered == 0 && failed == 0;
}

cycle_chains::cycle_chains(client& caller, queue_handle queue, const chain_settings& settings)
    : client_(caller),
      queue_(queue),
      settings_(settings),
      model_(make_body(settings.body_bytes)),
      chains_(settings.outstanding),
      next_sequence_(settings.first_sequence) {
  for (chain& each : chains_) {
    for (std::size_t i = 0; i < settings.batch; ++i) {
      each.bodies.insert(each.bodies.end(), model_.begin(), model_.end());
    }
  }
}

std::vector<std::byte> cycle_chains::make_body(std::size_t bytes) {
  std::vector<std::byte> body(bytes);
  for (std::size_t i = sequence_bytes; i < bytes; ++i) body[i] = static_cast<std::byte>(i * 7);
  return body;
}

void cycle_chains::put_sequence(std::byte* body, std::uint64_t sequence) noexcept {
  std::memcpy(body, &sequence, sequence_bytes);
}
std::uint64_t cycle_chains::sequence_of(const std::byte* body) noexcept {
  std::uint64_t sequence = 0;
  std::memcpy(&sequence, body, sequence_bytes);
  return sequence;
}

bool cycle_chains::turn() noexcept {
  const bool may_begin = cycles_left_ != 0 && at_work_ < chains_.size();
  if (blocked_ != 0 || may_begin) {
    for (chain& each : chains_) {
      if (each.next == step::idle) {
        begin(each);
      } else if (!each.submitted) {
        --blocked_;
        submit(each);
      }
    }
  }
  client_.poll([this](const completion& answer) { take(answer); });
  return at_work_ != 0;
}

void cycle_chains::begin(chain& which) noexcept {
  if (cycles_left_ == 0) return;
  --cycles_left_;
  ++at_work_;
  which.owed = settings_.batch;
  which.next = settings_.sends ? step::send : step::receive;
  submit(which);
}

void cycle_chains::submit(chain& which) noexcept {
  const auto token = static_cast<std::uint64_t>(&which - chains_.data());
  const auto asked = [&]() -> result<void> {
    switch (which.next) {
      case step::send: return submit_send(which, token);
      case step::receive:
        return client_.submit_receive(
            queue_, {.max_messages = static_cast<std::int32_t>(which.owed)}, token);
      case step::remove:
        return client_.submit_delete(queue_, {which.receipts.data(), which.held}, token);
      case step::idle: break;
    }
    return {};
  }();
  which.submitted = asked.has_value();
  if (which.submitted) return;
  if (asked.error() == errc::would_block) {
    ++blocked_;
  } else {
    fail(which, asked.error());
  }
}

void cycle_chains::name(std::size_t entry, std::uint64_t sequence) noexcept {
  const auto hex = [](std::array<char, 16>& to, std::uint64_t number) {
    const auto end = std::to_chars(to.data(), to.data() + to.size(), number, 16).ptr;
    return std::string_view(to.data(), static_cast<std::size_t>(end - to.data()));
  };
  fifo_ids& ids = ids_[entry];
  entries_[entry].message_group_id = hex(ids.group, sequence % settings_.groups);
  entries_[entry].message_deduplication_id = hex(ids.deduplication, sequence);
}

result<void> cycle_chains::submit_send(chain& which, std::uint64_t token) noexcept {
  for (std::size_t i = 0; i < settings_.batch; ++i) {
    std::byte* body = which.bodies.data() + i * settings_.body_bytes;
    put_sequence(body, next_sequence_ + i);
    entries_[i].body = {body, settings_.body_bytes};
    if (settings_.groups != 0) name(i, next_sequence_ + i);
  }
  auto asked = client_.submit_send(queue_, {entries_.data(), settings_.batch}, token);
  if (asked.has_value()) next_sequence_ += settings_.batch;
  return asked;
}

void cycle_chains::take(const completion& answer) noexcept {
  chain& which = chains_[answer.token];
  which.submitted = false;
  if (answer.status != errc::ok) return fail(which, answer.status);
  switch (which.next) {
    case step::send: return take_sent(which, answer);
    case step::receive: return take_received(which, answer);
    case step::remove: return take_deleted(which, answer);
    case step::idle: return;
  }
}

void cycle_chains::take_sent(chain& which, const completion& answer) noexcept {
  for (std::size_t i = 0; i < answer.sent.size(); ++i) {
    if (answer.sent[i].status != errc::ok) return fail(which, answer.sent[i].status);
    const std::uint64_t sequence = sequence_of(which.bodies.data() + i * settings_.body_bytes);
    ++tally_.sent;
    tally_.sum_sent += sequence;
    tally_.mixed_sent += mix(sequence);
  }
  which.next = step::receive;
  submit(which);
}

void cycle_chains::check_body(const message_view& message) noexcept {
  if (message.body.size() != settings_.body_bytes) {
    ++tally_.altered;
    return;
  }
  const std::uint64_t sequence = sequence_of(message.body.data());
  ++tally_.received;
  tally_.sum_received += sequence;
  tally_.mixed_received += mix(sequence);
  if (sequence % whole_check_every != 0) return;
  tally_.altered +=
      std::memcmp(message.body.data() + sequence_bytes, model_.data() + sequence_bytes,
                  model_.size() - sequence_bytes) != 0;
}

void cycle_chains::take_received(chain& which, const completion& answer) noexcept {
  which.held = 0;
  for (const message_view& message : answer.messages) {
    check_body(message);
    which.receipts[which.held++] = message.receipt;
  }
  which.owed -= std::min(which.owed, which.held);
  tally_.empty_receives += which.held == 0;
  if (which.held != 0) which.next = step::remove;
  submit(which);
}

void cycle_chains::take_deleted(chain& which, const completion& answer) noexcept {
  for (const errc entry : answer.entries) {
    if (entry != errc::ok) return fail(which, entry);
    ++tally_.deleted;
  }
  if (which.owed != 0) {
    which.next = step::receive;
    return submit(which);
  }
  ++tally_.cycles;
  --at_work_;
  which.next = step::idle;
  begin(which);
}

void cycle_chains::fail(chain& which, errc why) noexcept {
  ++tally_.failed;
  if (tally_.first_error == errc::ok) tally_.first_error = why;
  --at_work_;
  which.next = step::idle;
}

}  // namespace millrace::perf
