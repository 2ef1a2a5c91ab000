#include "bulkhead/net/certificates.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "bulkhead/base/text.h"
#include "bulkhead/io/source.h"

namespace bulkhead::net {
namespace {

// The largest bundle in use (Mozilla's, with text) has 0.6 MiB.
constexpr std::uint64_t kMostFileBytes = 8 << 20;
constexpr std::size_t kMostFolderFiles = 1000;

// Debian, Alpine and others; Fedora and RHEL; openSUSE; Alpine's and BSD's old place. As Go's
// crypto/x509 looks for them.
constexpr const char* kSystemFiles[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
};

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Certificate = std::unique_ptr<X509, FreeCertificate>;
using Bio = std::unique_ptr<BIO, FreeBio>;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string find_system_file() {
  std::string named = environment("SSL_CERT_FILE");
  if (!named.empty()) return named;
  for (const char* path : kSystemFiles) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) return path;
  }
  return {};
}

Result<std::string> read_file(const std::string& path) {
  auto source = io::open_file(path);
  // A missing file of the options is no missing target.
  if (!source) {
    return std::unexpected(Error{Code::io, "certificates: " + source.error().what, path});
  }
  auto text = io::read_all(**source, kMostFileBytes);
  if (!text) return std::unexpected(located(text.error(), path));
  return text;
}

/// The password of a key is nothing that we ask for: an encrypted key is refused.
int refuse_password(char*, int, int, void*) { return -1; }

Result<void> add_authorities(const std::string& path, std::vector<Certificate>& found) {
  BH_TRY(const std::string text, read_file(path));
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  const std::size_t before = found.size();
  while (X509* one = PEM_read_bio_X509_AUX(bio.get(), nullptr, refuse_password, nullptr)) {
    found.emplace_back(one);
  }
  const unsigned long reason = ERR_peek_last_error();
  ERR_clear_error();
  if (found.size() == before || ERR_GET_REASON(reason) != PEM_R_NO_START_LINE) {
    return std::unexpected(Error{Code::malformed,
                                 found.size() == before
                                     ? "certificates: there is no certificate (PEM) in this file"
                                     : "certificates: a certificate (PEM) is damaged",
                                 path});
  }
  return {};
}

Result<void> add_folder(const std::string& folder, std::vector<Certificate>& found) {
  std::error_code code;
  std::vector<std::string> files;
  for (std::filesystem::directory_iterator at(folder, code), end; !code && at != end;
       at.increment(code)) {
    if (at->path().extension() == ".crt") files.push_back(at->path().string());
    if (files.size() > kMostFolderFiles) {
      return std::unexpected(
          Error{Code::limit_exceeded,
                fmt::format("certificates: more than {} files", kMostFolderFiles), folder});
    }
  }
  if (code) return std::unexpected(Error{Code::io, "certificates: " + code.message(), folder});
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) BH_CHECK(add_authorities(file, found));
  return {};
}

/// curl reads these itself; a wrong one is told before the first request.
Result<void> check_client(const ClientOptions& options) {
  if (options.client_certificate.empty()) return {};
  BH_TRY(const std::string text, read_file(options.client_certificate));
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  const Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, refuse_password, nullptr));
  const std::string& key_path =
      options.client_key.empty() ? options.client_certificate : options.client_key;
  BH_TRY(const std::string key_text, read_file(key_path));
  const Bio key_bio(BIO_new_mem_buf(key_text.data(), static_cast<int>(key_text.size())));
  const std::unique_ptr<EVP_PKEY, FreeKey> key(
      PEM_read_bio_PrivateKey(key_bio.get(), nullptr, refuse_password, nullptr));
  ERR_clear_error();
  if (!certificate) {
    return std::unexpected(Error{Code::malformed,
                                 "certificates: there is no certificate (PEM) in this file",
                                 options.client_certificate});
  }
  if (!key) {
    return std::unexpected(Error{Code::malformed,
                                 "certificates: there is no private key (PEM, without a password) "
                                 "in this file",
                                 key_path});
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    ERR_clear_error();
    return std::unexpected(
        Error{Code::malformed, "certificates: this key is not the certificate's", key_path});
  }
  return {};
}

}  // namespace

struct Certificates::State {
  std::string system_file;
  std::string system_folder;
  std::vector<Certificate> own;
};

Result<std::shared_ptr<const Certificates>> Certificates::load(const ClientOptions& options) {
  auto state = std::make_unique<State>();
  state->system_file = find_system_file();
  state->system_folder = environment("SSL_CERT_DIR");
  if (!options.ca_file.empty()) BH_CHECK(add_authorities(options.ca_file, state->own));
  if (!options.ca_folder.empty()) BH_CHECK(add_folder(options.ca_folder, state->own));
  BH_CHECK(check_client(options));
  return std::shared_ptr<const Certificates>(new Certificates(std::move(state)));
}

Certificates::Certificates(std::unique_ptr<State> state) : state_(std::move(state)) {}
Certificates::~Certificates() = default;

const std::string& Certificates::system_file() const { return state_->system_file; }
const std::string& Certificates::system_folder() const { return state_->system_folder; }
bool Certificates::has_own() const { return !state_->own.empty(); }

bool Certificates::add_own_to(void* ssl_context) const {
  X509_STORE* store = SSL_CTX_get_cert_store(static_cast<SSL_CTX*>(ssl_context));
  // curl keeps one store for many connections: adding what is there already does nothing.
  return std::all_of(state_->own.begin(), state_->own.end(), [store](const Certificate& one) {
    return X509_STORE_add_cert(store, one.get()) == 1;
  });
}

}  // namespace bulkhead::net
