#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/npm/locks.h"
#include "bulkhead/catalog/npm/spec.h"
#include "bulkhead/format/yaml.h"

namespace bulkhead::catalog::npm {
namespace {

using format::YamlNode;

std::string_view text_of(const YamlNode& parent, std::string_view key) {
  const YamlNode* const node = parent.find(key);
  return node == nullptr ? std::string_view() : std::string_view(node->text);
}

/// "a/1.0.0_peer@2.0.0" and "@s/a/1.0.0/peer@2.0.0", as lockfileVersion 5 and older write it.
std::optional<Spec> take_apart_old(std::string_view key) {
  std::size_t slash = key.find('/');
  if (key.starts_with('@') && slash != std::string_view::npos) slash = key.find('/', slash + 1);
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view rest = key.substr(slash + 1);
  return Spec{key.substr(0, slash), rest.substr(0, rest.find_first_of("_/"))};
}

/// The name and version that a package's key has. Before the first slash may stand the registry's
/// host, where it is not the usual one; behind the version stand the peers.
std::optional<Spec> spec_of(std::string_view key, bool is_old) {
  key = key.substr(0, key.find('('));
  if (key.starts_with('/')) {
    key.remove_prefix(1);
  } else if (is_old) {
    const std::size_t slash = key.find('/');
    if (slash != std::string_view::npos) key.remove_prefix(slash + 1);
  }
  return is_old ? take_apart_old(key) : take_apart(key);
}

void add_package(std::string_view key, const YamlNode& package, bool is_old, LibraryList& out) {
  if (is_local(key)) return;
  const std::optional<Spec> spec = spec_of(key, is_old);
  if (spec && is_local(spec->rest)) return;
  // Both are fields where the key cannot hold them: of tarballs and git.
  std::string_view name = text_of(package, "name");
  std::string_view version = text_of(package, "version");
  if (name.empty() && spec) name = spec->name;
  if (version.empty() && spec) {
    version = is_place(spec->rest) ? version_of_place(name, spec->rest) : spec->rest;
  }
  out.add(name, version);
}

Result<void> parse_document(std::string_view text, LibraryList& out) {
  BH_TRY(const YamlNode root, format::parse_yaml(text));
  if (root.kind != YamlNode::Kind::mapping) {
    // Nothing but comments is an empty document.
    if (root.kind == YamlNode::Kind::scalar && root.text.empty()) return {};
    return fail(Code::malformed, "no mapping");
  }
  const YamlNode* const packages = root.find("packages");
  if (packages == nullptr) return {};  // nothing is installed
  const std::string_view version = text_of(root, "lockfileVersion");
  const bool is_old = version.empty() || (version[0] < '6' && !version.starts_with("1"));
  for (const auto& [key, package] : packages->members) {
    add_package(key.text, package, is_old, out);
  }
  return {};
}

/// Takes the first document off `rest`: up to a line "---", which stands inside no scalar.
std::string_view take_document(std::string_view& rest) {
  const std::string_view all = rest;
  while (!rest.empty()) {
    const std::size_t begin = all.size() - rest.size();
    const std::string_view line = take_line(rest);
    if (begin > 0 && trim(line) == "---" && line.starts_with("---")) return all.substr(0, begin);
  }
  return all;
}

}  // namespace

Result<void> parse_pnpm_lock(std::string_view text, LibraryList& out) {
  do {
    BH_CHECK(parse_document(take_document(text), out));
  } while (!text.empty());
  return {};
}

}  // namespace bulkhead::catalog::npm
