// A text that a client keeps for the server and gives back: an iterator, the place where a list
// goes on. Nobody else can make one or change what it says; it says when it was made. Made by one
// process and good for it: what an earlier one has made is known as such. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/siphash.hpp"

namespace millrace::aws {

/// Of one process, random, the same in all of its threads.
struct token_key {
  siphash_key key;
  std::uint32_t process = 0;
};

/// `kind`: what it is good for; a token of another kind is none.
std::string seal(const token_key& key, std::uint8_t kind, std::int64_t made_at_ms,
                 std::string_view content);

struct opened_token {
  enum class verdict : std::uint8_t {
    good,
    earlier,  ///< another process made it, or it looks so
    forged,   ///< nobody made this
  };
  verdict is = verdict::forged;
  std::int64_t made_at_ms = 0;
  std::string content;
};
opened_token open_token(const token_key& key, std::uint8_t kind, std::string_view text);

}  // namespace millrace::aws
