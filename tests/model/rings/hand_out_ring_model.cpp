// The hand-out ring under relacy, the same source as in production: two slots, so that each run
// reuses them. Two models: claims race each other and kills; the producer learns of a claim.
#include "model_runner.hpp"

#include "sync/hand_out_ring.hpp"

namespace {

namespace model = millrace::model;
using millrace::sync::hand_out_ring;
using millrace::sync::handed_out;
using order = millrace::sync::hand_out_site::order;
using step = millrace::sync::hand_out_site::step;

constexpr std::uint64_t value_of(std::uint64_t number) { return 100 + number; }

/// One producer that offers and kills, two claimers: each item is claimed once or killed, and both
/// sides know which.
template <class Sync>
struct hand_out_race : rl::test_suite<hand_out_race<Sync>, 3> {
  using ring_type = hand_out_ring<Sync, std::uint64_t>;
  static constexpr std::uint64_t items = 4;
  static constexpr bool bound_search = true;
  static constexpr unsigned static_context_bound = 1;

  std::array<typename ring_type::slot, 2> slots;
  ring_type ring{slots};
  int seen[items] = {};
  int killed[items] = {};

  void thread(unsigned index) {
    if (index == 0) {
      for (std::uint64_t number = 0; number < items; ++number) {
        int tries = 0;
        while (!ring.try_offer(value_of(number), number)) {
          if (++tries > 20) return;  // the claimers are done
          rl::yield(1, $);
        }
        if (number % 2 == 1 && ring.kill(number)) killed[number] = 1;
      }
      return;
    }
    for (int tries = 0; tries < 3; ++tries) {
      std::array<handed_out<std::uint64_t>, 2> out;
      const std::size_t got = ring.claim(std::span(out).first(index));  // one, or a batch of two
      for (std::size_t i = 0; i < got; ++i) {
        RL_ASSERT(out[i].position < items);
        RL_ASSERT(out[i].value == value_of(out[i].position));
        RL_ASSERT(out[i].deadline_ns == out[i].position);
        ++seen[out[i].position];
      }
    }
  }
  void after() {
    const std::uint64_t claimed = ring.claimed();
    for (std::uint64_t number = 0; number < items; ++number) {
      if (number < claimed) RL_ASSERT(seen[number] + killed[number] == 1);
      if (number >= claimed) RL_ASSERT(seen[number] == 0);
    }
  }
};

/// What a claimer did before its claim is the producer's to read once it knows of the claim.
template <class Sync>
struct hand_out_notice : rl::test_suite<hand_out_notice<Sync>, 2> {
  using ring_type = hand_out_ring<Sync, std::uint64_t>;
  static constexpr bool bound_search = true;
  static constexpr unsigned static_context_bound = 1;

  std::array<typename ring_type::slot, 2> slots;
  ring_type ring{slots};
  rl::var<unsigned> note;

  void before() { note($) = 0; }
  void thread(unsigned index) {
    if (index == 0) {
      RL_ASSERT(ring.try_offer(value_of(0), 0));
      for (int tries = 0; tries < 4; ++tries) {
        if (ring.claimed() == 1) {
          RL_ASSERT(static_cast<unsigned>(note($)) == 7);
          return;
        }
      }
      return;
    }
    note($) = 7;
    handed_out<std::uint64_t> out;
    for (int tries = 0; tries < 4; ++tries) {
      if (ring.claim(std::span(&out, 1)) != 0) return;
    }
  }
};

template <int Site>
using weak = model::sync<Site>;
template <int Step>
using skips = model::sync<model::nothing, Step>;

const std::vector<model::model_case> cases{
    {"hand_out_race", "", &model::survives<hand_out_race<model::sync<>>>},
    {"hand_out_race", "r1", &model::survives<hand_out_race<weak<order::r1>>>},
    {"hand_out_race", "a1", &model::survives<hand_out_race<weak<order::a1>>>},
    {"hand_out_race", "r3", &model::survives<hand_out_race<weak<order::r3>>>},
    {"hand_out_race", "a3", &model::survives<hand_out_race<weak<order::a3>>>},
    {"hand_out_race", "own_generation",
     &model::survives<hand_out_race<skips<step::own_generation>>>},
    {"hand_out_notice", "", &model::survives<hand_out_notice<model::sync<>>>},
    {"hand_out_notice", "r2", &model::survives<hand_out_notice<weak<order::r2>>>},
    {"hand_out_notice", "a2", &model::survives<hand_out_notice<weak<order::a2>>>},
};

}  // namespace

int main(int argc, char** argv) { return model::run_case(cases, argc, argv); }
