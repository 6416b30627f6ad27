#include "workload/fault.hpp"

#include <sstream>
#include <stdexcept>
#include <vector>

#include "workload/duration.hpp"

namespace millrace::perf {

fault parse_fault(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) {
    if (word != "of") words.push_back(word);
  }
  if (words.size() == 4) words.emplace_back("server");
  const bool known = words.size() == 5 && words[0] == "at" && words[2] == "stall" &&
                     (words[4] == "consumers" || words[4] == "server");
  if (!known) {
    throw std::runtime_error("fault: '" + std::string(text) +
                             "' is not 'at TIME stall TIME consumers|server'");
  }
  return {.at_ns = parse_duration_ns(words[1]),
          .length_ns = parse_duration_ns(words[3]),
          .whom = words[4] == "server" ? fault::victim::server : fault::victim::consumers};
}

std::string to_text(const fault& what) {
  const bool server = what.whom == fault::victim::server;
  return "at " + duration_text(static_cast<double>(what.at_ns)) + " stall " +
         duration_text(static_cast<double>(what.length_ns)) + (server ? " server" : " consumers");
}

}  // namespace millrace::perf
