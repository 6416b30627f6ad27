// What a load is put on: queues or streams, of an engine in this process or of a server. One
// thread calls; nothing blocks but the construction, turn() and the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::perf {

struct outgoing {
  std::uint64_t sequence = 0;
  std::uint32_t key = 0;
  bool keyed = false;
  std::string_view body;  ///< valid during the call
};

inline constexpr std::size_t send_batch_max = 10;

enum class send_outcome : std::uint8_t { accepted, throttled, failed };

/// Whom a reader works for; readers of one worker are served one at a time.
struct reader_place {
  std::size_t topic = 0;
  std::size_t subscription = 0;
  std::size_t worker = 0;
};

class target {
 public:
  /// Told during turn(); may call the target back.
  class listener {
   public:
    listener() = default;
    listener(const listener&) = delete;
    listener& operator=(const listener&) = delete;
    virtual ~listener() = default;
    /// The answer to a send, an outcome a message (more, if the call failed as a whole).
    virtual void sent(std::uint64_t call, std::span<const send_outcome> outcomes) = 0;
    /// The answer to next(): nothing, when a wait ended. Bodies are valid during the call.
    virtual void received(std::size_t reader, std::span<const std::string_view> bodies) = 0;
  };

  target() = default;
  target(const target&) = delete;
  target& operator=(const target&) = delete;
  virtual ~target() = default;

  /// In one sentence, for people.
  [[nodiscard]] virtual std::string describe() const = 0;
  [[nodiscard]] virtual std::size_t senders() const noexcept = 0;
  [[nodiscard]] const std::vector<reader_place>& readers() const noexcept { return readers_; }

  [[nodiscard]] virtual bool can_send(std::size_t sender) const noexcept = 0;
  /// One call with 1 to 10 messages; what one sender sends keeps its order. can_send() was true.
  virtual void send(std::size_t sender, std::size_t topic, std::uint64_t call,
                    std::span<const outgoing> messages) = 0;
  /// Takes away what the reader was handed, and asks for more.
  virtual void next(std::size_t reader) = 0;
  /// Lets things happen until `until_ns` (monotonic) at most, less when there was something.
  virtual void turn(listener& to, std::uint64_t until_ns) = 0;

  /// The engine or server stands still until it is let go on. Throws std::runtime_error when that
  /// is not ours to do.
  virtual void stall() = 0;
  virtual void resume() = 0;

  /// Answers that were errors, throttling apart.
  [[nodiscard]] std::uint64_t errors() const noexcept { return errors_; }
  [[nodiscard]] const std::string& first_error() const noexcept { return first_error_; }

 protected:
  void note_error(std::string_view what) {
    if (errors_++ == 0) first_error_ = what;
  }
  std::vector<reader_place> readers_;

 private:
  std::uint64_t errors_ = 0;
  std::string first_error_;
};

}  // namespace millrace::perf
