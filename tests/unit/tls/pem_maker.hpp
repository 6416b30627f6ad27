// Keys and certificates for tests of bad files.
#pragma once

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <string>

namespace millrace::tls::test {

struct pem_pair {
  std::string certificate;
  std::string key;
};

struct pem_wishes {
  unsigned rsa_bits = 0;  ///< 0: P-256
  long good_seconds = 3600;
  const char* passphrase = nullptr;
};

inline std::string text_of(BIO* out) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(out, &text);
  std::string all(text, static_cast<std::size_t>(size));
  BIO_free(out);
  return all;
}

inline pem_pair make_pem(const pem_wishes& wanted = {}) {
  EVP_PKEY* const key = wanted.rsa_bits == 0 ? EVP_EC_gen("P-256") : EVP_RSA_gen(wanted.rsa_bits);
  X509* const made = X509_new();
  X509_set_version(made, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made), 7);
  X509_gmtime_adj(X509_getm_notBefore(made), -2 * 86'400);
  X509_gmtime_adj(X509_getm_notAfter(made), wanted.good_seconds);
  X509_set_pubkey(made, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(made, X509_get_subject_name(made));
  X509_sign(made, key, EVP_sha256());
  BIO* const certificate = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(certificate, made);
  BIO* const secret = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(secret, key, wanted.passphrase == nullptr ? nullptr : EVP_aes_128_cbc(),
                           nullptr, 0, nullptr, const_cast<char*>(wanted.passphrase));
  X509_free(made);
  EVP_PKEY_free(key);
  return {text_of(certificate), text_of(secret)};
}

}  // namespace millrace::tls::test
