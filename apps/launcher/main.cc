// PREFIX/bin/bulkhead of a release: starts PREFIX/lib/bulkhead/bulkhead with the dynamic loader and
// the libraries that lie beside it, so that nothing of the host's C library matters (its version,
// or that it is musl). Linked statically; it uses nothing that would load a library.

#include <sys/auxv.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace {

using Path = std::array<char, PATH_MAX>;

constexpr int kCannotStart = 3;  // bulkhead's code for what could not be done

// More words than the kernel passes on: it bounds them to 2 MiB with their pointers, and a word
// takes ten bytes at least.
std::array<char*, 1 << 18> g_words;

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "bulkhead: %s: %s\n", what, std::strerror(errno));
  std::exit(kCannotStart);
}

/// This program's file with all links resolved, also where /proc is not mounted (a bare chroot).
void find_self(Path& self) {
  const ssize_t length = ::readlink("/proc/self/exe", self.data(), self.size() - 1);
  if (length > 0) {
    self.at(static_cast<std::size_t>(length)) = '\0';
    return;
  }
  const char* name = nullptr;
  const unsigned long address = ::getauxval(AT_EXECFN);
  std::memcpy(static_cast<void*>(&name), &address, sizeof name);
  if (name == nullptr || ::realpath(name, self.data()) == nullptr) {
    give_up("cannot find its own folder");
  }
}

/// `prefix` + `rest`, which fits into a path or ends the program.
Path joined(std::string_view prefix, const char* rest) {
  Path path;
  const int length = std::snprintf(path.data(), path.size(), "%.*s%s",
                                   static_cast<int>(prefix.size()), prefix.data(), rest);
  if (length < 0 || static_cast<std::size_t>(length) >= path.size()) {
    errno = ENAMETOOLONG;
    give_up("cannot start");
  }
  return path;
}

/// Debian's place is the one that our libraries look at. Where a system keeps its certificates
/// elsewhere, or has none (small images), SSL_CERT_FILE says where to look, unless the user did.
void choose_certificates(std::string_view prefix) {
  constexpr std::array<const char*, 5> kPlaces = {
      "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Alpine, Arch: the default
      "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, Red Hat
      "/etc/ssl/ca-bundle.pem",                             // SUSE
      "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Red Hat 7 and later
      "/etc/ssl/cert.pem",                                  // Alpine without its package
  };
  if (std::getenv("SSL_CERT_FILE") != nullptr || std::getenv("SSL_CERT_DIR") != nullptr) return;
  for (const char* place : kPlaces) {
    if (::access(place, R_OK) != 0) continue;
    if (place != kPlaces.front()) ::setenv("SSL_CERT_FILE", place, 1);
    return;
  }
  const Path bundled = joined(prefix, "/share/bulkhead/ca-certificates.crt");
  if (::access(bundled.data(), R_OK) == 0) ::setenv("SSL_CERT_FILE", bundled.data(), 1);
}

}  // namespace

int main(int argc, char** argv) {
  Path self;
  find_self(self);
  std::string_view prefix(self.data());
  for (int i = 0; i < 2; ++i) prefix = prefix.substr(0, prefix.rfind('/'));  // off: /bin/bulkhead
  if (prefix.find_first_of(":;") != std::string_view::npos) {
    // The loader would take it for two folders, and then the host's libraries.
    std::fprintf(stderr, "bulkhead: cannot run from a folder with a colon or semicolon: %s\n",
                 self.data());
    return kCannotStart;
  }
  choose_certificates(prefix);

  Path loader = joined(prefix, "/lib/bulkhead/ld.so");
  Path libraries = joined(prefix, "/lib/bulkhead");
  Path program = joined(prefix, "/lib/bulkhead/bulkhead");
  std::array<char, 16> library_path{"--library-path"};
  std::array<char, 8> argv0{"--argv0"};
  std::array<char, 9> name{"bulkhead"};
  const std::array<char*, 6> front = {loader.data(),
                                      library_path.data(),
                                      libraries.data(),
                                      argv0.data(),
                                      argc > 0 ? argv[0] : name.data(),
                                      program.data()};
  std::size_t count = 0;
  for (char* word : front) g_words.at(count++) = word;
  for (int i = 1; i < argc && count + 1 < g_words.size(); ++i) g_words.at(count++) = argv[i];
  ::execv(loader.data(), g_words.data());
  give_up(loader.data());
}
