// The rings on one thread: what they cost without another core.
#include <array>
#include <cstring>
#include <optional>
#include <vector>

#include "hot_path.hpp"
#include "ring_memory.hpp"
#include "sync/broadcast_ring.hpp"
#include "sync/broadcast_ring_tethered.hpp"
#include "sync/broadcast_ring_untethered.hpp"
#include "sync/hand_out_ring.hpp"
#include "sync/inbox.hpp"

namespace millrace::bench {
namespace {

constexpr std::size_t ring_bytes = std::size_t{1} << 16;
constexpr std::size_t record_bytes = 64;

template <class Ring>
void publish(Ring& ring, std::size_t count, const std::byte* record) {
  auto frame = ring.try_claim(static_cast<std::uint32_t>(count), record_bytes);
  expect(static_cast<bool>(frame), "the ring is full");
  for (std::size_t i = 0; i < count; ++i) std::memcpy(frame.next().data(), record, record_bytes);
  ring.publish(frame);
}

void broadcast(std::size_t rounds, std::size_t count) {
  using ring = sync::broadcast_ring<sync::std_sync>;
  using reader = sync::tethered_reader<sync::std_sync, ring>;
  ring_memory memory(ring_bytes);
  ring through(memory.words());
  std::optional<reader> to = reader::join(through);
  const std::array<std::byte, record_bytes> record{};
  std::size_t seen = 0;
  for (std::size_t i = 0; i < rounds; ++i) {
    publish(through, count, record.data());
    seen += to->poll(count, [](std::span<const std::byte> r) { keep(r.data()); });
  }
  expect(seen == rounds * count, "records are missing");
}

struct delivery {
  std::array<std::byte, 104> bytes;
};

void hand_out(std::size_t rounds) {
  using ring = sync::hand_out_ring<sync::std_sync, delivery>;
  constexpr std::size_t batch = 10;
  std::vector<ring::slot> slots(256);
  ring through(slots);
  std::array<ring::item, batch> got;
  const delivery one{};
  for (std::size_t i = 0; i < rounds; ++i) {
    for (std::size_t k = 0; k < batch; ++k) expect(through.try_offer(one, 1), "the ring is full");
    expect(through.claim(got) == batch, "deliveries are missing");
    keep(got);
  }
}

void inbox(std::size_t rounds) {
  constexpr std::size_t batch = 10;
  using item = std::array<std::uint64_t, 8>;
  sync::inbox<item> box(256);
  const std::array<item, batch> items{};
  for (std::size_t i = 0; i < rounds; ++i) {
    expect(box.push(items) == batch, "the inbox is full");
    expect(box.drain([](const item& one) { keep(one[0]); }, batch) == batch, "items are missing");
  }
}

constexpr std::array paths = {
    hot_path{"ring.broadcast_one", 20'000, [](std::size_t rounds) { broadcast(rounds, 1); }},
    hot_path{"ring.broadcast_batch_10", 10'000, [](std::size_t rounds) { broadcast(rounds, 10); }},
    hot_path{"ring.hand_out_batch_10", 5'000, hand_out},
    hot_path{"ring.inbox_batch_10", 10'000, inbox},
};

}  // namespace

std::span<const hot_path> ring_paths() { return paths; }

}  // namespace millrace::bench
