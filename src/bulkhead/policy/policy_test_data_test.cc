// The sample report of this room's tests. It lies in a _test.cc so that only the test program has
// it.
#include "bulkhead/policy/policy_test_data.h"

#include "bulkhead/base/text.h"

namespace bulkhead::policy {
namespace {

constexpr std::string_view kLetters = "abcdes";

Package deb(std::string name, std::string version, std::string source, std::string architecture) {
  Package p;
  p.name = std::move(name);
  p.version = std::move(version);
  p.source_name = std::move(source);
  p.architecture = std::move(architecture);
  p.purl = make_purl("deb", "debian", p.name, p.version,
                     {{"arch", p.architecture}, {"distro", "debian-11"}});
  p.id = p.purl;
  p.locations = {{0, "/var/lib/dpkg/status"}};
  return p;
}

Finding fault(const Package& package, std::string rule, Severity severity,
              std::vector<std::string> aliases) {
  Finding f;
  f.rule = std::move(rule);
  f.id = f.rule + "@" + package.id;
  f.severity = severity;
  f.aliases = std::move(aliases);
  f.package_id = package.id;
  f.fix_state = FixState::fixed;
  f.locations = {{0, package.locations[0].path, true}};
  return f;
}

}  // namespace

ScanReport sample_report() {
  ScanReport r;
  r.target = {"registry:registry.example/team/shop:1.4",
              TargetKind::image,
              "linux/amd64",
              "sha256:" + std::string(64, 'a'),
              std::string(kImageDigest),
              {"registry.example/team/shop:1.4"}};
  r.os =
      OsInfo{"debian", "11", "bullseye", "Debian GNU/Linux 11 (bullseye)", {}, "/etc/os-release"};
  const Package libssl = deb("libssl1.1", "1.1.1n-0+deb11u3", "openssl", "amd64");
  const Package openssl = deb("openssl", "1.1.1n-0+deb11u3", "", "amd64");
  const Package curl = deb("curl", "7.74.0-1.3+deb11u1", "", "amd64");
  const Package curl32 = deb("curl", "7.74.0-1.3+deb11u1", "", "i386");
  const Package zlib = deb("zlib1g", "1:1.2.11.dfsg-2", "zlib", "amd64");
  r.packages = {libssl, openssl, curl, curl32, zlib};
  Finding support;
  support.id = "os-end-of-life@debian:11";
  support.kind = FindingKind::support;
  support.rule = "os-end-of-life";
  support.severity = Severity::high;
  support.locations = {{std::nullopt, "/etc/os-release", true}};
  r.findings = {
      fault(libssl, "CVE-2023-0001", Severity::high, {"DSA-5001-1", "GHSA-aaaa-bbbb-cccc"}),
      fault(openssl, "CVE-2023-0001", Severity::high, {"DSA-5001-1", "GHSA-aaaa-bbbb-cccc"}),
      fault(curl, "CVE-2023-0002", Severity::critical, {"DSA-5001-1"}),
      fault(zlib, "CVE-2024-1000", Severity::negligible, {}),
      fault(curl32, "DSA-6000-1", Severity::unknown, {}),
      support,
  };
  r.findings[3].advisories = {{"DEBIAN-CVE-2024-1000", "", "debian-tracker"}};
  return r;
}

std::string suppressed(const Policy& policy, std::string_view now, ScanReport& report,
                       std::vector<Note>& notes) {
  Notes collected(1000);
  apply(policy, report, parse_utc(now), collected);
  notes = std::move(collected).take_sorted();
  std::string letters;
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    if (report.findings[i].suppressed) letters.push_back(kLetters[i]);
  }
  return letters;
}

std::string suppressed(const Policy& policy, std::string_view now) {
  ScanReport report = sample_report();
  std::vector<Note> notes;
  return suppressed(policy, now, report, notes);
}

}  // namespace bulkhead::policy
