#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/base/text.h"
#include "bulkhead/catalog/dotnet/manifests.h"
#include "bulkhead/format/xml.h"

namespace bulkhead::catalog::dotnet {
namespace {

using Attributes = std::vector<format::XmlAttribute>;

// Properties of one file, and what one version may become once they are put in.
constexpr std::size_t kMaxProperties = 10'000;
constexpr std::size_t kMaxVersionBytes = 512;

std::string_view attribute(const Attributes& attributes, std::string_view name) {
  const auto found = std::ranges::find(attributes, name, &format::XmlAttribute::name);
  return found == attributes.end() ? std::string_view() : found->value;
}

/// Feeds a whole document to `sink`, and wants its root to be called `root`.
class RootCheck : public format::XmlSink {
 public:
  explicit RootCheck(std::string_view root) : root_(root) {}

  Result<void> begin(std::string_view name, const Attributes& attributes) final {
    if (!has_root_ && name != root_) {
      return fail(Code::malformed, "the root is not <" + std::string(root_) + ">");
    }
    has_root_ = true;
    element(name, attributes);
    return {};
  }
  Result<void> end(std::string_view name, std::string_view text) final {
    finish(name, text);
    return {};
  }

 protected:
  virtual void element(std::string_view name, const Attributes& attributes) = 0;
  virtual void finish(std::string_view /*name*/, std::string_view /*text*/) {}

 private:
  std::string_view root_;
  bool has_root_ = false;
};

class ConfigSink final : public RootCheck {
 public:
  explicit ConfigSink(LibraryList& out) : RootCheck("packages"), out_(out) {}

 private:
  void element(std::string_view name, const Attributes& attributes) override {
    if (name != "package") return;
    out_.add(attribute(attributes, "id"), attribute(attributes, "version"));
  }
  LibraryList& out_;
};

class PropsSink final : public RootCheck {
 public:
  explicit PropsSink(LibraryList& out) : RootCheck("Project"), out_(out) {}

 private:
  void element(std::string_view name, const Attributes& attributes) override {
    open_.emplace_back(name);
    if (name != "PackageVersion" && name != "GlobalPackageReference") return;
    package_ = attribute(attributes, "Include");
    if (package_.empty()) package_ = attribute(attributes, "Update");
    version_ = attribute(attributes, "Version");
  }

  void finish(std::string_view name, std::string_view text) override {
    open_.pop_back();
    if (name == "PackageVersion" || name == "GlobalPackageReference") {
      add();
    } else if (!open_.empty() && open_.back() == "PropertyGroup") {
      if (properties_.size() < kMaxProperties) {
        properties_.insert_or_assign(to_lower(name), put_in(trim(text)).value_or(""));
      }
    } else if (name == "Version") {  // the attribute may be an element
      version_ = trim(text);
    }
  }

  /// `text` with each "$(Name)" as the property is; nothing where one is not known.
  std::optional<std::string> put_in(std::string_view text) const {
    std::string whole;
    while (!text.empty() && whole.size() <= kMaxVersionBytes) {
      const std::size_t open = text.find("$(");
      whole += text.substr(0, open);
      if (open == std::string_view::npos) return whole;
      const std::size_t close = text.find(')', open);
      if (close == std::string_view::npos) return std::nullopt;
      const auto property = properties_.find(to_lower(text.substr(open + 2, close - open - 2)));
      if (property == properties_.end()) return std::nullopt;
      whole += property->second;
      text.remove_prefix(close + 1);
    }
    if (whole.size() > kMaxVersionBytes) return std::nullopt;
    return whole;
  }

  void add() {
    std::string version = put_in(version_).value_or("");
    // "[1.0]" is that version and no other.
    if (version.starts_with('[') && version.ends_with(']')) {
      version = version.substr(1, version.size() - 2);
    }
    if (version.find_first_of("[](),*") != std::string::npos) return out_.refuse();
    out_.add(package_, version);
  }

  LibraryList& out_;
  std::vector<std::string> open_;
  std::map<std::string, std::string, std::less<>> properties_;  // names in lower case
  std::string package_;
  std::string version_;
};

Result<void> parse(std::string_view text, RootCheck& sink) {
  format::XmlReader reader(sink);
  BH_CHECK(reader.feed(text));
  return reader.finish();
}

}  // namespace

Result<void> parse_packages_config(std::string_view text, LibraryList& out) {
  ConfigSink sink(out);
  return parse(text, sink);
}

Result<void> parse_packages_props(std::string_view text, LibraryList& out) {
  PropsSink sink(out);
  return parse(text, sink);
}

}  // namespace bulkhead::catalog::dotnet
