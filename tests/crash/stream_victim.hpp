// The victim of stream_crash: an engine in a process of its own that works with streams until it is
// killed, and tells what it was answered and shown. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <millrace/millrace.hpp>
#include <millrace/stream_client.hpp>
#include <random>
#include <string>

namespace millrace::crash {

/// What the victim tells before it goes on.
struct news {
  enum class what : std::uint32_t {
    acked,    ///< the record `number` was acknowledged
    seen,     ///< a cursor showed it
    created,  ///< the stream short_name(number) was made
    deleted,  ///< and deleted
  };
  what is = what::acked;
  std::uint32_t shard = 0;     ///< of a record
  std::uint64_t number = 0;    ///< grows, over all lives
  std::uint64_t index = 0;     ///< of a record
  std::uint64_t asked_ns = 0;  ///< when the call began that this is the answer to
};

/// Where a life begins to count: above what lives before it may have used.
struct numbers {
  std::uint64_t record = 1;
  std::uint64_t stream = 1;
};

constexpr const char* long_stream = "clicks";
constexpr std::uint32_t batch_records_max = 20;
/// For so long streams are CREATING, UPDATING and DELETING.
constexpr std::uint32_t stream_change_ms = 3;

std::string data_of(std::uint64_t number);
/// Of a stream that comes and goes.
std::string short_name(std::uint64_t number);
/// Throws std::runtime_error.
engine open_engine(const std::string& path);

class stream_victim {
 public:
  /// Tells on the descriptor `to`.
  stream_victim(const std::string& path, int to, const numbers& next, std::uint64_t seed);
  /// Until it is killed, or the journal fails because its device is gone.
  [[noreturn]] void run();

 private:
  stream_client streams() { return stream_client(client_); }
  void tell(const news& n) const;
  void await_active();
  bool put_batch();
  void reshard();
  void look();
  void come_or_go();

  engine engine_;
  client client_;
  std::map<std::uint32_t, shard_cursor> cursors_;
  int to_;
  numbers next_;
  bool short_one_ = false;  ///< the stream short_name(next_.stream) is there
  std::mt19937_64 dice_;
};

}  // namespace millrace::crash
