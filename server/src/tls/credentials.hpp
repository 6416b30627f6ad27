// credentials: a certificate with its private key, ready for sessions: TLS 1.2 and 1.3, ALPN h2 and
// http/1.1, tickets without a store, no renegotiation. Made on the thread that starts or reloads
// the server; then unchanging, and shared by all I/O threads. The only holder of OpenSSL's context.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;
struct evp_pkey_st;
struct x509_st;

namespace millrace::tls {

/// A file of PEM blocks, and what to call it in messages.
struct pem_file {
  std::string name;
  std::string text;
};

class credentials;
/// Null: `why` says in words what is wrong, and in which file.
using credentials_or_null = std::shared_ptr<const credentials>;

class credentials {
 public:
  /// The certificate with its chain (leaf first), and its private key, which has no passphrase.
  /// Both may be one file.
  static credentials_or_null read(const pem_file& certificate, const pem_file& key,
                                  std::string& why);
  /// A certificate that nobody vouches for, of localhost, 127.0.0.1 and `host`, an IPv4 address;
  /// good for a year. Its key never leaves the process.
  static credentials_or_null make_self_signed(const std::string& host, std::string& why);

  credentials(const credentials&) = delete;
  credentials& operator=(const credentials&) = delete;
  ~credentials();

  /// The server's side of one connection; null: out of memory. Any thread.
  [[nodiscard]] ssl_st* begin() const noexcept;
  /// The certificates, for clients that are to trust them.
  [[nodiscard]] const std::string& certificate_pem() const noexcept { return pem_; }
  /// The first certificate's last moment, e.g. "Nov 26 16:07:19 2027 GMT".
  [[nodiscard]] const std::string& good_until() const noexcept { return good_until_; }
  /// Whether that has passed: clients will refuse it.
  [[nodiscard]] bool expired() const noexcept { return expired_; }

 private:
  credentials() = default;
  bool open(std::string& why);
  bool use_leaf(x509_st& leaf, std::string& why);

  ssl_ctx_st* context_ = nullptr;
  std::string pem_;
  std::string good_until_;
  bool expired_ = false;
};

}  // namespace millrace::tls
