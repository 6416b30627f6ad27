#include "bodies.hpp"

#include <cstring>
#include <memory>
#include <millrace/attributes.hpp>

#include "base/hash.hpp"
#include "base/random.hpp"

namespace millrace::sim {
namespace {

constexpr std::size_t starts = 64 * 1024;
constexpr std::size_t pool_bytes = starts + body_bytes_most;

std::unique_ptr<std::byte[]> make_pool() {
  auto pool = std::make_unique<std::byte[]>(pool_bytes);
  base::random random(7);
  for (std::size_t i = 0; i < pool_bytes; i += 8) {
    const std::uint64_t word = random.next();
    std::memcpy(pool.get() + i, &word, 8);
  }
  return pool;
}

std::vector<std::byte> make_attributes() {
  std::vector<std::byte> out;
  append_attribute(out, {"origin", "String", as_bytes("simulator")});
  append_attribute(out, {"step", "Number", as_bytes("42")});
  return out;
}

}  // namespace

bytes_view body_of(std::uint32_t number, std::uint32_t bytes) noexcept {
  static const std::unique_ptr<std::byte[]> pool = make_pool();
  return {pool.get() + base::mix64(number) % starts, bytes};
}

bytes_view attributes_of(std::uint32_t number) noexcept {
  static const std::vector<std::byte> encoded = make_attributes();
  return number % 16 == 5 ? bytes_view(encoded) : bytes_view();
}

std::string_view tenant_of(std::uint32_t number, std::uint32_t tenants) noexcept {
  constexpr std::string_view names[] = {"noisy", "b", "c", "d", "e", "f"};
  const std::uint64_t drawn = base::mix64(number ^ 0x7e4a47);
  if (tenants == 0 || drawn % 8 == 0) return {};
  const std::uint64_t tenant = drawn / 8 % (std::uint64_t{2} * tenants);
  return names[tenant < tenants ? tenant : 0];
}

digest label_of(std::uint32_t number) noexcept {
  digest out{};
  const std::uint64_t check = base::mix64(number ^ 0x51a7e);
  std::memcpy(out.data(), &number, sizeof number);
  std::memcpy(out.data() + 8, &check, sizeof check);
  return out;
}

std::optional<std::uint32_t> number_of(const digest* label) noexcept {
  if (label == nullptr) return {};
  std::uint32_t number = 0;
  std::memcpy(&number, label->data(), sizeof number);
  if (*label != label_of(number)) return {};
  return number;
}

}  // namespace millrace::sim
