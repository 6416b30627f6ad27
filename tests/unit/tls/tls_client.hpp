// The client's side of TLS without a socket, which checks certificate and name as clients do: for
// tests of ours.
#pragma once

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <string>
#include <string_view>

namespace millrace::tls::test {

struct client_options {
  std::string trusted = {};  ///< PEM; empty: nothing is checked
  std::string name = "localhost";
  std::string protocols = {};  ///< ALPN, each behind its length
  int version_max = TLS1_3_VERSION;
  int version_min = TLS1_2_VERSION;
};

class tls_client {
 public:
  explicit tls_client(const client_options& wanted)
      : context_(SSL_CTX_new(TLS_client_method())), ssl_(nullptr) {
    SSL_CTX_set_min_proto_version(context_, wanted.version_min);
    SSL_CTX_set_max_proto_version(context_, wanted.version_max);
    if (wanted.version_max < TLS1_2_VERSION) SSL_CTX_set_security_level(context_, 0);
    if (!wanted.trusted.empty()) trust(wanted.trusted);
    ssl_ = SSL_new(context_);
    SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    const bool is_address = wanted.name.find_first_not_of("0123456789.") == std::string::npos;
    if (is_address) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), wanted.name.c_str());
    } else {
      SSL_set1_host(ssl_, wanted.name.c_str());
    }
    if (!wanted.protocols.empty()) {
      SSL_set_alpn_protos(ssl_, reinterpret_cast<const unsigned char*>(wanted.protocols.data()),
                          static_cast<unsigned>(wanted.protocols.size()));
    }
    SSL_set_connect_state(ssl_);
  }
  ~tls_client() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  tls_client(const tls_client&) = delete;
  tls_client& operator=(const tls_client&) = delete;

  void receive(std::string_view sealed) {
    if (sealed.empty()) return;
    BIO_write(SSL_get_rbio(ssl_), sealed.data(), static_cast<int>(sealed.size()));
  }
  /// Goes on with the handshake and opens what there is.
  std::string read() {
    ERR_clear_error();
    std::string text;
    char part[4096];
    while (true) {
      const int got = SSL_read(ssl_, part, sizeof part);
      if (got <= 0) {
        last_ = SSL_get_error(ssl_, got);
        if (last_ == SSL_ERROR_SSL) failure_ = ERR_reason_error_string(ERR_peek_error());
        return text;
      }
      text.append(part, static_cast<std::size_t>(got));
    }
  }
  void write(std::string_view text) {
    EXPECT_EQ(SSL_write(ssl_, text.data(), static_cast<int>(text.size())),
              static_cast<int>(text.size()));
  }
  void close() { SSL_shutdown(ssl_); }
  void update_key() { EXPECT_EQ(SSL_key_update(ssl_, SSL_KEY_UPDATE_REQUESTED), 1); }
  /// For the other side.
  std::string output() {
    std::string all(BIO_pending(SSL_get_wbio(ssl_)), '\0');
    if (!all.empty()) BIO_read(SSL_get_wbio(ssl_), all.data(), static_cast<int>(all.size()));
    return all;
  }

  [[nodiscard]] bool established() const { return SSL_is_init_finished(ssl_) == 1; }
  [[nodiscard]] bool ended() const { return last_ == SSL_ERROR_ZERO_RETURN; }
  [[nodiscard]] std::string failure() const { return failure_; }
  [[nodiscard]] std::string version() const { return SSL_get_version(ssl_); }
  [[nodiscard]] std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }

 private:
  void trust(const std::string& pem) {
    BIO* const from = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    X509* const certificate = PEM_read_bio_X509(from, nullptr, nullptr, nullptr);
    EXPECT_NE(certificate, nullptr) << pem;
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), certificate);
    X509_free(certificate);
    BIO_free(from);
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
  }

  SSL_CTX* context_;
  SSL* ssl_;
  int last_ = SSL_ERROR_NONE;
  std::string failure_;
};

}  // namespace millrace::tls::test
