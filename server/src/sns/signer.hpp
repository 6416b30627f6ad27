// signer: what a notification is signed with, so that who receives it can tell that it came from
// this server: an RSA key and a certificate of it, which a path of the server answers. Made at the
// first signature, which takes a tenth of a second or so, and new in each process. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/once.hpp"

namespace millrace::sns {

/// SignatureVersion of a topic: RSA over SHA-1, or over SHA-256.
enum class signature_version : std::uint8_t { sha1 = 1, sha256 = 2 };

class signer {
 public:
  signer();
  ~signer();
  signer(const signer&) = delete;
  signer& operator=(const signer&) = delete;

  /// The signature in base64; empty if OpenSSL refuses a key, and then always.
  [[nodiscard]] std::string sign(signature_version version, std::string_view text);
  /// Of the key, in PEM form; empty as above.
  [[nodiscard]] const std::string& certificate();
  /// The path that is to answer it: it names the key, so that a certificate that is kept by its
  /// address is never another's.
  [[nodiscard]] const std::string& certificate_path();

  static constexpr std::string_view folder = "/_millrace/sns/";

 private:
  struct parts;
  parts& made();

  net::once once_;
  std::unique_ptr<parts> parts_;
};

}  // namespace millrace::sns
