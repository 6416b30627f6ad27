// topic_history: topics of one simulated engine over several lives, on one disk, from one seed and
// on one thread. Publishes, subscriptions that come and go, crashes in the middle of everything,
// and a book of what was acknowledged, which every life must find in the queues, in order and
// nothing else. Nothing is deleted from the queues, so that they hold all that ever came.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "api/client_core.hpp"
#include "plan.hpp"
#include "sim_disk.hpp"

namespace millrace::sim {

struct topic_tally {
  std::uint64_t histories = 0;
  std::uint64_t operations = 0;
  std::uint64_t crashes = 0;
  std::uint64_t acked = 0;     ///< messages
  std::uint64_t found = 0;     ///< of them in queues, over all lives
  std::uint64_t ordered = 0;   ///< of them in FIFO queues
  std::uint64_t repeated = 0;  ///< messages published again, for nobody had answered
};

class topic_history {
 public:
  explicit topic_history(std::uint64_t seed);
  /// Empty: nothing is broken.
  std::string run(topic_tally& counts);

 private:
  struct link {  ///< of a topic to a queue
    enum class state : std::uint8_t { off, on, unknown };
    state is = state::off;
    std::uint64_t version = 0;  ///< grows with whatever may change it
    subscription_id id;
    bool ever = false;  ///< it may have been on
  };
  struct message {
    std::size_t topic = 0;
    std::uint64_t group = 0;
    bool asked = false;
    std::map<std::size_t, std::uint64_t> on;  ///< queue -> version of its link at the first publish
    std::set<std::size_t> required;           ///< queues that must have it
  };
  struct change {
    std::size_t topic = 0;
    std::size_t queue = 0;
    bool more = false;
  };

  bool open();
  void live();
  void end(bool in_order);
  void set_up();
  void step();
  void publish();
  void submit_publish(std::size_t topic, const std::vector<std::uint64_t>& numbers);
  void repeat();
  void change_link();
  void turns(std::size_t most);
  void answered(const completion& done);
  void published(const completion& done, const std::vector<std::uint64_t>& numbers);
  void changed(const completion& done, const change& what);
  void check();
  void check_queue(std::size_t which);
  [[nodiscard]] std::vector<std::string> bodies_of(const std::string& queue) const;
  bool settle();
  void complain(std::string what);
  [[nodiscard]] bool one_in(std::uint64_t n) { return random_.below(n) == 0; }
  [[nodiscard]] std::string data_of(std::uint64_t number) const;

  base::random random_;
  history_plan plan_;
  sim_disk disk_;
  std::unique_ptr<detail::engine_core> core_;
  std::unique_ptr<detail::client_core> client_;
  base::time_ns clock_ns_;

  std::map<std::pair<std::size_t, std::size_t>, link> links_;
  std::map<std::uint64_t, message> messages_;
  std::vector<std::uint64_t> unanswered_;  ///< of FIFO topics, at the end of a life
  std::map<std::uint64_t, std::vector<std::uint64_t>> publishing_;  ///< by token
  std::map<std::uint64_t, change> changing_;                        ///< by token
  std::map<std::size_t, std::uint64_t> last_sequence_;              ///< by topic
  std::size_t made_ = 0;  ///< topics and queues whose creation was acknowledged in this life
  bool ready_ = false;    ///< all are there
  std::uint64_t next_number_ = 0;
  std::uint64_t next_token_ = 0;
  topic_tally* counts_ = nullptr;
  std::string complaint_;
};

}  // namespace millrace::sim
