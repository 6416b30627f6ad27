#include "tls/credentials.hpp"

#include <cstring>

#include "tls/openssl.hpp"

namespace millrace::tls {
namespace {

constexpr unsigned char served_protocols[] = "\x02h2\x08http/1.1";

/// The first of ours that the client offers. A client whose protocols are all others is told so
/// (RFC 7301 3.2).
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned offered_size, void*) noexcept {
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, served_protocols,
                                          sizeof served_protocols - 1, offered, offered_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// Nobody is there to be asked.
int no_passphrase(char*, int, int, void* asked) noexcept {
  *static_cast<bool*>(asked) = true;
  return -1;
}

/// The next certificate; null at the end, and then `why` is empty unless one is broken.
certificate_owner next_certificate(BIO& from, const std::string& file, std::string& why) {
  certificate_owner read(PEM_read_bio_X509(&from, nullptr, nullptr, nullptr));
  if (read == nullptr) {
    const bool end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    const std::string reason = take_error();
    if (!end) why = file + ": a certificate cannot be read: " + reason;
  }
  return read;
}

key_owner read_key(const pem_file& file, std::string& why) {
  bool asked = false;
  const bio_owner from = reader_of(file.text);
  key_owner read(PEM_read_bio_PrivateKey(from.get(), nullptr, no_passphrase, &asked));
  if (read != nullptr) return read;
  const bool none = file.text.find("PRIVATE KEY-----") == std::string::npos;
  const std::string reason = take_error();
  why = file.name + (asked  ? ": the private key has a passphrase, and nobody could give it"
                     : none ? ": holds no private key in PEM form"
                            : ": the private key cannot be read: " + reason);
  return nullptr;
}

std::string pem_of(X509& certificate) {
  const bio_owner out(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(out.get(), &certificate) != 1) return {};
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace

credentials::~credentials() { SSL_CTX_free(context_); }

bool credentials::open(std::string& why) {
  ERR_clear_error();
  context_ = SSL_CTX_new(TLS_server_method());
  if (context_ == nullptr || SSL_CTX_set_min_proto_version(context_, TLS1_2_VERSION) != 1) {
    why = "OpenSSL does not start: " + take_error();
    return false;
  }
  SSL_CTX_set_options(context_, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // A connection that waits has no buffers.
  SSL_CTX_set_mode(context_, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context_, 1);
  SSL_CTX_set_alpn_select_cb(context_, choose_protocol, nullptr);
  return true;
}

bool credentials::use_leaf(X509& leaf, std::string& why) {
  if (SSL_CTX_use_certificate(context_, &leaf) != 1) {
    why = "the certificate cannot be used: " + take_error();
    return false;
  }
  pem_ = pem_of(leaf);
  expired_ = X509_cmp_current_time(X509_get0_notAfter(&leaf)) < 0;
  const bio_owner out(BIO_new(BIO_s_mem()));
  ASN1_TIME_print(out.get(), X509_get0_notAfter(&leaf));
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  good_until_.assign(text, static_cast<std::size_t>(size));
  return true;
}

credentials_or_null credentials::read(const pem_file& certificate, const pem_file& key,
                                      std::string& why) {
  std::shared_ptr<credentials> made(new credentials);
  if (!made->open(why)) return nullptr;
  const bio_owner from = reader_of(certificate.text);
  const certificate_owner leaf = next_certificate(*from, certificate.name, why);
  if (leaf == nullptr) {
    if (why.empty()) why = certificate.name + ": holds no certificate in PEM form";
    return nullptr;
  }
  if (!made->use_leaf(*leaf, why)) {
    why = certificate.name + ": " + why;
    return nullptr;
  }
  while (const certificate_owner link = next_certificate(*from, certificate.name, why)) {
    if (SSL_CTX_add1_chain_cert(made->context_, link.get()) != 1) {
      why = certificate.name + ": the chain cannot be used: " + take_error();
      return nullptr;
    }
    made->pem_ += pem_of(*link);
  }
  if (!why.empty()) return nullptr;
  const key_owner secret = read_key(key, why);
  if (secret == nullptr) return nullptr;
  if (X509_check_private_key(leaf.get(), secret.get()) != 1) {
    ERR_clear_error();
    why = key.name + ": is not the private key of the first certificate in " + certificate.name;
    return nullptr;
  }
  if (SSL_CTX_use_PrivateKey(made->context_, secret.get()) != 1) {
    why = key.name + ": the private key cannot be used: " + take_error();
    return nullptr;
  }
  return made;
}

credentials_or_null credentials::make_self_signed(const std::string& host, std::string& why) {
  std::shared_ptr<credentials> made(new credentials);
  if (!made->open(why)) return nullptr;
  const key_owner secret(EVP_EC_gen("P-256"));
  const certificate_owner leaf = secret == nullptr ? nullptr : sign_own(*secret, host);
  if (leaf == nullptr) {
    why = "a certificate cannot be made: " + take_error();
    return nullptr;
  }
  if (!made->use_leaf(*leaf, why)) return nullptr;
  if (SSL_CTX_use_PrivateKey(made->context_, secret.get()) != 1) {
    why = "the key made cannot be used: " + take_error();
    return nullptr;
  }
  return made;
}

ssl_st* credentials::begin() const noexcept { return SSL_new(context_); }

}  // namespace millrace::tls
