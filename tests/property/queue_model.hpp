// queue_model: what standard queues do, said as plainly as possible: one list of messages, scanned
// from end to end for everything. Slow, single-threaded, and the reference for queue::service.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/queue_bench.hpp"

namespace millrace::test {

enum class place { ready, delayed, in_flight, under_way };

struct model_message {
  message_id id;
  std::string queue;
  std::string body;
  std::string source;  ///< as a dead letter
  place where = place::ready;
  std::uint64_t order = 0;  ///< ready: since when; delayed, in flight: ties of the same end
  base::time_ms until_ms = 0;
  base::time_ms sent_at_ms = 0;
  base::time_ms first_received_at_ms = 0;
  base::time_ms received_at_ms = 0;
  std::uint32_t receive_count = 0;
  std::uint32_t receives_here = 0;
  std::uint64_t key = 0;  ///< names it in receipts; another one in another slot
};

struct model_queue {
  std::uint64_t generation = 0;
  queue_attributes attributes;
  base::time_ms redrive_again_ms = 0;
};

/// A receipt as the model remembers it.
struct model_receipt {
  std::string queue;
  std::uint64_t generation = 0;
  std::uint64_t key = 0;
  std::uint32_t receive_count = 0;
};

struct model_waiter {
  std::string queue;
  base::time_ms deadline_ms = 0;
  std::uint64_t order = 0;
  std::int32_t max = 1;
  std::int32_t visibility_s = 30;
  std::size_t number = 0;
};

/// What a waiter was answered.
struct model_answer {
  std::size_t waiter = 0;
  errc status = errc::ok;
  std::vector<model_message> messages;
};

class queue_model {
 public:
  explicit queue_model(std::uint64_t in_flight_max) : in_flight_max_(in_flight_max) {}

  void create(const std::string& name, const queue_attributes& attributes);
  void delete_queue(const std::string& name);
  void purge(const std::string& name);
  void send(const std::string& name, const message_id& id, const std::string& body,
            std::int32_t delay_s);
  errc receive(const std::string& name, std::int32_t max, std::int32_t visibility_s,
               std::vector<model_message>& out);
  errc remove(const std::string& name, const model_receipt& r);
  errc change(const std::string& name, const model_receipt& r, std::int32_t visibility_s);
  void park(const model_waiter& w);
  void unpark(std::size_t number);

  /// All that is due at `now_ms`, as the lane's turns do it; answers are added to `answers`.
  void work(base::time_ms now_ms);

  [[nodiscard]] std::uint64_t count(const std::string& name, place where) const;
  [[nodiscard]] std::size_t size() const { return messages_.size(); }

  std::map<std::string, model_queue> queues;
  std::vector<model_answer> answers;
  base::time_ms now_ms = queue_bench::start_ms;

 private:
  [[nodiscard]] model_message* next_ready(const std::string& name, std::uint64_t after);
  model_message* find(const model_receipt& r);
  void show(model_message& m);
  void hide(model_message& m, place where, base::time_ms until_ms);
  void erase(const model_message& m);
  bool outlived(const model_message& m) const;
  void move(model_message& m, const std::string& target, bool new_key);
  void end_timers();
  void expire();
  void serve();
  void end_waits();
  bool settle_transfers();

  std::uint64_t in_flight_max_;
  std::vector<model_message> messages_;
  std::vector<model_waiter> waiters_;
  std::uint64_t next_ = 1;
};

}  // namespace millrace::test
