#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::catalog::java {

/// What the classes of log4j-core that an archive holds tell of its version.
struct Log4jVersion {
  std::string version;    // empty: nothing can be told
  bool is_exact = false;  // classes have the very bytes of that version; else it is the oldest one
                          // that has classes of these names
  std::string folder;     // where they lie: "org/apache/logging/log4j/core/", or where relocated
};

/// Looks for log4j-core among the members of an archive by the names and checksums of its classes,
/// since its JndiLookup (CVE-2021-44228) was shaded into many programs that kept nothing else of
/// it. Relocated packages keep the names of classes, but not their bytes.
class Log4jClasses {
 public:
  void add(std::string_view member, std::uint32_t crc32);
  /// Nothing where there is no JndiLookup.
  std::optional<Log4jVersion> find() const;

 private:
  struct Seen {
    std::string folder;
    std::size_t what;  // a row of the table of classes
    std::uint32_t crc32;
  };
  std::vector<Seen> seen_;
};

}  // namespace bulkhead::catalog::java
