#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"
#include "bulkhead/format/yaml.h"

// Alpine's security database: one file a release and repository, {distroversion, reponame,
// urlprefix, packages: [{pkg: {name, secfixes: {fixed version: [ids]}}}]}. Packages are source
// packages. The fixed version "0" says that the package was never affected. Wolfi, Chainguard and
// MinimOS publish the same shape without releases.
//
// Source: https://secdb.alpinelinux.org and
// https://gitlab.alpinelinux.org/alpine/infra/docker/secdb.
namespace bulkhead::advisory {
namespace {

using format::JsonValue;
using format::YamlNode;

struct Publisher {
  std::string_view host;       // the end of the host in `urlprefix`
  std::string_view ecosystem;  // as OSV calls it
  bool has_releases;
};

constexpr Publisher kPublishers[] = {
    {"alpinelinux.org", "Alpine", true},
    {"packages.wolfi.dev", "Wolfi", false},
    {"packages.cgr.dev", "Chainguard", false},
    {"packages.mini.dev", "MinimOS", false},
};

constexpr std::string_view kHeaderKeys[] = {
    "distroversion:", "reponame:", "archs:", "urlprefix:", "apkurl:", "packages:"};

/// What a file says of itself, before its packages.
struct Header {
  std::string_view release;
  std::string_view repository;
  std::string_view url;
};

std::string_view host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of("/:"));
}

Result<FeedKey> feed_of(const Header& header) {
  const std::string_view host = host_of(header.url);
  const auto* publisher = std::ranges::find_if(kPublishers, [&](const Publisher& p) {
    return host == p.host ||
           (host.ends_with(p.host) && host[host.size() - p.host.size() - 1] == '.');
  });
  // Old files, and those that people cut by hand, may lack the address.
  if (publisher == std::end(kPublishers) && host.empty()) publisher = kPublishers;
  if (publisher == std::end(kPublishers)) {
    return fail(Code::unsupported, fmt::format("alpine-secdb: publisher {} is not known", host));
  }
  if (publisher->has_releases && header.release.empty()) {
    return fail(Code::malformed, "alpine-secdb: no `distroversion`");
  }
  if (header.repository.empty()) return fail(Code::malformed, "alpine-secdb: no `reponame`");
  if (!publisher->has_releases) {
    return FeedKey{fmt::format("alpine-secdb/{}/{}", publisher->ecosystem, header.repository),
                   std::string(publisher->ecosystem)};
  }
  return FeedKey{fmt::format("alpine-secdb/{}/{}", header.release, header.repository),
                 fmt::format("{}:{}", publisher->ecosystem, header.release)};
}

bool is_never_affected(std::string_view version) {
  return version == "0" || version == "-" || version == "0-r0" || version == "-r0";
}

/// Makes records of what the two notations hold alike.
class Emitter {
 public:
  Emitter(FeedKey feed, std::string_view repository, RecordSink& sink)
      : feed_(std::move(feed)), repository_(repository), sink_(sink) {}

  Result<void> add(std::string_view package, std::string_view version, std::string_view text) {
    Ids ids = split_ids(text);
    // Xen's own advisories stand beside their CVEs and alone, one for several CVEs and the other
    // way: an id that Alpine tracks, not another name of the CVE.
    std::vector<std::string> tracked;
    if (!ids.cves.empty()) {
      std::erase_if(ids.others, [&](const std::string& id) {
        if (!id.starts_with("XSA-")) return false;
        tracked.push_back(id);
        return true;
      });
    }
    for (std::string& id : tracked) {
      BH_CHECK(add_ids(package, version, Ids{{}, {std::move(id)}}));
    }
    return add_ids(package, version, std::move(ids));
  }

  Result<void> add_ids(std::string_view package, std::string_view version, Ids ids) {
    Advisory advisory;
    if (!ids.cves.empty()) {
      advisory.id = ids.cves.front();
    } else if (!ids.others.empty() && !ids.others.front().empty()) {
      advisory.id = ids.others.front();
      ids.others.erase(ids.others.begin());
    } else {
      note(package, version, "an empty id");
      return {};
    }
    advisory.cves = std::move(ids.cves);
    advisory.aliases = std::move(ids.others);
    AffectedPackage affected;
    affected.ecosystem = feed_.ecosystem;
    affected.name = package;
    affected.repository = repository_;
    if (is_never_affected(version)) {
      affected.status = AffectedStatus::not_affected;
    } else {
      affected.ranges.push_back({.fixed = std::string(version)});
      affected.fix_state = FixState::fixed;
    }
    advisory.affected.push_back(std::move(affected));
    return sink_.add(feed_, advisory);
  }

  void note(std::string_view package, std::string_view version, std::string_view what) {
    sink_.note({Code::malformed,
                fmt::format("alpine-secdb: {}: {} {}: {}", feed_.name, package, version, what)});
  }
  void note(std::size_t position, std::string_view what) {
    sink_.note({Code::malformed,
                fmt::format("alpine-secdb: {}: package {}: {}", feed_.name, position, what)});
  }

 private:
  FeedKey feed_;
  std::string repository_;
  RecordSink& sink_;
};

Result<void> read_json(JsonValue root, RecordSink& sink) {
  const Header header{root["distroversion"].text_or(""), root["reponame"].text_or(""),
                      root["urlprefix"].text_or("")};
  BH_TRY(const FeedKey feed, feed_of(header));
  BH_CHECK(sink.declare(feed));
  Emitter emitter(feed, header.repository, sink);
  Result<void> done = {};
  std::size_t position = 0;
  root["packages"].for_each_element([&](JsonValue element) {
    ++position;
    const JsonValue package = element["pkg"];
    const std::string_view name = package["name"].text_or("");
    if (name.empty()) return emitter.note(position, "no name");
    package["secfixes"].for_each_member([&](std::string_view version, JsonValue ids) {
      if (ids.is_string()) {
        if (done) done = emitter.add(name, version, ids.text_or(""));
        return;
      }
      ids.for_each_element([&](JsonValue id) {
        if (!id.is_string()) return emitter.note(name, version, "an id that is no text");
        if (done) done = emitter.add(name, version, id.text_or(""));
      });
    });
  });
  return done;
}

std::string_view scalar(const YamlNode& node, std::string_view key) {
  const YamlNode* found = node.find(key);
  return found != nullptr && found->kind == YamlNode::Kind::scalar ? std::string_view(found->text)
                                                                   : std::string_view();
}

bool is_null(const YamlNode& node) {
  return node.kind == YamlNode::Kind::scalar && !node.is_quoted &&
         (node.text.empty() || node.text == "~" || node.text == "null");
}

Result<void> read_fix(std::string_view name, const YamlNode& version, const YamlNode& ids,
                      Emitter& emitter) {
  if (version.kind != YamlNode::Kind::scalar) {
    emitter.note(name, "", "a version that is no text");
    return {};
  }
  if (ids.kind == YamlNode::Kind::scalar && !is_null(ids)) {
    return emitter.add(name, version.text, ids.text);
  }
  for (const YamlNode& id : ids.items) {
    if (id.kind != YamlNode::Kind::scalar || is_null(id)) {
      emitter.note(name, version.text, "an id that is no text");
      continue;
    }
    BH_CHECK(emitter.add(name, version.text, id.text));
  }
  return {};
}

Result<void> read_yaml(const YamlNode& root, RecordSink& sink) {
  const Header header{scalar(root, "distroversion"), scalar(root, "reponame"),
                      scalar(root, "urlprefix")};
  BH_TRY(const FeedKey feed, feed_of(header));
  BH_CHECK(sink.declare(feed));
  Emitter emitter(feed, header.repository, sink);
  const YamlNode* packages = root.find("packages");
  if (packages == nullptr) return {};
  std::size_t position = 0;
  for (const YamlNode& element : packages->items) {
    ++position;
    const YamlNode* package = element.find("pkg");
    const std::string_view name = package == nullptr ? "" : scalar(*package, "name");
    if (name.empty()) {
      emitter.note(position, "no name");
      continue;
    }
    const YamlNode* fixes = package->find("secfixes");
    if (fixes == nullptr) continue;
    for (const auto& [version, ids] : fixes->members) {
      BH_CHECK(read_fix(name, version, ids, emitter));
    }
  }
  return {};
}

}  // namespace

bool is_secdb_yaml(std::string_view text) {
  // The first line that says something is one of the header's keys: the scripts that lie beside
  // the files have them in their middle.
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const std::string_view words = trim(line);
    if (words.empty() || words == "---" || words.starts_with('#')) continue;
    return std::ranges::any_of(kHeaderKeys,
                               [&](std::string_view key) { return line.starts_with(key); });
  }
  return false;
}

bool is_alpine_secdb(const Document& document) {
  if (document.is_object()) {
    return document.find("packages") != nullptr &&
           (document.find("reponame") != nullptr || document.find("distroversion") != nullptr);
  }
  return document.kind == DocumentKind::text && is_secdb_yaml(document.text);
}

Result<void> read_alpine_secdb(const Document& document, RecordSink& sink) {
  if (!document.is_object()) {
    BH_TRY(const YamlNode root, format::parse_yaml(document.text));
    return read_yaml(root, sink);
  }
  format::JsonDocument json;
  BH_TRY(const JsonValue root, json.parse(document.text));
  return read_json(root, sink);
}

}  // namespace bulkhead::advisory
