// Certificates and keys that are in order, and what is said of those that are not.
#include "tls/credentials.hpp"

#include <gtest/gtest.h>

#include "pem_maker.hpp"

namespace {

using millrace::tls::credentials;
using millrace::tls::credentials_or_null;
using millrace::tls::test::make_pem;
using millrace::tls::test::pem_pair;

credentials_or_null read(const std::string& certificate, const std::string& key, std::string& why) {
  return credentials::read({"server.crt", certificate}, {"server.key", key}, why);
}

std::string why_not(const std::string& certificate, const std::string& key) {
  std::string why;
  EXPECT_EQ(read(certificate, key, why), nullptr);
  return why;
}

TEST(credentials, are_read_from_pem) {
  for (const unsigned bits : {0U, 2048U}) {
    const pem_pair made = make_pem({.rsa_bits = bits});
    std::string why;
    const credentials_or_null read_in = read(made.certificate, made.key, why);
    ASSERT_NE(read_in, nullptr) << why;
    EXPECT_EQ(read_in->certificate_pem(), made.certificate);
    EXPECT_FALSE(read_in->expired());
    EXPECT_NE(read_in->good_until().find("GMT"), std::string::npos);
  }
}

TEST(credentials, may_be_one_file_with_text_and_a_chain) {
  const pem_pair made = make_pem();
  const std::string other = make_pem().certificate;
  const std::string file = "of the server\n" + made.key + made.certificate + "issuer\n" + other;
  std::string why;
  const credentials_or_null read_in = read(file, file, why);
  ASSERT_NE(read_in, nullptr) << why;
  EXPECT_EQ(read_in->certificate_pem(), made.certificate + other);
}

TEST(credentials, that_have_expired_are_used_and_told_of) {
  const pem_pair made = make_pem({.good_seconds = -60});
  std::string why;
  const credentials_or_null read_in = read(made.certificate, made.key, why);
  ASSERT_NE(read_in, nullptr) << why;
  EXPECT_TRUE(read_in->expired());
}

TEST(credentials, are_refused_by_the_name_of_the_file_and_what_is_wrong) {
  const pem_pair made = make_pem();
  EXPECT_EQ(why_not("", made.key), "server.crt: holds no certificate in PEM form");
  EXPECT_EQ(why_not(made.key, made.key), "server.crt: holds no certificate in PEM form");
  EXPECT_EQ(why_not(made.certificate, ""), "server.key: holds no private key in PEM form");
  EXPECT_EQ(why_not(made.certificate, made.certificate),
            "server.key: holds no private key in PEM form");
  EXPECT_EQ(why_not(made.certificate, make_pem().key),
            "server.key: is not the private key of the first certificate in server.crt");
  EXPECT_EQ(why_not(made.certificate, make_pem({.passphrase = "secret"}).key),
            "server.key: the private key has a passphrase, and nobody could give it");
}

TEST(credentials, that_are_broken_are_refused) {
  const pem_pair made = make_pem();
  std::string broken = made.certificate;
  broken.replace(broken.size() / 2, 8, "AAAAAAAA");
  EXPECT_EQ(why_not(broken.substr(0, broken.size() - 30), made.key).rfind("server.crt: ", 0), 0U);
  std::string short_key = made.key;
  short_key.erase(60, 4);
  EXPECT_EQ(why_not(made.certificate, short_key).rfind("server.key: the private key cannot", 0),
            0U);
  EXPECT_EQ(why_not(made.certificate + broken.substr(0, 200), made.key)
                .rfind("server.crt: a certificate cannot be read: ", 0),
            0U);
}

TEST(credentials, with_a_key_that_is_too_weak_are_refused) {
  const pem_pair made = make_pem({.rsa_bits = 1024});
  EXPECT_EQ(why_not(made.certificate, made.key),
            "server.crt: the certificate cannot be used: ee key too small");
}

TEST(credentials, self_signed_have_a_key_of_their_own_each_time) {
  std::string why;
  const credentials_or_null first = credentials::make_self_signed("127.0.0.1", why);
  const credentials_or_null second = credentials::make_self_signed("127.0.0.2", why);
  ASSERT_TRUE(first != nullptr && second != nullptr) << why;
  EXPECT_NE(first->certificate_pem(), second->certificate_pem());
  EXPECT_FALSE(first->expired());
}

}  // namespace
