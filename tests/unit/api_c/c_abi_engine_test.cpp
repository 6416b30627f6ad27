#include <millrace/errc.hpp>

#include <sys/mman.h>

#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "c_fixture.hpp"

namespace {

TEST(c_abi, another_major_version_is_refused) {
  mr_engine* engine = reinterpret_cast<mr_engine*>(1);
  EXPECT_EQ(mr_engine_open(MR_ABI_VERSION + 0x10000, nullptr, &engine), MR_ABI_MISMATCH);
  EXPECT_EQ(engine, nullptr);
  EXPECT_EQ(mr_engine_open(0, nullptr, &engine), MR_ABI_MISMATCH);
  EXPECT_EQ(mr_abi_version(), MR_ABI_VERSION);
}

TEST(c_abi, another_minor_version_is_accepted) {
  mr_engine* engine = nullptr;
  ASSERT_EQ(mr_engine_open(MR_ABI_VERSION + 7, nullptr, &engine), MR_OK);
  EXPECT_EQ(mr_engine_close(engine), MR_OK);
}

TEST(c_abi, every_error_has_the_name_of_its_errc) {
  EXPECT_STREQ(mr_error_name(MR_OK), "ok");
  EXPECT_STREQ(mr_error_name(3), "ok");
  EXPECT_STREQ(mr_error_name(MR_QUEUE_DOES_NOT_EXIST), "queue_does_not_exist");
  EXPECT_STREQ(mr_error_name(MR_ABI_MISMATCH), "abi_mismatch");
  EXPECT_STREQ(mr_error_name(MR_INVALID_ARGUMENT), "invalid_argument");
  EXPECT_STREQ(mr_error_name(MR_IN_USE), "in_use");
  EXPECT_STREQ(mr_error_name(-999), "unknown");
  EXPECT_STREQ(mr_error_name(INT32_MIN), "unknown");
  for (int i = 1; i < 1000; ++i) {
    EXPECT_EQ(mr_error_name(-i), millrace::to_string(static_cast<millrace::errc>(i)));
  }
}

TEST(c_abi, null_handles_are_refused_and_null_closes_are_fine) {
  mr_client* client = nullptr;
  mr_queue queue = 0;
  EXPECT_EQ(mr_engine_open(MR_ABI_VERSION, nullptr, nullptr), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_client_connect(nullptr, nullptr, &client), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_create_queue(nullptr, "a", nullptr, &queue), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_engine_poll(nullptr, 0, 1), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_engine_now_ms(nullptr), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_engine_close(nullptr), MR_OK);
  EXPECT_EQ(mr_client_close(nullptr), MR_OK);
  mr_received_release(nullptr);
  mr_answer_release(nullptr);
}

TEST(c_abi, options_out_of_range_are_refused) {
  mr_engine* engine = nullptr;
  auto options = sized<mr_options>();
  options.message_size_max = 1023;
  EXPECT_EQ(mr_engine_open(MR_ABI_VERSION, &options, &engine), MR_INVALID_OPTION);
  options.message_size_max = 1024;
  ASSERT_EQ(mr_engine_open(MR_ABI_VERSION, &options, &engine), MR_OK);
  EXPECT_EQ(mr_engine_close(engine), MR_OK);
  options.short_poll_sampling = 2;
  EXPECT_EQ(mr_engine_open(MR_ABI_VERSION, &options, &engine), MR_INVALID_OPTION);
  options.short_poll_sampling = 1;
  ASSERT_EQ(mr_engine_open(MR_ABI_VERSION, &options, &engine), MR_OK);
  EXPECT_EQ(mr_engine_close(engine), MR_OK);
  options.threading = 2;
  EXPECT_EQ(mr_engine_open(MR_ABI_VERSION, &options, &engine), MR_INVALID_OPTION);
  options = sized<mr_options>();
  options.memory_max = UINT64_C(64) << 20;
  options.pool_prefault = UINT64_C(128) << 20;
  EXPECT_EQ(mr_engine_open(MR_ABI_VERSION, &options, &engine), MR_INVALID_OPTION);
  options = sized<mr_options>();
  options.account_id = "12";
  EXPECT_EQ(mr_engine_open(MR_ABI_VERSION, &options, &engine), MR_INVALID_OPTION);
  options = sized<mr_options>();
  options.durability = MR_DURABILITY_DISK + 1;  // without a data_dir
  EXPECT_EQ(mr_engine_open(MR_ABI_VERSION, &options, &engine), MR_DURABILITY_MISSING);
  options = sized<mr_options>();
  auto source = sized<mr_extent_source>();
  options.extents = &source;
  EXPECT_EQ(mr_engine_open(MR_ABI_VERSION, &options, &engine), MR_INVALID_ARGUMENT);
  EXPECT_EQ(engine, nullptr);
}

TEST(c_abi, an_engine_stays_while_a_client_or_a_message_is_in_use) {
  mr_engine* engine = nullptr;
  mr_client* client = nullptr;
  mr_queue queue = 0;
  mr_received* held = nullptr;
  ASSERT_EQ(mr_engine_open(MR_ABI_VERSION, nullptr, &engine), MR_OK);
  ASSERT_EQ(mr_client_connect(engine, nullptr, &client), MR_OK);
  ASSERT_EQ(mr_create_queue(client, "q", nullptr, &queue), MR_OK);
  ASSERT_EQ(mr_send(client, queue, "body", 4, nullptr), MR_OK);
  ASSERT_EQ(mr_receive(client, queue, nullptr, &held), 1);
  EXPECT_EQ(mr_engine_close(engine), MR_IN_USE);
  ASSERT_EQ(mr_client_close(client), MR_OK);
  EXPECT_EQ(mr_engine_close(engine), MR_IN_USE);
  auto message = sized<mr_message>();
  ASSERT_EQ(mr_received_message(held, 0, &message), MR_OK);
  EXPECT_EQ(text_of(message.body), "body");
  std::thread([held] { mr_received_release(held); }).join();
  EXPECT_EQ(mr_engine_close(engine), MR_OK);
}

TEST(c_abi, the_client_table_ends) {
  mr_engine* engine = nullptr;
  mr_client* first = nullptr;
  mr_client* second = nullptr;
  auto options = sized<mr_options>();
  options.clients_max = 1;
  ASSERT_EQ(mr_engine_open(MR_ABI_VERSION, &options, &engine), MR_OK);
  ASSERT_EQ(mr_client_connect(engine, nullptr, &first), MR_OK);
  EXPECT_EQ(mr_client_connect(engine, nullptr, &second), MR_TOO_MANY_CLIENTS);
  EXPECT_EQ(second, nullptr);
  mr_client_close(first);
  EXPECT_EQ(mr_engine_close(engine), MR_OK);
}

struct counted_extents {
  std::size_t taken = 0;
  std::size_t given = 0;
};
void* count_allocate(void* context, std::size_t bytes, std::size_t alignment, int) {
  static_cast<counted_extents*>(context)->taken += bytes;
  return std::aligned_alloc(alignment, bytes);
}
void count_release(void* context, void* extent, std::size_t bytes) {
  static_cast<counted_extents*>(context)->given += bytes;
  std::free(extent);
}

TEST(c_abi, memory_comes_from_the_callers_extents_and_goes_back) {
  counted_extents counted;
  {
    auto source = sized<mr_extent_source>();
    source.allocate = count_allocate;
    source.release = count_release;
    source.context = &counted;
    auto options = sized<mr_options>();
    options.extents = &source;
    mr_engine* engine = nullptr;
    mr_client* client = nullptr;
    mr_queue queue = 0;
    ASSERT_EQ(mr_engine_open(MR_ABI_VERSION, &options, &engine), MR_OK);
    source = {};  // it was copied
    ASSERT_EQ(mr_client_connect(engine, nullptr, &client), MR_OK);
    ASSERT_EQ(mr_create_queue(client, "q", nullptr, &queue), MR_OK);
    ASSERT_EQ(mr_send(client, queue, "body", 4, nullptr), MR_OK);
    EXPECT_GT(counted.taken, 0u);
    EXPECT_EQ(mr_client_close(client), MR_OK);
    EXPECT_EQ(mr_engine_close(engine), MR_OK);
  }
  EXPECT_EQ(counted.taken, counted.given);
}

struct seen_threads {
  std::vector<uint32_t> lanes;
  std::thread::id last;
};

TEST(c_abi, own_threads_run_the_lanes_and_callers_may_not) {
  seen_threads seen;
  auto options = sized<mr_options>();
  options.threading = MR_THREADS_OWN;
  options.lanes = 1;
  options.thread_context = &seen;
  options.on_thread_start = [](uint32_t lane, void* context) {
    auto* s = static_cast<seen_threads*>(context);
    s->lanes.push_back(lane);
    s->last = std::this_thread::get_id();
  };
  mr_engine* engine = nullptr;
  mr_client* client = nullptr;
  mr_queue queue = 0;
  ASSERT_EQ(mr_engine_open(MR_ABI_VERSION, &options, &engine), MR_OK);
  EXPECT_EQ(mr_engine_lanes(engine), 1);
  EXPECT_EQ(mr_engine_poll(engine, 0, 1), MR_NOT_SUPPORTED);
  EXPECT_EQ(mr_engine_next_poll_ns(engine, 0), MR_NOT_SUPPORTED);
  EXPECT_EQ(mr_engine_advance(engine, 1), MR_NOT_SUPPORTED);
  ASSERT_EQ(mr_client_connect(engine, nullptr, &client), MR_OK);
  ASSERT_EQ(mr_create_queue(client, "q", nullptr, &queue), MR_OK);
  ASSERT_EQ(mr_send(client, queue, "body", 4, nullptr), MR_OK);
  mr_received* held = nullptr;
  EXPECT_EQ(mr_receive(client, queue, nullptr, &held), 1);
  mr_received_release(held);
  EXPECT_EQ(mr_client_close(client), MR_OK);
  EXPECT_EQ(mr_engine_close(engine), MR_OK);  // joins the thread, so that we may look
  EXPECT_EQ(seen.lanes, std::vector<uint32_t>{0});
  EXPECT_NE(seen.last, std::this_thread::get_id());
}

TEST_F(c_engine, lanes_are_asked_for_by_number) {
  EXPECT_EQ(mr_engine_lanes(engine_), 1);
  EXPECT_EQ(mr_engine_lane_of(engine_, "orders"), 0);
  EXPECT_EQ(mr_engine_lane_of(engine_, nullptr), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_engine_poll(engine_, 1, 256), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_engine_prepare_to_sleep(engine_, 1), MR_INVALID_ARGUMENT);
  EXPECT_EQ(mr_engine_poll(engine_, 0, 256), 0);
}

TEST_F(c_engine, virtual_time_moves_only_when_told) {
  const int64_t before = mr_engine_now_ms(engine_);
  EXPECT_EQ(mr_engine_advance(engine_, -1), MR_INVALID_OPTION);
  EXPECT_EQ(mr_engine_now_ms(engine_), before);
  EXPECT_EQ(mr_engine_advance(engine_, 1'209'600'000), MR_OK);
  EXPECT_EQ(mr_engine_now_ms(engine_), before + 1'209'600'000);
}

TEST(c_abi, a_sleeping_lane_and_a_sleeping_client_are_woken) {
  struct wakes {
    int lane = 0;
    int client = 0;
  } woken;
  auto options = sized<mr_options>();
  options.on_lane_wake = [](uint32_t, void* context) { ++static_cast<wakes*>(context)->lane; };
  options.wake_context = &woken;
  mr_engine* engine = nullptr;
  mr_client* client = nullptr;
  ASSERT_EQ(mr_engine_open(MR_ABI_VERSION, &options, &engine), MR_OK);
  auto how = sized<mr_client_options>();
  how.wake = [](void* context) { ++static_cast<wakes*>(context)->client; };
  how.wake_context = &woken;
  ASSERT_EQ(mr_client_connect(engine, &how, &client), MR_OK);
  while (mr_engine_poll(engine, 0, 256) > 0) {
  }
  ASSERT_EQ(mr_engine_prepare_to_sleep(engine, 0), 1);
  ASSERT_EQ(mr_submit_create_queue(client, "q", nullptr, 1), MR_OK);
  EXPECT_EQ(mr_client_prepare_to_sleep(client), 1);  // hands the call over
  EXPECT_EQ(woken.lane, 1);
  EXPECT_EQ(woken.client, 0);
  EXPECT_EQ(mr_engine_end_sleep(engine, 0), MR_OK);
  while (mr_engine_poll(engine, 0, 256) > 0) {
  }
  EXPECT_EQ(woken.client, 1);
  EXPECT_EQ(mr_client_end_sleep(client), MR_OK);
  EXPECT_EQ(mr_client_prepare_to_sleep(client), 0);
  auto completion = sized<mr_completion>();
  EXPECT_EQ(mr_client_poll(client, &completion, 1), 1);
  EXPECT_EQ(mr_client_close(client), MR_OK);
  EXPECT_EQ(mr_engine_close(engine), MR_OK);
}

}  // namespace
