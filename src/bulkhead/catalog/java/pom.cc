#include "bulkhead/catalog/java/pom.h"

#include <algorithm>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/library_sink.h"
#include "bulkhead/format/xml.h"

namespace bulkhead::catalog::java {
namespace {

constexpr std::size_t kMostParents = 16;     // of a pom; a chain that turns round ends here, too
constexpr int kMostExpansions = 64;          // properties in one text, and in those
constexpr std::size_t kMostWordBytes = 512;  // of what a text with properties comes to

constexpr std::string_view kProject = "project";

/// Keeps the path of the element that is read, and what it says where that matters.
class PomSink final : public format::XmlSink {
 public:
  explicit PomSink(Pom& pom) : pom_(pom) {}

  bool is_pom() const { return is_pom_; }

  Result<void> begin(std::string_view name,
                     const std::vector<format::XmlAttribute>& /*attributes*/) override {
    lengths_.push_back(path_.size());
    if (!path_.empty()) path_ += '/';
    path_ += name;
    if (lengths_.size() == 1) is_pom_ = name == kProject;
    if (path_ == kDependency) pom_.dependencies.emplace_back();
    if (path_ == kManaged) pom_.managed.emplace_back();
    return {};
  }

  Result<void> end(std::string_view name, std::string_view text) override {
    const std::string_view parent = std::string_view(path_).substr(0, lengths_.back());
    keep(parent, name, trim(text));
    path_.resize(lengths_.back());
    lengths_.pop_back();
    return {};
  }

 private:
  static constexpr std::string_view kDependency = "project/dependencies/dependency";
  static constexpr std::string_view kManaged =
      "project/dependencyManagement/dependencies/dependency";

  static void keep_part(std::string_view name, std::string_view text, Coordinates& out) {
    if (name == "groupId") out.group = text;
    if (name == "artifactId") out.artifact = text;
    if (name == "version") out.version = text;
  }

  static void keep_dependency(std::string_view name, std::string_view text, PomDependency& out) {
    keep_part(name, text, out.what);
    if (name == "scope") out.scope = text;
  }

  void keep(std::string_view parent, std::string_view name, std::string_view text) {
    if (parent == kProject) keep_part(name, text, pom_.own);
    if (parent == "project/parent") keep_part(name, text, pom_.parent);
    if (parent == "project/properties") pom_.properties.emplace_back(name, text);
    if (parent == kDependency) keep_dependency(name, text, pom_.dependencies.back());
    if (parent == kManaged) keep_dependency(name, text, pom_.managed.back());
  }

  Pom& pom_;
  bool is_pom_ = false;
  std::string path_;                  // of element names
  std::vector<std::size_t> lengths_;  // of the path before each open element
};

std::uint64_t bytes_of(const Coordinates& c) {
  return c.group.capacity() + c.artifact.capacity() + c.version.capacity();
}

std::uint64_t bytes_of(const std::vector<PomDependency>& list) {
  std::uint64_t bytes = list.capacity() * sizeof(PomDependency);
  for (const PomDependency& d : list) bytes += bytes_of(d.what) + d.scope.capacity();
  return bytes;
}

/// Key and value of a properties file's line: "=", ":" or a blank between them, "\" in front of a
/// character that stands for itself.
std::pair<std::string, std::string> parse_property(std::string_view line) {
  std::pair<std::string, std::string> out;
  const std::size_t end = std::min(line.find_first_of("=: \t"), line.size());
  out.first = line.substr(0, end);
  std::string_view value = trim(line.substr(end));
  if (value.starts_with('=') || value.starts_with(':')) value = trim(value.substr(1));
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size()) ++i;
    out.second += value[i];
  }
  return out;
}

}  // namespace

bool Coordinates::is_whole() const {
  return is_library_word(group) && is_library_word(artifact) && is_library_word(version) &&
         !name().contains("${") && !version.contains("${");
}

std::string Coordinates::name() const { return group.empty() ? artifact : group + ":" + artifact; }

std::uint64_t Pom::memory_bytes() const {
  std::uint64_t bytes = sizeof(*this) + bytes_of(own) + bytes_of(parent) + bytes_of(dependencies) +
                        bytes_of(managed) + properties.capacity() * sizeof(properties[0]);
  for (const auto& [name, value] : properties) bytes += name.capacity() + value.capacity();
  return bytes;
}

Result<Pom> parse_pom(std::string_view text) {
  Pom pom;
  PomSink sink(pom);
  format::XmlReader reader(sink);
  BH_CHECK(reader.feed(text));
  BH_CHECK(reader.finish());
  if (!sink.is_pom()) return fail(Code::malformed, "pom.xml: its root is no <project>");
  return pom;
}

PomChain::PomChain(const Pom& pom, const FindPom& find) {
  add(pom);
  while (poms_.size() < kMostParents) {
    const Pom* const parent = find(resolve(poms_.back()->parent));
    if (parent == nullptr || std::ranges::find(poms_, parent) != poms_.end()) break;
    add(*parent);
  }
}

void PomChain::add(const Pom& pom) {
  poms_.push_back(&pom);
  for (const auto& [name, value] : pom.properties) properties_.emplace(name, value);
}

Coordinates PomChain::own() const {
  Coordinates own = poms_.front()->own;
  if (own.group.empty()) own.group = poms_.front()->parent.group;
  if (own.version.empty()) own.version = poms_.front()->parent.version;
  return resolve(own);
}

std::vector<PomDependency> PomChain::dependencies() const {
  std::unordered_map<std::string, const PomDependency*> managed;
  std::vector<PomDependency> out;
  if (poms_.front()->dependencies.empty()) return out;
  for (const Pom* pom : poms_) {
    for (const PomDependency& d : pom->managed) {
      managed.emplace(resolve({d.what.group, d.what.artifact, {}}).name(), &d);
    }
  }
  for (const PomDependency& d : poms_.front()->dependencies) {
    PomDependency& done = out.emplace_back(resolve(d.what), d.scope);
    const auto found = managed.find(done.what.name());
    if (found == managed.end()) continue;
    if (d.what.version.empty()) done.what.version = resolve(found->second->what.version);
    if (done.scope.empty()) done.scope = found->second->scope;
  }
  return out;
}

std::string PomChain::resolve(std::string_view text) const {
  std::string out;
  int left = kMostExpansions;
  if (!expand(text, left, out)) out.clear();
  return out;
}

Coordinates PomChain::resolve(const Coordinates& c) const {
  return {resolve(c.group), resolve(c.artifact), resolve(c.version)};
}

bool PomChain::expand(std::string_view text, int& left, std::string& out) const {
  while (!text.empty()) {
    const std::size_t begin = std::min(text.find("${"), text.size());
    out += text.substr(0, begin);
    if (out.size() > kMostWordBytes) return false;
    if (begin == text.size()) return true;
    const std::size_t end = text.find('}', begin);
    if (end == text.npos || left-- <= 0) return false;
    const auto value = property(text.substr(begin + 2, end - begin - 2));
    if (!value || !expand(*value, left, out)) return false;
    text.remove_prefix(end + 1);
  }
  return true;
}

std::optional<std::string_view> PomChain::property(std::string_view name) const {
  const auto found = properties_.find(name);
  if (found != properties_.end()) return found->second;
  for (const std::string_view prefix : {"project.", "pom."}) {
    if (name.starts_with(prefix)) {
      name.remove_prefix(prefix.size());
      break;
    }
  }
  const Pom& pom = *poms_.front();
  const auto either = [](const std::string& own, const std::string& parents) {
    return std::string_view(own.empty() ? parents : own);
  };
  if (name == "version") return either(pom.own.version, pom.parent.version);
  if (name == "groupId") return either(pom.own.group, pom.parent.group);
  if (name == "artifactId") return pom.own.artifact;
  if (name == "parent.version") return pom.parent.version;
  if (name == "parent.groupId") return pom.parent.group;
  return std::nullopt;
}

Coordinates parse_pom_properties(std::string_view text) {
  Coordinates out;
  while (!text.empty()) {
    const std::string_view line = trim(take_line(text));
    if (line.empty() || line.front() == '#' || line.front() == '!') continue;
    const auto [key, value] = parse_property(line);
    if (key == "groupId") out.group = value;
    if (key == "artifactId") out.artifact = value;
    if (key == "version") out.version = value;
  }
  return out;
}

}  // namespace bulkhead::catalog::java
