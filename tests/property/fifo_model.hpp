// fifo_model: what FIFO queues do, said as plainly as possible: one list of messages in order,
// scanned from end to end for everything. Slow, single-threaded, the reference for queue::service.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "queue_model.hpp"

namespace millrace::test {

struct fifo_model_message {
  message_id id;
  std::string queue;
  std::string group;
  std::string body;
  std::string source;  ///< as a dead letter; under way: where to
  place where = place::ready;
  std::uint64_t order = 0;  ///< delayed, in flight: ties of the same end
  base::time_ms until_ms = 0;
  base::time_ms sent_at_ms = 0;
  std::uint32_t receive_count = 0;
  std::uint32_t receives_here = 0;
  std::uint64_t key = 0;
};

struct fifo_model_send {
  std::string group;
  std::string id;
  std::string body;
};

class fifo_model {
 public:
  /// What the service made of a send is taken over, unless the window knows the id.
  queue::sent_as send(const std::string& name, const fifo_model_send& s, const queue::sent_as& as);
  std::vector<fifo_model_message> receive(const std::string& name, std::int32_t max,
                                          std::int32_t visibility_s);
  errc remove(std::uint64_t key, const std::string& name, std::uint32_t receive_count);
  errc change(std::uint64_t key, const std::string& name, std::uint32_t receive_count,
              std::int32_t visibility_s);
  void purge(const std::string& name);
  void set_delay(const std::string& name, std::int32_t delay_s);
  void work(base::time_ms at_ms);
  [[nodiscard]] std::uint64_t count(const std::string& name, place where) const;

  std::map<std::string, queue_attributes> queues;
  base::time_ms now_ms = queue_bench::start_ms;

 private:
  struct window_entry {
    queue::sent_as as;
    base::time_ms until_ms = 0;
  };
  using group_name = std::pair<std::string, std::string>;
  fifo_model_message* find(std::uint64_t key, const std::string& name);
  void put(fifo_model_message& m, place where, base::time_ms until_ms);
  void erase(std::uint64_t key);
  void update(const group_name& name);
  [[nodiscard]] bool outlived(const fifo_model_message& m) const;
  void end_timers();
  void settle_transfers();

  std::vector<fifo_model_message> messages_;
  std::map<group_name, std::uint64_t> ready_since_;
  std::map<std::pair<std::string, std::string>, window_entry> window_;
  std::uint64_t next_ = 1;
};

}  // namespace millrace::test
