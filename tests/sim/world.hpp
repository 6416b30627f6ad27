// world: one simulated engine with its lanes, clients, journal and time, all driven by one seed on
// one thread. run() plays a history and says what the checker found.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/client_core.hpp"
#include "api/engine_core.hpp"
#include "base/random.hpp"
#include "sim_journal.hpp"

namespace millrace::sim {

struct outcome {
  account found;
  std::uint64_t hash = 0;
  std::string complaint;  ///< empty: none
};

class world {
 public:
  explicit world(std::uint64_t seed);
  outcome run();

 private:
  /// A call under way, as its client remembers it.
  struct call {
    operation_kind kind = operation_kind::none;
    std::string queue;
    std::uint64_t submitted_at = 0;
    std::vector<std::string> bodies;  ///< sent, or those of the receipts to delete
  };
  /// A receipt in a client's hand.
  struct held {
    std::string queue;
    std::string body;
    receipt_handle receipt;
  };
  struct sim_client {
    std::unique_ptr<detail::client_core> core;
    std::map<std::uint64_t, call> calls;
    std::vector<held> receipts;
  };
  using fill = std::function<errc(lane::operation&)>;

  void act();
  void progress();
  void submit(sim_client& c, call what, const fill& complete);
  void send(sim_client& c, const std::string& queue);
  void receive(sim_client& c, const std::string& queue);
  void use_receipts(sim_client& c, bool deletes);
  void cancel(sim_client& c);
  void simple(sim_client& c, operation_kind kind, const std::string& queue);
  void reopen(sim_client& c);
  void completed(sim_client& c, const completion& done);
  void drain();
  void break_journal();
  void complain(const std::string& what);
  void advance(std::int64_t by_ms) { core_->virtual_time()->advance(by_ms * base::ns_per_ms); }
  sim_client& any_client() { return clients_[random_.below(clients_.size())]; }
  const std::string& any_queue() { return queues_[random_.below(queues_.size())]; }

  base::random random_;
  checker checker_;
  sim_journal journal_;
  std::unique_ptr<detail::engine_core> core_;
  std::vector<sim_client> clients_;
  std::vector<std::string> queues_;
  const bool breaks_;
  std::uint64_t step_ = 0;
  std::uint64_t last_token_ = 0;
  std::uint64_t last_body_ = 0;
  std::string complaint_;
};

}  // namespace millrace::sim
