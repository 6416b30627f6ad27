// The broadcast ring under relacy, the same source as in production: a ring of 8 words, frames of
// one or two, so that each run wraps. Four models: two tethered readers read a stream; readers join
// and leave while the producer runs; an untethered reader runs beside it; one is lapped in between
// any two of its loads.
#include "model_runner.hpp"

#include "sync/broadcast_ring.hpp"
#include "sync/broadcast_ring_tethered.hpp"
#include "sync/broadcast_ring_untethered.hpp"

namespace {

namespace model = millrace::model;
using millrace::sync::broadcast_readers;
using millrace::sync::broadcast_ring;
using millrace::sync::frame_header;
using millrace::sync::frame_kind;
using millrace::sync::tethered_reader;
using millrace::sync::untethered_reader;
using order = millrace::sync::broadcast_site::order;
using step = millrace::sync::broadcast_site::step;

/// What stands in memory before: it looks like a published frame.
constexpr std::uint64_t stale = frame_header{frame_kind::uniform, 1, 8}.encode();

constexpr std::uint64_t value_of(std::uint64_t number) { return 100 + number; }

template <class Ring>
bool publish_one(Ring& ring, std::uint64_t number, std::uint32_t size) {
  auto claim = ring.try_claim(1, size);
  if (!claim) return false;
  const std::uint64_t value = value_of(number);
  claim.put(&value);
  ring.publish(claim);
  return true;
}

/// One producer, two readers that joined before: everything arrives, in order, whole.
template <class Sync>
struct broadcast_stream : rl::test_suite<broadcast_stream<Sync>, 3> {
  using ring_type = broadcast_ring<Sync, broadcast_readers::tethered_only, 2>;
  using reader_type = tethered_reader<Sync, ring_type>;
  static constexpr std::uint64_t records = 5;
  static constexpr bool bound_search = false;  // two waiting loops: without end
  static constexpr unsigned static_context_bound = 1;

  model::word_storage memory{stale};
  ring_type ring{memory};
  std::optional<reader_type> readers[2];

  void before() {
    for (auto& reader : readers) reader.emplace(std::move(*reader_type::join(ring)));
  }
  void thread(unsigned index) {
    if (index == 0) {
      for (std::uint64_t number = 0; number < records; ++number) {
        while (!publish_one(ring, number, 8)) rl::yield(1, $);
      }
      return;
    }
    std::uint64_t next = 0;
    while (next < records) {
      const std::size_t got = readers[index - 1]->poll(2, [&](model::ring_words::view record) {
        RL_ASSERT(record.size() == 8);
        RL_ASSERT(record.word(0) == value_of(next));
        ++next;
      });
      if (got == 0) rl::yield(1, $);
    }
    RL_ASSERT(next == records);
  }
  void after() {
    for (auto& reader : readers) reader.reset();
  }
};

/// A slot for one reader, two threads that take turns in it: each sees consecutive records from
/// where it joined, and what its predecessor in the slot did.
template <class Sync>
struct broadcast_join : rl::test_suite<broadcast_join<Sync>, 3> {
  using ring_type = broadcast_ring<Sync, broadcast_readers::tethered_only, 1>;
  using reader_type = tethered_reader<Sync, ring_type>;
  static constexpr std::uint64_t records = 7;
  static constexpr bool bound_search = true;
  static constexpr unsigned static_context_bound = 1;

  model::word_storage memory{stale};
  ring_type ring{memory};
  rl::var<unsigned> slot_owner;

  void before() { slot_owner($) = 0; }
  void thread(unsigned index) {
    if (index == 0) {
      for (std::uint64_t number = 0; number < records; ++number) {
        while (!publish_one(ring, number, 8)) rl::yield(1, $);
      }
      return;
    }
    std::optional<reader_type> reader = reader_type::join(ring);
    if (!reader) return;
    slot_owner($) = index;
    std::uint64_t expected = 0;
    for (int polls = 0; polls < 3; ++polls) {
      reader->poll(2, [&](model::ring_words::view record) {
        const std::uint64_t value = record.size() == 8 ? record.word(0) : 0;
        RL_ASSERT(value >= value_of(0) && value < value_of(records));
        RL_ASSERT(expected == 0 || value == expected);
        expected = value + 1;
      });
    }
    RL_ASSERT(static_cast<unsigned>(slot_owner($)) == index);
  }
};

/// An untethered reader beside a producer that never waits: a record that is delivered is the one
/// that the count of delivered and missed says it is.
template <class Sync>
struct broadcast_lossy : rl::test_suite<broadcast_lossy<Sync>, 2> {
  using ring_type = broadcast_ring<Sync, broadcast_readers::any, 1>;
  using reader_type = untethered_reader<Sync, ring_type>;
  static constexpr std::uint64_t records = 12;
  static constexpr bool bound_search = true;
  static constexpr unsigned static_context_bound = 1;
  static constexpr std::uint32_t size_of(std::uint64_t number) { return number % 3 == 1 ? 0 : 8; }

  model::word_storage memory{stale};
  ring_type ring{memory};

  void thread(unsigned index) {
    if (index == 0) {
      for (std::uint64_t number = 0; number < records; ++number) {
        RL_ASSERT(publish_one(ring, number, size_of(number)));
      }
      return;
    }
    std::array<std::byte, 16> scratch;
    reader_type reader(ring, scratch);
    for (int polls = 0; polls < 5; ++polls) {
      const bool started = reader.has_started();
      const std::uint64_t before = reader.sequence();
      const auto got = reader.poll(2, [&](std::span<const std::byte> record) {
        const std::uint64_t number = reader.sequence();
        RL_ASSERT(number < records);
        RL_ASSERT(record.size() == size_of(number));
        std::uint64_t value = value_of(number);
        if (record.size() == 8) std::memcpy(&value, record.data(), 8);
        RL_ASSERT(value == value_of(number));
      });
      if (started) RL_ASSERT(before + got.records + got.missed_records == reader.sequence());
    }
  }
};

/// Some records wait; the reader is held before any one of its loads until the producer has
/// published up to a lap more. By chance a random schedule holds nobody for so long, and a search
/// with forced switches looks back one value only. Payloads look like commit words of padding, for
/// a reader that takes one for the other.
template <class Sync>
struct broadcast_lapped : rl::test_suite<broadcast_lapped<Sync>, 2> {
  using ring_type = broadcast_ring<Sync, broadcast_readers::any, 1>;
  using reader_type = untethered_reader<Sync, ring_type>;
  static constexpr std::uint64_t waiting = 3;
  static constexpr unsigned more_max = 6;
  static constexpr bool bound_search = false;  // being held is a loop without end
  static constexpr unsigned static_context_bound = 1;
  static constexpr std::uint32_t size_of(std::uint64_t number) { return number % 3 == 0 ? 0 : 8; }
  static constexpr std::uint64_t payload_of(std::uint64_t number) {
    return frame_header{frame_kind::padding, static_cast<std::uint32_t>(number + 1), 32}.encode();
  }

  model::word_storage memory{stale};
  ring_type ring{memory};
  std::array<std::byte, 16> scratch;
  std::optional<reader_type> reader;

  void publish(std::uint64_t number) {
    auto claim = ring.try_claim(1, size_of(number));
    RL_ASSERT(static_cast<bool>(claim));
    const std::uint64_t value = payload_of(number);
    claim.put(&value);
    ring.publish(claim);
  }
  void before() {
    reader.emplace(ring, scratch);
    for (std::uint64_t number = 0; number < waiting; ++number) publish(number);
  }
  void thread(unsigned index) {
    if (index == 0) {
      const std::uint64_t end = waiting + 1 + rl::rand(more_max);
      for (std::uint64_t number = waiting; number < end; ++number) publish(number);
      memory.let_go();
      return;
    }
    memory.hold_before_load(rl::rand(6));
    for (int polls = 0; polls < 4; ++polls) {
      const std::uint64_t before = reader->sequence();
      const auto got = reader->poll(1, [&](std::span<const std::byte> record) {
        const std::uint64_t number = reader->sequence();
        RL_ASSERT(number < waiting + more_max);
        RL_ASSERT(record.size() == size_of(number));
        std::uint64_t value = payload_of(number);
        if (record.size() == 8) std::memcpy(&value, record.data(), 8);
        RL_ASSERT(value == payload_of(number));
      });
      RL_ASSERT(before + got.records + got.missed_records == reader->sequence());
    }
  }
};

template <int Site>
using weak = model::sync<Site>;
template <int Step>
using skips = model::sync<model::nothing, Step>;

#define MR_SOUND(suite) \
  { #suite, "", &model::survives < suite < model::sync < >>> }
#define MR_WEAK(suite, site) \
  { #suite, #site, &model::survives < suite < weak < order::site>>> }
#define MR_SKIPS(suite, name) \
  { #suite, #name, &model::survives < suite < skips < step::name>>> }

const std::vector<model::model_case> cases{
    MR_SOUND(broadcast_stream),
    MR_WEAK(broadcast_stream, r1),
    MR_WEAK(broadcast_stream, a1),
    MR_WEAK(broadcast_stream, r2),
    MR_WEAK(broadcast_stream, a2),
    MR_SKIPS(broadcast_stream, zero_ahead),
    MR_SKIPS(broadcast_stream, gate_next_word),
    MR_SKIPS(broadcast_stream, take_free_only),
    MR_SOUND(broadcast_join),
    MR_WEAK(broadcast_join, r3),
    MR_WEAK(broadcast_join, a3),
    MR_WEAK(broadcast_join, r4),
    MR_WEAK(broadcast_join, a4),
    MR_WEAK(broadcast_join, r5),
    MR_WEAK(broadcast_join, a5),
    MR_WEAK(broadcast_join, r10),
    MR_WEAK(broadcast_join, a10),
    MR_SOUND(broadcast_lossy),
    MR_WEAK(broadcast_lossy, r8),
    MR_WEAK(broadcast_lossy, a8),
    MR_WEAK(broadcast_lossy, r9),
    MR_WEAK(broadcast_lossy, a9),
    MR_SKIPS(broadcast_lossy, announce_intent),
    MR_SOUND(broadcast_lapped),
    MR_WEAK(broadcast_lapped, r6),
    MR_WEAK(broadcast_lapped, a6),
    MR_WEAK(broadcast_lapped, r7),
    MR_SKIPS(broadcast_lapped, check_header),
    MR_SKIPS(broadcast_lapped, check_copy),
    MR_SKIPS(broadcast_lapped, take_free_only),
};

}  // namespace

int main(int argc, char** argv) { return model::run_case(cases, argc, argv); }
