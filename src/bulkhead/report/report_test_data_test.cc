// The sample reports of this room's tests. They live in a _test.cc so that only the test program
// has them.
#include "bulkhead/report/report_test_data.h"

#include <algorithm>

namespace bulkhead::report {
namespace {

constexpr std::int64_t kCreated = 1'700'000'000;  // 2023-11-14T22:13:20Z

Package deb(std::string name, std::string version, std::string source, std::uint32_t layer) {
  Package p;
  p.id = "pkg:deb/debian/" + name + "@" + version + "?arch=amd64";
  p.purl = p.id;
  p.name = std::move(name);
  p.version = std::move(version);
  p.source_name = std::move(source);
  p.architecture = "amd64";
  p.locations = {{layer, "/var/lib/dpkg/status"}};
  return p;
}

Finding fault(const Package& package, std::string rule, Severity severity, std::string fix,
              FixState state) {
  Finding f;
  f.id = rule + "@" + package.id;
  f.rule = std::move(rule);
  f.severity = severity;
  f.title = f.rule + " in " + package.match_name();
  f.remediation = fix.empty() ? "no fix yet" : "upgrade " + package.match_name() + " to " + fix;
  f.package_id = package.id;
  f.installed_version = package.version;
  f.fixed_version = std::move(fix);
  f.fix_state = state;
  f.advisories = {{f.rule, f.fixed_version, "debian-tracker"}};
  f.data_source = "debian-tracker";
  f.locations = {{package.locations[0].layer, package.locations[0].path, true}};
  return f;
}

}  // namespace

ScanReport sample_report() {
  ScanReport r;
  r.tool_version = "0.0.0-test";
  r.created_unix_s = kCreated;
  r.target = {"docker-archive:app.tar",
              TargetKind::image,
              "linux/amd64",
              "sha256:" + std::string(64, 'a'),
              "sha256:" + std::string(64, 'b'),
              {"app:1.0"}};
  r.os =
      OsInfo{"debian", "11", "bullseye", "Debian GNU/Linux 11 (bullseye)", {}, "/etc/os-release"};
  r.os->support = SupportState::ended;
  r.os->support_ends = "2026-08-31";
  r.layers = {{0, "sha256:" + std::string(64, '1'), "sha256:" + std::string(64, '2'), 30'000'000,
               "/bin/sh -c #(nop) ADD file:1f2e in / "},
              {1,
               "sha256:" + std::string(64, '3'),
               {},
               5'000'000,
               "RUN /bin/sh -c apt-get update && apt-get install -y curl # buildkit"}};
  const Package curl = deb("curl", "7.74.0-1.3+deb11u1", "", 1);
  const Package libcurl = deb("libcurl4", "7.74.0-1.3+deb11u1", "curl", 1);
  const Package libssl = deb("libssl1.1", "1.1.1n-0+deb11u3", "openssl", 0);
  Package openssl = deb("openssl", "1.1.1n-0+deb11u3", "", 1);
  openssl.licenses = {"OpenSSL"};
  openssl.files.add("usr/bin/openssl");
  openssl.files.add("usr/share/caf\xe9");
  r.packages = {curl, libcurl, libssl, openssl, deb("zlib1g", "1:1.2.11-2", "zlib", 0)};

  Finding exploited =
      fault(curl, "CVE-2023-0001", Severity::critical, "7.74.0-1.3+deb11u7", FixState::fixed);
  exploited.is_known_exploited = true;
  exploited.aliases = {"DSA-5000-1"};
  exploited.advisories.push_back({"DSA-5000-1", "7.74.0-1.3+deb11u7", "osv/Debian:11"});
  exploited.cvss = {{"3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, "nvd"}};
  exploited.references = {"https://example.org/CVE-2023-0001"};
  exploited.detail = "A heap overflow.\nSecond line.";
  Finding in_library = exploited;
  in_library.id = in_library.rule + "@" + libcurl.id;
  in_library.package_id = libcurl.id;
  Finding doubtful = fault(libssl, "CVE-2023-0004", Severity::unknown, "", FixState::unknown);
  doubtful.confidence = Confidence::possible;
  Finding support;
  support.id = "os-end-of-life@debian:11";
  support.kind = FindingKind::support;
  support.rule = "os-end-of-life";
  support.severity = Severity::high;
  support.title = "Debian GNU/Linux 11 (bullseye) is no longer supported since 2026-08-31";
  support.locations = {{std::nullopt, "/etc/os-release", true}};
  r.findings = {
      exploited,
      in_library,
      fault(libssl, "CVE-2023-0002", Severity::high, "1.1.1n-0+deb11u4", FixState::fixed),
      fault(openssl, "CVE-2023-0002", Severity::high, "1.1.1n-0+deb11u4", FixState::fixed),
      fault(libssl, "CVE-2023-0003", Severity::medium, "1.1.1n-0+deb11u5", FixState::fixed),
      fault(openssl, "CVE-2023-0003", Severity::medium, "1.1.1n-0+deb11u5", FixState::fixed),
      fault(libssl, "DSA-5001-1", Severity::medium, "1.1.1n-0+deb11u4", FixState::fixed),
      fault(r.packages[4], "CVE-2023-0005", Severity::low, "", FixState::will_not_fix),
      doubtful,
      support,
  };
  r.data = {{"cisa-kev", "", "k", 1404, kCreated - 2 * 86400, kCreated},
            {"debian-tracker", "Debian:11", "t", 24705, kCreated - 226 * 86400, kCreated}};
  r.notes = {{NoteLevel::info,
              "package-not-covered",
              "packages of type apk that the advisory data of Debian do not cover: 1",
              "",
              {}}};
  return r;
}

ScanReport hostile_report() {
  ScanReport r = sample_report();
  const std::string evil = "evil\x1b[2J\r\n\x07\u202egnp.exe\xff\xfe\"\\";
  const std::string endless = std::string(100'000, 'x') + "\u202e";
  r.is_complete = false;
  r.target.reference = "dir:/tmp/" + evil;
  r.target.platform = evil;
  r.target.tags = {evil, endless};
  r.os->id = evil;
  r.os->version = endless;
  r.os->pretty_name = evil + endless;
  r.os->support_ends = evil;
  r.layers[0].created_by = "RUN " + evil + endless;
  r.layers[1].created_by = std::string(1, '\0') + "|1 " + endless;
  Package& package = r.packages[0];
  const std::string id = package.id;
  package.name = evil;
  package.source_name = endless;
  package.version = evil;
  package.source_version = endless;
  package.id = package.purl = "pkg:deb/" + evil;
  package.licenses = {evil};
  package.locations[0].path = "/" + evil;
  package.files.add(evil);
  for (Finding& finding : r.findings) {
    if (finding.package_id != id) continue;
    finding.id = finding.rule + "@" + package.id;
    finding.package_id = package.id;
    finding.installed_version = evil;
    finding.fixed_version = endless;
    finding.locations[0].path = package.locations[0].path;
  }
  r.notes.insert(r.notes.begin(),
                 {NoteLevel::incomplete, "malformed", "tar: " + evil, "/" + evil + endless, 512});
  r.notes.push_back({NoteLevel::info, "odd", std::string(1000, ' ') + evil, "", {}});
  return r;
}

std::strong_ordering compare_as_text(PackageType /*type*/, std::string_view a, std::string_view b) {
  return a <=> b;
}

}  // namespace bulkhead::report
