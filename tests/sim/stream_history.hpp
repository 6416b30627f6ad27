// stream_history: streams of one simulated engine over several lives, on one disk, from one seed
// and on one thread. Puts, reads and reshards, crashes in the middle of everything, and a book of
// what was acknowledged, which every life must find again, in order and nothing else.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/client_core.hpp"
#include "plan.hpp"
#include "sim_disk.hpp"

namespace millrace::sim {

struct stream_tally {
  std::uint64_t histories = 0;
  std::uint64_t operations = 0;
  std::uint64_t crashes = 0;
  std::uint64_t acked = 0;     ///< records
  std::uint64_t reshards = 0;  ///< acknowledged
  std::uint64_t refound = 0;   ///< acknowledged records, over all lives
};

class stream_history {
 public:
  explicit stream_history(std::uint64_t seed);
  /// Empty: nothing is broken.
  std::string run(stream_tally& counts);

 private:
  struct book {
    /// By shard: what was acknowledged, by sequence number.
    std::map<std::uint32_t, std::map<std::string, std::uint64_t>> acked;
    std::map<std::uint64_t, bool> asked;  ///< puts, by number: whether it was acknowledged
  };

  bool open();
  void live();
  void end(bool in_order);
  void step();
  void put();
  void reshard();
  void turns(std::size_t most);
  void answered(const completion& done);
  void check_records();
  void check_shard(std::uint32_t shard);
  void check_ranges();
  bool settle();
  void complain(std::string what);
  [[nodiscard]] bool one_in(std::uint64_t n) { return random_.below(n) == 0; }
  lane::operation* begin(operation_kind kind, std::uint64_t token);
  [[nodiscard]] std::string data_of(std::uint64_t number) const;

  base::random random_;
  history_plan plan_;
  sim_disk disk_;
  std::unique_ptr<detail::engine_core> core_;
  std::unique_ptr<detail::client_core> client_;
  base::time_ns clock_ns_;
  book book_;
  std::map<std::uint64_t, std::vector<std::uint64_t>> under_way_;  ///< puts of a call, by token
  std::vector<shard_description> shards_;                          ///< as they were last listed
  std::map<std::uint32_t, std::string> last_of_;                   ///< number acked last, by shard
  std::uint64_t next_number_ = 0;
  std::uint64_t next_token_ = 0;
  bool created_ = false;  ///< acknowledged
  bool reading_ = false;
  read_summary read_;
  std::vector<std::pair<std::string, std::string>> found_;  ///< of a read: sequence and data
  stream_tally* counts_ = nullptr;
  std::string complaint_;
};

}  // namespace millrace::sim
