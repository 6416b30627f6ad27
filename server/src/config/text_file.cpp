#include "config/text_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace millrace::config {
namespace {

constexpr std::size_t file_bytes_max = std::size_t{1} << 20;

}  // namespace

or_error<std::string> read_text_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return refuse<std::string>(path + ": " + std::strerror(errno));  // NOLINT: one thread starts
  }
  std::string text(file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return refuse<std::string>(path + ": cannot be read");
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > file_bytes_max) return refuse<std::string>(path + ": larger than 1 MiB");
  return {std::move(text), {}};
}

}  // namespace millrace::config
