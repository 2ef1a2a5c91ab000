#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "bulkhead/base/error.h"

namespace bulkhead::catalog::java {

/// Maven's name of a version of something. As a pom writes it any part may be empty or hold
/// "${properties}".
struct Coordinates {
  std::string group;
  std::string artifact;
  std::string version;
  bool operator==(const Coordinates&) const = default;

  /// Has all three parts, each fit for a package's name or version?
  bool is_whole() const;
  /// "group:artifact"; without a group the artifact alone.
  std::string name() const;
};

struct PomDependency {
  Coordinates what;
  std::string scope;  // empty: "compile"
};

/// A pom.xml as it stands, nothing resolved.
struct Pom {
  Coordinates own;
  Coordinates parent;
  std::vector<std::pair<std::string, std::string>> properties;
  std::vector<PomDependency> dependencies;
  std::vector<PomDependency> managed;  // dependencyManagement

  std::uint64_t memory_bytes() const;
};

/// @error malformed, unsupported, limit_exceeded  XmlReader's; malformed: no <project>.
/// @see https://maven.apache.org/ref/current/maven-model/maven.html
Result<Pom> parse_pom(std::string_view text);

/// The pom of `coordinates`, if it is at hand.
using FindPom = std::function<const Pom*(const Coordinates& coordinates)>;

/// A pom with the parents that are at hand, nearest first; what they say holds for it, too.
class PomChain {
 public:
  PomChain(const Pom& pom, const FindPom& find);

  /// Its own coordinates: group and version may be the parent's. Not whole where a property cannot
  /// be resolved.
  Coordinates own() const;
  /// The dependencies that it declares itself, with the versions that dependencyManagement gives;
  /// a part that cannot be resolved is empty.
  std::vector<PomDependency> dependencies() const;

 private:
  void add(const Pom& pom);
  std::string resolve(std::string_view text) const;
  Coordinates resolve(const Coordinates& coordinates) const;
  bool expand(std::string_view text, int& left, std::string& out) const;
  std::optional<std::string_view> property(std::string_view name) const;

  std::vector<const Pom*> poms_;
  std::unordered_map<std::string_view, std::string_view> properties_;  // the nearest pom's
};

/// `pom.properties`: "groupId", "artifactId" and "version" as a Java properties file has them.
Coordinates parse_pom_properties(std::string_view text);

}  // namespace bulkhead::catalog::java
