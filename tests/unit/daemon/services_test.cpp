#include "daemon/services.hpp"

#include <gtest/gtest.h>

namespace millrace::daemon {
namespace {

TEST(services, serve_every_route) {
  for (const aws::route& row : aws::routes()) {
    const service_place place = place_of({.row = &row, .operation = 0});
    ASSERT_LT(place.service, services().size());
    EXPECT_EQ(services()[place.service]->model, row.service());
  }
}

TEST(services, have_a_handler_for_every_operation_and_make_calls) {
  for (const aws::service* service : services()) {
    EXPECT_NE(service->make_call(), nullptr);
    const std::size_t count = service->model == nullptr ? 4 : service->model->operations.size();
    for (std::size_t operation = 0; operation < count; ++operation) {
      const aws::handler& does = service->handler_of(operation);
      EXPECT_NE(does.start, nullptr) << operation;
      EXPECT_NE(does.resume, nullptr) << operation;
    }
  }
}

}  // namespace
}  // namespace millrace::daemon
