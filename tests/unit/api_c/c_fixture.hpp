// An engine in virtual time with one client and one queue, opened and closed through millrace.h.
#pragma once

#include <gtest/gtest.h>
#include <millrace/millrace.h>

#include <string>
#include <string_view>

template <class T>
T sized() {
  T out{};
  out.struct_size = sizeof(T);
  return out;
}

inline mr_bytes bytes_of(std::string_view text) { return {text.data(), text.size()}; }
inline std::string text_of(const mr_bytes& b) {
  return std::string(static_cast<const char*>(b.data), b.size);
}

class c_engine : public testing::Test {
 protected:
  static constexpr uint32_t window = 64;

  c_engine() {
    auto options = sized<mr_options>();
    options.clock = MR_CLOCK_VIRTUAL;
    options.client_window = window;
    EXPECT_EQ(mr_engine_open(MR_ABI_VERSION, &options, &engine_), MR_OK);
    EXPECT_EQ(mr_client_connect(engine_, nullptr, &client_), MR_OK);
    EXPECT_EQ(mr_create_queue(client_, "orders", nullptr, &queue_), MR_OK);
  }
  ~c_engine() override {
    EXPECT_EQ(mr_client_close(client_), MR_OK);
    EXPECT_EQ(mr_engine_close(engine_), MR_OK);
  }

  void send(std::string_view body) {
    ASSERT_EQ(mr_send(client_, queue_, body.data(), body.size(), nullptr), MR_OK);
  }
  /// Moves time on and lets the lane do what became due.
  void advance(int64_t by_ms) {
    ASSERT_EQ(mr_engine_advance(engine_, by_ms), MR_OK);
    while (mr_engine_poll(engine_, 0, 256) > 0) {
    }
  }
  /// The first message of a receive of one; `held` keeps its bytes.
  mr_message receive_one(mr_received*& held, const mr_receive_options* options = nullptr) {
    auto message = sized<mr_message>();
    EXPECT_EQ(mr_receive(client_, queue_, options, &held), 1);
    EXPECT_EQ(mr_received_message(held, 0, &message), MR_OK);
    return message;
  }
  /// Polls lane and client until a completion came.
  mr_completion complete() {
    auto completion = sized<mr_completion>();
    for (int i = 0; i < 100; ++i) {
      EXPECT_GE(mr_client_flush(client_), 0);
      EXPECT_GE(mr_engine_poll(engine_, 0, 256), 0);
      const int32_t count = mr_client_poll(client_, &completion, 1);
      EXPECT_GE(count, 0);
      if (count == 1) return completion;
    }
    ADD_FAILURE() << "no completion";
    return completion;
  }

  mr_engine* engine_ = nullptr;
  mr_client* client_ = nullptr;
  mr_queue queue_ = 0;
};
