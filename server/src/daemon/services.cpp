#include "daemon/services.hpp"

#include "daemon/admin.hpp"
#include "kinesis/call.hpp"
#include "sns/call.hpp"
#include "sqs/call.hpp"

namespace millrace::daemon {

const std::array<const aws::service*, service_count>& services() noexcept {
  static constexpr std::array<const aws::service*, service_count> all{
      &admin_service, &sqs::service, &kinesis::service, &sns::service};
  return all;
}

service_place place_of(const aws::destination& to) noexcept {
  const aws::service_model* const model = to.row->service();
  if (model == nullptr) return {0, static_cast<std::uint16_t>(to.row->observed())};
  std::uint8_t service = 1;
  while (services()[service]->model != model) ++service;
  return {service, static_cast<std::uint16_t>(to.operation)};
}

}  // namespace millrace::daemon
